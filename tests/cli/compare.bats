#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate compare of two suites, and of what was measured before: each word, and its exit code.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	local permille
	turns_suite "$BATS_FILE_TMPDIR/plain.so"
	turns_suite "$BATS_FILE_TMPDIR/more.so" -DCOUNT=200
	turns_suite "$BATS_FILE_TMPDIR/big.so" -DSIZE=2000
	for permille in 0 300; do
		shared "$BATS_FILE_TMPDIR/slowed$permille.so" -DSLOWER_PERMILLE=$permille "$suites/slowed.c"
	done
	cp "$BATS_FILE_TMPDIR/plain.so" "$BATS_FILE_TMPDIR/same.so"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
	export TRACE=$PWD/trace
}

# As short as can be. What changes by less than half is nothing; what it was for is in the files.
compare() { # BASE HEAD ARGUMENT...
	try compare -q --time 2ms --units 4 --threshold 50% --out head.json --base-out base.json \
		--report json=verdict.json "$@"
}

# With the tiers' own thresholds, and enough for them
compare_closely() { # BASE HEAD ARGUMENT...
	try compare -q --time 20ms --report json=verdict.json "$@"
}

# The files of a comparison are what their schemas say.
valid_files() {
	valid head.json
	valid base.json
	valid verdict.json verdict-schema
}

# The one comparison of a benchmark that has no metric, or NULL
failed() { # BENCHMARK
	[ "$(word "$1" None)" = FAILED ]
}

@test "a slower head is a regression: exit code 1, and the line says how much and from how many units" {
	compare_closely ./slowed0.so ./slowed300.so --only hash
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'REGRESSION hash: '*' -> '*': exceeds the 2 % threshold of critical (p '*'); '*' units in turn with the base' ]]
	[ "$(word hash time)" = REGRESSION ]
	[[ $(last_line) == 'REGRESSION: 1 compared, 1 regressed; '* ]]
	valid verdict.json verdict-schema
	holds verdict.json '[(c["evidence"], c["units"] >= 3, c["spent"] > 0, 0 <= c["drop_ratio"] <= 1) for c in it["metrics"]] == [("in-turn", True, True, True)]'
	holds verdict.json '.2 < it["metrics"][0]["change"] < .4'
	agrees
}

@test "a faster head is an improvement: exit code 0" {
	compare_closely ./slowed300.so ./slowed0.so --only hash
	[ "$status" -eq 0 ]
	[ "$(word hash time)" = IMPROVEMENT ]
	[[ $(last_line) == 'PASS: 1 compared, 1 pass (1 better); '* ]]
}

@test "two whole programs are compared as two shared objects are" {
	local permille
	for permille in 0 300; do
		own_program "$CC" "program$permille" -DSLOWER_PERMILLE=$permille "$suites/slowed.c"
	done
	compare_closely ./program0 ./program300 -k hash
	[ "$status" -eq 1 ]
	[ "$(word hash time)" = REGRESSION ]
}

@test "a copy of the base cannot have changed: nothing is measured, exit code 0" {
	compare ./plain.so ./same.so
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# Of each benchmark, one process a side showed what it uses.
	[ "$(wc -c <trace)" -eq 6 ]
	[ "${lines[0]}" = 'note: 3 cannot have changed: base and head are the same bytes and use the same files' ]
	[[ $(last_line) == 'PASS: 3 compared, 3 pass; '* ]]
	valid_files
	holds verdict.json '{(c["status"], c["evidence"]) for c in it["metrics"]} == {("PASS", "identical")}'
	compare ./plain.so ./plain.so
	[ "$status" -eq 0 ]
	[ "$(wc -c <trace)" -eq 12 ]
}

@test "--measure-identical measures a copy all the same" {
	compare ./plain.so ./same.so --measure-identical
	[ "$status" -eq 0 ]
	[ -s trace ]
	[[ $output != *'cannot have changed'* ]]
	[ "$(word steady allocations)" = PASS ]
	holds verdict.json '{c["evidence"] for c in it["metrics"]} == {"in-turn", "exact"}'
	valid_files
}

# with_library FOLDER FLAGS: a suite that calls a library beside it
with_library() {
	mkdir "$1"
	$CC -O2 "${@:2}" -shared -fPIC -o "$1/libpart.so" -x c - <<<'int part(void); int part(void) { return PART; }'
	# shellcheck disable=SC2016  # for the dynamic linker
	$CC -O2 -shared -fPIC -I "$repository/include" -o "$1/suite.so" -x c - -x none -L"$1" -lpart -Wl,-rpath,'$ORIGIN' <<-'END'
		#include <benchgate.h>
		int part(void);
		BG_BENCH(whole) { BG_LOOP(run) BG_KEEP(part()); bg_metric(run, "parts", part(), "", BG_LESS_IS_BETTER); }
	END
}

@test "the same bytes with another library beside them may have changed" {
	with_library one -DPART=100
	with_library two -DPART=200
	with_library like_one -DPART=100
	cmp one/suite.so two/suite.so
	compare ./one/suite.so ./two/suite.so
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION whole parts: 100 -> 200, exactly +100 %'* ]]
	compare ./one/suite.so ./like_one/suite.so
	[ "$status" -eq 0 ]
	[[ $output == *'1 cannot have changed'* ]]
}

@test "a shared object and a program are not comparable: exit code 4, and nothing is measured" {
	own_program "$CC" program "$suites/turns.c"
	compare ./plain.so ./program
	[ "$status" -eq 4 ]
	[ -z "$stderr" ]
	nothing_measured
	[[ ${lines[0]} == 'REFUSED: the base is not comparable: build of the suite: '*'shared object, here '*program* ]]
	[[ ${lines[1]} == '  compare anyway: --allow-mismatch' ]]
	valid_files
	compare ./plain.so ./program --allow-mismatch --only steady
	[ "$status" -eq 0 ]
	[ -s trace ]
	[[ $output == *'note: base and head are not comparable: build of the suite: '* ]]
	[ "$(word steady allocations)" = PASS ]
}

@test "what is counted is compared exactly, and not asked a second time" {
	compare ./plain.so ./more.so
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'REGRESSION steady allocations: 100 -> 200, exactly +100 %: exceeds the 50 % threshold of the policy' ]
	holds verdict.json '[c["evidence"] for c in it["metrics"] if c["status"] == "REGRESSION"] == ["exact"]'
	valid_files
	compare ./more.so ./plain.so --only steady
	[ "$status" -eq 0 ]
	[ "$(word steady allocations)" = IMPROVEMENT ]
}

@test "a metric that is gone is missing, one that came is new" {
	turns_suite less.so -DLESS
	compare ./plain.so ./less.so -k steady
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'MISSING steady allocations: the base has this metric, but the benchmark no longer reports it' ]
	compare ./less.so ./plain.so -k steady
	[ "$status" -eq 0 ]
	[ "$(word steady allocations)" = NEW ]
}

@test "a suite that changes its arguments: what is gone is missing and what came is new, by name" {
	compare ./plain.so ./big.so
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'MISSING sized/1000: '* ]]
	[[ $output == *$'\nNEW sized/2000: not in the base\n'* ]]
	[[ $(last_line) == 'MISSING: '*', 1 missing, 1 new; '* ]]
	# No advice on baselines where there is none
	[[ $output != *baselines* ]]
	[ "$(word sized/1000 None)" = MISSING ]
	[ "$(word sized/2000 None)" = NEW ]
	[ "$(word steady allocations)" = PASS ]
	valid_files
	compare ./plain.so ./big.so -k sized/2000
	[ "$status" -eq 0 ]
	echo '{"on_missing": "warn"}' >benchgate.json
	compare ./plain.so ./big.so -k 'sized/*'
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'MISSING sized/1000 (warns only): '* ]]
}

@test "a base that crashes half-way: exit code 3, the line says whose it was, and others are judged" {
	turns_suite crash.so -DFATE='*(volatile int *)0 = 0'
	compare ./crash.so ./plain.so
	[ "$status" -eq 3 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'FAILED shaky: crashed: the base: SIGSEGV '* ]]
	[[ $(last_line) == 'FAILED: '*', 1 failed; '* ]]
	failed shaky
	[ "$(word steady allocations)" = PASS ]
	[ "$(word sized/1000 time)" != None ]
	valid_files
	holds head.json 'statuses()["shaky"] == "crashed" and statuses()["steady"] == "ok"'
}

@test "a head that crashes half-way: exit code 3, but a regression comes before it" {
	turns_suite crash.so -DFATE='abort()'
	compare ./plain.so ./crash.so
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'FAILED shaky: aborted: SIGABRT '* ]]
	[ "$(word steady allocations)" = PASS ]
	valid_files
	turns_suite both.so -DFATE='abort()' -DCOUNT=200
	compare ./plain.so ./both.so
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady allocations: '* ]]
	[[ ${lines[1]} == 'FAILED shaky: '* ]]
	echo '{"on_failed": "warn"}' >benchgate.json
	rm fate
	compare ./plain.so ./crash.so
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'FAILED shaky (warns only): '* ]]
}

@test "a side that hangs, that exits, or that gives a wrong result" {
	local -A fates=([hang]='for (;;) pause()' [exit]='exit(7)' [wrong]='bg_fail(run, "sum is %d", 42)')
	local -A lines_of=([hang]='timed-out: %sstill running after 1 s; its processes were killed'
		[exit]='exited: %swith status 7, before measuring was complete' [wrong]='wrong-result: %ssum is 42')
	local fate line
	for fate in hang exit wrong; do
		turns_suite $fate.so -DFATE="${fates[$fate]}" -DAFTER=1
		# shellcheck disable=SC2059  # a format
		printf -v line "${lines_of[$fate]}" 'the base: '
		rm -f fate
		compare ./$fate.so ./plain.so -k shaky --timeout 1s
		[ "$status" -eq 3 ]
		[ "${lines[0]}" = "FAILED shaky: $line" ]
		# shellcheck disable=SC2059
		printf -v line "${lines_of[$fate]}" ''
		rm -f fate
		compare ./plain.so ./$fate.so -k shaky --timeout 1s
		[ "$status" -eq 3 ]
		[ "${lines[0]}" = "FAILED shaky: $line" ]
		no_process_left
	done
}

@test "what cannot be loaded is said before anything is measured: of the base, and of the head" {
	$CC -shared -o empty.so -x c /dev/null
	compare ./empty.so ./plain.so
	fails 2 'benchgate: suite ./empty.so: *'
	compare ./plain.so ./empty.so
	fails 2 'benchgate: suite ./empty.so: *'
	nothing_measured
}

@test "--budget that is used up: not measured, exit code 3, and the files are valid" {
	compare ./plain.so ./more.so --budget 1ns
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'NOT MEASURED '*': no time was left before its first process' ]]
	[[ $(last_line) == 'NOT MEASURED: 0 measured, 3 not measured in '* ]]
	valid_files
	holds head.json 'it["benchmark_run"]["status"] == "short-of-time"'
}

@test "--budget that ends in the middle: what is not decided by then is inconclusive, and says after how many units" {
	compare ./plain.so ./same.so --measure-identical -k steady --units 9999 --threshold 0.0001% --budget 500ms
	[ "$status" -eq 0 ]
	[[ $output == *'note: steady: '*' of 9999 units: no time was left'* ]]
	[ "$(word steady allocations)" = PASS ]
	[ "$(word steady time)" = INCONCLUSIVE ]
	valid_files
}

@test "one unit: measured, and too few to judge the time" {
	compare ./plain.so ./more.so --units 1 --time 20ms -k steady -v
	[ "$status" -eq 1 ]
	[[ $output == *'steady: mean '*' %, typical '* ]]
	[ "$(word steady time)" = INCONCLUSIVE ]
	[[ $output == *'INCONCLUSIVE steady: only '[01]' unit'*' usable; at least 3 needed'$'\n  try more units (--units), '* ]]
	# What is counted was counted four times.
	[ "$(word steady allocations)" = REGRESSION ]
	holds verdict.json '{c["units"] for c in it["metrics"] if c["evidence"] == "in-turn"} <= {0, 1}'
}

@test "on_inconclusive decides what too few units do" {
	compare ./plain.so ./same.so --measure-identical --units 1
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'INCONCLUSIVE (warns only): '* ]]
	echo '{"on_inconclusive": "fail"}' >benchgate.json
	compare ./plain.so ./same.so --measure-identical --units 1
	[ "$status" -eq 5 ]
}

@test "the options' values: each slip is one line, and nothing is measured" {
	compare ./plain.so ./more.so --units 0
	fails 2 'benchgate: --units takes a number from 1 to 10000; 0 is not'
	compare ./plain.so ./more.so --units 10001
	fails 2 'benchgate: --units takes a number from 1 to 10000; 10001 is not'
	compare ./plain.so ./more.so --units few
	fails 2 "benchgate: --units takes a whole number, like 10; 'few' is not"
	compare ./plain.so ./more.so --threshold much
	fails 2 "benchgate: --threshold takes a percentage *; 'much' is not one"
	compare ./plain.so ./more.so --target 0
	fails 2 "benchgate: --target takes a percentage *; '0' is not one"
	compare ./plain.so ./more.so --threshold 5% --target 5%
	fails 2 'benchgate: --target is 5%; it must be above --threshold, which is 5%'
	compare ./plain.so ./more.so --merge-base --tip
	fails 2 'benchgate: --merge-base and --tip cannot be combined: give one'
	compare ./plain.so ./more.so --out /nowhere/at/all
	fails 3 'benchgate: cannot write /nowhere/at/all: No such file or directory'
	nothing_measured
}

@test "--only, --tier and --trigger choose, of both sides" {
	compare ./plain.so ./big.so -k steady --only 'sha*' --units 1
	[ "$status" -eq 0 ]
	holds verdict.json '{c["benchmark"] for c in it["metrics"]} == {"steady", "shaky"}'
	compare ./plain.so ./big.so --tier critical --units 1
	holds verdict.json '{c["benchmark"] for c in it["metrics"]} == {"steady"}'
	compare ./plain.so ./big.so --trigger pull_requests --units 1
	[ "$status" -eq 1 ]
	holds verdict.json '{c["benchmark"] for c in it["metrics"]} == {"steady", "sized/1000", "sized/2000"}'
	compare ./plain.so ./big.so --only staedy
	fails 2 "benchgate: no benchmark matches 'staedy'; did you mean steady?"
	compare ./plain.so ./big.so --tier urgent
	fails 2 "benchgate: no benchmark is in tier 'urgent'; known tiers: *"
	compare ./plain.so ./big.so --trigger evry_commit
	fails 2 "benchgate: no tier runs on 'evry_commit'; did you mean every_commit[?] known triggers: *"
	compare ./plain.so ./big.so --only sized --tier critical
	fails 2 "benchgate: no benchmark that matches is in tier 'critical'"
}

@test "--threshold and --target are what is judged by" {
	compare ./plain.so ./more.so -k steady --threshold 150%
	[ "$status" -eq 0 ]
	[[ $(word steady allocations) == PASS ]]
	compare ./plain.so ./more.so -k steady --threshold 1% --target 70%
	[ "$status" -eq 1 ]
	holds verdict.json '{(c["threshold"], c["target"]) for c in it["metrics"]} == {(.01, .7)}'
}

@test "budgets of the policy file: those on times are asked of what ran alone, those on counts of either" {
	echo '{"overrides": [{"benchmark": "steady", "budgets": {"time": "1ns", "allocations": 150}}]}' >benchgate.json
	compare ./plain.so ./same.so --measure-identical -k steady
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady: '*', over its budget of 1ns '* ]]
	holds head.json 'len(processes("steady")) > 5 and len(bench("steady")["duets"]["quads"]) == 8'
	compare ./plain.so ./more.so -k steady --threshold 200%
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady allocations: exactly 200, over its budget of 150'* ]]
}

@test "--out and --base-out: comparing the two files again says the same" {
	local before
	compare ./plain.so ./more.so
	[ "$status" -eq 1 ]
	before=$output
	valid_files
	rm trace
	try compare base.json head.json --threshold 50% --report json=again.json
	[ "$status" -eq 1 ]
	[ "$output" = "$before" ]
	nothing_measured
	cp verdict.json before.json
	[ "$(query before.json 'it["metrics"]')" = "$(query again.json 'it["metrics"]')" ]
	# What they do not have was not meant.
	try compare base.json head.json --only shaky --threshold 50%
	[ "$status" -eq 0 ]
	try compare base.json head.json --only sahky
	fails 2 "benchgate: no benchmark matches 'sahky'; did you mean shaky?"
}

@test "what was measured in turn is compared with nothing else: exit code 4" {
	local sides
	compare ./plain.so ./more.so -k steady --units 1
	cp base.json before.json
	rm trace
	for sides in 'head.json before.json' 'before.json ./plain.so' './plain.so before.json'; do
		# shellcheck disable=SC2086  # two words
		compare $sides -k steady
		[ "$status" -eq 4 ]
		[ "${lines[0]}" = 'REFUSED: the base is not comparable: times that were measured in turn can be compared only with those of the same measurement' ]
	done
	nothing_measured
}

@test "result files of two runs are compared without measuring" {
	local version
	for version in plain more; do
		try run -q --suite ./$version.so --processes 5 --time 5ms --out $version.json
	done
	rm trace
	try compare plain.json more.json --report json=verdict.json
	[ "$status" -eq 1 ]
	nothing_measured
	[ "$(word steady allocations)" = REGRESSION ]
	holds verdict.json '{c["evidence"] for c in it["metrics"]} == {"first-look", "exact"}'
}

@test "a result file or a baseline on one side: the other alone is measured" {
	try run -q --suite ./plain.so --processes 5 --time 5ms --out plain.json --save-baseline plain
	rm trace
	compare plain.json ./more.so -k steady
	[ "$status" -eq 1 ]
	[ "$(word steady allocations)" = REGRESSION ]
	[ -s trace ]
	valid_files
	compare plain ./more.so -k steady
	[ "$status" -eq 1 ]
	[ "$(word steady allocations)" = REGRESSION ]
	compare ./more.so plain.json -k steady
	[ "$status" -eq 0 ]
	[ "$(word steady allocations)" = IMPROVEMENT ]
	compare ./more.so plain -k steady
	[ "$status" -eq 0 ]
	[ "$(word steady allocations)" = IMPROVEMENT ]
	rm trace
	compare plain plain.json
	[ "$status" -eq 0 ]
	[ "$(word steady allocations)" = PASS ]
	nothing_measured
}

@test "a head that is much slower than a result file: a regression" {
	shared fast.so "$suites/gate.c"
	shared slow.so -DSLOW "$suites/gate.c"
	try run -q --suite ./fast.so --processes 5 --time 5ms --out fast.json work
	compare fast.json ./slow.so -k work
	[ "$status" -eq 1 ]
	[ "$(word work time)" = REGRESSION ]
	[[ ${lines[0]} == 'REGRESSION work: '*': exceeds the 50 % '* ]]
}

@test "what is no operand: one line each" {
	local sides
	echo hello >text
	mkdir folder
	compare
	fails 2 'benchgate: compare takes a base: a suite, a git revision, a result file or a baseline; or "base" in the policy file'
	compare ./plain.so ./more.so steady
	fails 2 "benchgate: compare takes a base and a head, but also got 'steady' (choose benchmarks with --only)"
	compare ./nowhere.so ./plain.so
	fails 2 'benchgate: there is no file ./nowhere.so'
	compare ./plain.so nowhere.json
	fails 2 'benchgate: there is no file nowhere.json'
	for sides in 'text ./plain.so' './plain.so text'; do
		# shellcheck disable=SC2086  # two words
		compare $sides
		fails 3 'benchgate: text: its format is not known: *'
	done
	echo '{"format": ' >half.json
	compare ./plain.so half.json
	fails 3 'benchgate: half.json: line 2, *'
	compare nothing ./plain.so
	fails 2 "benchgate: 'nothing' is neither a file nor a baseline: *"
	compare ./plain.so folder
	fails 3 'benchgate: folder: there is no result file in this folder'
	nothing_measured
}

@test "one suite alone: without a policy file the head must be named" {
	compare ./plain.so
	fails 2 "benchgate: name a head, or set \"suite\" in the policy file: the benchmarks that are linked into benchgate are none of those of ./plain.so"
}

@test "the result file says whose machine code is the same, also where it lies elsewhere" {
	sed 's/^BG_BENCH(hash/int unrelated(int a);\nint unrelated(int a) { return 3 * a + 1; }\n&/' "$suites/slowed.c" >moved.c
	cp "$suites/slowed.h" .
	shared "$PWD/moved.so" moved.c
	compare ./slowed0.so ./moved.so --only hash --only tokens --units 1
	[ "$status" -eq 0 ]
	valid_files
	holds head.json '[b["code"]["likeness"] for b in it["benchmarks"]] == ["same", "same"]'
	holds head.json '{b["name"]: b["code"]["branchy"] for b in it["benchmarks"]} == {"hash": False, "tokens": True}'
	holds verdict.json 'not any(c["layout_suspected"] for c in it["metrics"])'
	compare ./slowed0.so ./slowed300.so --only hash --units 1
	holds head.json '[b["code"]["likeness"] for b in it["benchmarks"]] == ["moved"]'
}

@test "Ctrl-C while measuring in turn: exit code 130, no process is left, and the files are valid" {
	signal_when INT trace compare ./plain.so ./more.so -q --units 9999 --time 20s --out head.json \
		--base-out base.json --report json=verdict.json
	[ "$status" -eq 130 ]
	[ ! -s said.err ]
	no_process_left
	valid_files
	holds head.json 'it["benchmark_run"]["status"] == "interrupted"'
	holds base.json 'it["benchmark_run"]["status"] == "interrupted"'
}

@test "-v says how many units there were of each benchmark" {
	compare ./plain.so ./more.so -v -k steady
	[[ $output == *$'\nsteady: p '*' units in turn with the base, '*' % of the batches dropped'* ]]
}

@test "a run that is given twice is no second run; a file that is cut short has a place" {
	echo 'BenchmarkX-8 100 50 ns/op' >a.txt
	echo 'BenchmarkX-8 100 51 ns/op' >b.txt
	cp a.txt copy.txt
	try compare a.txt,copy.txt b.txt
	fails 2 'benchgate: copy.txt: this run is given twice; each file must be of a run of its own'
	try compare a.txt,b.txt b.txt
	[ "$status" -eq 0 ]
	# Laid out in another way it is still that run; a value as short as 50 two runs may have.
	printf 'BenchmarkX-8 100 50.1234567 ns/op\nBenchmarkY-8 100 7.123 ns/op\n' >long.txt
	printf 'BenchmarkY-8  100  7.123 ns/op\n\nBenchmarkX-8 100 50.12345670 ns/op\n' >moved.txt
	try compare long.txt,moved.txt b.txt
	fails 2 'benchgate: moved.txt: all of its values are those of long.txt, so it is a copy; each file must be of a run of its own'
	printf 'BenchmarkX-8  100  50 ns/op\n' >same.txt
	try compare a.txt,same.txt b.txt
	[ "$status" -eq 0 ]
	printf '{"context": {}, "benchmarks": [{"name": "a", "run_ty' >cut.json
	try compare cut.json a.txt
	fails 3 'benchgate: cut.json: line 1, column *'
}
