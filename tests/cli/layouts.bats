#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate compare in several layouts: builds of one source whose code lies elsewhere.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	own_home
	mkdir project
	cd project || exit
	git init -q
	cp "$repository/include/benchgate.h" .
	cat >suite.c <<-'END'
		#include "benchgate.h"
		#ifndef TIMES
		#define TIMES 100
		#endif
		static long own(long x) { return x * 3 + 1; }
		long one(long x), two(long x), three(long x);
		long one(long x) { return x * 5 + BG_KEEP(1); }
		long two(long x) { return x * 7 + BG_KEEP(2); }
		long three(long x) { return x * 9 + BG_KEEP(3); }
		BG_BENCH(busy) { BG_LOOP(run) for (int i = 0; i < BG_KEEP(TIMES); i++) BG_KEEP(own(i)); }
		BG_BENCH(calls) { BG_LOOP(run) BG_KEEP(one(two(three(BG_KEEP(4))))); }
	END
	# What is built leaves a line with its flags.
	cat >Makefile <<-END
		suite.so: ; echo "\$\$BENCHGATE_CFLAGS \$\$BENCHGATE_LDFLAGS" >>'$PWD.built' && $CC -O2 -shared -fPIC -I. \$\$BENCHGATE_CFLAGS \$(MORE) -o \$@ suite.c \$\$BENCHGATE_LDFLAGS
	END
	echo '{"suite": "./suite.so", "build": "make -s suite.so"}' >benchgate.json
	echo '*.so' >.gitignore
	git add -A
	git commit -q -m first
	git tag v1
	sed -i 's/TIMES 100/TIMES 300/' suite.c
	git commit -q -a -m slower
}

# As short as can be
compare() { # ARGUMENT...
	try compare -q --time 1ms --threshold 50% --out "$BATS_TEST_TMPDIR/head.json" --report "json=$BATS_TEST_TMPDIR/verdict.json" "$@"
}

of() { # BENCHMARK
	(cd "$BATS_TEST_TMPDIR" && word "$1" time)
}

@test "revisions are built in so many layouts, and the mean over them is judged" {
	compare v1 HEAD --layouts 4 --only busy --units 20
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[[ ${lines[1]} == 'REGRESSION busy: '*'; 4 layouts in turn with the base' ]]
	# Each with flags of its own, those of one layout the same for both sides
	[ "$(wc -l <"$BATS_TEST_TMPDIR/project.built")" -eq 8 ]
	[ "$(sort -u "$BATS_TEST_TMPDIR/project.built" | wc -l)" -eq 4 ]
	[ "$(grep -c -- '-ffunction-sections' "$BATS_TEST_TMPDIR/project.built")" -eq 8 ]
	cd "$BATS_TEST_TMPDIR"
	holds head.json 'it["plan"]["in_turn"]["layouts"] == 4'
	holds verdict.json '[(c["layouts"], c["units"]) for c in it["metrics"]] == [(4, 4)]'
	valid head.json
	valid verdict.json verdict-schema
}

@test "what was built in a layout is kept, apart from other layouts and from none" {
	compare v1 HEAD --layouts 3 --only busy --units 3
	compare v1 HEAD --layouts 4 --only busy --units 4
	[ "$(wc -l <"$BATS_TEST_TMPDIR/project.built")" -eq 8 ]
	compare v1 HEAD --only busy --units 3
	[ "$(wc -l <"$BATS_TEST_TMPDIR/project.built")" -eq 10 ]
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/project.built")" = ' ' ]
}

@test "a revision against itself: identical in each layout, and nothing is measured" {
	compare v1 v1 --layouts 3
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == 'note: 2 cannot have changed: '* ]]
}

@test "the policy file may say it; --layouts is above it; how is said" {
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "layouts": 3}' >benchgate.json
	try compare v1 HEAD --only busy --units 20 --time 1ms --threshold 50%
	[[ ${stderr_lines[0]} == 'benchgate: 3 layouts: '* ]]
	[[ ${stderr_lines[1]} == 'benchgate: building v1 ('*') in layout 1: make -s suite.so' ]]
	[[ ${lines[1]} == *'; 3 layouts in turn with the base' ]]
	compare v1 HEAD --only busy --units 20 --layouts 4
	[[ ${lines[1]} == *'; 4 layouts in turn with the base' ]]
}

@test "without lld other alignments make the layouts" {
	mkdir ../tools
	local tool
	for tool in sh make git gcc cc as ld ld.bfd collect2 "$CC" env uname; do
		[ ! -x "$(command -v "$tool")" ] || ln -sf "$(command -v "$tool")" ../tools/
	done
	run --separate-stderr env PATH="$PWD/../tools" "$program" compare v1 HEAD --layouts 3 --only busy --units 3 --time 1ms
	echo "$stderr"
	[[ ${stderr_lines[0]} == 'benchgate: 3 layouts: lld is not installed: '* ]]
	[ "$(sort -u "$BATS_TEST_TMPDIR/project.built" | wc -l)" -eq 3 ]
	grep -q -- '-falign-functions=' "$BATS_TEST_TMPDIR/project.built"
}

@test "builds of suites are a list with commas" {
	local layout
	for layout in 1 2 3; do
		make -s suite.so BENCHGATE_CFLAGS= MORE="-DTIMES=100 -falign-functions=$((16 << layout)) -DLAYOUT=$layout -g"
		mv suite.so "a$layout.so"
		make -s suite.so BENCHGATE_CFLAGS= MORE="-DTIMES=300 -falign-functions=$((16 << layout)) -g"
		mv suite.so "b$layout.so"
	done
	compare ./a1.so,./a2.so,./a3.so ./b1.so,./b2.so,./b3.so --only busy --units 20
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION busy: '*'; 3 layouts in turn with the base' ]]
	compare ./a1.so,./a2.so,./a3.so ./b1.so,./b2.so
	fails 2 'benchgate: the base has 3 builds and the head 2: give as many of both'
	compare ./a1.so,./a2.so,./a3.so ./b1.so
	fails 2 'benchgate: the base has 3 builds and the head 1: give as many of both'
	compare ./a1.so,./a2.so ./b1.so,./b2.so
	fails 2 'benchgate: the list of builds: a comparison takes 3 to 64 layouts; 2 is not'
	compare ./a1.so,./a1.so,./a3.so ./b1.so,./b2.so,./b3.so
	fails 2 'benchgate: two layouts of ./a1.so,./a1.so,./a3.so are the same bytes: *'
	compare ./a1.so,./missing.so ./b1.so,./b2.so
	fails 2 'benchgate: ./missing.so is not a suite *'
	shared other.so "$suites/good.c"
	compare ./a1.so,./other.so,./a3.so ./b1.so,./b2.so,./b3.so
	fails 2 'benchgate: benchmark busy is not in ./other.so: *'
	compare ./a1.so ./b1.so --layouts 3
	fails 2 'benchgate: --layouts builds git revisions, but ./a1.so is not one: *'
}

@test "what cannot be: too few or many, and a build that does not pass the flags on" {
	compare v1 HEAD --layouts 2
	fails 2 'benchgate: --layouts: a comparison takes 3 to 64 layouts; 2 is not'
	compare v1 HEAD --layouts 65
	fails 2 'benchgate: --layouts: a comparison takes 3 to 64 layouts; 65 is not'
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "layouts": 1}' >benchgate.json
	compare v1 HEAD
	fails 2 'benchgate: layouts in the policy file: a comparison takes 3 to 64 layouts; 1 is not'
	echo "{\"suite\": \"./suite.so\", \"build\": \"$CC -shared -fPIC -I. -o suite.so suite.c\"}" >benchgate.json
	compare v1 HEAD --layouts 3
	fails 2 'benchgate: two layouts of v1 are the same bytes: a build must give *BENCHGATE_CFLAGS to the compiler and *'
}
