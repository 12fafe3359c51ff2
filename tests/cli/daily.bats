#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The issue about the daily run: scripts/ci/issue.sh as daily.yml runs it, against as much of GitHub as it asks.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli

sha=0123456789012345678901234567890123456789
machines=(one two)

setup() {
	export GH_TOKEN=secret GITHUB_REPOSITORY=us/project GITHUB_SHA=$sha RUN_URL=http://localhost/run
	echo '{}' >state.json
	/usr/bin/python3 "$support/forge_api.py" github state.json port 3>&- &
	server=$!
	until_true 100 test -s port
	GITHUB_API_URL=http://127.0.0.1:$(cat port)
	export GITHUB_API_URL
}

teardown() {
	kill "$server"
	[ ! -e state.json.wrong ] || {
		cat state.json.wrong
		return 1
	}
}

# What the machines say: WORD...
found() {
	local i=0 word
	rm -rf found
	for word; do
		mkdir -p "found/daily-${machines[i]}"
		[ "$word" = none ] || {
			printf '{"summary": {"overall_status": "%s"}}\n' "$word" >"found/daily-${machines[i]}/verdict.json"
			printf '## Performance: %s\n\n`hash` by @somebody\n' "$word" >"found/daily-${machines[i]}/report.md"
		}
		i=$((i + 1))
	done
}

tell() { # WORD...
	found "$@"
	rm -f state.json.log
	run timeout 30 "$repository/scripts/ci/issue.sh" found "${machines[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
}

said() { # EXPRESSION
	query state.json "$1"
}

nothing_sent() {
	run ! grep -E '^(POST|PATCH)' state.json.log
}

@test "all good, or inconclusive: there is nothing to tell" {
	tell PASS LAYOUT
	[ "$output" = 'nothing to tell' ]
	nothing_sent
	tell INCONCLUSIVE NEW
	[ "$output" = 'nothing to tell' ]
	nothing_sent
}

@test "a regression opens an issue, with the reports and where they come from; nobody is called by it" {
	tell PASS REGRESSION
	[ "$output" = 'opened: http://localhost/issue-1' ]
	[ "$(said '[i["title"] for i in it["issues"]]')" = "['Daily benchmarks: REGRESSION on two']" ]
	said 'it["issues"][0]["body"]' >body
	head -n 1 body | grep -q '^<!-- benchgate: '
	grep -qF "Measured at $sha by [this run](http://localhost/run), in turn with" body
	grep -q '^## one: PASS$' body
	grep -q '^## two: REGRESSION$' body
	grep -q '^## Performance: REGRESSION$' body
	run ! grep '@somebody' body
	grep -q '^POST /repos/us/project/issues Bearer secret$' state.json.log
	[[ $output != *secret* ]]
}

@test "it is brought up to date without a word, with one when something else is wrong, and closed when all is good" {
	tell PASS REGRESSION
	GITHUB_SHA=${sha//0/f} tell INCONCLUSIVE REGRESSION
	[ "$output" = 'updated: http://localhost/issue-1' ]
	[ "$(said 'len(it.get("comments", []))')" = 0 ]
	[[ $(said 'it["issues"][0]["body"]') == *"Measured at ${sha//0/f}"* ]]
	tell FAILED REGRESSION
	[ "$(said '[i["title"] for i in it["issues"]]')" = "['Daily benchmarks: FAILED on one, REGRESSION on two']" ]
	[ "$(said '[c["body"] for c in it["comments"]]')" = "['Now: FAILED on one, REGRESSION on two.']" ]
	# What is inconclusive may still be there.
	tell PASS INCONCLUSIVE
	[ "$(said 'it["issues"][0]["state"]')" = open ]
	[ "$(said 'it["issues"][0]["title"]')" = 'Daily benchmarks: inconclusive' ]
	tell PASS PASS
	[ "$output" = 'closed: http://localhost/issue-1' ]
	[ "$(said 'it["issues"][0]["state"]')" = closed ]
	[ "$(said 'it["comments"][-1]["body"]')" = "All good at $sha ([this run](http://localhost/run))." ]
	tell PASS PASS
	nothing_sent
	# The next one is a new issue.
	tell REGRESSION PASS
	[ "$output" = 'opened: http://localhost/issue-2' ]
}

@test "a run without a report is told, be it one machine's or all" {
	tell PASS none
	[ "$(said 'it["issues"][0]["title"]')" = 'Daily benchmarks: no report on two' ]
	tell
	[ "$(said 'it["issues"][0]["title"]')" = 'Daily benchmarks: no report on one, no report on two' ]
	rm -rf found
	echo '{"summary"' >broken
	found PASS PASS
	cp broken found/daily-two/verdict.json
	run "$repository/scripts/ci/issue.sh" found "${machines[@]}"
	[ "$(said 'it["issues"][0]["title"]')" = 'Daily benchmarks: no report on two' ]
}

@test "only ours is changed, and it is found behind a hundred others" {
	tell PASS REGRESSION
	/usr/bin/python3 - <<-'END'
		import json
		it = json.load(open("state.json"))
		ours = it["issues"][0]
		others = [{"number": n, "user": {"login": "somebody"}, "title": "x", "body": ours["body"], "state": "open"} for n in range(2, 130)]
		others.append({**ours, "number": 130, "pull_request": {}})
		others.append({**ours, "number": 131, "body": None})
		it["issues"] = [ours, *others]
		json.dump(it, open("state.json", "w"))
	END
	tell PASS PASS
	[ "$(grep -c '^GET' state.json.log)" -eq 2 ]
	grep -q '^PATCH /repos/us/project/issues/1 ' state.json.log
	[ "$(said '[i["number"] for i in it["issues"] if i["state"] == "closed"]')" = '[1]' ]
}

@test "a server that refuses is an error, not silence" {
	echo '{"faults": [{"on": "POST", "status": 403}]}' >state.json
	found PASS REGRESSION
	run timeout 30 "$repository/scripts/ci/issue.sh" found "${machines[@]}"
	[ "$status" -ne 0 ]
	[[ $output != *opened* ]]
}

@test "the largest reports fit" {
	found REGRESSION REGRESSION
	head -c 300000 /dev/zero | tr '\0' '@' | tee found/daily-one/report.md >found/daily-two/report.md
	run timeout 30 "$repository/scripts/ci/issue.sh" found "${machines[@]}"
	[ "$status" -eq 0 ]
	[ "$(said 'len(it["issues"][0]["body"]) <= 65536')" = True ]
}

@test "daily.yml tells of the machines that it measures on, and of main alone" {
	/usr/bin/python3 - "$repository/.github/workflows/daily.yml" <<-'END'
		import sys, yaml
		jobs = yaml.safe_load(open(sys.argv[1]))["jobs"]
		machines = jobs["all"]["strategy"]["matrix"]["runner"]
		tell = jobs["tell"]
		assert tell["needs"] == "all" and "github.ref_name == 'main'" in tell["if"] and "!cancelled()" in tell["if"]
		step = tell["steps"][-1]
		assert step["run"].split()[2:] == machines, step["run"]
		assert jobs["all"]["steps"][-1]["with"]["artifact"] == "daily-${{ matrix.runner }}"
		assert tell["steps"][1]["with"]["pattern"] == "daily-*"
	END
}
