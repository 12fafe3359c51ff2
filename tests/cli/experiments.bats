#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/false-alarms and scripts/detection do each step once, whatever ends them, and count well; the suite that is
# slowed is slowed by what it says.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034  # set in cli.bash; a shell of its own for each test; used there
load ../support/cli
load ../support/experiment
always=(--gap 0)

# In place of the program: a session is a line in the baseline, and a verdict is what VERDICT says. Each call is a line
# in CALLS; the one with the number in the file hang never ends.
setup() {
	cat >stub <<-'SH'
		#!/bin/sh
		command=$1
		while [ $# -gt 0 ]; do
			case $1 in
			--baseline) baseline=$2 ;;
			--report) verdict=${2#json=} ;;
			--out) out=$2 ;;
			--suite) suite=$2 ;;
			esac
			shift
		done
		noises=$(readlink /proc/[0-9]*/exe | grep -cx "$FOLDER/noise")
		echo "$(date +%s) $command $(basename "$baseline") $noises" >>"$CALLS"
		[ "$(cat hang 2>/dev/null)" != "$(wc -l <"$CALLS")" ] || exec sleep 60
		if [ "$command" = update-baselines ]; then
			[ -z "$REFUSES" ] || { echo 'no room'; exit 3; }
			[ -n "$IDLE" ] || echo "session $(basename "$(dirname "${suite-}")")" >>"$baseline"
		else
			case $suite in
			*/100/slowed.so) VERDICT='{"summary":{"overall_status":"FAIL"},"metrics":[{"status":"REGRESSION"},{"status":"PASS"}]}' ;;
			*/30/slowed.so) VERDICT='{"summary":{"overall_status":"PASS"},"metrics":[{"status":"INCONCLUSIVE"},{"status":"PASS"}]}' ;;
			esac
			echo '{}' >"$out"
			echo "$VERDICT" >"$verdict"
			exit "${CODE:-0}"
		fi
	SH
	# The scripts go to the repository's folder, the stub comes back.
	sed -i "2i cd '$PWD'" stub
	chmod +x stub
	export BENCHGATE=$PWD/stub CALLS=$PWD/calls FOLDER=$PWD/folder MARK=$BATS_TEST_TMPDIR
	export VERDICT='{"summary":{"overall_status":"PASS"},"metrics":[{"status":"PASS"}]}'
	: >calls
}

# So many rows, one after the other, of which the first few have a REGRESSION
rows() { # FILE RUNS ALARMS
	mkdir -p folder
	awk -v runs="$2" -v alarms="$3" 'BEGIN {
		OFS = "\t"
		$0 = "baseline run seconds code PASS REGRESSION IMPROVEMENT INCONCLUSIVE NEW MISSING FAILED" \
			" NOT_MEASURED REFUSED ACCEPTED word"
		$1 = $1; print
		for (i = 0; i < runs; i++)
			print int(i / 5) + 1, i % 5 + 1, 10 + i, i < alarms, \
				8 - (i < alarms), 0 + (i < alarms), 0, 0, 0, 0, 0, 0, 0, 0, "PASS"
	}' >"folder/$1.tsv"
}

@test "false-alarms: baselines of so many sessions, runs against each, one row a run" {
	experiment false-alarms --baselines 2 --sessions 3 --runs 2
	[ "$status" -eq 0 ]
	nr_calls_is $((2 * (3 + 2)))
	for baseline in 1 2; do
		[ "$(wc -l <folder/quiet/$baseline-session-3.json)" -eq 3 ]
		[ -s folder/quiet/$baseline-run-2.json ]
		[ -s folder/quiet/$baseline-run-2-verdict.json ]
	done
	[ "$(cut -f 1,2 folder/quiet.tsv | tail -n +2 | tr '\t\n' '. ')" = '1.1 1.2 2.1 2.2 ' ]
	[ "$(cut -d ' ' -f 3 calls | tail -n 1)" = 2-session-3.json ]
	has_line 'baselines 2'
	has_line 'gate runs 4'
	[ ! -e folder/loaded.tsv ]
}

@test "what is there is not done again, and more of it is added" {
	experiment false-alarms --baselines 1 --sessions 2 --runs 1
	nr_calls_is 3
	experiment false-alarms --baselines 1 --sessions 2 --runs 1
	[ "$status" -eq 0 ]
	nr_calls_is 3
	experiment false-alarms --baselines 2 --sessions 2 --runs 2
	[ "$status" -eq 0 ]
	nr_calls_is 8
	has_line 'gate runs 4'
}

@test "killed in any step, it does that one again and no other" {
	local step pid
	for step in 1 2 4 6; do
		echo $step >hang
		: >calls
		rm -rf folder
		"$repository/scripts/false-alarms" --gap 0 --baselines 2 --sessions 2 --runs 2 --group 2 folder 3>&- &
		pid=$!
		until_true 200 nr_calls_is $step
		kill "$pid"
		until_true 60 ended "$pid"
		until_true 60 no_process_left
		rm hang
		experiment false-alarms --baselines 2 --sessions 2 --runs 2 --group 2
		[ "$status" -eq 0 ]
		nr_calls_is $((8 + 1))
		[ "$(wc -l <folder/quiet/1-session-2.json)" -eq 2 ]
		[ "$(wc -l <folder/quiet/2-session-2.json)" -eq 2 ]
		[ "$(sort -u folder/quiet.tsv | wc -l)" -eq $((4 + 1)) ]
	done
}

@test "a row that was cut short does not count" {
	experiment false-alarms --baselines 1 --sessions 1 --runs 2
	truncate -s -3 folder/quiet.tsv
	experiment false-alarms --baselines 1 --sessions 1 --runs 2
	[ "$status" -eq 0 ]
	nr_calls_is 4
	[ "$(cut -f 2 folder/quiet.tsv | tr '\n' ' ')" = 'run 1 2 ' ]
}

@test "--group: in turn, and a baseline's sessions are --gap apart" {
	experiment false-alarms --baselines 3 --sessions 2 --runs 1 --group 2 --gap 2
	[ "$status" -eq 0 ]
	[ "$(cut -d ' ' -f 3 calls | cut -d - -f 1 | tr '\n' ' ')" = '1 2 1 2 1 2 3 3 3 ' ]
	awk '
		$3 in at && $2 == "update-baselines" && $1 - at[$3] < 2 { print "too early: " $0; failed = 1 }
		{ at[$3] = $1 }
		END { exit failed }' calls
}

@test "it waits while there is a file named pause" {
	local pid
	mkdir folder
	touch folder/pause
	"$repository/scripts/false-alarms" --gap 0 --baselines 1 --sessions 1 --runs 1 folder >said 2>&1 3>&- &
	pid=$!
	sleep 1
	nr_calls_is 0
	run ! ended "$pid"
	rm folder/pause
	until_true 200 ended "$pid"
	wait "$pid"
	nr_calls_is 2
}

@test "--noise: beside each step, and gone at the end" {
	experiment false-alarms --noise --baselines 1 --sessions 1 --runs 1
	[ "$status" -eq 0 ]
	nr_calls_is 2
	has_line 'loaded'
	no_process_left
	[ -e folder/loaded.tsv ]
	[ ! -e folder/quiet.tsv ]
	run ! grep ' 0$' calls
}

@test "two do not work in one folder" {
	mkdir folder
	exec 8>folder/lock
	flock 8
	experiment false-alarms
	exec 8>&-
	[ "$status" -eq 2 ]
	[[ $output == 'false-alarms: '*'/folder is in use' ]]
	nr_calls_is 0
}

@test "the program stays the one it began with" {
	experiment false-alarms --baselines 1 --sessions 1 --runs 1
	printf '#!/bin/sh\nexit 9\n' >stub
	experiment false-alarms --baselines 1 --sessions 1 --runs 2
	[ "$status" -eq 0 ]
	nr_calls_is 3
}

@test "words are counted where they belong" {
	VERDICT='{
		"metrics": [
			{"benchmark": "a \"status\": \"PASS\" }", "status": "REGRESSION", "tests": [{"status": "PASS"}]},
			{"status": "PASS", "change": -0.01, "notes": ["status", "[{"]},
			{"status" : "INCONCLUSIVE", "change": null},
			{"status": "not gated", "action": "pass"},
			{"status": "NOT MEASURED"},
			{"status": "PASS"}
		],
		"others": [{"status": "PASS"}],
		"policy": {"status": "LAX"},
		"duration": 1e2,
		"summary": {"overall_status": "FAIL"}
	}'
	CODE=1 experiment false-alarms --baselines 1 --sessions 1 --runs 1
	[ "$status" -eq 0 ]
	for expected in PASS=2 REGRESSION=1 IMPROVEMENT=0 INCONCLUSIVE=1 NEW=0 NOT_MEASURED=1 ACCEPTED=0 word=FAIL code=1; do
		[ "$(cell folder/quiet.tsv 1 "${expected%=*}")" = "${expected#*=}" ] || {
			echo "not $expected"
			return 1
		}
	done
	has_line 'comparisons 5'
}

@test "a word it does not know, no verdict, a refusal and a session that adds nothing end it" {
	VERDICT='{"summary":{"overall_status":"PASS"},"metrics":[{"status":"MAYBE"}]}'
	experiment false-alarms --baselines 1 --sessions 1 --runs 1
	[ "$status" -eq 2 ]
	[[ $output == *'-verdict.json: what is MAYBE?' ]]
	VERDICT='{"metrics":[]}'
	experiment false-alarms --baselines 1 --sessions 1 --runs 1
	[ "$status" -eq 2 ]
	[[ $output == *'-verdict.json: no word' ]]
	CODE=4 experiment false-alarms --baselines 1 --sessions 1 --runs 1
	[ "$status" -eq 2 ]
	[[ $output == *'baseline 1, run 1 ended with 4; see '*/1-run-1.txt ]]
	[ "$(wc -l <folder/quiet.tsv)" -eq 1 ]
	REFUSES=yes experiment false-alarms --baselines 2 --group 2 --sessions 1 --runs 1
	[ "$status" -eq 2 ]
	[[ $output == 'no room'*'baseline 2, session 1 ended with 3; see '*/2-session-1.txt ]]
	IDLE=yes experiment false-alarms --baselines 1 --sessions 2 --runs 1
	[ "$status" -eq 2 ]
	[[ $output == *'baseline 1 did not grow by session 2' ]]
}

@test "what it cannot read" {
	experiment false-alarms --runs x
	[ "$status" -eq 2 ]
	[ "$output" = 'false-alarms: --runs takes a number' ]
	experiment false-alarms --sessions 0
	[ "$output" = 'false-alarms: --sessions takes at least 1' ]
	experiment detection --loud
	[ "$output" = 'detection: no option --loud' ]
	experiment detection --table
	[ "$status" -eq 2 ]
	run "$repository/scripts/detection"
	[ "$status" -eq 2 ]
	[[ $output == 'Usage: scripts/detection '* ]]
	nr_calls_is 0
}

# The bounds are those of R's binom.test(k, n, alternative = "less").
@test "false-alarms --table: rates and their upper bounds" {
	rows quiet 50 0
	rows loaded 50 1
	experiment false-alarms --table
	[ "$status" -eq 0 ]
	has_line 'quiet loaded'
	has_line 'baselines 10 10'
	has_line 'with a REGRESSION in any run 0 1'
	has_line 'gate runs 50 50'
	has_line 'with a REGRESSION 0 1'
	has_line 'their rate, at most \(95 %\) 5.8 % 9.1 %'
	has_line 'comparisons 400 400'
	has_line 'PASS 400 399'
	has_line 'REGRESSION 0 1'
	has_line 'seconds a gate run, median 34.5 34.5'
	has_line 'longest 59.0 59.0'
	rows quiet 40 0
	rows loaded 60 7
	experiment false-alarms --table
	has_line 'their rate, at most \(95 %\) 7.2 % 20.8 %'
	rows quiet 5 5
	rows loaded 1 0
	experiment false-alarms --table
	has_line 'their rate, at most \(95 %\) 100.0 % 95.0 %'
	nr_calls_is 0
}

@test "detection: one baseline as it is, runs of each in turn" {
	experiment detection --sessions 2 --runs 2
	[ "$status" -eq 0 ]
	nr_calls_is $((2 + 2 * 4))
	[ "$(cat folder/quiet/1-session-2.json)" = $'session 0\nsession 0' ]
	[ "$(cut -f 2,3 folder/quiet.tsv | tail -n +2 | tr '\t\n' '. ')" = '1.30 1.50 1.100 1.0 2.30 2.50 2.100 2.0 ' ]
	[ "$(grep -c ' run 1-session-2.json ' calls)" -eq 8 ]
	has_line 'quiet runs called REGRESSION IMPROVEMENT INCONCLUSIVE PASS seconds'
	has_line '0 % 2 0 0.0 % 0.0 % 0.0 % 100.0 % [0-9.]+'
	has_line '3 % 2 0 0.0 % 0.0 % 50.0 % 50.0 % [0-9.]+'
	has_line '10 % 2 2 50.0 % 0.0 % 0.0 % 50.0 % [0-9.]+'
	experiment detection --sessions 2 --runs 2
	nr_calls_is 10
}

# Goes once through each benchmark's loop.
count_items() { # SUITE PERMILLE
	cat >count.c <<-'C'
		static unsigned long nr_items;
		#define SLOWED_ITEM() nr_items++
		#include SUITE
		#include <stdio.h>

		static int nr_batches;

		static uint64_t batch(struct bg_run *run, uint64_t left)
		{
			(void)run;
			(void)left;
			return nr_batches++ ? 0 : 1;
		}

		int main(void)
		{
			const struct bg_calls calls = { batch, NULL, NULL };

			for (const struct bg_bench *bench = bg_suite_here.first; bench; bench = bench->next) {
				struct bg_run run = { .calls = &calls };

				nr_items = 0;
				nr_batches = 0;
				bench->body(&run);
				printf("%lu\n", nr_items);
			}
			return 0;
		}
	C
	$CC -O2 -I "$repository/include" -I "$suites" -DSUITE="\"$1.c\"" -DSLOWER_PERMILLE="$2" -o count count.c
	./count
}

@test "slowed: so many items more, in each benchmark" {
	for suite in 'slowed 6' 'chase 1'; do
		for permille in 0 20 30 50 100; do
			count_items "${suite% *}" $permille >counts
			[ "$(wc -l <counts)" -eq "${suite#* }" ]
			[ "$(sort -u counts)" = $((1000 + permille)) ]
		done
	done
}

@test "slowed: the machine code is the same" {
	for suite in slowed chase; do
		for permille in 0 100; do
			mkdir -p $permille
			shared $permille/$suite.so -DSLOWER_PERMILLE=$permille "$suites/$suite.c"
			(cd $permille && objdump -d $suite.so) >$permille/code
		done
		[ "$(wc -l <0/code)" -gt 100 ]
		cmp 0/code 100/code
		run ! cmp -s 0/$suite.so 100/$suite.so
	done
}

# Follows the chain back to where it began.
@test "slowed: one circle through 32 MiB" {
	cat >circle.c <<-'C'
		#include "chase.c"
		#include <stdio.h>

		int main(void)
		{
			unsigned long nr = 0;
			uint64_t at = 0;

			close_circle(nodes, NODES);
			do {
				at = nodes[at].next;
				nr++;
			} while (at);
			printf("%lu hops, %zu MiB\n", nr, sizeof nodes >> 20);
			return 0;
		}
	C
	$CC -O2 -I "$repository/include" -I "$suites" -o circle circle.c
	run ./circle
	[ "$output" = '524288 hops, 32 MiB' ]
}
