#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that are spoilt: one line that names the file and the place, the right exit code, and nothing is measured.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	gate_suites "$BATS_FILE_TMPDIR" plain ''
	cd "$BATS_FILE_TMPDIR" || return
	mkdir .git
	recorded plain steady work
	gate plain steady
}

# A good baseline is ./good, and a good result file ./result.
setup() {
	ln -s "$BATS_FILE_TMPDIR/plain" .
	cp "$BATS_FILE_TMPDIR"/baselines/*.json good
	cp "$BATS_FILE_TMPDIR/result.json" result
	mkdir .git baselines
	export TRACE=$PWD/trace
}

# spoil GOOD STATEMENT: spoilt.json is the good file after a Python statement, where `it` is all, `w` the benchmark
# work, m its time, s the time's sessions, k the first session
spoil() {
	/usr/bin/python3 -c '
import json, sys
it = json.load(open(sys.argv[1]))
if it["format"] == "benchgate-baseline":
    w = it["benchmarks"]["work"]
    m = w["metrics"]["time"]
    s = m["sessions"]
    k = list(s)[0]
exec(sys.argv[2])
json.dump(it, open("spoilt.json", "w"))' "$@"
}

# refuses STATUS PATTERN COMMAND...: it says that of spoilt.json, measures nothing, leaves it as it was and no other
refuses() {
	local code=$1 pattern=$2
	shift 2
	cp spoilt.json kept
	try "$@"
	fails "$code" "benchgate: $pattern"
	nothing_measured
	cmp spoilt.json kept
	[ -z "$(find . -name '*.json.*')" ]
}

# As a baseline, for those that read it
refused() { # PATTERN
	refuses 3 "$1" run -q --suite ./plain/gate.so --baseline ./spoilt.json
	refuses 3 "$1" update-baselines -q --yes --suite ./plain/gate.so --baseline ./spoilt.json
}

# Each line is a statement, a | and what is said of it.
each_refused() { # GOOD
	local statement pattern nr=0
	while IFS='|' read -r statement pattern; do
		echo "$statement"
		spoil "$1" "$statement"
		refused "./spoilt.json: $pattern"
		nr=$((nr + 1))
	done
	[ "$nr" -gt 3 ]
}

@test "a baseline that is no JSON: the line says where" {
	local text pattern nr=0
	while IFS='|' read -r text pattern; do
		printf '%b' "$text" >spoilt.json
		refused "./spoilt.json: $pattern"
		nr=$((nr + 1))
	done <<-'END'
		|line 1, column 1: the JSON text ends too early
		{|line 1, column 2: the JSON text ends too early
		{}\n{}|line 2, column 1: not valid JSON from here on
		{"version": 1,\n "benchmarks" 7}|line 2, column 15: not valid JSON from here on
		{"version": 2, "version": 1}|the key "version" occurs twice in one object
		{"a": "\xff"}|line 1, column 8: not UTF-8 text
		{"a": "\xed\xa0\x80"}|line 1, column 8: not UTF-8 text
		{}\0|line 1, column 3: not UTF-8 text
		{"version": 1, "benchmarks": {"work": {"mean_ns": 1e999}}}|line 1, column 51: a number is too large
	END
	[ "$nr" -eq 9 ]
	head -c $(($(stat -c %s good) / 2)) good >spoilt.json
	refused './spoilt.json: line *, column *: *JSON*'
}

@test "a baseline with values of the wrong type or out of range: the line names the place" {
	each_refused good <<-'END'
		it["version"] = 4|version is 4; this benchgate reads 1 to 3: update benchgate
		it["version"] = "2"|*version is a text; it must be a number
		it["version"] = 1e300|version is 1e+300; *
		it["format"] = "other"|format is "other"; it must be *
		del it["format"]|the file has no "format"
		it["benchmarks"] = []|*benchmarks is a list; it must be an object
		it["cpu"] = 7|cpu is a number; it must be a text
		it["timestamp"] = 7|timestamp is a number; it must be a text
		it["system_info"]["cpus"] = "two"|system_info.cpus is a text; it must be a number
		del it["system_info"]|the file has no "system_info"
		w["threads"] = -1|benchmarks.work.threads is -1; it must be *
		w["line"] = 1e30|benchmarks.work.line is 1e+30; it must be *
		w["iterations"] = "9" * 30|benchmarks.work.iterations is *; it must be a whole number
		w["metrics"] = []|benchmarks.work.metrics is a list; it must be an object
		w["metrics"] = {}; del w["mean_ns"]|benchmarks.work has no "mean_ns"
		w["changes"][0]["reason"] = "because"|benchmarks.work.changes?0?.reason is "because"; it must be one of *
		w["changes"][0]["interval"] = [1]|benchmarks.work.changes?0?.interval must be two numbers or nulls
		m["better"] = "both"|benchmarks.work.metrics.time.better is "both"; it must be *
		m["sessions"] = {}|benchmarks.work.metrics.time.sessions is empty; it must hold a session
		s["yesterday"] = [1]|benchmarks.work.metrics.time.sessions has "yesterday"; *
		s["2026-02-30T00:00:00Z"] = [1]|benchmarks.work.metrics.time.sessions has "2026-02-30T00:00:00Z"; *
		s[k] = []|benchmarks.work.metrics.time.sessions.20*Z is empty; it must be a list of numbers
		s[k] = ["1"]|benchmarks.work.metrics.time.sessions.20*Z?0? is a text; it must be a number
		s[k] = [None]|benchmarks.work.metrics.time.sessions.20*Z?0? is null; it must be a number
		it["benchmarks"] = {"work": 7}|benchmarks.work is a number; it must be an object
		it["benchmarks"] = {"": w}|benchmarks.*: the name of a benchmark is empty
	END
}

@test "a spoilt baseline of version 1" {
	local text pattern nr=0
	while IFS='|' read -r text pattern; do
		printf '{"version": 1, "benchmarks": %s}' "$text" >spoilt.json
		refused "./spoilt.json: $pattern"
		nr=$((nr + 1))
	done <<-'END'
		7|*benchmarks is a number; it must be an object
		[{"mean_ns": 1}]|benchmarks?0? has no "name"
		[{"name": "a", "mean_ns": 1, "std_dev_ns": 1, "sample_size": 2}, {"name": "a"}]|benchmarks?1?.name is "a", which another benchmark has too
		{"a": {}}|benchmarks.a has no "mean_ns"
		{"a": {"mean_ns": -1, "std_dev_ns": 1, "sample_size": 2}}|benchmarks.a.mean_ns is -1; it must not be negative
		{"a": {"mean_ns": 1, "std_dev_ns": null, "sample_size": 2}}|benchmarks.a.std_dev_ns is null; it must be a number
		{"a": {"mean_ns": 1, "std_dev_ns": 1, "sample_size": 0}}|benchmarks.a.sample_size is 0; it must be 1 or more
		{"a": {"mean_ns": 1, "std_dev_ns": 1, "sample_size": 1.5}}|benchmarks.a.sample_size is 1.5; it must be a whole number
		{"a": {"mean_ns": 1, "std_dev_ns": 1, "sample_size": 1e30}}|benchmarks.a.sample_size is 1e+30; it must be a whole number
	END
	[ "$nr" -eq 9 ]
}

@test "values that are huge, tiny, negative or many are judged or not, and end nothing" {
	local statement
	for statement in 's[k] = [1e308] * 5' 's[k] = [1e-300] * 5' 's[k] = [-1, 0, 1, 2, 3]' 's[k] = [1] * 100000'; do
		spoil good "$statement"
		gate_time plain work --baseline ./spoilt.json
		[ "$status" -le 1 ]
		[ -z "$stderr" ]
		valid verdict.json verdict-schema
	done
}

@test "a spoilt result file as a baseline" {
	each_refused result <<-'END'
		it["version"] = 3|version is 3; *
		it["benchmarks"] = {}|*benchmarks is an object; it must be a list
		it["benchmark_run"]["timestamp"] = "yesterday"|benchmark_run.timestamp is "yesterday"; *
		del it["metrics"]|the file has no "metrics"
		it["metrics"][0]["process_values"] = ["x"]|metrics?0?*
	END
}

@test "100 MB of brackets, and a file that is too large" {
	head -c 100000000 /dev/zero | tr '\0' '[' >spoilt.json
	gate plain --baseline ./spoilt.json
	fails 3 'benchgate: ./spoilt.json: its content takes '*' MiB of memory; a file of this size may take 351 MiB at most'
	truncate -s 300M spoilt.json
	gate plain --baseline ./spoilt.json
	fails 3 'benchgate: ./spoilt.json is larger than 268435456 bytes'
	nothing_measured
}

@test "a baseline that is a folder, a loop of links, or below a file" {
	mkdir folder.json
	ln -s loop.json loop.json
	gate plain --baseline ./folder.json
	fails 3 'benchgate: cannot read ./folder.json: Is a directory'
	gate plain --baseline ./loop.json
	fails 3 'benchgate: cannot open ./loop.json: Too many levels of symbolic links'
	gate plain --baseline ./good/base.json
	fails 3 'benchgate: cannot open ./good/base.json: Not a directory'
	rmdir baselines
	touch baselines
	gate plain
	fails 3 "benchgate: cannot open the folder 'baselines': Not a directory"
	update plain --yes
	fails 3 "benchgate: cannot open the folder 'baselines': Not a directory"
	nothing_measured
}

@test "a pipe that nobody writes to is no baseline, and does not hang" {
	mkfifo pipe.json
	within=2 gate plain --baseline ./pipe.json
	[ "$status" -eq 3 ]
	nothing_measured
}

@test "a policy file that is spoilt: exit code 2" {
	local text pattern nr=0
	while IFS='|' read -r text pattern; do
		printf '%b' "$text" >spoilt.json
		refuses 2 "spoilt.json: $pattern" run -q --suite ./plain/gate.so --config spoilt.json
			refuses 2 "spoilt.json: $pattern" update-baselines -q --yes --suite ./plain/gate.so --config spoilt.json
		nr=$((nr + 1))
	done <<-'END'
		|line 1, column 1: the JSON text ends too early
		{"alpha": 0.01|line 1, column 15: the JSON text ends too early
		{"alpha": "0.01"}|alpha is "0.01"; it must be *
		{"alpha": 1e999}|*
		{"alpha": 0.1, "alpha": 0.2}|the key "alpha" occurs twice in one object
		{"tiers": {"own": {}, "own": {}}}|the key "own" occurs twice in one object
		{"suite": "\xff"}|line 1, column 12: not UTF-8 text
		{"overrides": {}}|overrides is *
		{"overrides": [{"benchmark": "a", "budgets": {"time": 1e400}}]}|*
	END
	[ "$nr" -eq 9 ]
	head -c 1000000 /dev/zero | tr '\0' '[' >spoilt.json
	gate plain --config spoilt.json
	fails 2 'benchgate: spoilt.json: line 1, column 1001: not valid JSON from here on'
	gate plain --config baselines
	fails 2 'benchgate: cannot read baselines: Is a directory'
	nothing_measured
}

@test "acceptances that are spoilt: exit code 3" {
	local text pattern nr=0
	cp good baselines/mine.json
	while IFS='|' read -r text pattern; do
		printf '%b' "$text" >baselines/accepted.json
		cp baselines/accepted.json spoilt.json
		refuses 3 "baselines/accepted.json: $pattern" run -q --suite ./plain/gate.so --baseline baselines/mine.json
		nr=$((nr + 1))
	done <<-'END'
		|line 1, column 1: the JSON text ends too early
		{"format": "benchgate-accepted", "version": 1, "accepted": [|line 1, column *: the JSON text ends too early
		{"format": "other", "version": 1, "accepted": []}|format is "other"; it must be "benchgate-accepted"
		{"format": "benchgate-accepted", "version": 2, "accepted": []}|version is 2; this benchgate reads version 1
		{"format": "benchgate-accepted", "version": 1, "accepted": {}}|*accepted is an object; it must be a list
		{"format": "benchgate-accepted", "version": 1, "accepted": [7]}|accepted?0? is a number; it must be an object
		{"format": "benchgate-accepted", "version": 1, "accepted": [{"benchmark": 7}]}|accepted?0?.benchmark is 7; it must be a text
		{"a": "\xff"}|line 1, column 8: not UTF-8 text
	END
	[ "$nr" -eq 8 ]
	rm baselines/accepted.json
	mkdir baselines/accepted.json
	gate plain --baseline baselines/mine.json
	fails 3 'benchgate: cannot read baselines/accepted.json: Is a directory'
	nothing_measured
}

# As somebody whom permissions hold for: sets `other` to what goes before the program, or skips
as_other() {
	other=()
	[ "$(id -u)" -eq 0 ] || return 0
	other=(setpriv --bounding-set "-dac_override,-dac_read_search")
	"${other[@]}" true 2>/dev/null || skip "root may do everything, and setpriv cannot take it away"
}

@test "a baseline that may not be read or written" {
	as_other
	cp good baselines/mine.json
	chmod 000 baselines/mine.json
	chmod 755 baselines
	run --separate-stderr "${other[@]}" "$program" run -q --suite ./plain/gate.so --baseline baselines/mine.json
	fails 3 'benchgate: cannot open baselines/mine.json: Permission denied'
	nothing_measured
	chmod 644 baselines/mine.json
	age 2020 baselines/mine.json
	chmod 555 baselines
	cp baselines/mine.json kept
	run --separate-stderr "${other[@]}" "$program" update-baselines -q --suite ./plain/gate.so --sessions 1 --processes 1 --time 1ms --yes --force --baseline baselines/mine.json
	chmod 755 baselines
	[ "$status" -eq 3 ]
	[ "$stderr" = 'benchgate: cannot write baselines/mine.json: Permission denied' ]
	[[ $output != *' recorded in '* ]]
	cmp baselines/mine.json kept
	[ "$(ls baselines)" = mine.json ]
}

@test "a full disk leaves the old baseline as it was, and no other file" {
	mkdir disk
	unshare --mount true 2>/dev/null || skip "may not mount here"
	age 2020 good
	# shellcheck disable=SC2016  # expanded by that shell
	run unshare --mount bash -c '
		mount -t tmpfs -o size=64k none disk || exit 77
		cp good disk/base.json
		dd if=/dev/zero of=disk/filler bs=1k status=none 2>/dev/null
		"$@"
		echo "status $?"
		cmp disk/base.json good && echo same
		ls disk' - "$program" update-baselines -q --yes --suite ./plain/gate.so --sessions 1 --processes 1 --time 1ms --baseline disk/base.json
	echo "$output"
	[ "$status" -ne 77 ] || skip "may not mount here"
	[[ $output == *'cannot write disk/base.json: No space left on device'* ]]
	[[ $output == *$'status 3\nsame\nbase.json\nfiller' ]]
	[[ $output != *' recorded in '* ]]
}

@test "a large file of nothing but values is refused before it takes more than twice its size" {
	skip_when_sanitized 'takes more memory'
	for start in '' 'null,'; do
		{
			printf '{"format": "benchgate-run", "x": [%s' "$start"
			yes '1,' | head -n 50000000 | tr -d '\n'
			printf '1]}'
		} >large.json
		run /usr/bin/time -q -o peak -f %M "$program" report large.json
		[ "$status" -eq 3 ]
		[[ $output == 'benchgate: large.json: its content takes '*' MiB of memory; a file of this size may take 351 MiB at most' ]]
		[ "$(tail -n 1 peak)" -lt $((2 * 100000)) ]
	done
}
