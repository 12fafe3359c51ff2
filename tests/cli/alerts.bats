#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is told what, and when: over many runs, with a state that is kept, lost, spoilt, locked, or has no room.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	alerted base.json hash sort parse
	alerted slow.json hash=1.2 sort parse=1.004
	alerted well.json hash=1.001 sort parse
}

setup() {
	export TZ=UTC0
	cp "$BATS_FILE_TMPDIR"/*.json .
	rules='[ { "name": "large", "condition": "change_percent > 10", "severity": "critical" }, { "name": "small", "condition": "change_percent > 5" } ]'
	configure '"state": "state.json"'
}

# A policy file with two channels and the rules, and this of how to tell; changes that no rule speaks of pass.
configure() { # MEMBERS
	cat >benchgate.json <<-END
		{
			"channels": {
				"chat": { "type": "file", "path": "chat.log" },
				"pager": { "type": "file", "path": "pager.log", "at_least": "critical" }
			},
			"tiers": { "critical": { "target": "20%" } },
			"alert_rules": $rules,
			"notify": { $1 }
		}
	END
}

alerted() { # FILE BENCHMARK...
	/usr/bin/python3 "$support/alerted.py" "${@:2}" >"$1"
}

tell() { # HEAD ARGUMENT...
	try notify "$1" --against base.json "${@:2}"
	[ "$status" -eq 0 ]
}

# Another run that measured the same
rerun() { # FILE
	run_nr=$((${run_nr:-0} + 1))
	sed -i -E "s/\"id\": \"[0-9a-f]{16}\"/\"id\": \"$(printf %016x "$run_nr")\"/" "$1"
}

# The kinds and benchmarks of what a channel was told, a line a message
told() { # LOG
	[ ! -e "$1" ] || /usr/bin/python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    print(*[alert["kind"] + ":" + alert["benchmark"] for alert in json.loads(line)["alerts"]])' "$1"
}

# What a channel was told is that and nothing else.
heard() { # LOG LINE...
	diff <(told "$1") <(if (($# > 1)); then printf '%s\n' "${@:2}"; fi)
}

# It is quiet from an hour ago to an hour from now, or was until an hour ago.
hours() { # FROM TO
	configure "\"state\": \"state.json\", \"quiet_hours\": { \"from\": \"$(date -u -d "$1" +%H:%M)\", \"to\": \"$(date -u -d "$2" +%H:%M)\" }"
}

@test "a slowdown is told once, and its end is told once" {
	tell slow.json
	[ "$output" = $'chat: sent benchgate: hash +20.0 % (critical) on main\npager: sent benchgate: hash +20.0 % (critical) on main' ]
	[ -z "$stderr" ]
	rerun slow.json
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
	# Told again, it is the same run.
	tell slow.json
	try alerts list
	[ "${lines[0]%%:*}" = 'critical  hash takes 20 % longer' ]
	[[ ${lines[1]} == *', 2 runs, on main' ]]
	tell well.json
	[ "$output" = $'chat: sent benchgate: hash passes again on main\npager: sent benchgate: hash passes again on main' ]
	tell well.json
	[ "$output" = 'nothing is to be told' ]
	try alerts list
	[ "$output" = 'no alert stands' ]
	heard chat.log new:hash resolved:hash
	heard pager.log new:hash resolved:hash
	valid state.json alerts-schema
}

@test "what comes back is told with how often, after a change of which file, both values, and what to do" {
	local nr name commit=()
	own_home
	git init -q --initial-branch=main .
	printf '*.json\n*.log\n' >.gitignore
	nr=0
	# The parser gets slow three times; each time something else changes with it.
	for name in lib.c 'src/parser.c lib.c' lib.c 'src/parser.c new.c' lib.c 'src/parser.c'; do
		mkdir -p src
		for file in $name; do echo "$nr" >"$file"; done
		git add .
		git commit -q -m "$name"
		commit[nr++]=$(git rev-parse HEAD)
	done
	at() { # FILE COMMIT
		rerun "$1"
		sed -i -E "s/\"git_commit\": \"[0-9a-f]*\"/\"git_commit\": \"${commit[$2]}\"/" "$1"
	}
	at base.json 0
	at slow.json 1
	tell slow.json
	at well.json 2
	tell well.json
	at slow.json 3
	tell slow.json
	at well.json 4
	tell well.json
	at slow.json 5
	tell slow.json
	/usr/bin/python3 - <<-'PY' >said
		import json
		for line in open("chat.log", encoding="utf-8"):
		    for it in json.loads(line)["alerts"]:
		        print(it["kind"], it["recurs"], it["unit"], round(it["baseline_value"]), round(it["current_value"]), it["advice"], sep="|")
	PY
	advice='find the change that did it; if it is meant: benchgate accept hash --reason "..."'
	diff said - <<-END
		new|None|ns|1000|1200|$advice
		resolved|None|ns|1000|1001|None
		new|second time in 14 days, each time after a change of src/parser.c|ns|1000|1200|$advice
		resolved|second time in 14 days, each time after a change of src/parser.c|ns|1000|1001|None
		new|third time in 14 days, each time after a change of src/parser.c|ns|1000|1200|$advice
	END
	valid state.json alerts-schema
	# Where git does not know the commits, only how often; and what is two weeks old does not count.
	rm -rf .git
	at well.json 4
	tell well.json
	sed -i -E '0,/"at": "20../s//"at": "2020/' state.json
	at slow.json 5
	tell slow.json
	[ "$(tail -n 1 chat.log | jq -r '.alerts[0].recurs')" = 'third time in 14 days' ]
}

@test "what gets critical is told as worse, to those as well who care only then" {
	alerted warm.json hash=1.07 sort parse
	tell warm.json
	tell slow.json
	tell warm.json
	tell slow.json
	tell well.json
	heard chat.log new:hash worse:hash resolved:hash
	heard pager.log worse:hash resolved:hash
}

@test "what a run did not measure, or could not, goes on standing" {
	tell slow.json
	alerted other.json sort parse
	tell other.json
	alerted broken.json hash=failed sort parse
	tell broken.json
	try alerts list
	[[ $output == critical*hash* ]]
	heard chat.log new:hash
}

@test "an alert that nobody settles goes on to the next channel" {
	rules='[ { "name": "slower", "condition": "change_percent > 5", "escalate_after_runs": 2, "escalate_to": ["pager"] } ]'
	configure '"state": "state.json"'
	for _ in 1 2 3 4; do
		rerun slow.json
		tell slow.json
	done
	heard chat.log new:hash
	heard pager.log escalated:hash
	[[ $(tail -n 1 pager.log) == *'unresolved for 3 runs'* ]]
	tell well.json
	heard pager.log escalated:hash resolved:hash
}

@test "who acknowledges an alert is left alone until it ends" {
	tell slow.json
	try alerts ack hash --reason 'known since Monday'
	[ "$status" -eq 0 ]
	[[ $output == 'acknowledged: hash takes 20 % longer'* ]]
	tell slow.json
	try alerts list
	[[ $output == *', acknowledged 20'*'Z: known since Monday' ]]
	tell well.json
	heard chat.log new:hash resolved:hash
}

@test "what is resolved by hand is new when it is found again" {
	tell slow.json
	try alerts resolve 'ha*'
	[ "$status" -eq 0 ]
	tell well.json
	tell slow.json
	heard chat.log new:hash new:hash
}

@test "what is resolved by hand is new even within its cool-down" {
	rules='[ { "name": "slower", "condition": "change_percent > 5", "cool_down": "10h" } ]'
	configure '"state": "state.json"'
	tell slow.json
	tell well.json
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
	try alerts resolve hash
	[ "$status" -eq 0 ]
	tell slow.json
	heard chat.log new:hash resolved:hash new:hash
	try alerts resolve hash
	tell slow.json
	heard chat.log new:hash resolved:hash new:hash new:hash
}

@test "a silenced benchmark is told of when that is over" {
	try alerts silence hash --until 1h --reason 'we move'
	[ "$status" -eq 0 ]
	[[ $output == 'silenced  hash until 20'*'Z: we move' ]]
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
	try alerts list
	[[ ${lines[1]} == *', silenced' ]]
	[[ ${lines[2]} == 'silenced  hash until '* ]]
	valid state.json alerts-schema
	try alerts unsilence hash
	[ "$status" -eq 0 ]
	tell slow.json
	heard chat.log new:hash
}

@test "a day of silence counts to its end" {
	try alerts silence 'sort/*' --until "$(date -u +%F)"
	[ "$status" -eq 0 ]
	holds state.json "it['silences'][0]['until'] == '$(date -u -d tomorrow +%F)T00:00:00Z'"
	try alerts silence 'sort/*' --until 2h
	holds state.json 'len(it["silences"]) == 1'
}

@test "silence may last for ever" {
	try alerts silence hash --until 9999-12-31
	[ "$status" -eq 0 ]
	[ "$output" = 'silenced  hash until 9999-12-31T23:59:59Z' ]
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
}

@test "slips are said" {
	tell slow.json
	try alerts
	fails 2 'benchgate: alerts takes list, ack, resolve, silence, unsilence, channels, pause, unpause or log'
	try alerts akc hash
	fails 2 "benchgate: unknown alerts action 'akc'; did you mean ack? known actions: *"
	try alerts ack
	fails 2 "benchgate: alerts ack takes one benchmark, or a pattern such as 'sort/\*'"
	try alerts ack hahs
	fails 2 "benchgate: no alert of 'hahs' stands; did you mean hash?"
	try alerts resolve sort
	fails 2 "benchgate: no alert of 'sort' stands (see 'benchgate alerts list')"
	try alerts silence hash
	fails 2 'benchgate: silence takes --until, such as --until 2026-12-31 or --until 4h'
	try alerts silence hash --until tomorrow
	fails 2 "benchgate: --until takes a day such as 2026-12-31 or a duration such as 4h; 'tomorrow' is neither"
	try alerts silence hash --until 2020-01-01
	fails 2 'benchgate: --until 2020-01-01 is over already'
	try alerts unsilence hash
	fails 2 "benchgate: 'hash' is not silenced (see 'benchgate alerts list')"
	try alerts list --until 1h
	fails 2 'benchgate: --until goes with alerts silence and pause, not with list'
	try alerts ack hash --json
	fails 2 'benchgate: --json goes with alerts list, not with ack'
}

@test "the list is to be had for programs" {
	tell slow.json
	try alerts list --json
	[ "$status" -eq 0 ]
	echo "$output" >list.json
	holds list.json '[a["benchmark"] for a in it["alerts"]] == ["hash"] and it["silences"] == []'
	holds list.json '[one["channel"] for one in it["alerts"][0]["told"]] == ["chat", "pager"] and it["alerts"][0]["resolved"] is None'
	try alerts silence sort --until 1h
	try alerts list 'so*' --json
	echo "$output" >list.json
	holds list.json 'it["alerts"] == [] and [a["benchmark"] for a in it["silences"]] == ["sort"]'
}

@test "in quiet hours only what is critical is loud; the rest comes in one digest" {
	hours '1 hour ago' '1 hour'
	alerted night.json hash=1.2 sort=1.08 parse=1.07
	tell night.json
	[ "${lines[0]}" = '2 notices wait until quiet hours are over' ]
	heard chat.log new:hash
	alerted later.json hash=1.2 sort=1.08 parse
	tell later.json
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	try alerts list
	[[ $output == *$'\nwaiting   1 notice, until quiet hours are over' ]]
	valid state.json alerts-schema
	hours '3 hours ago' '1 hour ago'
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 1 new on main' ]
	try notify --flush
	heard chat.log new:hash new:sort
	heard pager.log new:hash
}

@test "on quiet days only what is critical is loud; the rest comes in one digest" {
	configure "\"state\": \"state.json\", \"quiet_hours\": { \"holidays\": [\"$(date -u +%m-%d)\", \"$(date -u -d tomorrow +%Y-%m-%d)\"] }"
	valid benchgate.json config-schema
	alerted holiday.json hash=1.2 sort=1.08 parse
	tell holiday.json
	[ "${lines[0]}" = '1 notice waits until quiet hours are over' ]
	heard chat.log new:hash
	configure '"state": "state.json", "quiet_hours": { "days": "mon", "holidays": [] }'
	valid benchgate.json config-schema
	configure "\"state\": \"state.json\", \"quiet_hours\": { \"days\": [\"$(date -u -d '2 days ago' +%a | tr '[:upper:]' '[:lower:]')\"] }"
	valid benchgate.json config-schema
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 1 new on main' ]
	configure '"state": "state.json", "quiet_hours": { "days": ["Saturday"] }'
	try notify --flush
	fails 2 'benchgate: benchgate.json: notify.quiet_hours.days has "Saturday"; each must be mon, tue, wed, thu, fri, sat or sun'
	run ! valid benchgate.json config-schema
	configure '"state": "state.json", "quiet_hours": { "days": [] }'
	try notify --flush
	fails 2 'benchgate: benchgate.json: notify.quiet_hours has no from; *'
}

@test "channels are listed with what they are told, what failed and what is paused" {
	sed -i 's|"chat.log"|"logs/chat.log"|; s|"channels": {|"channels": { "metrics": { "type": "pushgateway", "url": "http://127.0.0.1:9" },|' benchgate.json
	touch logs
	try alerts channels
	[ "$status" -eq 0 ]
	[ "$output" = $'metrics       pushgateway  each run\nchat          file         all alerts\npager         file         alerts of severity critical' ]
	[ ! -e state.json ]
	tell slow.json
	try alerts pause pager --until 2999-12-31 --reason 'on holiday'
	[ "$output" = 'paused    pager until 3000-01-01T00:00:00Z: on holiday' ]
	valid state.json alerts-schema
	try alerts channels
	[[ $output == *'chat          file         all alerts; 1 message not sent: cannot make the folder '* ]]
	[[ $output == *'pager         file         alerts of severity critical; paused until 3000-01-01T00:00:00Z: on holiday' ]]
	try alerts channels more
	fails 2 'benchgate: alerts channels takes nothing else'
	try alerts channels --until 4h
	fails 2 'benchgate: --until goes with alerts silence and pause, not with channels'
	echo '{}' >benchgate.json
	try alerts channels
	[ "$output" = 'the policy file names no channels' ]
}

@test "a channel that is paused is told all in one digest when that is over" {
	try alerts pause chat --until 4h
	tell slow.json
	[ "${lines[0]}" = '1 notice waits until the pause of the channel is over' ]
	heard chat.log
	heard pager.log new:hash
	try alerts list
	[[ $output == *$'\nwaiting   1 notice, until the pause of the channel is over' ]]
	alerted more.json hash=1.2 sort=1.08 parse
	tell more.json
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	try alerts unpause chat
	[ "$output" = 'no longer paused: chat' ]
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 2 new on main' ]
	try notify --flush
	heard chat.log 'new:hash new:sort'
	heard pager.log new:hash
	# What ended meanwhile is left out; a pause runs out by itself.
	try alerts pause chat --until 4h
	tell base.json
	sed -i 's/"until": "2[0-9-]*T/"until": "2020-01-01T/' state.json
	tell base.json
	heard chat.log 'new:hash new:sort' 'resolved:hash resolved:sort'
	holds state.json 'it["pauses"] == []'
	try alerts pause chta --until 4h
	fails 2 "benchgate: unknown channel 'chta'; did you mean chat? known channels: chat, pager"
	try alerts pause chat
	fails 2 'benchgate: pause takes --until, such as --until 2026-12-31 or --until 4h'
	try alerts pause --until 4h
	fails 2 "benchgate: alerts pause takes one channel (see 'benchgate alerts channels')"
	try alerts unpause chat
	fails 2 "benchgate: 'chat' is not paused (see 'benchgate alerts channels')"
}

@test "a channel that keeps one message is left alone while it is paused" {
	sed -i 's|"type": "file", "path": "chat.log"|"type": "pushgateway", "url": "http://127.0.0.1:9"|' benchgate.json
	tell slow.json
	holds state.json '[one["attempts"] for one in it["unsent"]] == [1]'
	try alerts pause chat --until 4h
	tell well.json
	[ -z "$stderr" ]
	holds state.json '[one["attempts"] for one in it["unsent"]] == [1]'
	try alerts unpause chat
	try notify --flush
	[[ $stderr == *'chat: not reached: '* ]]
}

@test "what cannot be sent is kept, and sent later under the same id" {
	sed -i 's|"chat.log"|"logs/chat.log"|' benchgate.json
	touch logs
	tell slow.json
	[[ $stderr == "benchgate: warning: chat: cannot make the folder 'logs': "*"; the message is kept, for the next run or 'benchgate notify --flush' to send" ]]
	id=$(query state.json 'it["unsent"][0]["id"]')
	holds state.json 'it["unsent"][0]["attempts"] == 1 and [one["told"] for one in it["alerts"][0]["told"]] == [False, True]'
	valid state.json alerts-schema
	try alerts list
	[[ $output == *$'\nunsent    chat: benchgate: hash +20.0 % (critical) on main (1 attempt; cannot make the folder '* ]]
	tell slow.json
	holds state.json 'it["unsent"][0]["attempts"] == 2 and len(it["unsent"]) == 1'
	try notify --flush --strict-notify
	[ "$status" -eq 3 ]
	rm logs
	mkdir logs
	try notify --flush
	[ "$output" = 'chat: sent benchgate: hash +20.0 % (critical) on main' ]
	[ -z "$stderr" ]
	holds logs/chat.log "it['id'] == '$id'"
	holds state.json 'it["unsent"] == []'
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
}

@test "what a channel that keeps one message could not be told is kept: of each branch the last, for 7 days" {
	sed -i 's|"type": "file", "path": "chat.log"|"type": "pushgateway", "url": "http://127.0.0.1:9"|' benchgate.json
	tell slow.json
	[[ $stderr == 'benchgate: warning: chat: not reached: '*'; the message is kept, for the next run or '* ]]
	valid state.json alerts-schema
	holds state.json '[(one["channel"], one["type"], one["title"], one["attempts"]) for one in it["unsent"]] == [("chat", "pushgateway", "benchgate: REGRESSION, 1 new on main", 1)]'
	try notify --flush
	[[ $stderr == 'benchgate: warning: chat: not reached: '*'; the message is kept, '* ]]
	holds state.json '[one["attempts"] for one in it["unsent"]] == [2]'
	try alerts list
	[[ $output == *$'\nunsent    chat: benchgate: REGRESSION, 1 new on main (2 attempts; not reached: '* ]]
	tell well.json
	[ "$(grep -c '^benchgate: warning: chat: not reached' <<<"$stderr")" -eq 1 ]
	holds state.json '[one["title"] for one in it["unsent"]] == ["benchgate: PASS, 1 resolved on main"]'
	heard pager.log new:hash resolved:hash
	sed -i 's/"written": "20[0-9-]*T/"written": "2026-01-01T/' state.json
	try notify --flush
	[ "$stderr" = 'benchgate: warning: 1 message was dropped that could not be sent for 7 days' ]
	holds state.json 'it["unsent"] == []'
}

@test "a message for a channel that is of another type now is dropped with a warning" {
	sed -i 's|"type": "file", "path": "chat.log"|"type": "pushgateway", "url": "http://127.0.0.1:9"|' benchgate.json
	tell slow.json
	sed -i 's|"type": "pushgateway", "url": "http://127.0.0.1:9"|"type": "file", "path": "chat.log"|' benchgate.json
	try notify --dry-run --flush
	[ "$status" -eq 0 ]
	try notify --flush
	[ "$status" -eq 0 ]
	[ "$stderr" = 'benchgate: warning: chat: a message was dropped that was written for a channel of type pushgateway; it is of type file now: benchgate: REGRESSION, 1 new on main' ]
	holds state.json 'it["unsent"] == []'
}

@test "what ends before a channel could be told of it is not told there at all" {
	sed -i 's|"chat.log"|"logs/chat.log"|' benchgate.json
	touch logs
	tell slow.json
	cp state.json before.json
	tell well.json
	[ "$output" = 'pager: sent benchgate: hash passes again on main' ]
	[ -z "$stderr" ]
	valid state.json alerts-schema
	rm logs
	mkdir logs
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	heard pager.log new:hash resolved:hash
	# Resolved by hand
	cp before.json state.json
	try alerts resolve hash
	holds state.json 'it["unsent"] == []'
	try notify --flush
	heard logs/chat.log
}

@test "what may have arrived before a run was killed is sent again, or its end is" {
	tell slow.json
	sed 's/"unsure": false/"unsure": true/' state.json >before.json
	cp before.json state.json
	valid state.json alerts-schema
	try notify --flush
	heard chat.log new:hash new:hash
	[ "$(grep -o '"id": "[^"]*"' chat.log | sort -u | wc -l)" -eq 1 ]
	cp before.json state.json
	tell well.json
	heard chat.log new:hash new:hash resolved:hash
}

@test "a channel that comes back hears of the end of what it knows, and of nothing between" {
	tell slow.json
	mv chat.log kept.log
	mkdir chat.log
	tell well.json
	tell slow.json
	tell well.json
	rmdir chat.log
	mv kept.log chat.log
	try notify --flush
	heard chat.log new:hash resolved:hash
	heard pager.log new:hash resolved:hash new:hash resolved:hash
}

@test "a channel that is added later is told what changes from then on, not what stands" {
	tell slow.json
	sed -i 's|"channels": {|"channels": { "third": { "type": "file", "path": "third.log" },|' benchgate.json
	rerun slow.json
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	alerted more.json hash=1.2 sort=1.2 parse
	tell more.json
	tell well.json
	heard third.log new:sort resolved:sort
	heard chat.log new:hash new:sort 'resolved:hash resolved:sort'
}

@test "alerts of a message that failed stay together, and those that ended are left out" {
	sed -i 's|"chat.log"|"logs/chat.log"|' benchgate.json
	touch logs
	alerted two.json hash=1.2 sort=1.2 parse
	tell two.json
	id=$(query state.json 'it["unsent"][0]["id"]')
	holds state.json '[(one["alerts"], one["title"]) for one in it["unsent"]] == [(2, "benchgate: 2 benchmarks in src slower by 20 % (critical) on main")]'
	# Another fails beside it; then one of the two is well again.
	alerted three.json hash=1.2 sort=1.2 parse=1.2
	tell three.json
	holds state.json '[one["alerts"] for one in it["unsent"]] == [2, 1]'
	alerted left.json hash sort=1.2 parse=1.2
	tell left.json
	holds state.json 'sorted(one["alerts"] for one in it["unsent"]) == [1, 1]'
	holds state.json "'$id' in [one['id'] for one in it['unsent']]"
	valid state.json alerts-schema
	rm logs
	mkdir logs
	try notify --flush
	[ "$output" = 'chat: sent 2 messages' ]
	[ "$(told logs/chat.log | sort)" = $'new:parse\nnew:sort' ]
	holds state.json 'it["unsent"] == []'
}

@test "what could not be sent for 7 days is dropped with a line, and not told any more; its end is" {
	sed -i 's|"chat.log"|"logs/chat.log"|' benchgate.json
	touch logs
	tell slow.json
	sed -i 's/"written": "20[0-9-]*T/"written": "2026-01-01T/' state.json
	rm logs
	mkdir logs
	try notify --flush
	[ "$stderr" = 'benchgate: warning: 1 message was dropped that could not be sent for 7 days' ]
	[ "$output" = '' ]
	holds state.json 'it["unsent"] == []'
	rerun slow.json
	tell slow.json
	heard logs/chat.log
	tell well.json
	heard logs/chat.log resolved:hash
}

# An alert as version 1 of the file had it, and what waited.
old_state() { # RESOLVED TOLD UNTOLD LETTERS NOTICES
	cat >state.json <<-END
		{ "format": "benchgate-alerts", "version": 1,
			"alerts": [ { "fingerprint": "$fingerprint", "benchmark": "hash", "metric": "time", "tier": "critical", "file": "", "line": 0,
				"base": "baseline", "branch": "main", "rule": "large", "text": "hash takes 20 % longer", "severity": "critical", "better": false,
				"change_percent": 20, "runs": 1, "since": "$now", "most_severe": "critical", "announced": true, "seen": "$now",
				"last_run": null, "resolved": $1, "held_until": null, "acknowledged": null, "reason": null, "escalations": 0,
				"told": $2, "untold": $3, "left": [] } ],
			"silences": [], "waiting": [ $5 ], "outbox": [ $4 ] }
	END
}

old_letter() { # ID KIND OVERTAKEN
	echo "{ \"id\": \"$1\", \"channel\": \"chat\", \"type\": \"file\", \"about\": \"\", \"overtaken\": $3, \"recallable\": true, \"title\": \"$2\", \"fingerprints\": \"$fingerprint\", \"written\": \"$now\", \"attempts\": 1, \"trouble\": \"down\", \"claimed_by\": \"0123456789abcdef\", \"claimed_until\": \"$now\", \"body\": { \"id\": \"$1\", \"alerts\": [ { \"kind\": \"$2\", \"benchmark\": \"hash\" } ] } }"
}

old_notice() { # KIND
	echo "{ \"channel\": \"chat\", \"kind\": \"$1\", \"fingerprint\": \"$fingerprint\" }"
}

@test "a state of version 1 is read: its outbox is sent as it is, once and in order" {
	local now fingerprint=0123456789abcdef
	now=$(date -u +%FT%TZ)
	old_state "\"$now\"" '["chat", "pager"]' '[]' \
		"$(old_letter 000000000000000a new false), $(old_letter 000000000000000b worse true), $(old_letter 000000000000000c resolved false)" ''
	try alerts list
	[[ $output == *$'\nunsent    chat: new (1 attempt; down)\nunsent    chat: resolved (1 attempt; down)' ]]
	try notify --flush
	[ "$output" = 'chat: sent 2 messages' ]
	valid state.json alerts-schema
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	heard chat.log new:hash resolved:hash
	[ "$(grep -o '000000000000000.' chat.log)" = $'000000000000000a\n000000000000000c' ]
	heard pager.log
}

@test "a state of version 1 is read: who was told is not told again, who refused it is" {
	local now fingerprint=0123456789abcdef
	now=$(date -u +%FT%TZ)
	old_state null '["chat"]' '["pager"]' '' ''
	try notify --flush
	[ "$output" = 'pager: sent benchgate: hash +20.0 % (critical) on main' ]
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	heard chat.log
	heard pager.log new:hash
	# Nobody was told; nobody is to be.
	old_state null '[]' '[]' '' ''
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
}

@test "a state of version 1 is read: what waits for the end of quiet hours is told then" {
	local now fingerprint=0123456789abcdef
	now=$(date -u +%FT%TZ)
	old_state null '["pager"]' '[]' '' "$(old_notice new)"
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 1 new on main' ]
	old_state null '["chat", "pager"]' '[]' '' "$(old_notice worse)"
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 1 worse on main' ]
	old_state "\"$now\"" '["chat", "pager"]' '[]' '' "$(old_notice resolved)"
	try notify --flush
	[ "$output" = 'chat: sent benchgate: after quiet hours, 1 resolved on main' ]
	try notify --flush
	[ "$output" = 'nothing is to be told' ]
	heard chat.log new:hash worse:hash resolved:hash
	heard pager.log
}

@test "without a place for a state it is one message a run, and a warning" {
	mkdir file
	configure '"state": "file"'
	alerted many.json hash=1.2 sort=1.3 parse=1.06
	for _ in 1 2; do
		tell many.json
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "benchgate: warning: "*file*"; what is sent is not remembered, and may be told again by the next run" ]]
	done
	heard chat.log 'new:hash new:sort new:parse' 'new:hash new:sort new:parse'
	heard pager.log 'new:hash new:sort' 'new:hash new:sort'
	[ "$(grep -o '"id": "[^"]*"' chat.log | sort -u | wc -l)" -eq 1 ]
}

@test "a state that another process has locked for too long is done without" {
	configure '"state": "state.json", "budget": "1s"'
	tell slow.json
	cp state.json before.json
	exec 8>state.json.lock
	flock 8
	tell slow.json
	[[ $stderr == "benchgate: warning: another process has locked 'state.json.lock' for too long; what is sent is not remembered"* ]]
	flock -u 8
	cmp state.json before.json
	heard chat.log new:hash new:hash
}

@test "a spoilt state is put aside with one warning, and telling goes on" {
	tell slow.json
	truncate -s 100 state.json
	tell slow.json
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == 'benchgate: warning: state.json: '*'; it is now state.json.spoilt, and what was told before is not known any more' ]]
	[ "$(stat -c %s state.json.spoilt)" -eq 100 ]
	tell slow.json
	[ -z "$stderr" ]
	heard chat.log new:hash new:hash
	valid state.json alerts-schema
}

@test "on a full disk the old state stays, and this run's messages are sent all the same" {
	alerted base.json hash sort 'b#300'
	alerted full.json hash sort 'b#300=1.2'
	alerted more.json hash=1.2 sort 'b#300=1.2'
	tell full.json
	rm ./*.log
	cp state.json before.json
	[ "$(stat -c %s state.json)" -gt 65536 ]
	for _ in 1 2; do
		# A write beyond 64 KiB fails, as it does on a disk that is full.
		run --separate-stderr /usr/bin/python3 - "$program" <<-'END'
			import os, resource, signal, sys
			signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
			resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
			os.execv(sys.argv[1], ["benchgate", "notify", "more.json", "--against", "base.json"])
		END
		echo "$output$stderr"
		[ "$status" -eq 0 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == 'benchgate: warning: cannot write state.json: '*'; what is sent is not remembered, and may be told again by the next run' ]]
		cmp state.json before.json
		[ "$(echo state.json*)" = 'state.json state.json.lock' ]
	done
	# Told again, under the same id, so that who receives it can tell; and nothing else is
	tell more.json
	heard chat.log new:hash new:hash new:hash
	[ "$(grep -o '"id": "[^"]*"' chat.log | sort -u | wc -l)" -eq 1 ]
	tell more.json
	[ "$output" = 'nothing is to be told' ]
}

@test "what would be sent is shown, and nothing is written" {
	try notify --dry-run slow.json --against base.json
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'To chat (file): benchgate: hash +20.0 % (critical) on main' ]
	[[ $output == *$'\nTo pager (file): '* ]]
	[ ! -e state.json ]
	[ ! -e chat.log ]
	tell slow.json
	cp state.json before.json
	try notify --dry-run slow.json --against base.json
	[ "$output" = 'nothing is to be told' ]
	cmp state.json before.json
}

@test "three hundred alerts are one message where they have one cause, and five where they have many" {
	alerted base.json 'b#300' 'c#300=1,critical,lib/c.c'
	alerted slow.json 'b#300=1.2' 'c#300=1,critical,lib/c.c'
	tell slow.json
	[ "${lines[0]}" = 'chat: sent benchgate: 300 benchmarks in src slower by 20 % (critical) on main' ]
	alerted slow.json 'b#300=1.2' 'c#300=1.2,critical,lib/c.c'
	rm state.json
	tell slow.json
	[ "${lines[0]}" = 'chat: sent benchgate: 600 benchmarks of 600 slower by 20 % (critical) on main' ]
	[[ $(tail -n 1 chat.log) == *'it is probably the machine, not the code'* ]]
	local -a before=() after=()
	for i in {1..30}; do
		before+=("d$i/#10=1,tier$((i % 15)),src/$i/x.c" "e$i/#40=1,critical,src/$i/y.c")
		after+=("d$i/#10=1.2,tier$((i % 15)),src/$i/x.c" "e$i/#40=1,critical,src/$i/y.c")
	done
	alerted base.json "${before[@]}"
	alerted slow.json "${after[@]}"
	rm state.json ./*.log
	tell slow.json
	[ "$(wc -l <chat.log)" -eq 5 ]
	[ "$(told chat.log | wc -w)" -eq 300 ]
}

@test "what was told is kept at home, in a file for each project" {
	own_home
	configure ''
	tell slow.json
	state=$(echo "$HOME"/.local/state/benchgate/alerts/*.json)
	valid "$state" alerts-schema
	tell slow.json
	[ "$output" = 'nothing is to be told' ]
	try alerts list
	[[ $output == critical*hash* ]]
}

@test "in CI a project is known by its repository, wherever a job has it" {
	own_home
	configure ''
	export CI=true GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project
	mkdir -p one/part two/part
	cp ./*.json one/part
	cp ./*.json two/part
	cd one/part
	GITHUB_WORKSPACE=${PWD%/part} tell slow.json
	[[ $output == *'sent benchgate: hash +20.0 % (critical)'* ]]
	cd ../../two/part
	GITHUB_WORKSPACE=${PWD%/part} tell slow.json
	[ "$output" = 'nothing is to be told' ]
	[ "$(find "$HOME/.local/state/benchgate/alerts" -name 'project-*.json' | wc -l)" -eq 1 ]
}

@test "quiet hours that cannot be read are refused" {
	configure '"quiet_hours": { "from": "22:00", "to": "7" }'
	try config check
	fails 2 'benchgate: benchgate.json: notify.quiet_hours.to is "7"; it must be a time of day from "00:00" to "23:59", two digits each'
}

@test "the policy file's rules and channels are shown, without what is unsaid" {
	try config show
	[[ $output == *$'\nalert_rules[large].severity '*' critical '*' benchgate.json'* ]]
	[[ $output == *$'\nchannels.pager.at_least '*' critical '*' benchgate.json'* ]]
	[[ $output == *$'\nnotify.state '*' state.json '*' benchgate.json'* ]]
	[[ $output != *.timeout* ]]
}

@test "two runs at once tell it once" {
	/usr/bin/python3 "$support/alert_storm.py" together "$program" "${ALERTS_ROUNDS:-8}"
}

@test "whenever a run is killed, everything is told, and twice only what was not yet recorded" {
	/usr/bin/python3 "$support/alert_storm.py" kill "$program" "${ALERTS_ROUNDS:-8}"
}

@test "a change that is taken back ends its alerts, though the same bytes are not measured" {
	own_home
	turns_suite base.so
	turns_suite head.so -DTIMES=2 -DCOUNT=200
	cp base.so again.so
	rules='[ { "name": "slower", "condition": "change_percent > 20" } ]'
	configure '"state": "state.json"'
	try compare -q --units 4 --time 2ms base.so head.so --notify=always
	[ "$status" -eq 1 ]
	[[ $stderr == 'benchgate: chat: sent '* ]]
	try alerts list
	[ "$output" != 'no alert stands' ]
	try compare -q --units 4 --time 2ms base.so again.so --notify=always
	[ "$status" -eq 0 ]
	[[ $stderr == *'chat: sent '*'passes again'* ]] || [[ $stderr == *'chat: sent '*' pass again'* ]]
	try alerts list
	[ "$output" = 'no alert stands' ]
}

@test "a limit of a file's size is as a full disk: the exit code stays the verdict's, and nothing half is left" {
	tell slow.json
	cp state.json before.json
	alerted many.json hash=1.2 sort=1.2 parse
	run bash -c "ulimit -f 0; exec '$program' notify many.json --against base.json >/dev/null 2>&1"
	[ "$status" -eq 0 ]
	cmp state.json before.json
	[ "$(echo state.json*)" = 'state.json state.json.lock' ]
}

@test "a message of several lines is one where there is a line for each alert" {
	rules='[ { "name": "slower", "condition": "change_percent > 10", "message_template": "{benchmark}\nsecond" } ]'
	configure '"state": "state.json"'
	tell slow.json
	try alerts list
	[[ ${lines[0]} == 'warning   hash second' ]]
}

# Six calm sessions; +3.5 %, +7 %, -4 % and +12 %
@test "a rule tells of what surely changed, by less than what fails the run too" {
	/usr/bin/python3 "$support/changed.py" 4
	/usr/bin/python3 - <<-'PY'
		import json
		head = json.load(open("head.json"))
		for metric, factor in zip(head["metrics"], (1.035, 1.07, 0.96, 1)):
		    metric["process_values"] = [factor * value for value in metric["process_values"]]
		json.dump(head, open("head.json", "w"))
	PY
	cat >benchgate.json <<-'END'
		{
			"channels": { "chat": { "type": "file", "path": "chat.log" } },
			"tiers": { "standard": { "regression_threshold": "5%", "target": "10%" } },
			"alert_rules": [
				{ "name": "critical_regression", "condition": "change_percent > 10 AND p_value < 0.05", "severity": "critical" },
				{ "name": "warning_regression", "condition": "change_percent > 5 AND p_value < 0.05 AND change_percent <= 10", "severity": "warning" },
				{ "name": "performance_improvement", "condition": "change_percent < -3 AND p_value < 0.05", "severity": "info" },
				{ "name": "tell", "condition": "change_percent > 2 AND p_value < 0.05", "severity": "info" }
			],
			"notify": { "state": "state.json" }
		}
	END
	tell head.json
	[ "$(/usr/bin/python3 -c '
import json
for line in open("chat.log", encoding="utf-8"):
    for alert in json.loads(line)["alerts"]:
        print(alert["benchmark"], alert["severity"])' | sort)" = $'suite_0/benchmark_0 info\nsuite_1/benchmark_1 warning\nsuite_2/benchmark_2 info\nsuite_3/benchmark_3 critical' ]
	try report head.json --against base.json --report json
	[ "$(/usr/bin/python3 -c '
import json, sys
for it in json.load(sys.stdin)["metrics"]:
    print(it["status"], it["p_value"] < 0.05)' <<<"$output")" = $'PASS True\nREGRESSION True\nPASS True\nREGRESSION True' ]
}

@test "where no state file can be, the reason is said, by alerts and by a run" {
	local reason
	echo '{ "channels": { "all": { "type": "command", "command": "cat" } } }' >benchgate.json
	run -3 --separate-stderr env -u HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME "$built/benchgate" alerts list
	reason='there is no place for a state file: the environment has neither XDG_STATE_HOME nor HOME, and the policy file no notify.state'
	[ "$stderr" = "benchgate: $reason" ]
	touch file
	XDG_STATE_HOME=$PWD/file try alerts list
	fails 3 "benchgate: the state file of alerts: cannot make the folder '*/file': File exists"
	shared suite.so "$suites/turns.c"
	XDG_STATE_HOME=$PWD/file try run -q --processes 1 --time 1ms --suite ./suite.so steady --notify always
	[[ $stderr == *"the state file of alerts: cannot make the folder "* ]]
}
