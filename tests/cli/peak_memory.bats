#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Peak memory is kept for each process, and judged where the policy file names it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/few.so" -DHELD=1 "$suites/holds.c"
	shared "$BATS_FILE_TMPDIR/many.so" -DHELD=65 "$suites/holds.c"
	cp "$BATS_FILE_TMPDIR/few.so" "$BATS_FILE_TMPDIR/other.so"
	echo >>"$BATS_FILE_TMPDIR/other.so"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
}

# No time of so few units changes by as much as the threshold, and some units may be lost to a busy machine.
compare() { # BASE HEAD ARGUMENT...
	try compare -q --time 2ms --units 6 --threshold 50% --out head.json --report json=verdict.json "$@"
	valid head.json
	valid verdict.json verdict-schema
}

gated() {
	echo '{ "overrides": [{ "benchmark": "*", "metric": "peak_memory", "gated": true }] }' >benchgate.json
}

@test "compare: 64 MiB more is a regression of peak memory when the policy gates it" {
	gated
	compare ./few.so ./many.so
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION holds peak_memory: '*' MB -> '*' MB, '* ]]
	[ "$(word holds peak_memory)" = REGRESSION ]
	# Whole pages are not exact.
	holds verdict.json '[c["evidence"] for c in it["metrics"] if c["name"] == "peak_memory"] == ["in-turn"]'
	agrees
}

@test "compare: the same memory passes, and less is an improvement" {
	gated
	compare ./few.so ./other.so
	[ "$status" -eq 0 ]
	[ "$(word holds peak_memory)" = PASS ]
	compare ./many.so ./few.so
	[ "$status" -eq 0 ]
	[ "$(word holds peak_memory)" = IMPROVEMENT ]
}

@test "without a word in the policy file it is kept, and neither shown nor judged" {
	compare ./few.so ./many.so
	[ "$status" -eq 0 ]
	[[ $output != *peak_memory* ]]
	[ "$(word holds peak_memory)" = None ]
	holds head.json '[min(m["process_values"]) > 65 << 20 for m in it["metrics"] if m["name"] == "peak_memory"] == [True]'
	# What is said of every metric does not name it.
	echo '{ "overrides": [{ "benchmark": "holds", "gated": true }] }' >benchgate.json
	compare ./few.so ./many.so
	[ "$status" -eq 0 ]
	[ "$(word holds peak_memory)" = None ]
}

@test "run: judged against a baseline, and against a budget" {
	gated
	try update-baselines --suite ./few.so --processes 5 --time 5ms --sessions 1 --force --yes
	[ "$status" -eq 0 ]
	try run -q --suite ./many.so --allow-mismatch --processes 5 --time 5ms --threshold 50% --report json=verdict.json
	[ "$status" -eq 1 ]
	[ "$(word holds peak_memory)" = REGRESSION ]
	echo '{ "overrides": [{ "benchmark": "holds", "budgets": { "peak_memory": "32MiB" } }] }' >benchgate.json
	try run -q --suite ./few.so --processes 5 --time 5ms --threshold 50%
	[ "$status" -eq 0 ]
	try run -q --suite ./many.so --processes 5 --time 5ms --threshold 50%
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION holds peak_memory: '*', over its budget of 32MiB '* ]]
}

@test "a benchmark's own metric cannot be called peak_memory" {
	cat >own.c <<-'END'
		#include <benchgate.h>
		BG_BENCH(own, BG_CRITICAL)
		{
			BG_LOOP(run)
				BG_CLOBBER();
			bg_metric(run, "peak_memory", 1, "B", BG_LESS_IS_BETTER);
		}
	END
	shared own.so own.c
	try run -q --suite ./own.so --processes 2 --time 2ms
	[ "$status" -eq 3 ]
	[[ $output == *"bg_metric was given the name 'peak_memory', which is benchgate's own"* ]]
}
