# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of experiments share. Their stub of the program writes a line to the file calls each time it is called.
# shellcheck disable=SC2154  # set in cli.bash and by bats

# An experiment in the folder; "always" holds what all of a file's tests say.
always=()
experiment() { # SCRIPT ARGUMENT...
	local script=$1
	shift
	run timeout -k 1 "${within:-30}" "$repository/scripts/$script" "${always[@]}" "$@" folder
	echo "$output"
}

nr_calls() {
	wc -l <calls
}

nr_calls_is() {
	[ "$(nr_calls)" -eq "$1" ]
}

# A column of a row, by its name
cell() { # FILE ROW COLUMN
	awk -F '\t' -v row="$2" -v name="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
		NR == row + 1 { print $column[name] }' "$1"
}

has_line() { # PATTERN (of words, however far apart)
	grep -qxE " *${1// / +} *" <<<"$output" || {
		echo "no line $1"
		return 1
	}
}
