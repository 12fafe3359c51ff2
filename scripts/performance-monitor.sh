#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/performance-monitor.sh fast|slow [OPTION...]
# fast: the critical benchmarks, a second each, in under 30 s. slow: all, ten seconds each, in under 5 min. A report in
# Markdown and the metrics as JSON go to performance-reports/. Where the policy says nothing, 20 % is tolerated, and 50 % of
# memory. It fails where nothing could be compared (exit code 4), and where too little time was left (3). BENCHGATE names
# another program than make's.
set -eu

kind=${1:-}
case $kind in
fast)
	shift
	set -- --tier=critical --time=1s --budget=28s "$@"
	;;
slow)
	shift
	set -- --time=10s --budget=295s "$@"
	;;
*)
	echo 'usage: scripts/performance-monitor.sh fast|slow [OPTION...]' >&2
	exit 2
	;;
esac
cd "$(dirname "$0")/.."
[ -n "${BENCHGATE:-}" ] || make -s all
reports=performance-reports
mkdir -p "$reports"
exec "${BENCHGATE:-build/benchgate}" run --base=none --default-threshold=20% --require-comparison --report=text \
	--report=markdown="$reports/$kind.md" --report=json="$reports/$kind.json" "$@"
