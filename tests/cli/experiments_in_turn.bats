#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/false-alarms-in-turn and scripts/detection-in-turn do each gate once, measure what they say, and count well.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/experiment

# In place of the program: it calls what is 10 % slower, and says of the rest what VERDICT says. Each call is a line in
# CALLS: its threshold and target, what is base and what head, and how many noises there are.
setup() {
	cat >stub <<-'SH'
		#!/bin/sh
		arguments=$*
		shift
		base=$1 head=$2
		while [ $# -gt 0 ]; do
			case $1 in
			--report) verdict=${2#json=} ;;
			--out) out=$2 ;;
			--threshold) threshold=$2 ;;
			--target) target=$2 ;;
			esac
			shift
		done
		noises=$(readlink /proc/[0-9]*/exe | grep -cx "$FOLDER/noise")
		echo "$threshold/$target ${base#"$FOLDER"/} ${head#"$FOLDER"/} $noises" >>"$CALLS"
		echo "$arguments" >>arguments
		[ "$(cat hang 2>/dev/null)" != "$(wc -l <"$CALLS")" ] || exec sleep 60
		case $head in
		*/0100/*) VERDICT='{"summary":{"overall_status":"FAIL"},"metrics":[
			{"benchmark":"hash","name":"time","status":"REGRESSION","change":0.101,"units":4,"spent":0.5},
			{"benchmark":"sort","name":"time","status":"REGRESSION","change":0.099,"units":6,"spent":1.5}]}' ;;
		*/0030/*) VERDICT='{"summary":{"overall_status":"PASS"},"metrics":[
			{"benchmark":"hash","name":"time","status":"INCONCLUSIVE","change":0.03,"units":10,"spent":3},
			{"benchmark":"sort","name":"time","status":"REGRESSION","change":0.04,"units":10,"spent":2}]}' ;;
		esac
		echo '{}' >"$out"
		echo "$VERDICT" >"$verdict"
		exit "${CODE:-0}"
	SH
	sed -i "2i cd '$PWD'" stub
	chmod +x stub
	export BENCHGATE=$PWD/stub CALLS=$PWD/calls FOLDER=$PWD/folder MARK=$BATS_TEST_TMPDIR
	export VERDICT='{"summary":{"overall_status":"PASS"},"metrics":[
		{"benchmark":"hash","name":"time","status":"PASS","change":-0.002,"units":4,"spent":0.25,"drop_ratio":0},
		{"benchmark":"sort","name":"time","status":"PASS","change":0.001,"units":8,"spent":0.75}]}'
	: >calls
}

@test "false-alarms-in-turn: the program against its copy, one row a gate" {
	experiment false-alarms-in-turn --gates 3 --threshold 0.5% --target 2%
	[ "$status" -eq 0 ]
	[ "$(sort -u calls)" = "0.5%/2% base/benchgate head/benchgate 0" ]
	nr_calls_is 3
	cmp folder/base/benchgate folder/head/benchgate
	grep -q '^compare .* --tier critical --config none --measure-identical ' arguments
	[ "$(head -n 1 folder/quiet.tsv | tr '\t' ' ')" = "gate limits seconds code PASS REGRESSION IMPROVEMENT\
 INCONCLUSIVE NEW MISSING FAILED NOT_MEASURED REFUSED ACCEPTED word benchmarks units seconds_each each" ]
	for expected in gate=3 limits=0.5%/2% code=0 PASS=2 REGRESSION=0 word=PASS benchmarks=2 units=12 seconds_each=0.500 \
		each='hash:PASS:-0.002:4:0.25 sort:PASS:0.001:8:0.75'; do
		[ "$(cell folder/quiet.tsv 3 "${expected%%=*}")" = "${expected#*=}" ] || {
			echo "not $expected"
			return 1
		}
	done
	[ -s folder/quiet/3-0.5%-2%.json ]
	[ -s folder/quiet/3-0.5%-2%-verdict.json ]
	[ ! -e folder/loaded.tsv ]
	has_line 'quiet'
	has_line 'threshold/target 0.5%/2%'
	has_line 'gates 3'
	has_line 'their rate, at most \(95 %\) 63.2 %'
	has_line 'comparisons 6'
	has_line 'PASS 100.0 %'
	has_line 'change, mean -0.05 %'
	has_line 'seconds a benchmark, mean 0.50'
	has_line 'longest 0.75'
	has_line 'units a benchmark, mean 6.0'
	has_line 'hash 0.25 0.25 4.0 0 0.0 % -0.20 %'
	has_line 'sort 0.75 0.75 8.0 0 0.0 % \+0.10 %'
}

@test "false-alarms-in-turn: a suite, or what is built of one, against its copy" {
	echo suite >my.so
	experiment false-alarms-in-turn --gates 1 --suite my.so
	[ "$status" -eq 0 ]
	[ "$(cat calls)" = '/ base/my.so head/my.so 0' ]
	run ! grep -e --threshold -e --target arguments
	cmp my.so folder/head/my.so
	rm -r folder
	experiment false-alarms-in-turn --gates 1 --suite "$suites/chase.c" --target 5%
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 calls)" = '/5% base/chase.so head/chase.so 0' ]
	[ "$(cell folder/quiet.tsv 1 limits)" = default/5% ]
	cmp folder/base/chase.so folder/head/chase.so
}

@test "what is there is not done again; killed, it does that gate again and no other" {
	local pid
	experiment false-alarms-in-turn --gates 2
	experiment false-alarms-in-turn --gates 2
	[ "$status" -eq 0 ]
	nr_calls_is 2
	echo 4 >hang
	"$repository/scripts/false-alarms-in-turn" --gates 5 folder 3>&- &
	pid=$!
	until_true 200 nr_calls_is 4
	kill "$pid"
	until_true 60 ended "$pid"
	until_true 60 no_process_left
	rm hang
	[ "$(wc -l <folder/quiet.tsv)" -eq $((1 + 3)) ]
	experiment false-alarms-in-turn --gates 5
	[ "$status" -eq 0 ]
	nr_calls_is 6
	[ "$(cut -f 1 folder/quiet.tsv | tr '\n' ' ')" = 'gate 1 2 3 4 5 ' ]
	experiment false-alarms-in-turn --gates 1 --threshold 2% --target 4%
	nr_calls_is 7
	has_line 'gates 5 1'
}

@test "--noise: beside each gate, and gone at the end" {
	experiment false-alarms-in-turn --noise --gates 1
	[ "$status" -eq 0 ]
	run ! grep ' 0$' calls
	no_process_left
	[ "$(wc -l <folder/loaded.tsv)" -eq 2 ]
	[ ! -e folder/quiet.tsv ]
}

@test "detection-in-turn: each slowness at each pair of limits, in turn" {
	experiment detection-in-turn --gates 2
	[ "$status" -eq 0 ]
	nr_calls_is $((2 * 2 * 5))
	[ "$(sort -u calls | wc -l)" -eq 10 ]
	[ "$(head -n 6 calls)" = '1%/5% base/slowed.so 0030/slowed.so 0
1%/5% base/slowed.so 0100/slowed.so 0
1%/5% base/slowed.so 0000/slowed.so 0
1%/5% base/slowed.so 0050/slowed.so 0
1%/5% base/slowed.so 0020/slowed.so 0
0.5%/2% base/slowed.so 0030/slowed.so 0' ]
	cmp folder/base/slowed.so folder/0000/slowed.so
	run ! cmp -s folder/base/slowed.so folder/0020/slowed.so
	run ! cmp -s folder/0030/slowed.so folder/0020/slowed.so
	experiment detection-in-turn --gates 2
	nr_calls_is 20
	has_line 'quiet 1%/5% gates called REGRESSION IMPROVEMENT INCONCLUSIVE PASS change seconds longest units'
	has_line '0 % 2 0 0.0 % 0.0 % 0.0 % 100.0 % -0.05 % 0.50 0.75 6.0'
	has_line '3 % 2 2 50.0 % 0.0 % 50.0 % 0.0 % \+3.50 % 2.50 3.00 10.0'
	has_line 'hash 0 0.0 % 0.0 % 100.0 % 0.0 % \+3.00 % 3.00 3.00 10.0'
	has_line 'sort 2 100.0 % 0.0 % 0.0 % 0.0 % \+4.00 % 2.00 2.00 10.0'
	has_line '10 % 2 2 100.0 % 0.0 % 0.0 % 0.0 % \+10.00 % 1.00 1.50 5.0'
	has_line 'quiet 0.5%/2% gates called .*'
}

@test "detection-in-turn: another suite, other limits" {
	experiment detection-in-turn --gates 1 --suite "$suites/chase.c" --threshold 2% --target 4%
	[ "$status" -eq 0 ]
	nr_calls_is 5
	[ "$(head -n 1 calls)" = '2%/4% base/chase.so 0030/chase.so 0' ]
}

@test "a copy that is said to differ by layout is an alarm as any other" {
	VERDICT='{"summary":{"overall_status":"LAYOUT"},"metrics":[
		{"benchmark":"hash","name":"time","status":"LAYOUT","change":0.04,"units":4,"spent":0.25},
		{"benchmark":"sort","name":"time","status":"LAYOUT","change":-0.04,"units":4,"spent":0.25}]}'
	CODE=0 experiment false-alarms-in-turn --gates 1
	[ "$status" -eq 0 ]
	[ "$(cell folder/quiet.tsv 1 REGRESSION)" = 1 ]
	[ "$(cell folder/quiet.tsv 1 IMPROVEMENT)" = 1 ]
}

@test "a benchmark that failed has no figures; what is not time counts too" {
	VERDICT='{"summary":{"overall_status":"FAIL"},"metrics":[
		{"benchmark":"hash","name":"time","status":"REGRESSION","change":0.04,"units":4,"spent":0.25},
		{"benchmark":"hash","name":"allocations","status":"PASS","change":0,"units":4,"spent":0.25},
		{"benchmark":"hash","name":"pages","status":"not gated","change":0,"units":4,"spent":0.25},
		{"benchmark":"sort","name":null,"status":"NOT MEASURED","change":null,"units":null}]}'
	CODE=3 experiment false-alarms-in-turn --gates 1
	[ "$status" -eq 0 ]
	for expected in code=3 PASS=1 REGRESSION=1 NOT_MEASURED=1 benchmarks=1 units=4 seconds_each=0.250 \
		each='hash:REGRESSION:0.04:4:0.25 hash/allocations:PASS:-:-:- sort:NOT_MEASURED:-:-:-'; do
		[ "$(cell folder/quiet.tsv 1 "${expected%%=*}")" = "${expected#*=}" ] || {
			echo "not $expected"
			return 1
		}
	done
	has_line 'with a REGRESSION 1'
	has_line 'NOT_MEASURED 33.3 %'
	has_line 'hash 0.25 0.25 4.0 1 0.0 % \+4.00 %'
	has_line 'hash/allocations - - - 0 0.0 % -'
	has_line 'sort - - - 0 0.0 % -'
}

@test "what they cannot read" {
	experiment false-alarms-in-turn --gates 0
	[ "$status" -eq 2 ]
	[ "$output" = 'false-alarms-in-turn: --gates takes at least 1' ]
	experiment false-alarms-in-turn --sessions 3
	[ "$output" = 'false-alarms-in-turn: no option --sessions' ]
	experiment false-alarms-in-turn --suite nowhere.so
	[ "$output" = 'false-alarms-in-turn: no suite nowhere.so' ]
	experiment detection-in-turn --suite my.so
	[ "$output" = 'detection-in-turn: my.so is not a source' ]
	run "$repository/scripts/detection-in-turn"
	[ "$status" -eq 2 ]
	[[ $output == 'Usage: scripts/detection-in-turn '* ]]
	CODE=4 experiment false-alarms-in-turn --gates 1
	[ "$status" -eq 2 ]
	[[ $output == *'gate 1, default/default ended with 4; see '*/1-default-default.txt ]]
	[ "$(wc -l <folder/quiet.tsv)" -eq 1 ]
}
