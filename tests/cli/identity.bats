#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What benchgate calls identical: suites of the same bytes whose processes use the same files.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	local part
	shared "$BATS_FILE_TMPDIR/inputs.so" -D_GNU_SOURCE "$suites/inputs.c"
	for part in 0 1; do
		$CC -O2 -DPART=$part -shared -fPIC -o "$BATS_FILE_TMPDIR/plugin$part.so" -x c - <<-'END'
			long work(long times);
			long work(long times) { long sum = PART; while (times--) sum += times; return sum; }
		END
	done
}

# A folder of each side, all of it the same
setup() {
	local side
	mkdir .git
	for side in base head; do
		mkdir $side
		cp "$BATS_FILE_TMPDIR/inputs.so" $side/suite.so
		cp "$BATS_FILE_TMPDIR/plugin0.so" $side/plugin.so
		echo 100 >$side/config
		echo 'data' >$side/data
		printf '#!/bin/sh\necho 100\n' >$side/tool
		chmod +x $side/tool
		: >$side/state
	done
}

# As short as can be
compare() { # ARGUMENT...
	try compare -q --time 1ms --units 3 --threshold 50% --out head.json "$@"
}

# The benchmarks that were not measured are all but these
not_identical() { # BENCHMARK...
	compare ./base/suite.so ./head/suite.so
	holds head.json "sorted(b['name'] for b in it['benchmarks'] if not b.get('identical')) == sorted('network state $*'.split())"
}

# What the result file says of a benchmark
differs() { # BENCHMARK PATTERN
	local said
	said=$(query head.json "bench('$1').get('differs')")
	# shellcheck disable=SC2053  # a pattern
	[[ $said == $2 ]] || {
		echo "$1: $said"
		return 1
	}
}

@test "where all files are the same, only what cannot be proved is measured" {
	not_identical
	differs network 'it uses the network'
	differs state 'it opens a file both to read and to write'
	valid head.json
}

@test "a plugin that a benchmark opens itself is part of it" {
	cp "$BATS_FILE_TMPDIR/plugin1.so" head/plugin.so
	not_identical plugin
	differs plugin 'not the same on both sides: */base/plugin.so'
}

@test "so is a file that it reads in its setup and closes again" {
	echo 130 >head/config
	not_identical config
	differs config '*/base/config'
}

@test "so are one that it maps, and a program that it runs" {
	echo 'fata' >head/data
	printf '#!/bin/sh\necho 130\n' >head/tool
	not_identical mapped tool
	differs mapped '*/base/data'
	differs tool '*/base/tool'
}

@test "a file that only one side has, too" {
	: >head/optional
	not_identical optional
	differs optional 'only the head uses */head/optional'
	rm head/optional
	: >base/optional
	not_identical optional
	differs optional 'only the base uses */base/optional'
}

@test "dates, folders and names of the suites are no difference" {
	touch -d '2001-01-01' head/*
	mv head other
	mv other/suite.so other/suite-2.so
	cp other/suite-2.so other/suite.so
	compare ./base/suite.so ./other/suite-2.so --only pure --only plugin --only config --only mapped
	holds head.json "all(b['identical'] for b in it['benchmarks'])"
	[[ ${lines[0]} == 'note: 4 cannot have changed: '* ]]
}

@test "a library that it is linked to is found by name, however it is found" {
	local side part=0
	for side in base head; do
		mkdir -p $side/lib
		$CC -O2 -DPART=$part -shared -fPIC -o $side/lib/libpart.so -x c - <<<'int part(void); int part(void) { return PART; }'
		# shellcheck disable=SC2016  # for the dynamic linker
		$CC -O2 -shared -fPIC -I "$repository/include" -o $side/linked.so -x c - -x none -L$side/lib -lpart -Wl,-rpath,'$ORIGIN/lib' <<-'END'
			#include <benchgate.h>
			int part(void);
			BG_BENCH(whole) { BG_LOOP(run) BG_KEEP(part()); }
		END
		part=1
	done
	cmp base/linked.so head/linked.so
	compare ./base/linked.so ./head/linked.so
	differs whole 'not the same on both sides: */base/lib/libpart.so'
	holds head.json "not bench('whole').get('identical') and bench('whole')['code']['likeness'] == 'moved'"
	cp base/lib/libpart.so head/lib/
	compare ./base/linked.so ./head/linked.so
	holds head.json "bench('whole')['identical']"
	# With one folder for both, it is one file.
	mkdir lib
	mv base/lib/libpart.so lib/
	rm -r base/lib head/lib
	LD_LIBRARY_PATH=$PWD/lib compare ./base/linked.so ./head/linked.so
	holds head.json "bench('whole')['identical']"
}

@test "a benchmark that fails is measured, and fails" {
	rm base/plugin.so head/plugin.so
	compare ./base/suite.so ./head/suite.so --only plugin
	[ "$status" -ne 0 ]
	differs plugin 'the process that looks at its files failed'
	holds head.json "bench('plugin')['status'] != 'ok'"
}

# What a part of a file that is not the benchmark's own does before it, or for it
variant() { # OUTPUT FLAG...
	shared "$1" "${@:2}" -x c - <<-'END'
		#include <benchgate.h>
		#include <stdlib.h>
		#ifndef PART
		#define PART 1
		#endif
		static long table[64];
		static int compare_(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) * PART; }
		#ifdef OWN_BEFORE
		int unrelated(int x);
		int unrelated(int x) { return x * 3 + table[1]; }
		#endif
		__attribute__((constructor)) static void fill(void) { for (int i = 0; i < 64; i++) table[i] = i * CONSTRUCTED; }
		BG_BENCH(tabled) { BG_LOOP(run) BG_KEEP(table[BG_KEEP(5)]); }
		BG_BENCH(sorted) {
			int items[] = { 3, 2, 1 };
			BG_LOOP(run) { qsort(BG_KEEP(items), 3, sizeof *items, compare_); BG_KEEP(items[0]); }
		}
	END
}

# How alike the code is
code() { # BENCHMARK
	query head.json "bench('$1')['code']['likeness']"
}

@test "a constructor that fills what the benchmark reads is part of its code, and one that only registers is not" {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	variant base/v.so -DCONSTRUCTED=3
	variant head/v.so -DCONSTRUCTED=3 -DOWN_BEFORE
	compare ./base/v.so ./head/v.so
	[ "$(code tabled)" = same ]
	[ "$(code sorted)" = same ]
	variant head/v.so -DCONSTRUCTED=4
	compare ./base/v.so ./head/v.so
	[ "$(code tabled)" = moved ]
	variant head/v.so -DCONSTRUCTED=3 -DPART=2
	compare ./base/v.so ./head/v.so
	[ "$(code tabled)" = same ]
	[ "$(code sorted)" = moved ]
}

@test "a function that another file calls by its name is part of the code" {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	local side answer=1
	for side in base head; do
		$CC -O2 -shared -fPIC -o $side/libcaller.so -x c - <<<'long answer(void); long ask(void); long ask(void) { return answer() + 1; }'
		# shellcheck disable=SC2016  # for the dynamic linker
		$CC -O2 -DANSWER=$answer -shared -fPIC -I "$repository/include" -o $side/called.so -x c - -x none -L$side -lcaller -Wl,-rpath,'$ORIGIN' <<-'END'
			#include <benchgate.h>
			long answer(void), ask(void);
			long answer(void) { return ANSWER; }
			BG_BENCH(asked) { BG_LOOP(run) BG_KEEP(ask()); }
		END
		answer=2
	done
	compare ./base/called.so ./head/called.so
	[ "$(code asked)" = moved ]
	differs asked 'the two sides differ in functions that may be called from */base/libcaller.so'
}

@test "a change of what is the same is LAYOUT: it warns, where the policy does not say that it fails" {
	# Names of files are not seen: that stands for what a layout does.
	: >head/absent
	compare ./base/suite.so ./head/suite.so --measure-identical --only optional --units 14 --report json=verdict.json
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'LAYOUT optional: '*' -> '*': exceeds the 50 % threshold of the policy (p '*'); '*' units in turn with the base' ]]
	[ "${lines[1]}" = '  all machine code that it reaches is identical on both sides; only its address differs; compare with --layouts 8, or build both sides with -falign-functions=64' ]
	[[ $(last_line) == 'LAYOUT (warns only): 1 compared, 1 by layout; '* ]]
	[ "$(word optional time)" = LAYOUT ]
	holds verdict.json '[c["layout_suspected"] for c in it["metrics"]] == [True] and it["summary"]["overall_status"] == "LAYOUT"'
	valid verdict.json verdict-schema
	# Better is no improvement, either.
	compare ./head/suite.so ./base/suite.so --measure-identical --only optional --units 14 --report json=verdict.json
	[ "$status" -eq 0 ]
	[ "$(word optional time)" = LAYOUT ]
	echo '{"on_layout": "fail"}' >benchgate.json
	compare ./base/suite.so ./head/suite.so --measure-identical --only optional --units 14 --config benchgate.json
	[ "$status" -eq 1 ]
	echo '{"on_layout": "pass"}' >benchgate.json
	compare ./base/suite.so ./head/suite.so --measure-identical --only optional --units 14 --config benchgate.json
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'PASS: '* ]]
}

@test "a function beside the benchmark that changed is no regression of it" {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	local side padding=0
	for side in base head; do
		shared $side/neighbours.so -DPADDING=$padding -fno-align-functions -fno-align-loops -x c - <<-'END'
			#include <benchgate.h>
			long changed(long x);
			long changed(long x) {
			#if PADDING
				x *= 3; x ^= x >> 7; x *= 5; x ^= x << 9; x += x / 3;
			#endif
				return x;
			}
			BG_BENCH(untouched) { BG_LOOP(run) for (int i = 0; i < 50; i++) { if (BG_KEEP(i) & 1) BG_CLOBBER(); else BG_KEEP(i); } }
			BG_BENCH(calling) { BG_LOOP(run) BG_KEEP(changed(BG_KEEP(7))); }
		END
		padding=1
	done
	try compare -q --config none --time 4ms --threshold 0.1% --units 14 --out head.json ./base/neighbours.so ./head/neighbours.so --report json=verdict.json
	[ "$(code untouched)" = same ]
	[[ $(word untouched time) == PASS || $(word untouched time) == INCONCLUSIVE || $(word untouched time) == LAYOUT ]]
	[ "$(code calling)" != same ]
}
