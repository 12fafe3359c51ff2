#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Commands to CI systems in texts from outside: no output has one that the system would obey.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli
load ../support/golden

setup() {
	own_home
	attack=$(/usr/bin/python3 "$support/ci_log.py" text)
	# Those of the program's own list
	try report none.json --report none
	IFS=', ' read -r -a formats <<<"${stderr##*formats: }"
	[ "${#formats[@]}" -ge 14 ]
	reports=()
	for format in "${formats[@]}"; do reports+=("--report=$format=report.$format"); done
}

ci_log() { # ARGUMENT...
	/usr/bin/python3 "$support/ci_log.py" "$@"
}

# plants FILE ARGUMENT...: whatever text of the file has commands in it
plants() {
	ci_log plant "$1" "$program" "${@:2}"
}

# Runs the program: it shows what was attempted, and nothing of it is obeyed.
shows() { # STATUS ARGUMENT...
	try "${@:2}"
	[ "$status" -eq "$1" ]
	[[ $output$stderr == *add-mask* ]]
	printf '%s\n' "$output" >said.out
	printf '%s\n' "$stderr" >said.err
	ci_log check said.out said.err
}

# A suite whose two benchmarks have commands for names, tiers, descriptions and files
evil_suite() {
	local tab=$'\t' clean=${attack//[$'\r\n\t']/}
	cp "$support/fake-worker.bash" evil
	NAMED=$(for i in 1 2; do
		printf '%s\n' "bench$tab$clean$i$tab$clean${tab}${clean}about$tab${clean}file${tab}1${tab}1${tab}0"
	done)
	export NAMED
}

@test "the rules of CI systems find what these obey" {
	ci_log rules
}

@test "a result file, in every format" {
	story
	plants head.json report head.json --against base.json -v "${reports[@]}"
}

@test "a result file on standard output" {
	story
	sed -i "s/\"search\"/\"::add-mask::x ##[error]x ##vso[a.b]c\"/" head.json
	for format in "${formats[@]}"; do
		[ "$format" != github ] || continue
		try report head.json --against base.json --report "$format"
		[ "$status" -le 5 ]
		printf '%s\n' "$output" >said.out
		[ -n "$output" ]
		sed -i 's/\r$//' said.out
		ci_log check said.out
	done
	shows 0 export prometheus head.json --against base.json
}

@test "a baseline, a policy file and acceptances" {
	story
	plants base.json report head.json --against base.json -v "${reports[@]}"
	plants base.json baselines show --baseline base.json
	plants base.json baselines diff base.json head.json
	plants benchgate.json config show
	plants baselines/accepted.json report head.json --against base.json -v "${reports[@]}"
	plants baselines/accepted.json accept --list
}

@test "the names that a suite says" {
	evil_suite
	shows 0 list --suite ./evil
	shows 0 list --suite ./evil --json
	shows 0 run -v --suite ./evil --processes 2 --time 1ms --out result.json
	shows 0 update-baselines -y --sessions 1 --force -v --suite ./evil --processes 2 --time 1ms
	shows 0 baselines show
	shows 2 list --suite ./evil "no$attack"
	shows 2 run --suite "$attack"
}

@test "a history that others wrote, and what a command prints" {
	story
	ATTACK=$attack /usr/bin/python3 - <<-'END'
		import json, os
		attack = os.environ["ATTACK"]
		run = json.load(open("head.json", encoding="utf-8"))
		for name in ("git_commit", "git_branch", "suite_compiler"):
		    run["system_info"][name] = attack
		text = json.dumps(run).replace('"search"', json.dumps(attack + "search"))
		open("evil.json", "w", encoding="utf-8").write(text)
	END
	local id
	id=$(jq -r .benchmark_run.id evil.json)
	try history import evil.json --db h.db
	[ "$status" -eq 0 ]
	shows 0 history list --db h.db
	shows 0 history list --db h.db --json
	shows 0 history show "$id" --db h.db
	shows 0 history rm "$id" --dry-run --db h.db
	shows 0 trends --db h.db
	printf '%s\n' "$attack" >said
	shows 3 run --processes 2 --time 1ms --shell --command 'evil=cat said >&2; exit 1'
}

@test "the names of files and of revisions" {
	local clean=${attack//[$'\r\n\t\/']/}
	story
	cp head.json "$clean.json"
	mkdir '::add-mask::x ##[error]y'
	cp base.json '::add-mask::x ##[error]y'
	shows 0 baselines show --baseline '::add-mask::x ##[error]y/base.json'
	printf '{"baselines": "%s"}\n' "$clean" >benchgate.json
	shows 2 baselines list
	rm benchgate.json
	shows 2 compare "./$clean.json" "./$clean.so"
	shows 2 compare "$attack" base.json
	shows 2 report "$attack.json"
	shows 2 "$attack"
	shows 2 run "--$attack"
}

@test "what a failed build prints" {
	git init -q
	printf '%s\n' "$attack" >log
	echo '{"suite": "./suite.so", "build": "cat log; cat log >&2; exit 1"}' >benchgate.json
	git add -A
	git commit -q -m one
	shows 3 compare HEAD HEAD~0 -v
}

@test "what channels answer" {
	story
	printf '%s\n' "$attack" >said
	cat >benchgate.json <<-END
		{
			"channels": { "own": { "type": "command", "command": "cat said; exit 1" } },
			"notify": { "state": "state.json" },
			"alert_rules": [{ "name": "slower", "condition": "change_percent > 10", "severity": "critical", "message_template": "x" }]
		}
	END
	shows 0 notify head.json --against base.json --allow-mismatch
	shows 0 alerts list
	plants state.json alerts list
}
