#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate run --shard and compare --shard, and benchgate merge, which judges what they measured as one run.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain '' more -DCOUNT=110 gone -DGONE crash -DCRASH
	turns_suite "$BATS_FILE_TMPDIR/plain.so"
	turns_suite "$BATS_FILE_TMPDIR/more.so" -DCOUNT=200
	turns_suite "$BATS_FILE_TMPDIR/big.so" -DSIZE=2000
}

setup() {
	local version
	for version in "$BATS_FILE_TMPDIR"/*/ "$BATS_FILE_TMPDIR"/*.so; do
		ln -s "$version" .
	done
	mkdir .git
	export TRACE=$PWD/trace
}

# As short as can be; the result file is shard-I.json.
shard() { # I/N VERSION ARGUMENT...
	try run -q --suite "./$2/gate.so" --processes 2 --time 2ms --shard "$1" --out "shard-${1%/*}.json" \
		--report json=verdict.json "${@:3}"
}

# All N of them, none of which found anything.
shards() { # N VERSION ARGUMENT...
	local part
	for ((part = 1; part <= $1; part++)); do
		shard "$part/$1" "${@:2}"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		valid "shard-$part.json"
	done
}

merge() { # ARGUMENT...
	try merge --report json=verdict.json "$@"
}

edit() { # FILE STATEMENT
	/usr/bin/python3 - "$@" <<-'END'
		import json, sys
		it = json.load(open(sys.argv[1]))
		exec(sys.argv[2])
		json.dump(it, open(sys.argv[1], "w"))
	END
}

names() { # FILE
	query "$1" '" ".join(sorted(names()))'
}

# What a verdict says of each metric, apart from the figures
said() {
	query verdict.json 'sorted((c["benchmark"], c["name"], c["status"], c["evidence"]) for c in it["metrics"])'
}

@test "two shards have all between them, and are judged as the whole is" {
	local whole
	recorded plain
	gate plain
	whole=$(said)
	shards 2 plain
	[ "$(names shard-1.json) $(names shard-2.json)" != ' ' ]
	[ "$(tr ' ' '\n' <<<"$(names shard-1.json) $(names shard-2.json)" | sort | xargs)" = 'leaver shaky steady work' ]
	holds shard-2.json 'it["shard"] == {"index": 2, "of": 2, "selection": ["steady", "work", "leaver", "shaky"], "missing": []}'
	holds verdict.json '[(s["shard"], s["of"]) for s in it["shards"]] == [(2, 2)]'
	valid verdict.json verdict-schema
	merge shard-2.json shard-1.json
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = '2 of 2 shards, on 1 machine' ]
	[ "$(said)" = "$whole" ]
	valid verdict.json verdict-schema
	holds verdict.json '[s["shard"] for s in it["shards"]] == [1, 2] and it["summary"]["benchmark_coverage"] < 1'
	holds verdict.json 'all(s["base_timestamp"] and s["mismatch"] is None for s in it["shards"])'
	# In the order of the suite, whoever measured it
	holds verdict.json 'list(dict.fromkeys(c["benchmark"] for c in it["metrics"])) == ["steady", "work", "leaver", "shaky"]'
	holds verdict.json '{c["shard"] for c in it["metrics"]} == {1, 2}'
	agrees
}

@test "a regression in one shard: exit code 1, there and where they are merged" {
	local part failed=0
	recorded plain
	for part in 1 2 3; do
		shard $part/3 more
		failed=$((failed + status))
	done
	[ "$failed" -eq 1 ]
	merge shard-*.json
	[ "$status" -eq 1 ]
	[ "$(word steady count)" = REGRESSION ]
	[[ ${lines[1]} == 'REGRESSION steady count: 100 -> 110, exactly +10.0 %'* ]]
}

@test "a crash in one shard: exit code 3, and the others are judged" {
	recorded plain
	shard 1/2 crash
	shard 2/2 crash
	merge shard-1.json shard-2.json
	[ "$status" -eq 3 ]
	[ "$(word shaky None)" = FAILED ]
	[ "$(word steady count)" = PASS ]
}

@test "a missing shard: what it would have measured is NOT MEASURED, exit code 3" {
	local lost
	recorded plain
	shards 3 plain
	lost=$(names shard-2.json)
	merge shard-1.json shard-3.json
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = '2 of 3 shards, on 1 machine' ]
	[[ ${lines[1]} == 'NOT MEASURED '*': shard 2 of 3 is missing' ]]
	[ "$(query verdict.json '" ".join(sorted(c["benchmark"] for c in it["metrics"] if c["status"] == "NOT MEASURED"))')" = "$lost" ]
	holds verdict.json 'it["summary"]["overall_status"] == "NOT MEASURED"'
	holds verdict.json '[c["tier"] for c in it["metrics"] if c["status"] == "NOT MEASURED"][0] in ("critical", "standard")'
	valid verdict.json verdict-schema
	merge shard-1.json
	[ "$status" -eq 3 ]
	[[ $output == *': shards 2, 3 of 3 are missing'* ]]
}

@test "what no suite has any more is missing once, and no shard says so alone" {
	recorded plain
	shards 2 gone
	holds shard-1.json 'it["shard"]["missing"] == ["leaver"] and "leaver" not in it["shard"]["selection"]'
	merge shard-1.json shard-2.json
	[ "$status" -eq 1 ]
	holds verdict.json '[c["benchmark"] for c in it["metrics"] if c["status"] == "MISSING"] == ["leaver"]'
	# What was not asked for is not missed.
	shards 2 gone steady work
	merge shard-1.json shard-2.json
	[ "$status" -eq 0 ]
}

@test "shards that do not belong together: one line each, exit code 2" {
	shards 2 plain
	mkdir others
	mv shard-2.json others/
	merge shard-1.json shard-1.json
	fails 2 'benchgate: shard-1.json and shard-1.json are both shard 1 of 2: give each once'
	shard 2/3 plain
	merge shard-1.json shard-2.json
	fails 2 'benchgate: shard-1.json is one of 2 shards, and shard-2.json one of 3: they do not belong together'
	shard 2/2 plain steady work shaky
	merge shard-1.json shard-2.json
	fails 2 "benchgate: shard-1.json and shard-2.json are shards of two selections: 'leaver' is in that of shard-1.json, but not in that of shard-2.json"
	merge shard-2.json shard-1.json
	fails 2 "benchgate: shard-2.json and shard-1.json are shards of two selections: 'leaver' is in that of shard-1.json, but not in that of shard-2.json"
	cp others/shard-2.json .
	edit shard-1.json 'it["system_info"]["git_commit"] = "1" * 40'
	edit shard-2.json 'it["system_info"]["git_commit"] = "2" * 40'
	merge shard-1.json shard-2.json
	fails 2 'benchgate: shard-1.json measured the commit 111111111111, and shard-2.json the commit 222222222222: shards are of one commit'
}

@test "what is not a shard: one line each" {
	gate plain
	merge
	fails 2 "benchgate: merge takes the result files of shards, *"
	merge result.json
	fails 2 "benchgate: result.json is not a shard: 'benchgate run --shard I/N --out FILE' writes one"
	merge nowhere.json
	fails 3 'benchgate: *nowhere.json*'
}

@test "a wrong member shard is refused by the schema and by us, with the place" {
	local at statement
	shard 1/2 plain
	cp shard-1.json good.json
	while IFS='|' read -r at statement; do
		cp good.json shard-1.json
		edit shard-1.json "$statement"
		run valid shard-1.json
		[ "$status" -ne 0 ] || [[ $at == *'which is 2' || $at == *selection ]]
		merge shard-1.json
		[ "$status" -ne 0 ]
		[[ $stderr == "benchgate: shard-1.json"*"$at" ]]
	done <<-'END'
		shard is a list; it must be an object|it["shard"] = []
		shard has no "of"|del it["shard"]["of"]
		shard.of is 1001; it must be a number from 1 to 1000|it["shard"]["of"] = 1001
		shard.index is 0; it must be a number from 1 to shard.of, which is 2|it["shard"]["index"] = 0
		shard.index is 3; it must be a number from 1 to shard.of, which is 2|it["shard"]["index"] = 3
		shard.selection[0] is a number; it must be a text|it["shard"]["selection"][0] = 7
		shard has no "missing"|del it["shard"]["missing"]
		which is not in its own shard.selection|it["shard"]["selection"] = ["other"]
	END
}

# What was measured here becomes another machine's.
move_away() { # FILE
	edit "$1" 'it["system_info"]["cpu"] = "Abacus 3"'
}

@test "another machine's shard: refused without a baseline of its own, judged against its own with one" {
	local machine base
	recorded plain
	edit "$own" 'it["benchmarks"]["steady"]["spent_ns"] = 10 ** 12'
	shard 1/2 more steady work
	[ "$status" -eq 1 ]
	shard 2/2 more steady work
	move_away shard-1.json
	merge shard-1.json shard-2.json
	[ "$status" -eq 4 ]
	[ "${lines[0]}" = '2 of 2 shards, on 2 machines' ]
	[[ ${lines[1]} =~ ^REFUSED\ shard\ 1:\ there\ is\ no\ baseline\ of\ its\ machine\ \(([0-9a-f]{8})\)\ in\ baselines$ ]]
	machine=${BASH_REMATCH[1]}
	[ "${lines[2]}" = '  record a baseline on that machine: benchgate update-baselines' ]
	[ "$(word steady None)" = REFUSED ]
	[ "$(word work time)" = INCONCLUSIVE ]
	valid verdict.json verdict-schema
	# With one in which it counted more
	cp "$own" other.json
	edit other.json 'it["system_info"]["cpu"] = it["cpu"] = "Abacus 3"; [s for s in it["benchmarks"]["steady"]["metrics"]["count"]["sessions"].values()][0][:] = [110, 110]'
	merge shard-1.json shard-2.json --against other.json
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = PASS ]
	# By its name
	mkdir baselines/named
	cp other.json baselines/named/other.json
	for base in other baseline:other; do
		merge shard-1.json shard-2.json --against $base
		[ "$status" -eq 0 ]
		[ "$(word steady count)" = PASS ]
	done
	merge shard-1.json shard-2.json --against none
	fails 3 'benchgate: cannot open baselines/named/none.json: *'
	mv other.json "baselines/$(uname -m)-linux-abacus-3-$machine.json"
	merge shard-1.json shard-2.json
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = PASS ]
	holds verdict.json 'len({s["system_info"]["machine"] for s in it["shards"]}) == 2'
	holds verdict.json '{s["system_info"]["cpu"] == "Abacus 3" for s in it["shards"]} == {True, False}'
}

@test "a shard of another build is refused, the others are not; --allow-mismatch compares and marks it" {
	recorded plain
	shards 2 plain
	edit shard-1.json 'it["system_info"]["suite_build"] = "not optimised, assertions on, shared object"'
	merge shard-1.json shard-2.json
	[ "$status" -eq 4 ]
	[[ $output == *$'\nREFUSED shard 1: the base is not comparable: build of the suite: '* ]]
	holds verdict.json '{c["shard"] for c in it["metrics"] if c["status"] == "REFUSED"} == {1}'
	holds verdict.json '[s["mismatch"] is None for s in it["shards"]] == [False, True]'
	merge shard-1.json shard-2.json --allow-mismatch
	[ "$status" -eq 0 ]
	[[ $output == *'note: shard 1: base and head are not comparable: build of the suite: '* ]]
	[ "$(grep -c ', other build$' <<<"$output")" -gt 0 ]
	holds verdict.json 'not any(c["status"] == "REFUSED" for c in it["metrics"])'
}

@test "without any baseline all is new: exit code 0, or 4 where one is required" {
	shards 2 plain
	merge shard-1.json shard-2.json
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "no baseline for these machines yet: 'benchgate update-baselines' records one" ]
	[[ $(last_line) == '4 measured in '*'; nothing was compared' ]]
	merge shard-1.json shard-2.json --require-baseline
	[ "$status" -eq 4 ]
}

@test "more shards than benchmarks: some have nothing to do, which is a success" {
	local part nr_empty=0
	recorded plain
	for part in 1 2 3 4 5 6; do
		shard $part/6 plain
		[ "$status" -eq 0 ]
		valid shard-$part.json
		[[ ${lines[0]} != "shard $part of 6 has none of the 4 benchmarks: there is nothing to measure" ]] || nr_empty=$((nr_empty + 1))
	done
	[ "$nr_empty" -eq 2 ]
	shard 6/6 plain --require-baseline
	[ "$status" -eq 0 ]
	[[ $(last_line) == '0 measured in '*'; nothing was compared' ]]
	merge shard-*.json
	[ "$status" -eq 0 ]
	holds verdict.json 'len(it["shards"]) == 6 and len({c["benchmark"] for c in it["metrics"]}) == 4'
}

@test "a baseline says how long each benchmark took, and that decides who has what" {
	recorded plain
	valid "$own" baseline-schema
	holds "$own" 'all(b["spent_ns"] > 0 for b in it["benchmarks"].values())'
	edit "$own" 'for name, b in it["benchmarks"].items(): b["spent_ns"] = {"steady": 9, "work": 4}.get(name, 3)'
	shards 2 plain
	[ "$(names shard-1.json)" = steady ]
	[ "$(names shard-2.json)" = 'leaver shaky work' ]
	# An old one says nothing, and all count alike, by name.
	edit "$own" 'for b in it["benchmarks"].values(): del b["spent_ns"]'
	valid "$own" baseline-schema
	shards 2 plain
	[ "$(names shard-1.json)" = 'leaver steady' ]
	[ "$(names shard-2.json)" = 'shaky work' ]
}

# With it, steady is as long as the others together.
durations() {
	gate plain
	cp result.json durations.json
	edit durations.json 'for b in it["benchmarks"]: b["spent_ns"] = 9 if b["name"] == "steady" else 3'
}

@test "--durations deals by a result file instead; shards that were dealt differently are found out" {
	durations
	shards 2 plain --durations durations.json
	[ "$(names shard-1.json)" = steady ]
	merge shard-1.json shard-2.json
	[ "$status" -eq 0 ]
	shard 2/2 plain
	[ "$(names shard-2.json)" = 'shaky work' ]
	merge shard-1.json shard-2.json
	[ "$status" -eq 3 ]
	[[ $output == *'NOT MEASURED leaver: no shard has it: they were divided by different durations'* ]]
	shard 1/2 plain
	shard 2/2 plain --durations durations.json
	merge shard-1.json shard-2.json
	fails 2 "benchgate: shard-1.json and shard-2.json both have 'leaver': they were divided by different durations (give all shards the same --durations)"
}

@test "slips with --shard: one line each, and nothing is measured" {
	local said
	for said in 1 0/2 3/2 1/0 1/2/3 a/b 1/1001 /2 1/ -1/2 ''; do
		try run --suite ./plain/gate.so --shard="$said"
		fails 2 "benchgate: --shard takes I/N, the I-th of N parts (of 1000 at most), like 2/4; '$said' is not"
	done
	try run --suite ./plain/gate.so --durations x.json
	fails 2 'benchgate: --durations goes with --shard: give both'
	try run --suite ./plain/gate.so --shard 1/2 --durations nowhere.json
	fails 3 'benchgate: durations: *nowhere.json*'
	try run --suite ./plain/gate.so --shard 1/2 --save-baseline part
	fails 2 'benchgate: --save-baseline and --shard cannot be combined: *'
	UPDATE_BASELINES=session-1 try run --suite ./plain/gate.so --shard 1/2
	[ "$status" -eq 2 ]
	nothing_measured
	gate plain
	try compare result.json ./plain.so --shard 1/2
	fails 2 "benchgate: --shard needs two sides that can be measured; 'benchgate merge' judges the results of shards"
}

# In turn; the files are head-I.json and base-I.json.
compare_shard() { # I/N BASE HEAD ARGUMENT...
	try compare -q --time 2ms --units 4 --threshold 50% --shard "$1" --out "head-${1%/*}.json" \
		--base-out "base-${1%/*}.json" --report json=verdict.json "${@:2}"
}

@test "compare --shard: shards in turn are judged with their own bases" {
	local part
	for part in 1 2; do
		compare_shard $part/2 ./plain.so ./more.so
		valid head-$part.json
		valid verdict.json verdict-schema
	done
	[ "$(names head-1.json)" = 'shaky steady' ]
	[ "$(names head-2.json)" = 'sized/1000' ]
	merge head-1.json head-2.json --threshold 50% --against base-2.json --against base-1.json
	[ "$status" -eq 1 ]
	[ "$(word steady allocations)" = REGRESSION ]
	holds verdict.json '{c["evidence"] for c in it["metrics"] if c["name"] == "time"} == {"in-turn"}'
	valid verdict.json verdict-schema
	merge head-1.json head-2.json --against base-2.json
	fails 4 'benchgate: head-1.json was measured in turn with a base that is not here: --against takes what compare wrote with --base-out'
}

@test "compare --shard: what one side has alone belongs to one shard" {
	local part
	for part in 1 2 3 4 5; do
		compare_shard $part/5 ./plain.so ./big.so
		[ "$status" -eq 0 ]
	done
	merge head-*.json --threshold 50% --against base-1.json --against base-2.json --against base-3.json --against base-4.json
	[ "$status" -eq 1 ]
	[ "$(word sized/1000 None)" = MISSING ]
	[ "$(word sized/2000 None)" = NEW ]
	holds verdict.json 'len([c for c in it["metrics"] if c["status"] == "MISSING"]) == 1'
}

@test "run --base --shard: what was measured in turn is judged so where they are merged" {
	local part
	mkdir one two
	cp plain.so one/gate.so
	cp more.so two/gate.so
	recorded one --processes 5 --time 5ms
	for part in 1 2; do
		try run -q --suite ./two/gate.so --base ./one/gate.so --units 4 --processes 5 --time 5ms --threshold 0.1% \
			--shard $part/2 --out shard-$part.json
		valid shard-$part.json
	done
	merge shard-1.json shard-2.json --threshold 0.1%
	[ "$status" -eq 1 ]
	[ "$(word steady allocations)" = REGRESSION ]
	holds verdict.json 'any(c["evidence"] == "in-turn" for c in it["metrics"])'
}

@test "reports show each shard's machine" {
	recorded plain
	shards 2 plain
	move_away shard-2.json
	try merge shard-1.json shard-2.json --report markdown=report.md --report junit=report.xml --report gobench=report.txt \
		--report csv=report.csv --report html=report.html
	[ "$status" -eq 4 ]
	grep -q '^shard 1: Head:$' report.md
	grep -q '^shard 1: Base:$' report.md
	grep -q '^shard 2: Head:$' report.md
	run ! grep -q '^shard 2: Base:$' report.md
	grep -q '^shard 2: Not compared: there is no baseline of its machine' report.md
	grep -q '<th scope="col">shard 1: base</th><th scope="col">shard 1: head</th><th scope="col">shard 2: head</th>' report.html
	grep -q '<p>shard 2: Not compared: there is no baseline of its machine' report.html
	grep -q 'name="shard 2: cpu" value="Abacus 3"' report.xml
	[ "$(grep -c '^cpu: ' report.txt)" -eq 2 ]
	[ "$(grep -c ',REFUSED,' report.csv)" -eq "$(query shard-2.json 'len(names())')" ]
}

@test "a shard told again is judged as it was" {
	recorded plain
	shards 2 plain
	cp verdict.json one.json
	try report shard-2.json --against "$own" --report json=two.json
	[ "$(query one.json '[(c["benchmark"], c["status"], c["p_above_threshold_adjusted"]) for c in it["metrics"]]')" = \
		"$(query two.json '[(c["benchmark"], c["status"], c["p_above_threshold_adjusted"]) for c in it["metrics"] if c["status"] != "MISSING"]')" ]
}

# What merge said of the shards, report says of the one file that it kept, and merge says it again.
kept_says_the_same() { # BASE
	local merged
	merged=$(query verdict.json 'sorted((c["benchmark"], c["name"], c["status"], c["evidence"], c["p_above_threshold_adjusted"]) for c in it["metrics"])')
	valid merged.json
	holds merged.json '(it["shard"]["index"], it["shard"]["of"]) == (1, 1)'
	for way in "report merged.json --exit-code --against $1" "merge merged.json --against $1"; do
		# shellcheck disable=SC2086  # words
		try $way --threshold "${threshold:-5%}" --report json=verdict.json
		[ "$status" -eq "$was" ]
		[ "$(query verdict.json 'sorted((c["benchmark"], c["name"], c["status"], c["evidence"], c["p_above_threshold_adjusted"]) for c in it["metrics"])')" = "$merged" ]
		valid verdict.json verdict-schema
	done
}

@test "merge --out: one result file, which says what the shards said" {
	recorded plain
	for part in 1 2 3; do
		shard $part/3 more
	done
	merge --threshold 5% --out merged.json shard-*.json
	was=$status
	[ "$was" -eq 1 ]
	[ "$(query merged.json '" ".join(b["name"] for b in it["benchmarks"])')" = 'steady work leaver shaky' ]
	kept_says_the_same "$own"
	try baselines diff "$own" merged.json --exit-code --threshold 5%
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady count: 100 -> 110'* ]]
	try compare "$own" merged.json --threshold 5%
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady count: 100 -> 110'* ]]
	# The same shards make the same file.
	merge shard-3.json shard-1.json shard-2.json --out again.json
	cmp merged.json again.json
}

@test "merge --out: a crash, a missing shard and a missing benchmark stay what they are" {
	recorded plain
	shard 1/2 crash
	shard 2/2 crash
	merge --threshold 5% --out merged.json shard-1.json shard-2.json
	was=$status
	[ "$was" -eq 3 ]
	kept_says_the_same "$own"
	[ "$(word shaky None)" = FAILED ]
	rm shard-*.json
	shard 1/2 gone
	shard 2/2 gone
	merge --threshold 5% --out merged.json shard-1.json
	was=$status
	[ "$was" -eq 1 ]
	kept_says_the_same "$own"
	[ "$(word leaver None)" = MISSING ]
	[[ $output == *'NOT MEASURED '*': shard 2 of 2 is missing'* ]]
}

@test "merge --out: what nobody asked for is not missing" {
	recorded plain
	shard 1/2 plain steady work
	shard 2/2 plain steady work
	merge --threshold 5% --out merged.json shard-1.json shard-2.json
	was=$status
	[ "$was" -eq 0 ]
	kept_says_the_same "$own"
}

@test "merge --out --base-out: shards that were measured in turn" {
	for part in 1 2; do
		compare_shard $part/2 ./plain.so ./more.so
	done
	merge head-1.json head-2.json --threshold 50% --against base-1.json --against base-2.json --out merged.json --base-out base.json
	was=$status
	[ "$was" -eq 1 ]
	valid base.json
	threshold=50% kept_says_the_same base.json
	holds verdict.json '{c["evidence"] for c in it["metrics"] if c["name"] == "time"} == {"in-turn"}'
	try report merged.json --against base-1.json
	[[ $output == *'measured in turn'* ]]
}

@test "merge --out: what one result file cannot hold is refused, and nothing is written" {
	recorded plain
	shard 1/2 plain
	shard 2/2 plain
	cp shard-1.json mine.json
	merge shard-1.json shard-2.json --base-out base.json
	fails 2 'benchgate: --base-out goes with --out'
	merge shard-1.json shard-2.json --out merged.json --base-out base.json
	fails 2 'benchgate: --base-out keeps what shards of compare were measured in turn with, and shard-1.json was not measured in turn'
	move_away shard-1.json
	merge shard-1.json shard-2.json --out merged.json
	fails 2 'benchgate: --out: one result file is of one machine and build, and shard-2.json is of another than shard-1.json: processor: *'
	cp mine.json shard-1.json
	edit shard-2.json 'it["plan"]["processes"] = 9'
	merge shard-1.json shard-2.json --out merged.json
	fails 2 'benchgate: --out: one result file has one plan, and shard-1.json and shard-2.json differ in it: processes 2 and 9'
	[ ! -e merged.json ]
	merge shard-1.json shard-2.json --out none/merged.json
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
}
