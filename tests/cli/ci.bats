#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The workflows and actions as files: what actionlint, shellcheck and our own rules say of them.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/ci_linters

setup() {
	cd "$repository" || exit
	workflows=(.github/workflows/*.yml)
	actions=(.github/actions/*/action.yml)
}

check() { # FILE...
	run /usr/bin/python3 "$support/ci_files.py" check "$@"
	echo "$output"
}

@test "actionlint finds nothing in the workflows, and something in one that is wrong" {
	install_linters
	actionlint "${workflows[@]}"
	[ "$status" -eq 0 ]
	sed 's/runs-on:.*/runs-on: ubuntu-1.0/; s/github.event_name ==/github.event_nam ==/' .github/workflows/fast.yml >"$BATS_TEST_TMPDIR/wrong.yml"
	actionlint "$BATS_TEST_TMPDIR/wrong.yml"
	[ "$status" -eq 1 ]
	[[ $output == *ubuntu-1.0* ]]
	[[ $output == *event_nam* ]]
}

@test "pinned by commit, nothing pasted into shell, few rights, an end to each job" {
	check "${workflows[@]}" "${actions[@]}"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "what breaks these rules is found" {
	cat >"$BATS_TEST_TMPDIR/wrong.yml" <<-'END'
		on: push
		jobs:
		  one:
		    runs-on: ubuntu-24.04
		    steps:
		      - uses: actions/checkout@v6
		      - uses: actions/cache@cdf6c1fa76f9f475f3d7449005a359c84ca0f306
		        with: { key: "a-${{ github.head_ref }}" }
		      - run: echo ${{ github.head_ref }}
	END
	check "$BATS_TEST_TMPDIR/wrong.yml"
	[ "$status" -eq 1 ]
	for fault in 'is not pinned by a whole commit' 'no version behind the commit' 'pasted into the shell' 'its shell' \
		'no permissions' 'no concurrency' 'no timeout' 'the token stays' "a branch's name in a key"; do
		[[ $output == *"$fault"* ]]
	done
}

@test "shellcheck finds nothing in their steps" {
	/usr/bin/python3 "$support/ci_files.py" scripts "$BATS_TEST_TMPDIR" "${workflows[@]}" "${actions[@]}"
	[ "$(find "$BATS_TEST_TMPDIR" -name '*.bash' | wc -l)" -ge 8 ]
	shellcheck "$BATS_TEST_TMPDIR"/*.bash
}

@test "who may write, when they run, and how long what they find is kept" {
	local all
	all=$(/usr/bin/python3 "$support/ci_files.py" rights "${workflows[@]}" | sort)
	echo "$all"
	[ "$all" = "check check 90 -
comment comment 5 - pull-requests
daily all 60 -
daily release 30 -
daily tell 5 - issues
fast critical 5 -
release build 30 -
release check 60 -
release measure 60 -
release release 15 release attestations contents id-token" ]
	grep -q "cron: '0 2 \* \* \*'" .github/workflows/daily.yml
	grep -q "retention-days: '90'" .github/workflows/daily.yml
	grep -q 'continue-on-error: true' .github/workflows/daily.yml
	/usr/bin/python3 -c 'import yaml; on = yaml.safe_load(open(".github/workflows/fast.yml"))[True]; assert on["push"] == {"branches": ["**"]} and "pull_request" in on'
	grep -q "default: '30'" .github/actions/benchgate/action.yml
	# A stranger's change is never run with rights or secrets.
	run -1 grep -rE 'pull_request_target|secrets\.' .github/workflows .github/actions
	run -1 grep -iE 'token|gh api|curl' .github/actions/benchgate/action.yml .github/workflows/fast.yml
}

@test "the revisions that the workflows measure are built as their policy file says" {
	skip_when_sanitized 'is built with flags that the kernels then lack'
	cd "$BATS_TEST_TMPDIR"
	cp -r "$repository/"{Makefile,src,include,.benchgate.json} .
	try config check
	[ "$status" -eq 0 ]
	env -u B sh -c "$(sed -n 's/.*"build": "\(.*\)"/\1/p' .benchgate.json)"
	try list --tier=critical
	[ "$status" -eq 0 ]
	[[ $output == *vector_similarity_768d_1000c* ]]
}
