#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a comparison judges is what users pay: bursts, late cost, waits, threads, tails, slow bodies, budgets.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	local suite permille
	for suite in bursts ages lengths waits threads system; do
		for permille in 0 200; do
			shared "$BATS_FILE_TMPDIR/$suite$permille.so" -DSLOWER_PERMILLE=$permille \
				"$suites/$suite.c" -lpthread -lm
		done
	done
	shared "$BATS_FILE_TMPDIR/sides.so" "$suites/sides.c"
	cp "$BATS_FILE_TMPDIR/bursts0.so" "$BATS_FILE_TMPDIR/same.so"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
}

compared() { # BASE HEAD BENCHMARK ARGUMENT...
	try compare "$1" "$2" --config none --only "$3" --threshold 4% --target 8% --out head.json --base-out base.json \
		--report json=verdict.json "${@:4}"
	valid head.json
	valid verdict.json verdict-schema
}

# Of its duets, what that column says of each
column() { # NAME
	query head.json "sorted(set(it['benchmarks'][0]['duets']['$1']))"
}

@test "bursts: +20 % of the mean is a regression, and the line says that a typical iteration is as before" {
	compared ./bursts0.so ./bursts200.so bursts_67us/15 -v
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION bursts_67us/15: '*'; a typical iteration changed by '*' %: the cost comes in bursts, in about 1 of '*' batches' ]]
	holds verdict.json '.1 < it["metrics"][0]["change"] < .3 and abs(it["metrics"][0]["typical_change"]) < .05'
	[[ $output == *' mean +'*' (p '*'), typical '*'both on one processor, the first '*" ms of a process's loop, "* ]]
}

@test "bursts whose period is a turn of the measuring are seen as often as they come" {
	cat >turn.c <<-'END'
		#include <benchgate.h>
		static volatile uint64_t kept;
		static void work(int n) { for (int i = 0; i < n; i++) kept++; }
		BG_BENCH(turn, BG_CRITICAL)
		{
			int calls = 0;
			BG_LOOP(run) work(BURST && ++calls % 4 == 0 ? 270000 : 150000);
		}
	END
	shared turn0.so -DBURST=0 turn.c
	shared turn1.so -DBURST=1 turn.c
	compared ./turn0.so ./turn1.so turn
	[ "$status" -eq 1 ]
	holds verdict.json '.14 < it["metrics"][0]["change"] < .26'
}

@test "the work of a child that the body waits for counts, however rarely it starts one" {
	cat >child.c <<-'END'
		#include <benchgate.h>
		#include <sys/wait.h>
		#include <unistd.h>
		static volatile uint64_t kept;
		static void work(int n) { for (int i = 0; i < n; i++) kept++; }
		BG_BENCH(child, BG_CRITICAL)
		{
			int calls = 0;
			BG_LOOP(run) {
				work(5000);
				if (RARE && ++calls % 300 == 0) {
					pid_t pid = fork();
					if (!pid) {
						work(300000);
						_exit(0);
					}
					waitpid(pid, NULL, 0);
				}
			}
		}
	END
	shared child0.so -DRARE=0 child.c
	shared child1.so -DRARE=1 child.c
	compared ./child0.so ./child1.so child
	[ "$status" -eq 1 ]
	holds verdict.json 'it["metrics"][0]["change"] > .1 and abs(it["metrics"][0]["typical_change"]) < it["metrics"][0]["change"] / 2'
}

@test "both values are one comparison, and two of the family" {
	compared ./lengths0.so ./lengths200.so call_10us
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *'(p '*' for both comparisons)'* ]]
	holds verdict.json '[m["name"] for m in it["metrics"]] == ["time"]'
	holds head.json '[m["name"] for m in it["metrics"]] == ["time", "typical", "peak_memory"]'
}

@test "cost that appears late in a process is seen, and judged where it is" {
	compared ./ages0.so ./ages200.so late
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == *'; the ratio changes with the age of the process, '* ]]
	[ "$(column late)" = '[0, 1]' ]
}

@test "a body that waits is judged by wall time, and not pinned" {
	compared ./waits0.so ./waits200.so sleeps
	[ "$status" -eq 1 ]
	[ "$(column place)" = '[1]' ]
	holds verdict.json '.1 < it["metrics"][0]["change"] < .3'
}

@test "threads of the body's own may run on all processors" {
	compared ./threads0.so ./threads200.so threads --units 4
	[ "$(column place)" = '[1]' ]
	[ "$(column parallel)" = '[1]' ]
	[ "$(column dropped)" = '[0]' ]
}

@test "bodies that cannot live beside each other are measured one after the other" {
	compared ./system0.so ./system200.so fixed_port
	[ "$status" -eq 1 ]
	[ "$(column place)" = '[2]' ]
	[[ $output == *'note: fixed_port: whole processes take turns, because one failed while the other side ran beside it: '* ]]
	# Said beforehand, no duet fails first.
	compared ./sides.so ./sides.so exclusive --measure-identical --units 4
	[ "$(column place)" = '[2]' ]
}

@test "a body that crashes fails as before, once it was tried alone" {
	cat >crash.c <<-'END'
		#include <benchgate.h>
		#include <stdlib.h>
		BG_BENCH(crash) { BG_LOOP(run) abort(); }
	END
	shared crash.so crash.c
	compared ./crash.so ./crash.so crash --measure-identical
	[ "$status" -eq 3 ]
	[[ ${lines[0]} == 'FAILED crash: '* ]]
}

@test "a slow body is timed as few times as it needs" {
	within=60 compared ./lengths0.so ./lengths200.so call_120ms --units 1
	# Two, or one where a slow machine takes longer over a call.
	holds head.json 'max(it["benchmarks"][0]["duets"]["quads"]) <= 2'
	[ "$(column iterations)" = '[1]' ]
}

@test "percentiles are measured in turn, and gated where the policy says so" {
	compared ./bursts0.so ./bursts200.so tail_10us
	holds verdict.json '[m["name"] for m in it["metrics"]] == ["time", "p50", "p90", "p95", "p99", "p99.9", "max"]'
	holds verdict.json 'next(m for m in it["metrics"] if m["name"] == "p99.9")["change"] > 1'
	holds verdict.json '{m["status"] for m in it["metrics"][1:]} == {"not gated"}'
	echo '{"overrides": [{"benchmark": "*", "metric": "p99.9", "gated": true}]}' >gated.json
	compared ./bursts0.so ./bursts200.so tail_10us --config gated.json --units 30
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION tail_10us p99.9: '* ]]
}

@test "a budget holds in a comparison: measured alone after the duets, where there is one" {
	echo '{"overrides": [{"benchmark": "bursts_67us/2", "budgets": {"time": "1us"}}]}' >budget.json
	compared ./bursts0.so ./same.so 'bursts_67us/*' --config budget.json --measure-identical --units 4
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION bursts_67us/2: '*', over its budget of 1us '*'; confirmed by '*' fresh processes'* ]]
	holds head.json '{b["name"]: bool(b["processes"]["batches"]) for b in it["benchmarks"]} == {
		"bursts_67us/2": True, "bursts_67us/15": False, "bursts_67us/150": False}'
}

@test "a budget counts when the bytes are identical, too" {
	echo '{"overrides": [{"benchmark": "bursts_67us/*", "budgets": {"time": "1us"}}, {"benchmark": "call*", "budgets": {"time": "1h"}}]}' >budget.json
	compared ./bursts0.so ./same.so 'bursts_67us/2' --config budget.json
	[ "$status" -eq 1 ]
	[[ $output == *'over its budget of 1us '*$'\nbursts_67us/2 time  <= 1us  '* ]]
	holds verdict.json '[m["status"] for m in it["metrics"]] == ["PASS", "REGRESSION"]'
	cp lengths0.so again.so
	compared ./lengths0.so ./again.so call_10us --config budget.json
	[ "$status" -eq 0 ]
	holds verdict.json '[m["status"] for m in it["metrics"]] == ["PASS", "PASS"]'
}

@test "each process has a folder of its own, and knows its side" {
	compared ./sides.so ./sides.so scratch --measure-identical --units 4
	holds head.json 'set(metric("scratch", "is_head")["process_values"]) == {1}'
	holds base.json 'set(metric("scratch", "is_head")["process_values"]) == {0}'
	mkdir tmp
	TMPDIR=$PWD/tmp compared ./sides.so ./sides.so scratch --measure-identical --units 1
	[ -z "$(ls tmp)" ]
	measure --suite ./sides.so --config none scratch
	holds result.json 'values("scratch", "is_head") == [0]'
}

@test "files of before the mean was kept are judged by their typical value, with the same words" {
	try run -q --config none --suite ./lengths0.so call_10us --time 200ms --out result.json
	cat >older.py <<-'END'
		import json
		it = json.load(open("result.json"))
		it["version"] = 1
		it["metrics"] = [m for m in it["metrics"] if m["name"] != "time"]
		for m in it["metrics"]:
		    m["name"] = "time" if m["name"] == "typical" else m["name"]
		json.dump(it, open("older.json", "w"))
	END
	/usr/bin/python3 older.py
	try report older.json --against older.json --config none --report json=verdict.json
	holds verdict.json '[(m["name"], m["change"]) for m in it["metrics"]] == [("typical", 0)]'
	# A new one beside it: what both have is compared.
	try report result.json --against older.json --config none --report json=verdict.json
	holds verdict.json '[(m["name"], m["change"]) for m in it["metrics"]] == [("typical", 0)]'
	[[ $output == *$'\ncall_10us typical  '* ]]
	try report older.json --against result.json --config none --report json=verdict.json
	holds verdict.json '[(m["name"], m["change"]) for m in it["metrics"]] == [("typical", 0)]'
	try report result.json --against result.json --config none --report json=verdict.json
	holds verdict.json '[(m["name"], m["change"], m["typical_change"]) for m in it["metrics"]] == [("time", 0, 0)]'
}
