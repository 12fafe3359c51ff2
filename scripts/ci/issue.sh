#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/ci/issue.sh FOLDER MACHINE...
# Keeps one issue about the daily run: opens it where a machine's run was not good, brings it up to date, and closes it when
# all are good again. FOLDER/daily-MACHINE has the machine's verdict.json and report.md; a run without them is not good either.
# What is inconclusive opens nothing and closes nothing. Needs GH_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_SHA; RUN_URL
# and ISSUE_AUTHOR may be set.
set -eu

marker='<!-- benchgate: the daily run -->'
author=${ISSUE_AUTHOR:-github-actions[bot]}
folder=$1
shift
: "${GH_TOKEN:?}" "${GITHUB_SHA:?}"
repository=${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The token goes by standard input: other processes can read a command line.
call() { # METHOD PATH [FILE]: sends the file, prints what is answered
	printf 'header = "Authorization: Bearer %s"\n' "$GH_TOKEN" |
		curl --config - --silent --show-error --fail --max-time 30 --request "$1" \
			--header 'Accept: application/vnd.github+json' ${3:+--data-binary "@$3"} "$repository/$2"
}

word_of() { # MACHINE: its run's word
	jq -r '.summary.overall_status // "no report"' "$folder/daily-$1/verdict.json" 2>/dev/null || echo 'no report'
}

# The open one that begins with our mark and is ours, with its number and title; a pull request is an issue, too.
find_issue() {
	page=1
	while :; do
		call GET "issues?state=open&per_page=100&page=$page" >"$scratch/issues"
		jq --arg marker "$marker" --arg author "$author" 'first(.[] | select((has("pull_request") | not) and
			.user.login == $author and ((.body // "") | startswith($marker))) | {number, title})' "$scratch/issues" >"$scratch/issue"
		if [ -s "$scratch/issue" ] || [ "$(jq length "$scratch/issues")" -lt 100 ]; then
			return
		fi
		page=$((page + 1))
	done
}

# A benchmark's name may have an @: a zero-width space behind it keeps it from calling people. GitHub takes 65,536 characters.
add_report() { # MACHINE WORD
	report=$folder/daily-$1/report.md
	[ -f "$report" ] || report=/dev/null
	jq -rn --arg title "## $1: $2" --rawfile report "$report" \
		'"\n" + $title + "\n\n" + ($report[:20000] | split("@") | join("@\u200b"))[:25000]' >>"$scratch/body"
}

send() { # METHOD PATH JQ-ARGUMENT...: sends the fields that the arguments name
	method=$1 path=$2
	shift 2
	# shellcheck disable=SC2016  # the name is jq's, not the shell's
	jq -n "$@" '$ARGS.named' >"$scratch/sent"
	call "$method" "$path" "$scratch/sent" >"$scratch/answer"
}

bad='' open=''
{
	echo "$marker"
	echo "Measured at $GITHUB_SHA${RUN_URL:+ by [this run]($RUN_URL)}, in turn with the commit of a week before. Each daily run brings this"
	echo 'issue up to date, and closes it when all is good.'
} >"$scratch/body"
for machine; do
	word=$(word_of "$machine")
	case $word in
	PASS | LAYOUT | NEW) ;;
	INCONCLUSIVE) open=yes ;;
	*) bad="${bad:+$bad, }$word on $machine" ;;
	esac
	add_report "$machine" "$word"
done
title="Daily benchmarks: ${bad:-inconclusive}"

find_issue
number=$(jq -r .number "$scratch/issue")
if [ -z "$number" ] && [ -n "$bad" ]; then
	send POST issues --arg title "$title" --rawfile body "$scratch/body"
	echo "opened: $(jq -r .html_url "$scratch/answer")"
elif [ -z "$number" ]; then
	echo 'nothing to tell'
elif [ -n "$bad$open" ]; then
	# An issue that is changed calls nobody, a comment does: only where there is something else to say.
	if [ "$(jq -r .title "$scratch/issue")" != "$title" ]; then
		send POST "issues/$number/comments" --arg body "Now: ${title#*: }."
	fi
	send PATCH "issues/$number" --arg title "$title" --rawfile body "$scratch/body"
	echo "updated: $(jq -r .html_url "$scratch/answer")"
else
	send POST "issues/$number/comments" --arg body "All good at $GITHUB_SHA${RUN_URL:+ ([this run]($RUN_URL))}."
	send PATCH "issues/$number" --arg state closed --arg state_reason completed
	echo "closed: $(jq -r .html_url "$scratch/answer")"
fi
