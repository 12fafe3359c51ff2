#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What "responses" of the policy file do about alerts, with forges that take nothing but what the services' own
# descriptions allow.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli

sha=0123456789abcdef0123456789abcdef01234567

setup_file() {
	local kind
	cd "$BATS_FILE_TMPDIR" || return
	for kind in github gitlab; do
		echo '{}' >$kind.json
		/usr/bin/python3 "$support/forge_api.py" $kind $kind.json $kind.port 3>&- &
		echo $! >>servers
	done
	for kind in github gitlab; do until_true 200 test -s $kind.port; done
	alerted sort search copy index >base.json
	alerted sort=1.2 search copy index >head.json
}

teardown_file() {
	xargs kill <"$BATS_FILE_TMPDIR/servers"
}

alerted() { # BENCHMARK...
	/usr/bin/python3 "$support/alerted.py" "$@"
}

setup() {
	own_home
	rm -f "$BATS_FILE_TMPDIR"/*.json.wrong
	cp "$BATS_FILE_TMPDIR"/{base,head}.json .
	export PLANTED=planted-token
	unset "${!GITHUB_@}" "${!CI_@}" GITLAB_CI
	server=$BATS_FILE_TMPDIR/github.json
	echo '{}' >"$server"
	export GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project GITHUB_SHA=$sha GITHUB_REF=refs/heads/main \
		GITHUB_SERVER_URL=https://github.example GITHUB_RUN_ID=99
	GITHUB_API_URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/github.port")
	export GITHUB_API_URL
}

teardown() {
	! cat "$BATS_FILE_TMPDIR"/*.json.wrong 2>/dev/null
}

responses() { # RESPONSES [CHANNEL-TYPE]
	cat >benchgate.json <<-END
		{
			"channels": { "review": { "type": "${2:-github}", "token": { "env": "PLANTED" }, "comment": "never" } },
			"notify": { "state": "state.json" },
			"responses": { $1 }
		}
	END
}

tell() { # ARGUMENT...
	try notify head.json --against base.json "$@"
	[ "$status" -eq 0 ]
	! grep -rF planted-token .
}

# Another run
measured() { # BENCHMARK...
	alerted "$@" >head.json
}

has() { # EXPRESSION
	holds "$server" "$1"
}

# A time of what responses did last, so long ago
aged() { # HOURS
	/usr/bin/python3 - "$1" <<-'PY'
		import datetime, json, sys
		state = json.load(open("state.json"))
		past = lambda text: (datetime.datetime.fromisoformat(text[:-1]) - datetime.timedelta(hours=float(sys.argv[1]))).isoformat() + "Z"
		for alert in state["alerts"]:
		    alert["since"] = past(alert["since"])
		for reaction in state["reactions"]:
		    reaction["at"] = past(reaction["at"])
		json.dump(state, open("state.json", "w"))
	PY
}

issue_story() { # BODY-MEMBER
	tell
	[[ $stderr == '' && $output == *'ticket: issue, new: sort'* ]]
	has "[r['method'] for r in it['asked']] == ['GET', 'POST', 'GET'] and len(it['issues']) == 1"
	has "it['issues'][0]['title'] == 'sort got worse on main' and '<!-- benchgate: alert ' in it['issues'][0]['$1']"
	has "'sort takes 20 % longer' in it['issues'][0]['$1']"
	tell
	has "len(it['asked']) == 3"
	measured sort=1.21 search copy index
	aged 2
	tell
	has "[r['method'] for r in it['asked']] == ['GET', 'POST', 'GET', '$2'] and '21 % longer' in it['issues'][0]['$1']"
	measured sort=0.7 search copy index
	tell
	[[ $output == *'ticket: issue, resolved: sort'* ]]
	has "it['issues'][0]['state'] == 'closed' and '**Passes again**' in it['issues'][0]['$1']"
	tell
	has "len(it['asked']) == 5"
	measured sort=1.3 search copy index
	tell
	has "it['issues'][0]['state'] in ('open', 'opened') and len(it['issues']) == 1"
	# What is remembered is lost: the mark in the issue is found.
	rm state.json
	tell
	has "len(it['issues']) == 1 and [r['method'] for r in it['asked']][-2:] == ['GET', '$2']"
}

@test "github: an alert has one issue: opened, updated, closed, opened again, found again" {
	responses '"ticket": { "action": "issue", "labels": ["performance"] }'
	issue_story body PATCH
	has "it['issues'][0]['labels'] == ['performance']"
}

@test "gitlab: the same" {
	unset "${!GITHUB_@}"
	server=$BATS_FILE_TMPDIR/gitlab.json
	echo '{"prefix": "/api/v4"}' >"$server"
	export GITLAB_CI=true CI_PROJECT_ID=12 CI_COMMIT_SHA=$sha CI_COMMIT_REF_NAME=main
	CI_API_V4_URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/gitlab.port")/api/v4
	export CI_API_V4_URL
	responses '"ticket": { "action": "issue" }' gitlab
	issue_story description PUT
}

@test "a status of those that a response is about; a re-run once for all of a run, and none by a run that was one" {
	responses '"mark": { "action": "status", "severity": "critical", "condition": "NOT benchmark ~ \"index*\"" },
		"again": { "action": "rerun", "workflow": "bench.yml", "ref": "main", "inputs": { "benchmarks": "{benchmarks}", "of": "{commit_hash}" } }'
	measured sort=1.2 search=1.3 copy index=1.4
	GITHUB_EVENT_NAME=workflow_dispatch tell
	[[ $output == *'again: this run was itself asked for'* ]]
	has "it['statuses'][-1]['state'] == 'failure' and it['statuses'][-1]['context'] == 'benchgate/mark' and it['statuses'][-1]['description'].startswith('2 alerts')"
	tell
	has "[(d['workflow'], d['ref'], d['inputs']) for d in it['dispatched']] == [('bench.yml', 'main', {'benchmarks': 'index,search,sort', 'of': '$sha'})]"
	tell
	# One of them is in doubt.
	measured sort=0.7 search copy index=1.4
	tell
	has "it['statuses'][-1]['state'] == 'failure' and it['statuses'][-1]['description'].startswith('search takes ')"
	measured sort=0.7 search=0.7 copy index=1.4
	tell
	has "len(it['dispatched']) == 1 and it['statuses'][-1]['state'] == 'success'"
}

@test "commands: most severe first, so many a run, not twice, within their budget; what they did is listed" {
	responses '"own": { "action": "command", "max_per_run": 2, "command": "cat >>said; echo $BENCHGATE_KIND $BENCHGATE_BENCHMARK $BENCHGATE_SEVERITY >>did" },
		"slow": { "action": "command", "condition": "benchmark = \"copy\"", "budget": "200ms", "command": ["sleep", "20"] }'
	measured sort=1.2 search=1.3 copy=1.4 index
	tell --dry-run
	[[ $output == *"own: command, new: copy takes "*"run /bin/sh -c 'cat >>said; echo"*'slow: command, new: copy'*'run sleep 20'* && ! -e did && ! -e state.json ]]
	tell
	[ "$(<did)" = $'new copy critical\nnew search critical' ]
	[[ $output == *'own: 1 more alert waits for a later run: max_per_run is 2'* ]]
	[[ $stderr == 'benchgate: warning: slow: command, new: copy: it took longer than '* ]]
	head -1 said >one
	holds one "it['response'] == 'own' and it['alerts'][0]['benchmark'] == 'copy' and it['bad_commit'] == '$sha'"
	tell
	[ "$(tail -n +3 did)" = 'new sort critical' ]
	[[ $output == *'slow: not before '*' (its cool-down): copy takes '* ]]
	tell
	[ "$(wc -l <did)" -eq 3 ]
	try alerts log
	[[ ${lines[0]} == *'  own (command, new): copy: done, '* && $output == *'slow (command, new): copy: it took longer than '* ]]
	valid state.json alerts-schema
	try notify head.json --against base.json --strict-notify
	[ "$status" -eq 0 ]
	aged 2
	try notify head.json --against base.json --strict-notify
	[ "$status" -eq 3 ]
}

@test "a change's own policy file starts no command" {
	git init -q
	git add .
	git commit -qm base
	git update-ref refs/remotes/origin/main HEAD
	responses '"own": { "action": "command", "command": "touch did" }'
	export GITHUB_BASE_REF=main GITHUB_REF=refs/pull/7/merge GITHUB_HEAD_REF=topic
	try notify head.json --against base.json
	fails 2 '*of the base names no channels and no responses*'
	[ ! -e did ]
	tell --policy-from=head
	[ -e did ]
}

@test "what is wrong with a response is one line" {
	responses '"review": { "action": "issue" }'
	try config check
	fails 2 'benchgate: benchgate.json: responses.review has the name of a channel; it must have another'
}
