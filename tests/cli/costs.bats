#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The suites of known costs do as much more work as they say, counted in units.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

cost_suites='bursts ages lengths waits threads system'

setup_file() {
	local suite
	cd "$BATS_FILE_TMPDIR" || return
	$CC -O2 -I "$repository/include" -o calls "$support/calls.c"
	mkdir base head
	for suite in $cost_suites; do
		shared "base/$suite.so" "$suites/$suite.c"
		shared "head/$suite.so" -DSLOWER_PERMILLE=50 "$suites/$suite.c"
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	export TMPDIR=$BATS_TEST_TMPDIR
}

units() { # SUITE BENCHMARK CALLS
	local said
	said=$(./calls "./$1.so" "$2" "$3") || return
	echo "${said%% *}"
}

# So many calls of the head do 5 % more than those of the base.
adds_its_share() { # SUITE BENCHMARK CALLS
	local base head
	base=$(units "base/$1" "$2" "$3")
	head=$(units "head/$1" "$2" "$3")
	echo "$2: $base -> $head"
	[ "$base" -gt 0 ]
	[ $((1000 * head)) -eq $((1050 * base)) ]
}

@test "the units of whole periods rise by exactly 5 %" {
	local suite rows row
	rows='bursts bursts_650ns/100 200|bursts bursts_650ns/150 150|bursts bursts_650ns/1000 1000
		bursts bursts_650ns/1500 1500|bursts bursts_650ns/10000 10000|bursts bursts_650ns/15000 15000
		bursts bursts_6700ns/15 15|bursts bursts_6700ns/150 300|bursts bursts_6700ns/1500 1500
		bursts bursts_67us/2 2|bursts bursts_67us/15 30|bursts bursts_67us/150 150|bursts tail_10us 400
		ages grows 10000
		lengths call_2ns 3000|lengths call_10us 20|lengths call_120ms 1|lengths call_1s 1
		waits sleeps 2|waits works_and_sleeps 1|waits ping_pong 3
		threads threads 2|threads contended_lock 1
		system children 1|system page_faults 2|system files 2|system synced_files 1|system fixed_port 40'
	while read -r row; do
		# shellcheck disable=SC2086  # words
		adds_its_share $row
	done <<<"${rows//|/$'\n'}"
	# Those that are left have tests of their own.
	for suite in $cost_suites; do ./calls "./base/$suite.so"; done | sort >all
	{
		awk '{ print $2 }' <<<"${rows//|/$'\n'}"
		printf '%s\n' late one_in_four one_in_four_slower lost_parallelism false_sharing
	} | sort | diff - all
}

@test "late: nothing is added to the first calls, and 5 % to each after them" {
	local first after
	first=$(sed -n 's/.*LATE = \([0-9]*\).*/\1/p' "$suites/ages.c")
	after=$((first + 20))
	[ "$(units base/ages late "$first")" -eq "$(units head/ages late "$first")" ]
	[ $((1000 * ($(units head/ages late $after) - $(units head/ages late "$first")))) -eq \
		$((1050 * ($(units base/ages late $after) - $(units base/ages late "$first")))) ]
}

@test "one process in four pays for all four" {
	local benchmark fate side
	declare -A sum
	for fate in 0 1 2 3; do
		shared "base/fate$fate.so" -DFATE=$fate "$suites/ages.c"
		shared "head/fate$fate.so" -DFATE=$fate -DSLOWER_PERMILLE=50 "$suites/ages.c"
	done
	for benchmark in one_in_four one_in_four_slower; do
		for side in base head; do
			sum[$side]=0
			for fate in 0 1 2 3; do sum[$side]=$((sum[$side] + $(units "$side/fate$fate" $benchmark 10))); done
		done
		echo "$benchmark: ${sum[base]} -> ${sum[head]}"
		[ $((1000 * sum[head])) -eq $((1050 * sum[base])) ]
		[ "$(units base/fate2 $benchmark 10)" -eq "$(units head/fate2 $benchmark 10)" ]
	done
}

@test "lost parallelism and false sharing add time and no work" {
	local benchmark
	for benchmark in lost_parallelism false_sharing; do
		[ "$(units base/threads $benchmark 1)" -eq "$(units head/threads $benchmark 1)" ]
	done
}

@test "a fixed port is held by one process at a time" {
	# shellcheck disable=SC2317  # called by until_true
	port_is_held() { grep -q "^ *[0-9]*: 0100007F:$(printf %04X 27813) 00000000:0000 0A" /proc/net/tcp; }
	./calls ./base/system.so fixed_port 100000000 3>&- &
	until_true 100 port_is_held
	run ./calls ./head/system.so fixed_port 1
	kill $!
	[ "$status" -eq 1 ]
	[ "$output" = 'port 27813 is taken' ]
}
