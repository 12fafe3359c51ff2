#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Competitors of the policy file: measured in turn with ours, or read.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup() {
	mkdir .git
	cat >suite.c <<-'END'
		#include <benchgate.h>
		static unsigned work(unsigned n)
		{
			unsigned x = 1;
			for (BG_KEEP(n); n > 0; n--)
				x = x * 1664525u + 1013904223u;
			return x;
		}
		BG_BENCH(NAME) { BG_LOOP(run) BG_KEEP(work(N)); }
	END
}

compete() { # ARGUMENT...
	try run --competitors --counts none --processes 1 --time 1ms --units 4 --warmup 100us "$@"
}

@test "competitors are measured in turn or read, and what cannot be fails nothing" {
	shared ours.so -DNAME=parse -DN=3000 suite.c
	shared theirs.so -DNAME=json_parse -DN=1000 suite.c
	echo '{"inflate": {"latency": {"value": 10}}}' >old.json
	printf 'name,value,unit\nparse,%s\n' -5,ns >negative.csv
	printf 'name,value,unit\nparse,%s\n' 5,MB >megabytes.csv
	cat >benchgate.json <<-'END'
		{ "suite": "ours.so", "competitors": [
			{ "name": "quick", "version": "0.10", "suite": "theirs.so", "benchmarks": { "parse": "json_parse" } },
			{ "name": "old", "data": "old.json", "benchmarks": { "parse": "inflate" } },
			{ "name": "negative", "data": "negative.csv" },
			{ "name": "megabytes", "data": "megabytes.csv" },
			{ "name": "gone", "suite": "gone.so" },
			{ "name": "other", "suite": "theirs.so" },
			{ "name": "tool", "command": "true" }
		] }
	END
	compete --report json=out.json --report text
	[ "$status" -eq 0 ]
	valid out.json verdict-schema
	holds out.json '[(c["competitor"], c["version"], c["evidence"]) for c in it["competitors"]] == [("quick", "0.10", "in-turn"), ("old", None, "files-of-an-unknown-machine")]'
	holds out.json 'it["competitors"][0]["their_benchmark"] == "json_parse" and it["competitors"][0]["gap_percent"] > 50'
	holds out.json 'it["competitors"][1]["gap_low_percent"] is None and it["competitors"][1]["ours_is"] == "unknown"'
	[[ $output == *'quick 0.10'*slower*'measured in turn'* ]]
	[[ $output == *'note: negative: parse: theirs failed: its time is -5 ns in the file, which cannot be'* ]]
	[[ $output == *'note: megabytes was not compared: ours and theirs have none of its "metrics" in common'* ]]
	[[ $output == *'note: gone was not compared: suite gone.so: cannot open gone.so: No such file or directory'* ]]
	[[ $output == *'note: other was not compared: it has none of our benchmarks: say with "benchmarks" what they are called there'* ]]
	[[ $output == *'note: tool was not compared: none of our benchmarks is a command'* ]]
}

@test "a command of theirs has what ours has around it, and a wrong policy is said before measuring" {
	echo 'echo x >>log; cat' >cat.sh
	cat >benchgate.json <<-'END'
		{ "commands": [{ "name": "copy", "command": "cat", "input": "in.txt", "setup": "echo data >in.txt" }],
			"competitors": [
				{ "name": "shell", "command": "sh cat.sh", "benchmarks": "copy" },
				{ "name": "bad", "command": "sh -c 'exit 3'" },
				{ "name": "none", "command": "./none" }
		] }
	END
	compete --units 1 -q
	[ "$status" -eq 0 ]
	[[ $output == *shell*'measured in turn'* ]]
	[ -s log ]
	[[ $output == *'note: bad: copy: theirs failed: '*3* ]]
	[[ $output == *'note: none was not compared: cannot find the program ./none of the command '* ]]
	echo '{"competitors": []}' >benchgate.json
	compete
	fails 2 "benchgate: --competitors: there is no \"competitors\" in the policy file*"
}

@test "a history keeps gaps as series of their own, and a commit's runs are ours" {
	shared ours.so -DNAME=parse -DN=3000 suite.c
	shared theirs.so -DNAME=parse -DN=1000 suite.c
	git init -q . && git add suite.c && git -c user.name=a -c user.email=a@b commit -qm x
	echo '{ "suite": "ours.so", "competitors": [{ "name": "quick", "version": "2", "suite": "theirs.so" }] }' >benchgate.json
	compete -q --db runs.db --units 3
	compete -q --db runs.db --units 3
	try history list --db runs.db --branch 'competitor quick' --json
	[ "$(grep -o '"competitor quick"' <<<"$output" | wc -l)" -eq 2 ]
	compete -q --db runs.db --units 3 --report json=out.json
	valid out.json verdict-schema
	holds out.json '"gap_trend_percent_per_week" in it["competitors"][0]'
	try trends --db runs.db --metric gap
	[[ $output == *'competitor quick'*'parse gap'*' x -> '* ]]
	try compare --from-history --db runs.db HEAD HEAD
	[[ $output != *gap* ]]
}

@test "two benchmarks of one run of a tool have a gap, and a rule tells of it" {
	cat >tool.sh <<-'END'
		echo '{"parse/ours": {"latency": {"value": 15, "lower_value": 14, "upper_value": 16}}, "parse/theirs": {"latency": {"value": 10}}}'
	END
	cat >benchgate.json <<-'END'
		{ "bench": { "command": "sh tool.sh", "format": "bmf", "repeat": 4 },
			"competitors": [{ "name": "theirs", "benchmarks": { "parse/ours": "parse/theirs" } }],
			"channels": { "log": { "type": "file", "path": "alerts.jsonl" } },
			"alert_rules": [{ "name": "behind", "condition": "gap_percent > 20", "channels": ["log"],
				"message_template": "{benchmark} is {gap_percent} from {competitor}" }] }
	END
	try run --competitors --counts none --budget 20s --report json=out.json --notify always -q
	[ "$status" -eq 0 ]
	holds out.json '[(c["evidence"], round(c["gap_percent"])) for c in it["competitors"]] == [("same-run", 50)]'
	grep -q 'parse/ours is +50.0 % from theirs' alerts.jsonl
}
