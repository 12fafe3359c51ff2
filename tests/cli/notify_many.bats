#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Three hundred alerts in one run, told to eight channels of which one hangs, one refuses and one fails: what each gets, and that
# none waits for another. ALERTS_TIMED=1 says how long it took.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/notified

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	/usr/bin/python3 "$support/changed.py" 300 1
	mkdir evil
	/usr/bin/python3 -W ignore "$support/http_evil.py" evil 3>&- &
	echo "$!" >servers
	until_true 200 test -s evil/ports
}

teardown_file() {
	kill "$(cat "$BATS_FILE_TMPDIR/servers")"
}

setup() {
	own_home
	ln -s "$BATS_FILE_TMPDIR"/{head.json,base.json,evil} .
	read -r http _ <evil/ports
	: >evil/log
	cat >benchgate.json <<-END
		{
			"channels": {
				"log": { "type": "file", "path": "alerts.log" },
				"own": { "type": "command", "command": "cat >>own.log" },
				"fine": { "type": "webhook", "url": "http://127.0.0.1:$http/ok" },
				"again": { "type": "webhook", "url": "http://127.0.0.1:$http/flaky/503/2/again", "idempotent": true },
				"hangs": { "type": "webhook", "url": "http://localhost:$http/slow", "timeout": "${hang:-300ms}" },
				"refuses": { "type": "webhook", "url": "http://127.0.0.1:1/", "timeout": "5s" },
				"fails": { "type": "webhook", "url": "http://localhost:$http/status/500/out-of-order" },
				"metrics": { "type": "pushgateway", "url": "http://127.0.0.1:$http/ok" }
			},
			"notify": { "state": "state.json" }
		}
	END
}

tell() { # ARGUMENT...
	try notify head.json --against ./base.json "$@"
}

# How often a path was asked for
times() { # PATH
	grep -c " $1" evil/log || :
}

@test "300 alerts are one message a channel, which says that it is probably the machine" {
	local started=$EPOCHREALTIME
	tell
	[ -z "${ALERTS_TIMED:-}" ] || echo "# $(bc <<<"$EPOCHREALTIME - $started") s" >&3
	[ "$status" -eq 0 ]
	[ "$(wc -l <alerts.log)" -eq 1 ]
	jq -e '(.alerts | length == 300) and (.cause | contains("probably the machine"))' alerts.log
	jq -es 'length == 1' own.log
	[ "$(times /ok)" -eq 2 ]
	[ "$(times /flaky/503/2/again)" -eq 3 ]
	[ "$(times /slow)" -eq 1 ]
	[ "$(times /status/500)" -eq 1 ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[[ $stderr == *'warning: hangs: '*'warning: refuses: '*'warning: fails: status 500: out-of-order'* ]]
	for channel in log own fine again metrics; do
		grep -q "^$channel: sent" <<<"$output"
	done
}

# Tells all channels anew, and says how many milliseconds that took.
timed() {
	rm -f state.json
	timed_again
}

# The same with what is known.
timed_again() {
	local started=${EPOCHREALTIME/./}
	tell >&2
	echo "$(((${EPOCHREALTIME/./} - started) / 1000))"
}

@test "none waits for another: six that hang take no longer than one does" {
	local one six
	jq --arg url "http://127.0.0.1:$http/slow" '.channels = { one: { type: "webhook", url: $url, timeout: "1s" } }' benchgate.json >one.json
	jq '.channels.one as $one | { type: "command", command: "sleep 1" } as $own
		| .channels += { two: $one, three: $one, four: $own, five: $own, six: $own }' one.json >six.json
	mv one.json benchgate.json
	one=$(timed)
	mv six.json benchgate.json
	six=$(timed)
	echo "one: $one ms, six: $six ms"
	[ "$(times /slow)" -eq 4 ]
	[ "$six" -lt $((2 * one)) ]
}

@test "what hung, refused or failed is sent by the next run, and nothing else is" {
	tell
	rm alerts.log own.log
	: >evil/log
	sed -i "s,/slow,/ok/slow,; s,127.0.0.1:1/,127.0.0.1:$http/ok/refused,; s,localhost:$http/status/500/out-of-order,127.0.0.1:$http/ok/failed," benchgate.json
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ ! -e alerts.log ]
	[ ! -e own.log ]
	for path in slow refused failed; do
		[ "$(times "/ok/$path")" -eq 1 ]
	done
	# The metrics are of each run.
	[ "$(times /ok/metrics)" -eq 1 ]
	[ "$(grep -c . evil/log)" -eq 4 ]
}

@test "what failed is tried once and for a short time by the next run, and in full when the server answers" {
	hook() { # URL MEMBERS
		cat >benchgate.json <<-END
			{ "channels": { "hook": { "type": "webhook", "url": "$1" $2 } }, "notify": { "state": "state.json", "budget": "20s" } }
		END
	}
	hook http://127.0.0.1:1/
	tell
	[[ $stderr == *'(tried 3 times); the message is kept'* ]]
	tell
	[[ $stderr == *'(one short try, because earlier ones failed); the message is kept'* ]]
	holds state.json '[one["attempts"] for one in it["unsent"]] == [2]'
	# After eight failures the whole time is tried again.
	sed -i 's/"attempts": 2/"attempts": 8/' state.json
	tell
	[[ $stderr == *'(tried 3 times); the message is kept'* ]]
	hook "http://127.0.0.1:$http/ok"
	tell
	[[ $output == 'hook: sent benchgate: 300 benchmarks '* ]]
	[ -z "$stderr" ]
	[ "$(times /ok)" -eq 1 ]
	holds state.json 'it["unsent"] == []'
}

@test "a webhook that hangs costs its time once, and a short time after that" {
	local first second
	jq --arg url "http://127.0.0.1:$http/slow" '.channels = { hook: { type: "webhook", url: $url, timeout: "8s" } }' benchgate.json >one.json
	mv one.json benchgate.json
	first=$(timed)
	second=$(timed_again)
	echo "first: $first ms, second: $second ms"
	[ "$((2 * second))" -lt "$first" ]
	[ "$(times /slow)" -eq 2 ]
}

@test "a channel is sent a test message, and nothing is remembered of it" {
	try notify --test own
	[ "$status" -eq 0 ]
	[ "$output" = 'own: sent benchgate: test message' ]
	[ -z "$stderr" ]
	holds own.log '[(one["benchmark"], one["rule"]) for one in it["alerts"]] == [("example", "test")] and it["status"] is None'
	try notify --test refuses
	[ "$status" -eq 3 ]
	[[ $stderr == 'benchgate: warning: refuses: not reached: '*'; the message is lost' ]]
	try notify --test fine --dry-run
	[ "$status" -eq 0 ]
	[[ $output == 'To fine (webhook): benchgate: test message'* ]]
	[ "$(times /ok)" -eq 0 ]
	[ ! -e state.json ]
	[ ! -e alerts.log ]
	try notify --test fines
	fails 2 "benchgate: unknown channel 'fines'; did you mean fine? known channels: *fine*"
	try notify --test metrics
	fails 2 "benchgate: metrics (pushgateway) keeps one message of each run, which a test would replace; *"
	try notify --test own --flush
	fails 2 "benchgate: --test CHANNEL sends a test message alone; *"
	try notify --test own head.json
	fails 2 "benchgate: --test CHANNEL sends a test message alone; *"
	# A test is sent whatever the channel is told otherwise.
	jq '.channels.own.at_least = "critical"' benchgate.json >strict.json
	mv strict.json benchgate.json
	try notify --test own
	[ "$output" = 'own: sent benchgate: test message' ]
}

@test "without a state it is one message a run, and what is not sent is said to be lost" {
	sed -i 's/"state.json"/"\/dev\/null\/state.json"/' benchgate.json
	tell
	[ "$status" -eq 0 ]
	[ "$(wc -l <alerts.log)" -eq 1 ]
	[[ $stderr == *"is not remembered"*"the message is lost"* ]]
	tell --strict-notify
	[ "$status" -eq 3 ]
	[ "$(wc -l <alerts.log)" -eq 2 ]
}

@test "what a channel refuses for good counts as untold: the next run tells it anew" {
	configured() { # PATH
		cat >benchgate.json <<-END
			{ "channels": { "hook": { "type": "webhook", "url": "http://127.0.0.1:$http/$1" } }, "notify": { "state": "state.json" } }
		END
	}
	configured status/422/no-such-room
	tell
	[[ $stderr == *'status 422: no-such-room; the message is lost' ]]
	holds state.json 'not any(one["told"] for alert in it["alerts"] for one in alert["told"])'
	configured ok
	tell
	[[ $output == 'hook: sent benchgate: 300 benchmarks '* ]]
	[ -z "$stderr" ]
	holds state.json 'all([(one["channel"], one["told"]) for one in alert["told"]] == [("hook", True)] for alert in it["alerts"])'
	tell
	[ "$output" = 'nothing is to be told' ]
}

@test "what one of two channels refuses for good, it alone is told anew" {
	configured() { # PATH
		cat >benchgate.json <<-END
			{
				"channels": {
					"hook": { "type": "webhook", "url": "http://127.0.0.1:$http/$1" },
					"log": { "type": "file", "path": "alerts.log" }
				},
				"notify": { "state": "state.json" }
			}
		END
	}
	configured status/422/no-such-room
	tell
	holds state.json 'all([(one["channel"], one["told"]) for one in alert["told"]] == [("hook", False), ("log", True)] for alert in it["alerts"])'
	valid state.json alerts-schema
	configured ok
	tell
	[[ $output == 'hook: sent benchgate: 300 benchmarks '* ]]
	[ "${#lines[@]}" -eq 1 ]
	tell
	[ "$output" = 'nothing is to be told' ]
	[ "$(wc -l <alerts.log)" -eq 1 ]
}
