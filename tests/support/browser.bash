# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A real browser for tests of pages; cli.bash goes before. What npm has to bring is kept in build/.
# shellcheck disable=SC2154  # set in cli.bash

browser_modules=$repository/build/browser

# Installs what is locked, unless it is there.
browser_ready() {
	local from=$support/browser
	cmp -s "$from/package-lock.json" "$browser_modules/installed" || {
		mkdir -p "$browser_modules"
		cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$browser_modules"
		(cd "$browser_modules" && npm ci --ignore-scripts) || return
		cp "$from/package-lock.json" "$browser_modules/installed"
	}
}

# One for all tests of a file. Sets BROWSER, which says where it listens, and browser.
browser_starts() {
	browser_ready || return
	CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) NODE_PATH=$browser_modules/node_modules \
		node "$support/browser/visit.cjs" --listen >browser.said 2>&1 3>&- &
	browser=$!
	until_true 600 grep -q '^ws:' browser.said || {
		cat browser.said
		return 1
	}
	BROWSER=$(<browser.said)
	export BROWSER browser
}

browser_ends() {
	[ -z "${browser:-}" ] || kill "$browser"
}

# Does one of visit.cjs's steps with each report.
visit() { # STEP FILE...
	PICTURES=$repository/build/screenshots NODE_PATH=$browser_modules/node_modules timeout -k 1 120 node "$support/browser/visit.cjs" "$@"
}
