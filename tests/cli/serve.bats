#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The server, asked over the network of this machine. What needs none is in tests/unit/serve_test.c.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup() {
	/usr/bin/python3 "$support/alerted.py" hash sort >run.json
	"$program" history import run.json --db runs.db
	"$program" serve token add ci --role write --db runs.db >secret 2>note
}

teardown() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || :
}

# Sets address.
serve() { # ARGUMENT...
	: >said
	"$program" serve --db runs.db --listen 127.0.0.1:0 "$@" >said 2>notes 3>&- &
	server=$!
	for ((i = 0; i < 200; i++)); do
		address=$(sed -n 's/^serving runs.db on //p' said)
		[ -z "$address" ] || return 0
		sleep .05
	done
	cat said notes
	return 1
}

# Waits until the listener has it.
heard() { # TEXT
	for ((i = 0; i < 200; i++)); do
		! grep -qF "$1" events || return 0
		sleep .05
	done
	cat events
	return 1
}

ask() { # PATH ARGUMENT...
	curl -sS --max-time 10 "${@:2}" "$address$1"
}

@test "a server shows a history, takes runs, and tells who listens" {
	serve
	[ "$(ask /api/v1/health | jq -r .status)" = ok ]
	[ "$(ask '/api/v1/runs?limit=1' | jq .total)" = 1 ]
	[ "$(ask '/api/v1/runs?limit=1' --compressed | jq .total)" = 1 ]
	curl -sSN --max-time 20 "$address/api/v1/events" >events &
	listener=$!
	heard 'retry:'
	/usr/bin/python3 "$support/alerted.py" hash=2 sort |
		sed 's/"id": "[0-9a-f]*"/"id": "00000000000000ff"/' >other.json
	[ "$(ask /api/v1/runs --data-binary @other.json -o answer -w '%{http_code}')" = 401 ]
	authorized=(-H "Authorization: Bearer $(<secret)")
	[ "$(ask /api/v1/runs "${authorized[@]}" --data-binary @other.json | jq .new)" = true ]
	[ "$(ask /api/v1/runs "${authorized[@]}" --data-binary @other.json | jq .new)" = false ]
	[ "$(ask /api/v1/runs "${authorized[@]}" --data-binary @secret -o answer -w '%{http_code}')" = 400 ]
	grep -q 'its format is not known' answer
	[ "$(ask '/api/v1/runs?limit=1' | jq .total)" = 2 ]
	heard 'event: run'
	# A run is seen while it is measured; without a server, or a token, it is measured all the same.
	for told in "$address" http://127.0.0.1:9; do
		BENCHGATE_TOKEN=$(<secret) try run -q --config none --counts=none --processes 2 --time 1ms --live "$told" 'vector*'
		[ "$status" -eq 0 ]
	done
	[[ $output == *'note: --live: not all was told to http://127.0.0.1:9/'* ]]
	heard '"event": "end","word": "NEW"'
	kill "$listener"
	grep -q '"event": "begin"' events
	grep -A1 'event: run' events | grep -q 00000000000000ff
	# What is larger than a body may be, and says no length, is not read to its end.
	ask /api/v1/annotations "${authorized[@]}" -H 'Transfer-Encoding: chunked' --data-binary "@$program" \
		-o answer || :
	[ "$(ask /api/v1/health | jq -r .status)" = ok ]
	kill "$server"
	wait "$server" || [ $? -eq 143 ]
	server=''
	"$program" history check --db runs.db
}

@test "a server speaks TLS by a certificate of one's own" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	serve --tls-cert cert.pem --tls-key key.pem --read token
	[[ $address == https://* ]]
	[ "$(ask /api/v1/me --cacert cert.pem -H "Authorization: Bearer $(<secret)" | jq -r .name)" = ci ]
	[ "$(ask /api/v1/me --cacert cert.pem -o answer -w '%{http_code}')" = 401 ]
}

@test "what cannot be served is said in one line" {
	mkdir folder
	while read -r code arguments; do
		# shellcheck disable=SC2086  # several arguments
		run --separate-stderr timeout 10 "$program" serve $arguments
		echo "$arguments: $status $stderr"
		[ "$status" -eq "$code" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done <<-'END'
		2 --config none
		3 --db none/none.db
		3 --db folder
		2 --db runs.db --listen here
		2 --db runs.db --listen 127.0.0.1:99999
		2 --db runs.db --tls-cert run.json
		3 --db runs.db --listen 127.0.0.1:0 --tls-cert run.json --tls-key run.json
		2 --db runs.db other
		2 --db runs.db --role read
		2 --db runs.db token
		2 --db runs.db token add it
		2 --db runs.db token add ci --role read
		2 --db runs.db token remove it
	END
	grep -q 'shown this once' note
	[ "$("$program" serve token list --db runs.db | sed 's/ [^ ]*  / /')" = 'write  ci' ]
}

@test "a server, its tokens and a site may be killed: what was said to be kept is there, and nothing else" {
	mkdir killed
	cd killed
	/usr/bin/python3 "$support/killed_servers.py" "$program" "${WRITERS_KILLED:-3}"
}
