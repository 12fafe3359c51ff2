#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate hook: installed and taken away, beside hooks of others; what a push measures, and what stops it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# A project with a clone of its own on main, and a remote that has its first commit
setup() {
	own_home
	unset PRE_COMMIT_FROM_REF PRE_COMMIT_TO_REF
	git init -q --bare remote.git
	mkdir project
	cd project || exit
	git init -q
	mkdir src doc
	turns_source >src/suite.c
	cp "$repository/include/benchgate.h" src
	# What is built leaves a line, outside of what is checked out.
	cat >Makefile <<-END
		suite.so: src/suite.c src/count.h
		suite.so: ; echo built >>'$PWD.built' && $CC -O2 -shared -fPIC -Isrc -include src/count.h -o \$@ src/suite.c
	END
	policy ''
	echo '*.so' >.gitignore
	work 1
	git add -A
	git commit -q -m first
	git remote add origin ../remote.git
	git push -q -u origin main
}

# policy REST: the policy file, with the rest behind what it must have
policy() {
	echo "{\"suite\": \"./suite.so\", \"build\": \"make -s suite.so\" $1}" >benchgate.json
}

# How often the benchmark `steady` does its work
work() { # TIMES
	echo "#define TIMES $1" >src/count.h
}

commit() { # MESSAGE
	git add -A
	git commit -q -m "$1"
}

install() { # ARGUMENT...
	try hook install --limit 10s --quiet "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# As git does it; sets status, output and stderr.
push() { # ARGUMENT...
	LD_PRELOAD=$fake_clock run --separate-stderr timeout -k 1 60 git push -q "$@"
	echo "git push $*"
	echo "status $status"
	echo "$output"
	echo "$stderr"
}

# It came to the remote as main, or it did not.
pushed() {
	[ "$(git --git-dir="$BATS_TEST_TMPDIR/remote.git" rev-parse "${1:-main}")" = "$(git rev-parse HEAD)" ]
}

builds() {
	wc -l 2>/dev/null <"$BATS_TEST_TMPDIR/project.built" || echo 0
}

# A hook of somebody else's, which tells what it was given
foreign() { # FILE EXIT-STATUS
	printf '#!/bin/sh\necho "args $*" >%q\ncat >>%q\nexit %d\n' "$BATS_TEST_TMPDIR/told" "$BATS_TEST_TMPDIR/told" "$2" >"$1"
	chmod 755 "$1"
}

# All hooks, with their modes and what links lead to
hooks() {
	find .git/hooks -name 'pre-push*' ! -name '*.sample' -printf '%f %m %l\n' | sort
	find .git/hooks -name 'pre-push*' ! -name '*.sample' -xtype f -exec sha1sum {} +
}

@test "install writes a hook, twice is once, and uninstall takes it away" {
	local said
	install
	[ "${lines[0]}" = "installed .git/hooks/pre-push: at each push it measures for at most 10 s; 'git push --no-verify' skips it" ]
	[ -x .git/hooks/pre-push ]
	sh -n .git/hooks/pre-push
	said=$(hooks)
	install
	[ "$output" = '.git/hooks/pre-push is installed already' ]
	[ "$(hooks)" = "$said" ]
	install --limit 20s --tier critical,standard
	[[ $output == 'renewed .git/hooks/pre-push: '*' at most 20 s; '* ]]
	grep -q -- '--limit 20s --tier critical,standard' .git/hooks/pre-push
	try hook uninstall
	[ "$status" -eq 0 ]
	[ "$output" = 'removed .git/hooks/pre-push' ]
	[ -z "$(hooks)" ]
	try hook uninstall
	[ "$status" -eq 0 ]
	[ "$output" = "there is no benchgate hook in .git/hooks" ]
}

@test "the hook is one that shellcheck finds nothing in" {
	command -v shellcheck || skip "shellcheck is not installed"
	mkdir "it's here"
	mv benchgate.json "it's here"
	cd "it's here"
	install --tier "a b"
	shellcheck ../.git/hooks/pre-push
}

@test "a push warns of names in the policy file that nothing has" {
	policy ', "overrides": [{"benchmark": ["steadi", "shak*"], "severity": "warn"}]'
	work 1
	commit 'another policy'
	install
	push origin main
	[ "$status" -eq 0 ]
	[ "$(grep -c warning: <<<"$stderr")" -eq 1 ]
	[[ $stderr == *"benchgate: warning: benchgate.json: overrides[0]: no benchmark matches 'steadi'; the nearest name is 'steady'"* ]]
}

@test "a hook that is there is kept, run first with git's words and lines, and put back byte for byte" {
	local before
	foreign .git/hooks/pre-push 0
	before=$(hooks)
	install
	[ "${lines[1]}" = 'the hook that was there is run first: .git/hooks/pre-push.before-benchgate' ]
	install
	work 1
	echo text >doc/text
	commit text
	push origin main
	[ "$status" -eq 0 ]
	pushed
	[ "$(sed -n 1p ../told)" = 'args origin ../remote.git' ]
	[ "$(sed -n 2p ../told)" = "refs/heads/main $(git rev-parse HEAD) refs/heads/main $(git rev-parse HEAD~1)" ]
	[ "$(wc -l <../told)" -eq 2 ]
	try hook uninstall
	[ "$output" = 'put back .git/hooks/pre-push' ]
	[ "$(hooks)" = "$before" ]
}

@test "when the hook that is there fails, the push does, and nothing is measured" {
	foreign .git/hooks/pre-push 7
	install
	work 2
	commit slower
	push origin main
	[ "$status" -ne 0 ]
	run ! pushed
	[ "$(builds)" -eq 0 ]
	printf 'refs/heads/main %s refs/heads/main %s\n' "$(git rev-parse HEAD)" "$(git rev-parse HEAD~1)" >lines
	run .git/hooks/pre-push origin ../remote.git <lines
	[ "$status" -eq 7 ]
}

@test "a hook that is a link, and one that git would not run, are kept as they are" {
	local before
	mkdir tools
	foreign tools/check 0
	ln -s ../../tools/check .git/hooks/pre-push
	before=$(hooks)
	install
	[[ $output == *'is run first'* ]]
	echo text >doc/text
	commit text
	push origin main
	[ "$status" -eq 0 ]
	[ -s ../told ]
	[ ! -L .git/hooks/pre-push ]
	try hook uninstall
	[ "$(hooks)" = "$before" ]
	# Leading nowhere
	ln -sfn nowhere .git/hooks/pre-push
	before=$(hooks)
	install
	[[ $output == *'the hook that was there is kept but not run, because it is not executable: .git/hooks/pre-push.before-benchgate' ]]
	try hook uninstall
	[ "$(hooks)" = "$before" ]
	rm .git/hooks/pre-push ../told
	foreign .git/hooks/pre-push 1
	chmod 644 .git/hooks/pre-push
	before=$(hooks)
	install
	[[ $output == *'is not executable: '* ]]
	echo more >>doc/text
	commit more
	push origin main
	[ "$status" -eq 0 ]
	[ ! -e ../told ]
	try hook uninstall
	[ "$(hooks)" = "$before" ]
}

@test "a hook that came after ours is left alone" {
	install
	rm .git/hooks/pre-push
	foreign .git/hooks/pre-push 0
	try hook uninstall
	[ "$output" = "there is no benchgate hook in .git/hooks" ]
	[ -x .git/hooks/pre-push ]
	cp .git/hooks/pre-push .git/hooks/pre-push.before-benchgate
	try hook install
	fails 2 "benchgate: .git/hooks/pre-push is not benchgate's hook, but .git/hooks/pre-push.before-benchgate is kept from an earlier install: *"
	# Ours was removed by hand, and what it was put before comes back.
	rm .git/hooks/pre-push
	try hook uninstall
	[ "$output" = 'put back .git/hooks/pre-push' ]
	[ ! -e .git/hooks/pre-push.before-benchgate ]
}

@test "core.hooksPath is where hooks go; a folder of husky's and none at all are said" {
	mkdir ../shared
	git config core.hooksPath ../shared
	install
	[[ $output == "installed "*"/../shared/pre-push: "* ]]
	[ -x ../shared/pre-push ]
	[ ! -e .git/hooks/pre-push ]
	work 2
	commit slower
	push origin main
	[ "$status" -ne 0 ]
	[[ $stderr$output == *'REGRESSION'* ]]
	try hook uninstall
	[ ! -e ../shared/pre-push ]
	git config core.hooksPath .husky/_
	try hook install
	# shellcheck disable=SC2016  # for people
	fails 2 'benchgate: husky keeps the hooks *: benchgate hook run --remote "$1"'
	git config core.hooksPath /dev/null
	try hook install
	fails 2 'benchgate: git is told by core.hooksPath to run no hooks: /dev/null is no folder'
	# A home's own, which git expands
	# shellcheck disable=SC2088
	git config core.hooksPath '~/hooks'
	install
	[ -x "$HOME/hooks/pre-push" ]
}

@test "a worktree shares the hooks of its repository" {
	git worktree add -q ../tree -b topic
	cd ../tree
	[ -f .git ]
	install
	[ -x "$BATS_TEST_TMPDIR/project/.git/hooks/pre-push" ]
	work 2
	commit slower
	push origin topic
	[ "$status" -ne 0 ]
	[[ $output == *'REGRESSION steady: '* ]]
	try hook uninstall
	[ ! -e "$BATS_TEST_TMPDIR/project/.git/hooks/pre-push" ]
}

@test "outside of a repository there is nothing to install to" {
	rm -rf .git
	try hook install
	fails 2 "benchgate: '.' is not in a git repository"
	try hook uninstall
	fails 2 "benchgate: '.' is not in a git repository"
	git init -q --bare bare.git
	cd bare.git
	try hook install
	[ "$status" -ne 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "what has the same code before and after a push is not measured, unless the policy file says so" {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	install
	echo 'int more(int x); int more(int x) { return x / 3; }' >>src/suite.c
	commit 'more of it'
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr$output == *'identical code: '* ]]
	policy ', "only_changed": false'
	echo 'int most(int x); int most(int x) { return x / 5; }' >>src/suite.c
	commit 'and more'
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr$output != *'identical code: '* ]]
}

@test "a push that is slower is stopped, and --no-verify pushes it all the same" {
	install
	work 2
	commit slower
	push origin main
	[ "$status" -ne 0 ]
	run ! pushed
	push origin main
	[[ $output == *"base: $(git rev-parse --short=7 HEAD~1), head: $(git rev-parse --short=7 HEAD)"* ]]
	[[ $output == *'REGRESSION steady: '* ]]
	[[ $stderr == *"benchgate: this push is stopped; 'git push --no-verify' pushes without this check"* ]]
	# Only the critical tier was asked for, and the second time nothing was built.
	[[ $output != *sized* ]]
	[ "$(builds)" -eq 2 ]
	push --no-verify origin main
	[ "$status" -eq 0 ]
	pushed
}

@test "a push that is not slower goes through" {
	install
	echo '/* a word */' >>src/suite.c
	commit 'says more'
	push origin main
	[ "$status" -eq 0 ]
	[[ $output != *REGRESSION* ]]
	pushed
	work 2
	commit slower
	git push -q --no-verify origin main
	work 1
	commit faster
	push origin main
	[ "$status" -eq 0 ]
	[[ $output == *IMPROVEMENT* ]]
	pushed
}

@test "a push that touches nothing measures nothing, at once" {
	policy ', "tiers": {"critical": {"paths": ["src/**"]}}'
	commit policy
	git push -q origin main
	install
	echo text >doc/text
	commit text
	# What is not committed is not pushed.
	work 2
	push origin main
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$stderr" = 'benchgate: nothing was measured: no file has changed that a benchmark depends on' ]
	[ "$(builds)" -eq 0 ]
	pushed
}

@test "with paths only what has changed is measured, whatever its tier" {
	policy ', "tiers": {"critical": {"paths": "src/**"}}, "overrides": [{"benchmark": "sized", "paths": ["doc"]}, {"benchmark": "shaky", "paths": ["src/shaky.c"]}]'
	commit policy
	git push -q origin main
	install
	echo text >doc/text
	commit text
	push origin main
	[ "$status" -eq 0 ]
	# The same bytes need not be measured.
	[[ $output == *'1 cannot have changed'* ]]
	work 2
	commit slower
	push origin main
	[ "$status" -ne 0 ]
	[[ $output == *'REGRESSION steady: '* ]]
	[[ $output != *sized* ]]
	[[ $output != *shaky* ]]
	# What says how things are built changes all: the critical tier, as without paths.
	git reset -q --hard HEAD~1
	git push -q --no-verify origin main
	echo '# changed' >>Makefile
	commit Makefile
	push origin main
	[ "$status" -eq 0 ]
	[[ $output == *'1 cannot have changed'* ]]
	# Of other tiers nothing, when these are said
	install --tier standard
	echo more >>doc/text
	work 2
	commit slower
	push origin main
	[ "$status" -eq 0 ]
	[[ $output != *steady* ]]
	pushed
}

@test "a new branch is compared with where it began, a forced one too, a deletion with nothing" {
	install
	git checkout -q -b topic
	work 2
	commit slower
	push origin topic
	[ "$status" -ne 0 ]
	[[ $output == *"base: $(git rev-parse --short=7 main), "* ]]
	git push -q --no-verify origin topic
	git reset -q --hard main
	echo text >doc/text
	commit text
	push --force origin topic
	[ "$status" -eq 0 ]
	[[ $output == *"base: $(git rev-parse --short=7 main), "* ]]
	pushed topic
	push origin :topic
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	# Nothing new: a tag, a second name
	git checkout -q main
	git tag v1
	push origin v1 main:again
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	# One range is measured once.
	work 2
	commit slower
	push origin main main:other
	[ "$status" -ne 0 ]
	[ "$(grep -c '^base: ' <<<"$output")" -eq 1 ]
}

@test "to a remote that has nothing there is nothing to compare with" {
	install
	git init -q --bare ../empty.git
	git remote add empty ../empty.git
	git branch -q --unset-upstream
	push empty main
	[ "$status" -eq 0 ]
	[ "$stderr" = 'benchgate: nothing was measured: no pushed commit builds on a commit that the remote already has' ]
	# The policy's base is known.
	policy ', "base": "v0"'
	commit policy
	git tag v0
	work 2
	commit slower
	git init -q --bare ../nameless.git
	push ../nameless.git main
	[ "$status" -ne 0 ]
	[[ $output == *"base: $(git rev-parse --short=7 v0), "* ]]
	[[ $output == *'REGRESSION steady: '* ]]
}

@test "what cannot be built or read is said, and stops nothing" {
	install
	echo 'int wrong = ;' >>src/suite.c
	commit broken
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr == *"benchgate: nothing was measured: cannot build "*"'make -s suite.so' exited with 2; "* ]]
	pushed
	git revert --no-edit HEAD
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr == *'benchgate: nothing was measured: cannot build '* ]]
	pushed
	echo '{"suit": 1}' >benchgate.json
	commit wrong
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr == "benchgate: nothing was measured: benchgate.json: unknown key 'suit'; did you mean suite? known keys: "* ]]
	try hook uninstall
	[ "$status" -eq 0 ]
	policy ''
	install
	echo '{}' >benchgate.json
	commit empty
	push origin main
	[ "$status" -eq 0 ]
	[[ $stderr == 'benchgate: nothing was measured: '*'nothing says how to build it'* ]]
}

@test "without a policy file it says so when it is installed, and nothing at pushes" {
	git rm -q benchgate.json
	git commit -q -m 'no policy'
	git push -q origin main
	install
	[ "${lines[1]}" = "there is no policy file yet: until there is, nothing is measured (see 'benchgate init')" ]
	work 2
	commit slower
	push origin main
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "a project that is a folder of its repository, with what it uses beside it" {
	mkdir sub
	git mv Makefile src sub
	policy ', "tiers": {"critical": {"paths": ["src/**", "../common/**"]}}'
	git mv benchgate.json sub
	mkdir common
	commit moved
	git push -q origin main
	cd sub/src
	install
	cd ../..
	echo text >doc.txt
	commit text
	push origin main
	[ "$stderr" = 'benchgate: nothing was measured: no file has changed that a benchmark depends on' ]
	echo more >common/file
	commit more
	push origin main
	[ "$status" -eq 0 ]
	[[ $output == *'1 cannot have changed'* ]]
	echo '#define TIMES 2' >sub/src/count.h
	commit slower
	push origin main
	[ "$status" -ne 0 ]
	[[ $output == *'REGRESSION steady: '* ]]
	# Where there is no such folder there is no such project.
	git checkout -q --orphan other
	git rm -rfq .
	echo text >text
	commit other
	push origin other
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "a program that is gone is said, or found in PATH" {
	cp "$program" ../mine
	run ../mine hook install --limit 10s --quiet
	[ "$status" -eq 0 ]
	rm ../mine
	work 2
	commit slower
	push --dry-run origin main
	[ "$status" -eq 0 ]
	[ "$stderr" = 'benchgate is gone: nothing was measured' ]
	PATH=$built:$PATH push origin main
	[ "$status" -ne 0 ]
	[[ $output == *'REGRESSION steady: '* ]]
}

@test "run by pre-commit: its variables instead of lines, by the entry of .pre-commit-hooks.yaml" {
	local entry
	entry=$(sed -n 's/^  entry: benchgate //p' "$repository/.pre-commit-hooks.yaml")
	work 2
	commit slower
	# shellcheck disable=SC2086  # words
	PRE_COMMIT_FROM_REF=HEAD~1 PRE_COMMIT_TO_REF=HEAD try $entry --limit 10s -q </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION steady: '* ]]
	# shellcheck disable=SC2086  # words
	PRE_COMMIT_FROM_REF=HEAD PRE_COMMIT_TO_REF=HEAD try $entry </dev/null
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "run reads git's lines, and says what is none" {
	try hook run --remote origin </dev/null
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	try hook run --remote origin <<<'what is this'
	[ "$status" -eq 0 ]
	[ "$stderr" = "benchgate: nothing was measured: 'what is this' is not a line for a pre-push hook; it must be LOCAL-REF HASH REMOTE-REF HASH" ]
}

@test "hook takes install, uninstall or run" {
	try hook
	fails 2 'benchgate: hook takes one of install, uninstall and run'
	try hook install run
	fails 2 'benchgate: hook takes one of install, uninstall and run'
	try hook instal
	fails 2 "benchgate: unknown hook action 'instal'; did you mean install[?] known actions: install, uninstall, run"
	try hook frobnicate
	fails 2 "benchgate: unknown hook action 'frobnicate'; known actions: install, uninstall, run"
	try hook install --limit 0
	fails 2 'benchgate: --limit must be above 0'
}
