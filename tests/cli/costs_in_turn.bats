#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/costs-in-turn takes each gate of each benchmark once, asks for what it says, and counts well.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/experiment

# In place of the program: lists what the real one lists, and says of the benchmark what the file said has for it. Each
# comparison is a line in CALLS: what is base and what head, the benchmark, and how many noises there are.
setup() {
	cat >stub <<-'SH'
		#!/bin/sh
		[ "$1" = compare ] || exec "$PROGRAM" "$@"
		arguments=$*
		shift
		base=$1 head=$2
		while [ $# -gt 0 ]; do
			case $1 in
			--report) verdict=${2#json=} ;;
			--out) out=$2 ;;
			--only) only=$2 ;;
			esac
			shift
		done
		noises=$(readlink /proc/[0-9]*/exe | grep -cx "$FOLDER/noise")
		echo "${base#"$FOLDER"/} ${head#"$FOLDER"/} $only $noises" >>calls
		echo "$arguments" >>arguments
		[ "$(cat hang 2>/dev/null)" != "$(wc -l <calls)" ] || exec sleep 60
		echo '{}' >"$out"
		permille=${head%/*}
		jq --arg name "$only" --argjson more "$(cat "said-${permille##*/}" 2>/dev/null || echo null)" \
			'.metrics[0] += { benchmark: $name } + $more | .summary.overall_status = .metrics[0].status' \
			<<-END >"$verdict"
			{ "summary": { "overall_status": null }, "metrics": [{ "name": "time", "status": "PASS", "change": 0.001, "units": 4, "spent": 0.5 },
				{ "benchmark": "x", "name": "p99", "status": "not gated", "change": 9, "units": 7, "spent": 5 }] }
		END
		exit "${CODE:-0}"
	SH
	sed -i "2i cd '$PWD'" stub
	chmod +x stub
	export BENCHGATE=$PWD/stub PROGRAM=$program FOLDER=$PWD/folder MARK=$BATS_TEST_TMPDIR
	: >calls
}

said() { # PERMILLE FIELDS
	echo "{ $2 }" >"said-$1"
}

@test "each rise of each benchmark in turn, one row a gate" {
	experiment costs-in-turn --gates 2 --only 'tail_* call_10us' --slower '0 200' --target 5%
	[ "$status" -eq 0 ]
	[ "$(head -n 4 calls)" = 'base/bursts.so 0000/bursts.so tail_10us 0
base/bursts.so 0200/bursts.so tail_10us 0
base/lengths.so 0000/lengths.so call_10us 0
base/lengths.so 0200/lengths.so call_10us 0' ]
	nr_calls_is 8
	grep -q -- '^compare .* --tier critical --config none --measure-identical --only tail_10us --target 5% ' arguments
	cmp folder/base/bursts.so folder/0000/bursts.so
	run ! cmp -s folder/base/bursts.so folder/0200/bursts.so
	[ ! -e folder/0000/waits.so ]
	[ "$(head -n 1 folder/quiet.tsv | tr '\t' ' ')" = "gate limits benchmark permille seconds code PASS REGRESSION\
 IMPROVEMENT INCONCLUSIVE NEW MISSING FAILED NOT_MEASURED REFUSED ACCEPTED word mean typical units spent" ]
	for expected in gate=2 limits=default/5% benchmark=call_10us permille=200 code=0 PASS=1 word=PASS mean=0.001 \
		typical=- units=4 spent=0.5; do
		[ "$(cell folder/quiet.tsv 8 "${expected%%=*}")" = "${expected#*=}" ] || {
			echo "not $expected"
			return 1
		}
	done
	[ -s folder/quiet/2-default-5%-call_10us-200-verdict.json ]
	[ ! -e folder/loaded.tsv ]
}

@test "what is there is not done again; killed, it does that gate again and no other" {
	local pid only='bursts_67us/*'
	experiment costs-in-turn --gates 1 --only "$only" --slower 50
	nr_calls_is 3
	echo 5 >hang
	"$repository/scripts/costs-in-turn" --gates 2 --only "$only" --slower 50 folder 3>&- &
	pid=$!
	until_true 200 nr_calls_is 5
	kill "$pid"
	until_true 60 ended "$pid"
	until_true 60 no_process_left
	rm hang
	[ "$(wc -l <folder/quiet.tsv)" -eq $((1 + 4)) ]
	experiment costs-in-turn --gates 2 --only "$only" --slower 50
	[ "$status" -eq 0 ]
	nr_calls_is 7
	[ "$(cut -f 1,3 folder/quiet.tsv | sed 1d | tr '\t' ' ')" = '1 bursts_67us/2
1 bursts_67us/15
1 bursts_67us/150
2 bursts_67us/2
2 bursts_67us/15
2 bursts_67us/150' ]
}


@test "the table: words, seconds, and the means of the estimates with their standard errors" {
	local gates='--only call_10us --slower 100' folder=folder/quiet.tsv
	# shellcheck disable=SC2086  # words
	ask() { experiment costs-in-turn $gates "$@"; }
	said 0100 '"status": "REGRESSION", "change": 0.11, "typical_change": 0, "spent": 1'
	CODE=1 ask --gates 1
	has_line 'call_10us 1 0 1 0 0 0 1.00 \+10 \+11.00 \+0.00'
	said 0100 '"change": 0.09, "spent": 2'
	ask --gates 2
	said 0100 '"status": "INCONCLUSIVE", "change": 0.1, "spent": 3'
	ask --gates 3
	# Of .11 .09 .1 the deviation is .01.
	has_line 'call_10us 3 1 1 0 1 0 2.00 \+10 \+10.00 \(0.58\) \+0.00'
	said 0100 '"name": null, "status": "FAILED", "change": null, "units": null, "spent": null'
	CODE=3 ask --gates 4
	has_line 'call_10us 4 1 1 0 1 1 2.00 \+10 \+10.00 \(0.58\) \+0.00'
	[ "$(cell $folder 4 mean)" = - ]
	run "$repository/scripts/costs-in-turn" --table folder
	has_line 'quiet default/default gates PASS REGRESSION IMPROVEMENT INCONCLUSIVE other seconds truth mean typical'
	has_line 'call_10us 4 .*'
}

@test "what the processor decides has no true change, but where nothing is added" {
	experiment costs-in-turn --gates 1 --only 'false_sharing lost_*' --slower '0 1000'
	has_line 'false_sharing 1 1 0 0 0 0 0.50 \+0 .*'
	has_line 'false_sharing 1 1 0 0 0 0 0.50 \? .*'
	has_line 'lost_parallelism 1 1 0 0 0 0 0.50 \+100 .*'
}

@test "--noise: beside each gate, in rows of its own, and gone at the end" {
	experiment costs-in-turn --noise --gates 1 --only call_2ns --slower 0
	[ "$status" -eq 0 ]
	run ! grep ' 0$' calls
	no_process_left
	[ "$(wc -l <folder/loaded.tsv)" -eq 2 ]
	[ ! -e folder/quiet.tsv ]
}

@test "one gate of the real program" {
	within=60 BENCHGATE=$program experiment costs-in-turn --gates 1 --only call_2ns --slower 200
	[ "$status" -eq 0 ]
	[ "$(wc -l <folder/quiet.tsv)" -eq 2 ]
	[[ $(cell folder/quiet.tsv 1 mean) == *[0-9]* ]]
}

@test "what it cannot read" {
	experiment costs-in-turn --slower 5%
	[ "$status" -eq 2 ]
	[ "$output" = "costs-in-turn: --slower takes numbers of permille; '5%' are none" ]
	experiment costs-in-turn --only 'nothing_*'
	[ "$status" -eq 2 ]
	[ "$output" = 'costs-in-turn: no benchmark matches nothing_*' ]
	run "$repository/scripts/costs-in-turn"
	[[ $output == 'Usage: scripts/costs-in-turn '* ]]
}
