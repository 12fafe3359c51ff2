# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A comparison that raises one alert, channels that are told of it, and the servers that they are told by.
# shellcheck disable=SC2034,SC2154  # used in the tests; set in cli.bash

# The comparison of which `channels` will be told
told_of() {
	own_home
	cp -r "$BATS_FILE_TMPDIR"/story/. .
	set_text 'search'
}

# What its alert says, with placeholders; `channels` writes it down.
set_text() { # TEXT
	alert=$1
}

# Writes the policy file.
channels() { # JSON-MEMBER...
	local IFS=, members
	members="$*"
	cat >benchgate.json <<-END
		{
			"channels": { $members },
			"notify": { "state": "state.json", "budget": "${budget:-10s}" },
			"alert_rules": [
				{ "name": "slower", "condition": "benchmark = 'search' AND change_percent > 10", "severity": "critical", "message_template": "$alert" }
			]
		}
	END
}

tell() { # ARGUMENT...
	try notify head.json --against base.json --allow-mismatch "$@"
}

# Forgets what was told.
anew() {
	rm -rf state.json*
}

# What all tests of a file share: the comparison in its folder "story", and servers in "servers".
start() { # PORT-FILE SERVER ARGUMENT...
	/usr/bin/python3 -W ignore "$support/$2" "${@:3}" 3>&- &
	echo $! >>pids
	until_true 200 test -s "$1"
}

slack_server() {
	: >slack.log
	start slack.port slack_api.py "$repository/tests/data/slack_api.json" slack.port slack.log
}

slack_tls_server() {
	start slack_tls.port slack_api.py "$repository/tests/data/slack_api.json" slack_tls.port slack.log mail/cert.pem mail/key.pem
}

any_server() {
	mkdir any
	start any.port any_server.py any.port any
}

# A certificate for 127.0.0.1 that is its own authority
certificate() { # NAME FOLDER
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 -keyout "$2/$1.key" -out "$2/$1.pem" 2>/dev/null
}

mail_server() {
	mkdir mail
	certificate cert mail
	mv mail/cert.key mail/key.pem
	certificate other mail
	echo opensesame-0123 >mail/password
	start mail/ports smtp_server.py mail
}

start_servers() { # NAME...
	mkdir "$BATS_FILE_TMPDIR"/{story,servers}
	cd "$BATS_FILE_TMPDIR/story" || return
	story
	cd "$BATS_FILE_TMPDIR/servers" || return
	for name in "$@"; do "${name}_server"; done
}

# What they were asked by this test is in mail/, any/ and slack.log.
meet_servers() {
	local servers=$BATS_FILE_TMPDIR/servers
	rm -f "$servers"/any/* "$servers"/mail/*.eml "$servers"/mail/*.json
	ln -s "$servers"/{any,mail} .
	any=http://127.0.0.1:$(cat "$servers/any.port")
	[ -e "$servers/slack.log" ] || return 0
	: >"$servers/slack.log"
	ln -s "$servers/slack.log" .
	slack=http://127.0.0.1:$(cat "$servers/slack.port")
	slack_tls=https://127.0.0.1:$(cat "$servers/slack_tls.port")
}

stop_servers() {
	xargs kill <"$BATS_FILE_TMPDIR/servers/pids"
}

mail_port() { # NAME
	sed -n "s/^$1 //p" mail/ports
}
