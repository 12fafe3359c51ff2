#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate doctor --calibrate: the suite against itself, and what run and update-baselines make of it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	gate_suites . good ''
}

# As short as one session and a gate can be
calibrate() { # ARGUMENT...
	within=60 try doctor --calibrate -q --suite ./good/gate.so --budget 4s "$@"
}

machine() {
	"$program" doctor --json --suite ./good/gate.so | query /dev/stdin 'it["machine"]'
}

# A calibration of this machine that cannot see 9.1 % of the benchmarks NAME...
blind_to() { # NAME...
	local machine
	machine=$(machine)
	mkdir -p baselines/calibrations
	file=baselines/calibrations/$machine.json
	/usr/bin/python3 - "$machine" "$@" >"$file" <<-'END'
		import json, sys
		gates = {"gates": 4, "alarmed_gates": 0, "comparisons": 8, "alarms": 0, "bound": 0.32, "gate_bound": 0.53}
		json.dump({
		    "format": "benchgate-calibration", "version": 1, "machine": sys.argv[1],
		    "timestamp": "2026-11-21T04:05:06Z", "suite_build": None, "duration": 300,
		    "clock": {"resolution_ns": 1, "cost_ns": 24}, "drift": {"sessions": 5, "tau": 0.07, "df": 4},
		    "alone": gates, "in_turn": gates,
		    "benchmarks": [{
		        "name": name, "tier": "critical", "threshold": 0.02, "target": 0.04, "detectable_alone": 0.25,
		        "detectable_in_turn": 0.024, "start_order": 0, "start_order_low": -0.01, "start_order_high": 0.01,
		        "seconds_alone": 1, "seconds_in_turn": 1} for name in sys.argv[2:]]
		}, sys.stdout)
	END
	valid "$file" calibration-schema
}

notes() {
	grep -c '^note: .*cannot detect' <<<"$output"
}

@test "a few seconds make a calibration that its schema allows" {
	calibrate -k steady
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	file=baselines/calibrations/$(machine).json
	valid "$file" calibration-schema
	holds "$file" '[b["name"] for b in it["benchmarks"]] == ["steady"]'
	holds "$file" 'it["drift"] == {"sessions": 1, "tau": None, "df": None}'
	holds "$file" 'it["benchmarks"][0]["threshold"] == 0.02 and it["benchmarks"][0]["target"] == 0.04'
	holds "$file" 'it["benchmarks"][0]["seconds_alone"] > 0 and it["clock"]["cost_ns"] >= 0'
	[[ $output == 'benchmark  target  seen alone'* ]]
	[[ $output == *$'\nsteady '* ]]
	[[ $output == *$'\ndrift between sessions  unknown: two sessions, 60 s apart, are needed; give a longer --budget\n'* ]]
	[[ $(last_line) == "written to $file, which run and update-baselines read" ]]
	[ "$(find baselines -type f)" = "$file" ]
}

@test "--out writes it elsewhere, --json shows it, and what is tolerated can be said" {
	calibrate -k steady --json --out here.json --threshold 3% --target 8%
	[ "$status" -eq 0 ]
	printf '%s\n' "$output" >said.json
	cmp said.json here.json
	valid here.json calibration-schema
	holds here.json 'it["benchmarks"][0]["threshold"] == 0.03 and it["benchmarks"][0]["target"] == 0.08'
	[ ! -e baselines ]
}

@test "what fails is left out, and said" {
	gate_suites . bad -DCRASH
	within=60 try doctor --calibrate -q --suite ./bad/gate.so --budget 4s -k steady -k shaky
	[ "$status" -eq 3 ]
	[[ $output == *$'\nleft out: shaky '* ]]
	holds "baselines/calibrations/$(machine).json" '[b["name"] for b in it["benchmarks"]] == ["steady"]'
	rm -r baselines
	within=60 try doctor --calibrate -q --suite ./bad/gate.so --budget 4s -k shaky
	[ "$status" -eq 3 ]
	[[ $(last_line) == 'nothing was measured: nothing was written' ]]
	[ -z "$(find baselines -type f)" ]
}

@test "a signal ends it with what is known, and nothing is written" {
	TRACE=trace signal_when INT trace doctor --calibrate --budget 60s --suite ./good/gate.so -k steady
	[ "$status" -eq 130 ]
	[[ $(tail -n 1 said.out) == 'interrupted: nothing was written' ]]
	[ -z "$(find baselines -type f)" ]
	no_process_left
}

@test "it says how far it is, and how long it will take" {
	within=60 try doctor --calibrate --suite ./good/gate.so --budget 12s -k steady
	[ "$status" -eq 0 ]
	[[ $stderr == 'benchgate: '*', '*' left: steady' ]]
}

@test "a mistake in the options is told before measuring" {
	try doctor --budget 3s
	fails 2 'benchgate: --budget belongs to --calibrate'
	try doctor --out here.json
	fails 2 'benchgate: --out belongs to --calibrate'
	TRACE=trace calibrate -k stedy
	fails 2 "benchgate: no benchmark matches 'stedy'; did you mean steady?"
	TRACE=trace calibrate --out "$suites/good.c"
	fails 2 "benchgate: */good.c exists, but is not a result file: *"
	TRACE=trace calibrate --out nowhere/here.json
	fails 3 'benchgate: *nowhere/here.json*'
	nothing_measured
}

@test "run says what this machine cannot see" {
	blind_to steady
	gate good
	[ "$(notes)" -eq 1 ]
	[[ $output == *$'\nnote: steady: this machine cannot detect a change of 4 % (the target); smallest detectable change: 25 % (doctor --calibrate, 2026-11-21)\n'* ]]
	gate good --target 30%
	run ! notes
	blind_to steady work leaver shaky
	gate good --threshold 2%
	[ "$(notes)" -eq 3 ]
	[[ $output == *$'\nnote: the same holds for 1 more; '* ]]
	gate good steady --threshold 2%
	[ "$(notes)" -eq 1 ]
}

@test "update-baselines says so too" {
	blind_to steady
	update good --yes --force
	[ "$status" -eq 0 ]
	[ "$(notes)" -eq 1 ]
}

@test "a base of one session is judged by the drift that was seen" {
	recorded good --processes 5 --time 5ms
	blind_to steady
	gate_time good
	holds verdict.json '{c["drift_source"] for c in it["metrics"] if c["name"] == "time"} == {"calibrated"}'
	holds verdict.json 'all(abs(c["drift"] - 0.07) < 1e-9 for c in it["metrics"] if c["name"] == "time")'
	valid verdict.json verdict-schema
	rm "$file"
	gate_time good
	holds verdict.json '{c["drift_source"] for c in it["metrics"] if c["name"] == "time"} == {"assumed"}'
}

@test "a spoilt calibration is one clear line, and nothing is measured" {
	blind_to steady
	sed -i 's/"tau": 0.07/"tau": -0.07/' "$file"
	TRACE=trace gate good
	fails 3 "benchgate: $file: drift.tau is -0.07; it must not be below 0"
	TRACE=trace update good --yes
	fails 3 "benchgate: $file: drift.tau is -0.07; it must not be below 0"
	echo '{ "format"' >"$file"
	TRACE=trace gate good
	fails 3 "benchgate: $file: *"
	blind_to steady
	sed -i 's/"machine": "[0-9a-f]*"/"machine": "0123abcd"/' "$file"
	TRACE=trace gate good
	fails 3 "benchgate: $file: machine is \"0123abcd\", and this one is *; 'benchgate doctor --calibrate' makes a new one"
	nothing_measured
}
