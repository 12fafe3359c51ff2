#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate compare of git revisions: which two, how they are built and kept, and what can be wrong with them.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	own_home
	mkdir project
	cd project || exit
	git init -q
	turns_source >suite.c
	cp "$repository/include/benchgate.h" .
	# What is built leaves a line, outside of what is checked out.
	cat >Makefile <<-END
		suite.so: suite.c count.h
		suite.so: ; echo built >>'$PWD.built' && $CC -O2 -shared -fPIC -I. -include count.h -o \$@ suite.c
	END
	echo '{"suite": "./suite.so", "build": "make -s suite.so"}' >benchgate.json
	echo '*.so' >.gitignore
	counts 100
	git add -A
	git commit -q -m first
	git tag v1
	counts 200
	git commit -q -a -m 'counts more'
}

counts() { # NUMBER
	echo "#define COUNT $1" >count.h
}

# As short as can be: the suite's own metric is judged, and in CI instructions are not counted.
compare() { # ARGUMENT...
	try compare -q --only steady --time 1ms --units 1 --counts=none --report "json=$BATS_TEST_TMPDIR/verdict.json" "$@"
}

allocations() {
	(cd "$BATS_TEST_TMPDIR" && word steady allocations)
}

# All that is the user's: files, index, branches, tags, stash and worktrees
users_own() {
	find . -path ./.git/objects -prune -o -type f -not -name 'said.*' -print0 | sort -z | xargs -0 sha1sum
	git worktree list
	git for-each-ref
	git stash list
	find .git/worktrees 2>/dev/null || :
}

builds() {
	wc -l <"$BATS_TEST_TMPDIR/project.built"
}

@test "two revisions are built and compared: exit code 1, and a line says which they are" {
	compare v1 HEAD
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = "base: v1 ($(git rev-parse --short=7 v1)), head: HEAD ($(git rev-parse --short=7 HEAD))" ]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 100 -> 200, '* ]]
	compare HEAD v1
	[ "$status" -eq 0 ]
	[ "$(allocations)" = IMPROVEMENT ]
}

@test "what is built is said, unless --quiet, and the second time nothing is built" {
	try compare v1 HEAD --only steady --time 1ms --units 1
	[[ ${stderr_lines[0]} == 'benchgate: building v1 ('*'): make -s suite.so' ]]
	[[ ${stderr_lines[1]} == 'benchgate: building HEAD ('*'): make -s suite.so' ]]
	[ "$(builds)" -eq 2 ]
	try compare v1 HEAD --only steady --time 1ms --units 1
	[[ $stderr != *building* ]]
	compare v1 "$(git rev-parse HEAD)"
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[ "$(builds)" -eq 2 ]
}

@test "the result files say of which revision they are" {
	compare v1 HEAD --out "$BATS_TEST_TMPDIR/head.json" --base-out "$BATS_TEST_TMPDIR/base.json"
	[ "$(query "$BATS_TEST_TMPDIR/base.json" 'it["system_info"]["git_commit"]')" = "$(git rev-parse v1)" ]
	[ "$(query "$BATS_TEST_TMPDIR/head.json" 'it["system_info"]["git_commit"]')" = "$(git rev-parse HEAD)" ]
}

@test "without a head it is the working tree, with what is not committed" {
	counts 300
	compare HEAD
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'base: HEAD ('*'), head: the working tree' ]]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 300, '* ]]
	# Nothing is changed any more.
	git checkout -q count.h
	compare HEAD
	[ "$status" -eq 0 ]
	[[ $output == *'1 cannot have changed'* ]]
	# What is not tracked is there, too.
	echo '#define COUNT 400' >new.h
	echo '#include "new.h"' >count.h
	compare HEAD
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 400, '* ]]
}

@test "a suite beside a revision" {
	make -s suite.so
	compare v1 ./suite.so
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'base: v1 ('*'), head: ./suite.so' ]]
	compare ./suite.so v1
	[ "$status" -eq 0 ]
	[ "$(allocations)" = IMPROVEMENT ]
	# It was built from what lies here, so that is where the other branched off from.
	branch_off
	make -s -B suite.so
	compare main ./suite.so --merge-base
	[[ ${lines[0]} == "base: merge base of main and HEAD ($(git rev-parse --short=7 main~1)), head: ./suite.so" ]]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
}

@test "the checkout is not touched" {
	local before
	counts 300
	echo 'not tracked' >notes
	git add notes
	before=$(users_own)
	compare v1
	[ "$status" -eq 1 ]
	compare v1 HEAD
	[ "$(users_own)" = "$before" ]
	[ "$(git worktree list | wc -l)" -eq 1 ]
	[ ! -e suite.so ]
}

@test "from a folder below the project's" {
	mkdir -p sub/deep
	cd sub/deep
	compare v1 HEAD
	[ "$status" -eq 1 ]
}

@test "a project that is a folder of its repository" {
	mkdir sub
	git mv Makefile benchgate.json suite.c benchgate.h count.h sub
	git commit -q -m moved
	cd sub
	counts 300
	compare HEAD
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 300, '* ]]
	# There was no such folder before.
	compare v1
	[ "$status" -eq 4 ]
	[[ $stderr == *"cannot build v1 ("*"): it has no folder 'sub/'"* ]]
}

@test "what is built is kept in the user's cache folder, in XDG_CACHE_HOME or in --cache" {
	compare v1 HEAD
	[ -n "$(find "$HOME/.cache/benchgate" -name suite.so)" ]
	XDG_CACHE_HOME=$BATS_TEST_TMPDIR/xdg compare v1 HEAD
	[ -n "$(find "$BATS_TEST_TMPDIR/xdg/benchgate" -name suite.so)" ]
	compare v1 HEAD --cache "$BATS_TEST_TMPDIR/own cache"
	[ "$status" -eq 1 ]
	[ "$(find "$BATS_TEST_TMPDIR/own cache" -name suite.so | wc -l)" -eq 2 ]
	[ "$(builds)" -eq 6 ]
	compare v1 HEAD --cache /dev/null
	[ "$status" -ne 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "what is kept is checked: another file in its place is not measured, and it is built again" {
	local kept
	compare v1 HEAD
	[ "$status" -eq 1 ]
	for kept in "$HOME"/.cache/benchgate/*/*/suite.so; do
		cp suite.c "$kept"
	done
	compare v1 HEAD
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 100 -> 200, '* ]]
	[ "$(builds)" -eq 4 ]
	compare v1 HEAD
	[ "$(builds)" -eq 4 ]
}

@test "a revision that does not build: the compiler's lines and the log are shown; exit code 3" {
	local log
	echo 'int wrong = ;' >>suite.c
	git commit -q -a -m broken
	compare HEAD v1
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[[ $stderr == *'suite.c:'*'error: '* ]]
	[[ ${stderr_lines[-1]} == "benchgate: cannot build HEAD ("*"): 'make -s suite.so' exited with 2; the end of what it printed is in /"* ]]
	log=${stderr_lines[-1]##* }
	grep -q 'error: ' "$log"
	compare v1 HEAD
	[ "$status" -eq 3 ]
	[[ $stderr == *'suite.c:'*'error: '* ]]
	compare v1
	[ "$status" -eq 3 ]
	[[ ${stderr_lines[-1]} == "benchgate: cannot build the working tree: "* ]]
	[ "$(git worktree list | wc -l)" -eq 1 ]
}

@test "a base that does not build is exit code 4 where it is from before the policy file, and 3 elsewhere" {
	git checkout -q --orphan old
	git rm -q -r -f .
	echo nothing >README
	git add README
	git commit -q -m 'no benchmarks yet'
	git checkout -q main
	compare old HEAD
	[ "$status" -eq 4 ]
	[ -z "$output" ]
	[[ ${stderr_lines[-1]} == 'benchgate: old ('*') has no benchgate.json yet, so there is nothing to compare with: cannot build old ('* ]]
	[[ $stderr != *'No rule to make'* ]]
	git checkout -q old
	git checkout -q main -- benchgate.json
	git commit -q -m 'a policy file, and no Makefile'
	git checkout -q main
	compare old HEAD
	[ "$status" -eq 3 ]
}

@test "a cache that cannot be written is no missing base: exit code 3" {
	mkdir ro
	chmod 555 ro
	[ "$(id -u)" -ne 0 ] || mount -t tmpfs -o ro none ro 2>/dev/null || skip 'root can write everywhere here'
	compare v1 HEAD --cache ro/cache
	umount ro 2>/dev/null || :
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a revision that builds, but makes no suite that it names, is broken: exit code 3" {
	echo 'suite.so: ; echo no suite is made' >Makefile
	git commit -q -a -m 'makes none'
	compare HEAD v1
	[ "$status" -eq 3 ]
	[[ ${stderr_lines[-1]} == 'benchgate: HEAD ('*') builds, but has no ./suite.so; what the build printed is in /'* ]]
	grep -q 'no suite is made' "${stderr_lines[-1]##* }"
	compare v1 HEAD
	[ "$status" -eq 3 ]
	[[ ${stderr_lines[-1]} == 'benchgate: HEAD ('*') builds, but has no ./suite.so; '* ]]
}

@test "a build that makes no suite is not kept: the next one may" {
	sed -i "s|echo built|test -e '$PWD.trouble' \|\| echo built|; s|&& $CC|\&\& test -e '$PWD.trouble' \|\| $CC|" Makefile
	git commit -q -a -m 'may make none'
	touch "$PWD.trouble"
	compare v1 HEAD
	[ "$status" -eq 3 ]
	[[ ${stderr_lines[-1]} == 'benchgate: HEAD ('*') builds, but has no ./suite.so; '* ]]
	rm "$PWD.trouble"
	compare v1 HEAD
	[ "$status" -eq 1 ]
}

@test "a base whose policy file names another suite has nothing to compare: exit code 4" {
	git mv suite.c other.c
	sed -i 's/suite/other/g' Makefile
	echo '{"suite": "./other.so", "build": "make -s"}' >benchgate.json
	git commit -q -a -m 'another name'
	compare v1 HEAD
	[ "$status" -eq 4 ]
	[[ ${stderr_lines[-1]} == 'benchgate: v1 ('*') builds, but has no ./other.so; '* ]]
	# What cannot be read does not say that it names another.
	git checkout -q -b spoilt v1
	echo '{' >benchgate.json
	git commit -q -a -m 'a spoilt policy file'
	git checkout -q main
	compare spoilt HEAD
	[ "$status" -eq 3 ]
}

@test "without build or suite in the policy file a revision cannot be built: exit code 2" {
	echo '{"suite": "./suite.so"}' >benchgate.json
	compare v1 HEAD
	fails 2 "benchgate: HEAD is a git revision, but nothing says how to build it: the policy file must have \"build\" and \"suite\" *"
	echo '{"build": "make -s suite.so"}' >benchgate.json
	compare v1 HEAD
	fails 2 'benchgate: benchgate.json: "build" needs "suite" beside it, the file or files that it makes'
	echo '{"build": "make -s suite.so", "suite": "/tmp/suite.so"}' >benchgate.json
	compare v1 HEAD
	fails 2 'benchgate: benchgate.json: suite /tmp/suite.so is outside of what is built; *'
	rm benchgate.json
	compare v1 HEAD
	fails 2 'benchgate: HEAD is a git revision, but nothing says how to build it: *'
	[ ! -e "$HOME/.cache" ]
}

@test "a name that is no revision: what was meant is suggested" {
	compare v11
	fails 2 "benchgate: 'v11' is neither a file nor a baseline: unknown revision 'v11'; did you mean v1?"
	compare v1 nowhere
	fails 2 "benchgate: 'nowhere' is neither a file nor a baseline: unknown revision 'nowhere' (see 'git branch --all' and 'git tag')"
	compare v1 HEAD~7
	fails 2 "benchgate: 'HEAD~7' is neither a file nor a baseline: unknown revision 'HEAD~7'*"
	rm -rf .git
	compare nowhere v1
	fails 2 "benchgate: 'v1' is neither a file nor a baseline: '.' is not in a git repository"
}

@test "a name that is a baseline and a revision: the revision is taken, baseline:NAME is the baseline" {
	mkdir -p baselines/named
	compare v1 --base-out baselines/named/v1.json --out baselines/named/main.json
	compare v1 HEAD
	[ "$status" -eq 1 ]
	[ "$(allocations)" = REGRESSION ]
	[ "$stderr" = "benchgate: 'v1' is a git revision and a baseline; the revision is taken; 'baseline:v1' names the baseline" ]
	[[ ${lines[0]} == "base: v1 ("* ]]
	compare HEAD main
	[[ $stderr == "benchgate: 'main' is a git revision and a baseline; "* ]]
	compare refs/tags/v1 HEAD
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	compare baseline:v1 baseline:main
	[ -z "$stderr" ]
	[ "$status" -eq 1 ]
	[ "$(allocations)" = REGRESSION ]
	[[ ${lines[0]} != base:* ]]
	compare baseline:none
	fails 4 "benchgate: there is no baseline 'none': baselines/named/none.json is missing"
	compare baseline:v1 baseline:none
	fails 2 "benchgate: there is no baseline 'none': baselines/named/none.json is missing"
	compare baseline:
	fails 2 'benchgate: the name of a baseline is empty'
}

@test "a file stands before a revision and a baseline of its name" {
	mkdir -p baselines/named
	compare v1 --base-out v1 --out head
	mv v1 old && mv head v1
	compare old v1
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} != base:* ]]
	cp old baselines/named/v1.json
	compare baseline:v1 v1
	[ "$status" -eq 1 ]
	[ "$(allocations)" = REGRESSION ]
}

@test "base in the policy file: a name that is both is the revision, baseline:NAME the baseline" {
	mkdir -p baselines/named
	compare v1 --base-out baselines/named/v1.json
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "base": "v1"}' >benchgate.json
	compare
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "base: v1 ("* ]]
	[[ $stderr == "benchgate: 'v1' is a git revision and a baseline; "* ]]
	# Only a revision can be measured in turn.
	make -s suite.so
	try run -q steady --processes 3 --time 1ms --units 1
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	sed -i 's/"v1"/"baseline:v1"/' benchgate.json
	touch baseline:v1
	compare
	[ -z "$stderr" ]
	[[ $output != *'base: v1'* ]]
	try run -q steady --processes 1 --time 1ms
	fails 2 "benchgate: base: baseline:v1 is a result and cannot be measured again; compare with it by --baseline"
}

@test "where only a baseline can be meant, its name is enough, and baseline:NAME is the same" {
	local base
	mkdir -p baselines/named
	compare v1 --base-out baselines/named/v1.json --out head.json
	for base in v1 baseline:v1; do
		try report head.json --against $base --exit-code
		[ "$status" -eq 1 ]
		[ -z "$stderr" ]
		try export prometheus head.json --against $base
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		try baselines diff $base head.json --exit-code
		[ "$status" -ne 2 ]
		[[ $output == *steady* ]]
	done
	make -s suite.so
	try run -q steady --processes 1 --time 1ms --save-baseline baseline:main
	[ -s baselines/named/main.json ]
	for base in main baseline:main; do
		try baselines show --baseline $base
		[ "$status" -eq 0 ]
		[[ $output == *steady* ]]
		try run -q steady --processes 1 --time 1ms --base none --baseline $base
		[[ $output == *'1 process in the base'* ]]
	done
	try baselines show --baseline baseline:none
	fails 4 "benchgate: there is no baseline 'none': baselines/named/none.json is missing"
}

# main goes on, and counts less, since this branch left it.
branch_off() {
	git checkout -q -b topic
	counts 220
	git commit -q -a -m 'counts a little more'
	git checkout -q main
	counts 50
	git commit -q -a -m 'counts much less'
	git checkout -q topic
}

@test "main has moved on: --merge-base compares with where the branch left it, --tip with where it is" {
	branch_off
	compare main --merge-base
	[[ ${lines[0]} == "base: merge base of main and HEAD ($(git rev-parse --short=7 main~1)), head: the working tree" ]]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
	compare main --tip
	[[ ${lines[1]} == 'REGRESSION steady allocations: 50 -> 220, '* ]]
	# The tip, unless in CI
	compare main
	[[ ${lines[1]} == 'REGRESSION steady allocations: 50 -> 220, '* ]]
	CI=true compare main
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
	CI=true compare main --tip
	[[ ${lines[1]} == 'REGRESSION steady allocations: 50 -> 220, '* ]]
	CI=false compare main
	[[ ${lines[1]} == 'REGRESSION steady allocations: 50 -> 220, '* ]]
	# Of two revisions that which they have in common
	git checkout -q v1
	compare main topic --merge-base
	[[ ${lines[0]} == 'base: merge base of main and topic ('*'), head: topic ('* ]]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
}

@test "branches that have nothing in common" {
	git checkout -q --orphan other
	git commit -q -m other
	compare main --merge-base
	fails 4 'benchgate: main and HEAD have no common ancestor: their histories are not related'
}

@test "in CI the base is the branch that is merged to, though only origin has it" {
	branch_off
	git clone -q "file://$PWD" ../clone
	cd ../clone
	[ "$(git for-each-ref --format='%(refname)' refs/heads)" = refs/heads/topic ]
	CI=true GITHUB_BASE_REF=main compare
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'base: merge base of main and HEAD ('*'), head: the working tree' ]]
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
	CI=true CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main compare
	[ "$status" -eq 1 ]
	CI=true SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main compare --tip
	[[ ${lines[1]} == 'REGRESSION steady allocations: 50 -> 220, '* ]]
	# A push has none; the clone's only branch is what it was cloned from.
	CI=true GITHUB_BASE_REF='' compare
	[[ ${lines[0]} == 'base: parent of HEAD ('*'), head: the working tree' ]]
}

@test "a tag that is called as a branch is not what the change is compared with" {
	branch_off
	git clone -q "file://$PWD" ../clone
	cd ../clone
	git tag main topic
	git tag origin/main topic
	CI=true GITHUB_BASE_REF=main compare
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
	compare origin/main --merge-base
	[[ ${lines[1]} == 'REGRESSION steady allocations: 200 -> 220, '* ]]
	# The tag itself can still be named, and HEAD is always what it is.
	compare refs/tags/main --tip
	[ "$status" -eq 0 ]
	git update-ref refs/tags/HEAD origin/main
	compare HEAD --tip
	[ "$status" -eq 0 ]
}

@test "a shallow clone lacks the base: exit code 2, and the line says how to fetch it" {
	branch_off
	git clone -q --depth 1 "file://$PWD" ../clone
	cd ../clone
	CI=true GITHUB_BASE_REF=main compare
	fails 2 "benchgate: *unknown revision 'main'; this clone is shallow: *'fetch-depth: 0'*'git fetch --unshallow'"
	git fetch -q --depth 1 origin main:refs/remotes/origin/main
	CI=true GITHUB_BASE_REF=main compare
	fails 2 "benchgate: no common ancestor of main and HEAD was fetched; this clone is shallow: *'fetch-depth: 0'*"
	# The tip is there.
	CI=true GITHUB_BASE_REF=main compare --tip
	[ "$status" -eq 1 ]
}

@test "base in the policy file is the base where none is said" {
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "base": "v1"}' >benchgate.json
	compare
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'base: v1 ('*'), head: the working tree' ]]
	# It comes before what the CI system says, and after what is said.
	GITHUB_BASE_REF=main compare
	[ "$status" -eq 1 ]
	compare main
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'base: main ('*'), head: the working tree' ]]
	# Or a suite's path from its folder
	make -s suite.so
	mv suite.so old.so
	echo '{"suite": "./suite.so", "base": "old.so"}' >benchgate.json
	counts 300
	make -s suite.so
	mkdir sub
	cd sub
	compare
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == 'REGRESSION steady allocations: 200 -> 300, '* ]]
}

@test "Ctrl-C while a revision is built: exit code 130, no process is left, and nothing of it in git" {
	local before
	printf "suite.so:\n\techo started >'%s'\n\tsleep 1000\n" "$BATS_TEST_TMPDIR/started" >Makefile
	git commit -q -a -m 'takes long'
	before=$(users_own)
	signal_when INT "$BATS_TEST_TMPDIR/started" compare v1 HEAD -q
	[ "$status" -eq 130 ]
	no_process_left
	[ "$(users_own)" = "$before" ]
	[ "$(git worktree list | wc -l)" -eq 1 ]
	# The next one builds it anew.
	git revert --no-edit HEAD
	compare v1 HEAD
	[ "$status" -eq 1 ]
}
