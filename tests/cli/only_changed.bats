#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# compare --only-changed: a benchmark whose code and files are the same on both sides is not measured.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	mkdir .git
	variant base.so
}

# What each benchmark reaches can be another in each build
variant() { # OUTPUT FLAG...
	shared "$1" -D_GNU_SOURCE "${@:2}" -x c - <<-'END'
		#include <benchgate.h>
		#include <stdio.h>
		#include <stdlib.h>
		#ifndef BODY
		#define BODY 3
		#endif
		#ifndef CALLEE
		#define CALLEE 3
		#endif
		#ifndef ARGUMENT
		#define ARGUMENT 7
		#endif
		#ifndef DATUM
		#define DATUM 5
		#endif
		#ifndef POINTED
		#define POINTED 5
		#endif
		#ifdef BEFORE
		long before(long x);
		long before(long x) { return x / 3 * 17 + BEFORE; }
		#endif
		static long table[4] = { DATUM, 1, 2, 3 };
		__attribute__((noinline)) static long callee(long x) { return x * CALLEE ^ (x >> 3); }
		__attribute__((noinline)) static long pointed(long x) { return x * POINTED ^ (x >> 5); }
		static long (*volatile pointer)(long);
		#ifndef CONSTRUCTED
		#define CONSTRUCTED 1
		#endif
		static volatile int constructed;
		__attribute__((constructor)) static void construct(void) { constructed = CONSTRUCTED; }
		static void point(struct bg_run *run) { pointer = pointed; run->data = NULL; }
		BG_BENCH(body) { BG_LOOP(run) BG_KEEP(BG_KEEP(7) * BODY); }
		BG_BENCH(callee) { BG_LOOP(run) BG_KEEP(callee(BG_KEEP(7))); }
		BG_BENCH(argument, BG_ARGS(1, ARGUMENT)) { BG_LOOP(run) BG_KEEP(run->arg); }
		BG_BENCH(datum) { BG_LOOP(run) BG_KEEP(table[BG_KEEP(0)]); }
		BG_BENCH(pointer, BG_SETUP(point)) { BG_LOOP(run) BG_KEEP(pointer(BG_KEEP(7))); }
		BG_BENCH(file) {
			long times = 0;
			FILE *file = fopen("times", "r");
			if (file && fscanf(file, "%ld", &times) == 1) fclose(file);
			BG_LOOP(run) for (long i = 0; i < times; i++) BG_CLOBBER();
		}
		BG_BENCH(plain) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 12); }
		BG_BENCH(simple) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 14); }
		BG_BENCH(easy) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 16); }
		BG_BENCH(alike) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 18); }
	END
}

# As short as can be
compare() { # ARGUMENT...
	echo 100 >./times
	try compare -q --time 1ms --units 3 --threshold 50% --out head.json --base-out base.json ./base.so ./head.so "$@"
}

# Those that can have changed are these, and they are measured
changed() { # BENCHMARK...
	holds head.json "sorted(b['name'] for b in it['benchmarks'] if not b.get('identical')) == sorted('$*'.split())"
	holds head.json "all('duets' in b for b in it['benchmarks'] if not b.get('identical'))"
}

@test "only what a change reaches is measured, whatever way it reaches it" {
	local -A reached=([BODY]=body [CALLEE]=callee [DATUM]=datum [POINTED]=pointer [ARGUMENT]='argument/1')
	local flag
	for flag in "${!reached[@]}"; do
		variant head.so "-D$flag=9" -DBEFORE=1
		compare --only-changed --only body --only callee --only datum --only pointer --only argument/1 --only plain
		changed "${reached[$flag]}"
		valid head.json
	done
	# What runs before each benchmark may do anything to it.
	variant head.so -DCONSTRUCTED=9
	compare --only-changed --only body --only plain
	changed body plain
}

@test "code that only lies elsewhere is identical code: PASS, and that word" {
	variant head.so -DBEFORE=1
	compare --only-changed --report json=verdict.json
	[ "$status" -eq 0 ]
	changed
	[[ $output == *'note: 11 cannot have changed: identical code: the machine code, constants and files that they use are the same in base and head'* ]]
	[[ $(last_line) == 'PASS: 11 compared, 11 pass; '* ]]
	holds verdict.json 'all(c["status"] == "PASS" and c["evidence"] == "identical" and c["why"].startswith("identical code: ") and c["why"].endswith("; not measured") for c in it["metrics"])'
	valid verdict.json verdict-schema
	valid head.json
	# Files tell it again.
	try compare base.json head.json --config none --report json=again.json
	holds again.json 'all(c["evidence"] == "identical" and c["why"].startswith("identical code: ") for c in it["metrics"])'
}

@test "without it, all is measured; the policy file can ask for it, and the command line take it back" {
	variant head.so -DBEFORE=1
	compare --config none
	holds head.json 'all("duets" in b for b in it["benchmarks"])'
	echo '{"only_changed": true}' >benchgate.json
	compare --config benchgate.json
	changed
	compare --config benchgate.json --measure-identical
	holds head.json 'all("duets" in b for b in it["benchmarks"])'
	compare --only-changed --measure-identical
	[ "$status" -eq 2 ]
	[[ $stderr == *'--only-changed and --measure-identical exclude each other'* ]]
	echo '{"only_changed": "yes"}' >benchgate.json
	compare --config benchgate.json
	[ "$status" -eq 2 ]
	[[ $stderr == *'only_changed is "yes"; it must be true or false'* ]]
}

@test "a file that a benchmark opens is part of it, and of no other" {
	mkdir base head
	echo 100 >base/times
	echo 110 >head/times
	# Each side has a file of its own by the name of its folder.
	shared base/s.so -x c - <<<"$(own_file)"
	shared head/s.so -DBEFORE -x c - <<<"$(own_file)"
	try compare -q --only-changed --time 1ms --units 3 --threshold 50% --config none --out head.json ./base/s.so ./head/s.so
	changed file
	echo 100 >head/times
	try compare -q --only-changed --time 1ms --units 3 --threshold 50% --config none --out head.json ./base/s.so ./head/s.so
	changed
}

own_file() {
	cat <<-'END'
		#define _GNU_SOURCE
		#include <benchgate.h>
		#include <dlfcn.h>
		#include <stdio.h>
		#include <string.h>
		#ifdef BEFORE
		long before(long x);
		long before(long x) { return x / 3 * 17; }
		#endif
		BG_BENCH(file) {
			char path[4096], *slash;
			long times = 0;
			FILE *file;
			Dl_info info;
			dladdr((void *)bg_body_file, &info);
			strcpy(path, info.dli_fname);
			slash = strrchr(path, '/');
			strcpy(slash + 1, "times");
			file = fopen(path, "r");
			if (file && fscanf(file, "%ld", &times) == 1) fclose(file);
			BG_LOOP(run) for (long i = 0; i < times; i++) BG_CLOBBER();
		}
		BG_BENCH(plain) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 12); }
		BG_BENCH(simple) { BG_LOOP(run) BG_KEEP(BG_KEEP(9) ^ 14); }
	END
}

@test "where others are measured, a few of those with identical code are, too, as controls" {
	variant head.so -DBODY=9
	compare --only-changed -v --report json=verdict.json
	holds head.json 'sum("duets" in b for b in it["benchmarks"] if b.get("identical")) == 3'
	holds verdict.json 'sum(c["why"].endswith("; measured as a control") for c in it["metrics"] if c["evidence"] == "identical" and c["name"] == "time") == 3'
	[[ $output == *'PASS, identical code'* ]]
	valid verdict.json verdict-schema
	valid head.json
}
