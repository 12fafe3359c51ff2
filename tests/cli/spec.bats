#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The blocks of the specification (tests/data/spec), pasted where they belong.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

spec=$repository/tests/data/spec

setup() {
	mkdir .git
}

shown() { # KEY FILE
	"$program" config show --config "$2" | awk -v key="$1" '$1 == key { $1 = ""; $NF = ""; print substr($0, 2, length($0) - 2) }'
}

# What the three blocks say: FILE TRIGGER DURATION THRESHOLD FIRST-BENCHMARK
blocks() {
	cat <<-'END'
		tier-critical every_commit 3min 2% lsp_completion_latency
		tier-standard pull_requests 8min 5% bulk_analysis_performance
		tier-comprehensive daily 45min 10% stress_test_large_codebase
	END
}

@test "a tier's block alone is a policy file with one tier, named after its trigger" {
	local block trigger duration threshold first
	while read -r block trigger duration threshold first; do
		cp "$spec/$block.json" .
		try config check "$block.json"
		[ "$output" = "$block.json: ok" ]
		[ "$(shown "tiers.$trigger.max_duration" "$block.json")" = "$duration" ]
		[ "$(shown "tiers.$trigger.regression_threshold" "$block.json")" = "$threshold" ]
		try list --tier "$trigger" --config "$block.json"
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 5 ]
		[[ $output == *"$first "* ]]
	done < <(blocks)
}

@test "the blocks are the tiers of a policy file, too" {
	local block trigger duration threshold first
	printf '{"tiers": {"critical": %s, "standard": %s, "comprehensive": %s}}' "$(<"$spec/tier-critical.json")" \
		"$(<"$spec/tier-standard.json")" "$(<"$spec/tier-comprehensive.json")" >benchgate.json
	try config check
	[ "${lines[0]}" = 'benchgate.json: ok' ]
	while read -r block trigger duration threshold first; do
		[ "$(shown "tiers.${block#tier-}.max_duration" benchgate.json)" = "$duration" ]
		[ "$(shown "tiers.${block#tier-}.regression_threshold" benchgate.json)" = "$threshold" ]
		try list --tier "${block#tier-}"
		[[ $output == *"$first "* ]]
	done < <(blocks)
}

@test "a block with a key of the policy file beside it is refused" {
	echo '{"trigger": "daily", "suite": "a.so"}' >benchgate.json
	try config check
	fails 2 "benchgate: benchgate.json: unknown key 'daily.suite'; *"
	echo '{"benchmarks": ["a"]}' >benchgate.json
	try config check
	fails 2 "benchgate: benchgate.json: unknown key 'benchmarks'; *"
}

# The rules of the specification, and the channels that they name
rules() {
	cat "$spec/alert-rules.yml" - >benchgate.yml <<-'END'
		channels:
		  slack_performance: {type: file, path: slack.log}
		  email_stakeholders: {type: file, path: email.log}
		  github_comment: {type: file, path: github.log}
		notify: {state: state.json}
	END
}

# What those channels are sent of a head that takes so much longer
alerts_of() { # PERCENT
	rm -f ./*.log state.json
	turns_suite head.so -DNS="$((20000 + 200 * $1))"
	try compare --notify=always -q ./base.so ./head.so --only steady
	touch slack.log email.log github.log
}

@test "the alert rules fire as they are written" {
	rules
	turns_suite base.so -DNS=20000
	alerts_of 12
	grep -q 'Critical Performance Regression Detected' slack.log
	grep -qE 'Regression: (\+)?1[12](\.[0-9]+)? ?%' slack.log
	grep -q 'Critical Performance Regression Detected' email.log
	[ ! -s github.log ]
	alerts_of 7
	grep -q 'Performance Regression Warning' slack.log
	[ ! -s email.log ]
	alerts_of 2
	[ ! -s slack.log ]
	alerts_of -5
	grep -q 'Performance Improvement Detected' slack.log
	grep -q 'Performance Improvement Detected' github.log
	[ ! -s email.log ]
}

@test "a mistake in YAML is told with line and column" {
	printf 'alert_rules:\n  a: {condition: "units > 1"}\n  a: {condition: "units > 2"}\n' >benchgate.yml
	try config check
	fails 2 "benchgate: benchgate.yml: line 3, column 3: the key 'a' occurs twice"
	printf 'tiers: &all {}\n' >benchgate.yml
	try config check
	fails 2 'benchgate: benchgate.yml: line 1, column 8: an anchor (&name) is not allowed; *'
	printf 'alpha: 0.01\nalhpa: 1\n' >benchgate.yml
	try config check
	fails 2 'benchgate: benchgate.yml: *alhpa*alpha*'
}

@test "two policy files beside each other are one too many" {
	echo '{}' >benchgate.json
	echo 'alpha: 0.01' >benchgate.yml
	try config check
	fails 2 'benchgate: benchgate.json and benchgate.yml are both there: remove one, or choose with --config'
	rm benchgate.json
	try config check
	[ "${lines[0]}" = 'benchgate.yml: ok' ]
}

@test "the specification's baseline is judged, and becomes one of this version with the next update" {
	cp "$spec/baselines.json" .
	try baselines show --baseline ./baselines.json
	[ "$status" -eq 0 ]
	[[ $output == *'Apple M1 Pro, 3 benchmarks'* ]]
	[[ $output == *'mean and deviation of 100 values'* ]]
	# Another machine than this
	try run -q --baseline ./baselines.json --processes 5 --time 5ms decay_calculation_10000m
	[ "$status" -eq 4 ]
	[[ $output == *'REFUSED: the base is not comparable: operating system: Darwin, here '* ]]
	/usr/bin/python3 -c 'import json
it = json.load(open("baselines.json"))
del it["platform"], it["cpu"]
json.dump(it, open("baselines.json", "w"))'
	try run -q --baseline ./baselines.json --processes 5 --time 5ms decay_calculation_10000m
	[ "$status" -eq 0 ]
	[[ $output == *'65.0 ms'*'IMPROVEMENT'* ]]
	try update-baselines -q --baseline ./baselines.json --sessions 1 --processes 2 --time 2ms --yes --force decay_calculation_10000m
	[ "$status" -eq 0 ]
	holds baselines.json '[it["format"], it["version"], len(it["benchmarks"])] == ["benchgate-baseline", 3, 3]'
}

@test "the schema of baselines takes and refuses of the specification's form what the program does" {
	local file word said
	valid "$spec/baselines.json" baseline-schema
	/usr/bin/python3 -W ignore - "$spec/baselines.json" >expected <<-'PY'
		import copy, json, jsonschema, sys
		whole = json.load(open(sys.argv[1]))
		check = jsonschema.Draft7Validator(json.load(open("schema.json")))
		def but(**changes):
		    it = copy.deepcopy(whole)
		    for name, value in changes.items():
		        if value is None: del it[name]
		        else: it[name] = value
		    return it
		one = {"mean_ns": 1, "std_dev_ns": 0, "sample_size": 2}
		forms = [but(version=1), but(version="1.1"), but(version=2), but(baselines=None), but(platform=None, cpu=None, timestamp=None),
		         but(other=1), but(cpu=3), but(baselines=None, benchmarks={"a": one}), but(baselines=None, benchmarks=[{**one, "name": "a"}]),
		         but(baselines=None, benchmarks=[one]), but(baselines=[{**one, "name": "a"}]), but(baselines=[{**one, "name": ""}]), but(baselines={"": one})]
		for name, value in ("mean_ns", -1), ("mean_ns", "1"), ("std_dev_ns", -1), ("sample_size", 0), ("sample_size", 1.5), ("other", []):
		    forms.append(but(baselines={"a": {**one, name: value}}))
		for name in one:
		    forms.append(but(baselines={"a": {key: value for key, value in one.items() if key != name}}))
		for nr, form in enumerate(forms):
		    json.dump(form, open(f"{nr}.json", "w"))
		    print(nr, check.is_valid(form))
	PY
	[ "$(wc -l <expected)" -eq 22 ]
	while read -r file word; do
		try baselines show --baseline "./$file.json"
		[ "$status" -eq 0 ] && said=True || said=False
		[ "$word" = "$said" ]
	done <expected
	[ "$(grep -c False expected)" -eq 15 ]
	try baselines show --baseline ./13.json
	fails 3 'benchgate: ./13.json: baselines.a.mean_ns is -1; it must not be negative'
}

@test "a baseline of a version that nobody knows is refused" {
	sed 's/"1.0"/"1.1"/' "$spec/baselines.json" >baselines.json
	try baselines show --baseline ./baselines.json
	fails 3 'benchgate: ./baselines.json: version is 1.1; this benchgate reads 1 to 3'
}

@test "the specification's result file is read wherever a result file is" {
	try report "$spec/result.json"
	[ "$status" -eq 0 ]
	[[ $output == *'lsp_completion_p95'*'150 ms'* ]]
	sed 's/150\.5/175/' "$spec/result.json" >later.json
	try compare "$spec/result.json" later.json
	# One process a side shows a change and proves none
	[[ $output == *'lsp_completion_p95'*'INCONCLUSIVE'* ]]
}

@test "a report of the same names and spellings" {
	try run -q --identify --processes 3 --time 3ms --report result=result.json decay_calculation_10000m
	[ "$status" -eq 0 ]
	holds result.json '[set(it)] == [set(json.load(open("'"$spec"'/result.json")))]'
	holds result.json 'set(it["benchmark_run"]) == set(json.load(open("'"$spec"'/result.json"))["benchmark_run"])'
	holds result.json 'set(it["metrics"][0]) == set(json.load(open("'"$spec"'/result.json"))["metrics"][0])'
	holds result.json 'it["metrics"][0]["unit"] == "milliseconds" and {"hostname", "cpu_model", "ram_gb"} <= set(it["system_info"])'
	try run -q --processes 3 --time 3ms --report result=result.json decay_calculation_10000m
	holds result.json '"hostname" not in it["system_info"]'
	try report result.json
	[ "$status" -eq 0 ]
	[[ $output == *'decay_calculation_10000m'* ]]
}

@test "the JSON report has the names of the specification's report and analysis" {
	turns_suite base.so -DNS=20000
	turns_suite head.so -DNS=23000
	try compare -q ./base.so ./head.so --only steady --report json=report.json
	[ "$status" -eq 1 ]
	holds report.json '{"summary", "detailed_metrics", "regressions", "recommendations", "charts", "benchmark_metadata"} <= set(it)'
	holds report.json '{"overall_status", "benchmark_coverage", "avg_regression_magnitude", "worst_performing_metric", "test_duration"} <= set(it["summary"])'
	holds report.json 'set(it["regressions"][0]) == {"metric_name", "baseline_value", "current_value", "standard_deviation", "confidence_level", "statistical_significance", "improvement_or_regression", "magnitude_percent"}'
	holds report.json 'it["regressions"][0] == it["detailed_metrics"][0]'
	holds report.json 'it["summary"]["worst_performing_metric"] == "steady" and it["summary"]["overall_status"] == "REGRESSION"'
	holds report.json '14 < it["regressions"][0]["magnitude_percent"] < 16 and it["regressions"][0]["confidence_level"] > .99'
	holds report.json 'it["regressions"][0]["improvement_or_regression"] == "Regression" and it["regressions"][0]["statistical_significance"]'
}
