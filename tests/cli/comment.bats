#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What posts the comment on a pull request, as .github/actions/benchgate-comment runs it, against as much of GitHub as it asks.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli
load ../support/pull_request

sha=0123456789012345678901234567890123456789

setup() {
	as_on_github
	echo "{\"workflow_run\": {\"id\": 1, \"head_sha\": \"$sha\", \"html_url\": \"http://localhost/run\"}}" >"$GITHUB_EVENT_PATH"
	found=$RUNNER_TEMP/benchgate-comment
	mkdir "$found"
	echo 7 >"$found/pull-request"
	printf '## Performance: REGRESSION\n\n"hash" `\\ $(id)` by @somebody\n' >"$found/report.md"
	comments
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

# What others, and we before, have said: LOGIN TEXT...
comments() {
	/usr/bin/python3 - "$sha" "$@" >state.json <<-END
		import json, sys
		sha, *said = sys.argv[1:]
		rows = [{"id": i, "user": {"login": who}, "body": text} for i, (who, text) in enumerate(zip(said[::2], said[1::2]))]
		print(json.dumps({"heads": {"7": sha, "8": "f" * 40}, "comments": rows}))
	END
}

post() {
	run_action "$repository/.github/actions/benchgate-comment/action.yml"
}

said() { # EXPRESSION
	query state.json "$1"
}

nothing_posted() {
	lacks -E '^(POST|PATCH)' state.json.log
}

@test "the report becomes a comment, with where it comes from; nobody is called by it" {
	post
	[ "$status" -eq 0 ]
	[ "$(said 'len(it["comments"])')" = 1 ]
	said 'it["comments"][0]["body"]' >body
	head -n 1 body | grep -q '^<!-- benchgate: '
	grep -q '^## Performance: REGRESSION$' body
	grep -qF '"hash" `\ $(id)` by @' body
	lacks '@somebody' body
	grep -qF "Measured at $sha by [this run](http://localhost/run)." body
	grep -q '^POST .* Bearer secret$' state.json.log
	lacks -v -e '^uses' -e '^posted: http://localhost/comment-1000$' <<<"$output"
}

@test "nobody is called by an @ that HTML spells otherwise, and nothing hides where the report comes from" {
	printf '%s\n' '&#64;one &#x40;two &#0064;three &#X0040;four &commat;five &#64six &#640; &#x400; @_seven R&D &amp; @ all' '<!-- ```' >"$found/report.md"
	post
	[ "$status" -eq 0 ]
	said 'it["comments"][0]["body"]' >body
	[ "$(sed -n 2p body)" = "Measured at $sha by [this run](http://localhost/run)." ]
	hidden=$'\xe2\x80\x8b'
	grep -qF "@${hidden}one @${hidden}two @${hidden}three @${hidden}four @${hidden}five @${hidden}six &#640; &#x400; @${hidden}_seven R&D &amp; @${hidden} all" body
	[ "$(grep -n '^<!-- ```' body | cut -d: -f1)" -gt 2 ]
}

@test "the next report takes its place; who only writes our mark is not us" {
	post
	mark=$(said 'it["comments"][0]["body"].split("\n")[0]')
	comments somebody "$mark quoted" 'github-actions[bot]' 'of another kind' 'github-actions[bot]' "$mark
old"
	printf '## Performance: PASS\n' >"$found/report.md"
	rm state.json.log
	post
	[ "$status" -eq 0 ]
	grep -q '^PATCH /repos/us/project/issues/comments/2 ' state.json.log
	lacks '^POST' state.json.log
	[ "$(said '[c["body"].split("\n")[0][-6:] for c in it["comments"][:2]]')" = "['quoted', 'r kind']" ]
	[[ $(said 'it["comments"][2]["body"]') == *'PASS'* ]]
	[[ $(said 'it["comments"][2]["body"]') != *old* ]]
}

@test "ours is found behind a hundred others" {
	post
	mark=$(said 'it["comments"][0]["body"].split("\n")[0]')
	many=()
	for ((i = 0; i < 250; i++)); do many+=(somebody "comment $i"); done
	comments "${many[@]}" 'github-actions[bot]' "$mark"
	rm state.json.log
	post
	grep -q '^PATCH /repos/us/project/issues/comments/250 ' state.json.log
	[ "$(grep -c '^GET .*/comments' state.json.log)" -eq 3 ]
}

@test "a number that the run is not of: nothing is posted" {
	echo 8 >"$found/pull-request"
	post
	[ "$status" -eq 0 ]
	[[ $output == *"::warning title=benchgate::pull request 8 is not at $sha"* ]]
	nothing_posted
	# One that is not there
	echo 9 >"$found/pull-request"
	post
	[ "$status" -ne 0 ]
	nothing_posted
}

@test "what is no number never gets into an address" {
	for number in '7/../8' '7 8' '-1' '7%0a' ''; do
		echo "$number" >"$found/pull-request"
		post
		[ "$status" -eq 1 ]
		[[ $output == *'does not name a pull request by its number'* ]]
	done
	[ ! -e state.json.log ]
}

@test "no report, a link, a number alone: nothing to post" {
	rm "$found/pull-request"
	post
	[ "$status" -eq 0 ]
	[[ $output == *'nothing to post'* ]]
	echo 7 >"$found/pull-request"
	echo secret >elsewhere
	ln -sf "$PWD/elsewhere" "$found/report.md"
	post
	[ "$status" -eq 0 ]
	rm -r "$found"
	post
	[ "$status" -eq 0 ]
	[ ! -e state.json.log ]
}

@test "a report that is too long is cut, one that is far too long is refused" {
	/usr/bin/python3 -c 'print("é" * 100000)' >"$found/report.md"
	post
	[ "$status" -eq 0 ]
	[ "$(said '60000 < len(it["comments"][0]["body"]) < 65536')" = True ]
	/usr/bin/python3 -c 'print("@a" * 60000)' >"$found/report.md"
	post
	[ "$status" -eq 0 ]
	[ "$(said '60000 < len(it["comments"][0]["body"]) < 65536')" = True ]
	/usr/bin/python3 -c 'print("x" * 1000001)' >"$found/report.md"
	post
	[ "$status" -eq 1 ]
	[[ $output == *'larger than any'* ]]
}
