#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The thin scripts around the program, and the targets of make that run them.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; another's
load ../support/cli

# A program that says how it was called, and ends as it is told to.
setup() {
	printf '#!/bin/sh\necho "$PWD:" "$@"\nexit "${CODE:-0}"\n' >fake
	chmod 755 fake
	export BENCHGATE=$PWD/fake
}

says() { # SCRIPT ARGUMENT... -- WORDS
	local words=()
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	[ "$("$repository/scripts/${words[0]}" "${words[@]:1}")" = "$repository: $2" ]
}

@test "what they run" {
	says performance-monitor.sh fast -- 'run --tier=critical --time=1s --budget=28s --base=none'
	says performance-monitor.sh slow --out 'a b' -- 'run --time=10s --budget=295s --base=none --out a b'
	says benchmark_regression.sh -- 'run --require-baseline'
	says benchmark_regression.sh --tier=critical -- 'run --require-baseline --tier=critical'
	says benchmark_regression.sh main -v -- 'compare main -v'
	says update_baselines.sh --sessions 5 -- 'update-baselines --yes --sessions 5'
}

@test "their exit codes are the program's" {
	local code
	for code in 0 1 2 3 4 5 130; do
		export CODE=$code
		run "$repository/scripts/performance-monitor.sh" fast
		[ "$status" -eq "$code" ]
		run "$repository/scripts/benchmark_regression.sh" main
		[ "$status" -eq "$code" ]
		run "$repository/scripts/benchmark_regression.sh"
		[ "$status" -eq "$code" ]
		run "$repository/scripts/update_baselines.sh"
		[ "$status" -eq "$code" ]
	done
}

@test "performance-monitor.sh knows fast and slow alone" {
	run --separate-stderr "$repository/scripts/performance-monitor.sh"
	fails 2 'usage: *'
	run --separate-stderr "$repository/scripts/performance-monitor.sh" quick
	fails 2 'usage: *'
}

@test "what there is no time for is said, and fails" {
	BENCHGATE=$program run --separate-stderr "$repository/scripts/performance-monitor.sh" fast -q --config none --budget 1s
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"no time was left"* ]]
}

@test "make bench-fast measures the critical tier in under 30 s, or fails and says so" {
	skip_when_sanitized 'is slower'
	local start=$SECONDS
	BENCHGATE=$program run --separate-stderr timeout 60 "$repository/scripts/performance-monitor.sh" fast -q
	echo "$output"
	((SECONDS - start < 30))
	if [ "$status" -eq 3 ]; then
		[[ $output == *'no time was left'* ]]
	fi
	[[ $output == *vector_similarity_768d_1000c* ]]
	make -n -C "$repository" bench-fast | grep -q 'performance-monitor.sh fast'
	make -n -C "$repository" bench-slow | grep -q 'performance-monitor.sh slow'
}

@test "scripts/picture draws what a terminal shows: its colours, its width, no markup of its own" {
	printf 'a <b> & c\n\033[31;1mRED\033[0m plain 1234567890\n' | "$repository/scripts/picture" 'show "it"' 16 >drawn.svg
	xmllint --noout drawn.svg "$repository/.github/verdict.svg"
	grep -q '>\$ show &quot;it&quot;</text>' drawn.svg
	grep -q '>a &lt;b&gt; &amp; c</text>' drawn.svg
	grep -q '<text class="red bold" [^>]*>RED</text>' drawn.svg
	# "RED plain 123456" is 16 wide: the rest is in a row of its own, at its beginning.
	grep -q '<text x="16.0" [^>]*>7890</text>' drawn.svg
	# The one in README says what benchgate still says.
	for words in '>benchmark  *base  *head  *change  *95 % interval  *better  |  worse  *bound  *verdict<' '>REGRESSION<' '>decided: 4 of 4'; do
		grep -q "$words" "$repository/.github/verdict.svg"
	done
}
