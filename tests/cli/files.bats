#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Places to write to: pipes, devices, descriptors, and folders in which a writer was killed.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain ''
}

setup() {
	ln -s "$BATS_FILE_TMPDIR/plain" .
	mkdir .git
}

@test "a pipe without a reader is told in one line, before anything is measured" {
	local way pid
	mkfifo pipe
	export TRACE=$PWD/trace
	# It waits for a reader for some seconds.
	for way in --out=pipe --report=json=pipe --save-baseline=./pipe; do
		(
			try run -q --suite ./plain/gate.so --processes 2 --time 2ms "$way"
			fails 3 'benchgate: cannot write *pipe: nobody reads from this pipe'
		) &
	done
	for pid in $(jobs -p); do wait "$pid"; done
	nothing_measured
}

# Signals wait until it looks for them.
hears() { # PID
	grep -q '^SigBlk:.*[1-9a-f]' "/proc/$1/status"
}

@test "SIGTERM and SIGINT end the waiting for a pipe" {
	local signal pid
	mkfifo pipe
	for signal in TERM INT; do
		set -m
		"$program" run -q --suite ./plain/gate.so --out pipe >said.out 2>said.err 3>&- &
		pid=$!
		set +m
		until_true 200 hears "$pid"
		kill -s "$signal" "$pid"
		until_true 40 ended "$pid" || kill -s KILL "$pid"
		status=0
		wait "$pid" || status=$?
		cat said.err
		[ "$status" -gt 128 ]
		[ "$(cat said.err)" = 'benchgate: cannot write pipe: interrupted while waiting for the reader of this pipe' ]
	done
}

@test "a pipe that is read gets the result, whole" {
	mkfifo pipe
	cat pipe >result.json &
	try run -q --suite ./plain/gate.so --processes 2 --time 2ms --out pipe work
	[ "$status" -eq 0 ]
	wait $!
	valid result.json
	[ -p pipe ]
}

@test "a file in /dev/shm is made, and replaced whole" {
	local file i
	file=$(mktemp -u /dev/shm/benchgate.XXXXXX)
	[ -w /dev/shm ] || skip 'there is no /dev/shm to write to'
	for i in 1 2; do
		try run -q --suite ./plain/gate.so --processes 2 --time 2ms --out "$file" --report "csv=$file.csv" work
		[ "$status" -eq 0 ]
		valid "$file"
		[ "$(grep -c '^benchmark' "$file.csv")" -eq 1 ]
	done
	echo 'not ours' >"$file"
	try run -q --suite ./plain/gate.so --out "$file"
	fails 2 "benchgate: $file exists, but is not a result file: *"
	try run -q --suite ./plain/gate.so --report "csv=$file.csv" --report "html=$file.csv"
	rm "$file" "$file.csv"
	fails 2 "benchgate: $file.csv exists, but is not a report of that format: *"
}

@test "two reports of one file are refused, also in /dev; a log of a descriptor takes both" {
	local file
	ln -s one link
	touch one
	for file in /dev/shm/benchgate.none link; do
		try run -q --suite ./plain/gate.so --report "json=$file" --report "csv=$file"
		fails 2 "benchgate: two reports go to $file"
	done
	echo first >log
	benchgate run -q --suite ./plain/gate.so --processes 2 --time 2ms --report badge=/dev/stdout --report csv=/dev/stdout work >>log
	cat log
	[ "$(head -n 1 log)" = first ]
	grep -q '^benchmark' log
	grep -q '^<svg' log
}

@test "what a killed run left is gone after the next one that writes there" {
	local i
	mkdir out
	for i in 1 2 3; do
		rm -f trace
		TMPDIR=$PWD TRACE=$PWD/trace signal_when KILL trace run -q --suite ./plain/gate.so --time 60s --out "out/$i.json"
	done
	touch out/mine.benchgate-backup
	[ "$(find out -name '*.benchgate-new-*' | wc -l)" -ge 1 ]
	try run -q --suite ./plain/gate.so --processes 2 --time 2ms --out out/last.json work
	[ "$status" -eq 0 ]
	[ "$(find out -type f -printf '%f\n' | sort | tr '\n' ' ')" = 'last.json mine.benchgate-backup ' ]
}
