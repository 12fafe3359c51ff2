#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/performance-monitor.sh fast|slow [OPTION...]
# fast: the critical benchmarks, a second each, in under 30 s. slow: all, ten seconds each, in under 5 min. What had too
# little time to be judged is said, and fails (exit code 3). BENCHGATE names another program than make's.
set -eu

case ${1:-} in
fast)
	shift
	set -- --tier=critical --time=1s --budget=28s --base=none "$@"
	;;
slow)
	shift
	set -- --time=10s --budget=295s --base=none "$@"
	;;
*)
	echo 'usage: scripts/performance-monitor.sh fast|slow [OPTION...]' >&2
	exit 2
	;;
esac
cd "$(dirname "$0")/.."
[ -n "${BENCHGATE:-}" ] || make -s all
exec "${BENCHGATE:-build/benchgate}" run "$@"
