#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Every report of one verdict in which each word comes up: against the golden files in tests/data/reports, in which
# numbers are holes (REWRITE=1 writes them anew), and read by what is meant to read it.

# shellcheck disable=SC2016,SC2154  # backquotes in names; set in cli.bash
load ../support/cli
load ../support/golden

setup() {
	story
	unset GITHUB_STEP_SUMMARY GITHUB_OUTPUT
}

report() { # ARGUMENT...
	try report head.json --against base.json "$@"
}

reported() { # FORMAT FILE
	report --report "$1=$2"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	is_golden "$2"
}

@test "text: what failed first, each with why; then the table; then the sum of it" {
	reported text report.txt
	for word in REGRESSION MISSING FAILED 'NOT MEASURED' ACCEPTED INCONCLUSIVE NEW IMPROVEMENT PASS; do
		grep -qF "$word" report.txt
	done
}

@test "text: all is well in three lines" {
	/usr/bin/python3 - <<-'PY'
		import json
		base = json.load(open("base.json"))
		head = json.load(open("head.json"))
		keep = {"index"}
		base["benchmarks"] = {k: v for k, v in base["benchmarks"].items() if k in keep}
		head["benchmarks"] = [b for b in head["benchmarks"] if b["name"] in keep]
		head["metrics"] = [m for m in head["metrics"] if m["benchmark"] in keep]
		head["benchmark_run"]["status"] = "complete"
		head["benchmark_run"]["timestamp"] = "2026-06-07T02:00:00Z"
		json.dump(base, open("base.json", "w"))
		json.dump(head, open("head.json", "w"))
	PY
	report --config none
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == 'decided: 1 of 1 benchmarks (100 %)' ]]
	[[ ${lines[1]} == 'worst: index +0.'* ]]
	[[ ${lines[2]} == 'PASS: 1 compared, 1 pass; '* ]]
}

@test "text: that the machine is a guest is said once a day on the terminal, with -v and in files always" {
	local line='next: hypervisor: KVM; other guests' said
	sed -i 's/"arch": "x86_64"/&, "hypervisor": "KVM"/' head.json base.json
	report
	[[ $output == *"$line"* ]]
	report
	[[ $output != *"$line"* ]]
	[[ $output == *'next: '* ]]
	report -v
	[[ $output == *"$line"* ]]
	report --report text=report.txt
	grep -qF "$line" report.txt
	# The next day, on another machine, and where nothing can be remembered
	said=$(echo "$XDG_STATE_HOME"/benchgate/said/hypervisor-*)
	echo 2026-01-01 >"$said"
	report
	[[ $output == *"$line"* ]]
	[ "$(cat "$said")" = "$(date -u +%F)" ]
	sed -i 's/"A processor"/"Another processor"/' head.json base.json
	report
	[[ $output == *"$line"* ]]
	for _ in 1 2; do
		XDG_STATE_HOME=$PWD/head.json report
		[[ $output == *"$line"* ]]
	done
}

@test "markdown: GitHub's own reader shows names as they are, and a table as one" {
	reported markdown report.md
	cmark-gfm -e table --unsafe report.md >report.html
	grep -qF '<code>odd|name &lt;b&gt;&amp;&quot;q&quot; `c`, 5 %: @all #12</code>' report.html
	[ "$(grep -c '<table>' report.html)" -eq 3 ]
	run grep -cE '(^|[^>])@[a-z]' <(sed 's|<code>[^<]*</code>||g' report.html)
	[ "$output" = 0 ]
	/usr/bin/python3 - <<-'PY'
		import html.parser
		class Rows(html.parser.HTMLParser):
		    cells, rows = 0, set()
		    def handle_starttag(self, tag, attributes):
		        self.cells = 0 if tag == "tr" else self.cells + (tag in ("td", "th"))
		    def handle_endtag(self, tag):
		        if tag == "tr":
		            self.rows.add(self.cells)
		rows = Rows()
		rows.feed(open("report.html").read())
		assert rows.rows == {4, 7}, rows.rows
	PY
}

@test "json: what its schema says" {
	reported json report.json
	valid report.json verdict-schema
	holds report.json 'it["summary"]["overall_status"] == "REGRESSION"'
	holds report.json '{m["status"] for m in it["metrics"]} >= {"PASS", "REGRESSION", "IMPROVEMENT", "INCONCLUSIVE", "NEW", "MISSING", "FAILED", "NOT MEASURED", "ACCEPTED"}'
	holds report.json 'it["summary"]["worst_performing_metric"].endswith(" allocations") and 0 < it["summary"]["benchmark_coverage"] < 1'
	holds report.json '{r["about"] for r in it["advice"]} >= {"missing", "budget", "age"}'
}

@test "junit: what Jenkins takes" {
	reported junit report.xml
	xmllint --noout --schema "$repository/tests/data/junit.xsd" report.xml
	[ "$(xmllint --xpath 'string(//testcase[@classname="critical"]/failure[@type="REGRESSION"]/../@name)' report.xml)" = 'odd|name <b>&"q" `c`, 5 %: @all #12' ]
	[ "$(xmllint --xpath 'string(/testsuites/@tests)' report.xml)" -eq "$(xmllint --xpath 'count(//testcase)' report.xml)" ]
	[ "$(xmllint --xpath 'string(/testsuites/@failures)' report.xml)" -eq "$(xmllint --xpath 'count(//failure)' report.xml)" ]
	[ "$(xmllint --xpath 'string(/testsuites/@errors)' report.xml)" -eq "$(xmllint --xpath 'count(//error)' report.xml)" ]
}

@test "github: annotations on standard output, the summary and the outputs where GitHub wants them" {
	: >summary.md
	echo before=1 >outputs
	GITHUB_STEP_SUMMARY=summary.md GITHUB_OUTPUT=outputs report --report github
	[ "$status" -eq 0 ]
	echo "$output" >commands
	is_golden commands
	[[ ${lines[0]} == '::error file=bench/suite.c,line=10,title=REGRESSION odd|name '* ]]
	run ! grep -v '^::' commands
	[ "$(head -n 1 outputs)" = before=1 ]
	grep -qx 'verdict=REGRESSION' outputs
	is_golden outputs
	[[ $(head -n 1 summary.md) == '## Performance: REGRESSION' ]]
}

@test "github: a summary that cannot be written is said, and nothing else is lost" {
	GITHUB_STEP_SUMMARY=none/summary.md report --report github --report csv=report.csv
	[ "$status" -eq 3 ]
	[[ $stderr == 'benchgate: GITHUB_STEP_SUMMARY: cannot write none/summary.md: '* ]]
	[ -s report.csv ]
	[[ ${lines[0]} == '::error '* ]]
}

@test "openmetrics: read by Prometheus' own readers" {
	reported openmetrics report.prom
	[ "$(tail -n 1 report.prom)" = '# EOF' ]
	promtool check metrics <report.prom
	/usr/bin/python3 - <<-'PY'
		from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
		found = {f.name: f for f in families(open("report.prom").read())}
		seconds = {s.labels["benchmark"]: s.value for s in found["benchgate_seconds"].samples}
		assert abs(seconds['odd|name <b>&"q" `c`, 5 %: @all #12'] - 1.08e-6) < 1e-9, seconds
		assert found["benchgate_coverage_ratio"].unit == "ratio"
		assert {"REGRESSION", "PASS"} <= {s.labels["status"] for s in found["benchgate_status"].samples}
	PY
}

@test "result: a value, a baseline and a word for each metric" {
	reported result report.result.json
	holds report.result.json 'set(it) == {"benchmark_run", "metrics", "system_info"}'
	holds report.result.json 'set(it["benchmark_run"]) == {"id", "timestamp", "duration", "status"}'
	holds report.result.json 'all(set(m) == {"name", "value", "unit", "baseline", "change", "status"} for m in it["metrics"])'
	holds report.result.json 'it["benchmark_run"]["status"] == "FAILED"'
	holds report.result.json '{m["status"] for m in it["metrics"]} >= {"PASSED", "REGRESSION", "MISSING", "FAILED"}'
	holds report.result.json '[m["change"] for m in it["metrics"] if m["name"].startswith("odd")][0] == "+8.0%"'
	holds report.result.json '{m["unit"] for m in it["metrics"] if m["name"] == "parse"} == {"milliseconds"}'
}

@test "csv: one row for each comparison" {
	reported csv report.csv
	/usr/bin/python3 - <<-'PY'
		import csv
		rows = list(csv.DictReader(open("report.csv", newline="")))
		assert rows[0]["benchmark"] == 'odd|name <b>&"q" `c`, 5 %: @all #12', rows[0]
		assert abs(float(rows[0]["change"]) - .08) < 1e-3
		assert {r["status"] for r in rows} >= {"MISSING", "FAILED"}
		assert all(None not in r for r in rows)
	PY
}

@test "bmf, gab and gab-bigger: what those tools take" {
	reported bmf report.bmf.json
	reported gab report.gab.json
	reported gab-bigger report.bigger.json
	holds report.bmf.json 'all(isinstance(m["value"], float) or isinstance(m["value"], int) for b in it.values() for m in b.values())'
	holds report.bmf.json 'set(it["parse"]) == {"latency", "allocations", "rate"}'
	holds report.gab.json 'all(set(e) <= {"name", "unit", "value", "range", "extra"} for e in it) and "parse rate" not in [e["name"] for e in it]'
	holds report.bigger.json '[e["name"] for e in it] == ["parse rate"]'
}

# The grammar of Go's benchmark format: keys first, then a name, a count, and pairs of value and unit.
@test "gobench: what benchstat takes" {
	reported gobench report.bench
	/usr/bin/python3 - <<-'PY'
		import re
		names = {}
		for line in open("report.bench"):
		    if re.match(r"[a-z][^\s:A-Z]*: ", line):
		        continue
		    name, count, *pairs = line.split()
		    assert re.match(r"Benchmark[^a-z\s]", name), line
		    assert int(count) > 0 and pairs and len(pairs) % 2 == 0, line
		    assert all(float(v) >= 0 for v in pairs[::2]), line
		    names.setdefault(name, []).append(pairs[1::2])
		assert all(len(rows) == 10 for rows in names.values()), names
		assert names["BenchmarkParse-1"][0] == ["ns/op", "allocations", "rate-lines/s"], names
	PY
}

@test "badge and shields: the word" {
	reported badge report.svg
	xmllint --noout report.svg
	reported shields shields.json
	holds shields.json 'it["schemaVersion"] == 1 and it["color"] == "red"'
}

@test "any number at once; standard output has the table unless a report is asked for there" {
	report --report json=a.json --report junit=b.xml --report text=c.txt
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'REGRESSION: '* ]]
	for file in a.json b.xml c.txt; do [ -s $file ]; done
	report --report csv --report json=a.json
	[[ ${lines[0]} == benchmark,metric,* ]]
	[[ $output != *$'\n''REGRESSION: '* ]]
	report --report text --report csv
	[[ $output == *'REGRESSION: '*benchmark,metric,* ]]
}

@test "the exit code is the verdict's only when it is asked for" {
	report --exit-code
	[ "$status" -eq 1 ]
	try report head.json
	[ "$status" -eq 0 ]
	[[ $(last_line) == 'REGRESSION: 1 compared, 1 regressed, '* ]]
}

@test "a run is told again as it was" {
	shared turns.so "$suites/turns.c"
	export TRACE=$PWD/trace
	try compare -q --config none --time 2ms --units 4 --threshold 50% --out h.json --base-out b.json --report json=then.json \
		--measure-identical ./turns.so ./turns.so --only steady
	try report h.json --against b.json --config none --threshold 50% --report json=now.json
	[ "$status" -eq 0 ]
	[ "$(query then.json 'it["metrics"]')" = "$(query now.json 'it["metrics"]')" ]
}

@test "a file named - is standard output" {
	report --report csv
	printf '%s\n' "$output" >plain
	report --report csv=-
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat plain)" ]
	[ ! -e ./- ]
}

@test "mistakes are said before anything is done" {
	report --report jsn=x
	fails 2 "benchgate: unknown report format 'jsn'; did you mean json? known report formats: text, markdown, *"
	report --report something-else
	fails 2 "benchgate: unknown report format 'something-else'; known report formats: text, markdown, *"
	report --report json=
	fails 2 'benchgate: --report json=: there is no file name after the ='
	report --report json=x --report csv=x
	fails 2 'benchgate: two reports go to x'
	echo 'int main;' >main.c
	report --report markdown=main.c
	fails 2 'benchgate: main.c exists, but is not a report of that format: *'
	[ "$(cat main.c)" = 'int main;' ]
	report --report csv=none/x
	fails 3 'benchgate: *none/x*'
	try report
	fails 2 'benchgate: report takes one result file, *'
	try report none.json
	fails 2 'benchgate: there is no file none.json'
	try report "$program"
	fails 2 'benchgate: * was not measured yet: *'
	echo '{' >broken.json
	try report broken.json
	fails 3 'benchgate: broken.json*'
}

@test "a report is written over its like, whole or not at all" {
	report --report csv=report.csv
	cp report.csv before.csv
	report --report csv=report.csv
	[ "$status" -eq 0 ]
	cmp before.csv report.csv
	[ "$(find . -name '*.csv*' | wc -l)" -eq 2 ]
}

@test "the option's help names every format" {
	benchgate help run | tr -s ' \n' ' ' >help.txt
	report --report none
	[ "$status" -eq 2 ]
	[[ $stderr == *'known report formats: text, '* ]]
	# shellcheck disable=SC2013  # words
	for name in $(sed 's/.*formats: //; s/,//g' <<<"$stderr"); do
		grep -qE "[ ,]${name}[,; ]" help.txt
	done
}

@test "why: how each benchmark of the story came to its word" {
	local benchmark benchmarks
	mapfile -t benchmarks < <({ jq -r '.benchmarks[].name' head.json && jq -r '.benchmarks | keys[]' base.json; } | awk '!seen[$0]++')
	for benchmark in "${benchmarks[@]}"; do
		report --why "$benchmark"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		printf '%s\n\n' "$output" >>why.txt
	done
	is_golden why.txt
	report --why serach
	fails 2 'benchgate: --why serach: the result has no such benchmark; did you mean search[?]'
	report --why index --report text
	fails 2 'benchgate: --why writes no report and ends with 0: it goes with neither --report nor --exit-code'
}

@test "why: units, looks and what follows, of what was measured in turn" {
	turns_suite base.so
	turns_suite head.so -DTIMES=2
	try compare ./base.so ./head.so -q -vv --out head.json --base-out base.json --only steady
	[ "$status" -eq 1 ]
	said=$output
	report --why steady
	[[ $said == *$'\n\n'"$output"$'\n\n'* ]]
	report -v
	[[ $output != *Asked:* ]]
	report --verbose -v
	[ "$(grep -c '^Asked: ' <<<"$output")" -eq "$(grep -c '^Asked: ' <<<"$said")" ]
	report --why steady
	[ "$status" -eq 0 ]
	[[ $output == 'steady: REGRESSION'$'\n''Asked: a regression certainly exceeds the threshold of 2 %, a pass is certainly below the target of 4 %.'* ]]
	units=$(sed -n 's/^Measured: \([0-9]*\) units in turn.*/\1/p' <<<"$output")
	[ "$(grep '  mean of each unit: ' <<<"$output" | tr -cd % | wc -c)" -eq "$units" ]
	grep -qE "^  after +$units units: mean \+[0-9.]+ %, p of a regression [0-9.e-]+, of a pass 1\$" <<<"$output"
	grep -qE '^Corrected: for all [0-9]+ questions of the run, p of a regression ' <<<"$output"
	grep -qE '^So REGRESSION: ' <<<"$output"
}
