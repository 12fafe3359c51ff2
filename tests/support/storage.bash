# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A real S3-compatible server that checks signatures; cli.bash goes before. What npm has to bring is kept in build/.
# shellcheck disable=SC2034,SC2154  # used in the tests; set in cli.bash

storage_modules=$repository/build/storage

# Installs what is locked, unless it is there.
storage_ready() {
	local from=$support/storage
	cmp -s "$from/package-lock.json" "$storage_modules/installed" || {
		mkdir -p "$storage_modules"
		cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$storage_modules"
		(cd "$storage_modules" && npm ci --ignore-scripts) || return
		cp "$from/package-lock.json" "$storage_modules/installed"
	}
}

# Sets endpoint and server, its process. Buckets are folders of $store: what is in them, and $store.log, is seen there.
start_storage() { # BUCKET...
	store=$PWD/store
	mkdir -p "${@/#/$store/}"
	node "$support/storage/server.js" "$storage_modules" "$store" "$PWD/port" >storage.out 2>&1 3>&- &
	server=$!
	until_true 400 test -s port || {
		cat storage.out
		return 1
	}
	endpoint=http://127.0.0.1:$(cat port)
}
