#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/benchmark_regression.sh [OPTION...]         is anything slower than this machine's baseline?
#        scripts/benchmark_regression.sh BASE [OPTION...]    than BASE, a git revision, measured in turn with it?
# Exits as benchgate does; having nothing to compare with fails. BENCHGATE names another program than make's.
set -eu

cd "$(dirname "$0")/.."
[ -n "${BENCHGATE:-}" ] || make -s all
case ${1:-} in
'' | -*) exec "${BENCHGATE:-build/benchgate}" run --require-baseline "$@" ;;
*) exec "${BENCHGATE:-build/benchgate}" compare "$@" ;;
esac
