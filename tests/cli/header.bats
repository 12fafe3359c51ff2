#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# include/benchgate.h: compiles without a warning, and what the compilers make of its macros costs nothing.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

strict='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	for compiler in $(compilers); do
		$compiler -std=c11 -O2 -I "$repository/include" -c -o "loops-$compiler.o" "$suites/loops.c"
		objdump -d --no-show-raw-insn "loops-$compiler.o" >"loops-$compiler.s"
	done
}

# Those of a user, be it ours or not.
compilers() {
	local compiler
	for compiler in gcc clang; do
		! command -v $compiler >/dev/null || echo $compiler
	done
}

# The instructions of a benchmark's innermost loop.
loop_of() { # COMPILER NAME
	awk -v name="bg_body_$2" -f "$support/inner-loop.awk" "$BATS_FILE_TMPDIR/loops-$1.s"
}

# Those of an innermost loop that write to memory.
nr_stores() { # COMPILER NAME
	case $(uname -m) in
	x86_64) loop_of "$@" | grep -vE '^(cmp|test)' | grep -c ')$' ;;
	*) loop_of "$@" | grep -c '^st' ;;
	esac
}

for_known_processors() {
	case $(uname -m) in
	x86_64 | aarch64) ;;
	*) skip "reads the assembly of x86_64 and arm64 only" ;;
	esac
}

compiles_without_warning() { # COMPILER STANDARD FILE
	local level
	command -v "$1" || skip "$1 is not installed"
	for level in -O0 -O2; do
		# shellcheck disable=SC2086  # one word a flag
		run "$1" "-std=$2" $strict $level -fPIC -I "$repository/include" -c -o options.o "$suites/$3"
		echo "$output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "C11 without a warning, by gcc" {
	compiles_without_warning gcc c11 options.c
}

@test "C11 without a warning, by clang" {
	compiles_without_warning clang c11 options.c
}

@test "C++17 without a warning, by g++" {
	compiles_without_warning g++ c++17 options.cc
}

@test "C++17 without a warning, by clang++" {
	compiles_without_warning clang++ c++17 options.cc
}

@test "all options do as they say" {
	shared options.so "$suites/options.c"
	try list --suite ./options.so
	[ "$output" = "\
all_options/10/threads:1   critical       every option
all_options/10/threads:2   critical       every option
all_options/100/threads:1  critical       every option
all_options/100/threads:2  critical       every option
own_tier                   nightly
comprehensive              comprehensive
standard                   standard
plain                      standard
numbers                    standard" ]
	measure --suite ./options.so
	[ "$status" -eq 0 ]
	holds result.json 'set(statuses().values()) == {"ok"} and len(statuses()) == 9'
}

@test "files in C and in C++ make one suite" {
	local name
	for name in one two; do
		echo "BG_BENCH(c_$name) { BG_LOOP(run) BG_KEEP(1); }" >$name.c
		$CC -O2 -fPIC -I "$repository/include" -include benchgate.h -c -o $name.o $name.c
	done
	echo "BG_BENCH(cxx) { BG_LOOP(run) BG_KEEP(1); }" >three.cc
	shared_cxx all.so -include benchgate.h three.cc one.o two.o
	measure --suite ./all.so
	[ "$status" -eq 0 ]
	holds result.json 'sorted(names()) == ["c_one", "c_two", "cxx"]'
}

@test "an empty loop is at most: decrement, compare, branch" {
	local compiler loop
	for_known_processors
	for compiler in $(compilers); do
		loop=$(loop_of "$compiler" empty)
		[ -n "$loop" ]
		[ "$(wc -l <<<"$loop")" -le 3 ]
		run ! grep -vE '^(sub|dec|add|lea|cmp|test|j|subs|cbnz|b\.)' <<<"$loop"
	done
}

@test "keeping an int, a double or a pointer stores nothing" {
	local compiler name
	for_known_processors
	for compiler in $(compilers); do
		for name in kept_int kept_double kept_pointer; do
			[ -n "$(loop_of "$compiler" $name)" ]
			[ "$(nr_stores "$compiler" $name)" -eq 0 ]
		done
	done
}

@test "BG_CLOBBER makes a store be made in each iteration that would be dropped without" {
	local compiler
	for_known_processors
	for compiler in $(compilers); do
		[ "$(nr_stores "$compiler" stored_twice)" -eq 2 ]
		[ "$(nr_stores "$compiler" stored_once)" -eq 1 ]
	done
}

# calls FILE NAME: as many calls as iterations, or fewer
calls() {
	query result.json "'each' if values('$1', 'calls') == values('$1', 'iterations') else 'fewer'"
}

neither_hoisted_nor_dropped() { # FLAG...
	local compiler
	for compiler in $(compilers); do
		# A linker may know no -flto of another compiler.
		[ "$compiler" = gcc ] || $compiler "$@" -fPIC -shared -o probe.so -x c /dev/null || continue
		$compiler "$@" -fPIC -shared -I "$repository/include" -o pure.so "$suites/pure.c" "$suites/pure_functions.c"
		measure --suite ./pure.so
		[ "$status" -eq 0 ]
		holds result.json 'values("pure_kept", "iterations")[0] > 1000'
		[ "$(calls pure_kept)" = each ]
		[ "$(calls const_kept)" = each ]
		# That they could be: what is not kept is dropped or hoisted.
		[ "$(calls pure_dropped)" = fewer ]
		[ "$(calls pure_hoisted)" = fewer ]
		[ "$(calls const_hoisted)" = fewer ]
	done
}

@test "a pure function is neither hoisted nor dropped at -O3" {
	neither_hoisted_nor_dropped -O3
}

@test "a pure function is neither hoisted nor dropped at -O3 -flto" {
	neither_hoisted_nor_dropped -O3 -flto
}

@test "BG_KEEP takes a long double" {
	local compiler
	echo 'BG_BENCH(kept) { long double x = 1; BG_LOOP(run) BG_KEEP(x); if (BG_KEEP(x) != 1) bg_fail(run, "changed"); }' >long.c
	for compiler in $(compilers); do
		$compiler -O2 -I "$repository/include" -include benchgate.h -fPIC -shared -o long.so long.c
		measure --suite ./long.so
		[ "$status" -eq 0 ]
	done
}
