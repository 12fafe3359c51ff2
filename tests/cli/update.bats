#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What writes baselines: benchgate update-baselines, run --save-baseline, UPDATE_BASELINES.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain '' slow -DSLOW more -DCOUNT=110 unstable -DUNSTABLE crash -DCRASH gone -DGONE
}

setup() {
	local version
	for version in "$BATS_FILE_TMPDIR"/*/; do
		ln -s "$version" .
	done
	mkdir .git
	export TRACE=$PWD/trace
}

# What a Python expression says of the baseline, where b(name) is a benchmark and t(name) its sessions of the time
base_holds() { # EXPRESSION
	valid "$own" baseline-schema
	holds "$own" "(lambda b, t: $1)(lambda name: it['benchmarks'][name], lambda name: list(it['benchmarks'][name]['metrics']['time']['sessions']))"
}

# What a line of update-baselines says at its end
outcome_is() { # PATTERN
	# shellcheck disable=SC2053  # a pattern
	[[ $(last_line) == $1 ]]
}

@test "without a terminal and without --yes it is a mistake, and nothing is measured" {
	update plain </dev/null
	fails 2 'benchgate: update-baselines asks before it records, but there is no terminal: give --yes or --dry-run'
	nothing_measured
	[ ! -e baselines ]
}

@test "--dry-run measures, shows, and writes nothing" {
	update plain --dry-run --force
	[ "$status" -eq 0 ]
	[ -e trace ]
	outcome_is '4 would be recorded in baselines/*.json'
	[ ! -e baselines ]
	recorded plain
	age 2020 "$own"
	cp "$own" before
	update more --dry-run --force --reason test-procedure
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'REGRESSION steady count: '* ]]
	cmp "$own" before
	[ "$(find baselines -type f | wc -l)" -eq 1 ]
}

@test "--yes records what was measured, where, and how much more would help" {
	update plain --yes --force
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	set_own
	outcome_is "4 recorded in $own: 1 session on record; with 4 more, *"
	base_holds 'set(it["benchmarks"]) == {"steady", "work", "leaver", "shaky"}'
	base_holds 'len(t("work")) == 1 and b("work")["sample_size"] == 2 and b("work")["suite"] == "gate.so"'
	base_holds '[c["reason"] for c in b("work")["changes"]] == ["session"] and b("work")["changes"][0]["old_ns"] is None'
	base_holds 'list(b("steady")["metrics"]["count"]["sessions"].values()) == [[100, 100]]'
	[ "$(find baselines -type f | wc -l)" -eq 1 ]
	[ "$(stat -c %a "$own")" = "$(printf '%o' $((0666 & ~$(umask))))" ]
}

@test "a pattern records what it names and leaves the others as they were" {
	recorded plain work
	recorded plain steady
	base_holds 'set(it["benchmarks"]) == {"steady", "work"}'
	age 2020 "$own"
	recorded plain work
	base_holds 'len(t("work")) == 2 and len(t("steady")) == 1'
	outcome_is '1 recorded in *: 2 sessions on record; *'
}

@test "--baseline takes a name or a file" {
	update plain --yes --force --baseline mine
	[ "$status" -eq 0 ]
	valid baselines/named/mine.json baseline-schema
	update plain --yes --force --baseline sub/mine.json
	[ "$status" -eq 0 ]
	valid sub/mine.json baseline-schema
	[ "$(find baselines -type f | wc -l)" -eq 1 ]
}

@test "a second session waits until they are a minute apart" {
	recorded plain
	cp "$own" before
	signal_when INT said.err update-baselines --suite ./plain/gate.so --processes 1 --time 1ms --yes
	[ "$status" -eq 130 ]
	grep -qE '^benchgate: waiting ([4-5][0-9] s|1 min 00 s): sessions are at least 60 s apart$' said.err
	nothing_measured
	cmp "$own" before
	# With -q it says nothing of it, and waits all the same.
	within=2 update plain --yes --force
	[ "$status" -eq 124 ]
	nothing_measured
	age 2020 "$own"
	recorded plain
	base_holds 'len(t("work")) == 2 and [c["reason"] for c in b("work")["changes"]] == ["session", "session"]'
	outcome_is '4 recorded in *: 2 sessions on record; with 3 more, *'
}

@test "--replace forgets what was known, at once" {
	recorded plain
	update more --yes --force --replace steady
	[ "$status" -eq 3 ]
	recorded more --replace --reason sustained-improvement
	base_holds 'len(t("steady")) == 1 and list(b("steady")["metrics"]["count"]["sessions"].values()) == [[110, 110]]'
	gate more
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = PASS ]
}

@test "what is unstable is not recorded, unless --force says so; the others are" {
	update unstable --processes 4 --yes work
	[ "$status" -eq 3 ]
	[[ $output == *$'
not recorded: work: unstable: its processes differ by '*' %, over 5 % (--force records it anyway)
nothing was recorded' ]]
	[ ! -e baselines ]
	recorded plain steady shaky leaver
	age 2020 "$own"
	cp "$own" before
	update unstable --processes 4 --yes
	[ "$status" -eq 3 ]
	base_holds '"work" not in it["benchmarks"]'
	update unstable --processes 4 --yes --force work
	[ "$status" -eq 0 ]
	base_holds 'b("work")["sample_size"] == 4'
}

@test "what crashes is not recorded, and the others are" {
	update crash --yes --force
	[ "$status" -eq 3 ]
	set_own
	[[ $output == *$'
not recorded: shaky: it has no values
3 recorded in '* ]]
	base_holds 'set(it["benchmarks"]) == {"steady", "work", "leaver"}'
	update crash --yes --force shaky
	[ "$status" -eq 3 ]
	outcome_is 'nothing was recorded'
}

@test "what changed is not recorded without --reason; the others are" {
	recorded plain
	age 2020 "$own"
	update more --yes --force
	[ "$status" -eq 3 ]
	[[ $output == *$'
not recorded: steady: it changed by more than its threshold: say why with --reason; if its code changed, start a new baseline with --replace
3 recorded in '* ]]
	base_holds 'len(t("steady")) == 1 and len(t("work")) == 2'
}

@test "--reason records what changed, and why, by whom and at what commit" {
	git -c init.defaultBranch=trunk init -q .
	git -c user.name=nobody -c user.email=nobody@example.invalid commit -q --allow-empty -m one
	recorded plain work --processes 5 --time 5ms
	age 2020 "$own"
	update slow work --processes 5 --time 5ms --force --yes --reason 'environment-change: new kernel' --approved-by Ann
	[ "$status" -eq 0 ]
	base_holds 'len(t("work")) == 2 and [c["reason"] for c in b("work")["changes"]] == ["session", "environment-change"]'
	base_holds '(lambda c: (c["note"], c["approved_by"]) == ("new kernel", "Ann") and 2 < c["new_ns"] / c["old_ns"] and 1 < c["interval"][0] < c["new_ns"] / c["old_ns"] < c["interval"][1])(b("work")["changes"][1])'
	base_holds 'b("work")["changes"][1]["commit"] == "'"$(git rev-parse HEAD)"'" and b("work")["changes"][1]["timestamp"] == t("work")[1]'
}

@test "a reason is one of four words, or a note of its own" {
	local reason
	for reason in sustained-improvement test-procedure: manual-override 'faster disks' test-procedures; do
		recorded plain steady --replace --reason "$reason"
		query "$own" '"%(reason)s, %(note)s" % it["benchmarks"]["steady"]["changes"][-1]' >>reasons
		valid "$own" baseline-schema
	done
	[ "$(cat reasons)" = "$(printf '%s\n' 'sustained-improvement, None' 'test-procedure, None' 'manual-override, None' 'manual-override, faster disks' 'manual-override, test-procedures')" ]
}

# Nine more sessions, of 2011 to 2019
add_sessions() {
	/usr/bin/python3 - "$own" <<-'END'
		import json, sys
		it = json.load(open(sys.argv[1]))
		for bench in it["benchmarks"].values():
		    first = bench["changes"][0]
		    times = [f"{year}-01-01T00:00:00Z" for year in range(2011, 2020)]
		    bench["changes"][:0] = [{**first, "timestamp": time} for time in times]
		    bench["changes"][0]["reason"] = "environment-change"
		    for metric in bench["metrics"].values():
		        values = list(metric["sessions"].values())[0]
		        metric["sessions"] = {**{time: values for time in times}, **metric["sessions"]}
		json.dump(it, open(sys.argv[1], "w"))
	END
}

@test "the eleventh session drops the first, and why it was recorded" {
	recorded plain
	age 2020 "$own"
	add_sessions
	base_holds 'len(t("work")) == 10'
	recorded plain
	base_holds 'len(t("work")) == 10 and t("work")[0].startswith("2012-") and t("work")[8].startswith("2020-")'
	# A change that was given a reason is kept.
	base_holds '[c["timestamp"][:4] for c in b("work")["changes"]][:3] == ["2011", "2012", "2013"] and len(b("work")["changes"]) == 11'
	outcome_is '4 recorded in *: 10 sessions on record'
}

# `run`, as short as can be, and without files to write
run_recording() { # VERSION ARGUMENT...
	try run -q --suite "./$1/gate.so" --processes 2 --time 2ms "${@:2}"
}

@test "UPDATE_BASELINES of 1 makes run record, another value is the reason" {
	UPDATE_BASELINES=1 run_recording plain --processes 1
	[ "$status" -eq 0 ]
	set_own
	outcome_is "4 recorded in $own: *"
	age 2020 "$own"
	# One reading of a count alone proves nothing, so that these are two.
	rm "$own"
	recorded plain
	age 2020 "$own"
	UPDATE_BASELINES=1 run_recording more steady
	[ "$status" -eq 3 ]
	outcome_is 'nothing was recorded'
	UPDATE_BASELINES='environment-change: new kernel' run_recording more steady --processes 1
	[ "$status" -eq 0 ]
	base_holds '(lambda c: (c["reason"], c["note"]) == ("environment-change", "new kernel"))(b("steady")["changes"][-1])'
	cp "$own" before
	for value in '' 0; do
		UPDATE_BASELINES=$value run_recording plain steady
		[[ $output != *recorded* ]]
		cmp "$own" before
	done
}

@test "UPDATE_BASELINES and files to write: they are written, or it is a mistake" {
	UPDATE_BASELINES=1 gate plain --processes 1
	[ "$status" -eq 2 ] || [ -e result.json ]
	[ "$status" -eq 2 ] || [ -e verdict.json ]
	rm -rf baselines
	UPDATE_BASELINES=1 gate plain --processes 1 --save-baseline other
	[ "$status" -eq 2 ] || [ -e baselines/named/other.json ]
}

# on_terminal ANSWER ARGUMENT...: what a terminal gets to see
on_terminal() {
	local answer=$1
	shift
	status=0
	output=$(printf '%s\n' "$answer" | timeout 30 script -qec "'$program' update-baselines -q --suite ./plain/gate.so --processes 1 --time 1ms $*" /dev/null) || status=$?
	cat -v <<<"$output"
}

@test "on a terminal it asks, and takes no for an answer" {
	local answer
	for answer in n '' no; do
		on_terminal "$answer" --sessions 1
		[ "$status" -eq 0 ]
		[[ $output == *'record this in baselines/'*'? [y/N] '*'nothing was recorded'* ]]
		[ ! -e baselines ]
	done
	on_terminal y --sessions 1
	[ "$status" -eq 0 ]
	[[ $output == *'4 recorded in baselines/'* ]]
	set_own
	valid "$own" baseline-schema
}

@test "Ctrl-C at the question ends it, and nothing is recorded" {
	status=0
	{
		until_true 300 grep -qs 'y/N' typed
		printf '\003'
		sleep 1
	} | timeout 40 script -qefc "'$program' update-baselines -q --suite ./plain/gate.so --sessions 1 --processes 2 --time 2ms --force" typed >/dev/null || status=$?
	[ "$status" -eq 130 ]
	[ ! -e baselines ]
}

@test "--sessions and --spread that cannot be are mistakes" {
	update plain --yes --force --sessions 0
	fails 2 'benchgate: --sessions takes a number from 1 to 1000'
	update plain --yes --force --sessions 1001
	fails 2 'benchgate: --sessions takes a number from 1 to 1000'
	update plain --yes --force --sessions many
	fails 2 'benchgate: --sessions takes *'
	update plain --yes --force --spread 1h
	fails 2 'benchgate: --spread is the time from the first session to the last: say how many with --sessions'
	nothing_measured
}

# Starts update-baselines, and ends it while it waits for its next session.
stopped_while_waiting() { # ARGUMENT...
	local pid
	set -m
	env --default-signal=INT "$program" update-baselines --suite ./plain/gate.so --processes 1 --time 1ms --force "$@" >said.out 2>said.err 3>&- &
	pid=$!
	set +m
	until_true 400 grep -q ': waiting ' said.err
	kill -s INT "$pid"
	status=0
	wait "$pid" || status=$?
	cat said.out said.err
	[ "$status" -eq 130 ]
}

nr_tables() { # FILE
	grep -c '^benchmark ' "$1"
}

@test "where none is on record, five sessions are taken, and how long that takes comes first" {
	stopped_while_waiting --yes
	[ "$(head -n 1 said.err)" = 'benchgate: 5 sessions of 4 benchmarks take about 4 min 00 s, because there are none yet (--sessions 1 takes one)' ]
	[ "$(sed -n 2p said.err)" = 'benchgate: session 1 of 5: 4 of 4 recorded' ]
	[[ $(sed -n 3p said.err) == 'benchgate: waiting '*': sessions are at least 60 s apart' ]]
	# What was recorded until then stays, and is shown.
	[ "$(nr_tables said.out)" -eq 1 ]
	[[ $(tail -n 1 said.out) == '4 recorded in baselines/'*': 1 session on record; with 4 more, '* ]]
	set_own
	base_holds 'len(t("work")) == 1'
}

@test "where one is on record, one session is taken; of other benchmarks it is none" {
	recorded plain work
	age 2020 "$own"
	try update-baselines -q --suite ./plain/gate.so --processes 1 --time 1ms --yes --force
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	base_holds 'len(t("work")) == 2 and len(t("steady")) == 1'
	rm "$own"
	recorded plain work
	on_terminal n steady leaver
	[[ $output == *'5 sessions of 2 benchmarks take about 4 min 00 s, because there are none yet (--sessions 1 takes one); record them in '* ]]
}

@test "several sessions have one table, and what they leave out has its number" {
	try update-baselines --suite ./unstable/gate.so --processes 4 --time 2ms --dry-run --sessions 3 work
	[ "$status" -eq 3 ]
	[ "$stderr" = $'benchgate: 3 sessions of 1 benchmark take about 0.7 s
benchgate: session 1 of 3: 0 of 1 would be recorded
benchgate: session 2 of 3: 0 of 1 would be recorded
benchgate: session 3 of 3: 0 of 1 would be recorded' ]
	[ "$(grep -c '^benchmark ' <<<"$output")" -eq 1 ]
	[[ $output == *$'\nnot recorded in session 1: work: unstable: '*$'\nnot recorded in session 2: work: unstable: '*$'\nnot recorded in session 3: work: unstable: '*$'\n0 would be recorded in baselines/'* ]]
	[ ! -e baselines ]
}

@test "several sessions are asked for once, before they begin" {
	on_terminal n --sessions 2
	[ "$status" -eq 0 ]
	[[ $output == *'2 sessions of 4 benchmarks take about 1 min 00 s; record them in baselines/'*'? [y/N] '*'nothing was recorded'* ]]
	nothing_measured
	[ ! -e baselines ]
}

@test "--time shrinks to fit the --budget of a session" {
	update plain --yes --force --processes 5 --time 10s --budget 2s steady work
	[[ $output == 'note: --time is 700 ms instead of 10.0 s, to fit the budget of 2.00 s'$'\n'* ]]
	set_own
	base_holds '3 <= b("work")["sample_size"] <= 5'
}

@test "--sessions and --spread: the next session is announced" {
	stopped_while_waiting --yes --sessions 3 --spread 4h
	[ "$(head -n 1 said.err)" = 'benchgate: 3 sessions of 4 benchmarks take about 240 min 00 s' ]
	grep -qE '^benchgate: waiting 1[12][09] min [0-9]+ s: session 2 of 3 is next; 2[34][09] min [0-9]+ s until the last$' said.err
	set_own
	base_holds 'len(t("work")) == 1'
}

@test "a file of version 1 becomes one of version 3" {
	mkdir baselines
	echo '{"version": 1, "benchmarks": {"work": {"mean_ns": 400, "std_dev_ns": 4, "sample_size": 20, "confidence_interval": [398, 402]}, "other": {"mean_ns": 1, "std_dev_ns": 0.1, "sample_size": 3, "confidence_interval": [1, 1]}}}' >baselines/old.json
	update plain --yes --force --baseline baselines/old.json --reason test-procedure
	[ "$status" -eq 0 ]
	own=baselines/old.json
	base_holds 'it["version"] == 3 and len(t("work")) == 1 and b("work")["sample_size"] == 2'
	# What was not measured keeps what is known of it.
	base_holds '(lambda d: (d["mean_ns"], d["std_dev_ns"], d["sample_size"], d["metrics"]) == (1, 0.1, 3, {}))(b("other"))'
}

@test "a baseline of another machine is left alone" {
	recorded plain
	sed -i 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' "$own"
	cp "$own" before
	update plain --yes --force
	fails 4 "benchgate: $own is not comparable with what would be measured here: processor: Other 9000, here *; --replace starts a new baseline"
	nothing_measured
	cmp "$own" before
}

@test "--replace of a baseline of another machine leaves nothing of that machine" {
	recorded plain
	sed -i 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' "$own"
	update plain --yes --force --replace work
	[ "$status" -ne 0 ] || base_holds 'list(it["benchmarks"]) == ["work"]'
	update plain --yes --force --replace
	[ "$status" -eq 0 ]
	base_holds 'it["cpu"] != "Other 9000" and len(it["benchmarks"]) == 4'
}

@test "interrupted while measuring: the old file is as it was" {
	recorded plain
	age 2020 "$own"
	cp "$own" before
	signal_when INT trace update-baselines -q --suite ./plain/gate.so --processes 1000 --time 20s --yes
	[ "$status" -eq 130 ]
	no_process_left
	cmp "$own" before
	[ "$(find baselines -type f | wc -l)" -eq 1 ]
}

@test "what was recorded and accepted with a reason is exact again" {
	recorded plain steady --processes 5
	age 2020 "$own"
	recorded more steady --processes 5 --reason sustained-improvement
	gate_time more steady
	[ "$(word steady count)" = PASS ]
}

@test "a name for --save-baseline that is none is known before anything is measured" {
	gate plain --save-baseline ''
	fails 2 'benchgate: the name of a baseline is empty'
	gate plain --save-baseline .hidden
	fails 2 "benchgate: '.hidden' cannot be the name of a baseline: it starts with a dot"
	nothing_measured
}

@test "--save-baseline replaces a baseline, and nothing else that is there" {
	echo 'int main(void);' >source.c
	gate plain --save-baseline ./source.c
	[ "$status" -eq 2 ]
	[ "$(cat source.c)" = 'int main(void);' ]
}

@test "a baseline is not replaced by a run that was refused or had no time" {
	recorded plain
	sed 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' "$own" >other.json
	cp other.json kept.json
	gate plain --baseline ./other.json --save-baseline ./other.json
	[ "$status" -eq 4 ]
	cmp other.json kept.json
	gate plain --baseline "$own" --budget 1ms --save-baseline ./other.json --replace
	[ "$status" -eq 3 ]
	cmp other.json kept.json
}

# sessions FILE: how many there are of steady's time
sessions() {
	query "$1" 'len(it["benchmarks"]["steady"]["metrics"]["time"]["sessions"])'
}

@test "--save-baseline adds a session to what is there; --replace starts it anew" {
	gate plain --save-baseline main
	[ "$status" -eq 0 ]
	age 2020 baselines/named/main.json
	gate plain --save-baseline main --report text
	[ "$status" -eq 0 ]
	[ "$(sessions baselines/named/main.json)" -eq 2 ]
	[[ $output == *'saved in baselines/named/main.json: 2 sessions on record; with 3 more, '* ]]
	valid baselines/named/main.json baseline-schema
	sed -i -E "s/\"$(date -u +%Y)(-[0-9]{2}-[0-9]{2}T)/\"2021\1/" baselines/named/main.json
	gate plain steady --save-baseline main
	# What was not measured this time keeps what it has.
	[ "$(sessions baselines/named/main.json)" -eq 3 ]
	holds baselines/named/main.json 'len(it["benchmarks"]["work"]["metrics"]["time"]["sessions"]) == 2'
	gate plain --save-baseline main --replace
	[ "$status" -eq 0 ]
	[ "$(sessions baselines/named/main.json)" -eq 1 ]
}

@test "five runs that are saved under a name are a baseline whose drift is known" {
	for year in 2020 2021 2022 2023 2024; do
		gate plain steady --save-baseline main
		[ "$status" -eq 0 ]
		sed -i -E "s/\"$(date -u +%Y)(-[0-9]{2}-[0-9]{2}T)/\"$year\1/" baselines/named/main.json
	done
	[ "$(sessions baselines/named/main.json)" -eq 5 ]
	try compare baseline:main ./plain/gate.so --only steady --time 2ms
	[ "$status" -eq 0 ]
	[[ $output != *'session'*'more'* ]]
	try compare baseline:main ./more/gate.so --only steady --time 2ms
	[ "$status" -eq 1 ]
}

@test "--save-baseline: two sessions are a minute apart" {
	gate plain steady --save-baseline main
	within=2 gate plain steady --save-baseline main
	[ "$status" -eq 124 ]
	within=2 try run --suite ./plain/gate.so steady --processes 1 --time 1ms --save-baseline main
	[ "$status" -eq 124 ]
	[[ $stderr == *'waiting '*': sessions are at least 60 s apart'* ]]
	[ "$(sessions baselines/named/main.json)" -eq 1 ]
}

@test "--save-baseline: what another machine saved, or what cannot be read, is left as it is" {
	gate plain --save-baseline main
	sed -i 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' baselines/named/main.json
	cp baselines/named/main.json kept.json
	rm -f result.json trace
	gate plain --save-baseline main
	[ "$status" -eq 4 ]
	[[ $stderr == 'benchgate: baselines/named/main.json is not comparable with what would be measured here: '*'--replace starts it anew' ]]
	nothing_measured
	cmp baselines/named/main.json kept.json
	echo '{' >baselines/named/main.json
	gate plain --save-baseline main
	[ "$status" -eq 3 ]
	[[ $stderr == 'benchgate: baselines/named/main.json: '* ]]
	nothing_measured
	gate plain --save-baseline main --replace
	[ "$status" -eq 0 ]
	[ "$(sessions baselines/named/main.json)" -eq 1 ]
}

@test "--replace goes with --save-baseline" {
	gate plain --replace
	fails 2 'benchgate: --replace goes with --save-baseline'
	UPDATE_BASELINES=1 gate plain --replace
	fails 2 'benchgate: UPDATE_BASELINES is set, *'
	nothing_measured
}
