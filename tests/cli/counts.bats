#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Counts: taken in processes of their own, the same each time, and what cannot be taken says why.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared_cxx "$BATS_FILE_TMPDIR/counts.so" "$suites/counts.cc" -lpthread
}

setup() {
	skip_when_sanitized 'has an allocator of its own'
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
}

# What was counted, as "NAME METRIC VALUE VALUE" lines.
counts() { # PATTERN
	jq -r '.counts[] | "\(.benchmark) \(.name) \(.process_values | map(tostring) | join(" "))"' result.json | grep -E "$1"
}

not_taken() {
	jq -r '.counting.not_taken[] | "\(.benchmark) \(.metric): \(.reason)"' result.json
}

# As if no valgrind were there.
without_valgrind() {
	local without=$BATS_TEST_TMPDIR/without
	printf '#!/bin/sh\nPATH=/nowhere exec %s "$@"\n' "$program" >"$without"
	chmod +x "$without"
	program=$without measure "$@"
}

@test "allocations are counted of a shared object: of C++, of threads, without set-up" {
	without_valgrind --suite ./counts.so --counts=on
	[ "$status" -eq 0 ]
	valid result.json
	counts . >said
	cat said
	grep -qx 'plain allocations 0 0' said
	grep -qx 'plain heap_growth 0 0' said
	grep -qx 'news allocations 2 2' said
	grep -qx 'leaks allocations 1 1' said
	grep -qx 'leaks allocated 24 24' said
	grep -qx 'leaks heap_growth 24 24' said
	grep -qx 'resizes allocations 2 2' said
	grep -qx 'resizes allocated 400 400' said
	grep -qx 'threads/threads:2 allocations 2 2' said
	grep -qx 'arena allocations 0 0' said
	grep -qE '^plain code_size [1-9][0-9]+$' said
	[[ $(not_taken) == *'null instructions: perf: '*'; callgrind: valgrind is not installed '*'apt install valgrind'* ]] ||
		counts '^plain instructions'
	[ "$(grep -c '^note: not counted: instructions' <<<"$output")" -le 1 ]
	# What is timed has none of it.
	[ "$(jq '[.metrics[].name] | map(select(. == "allocations")) | length' result.json)" -eq 0 ]
}

@test "callgrind counts the same instructions each time, and those of the loop alone" {
	command -v valgrind || skip 'needs valgrind'
	within=120 measure --suite ./counts.so --counts=callgrind plain leaks
	[ "$status" -eq 0 ]
	[ "$(jq -r .counting.way result.json)" = callgrind ]
	[[ $(jq -r .counting.tool result.json) == valgrind-* ]]
	jq -e '[.counts[] | select(.name == "instructions") | .process_values[0] == .process_values[1]] == [true, true]' result.json
	# A hundred additions, whatever the compiler makes of them.
	jq -e '.counts[] | select(.name == "instructions" and .benchmark == "plain") | .process_values[0] > 10 and .process_values[0] < 700' result.json
}

@test "of a command the instructions of a whole run are counted, unless that would take long" {
	command -v valgrind || skip 'needs valgrind'
	cat >policy.json <<-'END'
		{ "commands": [
			{ "name": "little", "command": "seq 10", "setup": "echo 1 >set", "cleanup": "rm set; echo 1 >>clean" },
			{ "name": "much", "command": "seq 100000 | tail -n 1", "shell": true },
			{ "name": "slow", "command": "sleep 0.6" } ] }
	END
	within=120 measure --config policy.json --counts=on
	[ "$status" -eq 0 ]
	[ ! -e set ]
	# The dynamic linker of one run may execute a few instructions more than that of another.
	jq -e '[.counts[] | {(.benchmark): .process_values}] | add | keys == ["little", "much"] and
		(.little[0] / .little[1] - 1 | fabs) < 0.001 and .much[0] > 10 * .little[0]' result.json
	[[ $(not_taken) == 'slow instructions'*'over half a second'* ]]
}

@test "counts are off outside of CI and on in it, unless the policy or the option says otherwise" {
	local case want
	while read -r case want; do
		echo "case $case: $want"
		unset CI
		rm -f benchgate.json
		[[ $case != *ci* ]] || export CI=1
		[[ $case != *policy-on* ]] || echo '{ "counts": "on" }' >benchgate.json
		[[ $case != *policy-none* ]] || echo '{ "counts": "none" }' >benchgate.json
		case $case in
		*option-none*) without_valgrind --suite ./counts.so plain --counts none ;;
		*) without_valgrind --suite ./counts.so plain ;;
		esac
		[ "$(jq 'has("counts")' result.json)" = "$want" ]
	done <<-'END-OF-TABLE'
		plain false
		ci true
		policy-on true
		ci,policy-none false
		ci,option-none false
		policy-on,option-none false
	END-OF-TABLE
}

@test "a baseline keeps counts, and a run counts as many iterations as it did" {
	without_valgrind --suite ./counts.so --counts=on --save-baseline main news
	[ "$status" -eq 0 ]
	jq '.benchmarks.news.counted_iterations |= 7' baselines/named/main.json >changed.json
	valid changed.json baseline-schema
	mv changed.json baselines/named/main.json
	without_valgrind --suite ./counts.so --counts=on --baseline main news
	jq -e '.benchmarks[0].counted_iterations == 7' result.json
}

@test "a baseline of another machine decides counts, of a run and of shards, unless the C library is another one" {
	without_valgrind --suite ./counts.so --counts=on --save-baseline main news resizes
	[ "$status" -eq 0 ]
	jq '.cpu = "Another" | .system_info.cpu = "Another" | .system_info.machine = "0badcafe"' baselines/named/main.json >other.json
	rm -r baselines/named
	jq '.benchmarks[].counts.allocations.sessions[][] /= 5' other.json >baselines/other.json
	without_valgrind --suite ./counts.so --counts=on --shard 1/1 news resizes
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION news allocations: '*', exactly +400 %: exceeds the 5 % threshold of standard'* ]]
	[[ $output == *'REGRESSION: 2 compared, 2 regressed; '* ]]
	try merge result.json
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION news allocations: '*', exactly +400 %: '* ]]
	jq '.benchmarks[].counts.allocations.sessions[][] *= 0.8' other.json >baselines/other.json
	try merge result.json
	[ "$status" -eq 0 ]
	[[ $output == *'WARNING news allocations: 1.6 -> 2, exactly +25.0 %: '*'; it fails above 50 %'* ]]
	[[ $output == *'WARNING: 2 compared, 2 warned; '* ]]
	jq '.system_info.libc = "glibc 2.31"' other.json >baselines/other.json
	try merge result.json
	[[ $output != *WARNING* && $output != *' allocations'* ]]
}

@test "a suite that is linked statically has no allocations to be counted, and says so" {
	$CC -O2 -static -I "$repository/include" -o counts.static "$suites/good.c" "$built/libbenchgate.a" -lm -lpthread -ldl 2>/dev/null ||
		skip 'needs static libraries'
	without_valgrind --suite ./counts.static --counts=on
	[ "$status" -eq 0 ]
	[[ $(not_taken) == *'allocations, allocated, peak_heap, heap_growth: nothing can be preloaded into it: it is linked statically'* ]]
	counts ' page_faults '
}

@test "an unknown way of counting is refused" {
	try run --counts=magic
	[ "$status" -eq 2 ]
	[[ $stderr == *"--counts"*auto*callgrind* ]]
}

@test "compare names the functions that execute other instructions than before" {
	command -v valgrind || skip 'needs valgrind'
	shared one.so -O1 -DROUNDS=10 "$suites/profile.c"
	shared two.so -O1 -DROUNDS=20 "$suites/profile.c"
	within=120 try compare ./one.so ./two.so --keep-profile -q --time 2ms --units 4 --out result.json
	[[ $output == *'instructions of parse: parse_number +'*' instructions an iteration (+'* ]]
	valid result.json
	jq -e '.benchmarks[0].profile | map(.function) | index("parse_number") != null' result.json
	jq -e '.benchmarks[0].profile[] | select(.function == "parse_number") | .calls == 10' result.json
	# The C library is not to choose by the processor that it finds here.
	[ "$(uname -m)" != x86_64 ] ||
		jq -e '[.benchmarks[0].profile[].function | select(test("memcpy|memmove"))] | length > 0 and (map(test("avx|erms|ssse3|evex")) | any | not)' result.json
}
