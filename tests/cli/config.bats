#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The policy file: where it is looked for, what is said of it, and what holds.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

# The test folder is a repository, so that nothing above it is looked at.
setup() {
	mkdir .git
}

# The value of a key, and where it is from, as `config show --json` has them
value_of() { # KEY
	query show.json "next((v['value'], v['from']) for v in it['values'] if v['key'] == '$1')"
}

show() { # ARGUMENT...
	try config show --json "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	printf '%s\n' "$output" >show.json
}

wrong() { # PATTERN ARGUMENT...
	try config "${@:2}"
	fails 2 "benchgate: $1"
}

# The example of the config-file topic
example() {
	"$program" help config-file | sed -n '/^	{/,/^	}/s/^	//p'
}

# valid_policy FILE: it is what `benchgate help config-schema` says, comments left out
valid_policy() {
	"$program" help config-schema >schema.json
	/usr/bin/python3 -W ignore - "$1" <<-'END'
		import json, jsonschema, re, sys
		text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or " ", open(sys.argv[1]).read(), flags=re.S)
		schema = json.load(open("schema.json"))
		jsonschema.Draft7Validator.check_schema(schema)
		jsonschema.validate(json.loads(text), schema)
	END
}

@test "without a file all is built in" {
	try config check
	[ "$status" -eq 0 ]
	[ "$output" = 'no policy file: the built-in values apply' ]
	show
	holds show.json 'it["file"] is None and it["root"] == "."'
	holds show.json '{v["from"] for v in it["values"]} == {"built in"}'
	[ "$(value_of alpha)" = "('0.01', 'built in')" ]
	[ "$(value_of baselines)" = "('baselines', 'built in')" ]
	[ "$(value_of suite)" = "(None, 'built in')" ]
	[ "$(value_of tiers.critical.target)" = "('4%', 'built in')" ]
}

@test "the example is right, by the program and by the schema" {
	example >benchgate.json
	try config check
	[ "$status" -eq 0 ]
	[ "$output" = $'benchgate.json: ok\nthe names of benchmarks were not checked: there is no file ./build/bench.so yet' ]
	[ -z "$stderr" ]
	valid_policy benchgate.json
}

@test "the example has every key that there is" {
	local key
	example >benchgate.json
	"$program" help config-schema >schema.json
	for key in $(query schema.json '" ".join({*it["properties"], *it["definitions"]["tier"]["properties"], *it["definitions"]["override"]["properties"], *it["definitions"]["tradeoff"]["properties"], *it["definitions"]["payment"]["properties"], *it["definitions"]["competitor"]["properties"]})'); do
		echo "$key"
		grep -qF "\"$key\":" benchgate.json
	done
}

@test "show lists every value and where it comes from" {
	example >benchgate.json
	show --alpha 0.02 --threshold '3 %'
	holds show.json 'it["file"] == "benchgate.json"'
	[ "$(value_of alpha)" = "('0.02', 'command line')" ]
	[ "$(value_of --threshold)" = "('3 %', 'command line')" ]
	[ "$(value_of suite)" = "('./build/bench.so', 'benchgate.json')" ]
	[ "$(value_of tiers.critical.benchmarks)" = "('sort*, parse', 'benchgate.json')" ]
	[ "$(value_of tiers.own.trigger)" = "('nightly', 'benchgate.json')" ]
	[ "$(value_of tiers.own.max_duration)" = "('8min', 'built in')" ]
	[ "$(value_of 'overrides[sort*, p9*].regression_threshold')" = "('10%', 'benchgate.json')" ]
	[ "$(value_of 'overrides[render].budgets.allocated')" = "('1MiB', 'benchgate.json')" ]
	[ "$(value_of tiers.critical.paths)" = "('src/**, bench/**', 'benchgate.json')" ]
	[ "$(value_of 'overrides[sort*].paths')" = "('src/sort/**, src/array.h', 'benchgate.json')" ]
	[ "$(value_of 'tradeoffs[memory for speed].if.better_by')" = "('20%', 'benchgate.json')" ]
	[ "$(value_of 'tradeoffs[1].if.weights.render')" = "('3', 'benchgate.json')" ]
	# What an override leaves unsaid has no row.
	holds show.json 'len([v for v in it["values"] if v["key"].startswith("overrides[parse]")]) == 6'
	try config show
	[[ $output == $'policy file benchgate.json, project folder .\n\n'* ]]
	[[ $output == *$'\n'alpha*' 0.01 '*' benchgate.json'$'\n'* ]]
	[[ $output == *$'\n'tiers.standard.benchmarks*' -  '*'built in'$'\n'* ]]
	# The third column starts at the same place in every line.
	[ "$(sed -nE '3,$s/^(.*)(built in|benchgate\.json)$/\1/p' <<<"$output" | awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
}

@test "--default-threshold is that of tiers to which the file gives none" {
	echo '{"tiers": {"critical": {"regression_threshold": "3%"}}}' >benchgate.json
	show --default-threshold 20%
	[ "$(value_of tiers.critical.regression_threshold)" = "('3%', 'benchgate.json')" ]
	[[ $(value_of tiers.standard.regression_threshold) == "('20%', "* ]]
	try config show --default-threshold x
	fails 2 "*--default-threshold takes a percentage above 0% *; 'x' is not one*"
}

@test "the file is the one here or in the nearest folder above" {
	mkdir -p sub/deep
	echo '{"alpha": 0.1, "suite": "./bench.so", "baselines": "./kept"}' >benchgate.json
	cd sub/deep
	show
	holds show.json 'it["file"] == "../../benchgate.json" and it["root"] == "../.."'
	[ "$(value_of alpha)" = "('0.1', '../../benchgate.json')" ]
	[ "$(value_of suite)" = "('../../bench.so', '../../benchgate.json')" ]
	[ "$(value_of baselines)" = "('../../kept', '../../benchgate.json')" ]
	echo '{"alpha": 0.2}' >../.benchgate.json
	show
	[ "$(value_of alpha)" = "('0.2', '../.benchgate.json')" ]
	[ "$(value_of baselines)" = "('../baselines', 'built in')" ]
	cd ../..
	show
	holds show.json 'it["file"] == "benchgate.json" and it["root"] == "."'
	[ "$(value_of suite)" = "('./bench.so', 'benchgate.json')" ]
	[ "$(value_of baselines)" = "('kept', 'benchgate.json')" ]
}

@test "a repository's end is the end of looking" {
	echo '{"alpha": 0.1}' >benchgate.json
	mkdir -p inner/.git inner/sub
	cd inner/sub
	show
	holds show.json 'it["file"] is None and it["root"] == ".."'
	# A worktree has a file of that name.
	rmdir ../.git
	echo 'gitdir: elsewhere' >../.git
	show
	holds show.json 'it["file"] is None and it["root"] == ".."'
	rm ../.git
	show
	holds show.json 'it["file"] == "../../benchgate.json"'
}

@test "without a file the project is where its baselines or its repository are" {
	mkdir -p sub/baselines sub/deep file
	cd sub/deep
	show
	holds show.json 'it["root"] == ".."'
	[ "$(value_of baselines)" = "('../baselines', 'built in')" ]
	cd "$BATS_TEST_TMPDIR/file"
	# Only a folder is meant.
	touch baselines
	show
	holds show.json 'it["root"] == ".."'
	cd "$BATS_TEST_TMPDIR"
	show
	holds show.json 'it["root"] == "."'
	[ "$(value_of baselines)" = "('baselines', 'built in')" ]
}

@test "in the file system's root nothing is looked for above" {
	cd /
	[ ! -e benchgate.json ] && [ ! -e .benchgate.json ] || skip "there is a policy file in /"
	try config show --json
	[ "$status" -eq 0 ]
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/show.json"
	holds "$BATS_TEST_TMPDIR/show.json" 'it["file"] is None and it["root"] == "."'
}

@test "two files in one folder are one too many" {
	echo '{}' >benchgate.json
	echo '{}' >.benchgate.json
	wrong 'benchgate.json and .benchgate.json are both there: remove one, or choose with --config' check
	mkdir sub
	cd sub
	wrong '../benchgate.json and .benchgate.json are both there: *' show
	try config check --config ../benchgate.json
	[ "$status" -eq 0 ]
}

@test "--config names a file or none, and its folder is the project" {
	mkdir -p elsewhere
	echo '{"alpha": 0.1}' >benchgate.json
	echo '{"alpha": 0.2, "suite": ["a", "/b", "../c"], "baselines": "/kept"}' >elsewhere/mine.json
	show --config elsewhere/mine.json
	holds show.json 'it["file"] == "elsewhere/mine.json" and it["root"] == "elsewhere"'
	[ "$(value_of alpha)" = "('0.2', 'elsewhere/mine.json')" ]
	[ "$(value_of suite)" = "('elsewhere/a, /b, elsewhere/../c', 'elsewhere/mine.json')" ]
	[ "$(value_of baselines)" = "('/kept', 'elsewhere/mine.json')" ]
	show --config "$PWD/elsewhere/mine.json"
	holds show.json 'it["root"].startswith("/") and it["root"].endswith("/elsewhere")'
	show --config none
	holds show.json 'it["file"] is None and it["root"] == "."'
	[ "$(value_of alpha)" = "('0.01', 'built in')" ]
	wrong 'cannot open nowhere.json: No such file or directory' show --config nowhere.json
	wrong 'cannot read elsewhere: Is a directory' check elsewhere
}

@test "check says what is wrong, where, and what would be right" {
	echo '{"tiers": {"critical": {"regresion_threshold": "2%"}}}' >benchgate.json
	wrong "benchgate.json: unknown key 'tiers.critical.regresion_threshold'; did you mean regression_threshold[?] known keys: *" check
	printf '{\n\t// A number is none.\n\t"tiers": {"critical": {"target": 4}}\n}' >other.json
	wrong 'other.json: tiers.critical.target is 4; it must be a percentage above 0% and up to 1000%, such as "2%"' check other.json
	wrong 'other.json: tiers.critical.target is 4; *' show --config other.json
	printf '{\n\t// x\n\t/* y\n*/ "alpha" 0.01\n}' >benchgate.json
	wrong 'benchgate.json: line 4, column 12: not valid JSON from here on' check
	printf '{"a": "\xff"}' >benchgate.json
	wrong 'benchgate.json: line 1, column 8: not UTF-8 text' check
	printf '{}\0' >benchgate.json
	wrong 'benchgate.json: line 1, column 3: not UTF-8 text' check
	printf '{"alert_rules": [{"name": "a",\n"condition": "units > 1 \\u0000 AND no sense"}]}' >benchgate.json
	wrong 'benchgate.json: line 2, column 25: a text must not hold *u0000' check
	: >benchgate.json
	wrong 'benchgate.json: line 1, column 1: the JSON text ends too early' check
	head -c 1048577 /dev/zero | tr '\0' ' ' >benchgate.json
	wrong 'benchgate.json is larger than 1048576 bytes' check
}

@test "check says of channels and rules which one is wrong, and what there is" {
	while IFS='|' read -r text said; do
		printf '%s' "$text" >benchgate.json
		wrong "benchgate.json: $said" check
	done <<-'END'
		{"channels": {"": {"type": "github"}}}|channels has one named ""; a name must not be empty or hold a control character
		{"channels": {"a\u001b[31mb": {"type": "github"}}}|channels has one named "a*31mb"; a name must not be empty or hold *
		{"channels": {"a\nb": {"type": "github"}}}|channels has one named "a*b"; a name must not be empty or hold *
		{"alert_rules": [{"name": "big", "condition": "units > 1", "channels": []}]}|alert_rules[[]0] (big).channels is an empty list; it must name a channel, or be left out
		{"alert_rules": [{"name": "big", "condition": "units > 1", "escalate_after": "1h", "escalate_to": []}]}|alert_rules[[]0] (big).escalate_to is an empty list; it must name a channel, or be left out
		{"channels": {"a": {}}}|channels.a has no type; it must have one, such as "type": "github"
		{"channels": {"a": "github"}}|channels.a is "github"; it must be an object with a type, such as *
		{"channels": {"a": {"type": 1}}}|channels.a.type is 1; it must be a text such as "github"
		{"channels": {"a": {"type": "slak"}}}|channels.a.type is "slak", which is none; did you mean slack? There are github, gitlab, slack, *
		{"channels": {"a": {"type": "carrier pigeon"}}}|channels.a.type is "carrier pigeon"; it must be one of github, *
		{"channels": {"log": {"type": "file", "path": "a"}}, "alert_rules": [{"name": "big", "condition": "units > 1", "channels": "lgo"}]}|alert_rules[[]0] (big).channels names "lgo", and channels has none of that name; did you mean log[?]
		{"channels": {"log": {"type": "file", "path": "a"}}, "alert_rules": [{"name": "big", "condition": "units > 1", "escalate_after": "1h", "escalate_to": "z"}]}|alert_rules[[]0] (big).escalate_to names "z", and channels has none of that name
		{"channels": {"log": {"type": "file", "path": "a"}}, "notify": {"routes": {"critical": "logs"}}}|notify.routes.critical names "logs", and channels has none of that name; did you mean log[?]
		{"notify": {"quiet_hours": {"from": "7:00", "to": "08:00"}}}|notify.quiet_hours.from is "7:00"; it must be a time of day from "00:00" to "23:59", two digits each
		{"notify": {"quiet_hours": {"from": "22:00", "to": "24:00"}}}|notify.quiet_hours.to is "24:00"; it must be a time of day from "00:00" to "23:59", two digits each
	END
}

# Policy files, one a line
policy_files() {
	cat <<-'END'
		{}
		[]
		{"alpha": 0.01}
		{"alpha": 0}
		{"alpha": 0.5}
		{"alpha": "0.01"}
		{"suite": "a"}
		{"suite": ["a", "b"]}
		{"suite": []}
		{"suite": [""]}
		{"suite": null}
		{"baselines": ""}
		{"on_new": "fail"}
		{"on_new": "ignore"}
		{"on_old": "fail"}
		{"tiers": {"own": {}}}
		{"tiers": {"": {}}}
		{"tiers": {"a,b": {}}}
		{"tiers": {"own": {"benchmarks": "a", "trigger": "x", "max_duration": "1.5 h"}}}
		{"tiers": {"own": {"max_duration": "90"}}}
		{"tiers": {"own": {"max_duration": 90}}}
		{"tiers": {"own": {"max_duration": "90 years"}}}
		{"tiers": {"own": {"target": "50 %"}}}
		{"tiers": {"own": {"target": ".5e2%"}}}
		{"tiers": {"own": {"target": "50"}}}
		{"tiers": {"own": {"target": 50}}}
		{"tiers": {"own": {"severity": "warn"}}}
		{"tiers": {"own": {"severity": "pass"}}}
		{"tiers": {"own": {"gated": true}}}
		{"tiers": {"own": {"paths": "src/**"}}}
		{"tiers": {"own": {"paths": [""]}}}
		{"overrides": {}}
		{"overrides": [{}]}
		{"overrides": [{"benchmark": []}]}
		{"overrides": [{"benchmark": ["a", "b"], "metric": "time", "gated": false}]}
		{"overrides": [{"benchmark": "a", "metric": ["time"]}]}
		{"overrides": [{"benchmark": "a", "gated": "no"}]}
		{"overrides": [{"benchmark": "a", "max_duration": "1s"}]}
		{"overrides": [{"benchmark": "a", "paths": ["src/**", "lib"]}]}
		{"overrides": [{"benchmark": "a", "paths": {}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": "20us", "allocated": "1.5 kB", "hits": 0}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": "20"}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": "20 MB"}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": "20 mb"}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": -1}}]}
		{"overrides": [{"benchmark": "a", "budgets": {"time": null}}]}
		{"notify": {}}
		{"notify": {"state": "alerts.json", "budget": "20s", "strict": true, "routes": {"info": []}}}
		{"notify": {"state": ""}}
		{"notify": {"budget": 20}}
		{"notify": {"routes": {"urgent": []}}}
		{"notify": {"quiet_hours": {}}}
		{"notify": {"quiet_hours": {"from": "22:00"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00"}}}
		{"notify": {"quiet_hours": {"from": "00:00", "to": "23:59", "zone": "local"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "utc"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "LOCAL"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "-14:00"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "+14:01"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "CET"}}}
		{"notify": {"quiet_hours": {"from": "24:00", "to": "07:00"}}}
		{"notify": {"quiet_hours": {"from": "22:00", "to": "7:00"}}}
		{"channels": {"a": {"type": "webhook", "url": "http://"}}}
		{"channels": {"a": {"type": "webhook", "url": "http://ho st/"}}}
		{"channels": {"a": {"type": "webhook", "url": "http://[::1"}}}
		{"channels": {"a": {"type": "webhook", "url": "http://[::1]:80/a?b=c"}}}
		{"channels": {"a": {"type": "webhook", "url": "https://some-host.example/a@b"}}}
		{"channels": {"a": {"type": "webhook", "url": "http://host:abc/"}}}
		{"channels": {"a": {"type": "pushgateway", "url": "http://host:port"}}}
		{"channels": {"a": {"type": "pushgateway", "url": "http://host:9091/path"}}}
		{"channels": {"a": {"type": "github", "api_url": "https://"}}}
		{"channels": {"a": {"type": "gitlab", "api_url": "https://gitlab.example:8443/api/v4"}}}
		{"channels": {"a": {"type": "email", "server": "smtp://", "from": "a@b.c", "to": "a@b.c"}}}
		{"channels": {"a": {"type": "email", "server": "smtp://host:smtp", "from": "a@b.c", "to": "a@b.c"}}}
		{"channels": {"a": {"type": "email", "server": "smtp://host:587", "from": "a@b.c", "to": "a@b.c"}}}
		{"channels": {"a": {"type": "github", "token": {"env": "A_b1"}}}}
		{"channels": {"a": {"type": "github", "token": {"env": "$X"}}}}
		{"channels": {"a": {"type": "github", "token": {"env": "A B"}}}}
		{"channels": {"a": {"type": "github", "token": {"env": ""}}}}
		{"channels": {"": {"type": "github"}}}
		{"channels": {"ä b": {"type": "github"}}}
		{"channels": {"a\u001bb": {"type": "github"}}}
		{"channels": {"a\u0085b": {"type": "github"}}}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "channels": []}]}
		{"alert_rules": [{"name": "a", "condition": "tier = 'critical' OR tier = 'one of a suite' OR tier ~ 'critcal' OR benchmark = 'critcal'"}]}
		{"tiers": {"critcal": {}}, "alert_rules": [{"name": "a", "condition": "tier = 'critcal'"}]}
		{"alert_rules": []}
		{"alert_rules": {}}
		{"alert_rules": [{"name": "a", "condition": "units > 1"}]}
		{"alert_rules": [{"name": "a"}]}
		{"alert_rules": [{"condition": "units > 1"}]}
		{"alert_rules": [{"name": "a", "condition": ""}]}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "severity": "block"}]}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "severity": "info", "cool_down": "1h", "message_template": "{tier}"}]}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "escalate_after": "1h"}]}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "escalate_to": "a"}]}
		{"alert_rules": [{"name": "a", "condition": "units > 1", "escalate_after_runs": 1.5, "escalate_to": "a"}]}
		{"tiers": {"own": {"max_duration": "3_minutes"}}}
		{"tiers": {"own": {"max_duration": "2 hours"}}}
		{"tiers": {"own": {"max_duration": "3_"}}}
		{"tiers": {"own": {"max_duration": "3__minutes"}}}
		{"trigger": "daily", "benchmarks": "a", "max_duration": "45_minutes", "regression_threshold": "10%", "target": "20%"}
		{"trigger": "a,b"}
		{"trigger": ""}
		{"benchmarks": "a"}
		{"trigger": "daily", "suite": "a"}
		{"alert_rules": {"a": {"condition": "units > 1"}}}
		{"alert_rules": {"": {"condition": "units > 1"}}}
		{"alert_rules": {"a": {}}}
		{"overrides": [{"benchmark": "a", "expected": "1ms..3ms"}]}
		{"overrides": [{"benchmark": "a", "expected": "0.5 us .. 1e3 us"}]}
		{"overrides": [{"benchmark": "a", "expected": "1ms"}]}
		{"overrides": [{"benchmark": "a", "expected": "1..3ms"}]}
		{"overrides": [{"benchmark": "a", "expected": "1kB..3kB"}]}
		{"overrides": [{"benchmark": "a", "expected": ["1ms", "3ms"]}]}
		{"on_environment": "warn", "environment": {}}
		{"on_environment": true}
		{"environment": []}
		{"environment": [[]]}
		{"environment": null}
		{"environment": [{"cores": 2}, {"compute_instances": {"cores": 1e6, "ram": "1.5 TiB", "network": "2.5 Gbit/s"}}]}
		{"environment": {"cores": 1000001}}
		{"environment": {"cores": 0}}
		{"environment": {"processors": 1.5}}
		{"environment": {"cores": "2"}}
		{"environment": {"ram": 128}}
		{"environment": {"ram": "128"}}
		{"environment": {"ram": "128 gb"}}
		{"environment": {"network": "10gbps"}}
		{"environment": {"network": "-10Gbps"}}
		{"environment": {"cpu": ""}}
		{"environment": {"compute_instances": {"dedicated_instances": true}}}
		{"environment": {"isolation_requirements": {"dedicated_instances": true, "network_isolation": false}}}
		{"environment": {"isolation_requirements": []}}
		{"environment": {"network_isolation": "yes"}}
		{"environment": {"benchmark_tools": ["perf", ""]}}
		{"environment": {"benchmark_tools": "perf", "rust_toolchain": "stable", "operating_system": "Debian"}}
		{"environment": {"dependency_versions": "latest"}}
		{"environment": {"dependency_versions": "pinned_sha256", "pinned": {}}}
		{"environment": {"pinned": {"a": "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"}}}
		{"environment": {"pinned": {"a": "0123456789abcdeg0123456789ABCDEF0123456789abcdef0123456789abcdef"}}}
		{"environment": {"pinned": []}}
		{"environment": {"kernel": "6.1"}}
		{"responses": {"a": {"action": "command", "command": "true"}}}
		{"responses": {"a": {"action": "explain", "severity": "critical", "condition": "units > 1", "cool_down": "1h", "budget": "5min", "max_per_run": 2, "on": ["new", "resolved"]}}}
		{"responses": {"a": {}}}
		{"responses": []}
		{"responses": {"a": {"action": "jump"}}}
		{"responses": {"a": {"action": "explain", "max_per_run": 0}}}
		{"tradeoffs": {}}
		{"tradeoffs": [{"benchmark": "a", "metric": "time", "worse_by": "5%", "if": {"metric": "b", "better_by": "1%"}, "reason": "r"}]}
		{"tradeoffs": [{"benchmark": ["a"], "metric": "time", "worse_by": "5%", "if": {"metric": "time", "better_by": "1%", "weights": {"b": 0.5}}, "reason": "r", "name": "n"}]}
		{"tradeoffs": [{"benchmark": "a", "metric": "time", "worse_by": "5%", "if": {"metric": "b", "better_by": "1%", "weights": {"b": -1}}, "reason": "r"}]}
		{"tradeoffs": [{"benchmark": "a", "metric": "time", "worse_by": 5, "if": {"metric": "b", "better_by": "1%"}, "reason": "r"}]}
		{"tradeoffs": [{"benchmark": "a", "metric": "time", "worse_by": "5%", "if": {"metric": "b"}, "reason": "r"}]}
		{"tradeoffs": [{"benchmark": "a", "metric": "time", "worse_by": "5%", "reason": "r"}]}
	END
}

@test "program and schema agree on what is right and what is wrong" {
	local text schema_says nr=0
	policy_files >cases
	"$program" help config-schema >schema.json
	/usr/bin/python3 -W ignore - >said <<-END
		import json, jsonschema
		schema = jsonschema.Draft7Validator(json.load(open("schema.json")))
		for line in open("cases"):
		    print("right" if schema.is_valid(json.loads(line)) else "wrong")
	END
	while read -r schema_says text; do
		echo "$schema_says: $text"
		printf '%s' "$text" >case.json
		try config check case.json
		[ "$schema_says" = "$([ "$status" -eq 0 ] && echo right || echo wrong)" ]
		nr=$((nr + (status == 0)))
	done < <(paste -d ' ' said cases)
	# Neither refuses all.
	[ "$nr" -eq 54 ]
}

@test "--threshold and --alpha are checked as the file's values are" {
	wrong '--threshold takes a percentage above 0% and up to 1000%, such as "2%"; '\''2'\'' is not one' show --threshold 2
	wrong '--threshold takes *; '\''0%'\'' is not one' show --threshold 0%
	wrong '--threshold takes *; '\'''\'' is not one' check --threshold ''
	wrong '--alpha takes a number above 0 and below 0.5, such as 0.01; '\''5%'\'' is not one' show --alpha 5%
	wrong '--alpha takes *; '\''0.5'\'' is not one' show --alpha 0.5
}

@test "config takes check or show" {
	wrong 'config takes check or show'
	wrong "unknown config action 'chek'; did you mean check[?] known actions: check, show" chek
	wrong "unknown config action 'frobnicate'; known actions: check, show" frobnicate
	wrong "config show takes no argument, but also got 'x.json'" show x.json
	wrong "config check takes one file, but also got 'b'" check a b
	wrong 'config check takes one file: name it, or use --config, not both' check a --config b
	wrong '--json goes with config show' check --json
	[[ $("$program" completion bash) == *"config) COMPREPLY="*'check show --'*'--help'* ]]
}
