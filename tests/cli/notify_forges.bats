#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What pull requests and merge requests are told, by servers that take nothing but what the services' own descriptions
# allow (tests/data/github_api.json, gitlab_api.json).

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli
load ../support/golden

sha=0123456789abcdef0123456789abcdef01234567
mark='<!-- benchgate: the report of a pull request -->'

setup_file() {
	local kind
	cd "$BATS_FILE_TMPDIR" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=elsewhere \
		-keyout key.pem -out cert.pem 2>/dev/null
	cat key.pem cert.pem >certificate.pem
	for kind in github gitlab; do
		echo '{}' >$kind.json
		/usr/bin/python3 "$support/forge_api.py" $kind $kind.json $kind.port 3>&- &
		echo $! >>servers
	done
	echo '{}' >untrusted.json
	/usr/bin/python3 "$support/forge_api.py" github untrusted.json untrusted.port certificate.pem 3>&- &
	echo $! >>servers
	for kind in github gitlab untrusted; do until_true 200 test -s $kind.port; done
}

teardown_file() {
	xargs kill <"$BATS_FILE_TMPDIR/servers"
}

setup() {
	own_home
	story
	rm -f "$BATS_FILE_TMPDIR"/*.json.wrong "$BATS_FILE_TMPDIR"/*.json.log
	export PLANTED=planted-token
	unset "${!GITHUB_@}" "${!CI_@}" GITLAB_CI
	on_github
}

teardown() {
	! cat "$BATS_FILE_TMPDIR"/*.json.wrong 2>/dev/null
}

# As a runner of pull request 7 says it
on_github() {
	server=$BATS_FILE_TMPDIR/github.json
	echo '{}' >"$server"
	export GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project GITHUB_SHA=${sha//0/f} GITHUB_REF=refs/pull/7/merge \
		GITHUB_HEAD_REF=topic GITHUB_SERVER_URL=https://github.example GITHUB_RUN_ID=99 GITHUB_EVENT_PATH=$PWD/event.json
	GITHUB_API_URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/github.port")
	export GITHUB_API_URL
	comes_from us/project
	channel github '"status": true'
}

on_gitlab() {
	unset "${!GITHUB_@}"
	server=$BATS_FILE_TMPDIR/gitlab.json
	echo '{}' >"$server"
	export GITLAB_CI=true CI_PROJECT_ID=12 CI_MERGE_REQUEST_IID=7 CI_COMMIT_SHA=$sha CI_COMMIT_REF_NAME=topic \
		CI_JOB_URL=https://gitlab.example/us/project/-/jobs/5
	CI_API_V4_URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/gitlab.port")/api/v4
	export CI_API_V4_URL
	serves '"prefix": "/api/v4"'
	channel gitlab '"status": true'
}

comes_from() { # REPOSITORY
	cat >event.json <<-END
		{"pull_request": {"number": 7, "head": {"sha": "$sha", "ref": "topic", "repo": {"full_name": "$1"}},
			"base": {"repo": {"full_name": "us/project"}}}}
	END
}

channel() { # TYPE KEYS [NOTIFY-KEYS]
	echo "{\"notify\": {${3:-}}, \"channels\": {\"review\": {\"type\": \"$1\", \"token\": {\"env\": \"PLANTED\"}, $2}}}" >benchgate.json
}

# What the server is to have, and to do amiss
serves() { # MEMBERS
	echo "{$1}" >"$server"
}

fault() { # ON STATUS MESSAGE [HEADERS]
	serves "\"faults\": [{\"on\": \"$1\", \"times\": 99, \"status\": $2, \"body\": {\"message\": \"$3\"}, \"headers\": {${4:-}}}]"
}

tell() { # ARGUMENT...
	try notify head.json --against base.json --config benchgate.json "$@"
}

told() {
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# It is nowhere but in the requests.
	run ! grep -rF planted-token .
}

# One warning, which names the channel, and the run goes on as if nothing were; nothing is left of earlier ones.
warns() { # PATTERN
	rm -rf "$HOME/.cache"
	tell
	[ "$status" -eq 0 ]
	# shellcheck disable=SC2053  # a pattern
	[[ $stderr == "benchgate: warning: review: "$1* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

asked() { # EXPRESSION of "METHOD PATH" texts
	holds "$server" "[r['method'] + ' ' + r['path'] for r in it['asked']] == $1"
}

has() { # EXPRESSION
	holds "$server" "$1"
}

@test "github: no comment yet: one is posted, and the commit's status" {
	told
	asked "['GET /repos/us/project/issues/7/comments?per_page=100&page=1', 'POST /repos/us/project/issues/7/comments', 'POST /repos/us/project/statuses/$sha']"
	has "it['comments'][0]['body'].startswith('$mark\n## Performance: REGRESSION\n')"
	has "'Measured at $sha by [this run](<https://github.example/us/project/actions/runs/99>).' in it['comments'][0]['body']"
	has "'### Alerts' in it['comments'][0]['body'] and '\n- **new**, critical: ' in it['comments'][0]['body']"
	has "it['statuses'][0]['state'] == 'failure' and it['statuses'][0]['target_url'].endswith('/runs/99')"
	has "it['statuses'][0]['description'].startswith('REGRESSION: ')"
	has "all(r['headers']['X-GitHub-Api-Version'] == '2022-11-28' for r in it['asked'])"
}

@test "github: the comment on the third page is changed, the next run's too, nothing is posted twice" {
	serves "\"comments\": $(/usr/bin/python3 -c "import json; print(json.dumps([{'id': i, 'user': {'login': 'x'}, 'body': '$mark old' if i == 250 else 'text'} for i in range(260)]))")"
	told
	has "[r['path'][-6:] for r in it['asked'] if r['method'] == 'GET'] == ['page=1', 'page=2', 'page=3']"
	has "[r['path'] for r in it['asked'] if r['method'] == 'PATCH'] == ['/repos/us/project/issues/comments/250']"
	told
	has "len(it['comments']) == 260 and 'Performance' in it['comments'][250]['body']"
}

@test "github: deleted between finding and changing it: posted anew" {
	serves "\"comments\": [{\"id\": 3, \"user\": null, \"body\": \"$mark\"}], \"faults\": [{\"on\": \"PATCH\", \"how\": \"forget\"}]"
	told
	has "[r['method'] for r in it['asked']] == ['GET', 'PATCH', 'POST', 'POST'] and len(it['comments']) == 1"
}

# As the head was measured once more: so many per cent slower than the base.
measured() { # ID PERCENT
	/usr/bin/python3 - "$@" <<-'PY'
		import json, sys
		head = json.load(open("head.json"))
		name, percent = sys.argv[1], float(sys.argv[2])
		head["benchmarks"] = [b for b in head["benchmarks"] if b["name"] == "search"]
		head["metrics"] = [m for m in head["metrics"] if m["benchmark"] == "search"]
		values = head["metrics"][0]["process_values"]
		middle = sum(values) / len(values)
		head["metrics"][0]["process_values"] = [round(v / middle * 5000 * (1 + percent / 100), 3) for v in values]
		head["benchmark_run"].update(id=f"{int(name):016x}", status="complete", timestamp=f"2026-11-2{name}T02:00:00Z")
		json.dump(head, open("head.json", "w"))
	PY
}

says() { # TEXT...
	local text
	query "$server" 'it["comments"][0]["body"]' >body
	for text; do grep -F -- "$text" body; done
}

@test "github: one comment tells of an alert from its first run to its last" {
	channel github '"comment": "news"'
	rm baselines/accepted.json
	/usr/bin/python3 - <<-'PY'
		import json
		base = json.load(open("base.json"))
		base["benchmarks"] = {"search": base["benchmarks"]["search"]}
		json.dump(base, open("base.json", "w"))
	PY
	measured 1 12
	told
	says '## Performance: REGRESSION' '- **new**, critical: search'
	measured 2 12
	told
	says '- **standing**, critical, 2 runs since '
	measured 3 0
	told
	says '## Performance: PASS' '- **passes again**, was critical'
	measured 4 0
	told
	says '## Performance: PASS'
	run ! grep -F Alerts body
	has "[r['method'] for r in it['asked']] == ['GET', 'POST'] + ['GET', 'PATCH'] * 3 and len(it['comments']) == 1"
}

@test "github: nothing to say: nothing is posted, what was posted is set right" {
	/usr/bin/python3 - <<-'PY'
		import json
		head = json.load(open("head.json"))
		head["benchmarks"] = [b for b in head["benchmarks"] if b["name"] == "index"]
		head["metrics"] = [m for m in head["metrics"] if m["benchmark"] == "index"]
		head["benchmark_run"]["status"] = "complete"
		json.dump(head, open("head.json", "w"))
	PY
	channel github '"comment": "news"'
	try notify head.json --config benchgate.json
	[ "$status" -eq 0 ]
	asked "['GET /repos/us/project/issues/7/comments?per_page=100&page=1']"
	serves "\"comments\": [{\"id\": 3, \"user\": null, \"body\": \"$mark\"}]"
	try notify head.json --config benchgate.json
	has "'Performance: NEW' in it['comments'][0]['body']"
}

@test "github: 120 annotations in three requests" {
	/usr/bin/python3 - <<-'PY'
		import copy, json
		base, head = json.load(open("base.json")), json.load(open("head.json"))
		bench = next(b for b in head["benchmarks"] if b["name"] == "search")
		metric = next(m for m in head["metrics"] if m["benchmark"] == "search")
		old = base["benchmarks"]["search"]
		base["benchmarks"], head["benchmarks"], head["metrics"] = {}, [], []
		for i in range(120):
		    name = f"b{i:03}"
		    base["benchmarks"][name] = copy.deepcopy(old)
		    head["benchmarks"].append({**bench, "name": name, "line": i + 1})
		    head["metrics"].append({**metric, "benchmark": name})
		json.dump(base, open("base.json", "w"))
		json.dump(head, open("head.json", "w"))
	PY
	channel github '"check": true, "comment": "never"'
	told
	asked "['POST /repos/us/project/check-runs'] + ['PATCH /repos/us/project/check-runs/5000000000'] * 2"
	has "[len(r['body']['output']['annotations']) for r in it['asked']] == [50, 50, 20]"
	has "it['checks'][0]['conclusion'] == 'failure' and it['checks'][0]['head_sha'] == '$sha'"
	has "sorted(a['start_line'] for a in it['checks'][0]['output']['annotations']) == list(range(1, 121))"
	has "{a['path'] for a in it['checks'][0]['output']['annotations']} == {'bench/suite.c'}"
}

@test "github: each trouble is named, with what to do about it" {
	fault POST 403 'Resource not accessible by integration'
	warns '*comment: status 403: Resource not accessible by integration; the token lacks the permission pull-requests: write; commit status: status 403: *statuses: write; the message is kept, *'
	comes_from them/project
	warns '*a change from a fork gets a token that can only read; a workflow_run job can post it*'
	[[ $stderr != *'is kept'* ]]
	comes_from us/project
	fault GET 401 'Bad credentials'
	warns '*status 401: Bad credentials; it does not take the token*'
	has "len(it['asked']) == 1"
	fault GET 404 'Not Found'
	warns '*status 404: Not Found; it is not there, or the token may not see it: us/project*'
	fault POST 422 'Validation Failed'
	warns '*status 422: Validation Failed*'
	run ! grep -F planted-token <<<"$output$stderr"
}

@test "github: asked too often: it says until when, and is not asked again" {
	fault . 403 'API rate limit exceeded for installation' '"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000000000"'
	warns '*status 403: API rate limit exceeded for installation; it is asked too often; it asks to be left alone for * s'
	has "len(it['asked']) == 1"
	fault . 429 'You have exceeded a secondary rate limit' '"Retry-After": "3600"'
	warns '*asked too often; it asks to be left alone for 3600 s'
	has "len(it['asked']) == 1"
}

@test "github: 500 and then 200: what is safe is tried again, the rest by the next run, and nothing is there twice" {
	channel github '"status": true' '"budget": "4s"'
	serves '"faults": [{"on": "GET", "times": 2, "status": 500}, {"on": "statuses", "status": 502}]'
	told
	has "[r['method'] for r in it['asked']] == ['GET'] * 3 + ['POST'] * 3"
	has "len(it['comments']) == 1 and len(it['statuses']) == 1"
	serves '"faults": [{"on": "POST .*comments", "status": 500, "body": {"message": "Server Error"}}]'
	warns '*comment: status 500: Server Error*'
	has "'comments' not in it and len(it['statuses']) == 1"
	told
	has "len(it['comments']) == 1"
	serves '"faults": [{"on": "POST .*comments", "how": "done", "status": 500, "body": {"message": "Server Error"}}]'
	warns '*comment: status 500: Server Error*'
	told
	has "len(it['comments']) == 1 and [r['method'] for r in it['asked'] if 'comments' in r['path']] == ['GET', 'POST', 'GET', 'PATCH']"
}

@test "github: what is done is not done again when the rest is kept" {
	channel github '"status": true, "check": true'
	serves '"faults": [{"on": "statuses", "times": 9, "status": 403, "body": {"message": "Resource not accessible"}}]'
	warns '*commit status: status 403: *; the message is kept, *'
	for _ in 1 2 3; do try notify --flush --config benchgate.json; done
	[ "$status" -eq 0 ]
	[[ $stderr == *'review: commit status: status 403: '* ]]
	has "[r['method'] + ' ' + r['path'].split('/')[-1].split('?')[0] for r in it['asked']] == ['GET comments', 'POST comments', 'POST $sha', 'POST check-runs'] + ['POST $sha'] * 3"
	has "len(it['checks']) == 1"
}

@test "github: each commit gets its status, also after one that did not; a comment only the last" {
	local other=${sha//0/e}
	channel github '"status": true, "comment": "never"'
	fault POST 500 'Server Error'
	warns '*commit status: status 500*'
	sed -i "s/$sha/$other/" event.json
	tell
	serves ''
	try notify --flush --config benchgate.json
	[ -z "$stderr" ]
	# Side by side, so in either order.
	has "sorted(r['path'].split('/')[-1] for r in it['asked']) == ['$sha', '$other']"
	channel github '"comment": "always"'
	fault GET 500 'Server Error'
	warns '*comment: status 500*'
	sed -i "s/$other/$sha/" event.json
	tell
	serves ''
	try notify --flush --config benchgate.json
	has "[r['method'] for r in it['asked']] == ['GET', 'POST']"
}

@test "github: slow, cut off, without end, elsewhere, not what it says it is" {
	channel github '"timeout": "300ms"' '"budget": "1s"'
	serves '"faults": [{"on": "GET", "times": 9, "how": "slow"}]'
	warns '*no answer*'
	channel github '"comment": "always"' '"budget": "4s"'
	serves '"faults": [{"on": "GET", "times": 99, "how": "truncated"}]'
	warns 'no whole answer: *tried * times*'
	serves '"faults": [{"on": "GET", "times": 99, "how": "huge"}]'
	warns 'too much of an answer: *'
	serves "\"faults\": [{\"on\": \"GET\", \"times\": 99, \"status\": 302, \"headers\": {\"Location\": \"$GITHUB_API_URL/elsewhere\"}}]"
	warns 'status 302: a redirect to *, and none is followed'
	has "not any('elsewhere' in r['path'] for r in it['asked'])"
	GITHUB_API_URL=https://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/untrusted.port") warns 'not trusted: *certificate*'
	[ ! -e "$BATS_FILE_TMPDIR/untrusted.json.log" ]
}

@test "github: an Enterprise server, by its variable and by api_url" {
	serves '"prefix": "/api/v3"'
	url=$GITHUB_API_URL/api/v3
	GITHUB_API_URL=$url told
	has "[r['path'][:27] for r in it['asked']] == ['/api/v3/repos/us/project/is'] * 2 + ['/api/v3/repos/us/project/st']"
	channel github "\"api_url\": \"$url/\", \"repository\": \"us/it\""
	GITHUB_API_URL=http://127.0.0.1:1 told
	has "it['asked'][3]['path'].startswith('/api/v3/repos/us/it/issues/7/comments?')"
}

@test "github: what would be sent is shown, the token masked, and nothing is sent" {
	channel github '"status": true, "check": true'
	tell --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *"GET $GITHUB_API_URL/repos/us/project/issues/7/comments?per_page=100&page=1"* ]]
	[[ $output == *"POST $GITHUB_API_URL/repos/us/project/issues/7/comments"* ]]
	[[ $output == *"POST $GITHUB_API_URL/repos/us/project/statuses/$sha"* ]]
	[[ $output == *"POST $GITHUB_API_URL/repos/us/project/check-runs"* ]]
	[[ $output == *'Authorization: Bearer ***'* ]]
	[[ $output != *planted-token* ]]
	[ ! -e "$server.log" ]
}

# By nature so in every run of a branch: it is said where one looks, and no warning.
@test "with nothing to comment on and nothing else to do, a channel says so, in a dry run too" {
	while IFS='|' read -r kind ref settings said; do
		on_github
		export GITHUB_REF=$ref GITHUB_HEAD_REF=
		rm -f event.json
		channel "$kind" "$settings"
		for how in --dry-run ''; do
			tell ${how:+"$how"}
			[ "$status" -eq 0 ]
			[ -z "$stderr" ]
			[ "$output" = "review: $said" ]
		done
	done <<-'END'
		github|refs/heads/main|"comment": "news"|not told: no pull request is known (the environment of a run for one names it)
		github|refs/pull/7/merge|"comment": "never"|comments on nothing and marks no commit, as it is set; only "responses" act by it
		gitlab|refs/pull/7/merge|"status": true|not told: no repository is known that is one of its own
		gitlab|refs/pull/7/merge|"project": "12"|not told: no merge request is known (the environment of a run for one names it)
	END
}

@test "gitlab: no note yet, then the same one; a status that is there already" {
	on_gitlab
	told
	asked "['GET /api/v4/projects/12/merge_requests/7/notes?per_page=100&page=1&order_by=created_at&sort=asc', 'POST /api/v4/projects/12/merge_requests/7/notes', 'POST /api/v4/projects/12/statuses/$sha']"
	has "it['statuses'][0]['state'] == 'failed' and it['statuses'][0]['ref'] == 'topic'"
	fault_status='"faults": [{"on": "statuses", "times": 9, "status": 400, "body": {"message": "Cannot transition status via :drop from :failed"}}]'
	serves "\"prefix\": \"/api/v4\", \"comments\": $(/usr/bin/python3 -c "import json; print(json.dumps([{'id': i, 'author': {'username': 'x'}, 'body': '$mark old' if i == 250 else 'text'} for i in range(260)]))"), $fault_status"
	told
	has "[r['path'][:57] for r in it['asked'] if r['method'] == 'PUT'] == ['/api/v4/projects/12/merge_requests/7/notes/250']"
	has "len(it['comments']) == 260 and 'Performance' in it['comments'][250]['body']"
	serves "\"prefix\": \"/api/v4\", \"comments\": [{\"id\": 3, \"body\": \"$mark\"}], \"faults\": [{\"on\": \"PUT\", \"how\": \"forget\"}]"
	told
	has "[r['method'] for r in it['asked']] == ['GET', 'PUT', 'POST', 'POST']"
}

@test "gitlab: each trouble is named, with what to do about it" {
	on_gitlab
	local prefix='"prefix": "/api/v4", "faults": [{"times": 99, '
	serves "$prefix\"on\": \".\", \"status\": 401, \"body\": {\"message\": \"401 Unauthorized\"}}]"
	warns '*status 401: 401 Unauthorized; it does not take the token*'
	has "len(it['asked']) == 1"
	serves "$prefix\"on\": \".\", \"status\": 403, \"body\": {\"error\": \"insufficient_scope\"}}]"
	warns '*insufficient_scope; the token lacks the scope api*'
	CI_MERGE_REQUEST_SOURCE_PROJECT_ID=34 warns '*status 403: insufficient_scope*'
	serves "$prefix\"on\": \"POST\", \"status\": 403, \"body\": {\"message\": \"403 Forbidden\"}}]"
	warns "*comment: status 403: 403 Forbidden; *a Reporter's role; commit status: *a Developer's role"
	CI_MERGE_REQUEST_SOURCE_PROJECT_ID=34 warns '*a pipeline of a fork gets no protected variables*'
	serves "$prefix\"on\": \".\", \"status\": 404, \"body\": {\"message\": \"404 Project Not Found\"}}]"
	warns '*404 Project Not Found; *the token may not see it: project 12*'
	serves "$prefix\"on\": \".\", \"status\": 429, \"body\": \"Retry later\", \"headers\": {\"Retry-After\": \"600\"}}]"
	warns '*status 429: Retry later; it is asked too often; it asks to be left alone for 600 s'
	has "len(it['asked']) == 1"
	serves "$prefix\"on\": \"POST\", \"status\": 422, \"body\": {\"message\": {\"note\": [\"is too long\"]}}}]"
	warns '*status 422: *is too long*'
}

@test "program and schema agree on the settings" {
	local text right
	"$program" help config-schema >schema.json
	cat >cases <<-'END'
		{"type": "github"}
		{"type": "github", "token": {"file": "token"}, "repository": "us/project", "comment": "always", "status": true, "check": false, "context": "nightly (arm)", "author": "us[bot]", "api_url": "https://x/api/v3", "timeout": "3s"}
		{"type": "github", "token": "ghp_1"}
		{"type": "github", "comment": true}
		{"type": "github", "project": "us/project"}
		{"type": "github", "repository": "project"}
		{"type": "github", "context": "-->"}
		{"type": "github", "api_url": "host"}
		{"type": "gitlab", "project": "us/group/project", "status": true}
		{"type": "gitlab", "project": "12"}
		{"type": "gitlab", "check": true}
		{"type": "gitlab", "repository": "us/project"}
		{"type": "gitlab", "project": "us?x"}
	END
	/usr/bin/python3 -W ignore - >rights <<-'PY'
		import json, jsonschema
		schema = jsonschema.Draft7Validator(json.load(open("schema.json")))
		for line in open("cases"):
		    print(schema.is_valid({"channels": {"a": json.loads(line)}}))
	PY
	[ "$(grep -c True rights)" -eq 4 ]
	while read -r right text; do
		echo "$right $text"
		echo "{\"channels\": {\"a\": $text}}" >case.json
		try config check case.json
		[ "$right" = "$([ "$status" -eq 0 ] && echo True || echo False)" ]
	done < <(paste -d ' ' rights cases)
}
