#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever a benchmark does, it alone is the one that fails, and the report says how.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/contain.so" -w "$suites/contain.c"
	shared_cxx "$BATS_FILE_TMPDIR/contain-cxx.so" -w "$suites/contain.cc"
}

# Measures a benchmark between two good ones.
between_neighbours() { # NAME WORD OPTION...
	local name=$1 word=$2
	shift 2
	export MARK=$BATS_TEST_TMPDIR
	cp "$BATS_FILE_TMPDIR"/contain*.so .
	measure --suite ./contain.so --suite ./contain-cxx.so before "$name" after "$@"
	unset MARK
	holds result.json "statuses() == {'before': 'ok', '$name': '$word', 'after': 'ok'}"
	no_process_left
	# The table is the program's own: heading, rows, sum.
	[[ $output != *xxxx* ]]
	[ -z "$stderr" ]
}

contained() { # NAME WORD REASON-PATTERN OPTION...
	local name=$1 word=$2 reason=$3 said
	shift 3
	between_neighbours "$name" "$word" "$@"
	[ "$status" -eq 3 ]
	said=$(query result.json "bench('$name')['reason']")
	# shellcheck disable=SC2053  # a pattern
	[[ $said == $reason ]]
	[[ $output == *"FAILED $name: $word: "* ]]
	[[ $output == *$'\n2 measured, 1 failed in '* ]]
}

harmless() { # NAME OPTION...
	between_neighbours "$1" ok "${@:2}"
	[ "$status" -eq 0 ]
	[[ $output == *$'\n3 measured in '* ]]
	# How to record a baseline, the heading, three benchmarks, the sum; and what to do about the machine.
	[ "$(grep -vc '^next: ' <<<"$output")" -eq 6 ]
}

@test "a kernel that reads what is not there: the signal is named" {
	contained segv crashed 'SIGSEGV (*)'
}

@test "a kernel that divides by nought" {
	contained fpe crashed 'SIGFPE (*)'
}

@test "a kernel that aborts: what it said last is the reason" {
	contained aborts aborted "SIGABRT (abort)*: assertion 'tea' failed"
}

@test "a kernel that exits" {
	contained exits exited '*status 3*'
}

@test "a kernel that exits as if all were well" {
	contained exits_with_0 exited '*status 0*'
}

@test "a kernel that ends its process group: we are not in it" {
	contained ends_its_group crashed 'SIGTERM (*)'
}

@test "a setup that exits" {
	contained exits_in_setup exited '*status 7*'
}

@test "a teardown that exits" {
	contained exits_in_teardown exited '*status 7*'
}

@test "a teardown that crashes" {
	contained crashes_in_teardown crashed 'SIGSEGV*'
}

@test "a setup that finds its data wrong" {
	contained fails_in_setup wrong-result 'no data for 5'
}

@test "a kernel that hangs is killed after --timeout" {
	contained hangs timed-out 'still running after 1 s*' --timeout 1s
}

@test "a check that hangs is killed after --timeout" {
	contained hangs_after_the_loop timed-out 'still running after 1 s*' --timeout 1s
}

@test "a kernel that hangs and ignores signals is killed too" {
	contained hangs_deaf timed-out 'still running after 0.5 s*' --timeout 500ms
}

@test "a kernel that hangs with children in other sessions: none is left" {
	contained hangs_with_children timed-out 'still running after 0.5 s*' --timeout 500ms
}

@test "a kernel that leaves children and grandchildren in other sessions: none is left" {
	harmless leaves_children
}

@test "a kernel that forks in the loop: the copy does not speak for it" {
	harmless forks_in_the_loop
}

@test "memory beyond the limit is told from a crash" {
	skip_when_sanitized 'reserves more address space than any limit'
	contained eats_memory out-of-memory 'probably beyond the memory limit of 64 MiB*' --memory-limit 64M
}

@test "memory within the limit is no matter" {
	skip_when_sanitized 'reserves more address space than any limit'
	harmless eats_little --memory-limit 64M
}

@test "a wrong result fails with its own words, however fast" {
	contained is_wrong wrong-result 'sum is 41, not 42'
	holds result.json 'not [m for m in it["metrics"] if m["benchmark"] == "is_wrong"]'
}

@test "words that are no text keep the result file valid, and cannot color the report" {
	contained is_wrong_in_odd_letters wrong-result '"\\ *red*' --color never
	valid result.json
	[[ $output != *$'\e'* ]]
}

@test "a break out of the loop" {
	contained breaks wrong-result '*left with break*'
}

@test "a return out of the loop" {
	contained returns wrong-result '*returned from inside BG_LOOP*'
}

@test "a body without a loop" {
	contained has_no_loop wrong-result '*no BG_LOOP*'
}

@test "a C++ exception that nobody catches: its words are the reason" {
	contained throws aborted 'SIGABRT*no tea left*'
}

@test "a C++ exception that is caught" {
	harmless catches
}

@test "a kernel that prints a lot: nothing of it is seen" {
	harmless prints
}

@test "a kernel that reads standard input finds it empty" {
	harmless reads <<<"something"
}

@test "a kernel that closes descriptors 0 to 2" {
	harmless closes_0_to_2
}

@test "a kernel that changes directory" {
	harmless changes_directory
}

@test "a kernel with a timer, whose signals come at any moment" {
	harmless has_a_timer
}

@test "a kernel that leaves no descriptor free" {
	harmless takes_all_descriptors
}

@test "a kernel whose folder is gone" {
	harmless removes_its_folder
}

@test "a kernel that leaves in its scratch folder what nobody may enter" {
	export TMPDIR=$PWD/scratch
	mkdir scratch
	harmless locks_its_scratch_folder
	[ -z "$(ls scratch)" ]
}

@test "a kernel that closes our channel" {
	contained closes_3 exited '*closed the channel*'
}

@test "a kernel that scribbles on our channel" {
	contained writes_to_3 not-loaded '*does not keep to the worker protocol*good day*'
}

@test "a copy that a kernel forks does not speak for it" {
	harmless copy_returns
	harmless copy_falls_out
}

@test "a second loop, which would go untimed" {
	contained has_two_loops wrong-result '*second BG_LOOP*'
}

@test "a metric before the loop has ended" {
	contained measures_too_early wrong-result 'bg_metric was called before BG_LOOP ended'
}

comma_locale() {
	command -v localedef >/dev/null || skip 'there is no localedef to make a locale with'
	localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 || skip 'this system makes no locales'
	export LOCPATH=$PWD LC_ALL=de_DE.UTF-8
}

@test "a suite in whose locale the decimal point is a comma" {
	comma_locale
	cat >comma.c <<-'END_OF_SUITE'
		#include <benchgate.h>
		#include <locale.h>
		#include <stdio.h>
		#include <string.h>
		#ifdef EARLY
		__attribute__((constructor)) static void early(void) { setlocale(LC_ALL, ""); }
		#endif
		BG_BENCH(comma)
		{
			char text[8];
			setlocale(LC_ALL, "");
			BG_LOOP(run) BG_KEEP(snprintf(text, sizeof text, "%.1f", 0.5));
			if (strcmp(text, "0,5"))
				bg_fail(run, "there is no comma in %s", text);
			bg_metric(run, "half", 0.5, "", BG_LESS_IS_BETTER);
		}
	END_OF_SUITE
	shared comma.so comma.c
	measure --suite ./comma.so comma
	[ "$status" -eq 0 ]
	holds result.json 'values("comma", "half") == [0.5] and values("comma", "time")[0] > 1'
	own_program "$CC" comma -DEARLY comma.c
	run -0 --separate-stderr ./comma run -q --processes 1 --time 1ms --out own.json comma
	holds own.json 'values("comma", "half") == [0.5] and values("comma", "time")[0] > 1'
	run -0 --separate-stderr ./comma report own.json
	[[ $output == *'0.500'* ]]
}
