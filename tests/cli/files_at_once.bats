#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that several processes change at once.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain ''
}

setup() {
	ln -s "$BATS_FILE_TMPDIR/plain" .
	mkdir .git baselines
}

# Starts a command that is to change a file of baselines/ while somebody else does: it waits for the lock that we have.
# What it said is in said.out and said.err.
in_our_way() { # COMMAND...
	exec 8<baselines
	flock 8
	benchgate "$@" >said.out 2>said.err 8<&- 3>&- &
	changer=$!
	until_true 200 grep -q "^benchgate: waiting for another process, which has locked '\(./\)\?baselines'$" said.err
}

# Lets it go on, and waits for its end.
out_of_its_way() {
	exec 8<&-
	status=0
	wait "$changer" || status=$?
	cat said.out said.err
}

goes_well() {
	out_of_its_way
	[ "$status" -eq 0 ]
	[ "$(wc -l <said.err)" -eq 1 ]
}

one() { # NAME: records it
	update plain --yes --force -B ./baselines/b.json "$1"
	[ "$status" -eq 0 ]
}

names() {
	query baselines/b.json '" ".join(sorted(it["benchmarks"]))'
}

@test "two sessions that are recorded at once are both kept" {
	local name pids=()
	for name in work steady leaver; do
		benchgate update-baselines -q --suite ./plain/gate.so --sessions 1 --processes 2 --time 2ms --yes --force \
			-B ./baselines/b.json "$name" >"said.$name" 2>&1 3>&- &
		pids+=($!)
	done
	for name in "${pids[@]}"; do
		wait "$name"
	done
	cat said.*
	[ "$(names)" = 'leaver steady work' ]
	[ "$(ls -A baselines)" = b.json ]
}

@test "a session is added to what others recorded meanwhile" {
	one steady
	cp baselines/b.json steady.json
	one leaver
	cp baselines/b.json both.json
	cp steady.json baselines/b.json
	in_our_way update-baselines -q --suite ./plain/gate.so --sessions 1 --processes 2 --time 2ms --yes --force -B ./baselines/b.json work
	cp both.json baselines/b.json
	goes_well
	[ "$(names)" = 'leaver steady work' ]
}

@test "a baseline that was made for another build meanwhile is not added to" {
	one steady
	age 2020 baselines/b.json
	cp baselines/b.json steady.json
	sed -i 's/"suite_build": "[^"]*"/"suite_build": "another"/' steady.json
	in_our_way update-baselines -q --suite ./plain/gate.so --sessions 1 --processes 2 --time 2ms --yes --force -B ./baselines/b.json steady
	cp steady.json baselines/b.json
	out_of_its_way
	[ "$status" -eq 4 ]
	[[ $(cat said.err) == *'b.json is not comparable with what would be measured here: '* ]]
	cmp steady.json baselines/b.json
}

@test "prune leaves what others recorded meanwhile" {
	one steady
	one leaver
	cp baselines/b.json two.json
	one work
	cp baselines/b.json all.json
	cp two.json baselines/b.json
	in_our_way baselines prune --yes -B ./baselines/b.json leaver
	cp all.json baselines/b.json
	goes_well
	[ "$(names)" = 'steady work' ]
}

@test "accept and accept --remove leave what others accepted meanwhile" {
	benchgate accept old --reason why
	cp baselines/accepted.json old.json
	benchgate accept theirs --reason why
	cp baselines/accepted.json both.json
	cp old.json baselines/accepted.json
	in_our_way accept ours --reason why
	cp both.json baselines/accepted.json
	goes_well
	holds baselines/accepted.json '[a["benchmark"] for a in it["accepted"]] == ["old", "theirs", "ours"]'
	cp old.json baselines/accepted.json
	in_our_way accept --remove old
	cp both.json baselines/accepted.json
	goes_well
	holds baselines/accepted.json '[a["benchmark"] for a in it["accepted"]] == ["theirs"]'
}

@test "twenty acceptances at once are all kept" {
	local pids=() i
	for i in {1..20}; do
		benchgate accept "name/$i" --reason why >/dev/null 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	holds baselines/accepted.json 'len(it["accepted"]) == 20'
	[ "$(ls -A baselines)" = accepted.json ]
}

@test "run --save-baseline does not come between another's reading and writing" {
	one steady
	cp baselines/b.json ours.json
	in_our_way run -q --suite ./plain/gate.so --processes 2 --time 2ms --save-baseline ./baselines/b.json work
	cp ours.json baselines/b.json
	[ "$(names)" = steady ]
	goes_well
	[ "$(names)" = 'steady work' ]
}

@test "who waits for a lock stops at a signal, and nothing is left" {
	in_our_way accept ours --reason why
	kill "$(pgrep -P "$changer")"
	until_true 200 grep -q interrupted said.err
	out_of_its_way
	[ "$status" -ne 0 ]
	[[ $(cat said.err) == *"benchgate: interrupted while waiting for 'baselines"* ]]
	[ -z "$(ls -A baselines)" ]
}

# WRITERS_KILLED=10000 for what is shown at a release
@test "whatever writes may be killed: nothing is lost, doubled or torn, and the next one tidies up" {
	/usr/bin/python3 "$support/killed_writers.py" "$program" ./plain/gate.so "${WRITERS_KILLED:-30}"
}

one_folder() {
	local folders=(scratch/*)
	[ -d "${folders[0]}" ] && [ "${#folders[@]}" -eq 1 ]
}

# Starts a run that takes long, and waits until it measures. Sets `long`.
long_run() {
	rm -f trace
	TRACE=$PWD/trace "$program" run -q --suite ./plain/gate.so --processes 2 --time 5s work >/dev/null 2>&1 3>&- &
	long=$!
	until_true 200 test -s trace
	until_true 200 one_folder
}

@test "the scratch folders of a run that was killed are removed by the next one, those of a living one are not" {
	local left
	mkdir scratch
	export TMPDIR=$PWD/scratch
	long_run
	kill -s KILL "$long"
	wait "$long" || :
	left=$(ls scratch)
	[ -n "$left" ]
	long_run
	[ "$(ls scratch)" != "$left" ]
	left=$(ls scratch)
	benchgate run -q --suite ./plain/gate.so --processes 1 --time 1ms steady
	[ "$(ls scratch)" = "$left" ]
	kill "$long"
	wait "$long" || :
	[ -z "$(ls scratch)" ]
}
