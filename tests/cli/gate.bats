#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate run against a baseline: each word, and the exit code that comes of it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain '' slow -DSLOW more -DCOUNT=110 much -DCOUNT=160 less -DCOUNT=90 \
		sinks -DMORE=90 cheap '-DCOUNT=0.02 -DMORE=60.5' dear '-DCOUNT=0.03 -DMORE=40.3' \
		gone -DGONE blind -DLESS crash -DCRASH both '-DCRASH -DCOUNT=110'
}

setup() {
	local version
	for version in "$BATS_FILE_TMPDIR"/*/; do
		ln -s "$version" .
	done
	mkdir .git
	export TRACE=$PWD/trace
}

policy() { # JSON
	echo "$1" >benchgate.json
}

@test "without a baseline: all is new, exit code 0, and a line says how to record one" {
	gate plain
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(grep -c "benchgate update-baselines" <<<"$output")" -eq 1 ]
	[[ $output == *"no baseline for this machine yet: 'benchgate update-baselines' records one"* ]]
	[[ $(last_line) == '4 measured in '*'; nothing was compared' ]]
	[ "$(word steady count)" = NEW ]
	holds verdict.json 'it["summary"]["overall_status"] == "NEW" and {c["status"] for c in it["metrics"]} == {"NEW"}'
	[ ! -e baselines ]
}

@test "on_new fail: without a baseline that is a failure" {
	policy '{"on_new": "fail"}'
	gate plain
	[ "$status" -eq 1 ]
	recorded plain
	gate plain
	[ "$status" -eq 0 ]
}

@test "--require-baseline without one: exit code 4, and nothing is measured" {
	gate plain --require-baseline
	fails 4 "benchgate: no baseline for this machine in baselines; 'benchgate update-baselines' records one; nothing was compared"
	nothing_measured
	recorded plain
	gate plain --require-baseline
	[ "$status" -eq 0 ]
}

@test "--require-baseline: one that has nothing in common is none" {
	echo '{"version": 1, "benchmarks": {}}' >empty.json
	gate plain --baseline ./empty.json
	[ "$status" -eq 0 ]
	gate plain --baseline ./empty.json --require-baseline
	[ "$status" -eq 4 ]
	[[ $output == *'nothing was compared' ]]
}

@test "baselines of other machines only: the same, and one of them is named" {
	recorded plain
	mv "$own" baselines/x86_64-linux-other-00000000.json
	gate plain --require-baseline
	fails 4 'benchgate: no baseline for this machine in baselines, only of others such as x86_64-linux-other-00000000.json; *'
	nothing_measured
	gate plain
	[ "$status" -eq 0 ]
	[[ $output == *'no baseline for this machine yet (1 of other machines: x86_64-linux-other-00000000.json)'* ]]
	[[ $(last_line) == *'nothing was compared' ]]
}

@test "--baseline of what is not there: exit code 4, and nothing is measured" {
	gate plain --baseline nowhere
	fails 4 "benchgate: there is no baseline 'nowhere': baselines/named/nowhere.json is missing; nothing was compared"
	gate plain --baseline ./nowhere.json
	fails 4 "benchgate: there is no baseline './nowhere.json': ./nowhere.json is missing; nothing was compared"
	nothing_measured
	[ ! -e result.json ]
}

@test "--save-baseline and --baseline take a name or a file" {
	gate plain --save-baseline first
	[ "$status" -eq 0 ]
	gate plain --save-baseline sub/second.json
	[ "$status" -eq 0 ]
	valid baselines/named/first.json baseline-schema
	valid sub/second.json baseline-schema
	for base in first baselines/named/first.json sub/second.json; do
		gate more --baseline "$base"
		[ "$status" -eq 1 ]
		[ "$(word steady count)" = REGRESSION ]
	done
	# Neither is this machine's.
	gate more
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = NEW ]
}

@test "a result file is a baseline, too" {
	gate plain --out base.json
	gate more --baseline ./base.json
	[ "$status" -eq 1 ]
	[ "$(word steady count)" = REGRESSION ]
}

@test "the same code: what is counted passes, the time of two processes cannot be judged, exit code 0" {
	recorded plain
	gate plain
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	valid result.json
	for metric in count reach; do
		[ "$(word steady $metric)" = PASS ]
	done
	[ "$(word leaver sum)" = PASS ]
	[ "$(word steady time)" = INCONCLUSIVE ]
	[[ $output == *'INCONCLUSIVE steady: only 2 processes, and 2 processes in the base; at least 5 needed on each side'$'\n  use --processes 5 or more'* ]]
	[[ $(last_line) == 'INCONCLUSIVE (warns only): 7 compared, 3 pass, 4 inconclusive; '* ]]
}

@test "on_inconclusive decides what that does to the run" {
	recorded plain
	policy '{"on_inconclusive": "fail"}'
	gate plain
	[ "$status" -eq 5 ]
	[[ $(last_line) == 'INCONCLUSIVE: '* ]]
	policy '{"on_inconclusive": "pass"}'
	gate plain
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'PASS: 7 compared, 3 pass, 4 inconclusive; '* ]]
	[[ $output != *'INCONCLUSIVE steady:'* ]]
	# A regression comes first.
	policy '{"on_inconclusive": "fail"}'
	gate more
	[ "$status" -eq 1 ]
}

@test "more is counted than before: exit code 1, said first and in a sentence" {
	recorded plain
	gate more
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'REGRESSION steady count: 100 -> 110, exactly +10.0 %: exceeds the 2 % threshold of critical' ]
	[ "$(word steady count)" = REGRESSION ]
	[[ $(last_line) == 'REGRESSION: '*', 1 regressed, '* ]]
	holds verdict.json '[c["evidence"] for c in it["metrics"] if c["status"] == "REGRESSION"] == ["exact"]'
}

@test "where more is better, less is a regression" {
	recorded plain
	gate sinks
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady reach: 100 -> 90, exactly -10.0 %: exceeds '* ]]
	[ "$(word steady count)" = PASS ]
}

@test "what never varies is compared exactly, whatever its value" {
	recorded cheap
	gate cheap
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = PASS ]
	gate dear
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'REGRESSION steady count: 0.02 -> 0.03, exactly +50.0 %: exceeds the 2 % threshold of critical' ]
	[[ ${lines[1]} == 'REGRESSION steady reach: 60.5 -> 40.3, exactly -33.4 %: exceeds the '* ]]
}

@test "fewer are counted: an improvement, exit code 0" {
	recorded plain
	gate less
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = IMPROVEMENT ]
	[[ $(last_line) == *' pass (1 better), '* ]]
}

@test "--threshold and the policy's thresholds decide what is tolerated" {
	recorded plain
	gate more --threshold 50%
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = PASS ]
	gate much --threshold 50%
	[ "$status" -eq 1 ]
	policy '{"overrides": [{"benchmark": "steady", "metric": "count", "regression_threshold": "20%"}]}'
	gate more
	[ "$status" -eq 0 ]
	gate more --threshold 5%
	[ "$status" -eq 1 ]
	gate much
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *'exceeds the 20 % threshold of the policy' ]]
}

@test "a hundred times as slow: a regression after a second look in fresh processes" {
	recorded plain --processes 5 --time 5ms
	gate_time slow work
	[ "$status" -eq 1 ]
	[ "$(word work time)" = REGRESSION ]
	[[ ${lines[0]} == 'REGRESSION work: '*': exceeds the 5 % threshold of standard (p '*'; confirmed by 5 fresh processes; '* ]]
	holds result.json 'bench("work")["screened"] == 5 and len(values("work", "time")) == 10'
	holds verdict.json '[(c["evidence"], c["processes"]) for c in it["metrics"]] == [("second-look", 5)]'
	valid result.json
	agrees
	# The other way round it is an improvement.
	gate_time slow work --save-baseline slow
	gate_time plain work --baseline slow
	[ "$status" -eq 0 ]
	[ "$(word work time)" = IMPROVEMENT ]
}

@test "severity warn: it is said, and fails nothing" {
	recorded plain
	policy '{"overrides": [{"benchmark": "steady", "severity": "warn"}]}'
	gate more
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'REGRESSION steady count (warns only): '* ]]
	[[ $(last_line) == 'REGRESSION (warns only): '* ]]
	holds verdict.json '[c["action"] for c in it["metrics"] if c["status"] == "REGRESSION"] == ["warn"]'
}

@test "a benchmark that is gone: exit code 1, unless on_missing says otherwise" {
	recorded plain
	gate gone
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'MISSING leaver: in the base, but not in the suite' ]]
	[[ $(last_line) == 'MISSING: '*', 1 missing; '* ]]
	policy '{"on_missing": "warn"}'
	gate gone
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'MISSING leaver (warns only): '* ]]
	policy '{"on_missing": "pass"}'
	gate gone
	[ "$status" -eq 0 ]
	[[ $output != *'MISSING leaver'* ]]
}

@test "what was not asked for is not missing" {
	recorded plain
	gate gone steady
	[ "$status" -eq 0 ]
	gate gone --tier critical
	[ "$status" -eq 0 ]
	[[ $output != *MISSING* ]]
	gate gone --tier standard
	[ "$status" -eq 1 ]
	gate gone 's*' '*'
	[ "$status" -eq 1 ]
}

@test "what belongs to a suite that was not given is not missing" {
	shared other.so "$suites/good.c"
	recorded plain --suite ./other.so
	gate plain
	[ "$status" -eq 0 ]
	[[ $output != *MISSING* ]]
	gate gone
	[ "$status" -eq 1 ]
}

@test "a suite whose file was renamed is the same suite" {
	recorded plain
	mkdir renamed
	cp gone/gate.so renamed/bench.so
	try run -q --suite ./renamed/bench.so --processes 2 --time 2ms
	[ "$status" -eq 1 ]
	[[ $output == 'MISSING leaver: '* ]]
}

@test "a metric that is gone is missing" {
	recorded plain
	gate blind
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'MISSING leaver sum: the base has this metric, but the benchmark no longer reports it' ]
	policy '{"overrides": [{"benchmark": "leaver", "metric": "sum", "gated": false}]}'
	gate blind
	[ "$status" -eq 0 ]
}

@test "a crash: exit code 3, but a regression comes before it" {
	recorded plain
	gate crash
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'FAILED shaky: aborted: SIGABRT '* ]]
	[[ $(last_line) == 'FAILED: '*', 1 failed; '* ]]
	[ "$(word shaky None)" = FAILED ]
	gate both
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION '* ]]
	[[ $output == *$'\nFAILED shaky: '* ]]
	policy '{"on_failed": "warn"}'
	gate crash
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'FAILED shaky (warns only): '* ]]
	gate both
	[ "$status" -eq 1 ]
}

@test "a budget that is too short for what can be judged fails, whatever the policy says of inconclusive" {
	recorded plain --processes 5 --time 5ms
	# Five processes warm up for 125 ms at least.
	fake_clock='' gate plain steady --processes 5 --time 5ms --budget 120ms
	[ "$status" -eq 3 ]
	holds result.json 'it["benchmark_run"]["status"] == "short-of-time"'
	# Too few were asked for, and there was time for them.
	gate plain steady --processes 2 --time 5ms
	[ "$status" -eq 0 ]
}

@test "what a comparison plans fits half of its --budget: the rest is for a second look" {
	recorded plain --processes 5 --time 5ms
	gate plain --processes 5 --time 1s --budget 4s
	[[ $output == 'note: --time is 200 ms instead of 1.00 s, to fit the budget of 4.00 s'$'\n'* ]]
	holds result.json 'it["plan"]["time_ns"] == 2e8'
}

@test "an absolute budget that is broken fails the run, whatever the baseline" {
	policy '{"overrides": [{"benchmark": "steady", "budgets": {"count": 50, "time": "1s"}}]}'
	gate plain
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady count: exactly 100, over its budget of 50'* ]]
	[[ $(last_line) == 'REGRESSION: '*', 1 regressed, '* ]]
	valid verdict.json verdict-schema
	holds verdict.json '[c["limit"] for c in it["metrics"] if c["status"] == "REGRESSION"] == [50]'
	# With a baseline the same.
	recorded plain
	gate plain
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady count: exactly 100, over its budget of 50' ]]
}

@test "a budget of time is broken in a second look, too" {
	policy '{"overrides": [{"benchmark": "work", "budgets": {"time": "1ns"}}]}'
	gate_time plain work
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION work: '*', over its budget of 1ns (p '* ]]
	holds result.json 'bench("work")["screened"] == 5'
}

@test "budgets that are kept: exit code 0" {
	policy '{"overrides": [{"benchmark": "steady", "budgets": {"count": 100, "reach": 100}}, {"benchmark": "work", "budgets": {"time": "1h"}}]}'
	gate plain steady
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'PASS: 2 compared, 2 pass; '* ]]
	gate_time plain work
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'PASS: 1 compared, 1 pass; '* ]]
	# What more of is better must not be short of it.
	gate sinks steady
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady reach: exactly 90, below its budget of 100'* ]]
}

@test "a budget in another unit than the metric has: exit code 3, and the line says which" {
	policy '{"overrides": [{"benchmark": "leaver", "budgets": {"sum": "50 ns"}}]}'
	gate plain
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED leaver sum: its budget of 50 ns cannot be compared with a metric in B'* ]]
}

@test "a baseline of another machine is refused: exit code 4, what differs is said, nothing is measured" {
	recorded plain
	sed -i 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' "$own"
	gate plain
	[ "$status" -eq 4 ]
	[ -z "$stderr" ]
	nothing_measured
	[[ ${lines[0]} == 'REFUSED: the base is not comparable: processor: Other 9000, here '* ]]
	[[ ${lines[1]} == '  '*--allow-mismatch* ]]
	[[ $(last_line) == 'REFUSED: '*'nothing was compared' ]]
	valid result.json
	valid verdict.json verdict-schema
	holds verdict.json 'it["summary"]["overall_status"] == "REFUSED" and {c["status"] for c in it["metrics"]} == {"REFUSED"}'
	holds verdict.json 'it["summary"]["mismatch"].startswith("processor: Other 9000, here ")'
}

@test "--allow-mismatch compares all the same, and marks every line" {
	recorded plain
	sed -i 's/"cpu": "[^"]*"/"cpu": "Other 9000"/' "$own"
	gate more --allow-mismatch
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady count (other machine): '* ]]
	[[ $(last_line) == 'REGRESSION, other machine: '* ]]
	grep -q '^note: base and head are not comparable: processor: Other 9000' <<<"$output"
	[ "$(grep -cE '(PASS|REGRESSION|INCONCLUSIVE), other machine$' <<<"$output")" -eq 7 ]
	[ "$(grep -cE '(PASS|REGRESSION|INCONCLUSIVE)$' <<<"$output")" -eq 0 ]
}

@test "a baseline of another kind of build is refused" {
	recorded plain
	own_program "$CC" own "$suites/gate.c"
	try run -q --suite ./own --processes 2 --time 2ms
	[ "$status" -eq 4 ]
	nothing_measured
	[[ ${lines[0]} == 'REFUSED: '*'build of the suite: '*'shared object, here '*program* ]]
	[[ $output != *'processor: '* ]]
}

# accept JSON-MEMBERS: an acceptance as it stands in the file
accept() {
	cat >baselines/accepted.json <<-END
		{"format": "benchgate-accepted", "version": 1, "accepted": [{"benchmark": "steady", "reason": "counts more",
		"timestamp": "2026-01-01T00:00:00Z", "commit": null, "by": "Ann", $1}]}
	END
	valid baselines/accepted.json accepted-schema
}

@test "an acceptance covers a regression as long and as far as it says" {
	recorded plain
	accept '"until": "2999-12-31", "max": 0.15'
	gate more
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = ACCEPTED ]
	[[ ${lines[0]} == 'ACCEPTED steady count: 100 -> 110, '*'; accepted by Ann up to 15 % until 2999-12-31: counts more' ]]
	[[ $(last_line) != REGRESSION* ]]
	agrees
	gate much
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady count: '*'; was accepted by Ann up to 15 % until 2999-12-31 (exceeded): counts more' ]]
	accept '"until": "2026-01-01", "max": null'
	gate more
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady count: '*' (expired): counts more' ]]
	accept "\"until\": \"$(date -u +%F)\", \"max\": null"
	gate much
	[ "$status" -eq 0 ]
}

@test "an acceptance of another benchmark covers nothing" {
	recorded plain
	accept '"until": null, "max": null'
	sed -i 's/"steady"/"stead"/' baselines/accepted.json
	gate more
	[ "$status" -eq 1 ]
	sed -i 's/"stead"/"st*"/' baselines/accepted.json
	gate more
	[ "$status" -eq 0 ]
}

@test "the policy file's suite, tiers and baselines are used from a folder below" {
	policy '{"suite": "./plain/gate.so", "tiers": {"critical": {"benchmarks": ["leaver"]}, "nightly": {"benchmarks": "w*", "trigger": "at-night"}}}'
	mkdir -p sub/deep
	cd sub/deep
	try update-baselines -q --sessions 1 --processes 2 --time 2ms --yes --force
	[ "$status" -eq 0 ]
	[ "$(find ../.. -name '*.json' -path '*baselines*' | wc -l)" -eq 1 ]
	[[ $output == *' recorded in ../../baselines/'* ]]
	try run -q --processes 2 --time 2ms --tier critical --report json=v.json
	[ "$status" -eq 0 ]
	holds v.json '{(c["benchmark"], c["tier"]) for c in it["metrics"]} == {("steady", "critical"), ("leaver", "critical")}'
	holds v.json '{c["status"] for c in it["metrics"]} == {"PASS", "INCONCLUSIVE"}'
	try run -q --processes 2 --time 2ms --trigger at-night --report json=v.json
	[ "$status" -eq 0 ]
	holds v.json '{(c["benchmark"], c["tier"]) for c in it["metrics"]} == {("work", "nightly")}'
	[ ! -e baselines ]
}

@test "--report json=says the same as the table, by its schema" {
	recorded plain
	gate both
	valid verdict.json verdict-schema
	agrees
	holds verdict.json 'it["summary"]["overall_status"] == "REGRESSION"'
	holds verdict.json '[c["benchmark"] for c in it["metrics"] if c["status"] == "FAILED"] == ["shaky"]'
	gate gone
	valid verdict.json verdict-schema
	agrees
	holds verdict.json 'it["summary"]["overall_status"] == "MISSING" and [c["benchmark"] for c in it["metrics"] if c["status"] == "MISSING"] == ["leaver"]'
	gate plain --report json=/dev/full
	[ "$status" -eq 3 ]
	[ "$stderr" = 'benchgate: cannot write /dev/full: No space left on device' ]
}

@test "interrupted while measuring against a baseline: exit code 130, and the files are valid" {
	recorded plain
	signal_when INT trace run -q --suite ./plain/gate.so --processes 1000 --time 20s --out result.json --report json=verdict.json
	[ "$status" -eq 130 ]
	[ ! -s said.err ]
	no_process_left
	valid result.json
	valid verdict.json verdict-schema
	holds result.json 'it["benchmark_run"]["status"] == "interrupted"'
}

@test "a result file that cannot be written: exit code 3, but a regression comes before it" {
	recorded plain
	gate plain --out /dev/full
	[ "$status" -eq 3 ]
	[ "$stderr" = 'benchgate: cannot write /dev/full: No space left on device' ]
	gate more --out /dev/full
	[ "$status" -eq 1 ]
	[ "$stderr" = 'benchgate: cannot write /dev/full: No space left on device' ]
	[[ ${lines[0]} == 'REGRESSION steady count: '* ]]
}

# digest MEAN: a baseline that has no more than that
digest() {
	cat >digest.json <<-END
		{"version": 1, "benchmarks": {"work": {"mean_ns": $1, "std_dev_ns": 0.01, "sample_size": 20,
		"confidence_interval": [$1, $1]}}}
	END
}

@test "a baseline of version 1 has a mean and a deviation, and is judged from these" {
	digest 1
	gate_time plain work --baseline ./digest.json
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION work: 1.00 ns -> '*'; the base has only a mean and a deviation; the drift between sessions is assumed to be 2 %' ]]
	[[ $output == *$'\nnote: 1 judged with an assumed drift of 2 %, because the base has only mean and standard deviation'* ]]
	holds verdict.json '[(c["drift_source"], c["drift"], c["base_processes"]) for c in it["metrics"]] == [("assumed", 0.02, 20)]'
	digest 1e9
	gate_time plain work --baseline ./digest.json
	[ "$status" -eq 0 ]
	[ "$(word work time)" = IMPROVEMENT ]
	# What it does not know of the machine cannot differ, and its metrics are new.
	gate plain steady --baseline ./digest.json
	[ "$status" -eq 0 ]
	[ "$(word steady count)" = NEW ]
}
