#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/ci/recipe.sh BRANCH [OPTION...]
# For any other CI system: measures the checkout in turn with where it branched off from BRANCH, and exits as benchgate
# does. benchgate-reports/ is what to keep. Needs benchgate and git, and all of the history.
set -eu

branch=$1
shift
reports=benchgate-reports
# What is ignored is no part of the working tree that is measured.
mkdir -p "$reports"
echo '*' >"$reports/.gitignore"
git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"
exec benchgate compare "origin/$branch" --merge-base --sandbox=auto --report=text --report=junit="$reports/junit.xml" \
	--report=markdown="$reports/report.md" --report=json="$reports/verdict.json" "$@"
