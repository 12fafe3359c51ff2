#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# "retry_failed" in the policy: what fails is tried again, and what works then is flaky.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup_file() {
	# It fails in the process after AFTER others, and in no other where ONCE is said.
	turns_suite "$BATS_FILE_TMPDIR/plain.so"
	turns_suite "$BATS_FILE_TMPDIR/once.so" -DFATE='if (leave_byte("failed") < 1) abort()' -DAFTER=2
	turns_suite "$BATS_FILE_TMPDIR/always.so" -DFATE='abort()' -DAFTER=0
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.so .
	mkdir .git
}

retry() { # TIMES
	echo "{\"retry_failed\": $1}" >benchgate.json
}

run_shaky() { # SUITE ARGUMENT...
	try run -q --suite "./$1.so" shaky --processes 5 --time 5ms --out result.json --report json=verdict.json \
		--report junit=junit.xml --report text "${@:2}"
}

@test "what fails once is FAILED without the key" {
	run_shaky once
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED shaky: aborted: '* ]]
	holds verdict.json '"note" not in it["metrics"][0]'
}

@test "run: it is tried again, judged, and told as flaky" {
	retry 1
	run_shaky once
	[ "$status" -eq 0 ]
	[[ $output == *'note: shaky: flaky: aborted: SIGABRT (abort); it worked when it was tried again'* ]]
	holds result.json '[(b["status"], len(b["processes"]["iterations"])) for b in it["benchmarks"]] == [("ok", 5)]'
	holds result.json 'it["benchmarks"][0]["note"].startswith("flaky: aborted: ")'
	holds verdict.json 'it["metrics"][0]["note"].startswith("flaky: aborted: ")'
	grep -q '^note: flaky: aborted: SIGABRT (abort); it worked when it was tried again$' junit.xml
	valid result.json
	valid verdict.json verdict-schema
	# It is told again from the file.
	try report result.json
	[[ $output == *'note: shaky: flaky: '* ]]
}

@test "run: what fails every time is FAILED, and says how often it was tried" {
	retry 2
	run_shaky always
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED shaky: aborted: SIGABRT (abort) (tried again 2 times)'* ]]
	[ "$(stat -c %s fate)" -eq 3 ]
	[[ $output != *flaky* ]]
}

@test "compare: a unit that fails is tried again, whichever side it was" {
	retry 1
	for sides in './plain.so ./once.so' './once.so ./plain.so'; do
		rm -f fate failed
		# shellcheck disable=SC2086  # two words
		try compare -q $sides --only shaky --time 2ms --units 4 --threshold 50% --report json=verdict.json --report text
		[ "$status" -eq 0 ]
		[[ $output == *'note: shaky: flaky: '* ]]
		holds verdict.json '{c["status"] for c in it["metrics"]} <= {"PASS", "INCONCLUSIVE"}'
	done
}

@test "wrong values, with the place" {
	for value in 0 -1 1.5 true '"1"'; do
		retry "$value"
		try config check
		[ "$status" -eq 2 ]
		[[ $stderr == *'retry_failed is '*'; it must be a whole number above 0'* ]]
	done
	retry 1
	try config show
	[[ $output == *retry_failed*1* ]]
}
