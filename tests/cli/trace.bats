#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The record of what is done when, for trace viewers.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# All that a viewer needs of each event; those of a lane lie in one another or apart.
check_trace() { # FILE
	/usr/bin/python3 - "$1" <<-'PY'
		import json, sys
		events = json.load(open(sys.argv[1]))
		lanes = {}
		for e in events:
		    assert e["ph"] in "MXi" and e["pid"] == 1 and e["name"], e
		    if e["ph"] == "X":
		        assert e["ts"] >= 0 and e["dur"] >= 0, e
		        lanes.setdefault(e["tid"], []).append((e["ts"], e["ts"] + e["dur"], e["name"]))
		for spans in lanes.values():
		    spans.sort(key=lambda s: (s[0], -s[1]))
		    open_ends = []
		    for start, end, name in spans:
		        while open_ends and open_ends[-1] <= start:
		            open_ends.pop()
		        assert not open_ends or end <= open_ends[-1] + .002, (name, start, end)
		        open_ends.append(end)
	PY
}

events() { # FILE KIND
	/usr/bin/python3 -c 'import json, sys
for e in json.load(open(sys.argv[1])):
    if e.get("cat") == sys.argv[2]:
        print(e["name"])' "$1" "$2"
}

# A row that a viewer shows, a line each; each is there once, however many processes it had.
rows() { # FILE
	/usr/bin/python3 -c 'import json, sys
names = [(e["args"]["name"], e["tid"]) for e in json.load(open(sys.argv[1])) if e["name"] == "thread_name"]
assert len(dict(names)) == len(set(names)), names
print("\n".join(sorted(dict(names))))' "$1"
}

@test "processes, warm-up, timing and decisions of a run" {
	shared run.so "$suites/run.c"
	try run -q --suite ./run.so alpha --processes 2 --time 2ms --trace run.json
	[ "$status" -eq 0 ]
	check_trace run.json
	[ "$(events run.json measure)" = $'alpha\nalpha' ]
	[ "$(rows run.json | grep -v '^git$')" = $'alpha\nbenchgate\nbenchgate worker' ]
	[ "$(events run.json worker | grep -c '^start$')" -ge 2 ]
	events run.json worker | grep -qx 'warm up'
	events run.json worker | grep -q '^time [0-9]* batches$'
	[ "$(events run.json decision)" = $'alpha: not decided (processes: 1)\nalpha: decided (processes: 2)' ]
}

@test "a comparison, by the variable, with a row for each of its two sides" {
	turns_suite base.so -DNS=20000
	turns_suite head.so -DNS=20010
	for jobs in 1 2; do
		BENCHGATE_TRACE=turns.json try compare -q --units 4 --time 2ms ./base.so ./head.so --only 's*d*' --jobs $jobs
		check_trace turns.json
		[ "$(rows turns.json | grep -v '^git$')" = "$(printf '%s\n' benchgate 'benchgate worker' \
			'sized/1000, base' 'sized/1000, head' 'sized/1000, watched' 'steady, base' 'steady, head')" ]
	done
	events turns.json decision | grep -q '^steady: decided (units: 4)$'
}

@test "git, locks and requests; of a request only where it went" {
	cat >benchgate.json <<-END
		{"channels": {"hook": {"type": "webhook", "secret_url": {"env": "HOOK"}}},
		 "alert_rules": [{"name": "all", "condition": "change_percent > 5", "channels": ["hook"]}], "notify": {"state": "state.json"}}
	END
	git init -q .
	turns_suite base.so -DNS=20000
	turns_suite head.so -DNS=25000
	HOOK='https://user:secret1@127.0.0.1:9/secret2?token=secret3' \
		try compare -q ./base.so ./head.so --only steady --notify=always --trace all.json
	check_trace all.json
	events all.json git | grep -q '^git rev-parse$'
	events all.json lock | grep -q '^lock '
	events all.json http | grep -qx 'POST 127.0.0.1:9: 0'
	run ! grep -q secret all.json
}

@test "a trace that cannot be written ends the command before it begins" {
	try run --trace none/t.json
	fails 3 "benchgate: cannot write the trace to 'none/t.json': No such file or directory"
	try run --trace
	fails 2 'benchgate: --trace needs a value: FILE'
	try list -- --trace t.json
	[ ! -e t.json ]
}

@test "a full disk ends the trace and nothing else" {
	shared run.so "$suites/run.c"
	try run -q --suite ./run.so alpha --processes 2 --time 2ms --trace /dev/full
	[ "$status" -eq 0 ]
	[[ $output == *alpha* ]]
}
