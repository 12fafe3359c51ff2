#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --jobs: several benchmarks in turn at once, each pair of processes on a processor of its own.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	[ "$(nproc)" -ge 2 ] || skip 'it takes two processors'
}

# A suite of its own, in two builds that do the same.
build() { # SOURCE
	mkdir base head
	shared base/suite.so "$1"
	shared head/suite.so -DCOUNT=101 "$1"
}

two_workers() {
	[ "$(marked | wc -l)" -ge 5 ]
}

compare() { # ARGUMENT...
	try compare base/suite.so head/suite.so -q --measure-identical --config none --threshold 50% --out result.json --report json=verdict.json "$@"
}

@test "what is said is the same, and the result file says how many were measured at once" {
	build "$suites/turns.c"
	compare --jobs 2 -v
	[ "$status" -eq 0 ]
	[[ $output == *'in turn: up to 2 benchmarks at once, each on a core of its own'* ]]
	holds result.json 'it["plan"]["in_turn"]["jobs"] == 2'
	valid result.json
	valid verdict.json verdict-schema
	compare --jobs 1 -v
	[ "$status" -eq 0 ]
	[[ $output != *' at once, '* ]]
	holds result.json '"jobs" not in it["plan"]["in_turn"]'
	# As the policy file says, but no more than there is room for.
	echo '{ "jobs": 1000 }' >benchgate.json
	compare --config benchgate.json
	holds result.json '2 <= it["plan"]["in_turn"]["jobs"] < 1000'
	# Both files say how many there were, not how many were asked for.
	compare --jobs 2 --only steady --base-out base.json
	holds result.json '"jobs" not in it["plan"]["in_turn"]'
	holds base.json '"jobs" not in it["plan"]["in_turn"]'
}

@test "what cannot live beside the other side, waits or has threads is found out, and measured as without jobs" {
	build "$suites/threads.c"
	compare --only 'threads*' --only 'false_sharing' --jobs 2
	holds result.json 'all(place == 1 for b in it["benchmarks"] for place in b["duets"]["place"])'
	rm -r base head
	build "$suites/sides.c"
	compare --jobs 2 --only exclusive --only scratch
	holds result.json 'set(bench("exclusive")["duets"]["place"]) == {2}'
	[ "$(word exclusive time)" = PASS ]
}

@test "a body with a thread for each processor has as many as without jobs, and is measured alone" {
	build "$suites/processors.c"
	compare --jobs 2 --units 4
	holds result.json 'set(values("crew", "threads")) == {'"$(nproc)"'}'
	holds result.json 'set(bench("crew")["duets"]["place"]) == {1}'
}

@test "both sides of a duet are on one processor, and each processor has its share of the duets" {
	build "$suites/processors.c"
	try compare base/suite.so head/suite.so -q --measure-identical --config none --jobs 2 --units 8 --threshold 0.01% \
		--only one --only two --only three --out result.json --base-out base.json
	holds result.json 'all(place == 0 for b in it["benchmarks"] for place in b["duets"]["place"])'
	for name in one two three; do
		[ "$(query result.json "values('$name', 'place')")" = "$(query base.json "values('$name', 'place')")" ]
	done
	holds result.json 'len(set(values("one", "place") + values("two", "place") + values("three", "place"))) == 2'
}

@test "a benchmark that fails says so as without jobs, and the others are measured" {
	cat >mixed.c <<-'END'
		#include <benchgate.h>
		#include <stdlib.h>
		BG_BENCH(one) { uint64_t x = 0; BG_LOOP(run) for (int i = 0; i < 300; i++) BG_KEEP(x++); }
		BG_BENCH(two) { uint64_t x = 0; BG_LOOP(run) for (int i = 0; i < 200; i++) BG_KEEP(x++); if (COUNT == 101) abort(); }
		BG_BENCH(three) { uint64_t x = 0; BG_LOOP(run) for (int i = 0; i < 100; i++) BG_KEEP(x++); }
	END
	sed -i '1i #ifndef COUNT\n#define COUNT 100\n#endif' mixed.c
	build mixed.c
	compare --jobs 2
	[ "$status" -eq 3 ]
	holds result.json 'statuses() == {"one": "ok", "two": "aborted", "three": "ok"}'
	[ "$(word one time)" = PASS ]
	[ "$(word three time)" = PASS ]
}

@test "Ctrl-C ends all of them, and leaves no process" {
	build "$suites/turns.c"
	MARK=$BATS_TEST_TMPDIR "$program" compare base/suite.so head/suite.so -q --config none --jobs 2 --units 10000 --threshold 0.01% --target 0.02% >out 2>err 3>&- &
	pid=$!
	sleep 1
	kill -s TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	no_process_left
}

@test "in a shell that is deaf to SIGTERM, Ctrl-C ends all of them soon" {
	build "$suites/turns.c"
	trap '' TERM
	set -m
	MARK=$BATS_TEST_TMPDIR "$program" compare base/suite.so head/suite.so -q --config none --jobs 2 --units 10000 --time 20s --threshold 0.01% --target 0.02% >out 2>err 3>&- &
	pid=$!
	set +m
	trap - TERM
	until_true 100 two_workers
	kill -s INT "$pid"
	until_true 100 ended "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 130 ]
	no_process_left
}

@test "when benchgate itself is killed, its jobs end, and their workers" {
	build "$suites/turns.c"
	MARK=$BATS_TEST_TMPDIR "$program" compare base/suite.so head/suite.so -q --config none --jobs 2 --units 10000 --time 20s >out 2>err 3>&- &
	pid=$!
	until_true 100 two_workers
	kill -s KILL "$pid"
	wait "$pid" || :
	until_true 100 no_process_left
}

@test "more jobs than processors, and what is no number, are refused" {
	build "$suites/turns.c"
	compare --jobs 100000
	fails 2 'benchgate: --jobs takes at most *, for that is how many cores benchgate may keep busy; 100000 is too many'
	# On one processor there is room for one.
	run --separate-stderr taskset -c 0 "$program" compare base/suite.so head/suite.so -q --config none --jobs 2
	fails 2 'benchgate: --jobs takes at most 1, *; 2 is too many'
	compare --jobs two
	fails 2 '*--jobs*'
}
