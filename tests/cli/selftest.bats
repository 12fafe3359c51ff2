#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate selftest: a slowdown is seen, and what did not change is not called.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/suite.so" "$suites/selftest.c"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR/suite.so" .
	mkdir .git
}

# Four times as slow, where half as much more is tolerated: certain on any machine
selftest() { # ARGUMENT...
	within=60 try selftest -q --suite ./suite.so --time 5ms --threshold 50% --target 200% --slow 300% "$@"
}

# So short that nothing can be told
glance() { # ARGUMENT...
	within=60 try selftest -q --suite ./suite.so --units 1 --time 1ms "$@"
}

# row BENCHMARK: its words in the table, with a blank between them
row() {
	awk -v name="$1" '$1 == name { $1 = ""; print substr($0, 2) }' <<<"$output"
}

@test "what grows with its work is red when slowed, and green when not: exit code 0" {
	selftest quick alone prepared crowd/threads:2
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} =~ ^benchmark\ +slowed\ by\ +verdict\ +change\ +takes\ +unchanged\ +bound\ +takes$ ]]
	for name in quick alone prepared crowd/threads:2; do
		[[ $(row "$name") =~ ^'300 % REGRESSION +'[0-9.]+' % '[0-9.]+' s PASS at most '[-+][0-9.]+' % '[0-9.]+' s'$ ]]
	done
	[[ ${lines[-1]} == 'the gate works here: 4 of 4 slowed benchmarks are red, 4 of 4 unchanged are green; '*' s' ]]
	[ "${#lines[@]}" -eq 6 ]
}

@test "the change that is found is the fraction by which the work is more" {
	local found
	selftest quick --slow 150% --target 120%
	[ "$status" -eq 0 ]
	found=$(row quick | sed -E 's/^150 % REGRESSION \+([0-9.]+) %.*/\1/')
	awk -v found="$found" 'BEGIN { exit !(found > 120 && found < 180) }'
}

@test "a body of one iteration a batch runs one more in some of them" {
	selftest slow --target 100% --slow 100%
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == 'the gate works here: 1 of 1 slowed benchmark is red, 1 of 1 unchanged is green; '* ]]
}

@test "benchmarks are chosen as operands, with --only, and by tier" {
	glance --only quick alone
	[[ ${lines[1]} == quick* && ${lines[2]} == alone* && ${lines[3]} != [a-z]*/* ]]
	[[ ${lines[-1]} == *' 0 of 2 slowed '* ]]
	glance --tier critical
	[[ ${lines[-1]} == *' 0 of 1 slowed '* ]]
	glance nosuch
	fails 2 "benchgate: no benchmark matches 'nosuch'*"
}

@test "each is slowed by its target, and by 5 % or more; what cannot be told is said: exit code 5" {
	glance quick alone
	[ "$status" -eq 5 ]
	[[ $(row quick) == '5 % INCONCLUSIVE '*' INCONCLUSIVE '* ]]
	[[ $(row alone) == '10 % INCONCLUSIVE '* ]]
	[[ $output == *$'\nnot proven: quick, slowed: with 5 % more work, '*'the gate cannot tell whether that is more than 2 %: too few usable units; '* ]]
	[[ $output == *$'\nnot proven: alone, unchanged: the gate cannot tell whether it changed by less than 10 %: too few usable units; try more units '* ]]
	[[ ${lines[-1]} == 'it is not proven that the gate works here: 0 of 2 slowed benchmarks are red, 0 of 2 unchanged are green; '*"; 'benchgate doctor --calibrate' shows what this machine can detect" ]]
}

@test "of a long body it says how seldom it runs once more" {
	glance slow
	[[ $output == *'not proven: slow, slowed: '*'; an iteration is so long that only one batch in 10 has an iteration more'* ]]
}

@test "a body without work cannot be slowed: exit code 3" {
	selftest dead quick
	[ "$status" -eq 3 ]
	[[ $output == *$'\nnot proven: dead, slowed: it cannot be slowed: an iteration takes '*', no more than one of an empty loop; the compiler may have removed the work: '*BG_KEEP* ]]
	[ "$(grep -c '^not proven: ' <<<"$output")" -eq 1 ]
	[[ ${lines[-1]} == 'it is not proven that the gate works here: 1 of 2 slowed benchmarks are red, 2 of 2 unchanged are green; '* ]]
}

@test "a benchmark that fails has its reason, and the others are shown: exit code 3" {
	selftest fails quick
	[ "$status" -eq 3 ]
	[[ $(row fails) == '300 % FAILED '*'FAILED'* ]]
	[[ $output == *$'\nnot proven: fails, slowed: wrong-result: the base: sum is 41, not 42\n'* || $output == *$'\nnot proven: fails, slowed: wrong-result: sum is 41, not 42\n'* ]]
	[[ $output == *$'\nnot proven: fails, unchanged: wrong-result: '* ]]
	[[ ${lines[-1]} == *': 1 of 2 slowed benchmarks are red, 1 of 2 unchanged are green; '* ]]
}

@test "a time that does not grow with the work is not red: exit code 1" {
	selftest shared
	[ "$status" -eq 1 ]
	[[ $output == *$'\nnot proven: shared, slowed: with 300 % more work, its time changed by '*', which is PASS; the measured time does not seem to grow with the work '* ]]
	[[ ${lines[-1]} == 'the gate works here, but not for every benchmark: 0 of 1 slowed benchmark is red, '* ]]
}

@test "what is called though its code is the same is a false alarm: exit code 1" {
	selftest two_faced
	[ "$status" -eq 1 ]
	[[ $(row two_faced) == '300 % REGRESSION '*' REGRESSION '* ]]
	[[ $output == *$'\nnot proven: two_faced, unchanged: changed by +'*', which is REGRESSION: a false alarm'* ]]
}

@test "a slowdown that may rightly pass is refused" {
	try selftest --suite ./suite.so --slow 3% quick
	fails 2 'benchgate: --slow is 3 %, and only a change of 4 % or more must not pass in quick: slow it by so much, or give a smaller --threshold'
	try selftest --suite ./suite.so --slow 5% alone
	fails 2 'benchgate: --slow is 5 %, and only a change of 10 % or more must not pass in alone: *'
	try selftest --suite ./suite.so --slow fast
	fails 2 "benchgate: --slow takes a percentage above 0% and up to 1000%*; 'fast' is not one"
	try selftest --suite ./suite.so --units 0 quick
	fails 2 'benchgate: --units takes a number from 1 to 10000; 0 is not'
	# The target itself is enough.
	glance --slow 4% quick
	[ "$status" -eq 5 ]
	glance --slow 7% --threshold 3.5% quick
	[ "$status" -eq 5 ]
}

@test "what the policy does not judge is left out" {
	echo '{ "overrides": [{ "benchmark": "alone", "gated": false }] }' >benchgate.json
	selftest quick alone
	[ "$status" -eq 0 ]
	[[ $(row alone) == '- not gated not gated' ]]
	[ "${lines[-2]}" = '1 benchmark is left out: the policy does not judge the time' ]
	[[ ${lines[-1]} == 'the gate works here: 1 of 1 slowed benchmark is red, 1 of 1 unchanged is green; '* ]]
	selftest alone
	fails 2 'benchgate: there is nothing to show: the policy judges the time of none of these benchmarks'
}

@test "what there was no time for is not proven: exit code 3" {
	selftest quick alone prepared --budget 300ms
	[ "$status" -eq 3 ]
	[[ $output == *'not proven: '*', unchanged: not-measured: no time was left before its first process'* ]]
}

@test "a program of its own is slowed, too" {
	own_program "$CC" suite "$suites/selftest.c"
	within=60 try selftest -q --suite ./suite --time 5ms --threshold 50% --target 200% --slow 300% quick
	[ "$status" -eq 0 ]
	run -0 --separate-stderr ./suite selftest -q --time 5ms --threshold 50% --target 200% --slow 300% quick
	[[ ${lines[-1]} == 'the gate works here: 1 of 1 slowed '* ]]
}

@test "a worker that cannot run more than it counts is not slowed" {
	within=60 try selftest -q --suite "$support/fake-worker.bash" --units 1 --time 1ms one
	[ "$status" -eq 3 ]
	[[ $output == *$'\nnot proven: one, slowed: not-loaded: cannot be slowed: its worker speaks version 1 of the worker protocol, and must speak 3\n'* ]]
}

@test "a signal ends it, and nothing is shown" {
	signal_when INT trace selftest -q --suite ./suite.so leaves_trace
	[ "$status" -eq 130 ]
	[[ $(tail -n 1 said.out) == 'it is not proven that the gate works here: 0 of 1 '* ]]
	no_process_left
}
