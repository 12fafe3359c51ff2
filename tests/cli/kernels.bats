#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Every benchmark that we ship notices when its work is done wrongly. What stands here breaks one line of each,
# builds it as a suite, and measures that.

# shellcheck disable=SC2154  # repository and program are set in cli.bash
load ../support/cli

kernels=$repository/src/kernels

measure_kernel() { # FILE BENCHMARK
	$CC -O1 -shared -fPIC -I "$repository/include" -D_GNU_SOURCE -o kernel.so "$1" -lm -lpthread
	measure --suite ./kernel.so "$2"
}

notices() { # FILE BENCHMARK SED-EXPRESSION
	sed -E "$3" "$kernels/$1" >broken.c
	! cmp -s "$kernels/$1" broken.c
	[ "$(diff "$kernels/$1" broken.c | grep -c '^>')" -eq 1 ]
	measure_kernel broken.c "$2"
	[ "$status" -eq 3 ]
	holds result.json "statuses() == {'$2': 'wrong-result'}"
	# As it stands, the answer is right.
	measure_kernel "$kernels/$1" "$2"
	[ "$status" -eq 0 ]
	holds result.json "statuses() == {'$2': 'ok'}"
}

@test "vector_similarity_768d_1000c: the sum forgets a product" {
	notices vector_similarity.c vector_similarity_768d_1000c 's/i < DIMENSIONS; i \+= LANES/i < DIMENSIONS - LANES; i += LANES/'
}

@test "spreading_activation_1000n_100i: a node's last link passes nothing on" {
	notices spreading_activation.c spreading_activation_1000n_100i 's/i < first\[node \+ 1\]; i\+\+/i + 1 < first[node + 1]; i++/'
}

@test "decay_calculation_10000m: an exponential too coarse" {
	notices decay_calculation.c decay_calculation_10000m 's/\* exp\((.*)\);/* (double)expf((float)(\1));/'
}

@test "lsp_completion_latency: equals are ranked the other way round" {
	notices lsp.c lsp_completion_latency 's/at > 0 && uses\[offer->names\[at - 1\]\] < /at > 0 \&\& uses[offer->names[at - 1]] <= /'
}

@test "lsp_find_definition: scopes between here and the file are passed over" {
	notices lsp.c lsp_find_definition 's/scope = parents\[scope\];/scope = 0;/'
}

@test "lsp_hover_response: quotes are left as they are" {
	notices lsp.c lsp_hover_response "s/\['\"'\] = '\"', //"
}

@test "code_analysis_speed: the end of a string is taken for its beginning" {
	notices code_analysis.c code_analysis_speed "s/at \+= \*at == '.*' && at\[1\] \? 2 : 1;/at++;/"
}

@test "bulk_analysis_performance: the simplest source comes first" {
	notices code_analysis.c bulk_analysis_performance 's/ours > theirs \? -1 : ours < theirs/ours < theirs ? -1 : ours > theirs/'
}

@test "stress_test_large_codebase: names of one hash are taken for one" {
	notices code_analysis.c stress_test_large_codebase 's/slot->length == length && !memcmp\(.*\)\) \{/slot->length == length) {/'
}

@test "memory_usage_baseline: a place is lost when a list grows" {
	notices memory.c memory_usage_baseline 's/entry->places\[entry->nr\+\+\] = i;/entry->places[entry->nr++] = i \& ~1u;/'
}

@test "memory_starvation_test: a page is put away without being written" {
	notices memory.c memory_starvation_test 's/memcpy\(store\[page\], .*\);/(void)store[page];/'
}

@test "large_file_handling: lines that begin after a piece's first are one off" {
	notices large_file.c large_file_handling 's/\+\+line - piece/line++ - piece/'
}

@test "refactor_operations: a longer name is renamed in part" {
	notices refactor.c refactor_operations 's/at \+ size == end \|\| !is_letter/at + size == end || is_letter/'
}

@test "search_performance: a word that lacks is no reason to leave a document out" {
	notices search.c search_performance 's/if \(score3\)/if (score2)/'
}

@test "cache_efficiency: the newest entry makes room" {
	notices cache.c cache_efficiency 's/oldest = entries\[CAPACITY\]\.newer,/oldest = entries[CAPACITY].older,/'
}

@test "load_test_concurrent_users: what is brought is less than what was taken" {
	notices concurrent_users.c load_test_concurrent_users 's/change_balance\(to, amount\)/change_balance(to, amount - 1)/'
}

@test "network_degradation_test: the server answers something else" {
	notices network.c network_degradation_test 's/packet\.value \* packet\.value \+ 1/packet.value * packet.value + 2/'
}

@test "cross_platform_performance: little-endian written big" {
	notices cross_platform.c cross_platform_performance 's/to = put_little\(to, written/to = put_big(to, written/'
}

@test "no benchmark of ours goes without such a test" {
	"$program" list --json | /usr/bin/python3 -c 'import json, sys; print(*(b["name"] for b in json.load(sys.stdin)["benchmarks"]), sep="\n")' | sort >ours
	sed -n 's/^@test "\([a-z0-9_]*\): .*/\1/p' "$BATS_TEST_FILENAME" | sort >tested
	diff ours tested
}

@test "run without a suite says whose benchmarks it measures" {
	try run -q --processes 1 --time 1ms search_performance
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "note: no suite is named, so these are benchgate's own example kernels; name yours with --suite, or begin with 'benchgate init'" ]
	shared own.so "$suites/turns.c"
	try run -q --processes 1 --time 1ms --suite ./own.so steady
	[[ $output != *'example kernels'* ]]
}
