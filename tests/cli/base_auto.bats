#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The base that nobody named: run finds out itself what to measure in turn with, and compare with what work began at.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	own_home
	mkdir project
	cd project || exit
	git init -q
	turns_source >suite.c
	cp "$repository/include/benchgate.h" .
	cat >Makefile <<-END
		suite.so: suite.c count.h; $CC -O2 -shared -fPIC -I. -include count.h -o \$@ suite.c
	END
	echo '{"suite": "./suite.so", "build": "make -s suite.so"}' >benchgate.json
	printf '*.so\nbaselines\n*.json\n!benchgate.json\nsaid.*\n' >.gitignore
	commit 100
	commit 200
}

# So many allocations in each iteration of steady; they are judged exactly.
commit() { # NUMBER
	echo "#define COUNT $1" >count.h
	git add -A
	git commit -q -m "counts $1"
	make -s suite.so
}

hash_of() { # REVISION
	git rev-parse --short=7 "$1"
}

look() { # ARGUMENT...
	try run -q --processes 5 --time 5ms --units 3 --out result.json --report json=verdict.json --report text steady "$@"
}

record() {
	try update-baselines -q --yes --force --sessions 1 --processes 5 --time 5ms steady
	[ "$status" -eq 0 ]
}

evidence() {
	query verdict.json "next(c['evidence'] for c in it['metrics'] if (c['benchmark'], c['name']) == ('steady', 'time'))"
}

compared_with() { # WORDS
	[ "${lines[0]}" = "base: $1; 1 of 1 benchmarks compared in turn with it" ]
}

@test "without a baseline the base is the parent commit, on the default branch" {
	look
	[ "$status" -eq 1 ]
	compared_with "parent of HEAD ($(hash_of HEAD~1))"
	[ "$(word steady allocations)" = REGRESSION ]
	[ "$(evidence)" = in-turn ]
}

@test "it is HEAD when files are changed, and the merge base on another branch" {
	echo '#define COUNT 300' >count.h
	make -s suite.so
	look
	compared_with "HEAD ($(hash_of HEAD))"
	git switch -q -c other
	commit 300
	commit 400
	look
	compared_with "merge base of main and HEAD ($(hash_of main))"
}

@test "a clone knows the default branch of where it comes from" {
	git branch -q -m main trunk
	git clone -q . ../clone
	cd ../clone
	commit 300
	look
	compared_with "merge base of origin/trunk and HEAD ($(hash_of HEAD~1))"
}

@test "the target branch of a pull request stands above the default branch" {
	git branch -q release HEAD~1
	git switch -q -c other
	commit 300
	CI=true GITHUB_BASE_REF=release look --counts=none
	compared_with "merge base of release and HEAD ($(hash_of HEAD~2))"
}

@test "with a baseline it is the commit that this was recorded at, so slow creep is found" {
	record
	commit 201
	commit 202
	look
	compared_with "$(hash_of HEAD~2) (where the baseline was recorded)"
	[ "$(evidence)" = in-turn ]
	# One session cannot clear anything: alone it ran for its level only.
	holds result.json 'len(processes("steady")) == 2'
}

@test "what the baseline clears is not measured in turn, and then nothing is built" {
	record
	try run -q --processes 5 --time 5ms --threshold 400% --target 900% --report json=verdict.json steady
	[ "$status" -eq 0 ]
	[ "$(evidence)" = first-look ]
	[ ! -e "$HOME/.cache/benchgate" ]
}

@test "only_changed in the policy file: what is surely the same is not measured in turn" {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	try run -q --processes 5 --time 5ms --units 3 --out result.json --report json=verdict.json steady sized
	holds result.json 'not any(b.get("identical") for b in it["benchmarks"])'
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "only_changed": true}' >benchgate.json
	git commit -q -a --amend --no-edit
	try run -q --processes 5 --time 5ms --units 3 --out result.json --report json=verdict.json steady sized
	[ "$status" -eq 1 ]
	holds result.json '[len(b["duets"]) > 0 for b in it["benchmarks"] if not b.get("identical")] == [True]'
	holds result.json '[b["name"] for b in it["benchmarks"] if b.get("identical")] == ["sized/1000"]'
	[ "$(word sized/1000 time)" = PASS ]
}

@test "which base it is and what it may take is said before anything is built" {
	try run --processes 5 --time 5ms --units 3 --budget 20s steady
	[ "${stderr_lines[0]}" = "benchgate: base: parent of HEAD ($(hash_of HEAD~1)), built by 'make -s suite.so' if it was not before; measuring takes at most 20 s" ]
	[[ ${stderr_lines[1]} == 'benchgate: building '* ]]
}

@test "none turns it off, on the command line and in the policy file" {
	look --base none
	[ "$status" -eq 0 ]
	[[ $output == *'nothing was compared'* && $output != *'base: '* ]]
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "base": "none"}' >benchgate.json
	look
	[ "$status" -eq 0 ]
	[[ $output == *'nothing was compared'* && $output != *'base: '* ]]
	look --base auto
	[ "$status" -eq 0 ]
	compared_with "HEAD ($(hash_of HEAD))"
}

@test "a suite that the build does not make is measured as without a base" {
	cp suite.so other.so
	look --suite ./other.so
	[ "$status" -eq 0 ]
	[[ $output == *'nothing was compared'* && $output != *note:* ]]
	look --suite ./suite.so
	[ "$status" -eq 1 ]
}

noted() { # PATTERN
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# shellcheck disable=SC2053  # a pattern
	[[ $output == *"note: nothing was measured in turn with the base: "$1$'\n'* ]]
	[[ $output == *'nothing was compared'* ]]
}

@test "in a shallow clone, without git and without an older commit, one line says why, and it goes on" {
	git clone -q --depth 1 "file://$PWD" ../shallow
	(
		cd ../shallow
		make -s suite.so
		look
		noted 'the parent of HEAD was not fetched; this clone is shallow: *'
	) || return
	rm -rf .git
	look
	noted "'.' is not in a git repository"
	git init -q
	git add -A
	git commit -q -m first
	look
	noted 'HEAD is the first commit and has no parent'
}

@test "what is from before the policy file is not built" {
	git rm -q --cached benchgate.json
	git commit -q -m 'no benchmarks yet'
	git add benchgate.json
	git commit -q -m 'benchmarks'
	look
	noted "parent of HEAD ($(hash_of HEAD~1)) has no benchgate.json yet"
	[ ! -e "$HOME/.cache/benchgate" ]
}

@test "a commit that was rebased away, and one that does not build: one line, and the baseline decides" {
	record
	git commit -q --amend -m 'other words'
	git reflog expire --expire=all --all
	git gc -q --prune=now
	look
	[[ $output == *"note: nothing was measured in turn with the base: unknown revision '"* ]]
	[ "$status" -eq 0 ]
	rm -r baselines
	echo 'no C' >suite.c
	git commit -q -a -m breaks
	git checkout -q HEAD~1 -- suite.c
	git commit -q -m mends
	look
	[ "$status" -eq 0 ]
	[[ $output == *'note: nothing was measured in turn with the base: '*"'make -s suite.so'"* ]]
}

@test "compare without a base compares with where the work began" {
	try compare -q --only steady --time 1ms --units 1
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "base: parent of HEAD ($(hash_of HEAD~1)), head: the working tree" ]
	git switch -q -c other
	commit 300
	try compare -q --only steady --time 1ms --units 1
	[ "${lines[0]}" = "base: merge base of main and HEAD ($(hash_of main)), head: the working tree" ]
}
