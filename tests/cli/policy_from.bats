#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Whose policy file says who is told: that of the branch that a change is for, not the change's own.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	own_home
	export told=$BATS_TEST_TMPDIR/told
	git init -q
	turns_source >turns.c
	printf '*.so\n*.json\n!benchgate.json\n' >.gitignore
	shared gate.so turns.c
	policy main
	git add -A
	git commit -q -m first
	git switch -q -c topic
	policy topic
	git commit -q -a -m 'tells others'
	# Whatever was measured, there is something to tell.
	export CI=true GITHUB_BASE_REF=main
}

# The channel appends its name to a file.
policy() { # NAME
	cat >benchgate.json <<-END
		{ "suite": "./gate.so",
		  "alert_rules": [{ "name": "any", "condition": "change_percent > -1000" }],
		  "channels": { "$1": { "type": "command", "command": "echo $1 >>'$told'" } } }
	END
}

compare() { # ARGUMENT...
	try compare ./gate.so ./gate.so --measure-identical -q --only steady --time 1ms --units 1 --counts=none --out head.json --base-out base.json "$@"
}

who() {
	sort -u "$told" | tr '\n' ' '
	rm "$told"
}

@test "for a pull request it is the base's, and the change's own where that is asked for" {
	compare
	[ "$(who)" = 'main ' ]
	rm -r "$HOME/.local"
	compare --policy-from head
	[ "$(who)" = 'topic ' ]
	rm -r "$HOME/.local"
	unset GITHUB_BASE_REF
	compare
	[ "$(who)" = 'topic ' ]
	rm -r "$HOME/.local"
	compare --policy-from base
	[ "$(who)" = 'main ' ]
}

@test "every CI system has its own way to say that it tests a change" {
	local said
	unset GITHUB_BASE_REF
	for said in ghprbTargetBranch=main CIRRUS_BASE_BRANCH=main 'TRAVIS_PULL_REQUEST=7 TRAVIS_BRANCH=main' \
		'APPVEYOR_PULL_REQUEST_NUMBER=7 APPVEYOR_REPO_BRANCH=main' CIRCLE_PR_NUMBER=7 \
		CIRCLE_PULL_REQUEST=https://localhost/pull/7; do
		# shellcheck disable=SC2163,SC2086  # words of NAME=VALUE
		(export $said && compare)
		echo "$said"
		[ "$(who)" = 'main ' ]
		rm -r "$HOME/.local"
	done
	for said in 'TRAVIS_PULL_REQUEST=false TRAVIS_BRANCH=main' APPVEYOR_REPO_BRANCH=main GITHUB_BASE_REF=; do
		# shellcheck disable=SC2163,SC2086  # words of NAME=VALUE
		(export $said && compare)
		echo "$said"
		[ "$(who)" = 'topic ' ]
		rm -r "$HOME/.local"
	done
}

@test "a tag that is called as the base's branch does not take its place" {
	git tag main topic
	compare
	[ "$(who)" = 'main ' ]
	rm -r "$HOME/.local"
	git remote add origin .
	git update-ref refs/remotes/origin/main refs/heads/main
	git update-ref -d refs/heads/main
	compare
	[ "$(who)" = 'main ' ]
}

@test "a base without a policy file, or without channels, tells nobody" {
	git switch -q main
	git rm -q --cached benchgate.json
	git commit -q -m none
	git switch -q -f topic
	compare
	[ ! -e "$told" ]
	[ -z "$stderr" ]
}

@test "where the base's file cannot be read nobody is told, and a line says so" {
	GITHUB_BASE_REF=nowhere compare
	[ ! -e "$told" ]
	[[ $stderr == "benchgate: warning: nobody is told, because the base's policy file says who would be (--policy-from=head takes this one): unknown revision 'nowhere'"* ]]
	git switch -q main
	echo '{' >benchgate.json
	git commit -q -a -m broken
	git switch -q topic
	compare
	[ ! -e "$told" ]
	[[ $stderr == *'benchgate.json of main: '* ]]
}

@test "without channels, nobody hears that the base's file cannot be read, unless that is to be a failure" {
	echo '{ "suite": "./gate.so" }' >benchgate.json
	GITHUB_BASE_REF=nowhere compare
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	GITHUB_BASE_REF=nowhere compare --strict-notify
	[ "$status" -eq 3 ]
	[[ $stderr == 'benchgate: warning: nobody is told, '*"unknown revision 'nowhere'"* ]]
}

@test "merge and report tell nobody unless they are asked to; notify is asked" {
	compare --shard 1/1
	rm -f "$told"
	try merge head.json --against base.json
	try report head.json --against base.json
	[ ! -e "$told" ]
	try merge head.json --against base.json --notify auto
	[ "$(who)" = 'main ' ]
	rm -r "$HOME/.local"
	try notify head.json --against base.json
	[ "$(who)" = 'main ' ]
}

@test "a secret does not go over http:// to another machine" {
	unset GITHUB_BASE_REF
	cat >benchgate.json <<-'END'
		{ "suite": "./gate.so",
		  "alert_rules": [{ "name": "any", "condition": "change_percent > -1000" }],
		  "channels": { "hook": { "type": "webhook", "url": "http://192.0.2.1/in", "auth": { "env": "HOOK_SECRET" } } } }
	END
	HOOK_SECRET=0123456789abcdef compare --strict-notify
	[ "$status" -eq 3 ]
	[[ $stderr == *'hook'*'a secret would go there by http://'*'must begin with https://'* ]]
	[[ $stderr != *0123456789abcdef* ]]
}

@test "what only begins like the address of this machine is another machine" {
	unset GITHUB_BASE_REF
	cat >benchgate.json <<-'END'
		{ "suite": "./gate.so",
		  "alert_rules": [{ "name": "any", "condition": "change_percent > -1000" }],
		  "channels": { "hook": { "type": "webhook", "secret_url": { "env": "HOOK_URL" }, "auth": { "env": "HOOK_SECRET" } } } }
	END
	export HOOK_SECRET=0123456789abcdef HOOK_URL
	for HOOK_URL in http://127.0.0.1.example.invalid/ http://localhost:1@example.invalid/ http://localhost.invalid/; do
		compare --strict-notify
		[ "$status" -eq 3 ]
		[[ $stderr == *'hook'*'a secret would go there by http://'* ]]
	done
	# Nobody listens there, but it may go.
	for HOOK_URL in http://127.0.0.1:1/ http://LOCALHOST:1/ 'http://[::1]:1/'; do
		compare --strict-notify
		[[ $stderr == *'hook'* && $stderr != *'a secret would go there'* ]]
	done
}
