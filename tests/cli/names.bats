#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Names in the policy file that nothing has: config check and every run warn of them, and fail for none.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# steady (critical), work, leaver and shaky; steady has a metric count.
setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain ''
	shared "$BATS_FILE_TMPDIR/good.so" "$suites/good.c"
	turns_suite "$BATS_FILE_TMPDIR/base.so"
	turns_suite "$BATS_FILE_TMPDIR/head.so" -DSIZE=2000
}

setup() {
	mkdir .git
	ln -s "$BATS_FILE_TMPDIR/plain/gate.so" "$BATS_FILE_TMPDIR"/*.so .
	export TRACE=$PWD/trace
}

policy() { # JSON
	printf '%s\n' "$1" >benchgate.json
}

# The warnings, and nothing else, on standard error
warns() { # LINE...
	[ "$stderr" = "$([ $# -eq 0 ] || printf 'benchgate: warning: benchgate.json: %s\n' "$@")" ]
}

steadi="overrides[0]: no benchmark matches 'steadi'; the nearest name is 'steady'"
steadi_policy='"overrides": [{"benchmark": "steadi", "regression_threshold": "50%"}, {"benchmark": "s*", "severity": "warn"}]'

measure_gate() { # ARGUMENT...
	try run -q --suite ./gate.so --processes 1 --time 1ms "$@"
}

@test "config check holds the names against the suites that the file names" {
	policy "{\"suite\": \"gate.so\", $steadi_policy}"
	try config check
	[ "$status" -eq 0 ]
	[ "$output" = 'benchgate.json: ok, with 1 warning' ]
	warns "$steadi"
	sed -i s/steadi/steady/ benchgate.json
	try config check
	[ "$status" -eq 0 ]
	[ "$output" = 'benchgate.json: ok' ]
	[ -z "$stderr" ]
}

@test "config check without a suite that can be read: what is sure all the same, and why no more" {
	policy "{$steadi_policy, \"tiers\": {\"critical\": {\"trigger\": \"every_comit\"}}, \"alert_rules\": [{\"name\": \"a\", \"condition\": \"tier = 'critcal' OR metric = 'p96'\"}]}"
	try config check
	[ "$status" -eq 0 ]
	[ "$output" = $'benchgate.json: ok, with 3 warnings\nthe names of benchmarks were not checked: the file names no suite' ]
	warns "tiers.critical: no standard trigger is called 'every_comit'; the nearest name is 'every_commit'" \
		"alert_rules[0] (a): no benchmark has a metric 'p96'; the nearest name is 'p90'" \
		"alert_rules[0] (a): no tier is called 'critcal'; the nearest name is 'critical'"
	policy "{\"suite\": [\"gate.so\", \"none.so\"], $steadi_policy}"
	try config check
	[ "$output" = $'benchgate.json: ok\nthe names of benchmarks were not checked: there is no file none.so yet' ]
	[ -z "$stderr" ]
	echo text >none.so
	try config check
	[ "$status" -eq 0 ]
	[[ $output == $'benchgate.json: ok\nthe names of benchmarks were not checked: '*none.so* ]]
	policy '{"suite": "none.so", "on_new": "fail"}'
	try config check
	[ "$output" = 'benchgate.json: ok' ]
}

@test "run: a warning before the measurement, whatever is chosen, and the same exit code" {
	policy "{$steadi_policy}"
	measure_gate
	[ "$status" -eq 0 ]
	warns "$steadi"
	measure_gate work
	[ "$status" -eq 0 ]
	warns "$steadi"
	# What matches is not chosen, and is there.
	policy '{"overrides": [{"benchmark": ["shak*", "leaver"], "severity": "warn"}], "tiers": {"critical": {"benchmarks": "stea*"}}}'
	measure_gate work
	warns
	measure_gate --tier standard work
	warns
	measure_gate --shard 1/4 --out one.json
	warns
}

@test "run: a suite in place of the policy file's need not have all" {
	policy '{"suite": ["gate.so", "good.so"], "overrides": [{"benchmark": "goo*", "severity": "warn"}, {"benchmark": "goof", "severity": "warn"}]}'
	measure_gate work
	warns
	try config check
	warns "overrides[1]: no benchmark matches 'goof'; the nearest name is 'good'"
}

@test "run: what the baseline has is known" {
	policy '{"overrides": [{"benchmark": ["sized", "stedy"], "severity": "warn"}]}'
	try run -q --suite ./base.so --processes 1 --time 1ms sized --save-baseline kept
	try run -q --suite ./gate.so --processes 1 --time 1ms steady --baseline kept
	warns "overrides[0]: no benchmark matches 'stedy'; the nearest name is 'steady'"
}

@test "run: a metric that none of its benchmarks has, once they are measured" {
	policy '{"overrides": [{"benchmark": "steady", "budgets": {"cuont": 1000, "count": 1000}}, {"benchmark": "wor*", "metric": "p99", "gated": true}]}'
	measure_gate
	warns "overrides[0].budgets: none of its benchmarks has a metric 'cuont'; the nearest name is 'count'" \
		"overrides[1]: none of its benchmarks has a metric 'p99'"
	measure_gate steady
	warns "overrides[0].budgets: none of its benchmarks has a metric 'cuont'; the nearest name is 'count'"
	measure_gate shaky
	warns
	policy '{"overrides": [{"benchmark": "steady", "metric": "p96", "gated": true}]}'
	measure_gate work
	warns "overrides[0]: none of its benchmarks has a metric 'p96'; the nearest name is 'p90'"
}

@test "compare, report and update-baselines warn, each line once" {
	local command lacks="overrides[0]: none of its benchmarks has a metric 'alocations'; the nearest name is 'allocations'"
	policy '{"overrides": [{"benchmark": ["sized/1001", "steady"], "metric": "alocations", "severity": "warn"}]}'
	try compare -q ./base.so ./head.so --only steady --time 1ms --units 1 --out head.json --base-out base.json
	warns "overrides[0]: no benchmark matches 'sized/1001'; the nearest name is 'sized/1000'" "$lacks"
	policy '{"overrides": [{"benchmark": "steady", "metric": "alocations", "severity": "warn"}]}'
	try compare -q ./base.so ./head.so --only steady --time 1ms --units 1
	warns "$lacks"
	for command in 'report head.json' 'report head.json --against base.json' 'export prometheus head.json' 'compare base.json head.json' 'baselines diff base.json head.json'; do
		# shellcheck disable=SC2086  # words
		try $command
		warns "$lacks"
	done
	policy "{$steadi_policy}"
	try update-baselines -q --suite ./gate.so --sessions 1 --processes 1 --time 1ms --yes --force steady
	warns "$steadi"
}

@test "merge: what is sure without the whole suite" {
	local part
	policy "{$steadi_policy}"
	for part in 1 2; do
		measure_gate steady work --shard $part/2 --out shard-$part.json
		warns "$steadi"
	done
	try merge shard-1.json shard-2.json
	warns
	policy '{"overrides": [{"benchmark": "steady", "metric": "cuont", "gated": true}], "tiers": {"standard": {"trigger": "dayly"}}}'
	try merge shard-1.json shard-2.json
	warns "tiers.standard: no standard trigger is called 'dayly'; the nearest name is 'daily'" \
		"overrides[0]: none of its benchmarks has a metric 'cuont'; the nearest name is 'count'"
}

@test "a name steers no terminal" {
	policy '{"suite": "gate.so", "overrides": [{"benchmark": "a\u001b[31mb", "severity": "warn"}]}'
	try config check
	[ "$status" -eq 0 ]
	[[ $stderr == "benchgate: warning: benchgate.json: overrides[0]: no benchmark matches 'a"* ]]
	[[ $stderr != *$'\e'* ]]
}
