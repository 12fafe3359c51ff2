#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Secrets are planted wherever a channel takes one, servers and programs repeat what they were told, and every byte that benchgate
# prints or writes is searched for them: for eight characters of one in a row, and for how others would spell it.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016,SC2034  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli
load ../support/golden
load ../support/notified

setup_file() {
	start_servers any mail
}

teardown_file() {
	stop_servers
}

setup() {
	told_of
	meet_servers
	smtp=smtp://127.0.0.1:$(mail_port login)
	ca=$PWD/mail/cert.pem
	unset "${!GITHUB_@}" "${!CI_@}" GITLAB_CI
	export GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project GITHUB_SHA=0123456789abcdef0123456789abcdef01234567 \
		GITHUB_REF=refs/pull/7/merge GITHUB_HEAD_REF=topic GITHUB_SERVER_URL=https://github.example GITHUB_RUN_ID=99
	plant
}

# In variables and in files, with what JSON, addresses and logins would spell otherwise
plant() {
	export SLACK_TOKEN=xoxb-7h1s-is-planted-for-slack HOOK_AUTH='"7h4t" \ is <planted> & for+hooks=' \
		MAIL_PASSWORD='7h3y:are=planted/for+mail' GITHUB_TOKEN=ghp_7hoseareplantedforgithub \
		GITLAB_TOKEN=glpat-7hingsplantedforgitlab PUSH_PASSWORD='7hy "planted" for\pushing' \
		AWS_ACCESS_KEY_ID=AK1DPLANTEDFORS3 AWS_SECRET_ACCESS_KEY=7hus/planted+for/storage
	(umask 077 && mkdir hidden && echo '7here-is-planted-for-signing' >hidden/hmac && echo '7hem-planted-for-pushing-by-token' >hidden/push)
}

hook_at() { # STATUS
	SLACK_HOOK=$any/$1/services/T7h0/B7h1/7hence-planted-for-webhooks
	export SLACK_HOOK
}

# All kinds of channels, whose servers answer with that status and what they were asked
everywhere() { # STATUS
	hook_at "$1"
	channels "\"app\": { \"type\": \"slack\", \"token\": { \"env\": \"SLACK_TOKEN\" }, \"channel\": \"c\", \"api_url\": \"$any/$1\" }" \
		'"chat": { "type": "slack", "webhook": { "env": "SLACK_HOOK" } }' \
		"\"hook\": { \"type\": \"webhook\", \"url\": \"$any/$1/x\", \"auth\": { \"env\": \"HOOK_AUTH\" }, \"secret\": { \"file\": \"hidden/hmac\" } }" \
		'"place": { "type": "webhook", "secret_url": { "env": "SLACK_HOOK" } }' \
		"\"mail\": { \"type\": \"email\", \"server\": \"$smtp\", \"ca_file\": \"$ca\", \"from\": \"a@b.c\", \"to\": \"d@e.f\", \"user\": \"us\",
			\"password\": { \"env\": \"MAIL_PASSWORD\" } }" \
		"\"review\": { \"type\": \"github\", \"token\": { \"env\": \"GITHUB_TOKEN\" }, \"api_url\": \"$any/$1\", \"status\": true }" \
		"\"merge\": { \"type\": \"gitlab\", \"token\": { \"env\": \"GITLAB_TOKEN\" }, \"api_url\": \"$any/$1\", \"project\": \"12\", \"status\": true }" \
		"\"metrics\": { \"type\": \"pushgateway\", \"url\": \"$any/$1\", \"user\": \"us\", \"password\": { \"env\": \"PUSH_PASSWORD\" } }" \
		"\"more\": { \"type\": \"pushgateway\", \"url\": \"$any/$1\", \"token\": { \"file\": \"hidden/push\" } }" \
		'"log": { "type": "file", "path": "alerts.log" }' \
		'"own": { "type": "command", "command": "ps -ww -o args= -p $PPID,$$ >>args; env | grep 7h | tr \"\\n\" \" \"; exit 1" }'
}

# Nothing of a secret is in what was printed, nor in any file but those that we planted.
keeps_quiet() {
	printf '%s\n' "$output" "$stderr" >>said
	/usr/bin/python3 - <<-'END'
		import base64, json, os, urllib.parse
		planted = {name: os.environ[name] for name in ("SLACK_TOKEN", "HOOK_AUTH", "MAIL_PASSWORD", "GITHUB_TOKEN", "GITLAB_TOKEN",
		                                               "PUSH_PASSWORD", "AWS_SECRET_ACCESS_KEY")}
		planted["SLACK_HOOK"] = os.environ["SLACK_HOOK"].split("/", 4)[4]
		for name in os.listdir("hidden"):
		    planted[name] = open("hidden/" + name).read().strip()
		needles = {}
		for name, secret in planted.items():
		    spelt = [secret, json.dumps(secret)[1:-1], urllib.parse.quote(secret, safe="")]
		    needles.update({one[i:i + 8].encode(): name for one in spelt for i in range(len(one) - 7)})
		    for login in (secret, "us:" + secret, "\0us\0" + secret):
		        needles[base64.b64encode(login.encode())[:-4]] = name + " in base64"
		assert len(needles) > 100
		seen = 0
		for folder, _, names in os.walk("."):
		    for name in names if not folder.startswith("./hidden") else []:
		        path = os.path.join(folder, name)
		        data = open(path, "rb").read()
		        seen += len(data)
		        for needle, of in needles.items():
		            at = data.find(needle)
		            assert at < 0, f"{of}: {path} has {data[max(at - 80, 0):at + 80]}"
		assert seen > 1000
	END
}

@test "a dry run shows all that would be sent, and masks" {
	everywhere 200
	tell --dry-run
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == *'Authorization: Bearer ***'* && $output == *'POST ***'* && $output == *'us:***'* ]]
	keeps_quiet
	# Sees what it should, when there is something to see.
	echo "and then: $MAIL_PASSWORD" >leak
	run ! keeps_quiet
}

@test "a dry run without secrets shows the rest all the same, and what is missing" {
	everywhere 200
	unset SLACK_TOKEN SLACK_HOOK HOOK_AUTH MAIL_PASSWORD GITHUB_TOKEN PUSH_PASSWORD
	tell --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *'POST ***'* && $output == *'Authorization: Bearer ***'* && $output == *'us:***'* && $output == *'Subject: '* ]]
	for name in SLACK_TOKEN SLACK_HOOK HOOK_AUTH MAIL_PASSWORD GITHUB_TOKEN PUSH_PASSWORD; do
		[[ $output == *"the environment has no $name, which is to hold a secret"* ]]
	done
}

# Where a message is cut off, too: a half of a secret is one as well.
@test "servers and programs that repeat what they were told: nothing of it is passed on" {
	local mode
	for mode in 400 401-20-json 403-0-dump 404-285-json 422-270 409-255 500-250 302-60 302; do
		anew
		everywhere "$mode"
		tell
		[ "$status" -eq 0 ]
		[[ $stderr == *'hook: '* && $stderr == *'mail: '*'535'* && $stderr == *'own: '* ]]
		keeps_quiet
	done
	grep -q 'exit 1' args
	[[ $stderr == *'***'* ]]
}

@test "what waits to be sent again waits without them" {
	everywhere 401
	tell
	keeps_quiet
	grep -q '[*][*][*]' state.json
	nr=$(find any/ -name '*.head' | wc -l)
	try notify --flush
	[ "$status" -eq 0 ]
	[ "$(find any/ -name '*.head' | wc -l)" -gt "$nr" ]
	[[ $stderr == *'hook: status 401'* ]]
	keeps_quiet
	everywhere 200-0
	try notify --flush
	[[ $output == *'hook: sent'* ]]
	keeps_quiet
}

@test "settings are shown with the places alone" {
	everywhere 200
	try config show
	[ "$status" -eq 0 ]
	keeps_quiet
	try config show --json
	keeps_quiet
	try config check
	[ "$status" -eq 0 ]
	keeps_quiet
}

@test "a run that tells of itself keeps quiet, with -v too" {
	everywhere 500
	try run -v --processes 1 --time 1ms --suite ./none.so --notify=always
	keeps_quiet
	shared gate.so "$suites/gate.c"
	try run -v --suite ./gate.so --processes 1 --time 1ms --out result.json --notify=always
	[[ $stderr == *'metrics: '* ]]
	keeps_quiet
}

@test "a secret in the policy file is refused, and not shown" {
	while read -r channel; do
		channels "\"some\": { $channel }"
		for verb in 'config check' 'notify --flush'; do
			# shellcheck disable=SC2086  # words
			try $verb
			[ "$status" -eq 2 ]
			[[ $stderr == *channels.some* ]]
			[[ $output$stderr != *7hese* ]]
		done
	done <<-'END'
		"type": "slack", "channel": "c", "token": "7hese"
		"type": "slack", "webhook": ["7hese"]
		"type": "slack", "webhook": { "value": "7hese" }
		"type": "slack", "webhook": { "env": "A", "file": "7hese" }
		"type": "slack", "webhook": { "env": "$7hese" }
		"type": "slack", "channel": "c", "token": { "env": "A" }, "api_url": "https://us:7hese@slack"
		"type": "webhook", "url": "https://us:7hese@host"
		"type": "webhook", "url": "https://host", "headers": "X-Api-Key: 7hese"
		"type": "webhook", "url": "https://host", "auth": "7hese"
		"type": "webhook", "url": "https://host", "secret": "7hese"
		"type": "email", "server": "smtp://x", "from": "a@b.c", "to": "a@b.c", "user": "us", "password": "7hese"
		"type": "email", "server": "smtp://us:7hese@x", "from": "a@b.c", "to": "a@b.c"
		"type": "github", "token": "7hese"
		"type": "gitlab", "token": "7hese"
		"type": "pushgateway", "url": "http://x", "user": "us", "password": "7hese"
		"type": "pushgateway", "url": "http://us:7hese@x"
	END
}

@test "a secret that others may read, or that is not there, is named by its place" {
	echo 7hese >open
	chmod 644 open
	mkdir folder
	: >empty
	chmod 600 empty
	printf '7hese\nand 7hose\n' >two
	chmod 600 two
	while IFS='|' read -r place said; do
		anew
		channels "\"chat\": { \"type\": \"slack\", \"webhook\": { $place } }"
		tell
		[ "$status" -eq 0 ]
		[[ $stderr == *"chat: "*"$said"* ]]
		[[ $stderr != *7h* ]]
	done <<-'END'
		"file": "open"|others may read it (mode 644); chmod 600 it
		"file": "empty"|empty is to hold a secret and is empty
		"file": "two"|two is to hold a secret in one line, and has more lines or control characters
		"file": "none"|none
		"file": "folder"|folder is to hold a secret and is a folder; it must be a file
		"file": "/dev/null"|/dev/null is to hold a secret and is a device; it must be a file
		"env": "NO_SUCH_SECRET"|the environment has no NO_SUCH_SECRET, which is to hold a secret
	END
}

@test "object storage keeps quiet about what it signs with" {
	hook_at 403
	for mode in 403 403-290 302-150; do
		try push --endpoint "$any/$mode" s3://bucket/prefix head.json
		[ "$status" -ne 0 ]
		keeps_quiet
		try pull --endpoint "$any/$mode" s3://bucket/prefix head.json
		[ "$status" -ne 0 ]
		keeps_quiet
	done
}
