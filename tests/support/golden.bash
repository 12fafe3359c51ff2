# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Reports as they are to be, in tests/data/reports; numbers are holes, and REWRITE=1 writes them anew. cli.bash goes before.
# shellcheck disable=SC2154  # set in cli.bash

golden=$repository/tests/data/reports

# The files of a verdict in which each word comes up, in the current folder
story() {
	local part
	mkdir -p baselines .git
	for part in head base; do /usr/bin/python3 "$support/story.py" $part >$part.json; done
	/usr/bin/python3 "$support/story.py" policy >benchgate.json
	/usr/bin/python3 "$support/story.py" accepted >baselines/accepted.json
}

holes() { # FILE
	sed -E 's/[0-9]+([.][0-9]+)?(e[-+][0-9]+)?/0/g; s/ +/ /g; s/-+/-/g' "$1"
}

# FILE is the golden file of that name, but for numbers.
is_golden() { # FILE
	if [ -n "${REWRITE:-}" ]; then
		mkdir -p "$golden"
		cp "$1" "$golden/$1"
	fi
	diff <(holes "$golden/$1") <(holes "$1")
}
