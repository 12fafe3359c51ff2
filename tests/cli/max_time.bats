#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# "max_time" in the policy: longer is a regression of that rule.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain '' crash -DCRASH
	turns_suite "$BATS_FILE_TMPDIR/turns.so"
	shared "$BATS_FILE_TMPDIR/hang.so" -x c - <<-'END'
		#include <benchgate.h>
		#include <unistd.h>
		BG_BENCH(hang) { BG_LOOP(run) pause(); }
	END
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/* .
	mkdir .git
}

policy() { # JSON
	echo "$1" >benchgate.json
	"$program" help config-schema >schema.json
	/usr/bin/python3 -W ignore -m jsonschema -i benchgate.json schema.json
}

@test "max_time: a benchmark that takes longer is a REGRESSION of the rule, in every report" {
	policy '{"overrides": [{"benchmark": "work", "max_time": "1ns"}, {"benchmark": "*", "max_time": "1h"}]}'
	gate plain --report junit=junit.xml --report markdown=report.md --report html=report.html --report csv=report.csv --report text
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *'no baseline'* ]]
	[[ ${lines[1]} == 'REGRESSION work max_time: measuring took '*', longer than its max_time of 1ns' ]]
	# As people read it, not as digits of nanoseconds
	[[ ${lines[1]} =~ took\ [0-9.]{1,4}\ (us|ms|s), ]]
	[[ $(last_line) == 'REGRESSION: 4 compared'* ]]
	[ "$(word work max_time)" = REGRESSION ]
	[ "$(word steady max_time)" = PASS ]
	valid verdict.json verdict-schema
	grep -q 'max_time' junit.xml
	grep -q '<failure type="REGRESSION" message="[^"]*longer than its max_time' junit.xml
	grep -q 'max_time' report.md
	grep -q 'longer than its max_time' report.html
	grep -q '^work,max_time,.*,REGRESSION,' report.csv
	# What is kept is judged so again.
	try report result.json --exit-code
	[ "$status" -eq 1 ]
	[[ $output == *'longer than its max_time'* ]]
}

@test "max_time: of a tier it is the time of all its benchmarks" {
	policy '{"tiers": {"ours": {"benchmarks": ["work", "steady"], "max_time": "1ns"}, "standard": {"max_time": "1h"}}}'
	gate plain --report junit=junit.xml
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION tier ours max_time: measuring took '* ]]
	holds verdict.json '[c["status"] for c in it["metrics"] if c["benchmark"] == "tier ours"] == ["REGRESSION"]'
	holds verdict.json '[c["status"] for c in it["metrics"] if c["benchmark"] == "tier standard"] == ["PASS"]'
	[ "$(query verdict.json '[c["value"] for c in it["metrics"] if c["benchmark"] == "tier ours"][0]')" = \
		"$(query result.json 'sum(b["spent_ns"] for b in it["benchmarks"] if b["name"] in ("work", "steady"))')" ]
	valid verdict.json verdict-schema
	# Without any of its benchmarks there is nothing to say.
	gate plain leaver
	[ "$status" -eq 0 ]
	[[ $output != *'tier ours'* ]]
}

@test "max_time: severity warn is said, and fails nothing" {
	policy '{"overrides": [{"benchmark": "work", "max_time": "1ns", "severity": "warn"}], "tiers": {"standard": {"max_time": "1ns", "severity": "warn"}}}'
	gate plain work
	[ "$status" -eq 0 ]
	[[ $output == *'REGRESSION work max_time (warns only): '* ]]
	[[ $output == *'REGRESSION tier standard max_time (warns only): '* ]]
}

@test "max_time: it is said of what hung and was killed, too" {
	policy '{"overrides": [{"benchmark": "hang", "max_time": "50ms"}]}'
	LD_PRELOAD='' try run -q --suite ./hang.so --timeout 200ms --report json=verdict.json
	[ "$status" -ne 0 ]
	[[ $output == *'FAILED hang: timed-out'* ]]
	[[ $output == *'REGRESSION hang max_time: measuring took '*', longer than its max_time of '* ]]
	[[ $(last_line) == 'REGRESSION: '* ]]
	holds verdict.json '[c["status"] for c in it["metrics"]] == ["FAILED", "REGRESSION"]'
}

@test "max_time: compare asks it of both sides together" {
	policy '{"overrides": [{"benchmark": "steady", "max_time": "1ns"}]}'
	try compare -q ./turns.so ./turns.so --only steady --time 1ms --units 4
	[ "$status" -eq 0 ] # nothing was measured
	try compare -q ./turns.so ./hang.so --only steady --time 1ms --units 4
	cp turns.so other.so
	printf 'x' >>other.so
	try compare -q ./turns.so ./other.so --only steady --time 1ms --units 4 --threshold 50%
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady max_time: '* ]]
}

@test "max_time: having nothing to compare with is no less a failure where it is required" {
	policy '{"overrides": [{"benchmark": "*", "max_time": "1h"}]}'
	gate plain --require-baseline
	[ "$status" -eq 4 ]
}

@test "max_time: wrong values, with the place" {
	echo '{"overrides": [{"benchmark": "a", "max_time": 30}]}' >benchgate.json
	try config check
	[ "$status" -eq 2 ]
	[[ $stderr == *'overrides[0].max_time is 30; it must be a duration above 0'* ]]
	echo '{"overrides": [{"benchmark": "a", "metric": "time", "max_time": "30s"}]}' >benchgate.json
	try config check
	[[ $stderr == *'overrides[0] has a metric and a max_time; '* ]]
	run policy '{"overrides": [{"benchmark": "a", "metric": "time", "max_time": "30s"}]}'
	[ "$status" -ne 0 ]
	policy '{"trigger": "daily", "benchmarks": "a", "max_time": "45_minutes"}'
	try config show
	[ "$status" -eq 0 ]
	[[ $output == *max_time*45min* ]]
}
