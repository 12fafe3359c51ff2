#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A pull request from end to end: the steps of .github/actions/benchgate as they are written there, in a small repository.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; not to be run
load ../support/cli
load ../support/pull_request

action=$repository/.github/actions/benchgate/action.yml

setup() {
	skip_when_sanitized 'is too slow for its times to be judged'
	make_project
}

measure_change() { # INPUT=VALUE...
	as_on_github
	run_action "$action" "$@"
	reports=$(output_of reports)
}

@test "a change that slows a kernel: exit code 1, an annotation at its line, a summary and the reports" {
	slow_down hash 300
	main_moves_on
	measure_change tier=critical
	[ "$status" -eq 1 ]
	[ "$(output_of exit-code)" = 1 ]
	[ "$(output_of verdict)" = REGRESSION ]
	[ "$(output_of regressions)" = 1 ]
	grep -qE '^::error file=hash\.c,line=9,title=REGRESSION hash::hash: .*\+(2[7-9]|3[0-3])\.' <<<"$output"
	# The log has the table, too, and main's own change is not held against this one.
	grep -q "^base: merge base of main and HEAD ($(git rev-parse --short=7 main~1)), head: the working tree" <<<"$output"
	grep -qE '^hash .* REGRESSION$' <<<"$output"
	grep -qE '^mix .* (PASS|INCONCLUSIVE)$' <<<"$output"
	grep -q '^## Performance: REGRESSION$' "$GITHUB_STEP_SUMMARY"
	[ "$(cd "$reports" && echo *)" = 'base.json head.json junit.xml pull-request report.html report.md verdict.json' ]
	[ "$(cat "$reports/pull-request")" = 7 ]
	grep -q '^## Performance: REGRESSION$' "$reports/report.md"
	valid "$reports/verdict.json" verdict-schema
	well_formed "$reports/junit.xml"
	# A failing step does not keep them from being uploaded, and what was built before for the base's commit is taken, not kept.
	grep -q "^uses actions/upload-artifact name=benchgate path=$reports retention-days=30 " <<<"$output"
	grep -q "^uses actions/cache/restore path=~/.cache/benchgate key=benchgate-Linux-X64-$(git rev-parse main~1) " <<<"$output"
	lacks '^uses actions/cache/save path=~/.cache/benchgate ' <<<"$output"
	lacks '^uses actions/cache path' <<<"$output"
	[ -n "$(find "$HOME/.cache/benchgate" -name suite.so)" ]
	grep -qE '^uses actions/cache/restore path=~/.local/state/benchgate/alerts key=benchgate-alerts-performance-Linux-X64-[0-9a-f]{16}-17-2 restore-keys=benchgate-alerts-performance-Linux-X64-[0-9a-f]{16}-$' <<<"$output"
	grep -qE '^uses actions/cache/save path=~/.local/state/benchgate/alerts key=benchgate-alerts-performance-Linux-X64-[0-9a-f]{16}-17-2$' <<<"$output"
	[ -d "$HOME/.local/state/benchgate/alerts" ]
	# What is uploaded can be judged again elsewhere.
	try report "$reports/head.json" --against "$reports/base.json" --exit-code
	[ "$status" -eq 1 ]
}

@test "a change that slows nothing: exit code 0" {
	echo 'more to read' >README
	git add README
	git commit -q -m 'says more'
	measure_change
	[ "$status" -eq 0 ]
	[ "$(output_of verdict)" = PASS ]
	[ "$(output_of regressions)" = 0 ]
	[[ $output != *::error* ]]
	grep -q '^## Performance: PASS$' "$GITHUB_STEP_SUMMARY"
	grep -q "^uses actions/upload-artifact " <<<"$output"
}

@test "the same code, measured all the same: exit code 0" {
	measure_change args=--measure-identical
	[ "$status" -eq 0 ]
	[[ $output != *::error* ]]
}

@test "as GitHub merges it: HEAD is a merge, only origin has the branch, and a comment is not wanted" {
	slow_down hash 300
	main_moves_on
	git push -q origin topic
	git clone -q "file://$BATS_TEST_TMPDIR/origin.git" ../clone
	cd ../clone
	git checkout -q --detach origin/main
	git merge -q -m merged origin/topic
	git branch -q -D main
	measure_change comment=false
	[ "$status" -eq 1 ]
	# What main brought is on both sides.
	grep -q "^base: merge base of main and HEAD ($(git rev-parse --short=7 origin/main)), " <<<"$output"
	[ "$(output_of regressions)" = 1 ]
	grep -q '^::error file=hash\.c,' <<<"$output"
	[ ! -e "$reports/pull-request" ]
}

@test "a checkout without the history: exit code 4, and a line says what to write" {
	slow_down hash 300
	git push -q origin topic
	git clone -q --depth 1 -b topic "file://$BATS_TEST_TMPDIR/origin.git" ../clone
	cd ../clone
	measure_change
	[ "$status" -eq 4 ]
	grep -q "^::error title=benchgate::the checkout does not reach back to .* main: give actions/checkout 'fetch-depth: 0'$" <<<"$output"
	[[ $output != *upload-artifact* ]]
}

@test "the other inputs: a suite, a base, more reports, the policy file, the name of the artefact" {
	make -s suite.so
	echo '{"tiers": {"critical": {"regression_threshold": "90%"}}, "suite": "./suite.so", "build": "make -s suite.so"}' >lax.json
	git add lax.json
	slow_down hash 300
	make -s -B suite.so
	measure_change suite=./suite.so base=HEAD~1 config=lax.json artifact=own retention-days=90 \
		report=$'openmetrics=metrics.txt\nbadge=badge.svg' args=$'--time=10ms\n--units=2'
	[ "$status" -eq 0 ]
	grep -q "^base: merge base of HEAD~1 and HEAD .*, head: ./suite.so" <<<"$output"
	[ "$(tail -n 1 "$reports/metrics.txt")" = '# EOF' ]
	[ -s "$reports/badge.svg" ]
	grep -q "^uses actions/upload-artifact name=own .* retention-days=90 " <<<"$output"
}

@test "a push, with nothing to compare with: it is measured alone" {
	make -s suite.so
	as_on_github
	export GITHUB_BASE_REF='' GITHUB_EVENT_NAME=push
	echo '{}' >"$GITHUB_EVENT_PATH"
	run_action "$action" args=$'--time=10ms\n--processes=2'
	[ "$status" -eq 0 ]
	grep -q 'no baseline for this machine yet' <<<"$output"
	lacks '^uses actions/cache ' <<<"$output"
	[ ! -e "$(output_of reports)/pull-request" ]
}

@test "inputs are never read as shell" {
	measure_change 'tier=$(touch pwned)' 'args=`touch pwned`'
	[ "$status" -eq 2 ]
	[ ! -e pwned ]
	measure_change 'base=main; touch pwned'
	[ "$status" -eq 2 ]
	[ ! -e pwned ]
}

@test "a project below the checkout's top, with a program that is named" {
	mkdir sub
	git mv -k ./* .gitignore sub
	git commit -q -m moved
	rm ../bin/benchgate
	ln -s "$program" sub/own-benchgate
	echo own-benchgate >>sub/.gitignore
	git add -A
	git commit -q -m 'its own'
	(cd sub && slow_down hash 300)
	measure_change working-directory=sub benchgate=./own-benchgate base=HEAD~1
	[ "$status" -eq 1 ]
	grep -q '^::error file=hash\.c,line=9,' <<<"$output"
}

@test "where there is no benchgate, it is built from what the action came with" {
	rm ../bin/benchgate
	mkdir -p ../elsewhere/.github/actions
	cp -r "${action%/*}" ../elsewhere/.github/actions
	printf 'setup:\n\techo set up\nall:\n\tmkdir build\n\tln -s %q build/benchgate\n' "$program" >../elsewhere/Makefile
	as_on_github
	run_action ../elsewhere/.github/actions/benchgate/action.yml
	[ "$status" -eq 0 ]
	grep -q '^set up$' <<<"$output"
	[ "$(output_of verdict)" = PASS ]
}

@test "branches whose names have a comma, or begin alike, have keys of their own for what was told" {
	local -A keys
	for ref in refs/heads/a refs/heads/a-b refs/heads/a,b refs/pull/7/merge; do
		ref=$ref measure_change benchgate=/bin/true base=none
		key=$(sed -n 's/^uses actions.cache.restore .* restore-keys=\([^ ]*\)$/\1/p' <<<"$output")
		[[ $key =~ ^[a-zA-Z0-9-]+$ ]]
		keys[$key]=$ref
	done
	[ "${#keys[@]}" -eq 4 ]
	for one in "${!keys[@]}"; do
		for other in "${!keys[@]}"; do [ "$one" = "$other" ] || [[ $other != "$one"* ]]; done
	done
}
