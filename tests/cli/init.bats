#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate init: what it finds and writes, what it leaves alone, and the two commands that it prints.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; for other shells
load ../support/cli

setup() {
	own_home
	export PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/nothing PKG_CONFIG_LIBDIR=$BATS_TEST_TMPDIR/nothing CC
	PATH=$built:$PATH
	mkdir project
	cd project || exit
}

init() { # ARGUMENT...
	try init "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# The commands that it printed
commands() {
	sed -n 's/^	//p' <<<"$output"
}

# Runs both as printed; what the second one says is in second.out.
run_both() {
	local both
	both=$(commands)
	[ "$(wc -l <<<"$both")" -eq 2 ]
	sh -e -c "$(sed -n 1p <<<"$both")"
	[ -e "$BATS_TEST_TMPDIR/short" ] || measure_shortly
	timeout 60 sh -e -c "$(sed -n 2p <<<"$both")" >"$BATS_TEST_TMPDIR/second.out"
	cat "$BATS_TEST_TMPDIR/second.out"
	grep -qE '^first +' "$BATS_TEST_TMPDIR/second.out"
}

all_files() {
	find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 sha1sum
}

@test "in an empty folder, which is no repository: a benchmark, its header, a policy file; both commands work" {
	init
	[[ $output == *$'wrote bench/first.c\nwrote bench/benchgate.h\nwrote bench/.gitignore\nwrote benchgate.json\n'* ]]
	[[ $output == *'bench/benchgate.h is a copy of the header'* ]]
	[ "$(find . -type f | wc -l)" -eq 4 ]
	cmp bench/benchgate.h "$repository/include/benchgate.h"
	[ "$(commands | sed -n 2p)" = 'benchgate run' ]
	run_both
	try config check
	[ "$output" = 'benchgate.json: ok' ]
	[[ $("$program" init) == *'In CI: benchgate compare --tier=critical origin/main'* ]]
}

@test "the policy file stays right when what is left out is put in" {
	init
	sed -E 's,^([[:space:]]*)// ("(base|paths)": ),\1\2,' benchgate.json >other.json
	run ! cmp benchgate.json other.json
	try config check other.json
	[ "$output" = 'other.json: ok' ]
	try config show --json --config other.json
	[[ $output == *'"src/**, bench/**"'* ]]
}

@test "in a project of make, with a Makefile that stays as it is" {
	printf 'all:\n\techo mine\n' >Makefile
	cp Makefile ../Makefile
	init
	[[ $output == 'found a project of make'* ]]
	[ "$(commands | sed -n 1p)" = 'make -f bench/bench.mk' ]
	run_both
	cmp Makefile ../Makefile
	# A second time there is nothing to do.
	[[ $(make -f bench/bench.mk) == *'up to date'* ]]
}

@test "in a project of CMake, with a CMakeLists.txt that stays as it is" {
	command -v cmake || skip "cmake is not installed"
	printf 'cmake_minimum_required(VERSION 3.13)\nproject(mine C)\nadd_library(headers INTERFACE)\nadd_library(${any} any.c)\n' >CMakeLists.txt
	printf 'ADD_LIBRARY( mine-core STATIC\n\tmine.c)\n' >>CMakeLists.txt
	printf 'all:\n' >Makefile
	cp CMakeLists.txt ../CMakeLists.txt
	init
	[[ $output == 'found a project of CMake'* ]]
	run_both
	cmp CMakeLists.txt ../CMakeLists.txt
	grep -q '^#	target_link_libraries(first PRIVATE mine-core)$' bench/CMakeLists.txt
	[ -f bench/build/first.so ]
	[[ $(sh -c "$(commands | sed -n 1p)") == *'Built target first'* ]]
}

@test "in projects of other kinds one command builds it" {
	local file
	for file in meson.build Cargo.toml; do
		mkdir "../of $file"
		cd "../of $file"
		touch "$file"
		init
		[[ $output == 'found a project of '* ]]
		[[ $(commands | sed -n 1p) == '${CC:-cc} '* ]]
		sh -e -c "$(commands | sed -n 1p)"
		[ -f bench/first.so ]
	done
}

@test "what it wrote can be compared between revisions, and the hook takes it" {
	git init -q
	init
	git add -A
	git commit -q -m first
	sh -c "$(commands | sed -n 1p)"
	[ -z "$(git status --porcelain)" ]
	try compare HEAD -q --time 1ms --units 1
	[ "$status" -eq 0 ]
	[[ $output == *'1 cannot have changed'* ]]
	try hook install
	[ "${#lines[@]}" -eq 1 ]
}

@test "a second time nothing is written, and the same two commands are printed" {
	local before both
	mkdir -p .github/workflows
	touch .gitlab-ci.yml Jenkinsfile
	init
	before=$(all_files)
	both=$(commands)
	init
	[ "$(all_files)" = "$before" ]
	[ "$(commands)" = "$both" ]
	[[ $output != *wrote* ]]
	[ "$(grep -c '^left alone ' <<<"$output")" -eq 11 ]
	run_both
}

@test "what is there is left alone, whatever it is" {
	local folder
	mkdir -p .github/workflows
	ln -s nowhere .github/workflows/benchgate.yml
	for folder in bench benchgate-bench; do
		mkdir $folder
		echo mine >$folder/first.c
	done
	init
	[[ $output == *$'left alone benchgate-bench/first.c: it is there\nwrote '* ]]
	[[ $output == *'left alone .github/workflows/benchgate.yml: '* ]]
	[ "$(cat bench/first.c benchgate-bench/first.c)" = $'mine\nmine' ]
	[ "$(readlink .github/workflows/benchgate.yml)" = nowhere ]
	[ ! -e .github/workflows/nowhere ]
}

@test "where the folder bench is taken, another one is used" {
	mkdir bench
	echo 'int main(void) { return 0; }' >bench/first.c
	init
	[[ $output == *'wrote benchgate-bench/first.c'* ]]
	run_both
	[ "$(ls bench)" = first.c ]
}

@test "a policy file that is there says what is measured" {
	cp "$suites/good.c" .
	echo '{"suite": "./good.so", "build": "cc -shared"}' >.benchgate.json
	init
	[[ ${lines[0]} == 'left alone .benchgate.json: it is there, '* ]]
	[ "$(commands)" = $'cc -shared\nbenchgate run' ]
	[ ! -e bench ]
	echo '{"suite": "./good.so"}' >.benchgate.json
	init
	[ "$(commands)" = $'benchgate config check\nbenchgate run' ]
	echo '{"suit": 1}' >.benchgate.json
	try init
	[ "$status" -eq 2 ]
	[[ $stderr == "benchgate: .benchgate.json: unknown key 'suit'; did you mean suite? known keys: "* ]]
}

@test "an installed header is used, and not copied" {
	mkdir ../pc
	printf 'Name: benchgate\nDescription: x\nVersion: 1\nCflags: -I%s\n' "$repository/include" >../pc/benchgate.pc
	export PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/pc
	for file in nothing Makefile CMakeLists.txt; do
		[ "$file" != CMakeLists.txt ] || command -v cmake || continue
		mkdir "../with-$file"
		cd "../with-$file"
		[ "$file" = nothing ] || touch "$file"
		init
		[ ! -e bench/benchgate.h ]
		[[ $output != *'copy of the header'* ]]
		sh -e -c "$(commands | sed -n 1p)"
		[ -n "$(find . -name first.so)" ]
	done
}

@test "benchmarks that are there are found" {
	mkdir -p src/deep build
	printf '#include <benchmark/benchmark.h>\n' | tee src/deep/speed.cc >build/other.cc
	touch src/bench_parse.c src/parse_bench.cpp src/parse.c src/bench.txt
	init
	[ "${lines[0]}" = "found benchmarks of Google Benchmark: src/deep/speed.cc; they stay as they are: benchgate runs their program with --bench './PROGRAM --benchmark_format=json' (see 'benchgate help commands')" ]
	[[ ${lines[1]} == 'found files that are called benchmarks: src/bench_parse.c, src/parse_bench.cpp; '* ]]
	touch bench_a.c bench_b.c
	init
	[[ ${lines[1]} == 'found files that are called benchmarks: bench_a.c, bench_b.c, src/bench_parse.c and 1 more; '* ]]
}

@test "for each CI system that is found a file, and what is left to do" {
	mkdir -p .github/workflows
	init
	[ -f .github/workflows/benchgate.yml ]
	[[ $output == *'In CI the job fails until benchgate is installed there'* ]]
	# A branch's name may have a comma, which no key of a cache may have.
	run ! grep -E 'key.*(head_ref|ref_name)' .github/workflows/benchgate.yml
	touch .gitlab-ci.yml Jenkinsfile
	init
	[[ $output == *'wrote bench/gitlab.yml'* ]]
	[[ $output == *'wrote bench/benchgate.groovy'* ]]
	[[ $output == *"For GitLab CI: include bench/gitlab.yml in .gitlab-ci.yml ('init --ci gitlab' does so)."* ]]
	[[ $output == *'For Jenkins: load bench/benchgate.groovy in a stage'* ]]
	[ ! -s .gitlab-ci.yml ]
	[ ! -s Jenkinsfile ]
	run ! grep -rE '@[a-z_]+@' .
}

@test "--ci says for which, and none" {
	init --ci github
	[ -f .github/workflows/benchgate.yml ]
	init --ci none
	[[ $output != *CI* ]]
	try init --ci travis
	[ "$status" -eq 2 ]
	try init here
	fails 2 "benchgate: init takes no argument, and works in the current folder; 'here' is one"
}

@test "a program that is not in PATH is printed with its path" {
	PATH=${PATH#"$built":}
	! type -P benchgate || skip "a benchgate is installed"
	cp "$program" '../my gate'
	run --separate-stderr '../my gate' init
	[ "$(commands | sed -n 2p)" = "'$BATS_TEST_TMPDIR/my gate' run" ]
	run_both
}

@test "what cannot be written is said: exit code 3" {
	touch bench benchgate-bench Makefile
	try init
	[ "$status" -eq 3 ]
	[ "$output" = 'found a project of make' ]
	[ "$stderr" = "benchgate: cannot make the folder 'benchgate-bench': File exists" ]
}
