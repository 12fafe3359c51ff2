#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/ci/comment.sh FOLDER
# Posts FOLDER/report.md to the pull request whose number is in FOLDER/pull-request, in place of what it posted before.
# Both may come from a stranger: the number counts only where the head of that pull request is $HEAD_SHA, the commit that
# the run measured. Also needs GH_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY; RUN_URL and COMMENT_AUTHOR may be set.
set -eu

marker='<!-- benchgate: the report of a pull request -->'
author=${COMMENT_AUTHOR:-github-actions[bot]}
folder=$1
: "${GH_TOKEN:?}" "${HEAD_SHA:?}"
repository=${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?}

die() { # TEXT
	echo "::error title=benchgate::$1"
	exit 1
}

# The token goes by standard input: other processes can read a command line.
call() { # METHOD PATH [FILE]: sends the file, prints what is answered
	printf 'header = "Authorization: Bearer %s"\n' "$GH_TOKEN" |
		curl --config - --silent --show-error --fail --max-time 30 --request "$1" \
			--header 'Accept: application/vnd.github+json' ${3:+--data-binary "@$3"} "$repository/$2"
}

# A link could lead to what is not the stranger's to show.
is_file() { # FILE
	[ -f "$1" ] && [ ! -h "$1" ]
}

# The first that begins with our mark and is ours: anybody can write the mark.
our_comment() { # NUMBER: its id, or nothing
	page=1
	while :; do
		call GET "issues/$1/comments?per_page=100&page=$page" >"$scratch/comments"
		id=$(jq -r --arg marker "$marker" --arg author "$author" \
			'first(.[] | select(.user.login == $author and (.body | startswith($marker))) | .id)' "$scratch/comments")
		if [ -n "$id" ] || [ "$(jq length "$scratch/comments")" -lt 100 ]; then
			echo "$id"
			return
		fi
		page=$((page + 1))
	done
}

# GitHub takes 65,536 characters. A zero-width space behind each @, however HTML spells it, keeps a report from calling
# people. It is put there by split and join, because gsub takes a minute for 60,000 of them. Where the report comes from
# stands first: the report could end in a comment or a code block that hides what follows.
write_body() {
	jq -n --arg marker "$marker" --arg sha "$HEAD_SHA" --arg run "${RUN_URL:-}" --rawfile report "$folder/report.md" '
		{body: ($marker + "\nMeasured at " + $sha + (if $run == "" then "" else " by [this run](" + $run + ")" end) +
			".\n\n" + ($report[:65000] | gsub("&(#0*64(?![0-9])|#x0*40(?![0-9a-f])|commat);?"; "@"; "i") |
				split("@") | join("@\u200b"))[:65000] + "\n")}' \
		>"$scratch/body"
}

if ! is_file "$folder/pull-request" || ! is_file "$folder/report.md"; then
	echo 'no report of a pull request: nothing to post'
	exit
fi
number=$(head -c 20 "$folder/pull-request")
case $number in '' | *[!0-9]*) die 'the artefact does not name a pull request by its number' ;; esac
[ "$(wc -c <"$folder/report.md")" -le 1000000 ] || die 'the report is larger than any that benchgate writes'

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
call GET "pulls/$number" >"$scratch/pull"
head=$(jq -r .head.sha "$scratch/pull")
# Mostly because somebody has pushed since.
if [ "$head" != "$HEAD_SHA" ]; then
	echo "::warning title=benchgate::pull request $number is not at $HEAD_SHA, the commit that was measured: nothing was posted"
	exit
fi
write_body
id=$(our_comment "$number")
if [ -n "$id" ]; then
	call PATCH "issues/comments/$id" "$scratch/body" >"$scratch/answer"
else
	call POST "issues/$number/comments" "$scratch/body" >"$scratch/answer"
fi
jq -r '"posted: " + .html_url' "$scratch/answer"
