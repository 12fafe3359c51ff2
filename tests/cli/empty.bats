#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A body that the compiler has removed is said to cost no more than an empty loop.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/removed.so" "$suites/bodies.c"
	shared "$BATS_FILE_TMPDIR/kept.so" -DKEPT "$suites/bodies.c"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
}

says=': the compiler may have removed the body; BG_KEEP around its result keeps it: benchgate help suites'

# What the report recommends about bodies, a line each
about_bodies() {
	query verdict.json '"\n".join(r["text"] for r in it["advice"] if r["about"] == "body")'
}

@test "run names the body that costs nothing, and no other" {
	try run -q --suite ./removed.so --processes 5 --time 20ms --out result.json --report text --report json=verdict.json --report markdown=report.md --report html=report.html
	[ "$status" -eq 0 ]
	[[ $'\n'$output == *$'\nnext: sum costs no more than an empty loop'"$says"* ]]
	[[ $(about_bodies) == 'sum costs '* ]]
	grep -q 'sum costs no more than an empty loop' report.md
	grep -q 'sum costs no more than an empty loop' report.html
	valid result.json
	valid verdict.json verdict-schema
	# Told again, it says so again.
	try report result.json
	[[ $output == *'sum costs no more'* ]]
	try run -q --suite ./kept.so --processes 5 --time 20ms --report json=verdict.json
	[ -z "$(about_bodies)" ]
}

@test "compare says on which side" {
	try compare -q ./kept.so ./removed.so --only sum --time 20ms --units 4 --threshold 50% --out head.json --report json=verdict.json
	[[ $(about_bodies) == 'sum costs no more than an empty loop: '* ]]
	valid head.json
	try compare -q ./removed.so ./kept.so --only sum --time 20ms --units 16 --threshold 50% --report json=verdict.json
	[ "$status" -eq 1 ]
	[[ $(about_bodies) == 'sum costs in the base no more than an empty loop: '* ]]
	try compare -q ./kept.so ./removed.so --only division --time 20ms --units 4 --threshold 50% --report json=verdict.json
	[ -z "$(about_bodies)" ]
}

@test "update-baselines says it before it records" {
	try update-baselines -q --suite ./removed.so --sessions 1 --processes 5 --time 20ms --yes --force
	[ "$status" -eq 0 ]
	[[ $output == *'sum costs no more than an empty loop'"$says"* ]]
}
