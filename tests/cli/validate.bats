#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate validate: can the benchmarks be relied on?

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	mkdir .git
	turns_suite steady.so -DNS=20000
	[ -n "$fake_clock" ] || skip "no clock of its own"
}

# As short as can be; each process tells the same by the clock that is faked.
validate() { # ARGUMENT...
	try validate -q --suite ./steady.so --runs 3 --processes 2 --time 2ms "$@"
}

# A result file of another machine, on which `steady` takes so long
other() { # NS
	turns_suite other.so -DNS="$1"
	try run -q --suite ./other.so --processes 2 --time 2ms --out other.json
}

# The policy file expects that of `steady`.
expects() { # WINDOW
	printf '{"overrides": [{"benchmark": "steady", "expected": "%s"}]}' "$1" >benchgate.json
}

@test "runs that agree are valid" {
	validate
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == *benchmark*time/iteration*spread*allowed* ]]
	[[ ${lines[0]} != *expected* && ${lines[0]} != *'other machine'* ]]
	grep -qE '^steady +20\.[0-9] us +[0-3]\.[0-9] % +4 % +valid$' <<<"$output"
	[ "$(last_line)" = 'VALID: 3 of 3 benchmarks are valid, in 3 runs' ]
}

@test "runs that differ are not reproducible" {
	# Of four processes, two a run, the last two take three times as long.
	shared unstable.so -DUNSTABLE "$suites/gate.c"
	try validate -q --suite ./unstable.so work --runs 3 --processes 1 --time 2ms
	[ "$status" -eq 1 ]
	[[ $output == *$'\n''not reproducible: work: its 3 runs took '*', a spread of '*'; allowed: '* ]]
	[ "$(last_line)" = 'NOT VALID: 0 of 1 benchmark is valid, in 3 runs' ]
	rm -f trace-of-work
	try validate -q --suite ./unstable.so work --runs 3 --processes 1 --time 2ms --spread 900%
	[ "$status" -eq 0 ]
}

@test "a time that is not as expected fails, above and below" {
	expects '10us..30us'
	validate
	[ "$status" -eq 0 ]
	grep -qE '^steady .* 10us\.\.30us +valid$' <<<"$output"
	grep -qE '^shaky .* - +valid$' <<<"$output"
	expects '1 ms .. 3 ms'
	validate
	[ "$status" -eq 1 ]
	[[ $output == *$'\n''not as expected: steady: 20.'*' us to 20.'*' us; expected: 1 ms .. 3 ms'$'\n'* ]]
	[ "$(last_line)" = 'NOT VALID: 2 of 3 benchmarks are valid, in 3 runs' ]
	expects '1ns..19us'
	validate steady
	[ "$status" -eq 1 ]
	# It is an expectation for validate, no budget.
	try run -q --suite ./steady.so --processes 2 --time 2ms
	[ "$status" -eq 0 ]
}

@test "a window that is none is refused with its place" {
	local window
	for window in 1ms 1ms..1 3ms..1ms ..3ms 1ms.. 1MB..2MB; do
		expects "$window"
		validate
		fails 2 "benchgate: benchgate.json: overrides\[0\].expected is \"$window\"; it must be two durations, the shorter one first, such as \"1ms..3ms\""
	done
	expects ''
	validate
	fails 2 'benchgate: benchgate.json: overrides\[0\].expected is ""; it must be a text that is not empty'
}

@test "another machine's result agrees within a factor" {
	other 30000
	validate --against other.json
	[ "$status" -eq 0 ]
	grep -qE '^steady +20\.[0-9] us .* 30\.[0-9] us +valid$' <<<"$output"
	validate --against other.json --factor 1.2
	[ "$status" -eq 1 ]
	[[ $output == *$'\n''does not agree: steady: 20.'*' us here, 30.'*' us in other.json: 1.'*' times as fast; allowed: 1.2 times'$'\n'* ]]
	other 5000
	validate --against other.json --factor 3
	[ "$status" -eq 1 ]
	[[ $output == *'other.json: '*' times as slow; allowed: 3 times'* ]]
	[ "$(last_line)" = 'NOT VALID: 2 of 3 benchmarks are valid, in 3 runs' ]
}

@test "another machine's baseline is taken, too" {
	turns_suite other.so -DNS=30000
	try update-baselines -q --suite ./other.so --sessions 1 --processes 2 --time 2ms --yes --force
	set_own
	validate --against "$own"
	[ "$status" -eq 0 ]
	grep -qE '^steady .* 30\.[0-9] us +valid$' <<<"$output"
}

@test "what the other file does not have is named; none of it is exit code 4" {
	try run -q --suite ./steady.so --processes 2 --time 2ms --out other.json steady
	validate --against other.json
	[ "$status" -eq 0 ]
	[[ $output == *$'\n''not in other.json: sized/1000, shaky'$'\n'* ]]
	shared gate.so "$suites/gate.c"
	try run -q --suite ./gate.so --processes 2 --time 2ms --out other.json work
	validate --against other.json
	fails 4 'benchgate: other.json has none of the benchmarks that are measured here'
	validate --against nothing.json
	fails 3 'benchgate: *nothing.json*'
}

@test "a benchmark that fails in a later run is not measured" {
	turns_suite steady.so -DNS=20000 '-DFATE=abort()' -DAFTER=3
	validate
	[ "$status" -eq 3 ]
	[[ $output == *$'\n''ABORTED: shaky: '* || $output == *$'\n''aborted: shaky: '* ]]
	[ "$(last_line)" = 'NOT VALID: 2 of 3 benchmarks are valid, in 3 runs' ]
}

@test "--json says the same to programs" {
	other 30000
	expects '1us..2us'
	validate --json --against other.json
	[ "$status" -eq 1 ]
	printf '%s\n' "$output" >said.json
	holds said.json 'it["runs"] == 3 and len(it["benchmarks"]) == 3'
	holds said.json '[(b["valid"], b["reproducible"], b["expected"], b["as_expected"], b["agrees"]) for b in it["benchmarks"] if b["name"] == "steady"] == [(False, True, "1us..2us", False, True)]'
	holds said.json '[(b["valid"], b["expected"], b["as_expected"]) for b in it["benchmarks"] if b["name"] == "shaky"] == [(True, None, None)]'
	holds said.json 'all(len(b["run_ns"]) == 3 for b in it["benchmarks"])'
	holds said.json 'all(abs(b["spread_ratio"] - (max(b["run_ns"]) / min(b["run_ns"]) - 1)) < 1e-9 for b in it["benchmarks"])'
}

@test "the machine is checked before measuring" {
	echo '{"environment": {"cores": 1000000}, "on_environment": "fail"}' >benchgate.json
	TRACE=trace validate
	[ "$status" -eq 3 ]
	[[ $stderr == *'environment.cores asks for 1000000'* ]]
	nothing_measured
}

@test "what is left of a budget is for the runs that are left" {
	validate --budget 1ms
	[ "$status" -eq 3 ]
	[ "$(last_line)" = 'NOT VALID: 0 of 3 benchmarks are valid, in 3 runs' ]
}

@test "who interrupts it has validated nothing" {
	TRACE=trace signal_when INT trace validate -q --suite ./steady.so --time 60s
	[ "$status" -eq 130 ]
	[ "$(grep -c '^not-measured: .*: interrupted ' said.out)" -eq 3 ]
	[ "$(tail -n 1 said.out)" = 'NOT VALID: 0 of 3 benchmarks are valid, in 1 run' ]
}

@test "mistakes are told before anything is measured" {
	export TRACE=trace
	validate --runs 1
	fails 2 'benchgate: --runs is 1; it must be 2 to 100'
	validate --runs 101
	fails 2 'benchgate: --runs is 101; it must be 2 to 100'
	validate --spread 5
	fails 2 "benchgate: --spread takes a percentage *; '5' is none"
	validate --factor 2
	fails 2 'benchgate: --factor belongs to --against'
	echo '{}' >other.json
	validate --against other.json --factor 0.5
	fails 2 "benchgate: --factor takes a number from 1 on; '0.5' is none"
	validate --against other.json --factor nan
	fails 2 "benchgate: --factor takes a number from 1 on; 'nan' is none"
	validate --against other.json
	[ "$status" -ge 2 ]
	validate no_such_benchmark
	[ "$status" -eq 2 ]
	nothing_measured
}
