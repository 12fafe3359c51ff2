#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/update_baselines.sh [OPTION...]
# Adds a session of all benchmarks to this machine's baseline (five the first time, a minute apart), without asking, for a
# review to approve; what is unstable or changed without a --reason is not recorded, and fails (exit code 3). BENCHGATE
# names another program than make's.
set -eu

cd "$(dirname "$0")/.."
[ -n "${BENCHGATE:-}" ] || make -s all
exec "${BENCHGATE:-build/benchgate}" update-baselines --yes "$@"
