#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Result files of other tools in the commands that keep what was measured: nothing is measured here.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

# What `go test -count 5` prints, at that minute of an hour, in tenths of ns.
go_file() { # FILE MINUTE TENTHS...
	local file=$1 minute=$2 tenths
	shift 2
	for tenths; do
		echo "BenchmarkSort-8  1000  ${tenths%?}.${tenths: -1} ns/op  5 allocs/op"
	done >"$file"
	touch -d "2026-11-21 10:$minute:00Z" "$file"
}

setup() {
	mkdir .git
	go_file a.txt 10 1000 1010 990 1005 1001
	go_file b.txt 20 1002 1012 992 1007 1003
}

@test "a file of one process is a session of one process, and is judged as such" {
	local i more word code
	for i in 1 2 3 4 5; do
		go_file "$i.txt" "1$i" "100$i" "101$i" "99$i" "100$((10 - i))" 1000
		try update-baselines --yes --from "$i.txt" --baseline main
		[ "$status" -eq 0 ]
	done
	valid baselines/named/main.json baseline-schema
	[[ ${lines[-1]} == '1 recorded in baselines/named/main.json: 5 sessions on record;'* ]]
	# The same moment twice, and less than what is there, are not recorded.
	try update-baselines --yes --from 5.txt --baseline main
	[ "$status" -eq 3 ]
	[[ $output == *'not recorded: BenchmarkSort-8: a session on record is of the same minute: '* ]]
	go_file single.txt 30 1000
	try update-baselines --yes --from single.txt --baseline main
	[ "$status" -eq 3 ]
	[[ $output == *'not recorded: BenchmarkSort-8: its values are worth less than those on record, '* ]]
	try baselines show --baseline main
	[[ $output == *'  5 samples of one process, 100 ns'* ]]
	go_file slow.txt 40 1400 1410 1390 1405 1402
	try report slow.txt --against main --report json=verdict.json --exit-code
	[ "$status" -eq 1 ]
	holds verdict.json '[(c["name"], c["basis"], c["status"]) for c in it["metrics"] if c["name"] == "time"] == [("time", "samples", "REGRESSION")]'
	try report - --against main --exit-code <slow.txt
	[ "$status" -eq 1 ]
	# Counts are exact in a baseline, too; more memory warns, and fails above 50 %.
	for i in '6 WARNING 0' '8 REGRESSION 1'; do
		read -r more word code <<<"$i"
		sed "s/5 allocs/$more allocs/" b.txt >more.txt
		try report more.txt --against main --report json=verdict.json --exit-code
		[ "$status" -eq "$code" ]
		holds verdict.json "[c['status'] for c in it['metrics'] if c['name'] == 'allocs/op'] == ['$word']"
	done
}

@test "several files at once are processes of one session" {
	try update-baselines --yes --from a.txt b.txt --baseline main
	[ "$status" -eq 0 ]
	holds baselines/named/main.json '[len(s) for s in it["benchmarks"]["BenchmarkSort-8"]["metrics"]["time"]["sessions"].values()] == [2]'
	holds baselines/named/main.json '"basis" not in it["benchmarks"]["BenchmarkSort-8"]["metrics"]["time"]'
	try update-baselines --yes --from a.txt b.txt
	[[ $output == *$'\nnote: the files do not name the processor, so those of any machine go into this baseline: '* ]]
	try update-baselines --yes --from a.txt --suite ./none.so
	fails 2 'benchgate: --from records what was measured already: it goes with no --suite, --command or --bench'
	try update-baselines --yes --from a.txt a.txt
	fails 2 'benchgate: a.txt: this run is given twice; *'
	try update-baselines --yes --from baselines/named/main.json
	fails 2 'benchgate: baselines/named/main.json: it is a baseline, no result file'
}

@test "the policy file says which column is what, --columns says otherwise" {
	printf 'what;how long;size\nsort;20.5;3\n' >table.csv
	echo '{ "columns": { "name": "what", "value": 2 } }' >benchgate.json
	valid benchgate.json config-schema
	try import --format csv table.csv
	[ "$(grep -c '"process_values": \[20.5\]' <<<"$output")" -eq 1 ]
	try import --format csv table.csv --columns value=size
	[ "$(grep -c '"process_values": \[3\]' <<<"$output")" -eq 1 ]
	rm benchgate.json
	try report table.csv
	fails 2 "benchgate: table.csv: its columns are called 'what', 'how long', 'size': say which has the names and which the values, such as --columns name=1,value=2 (unit=3)"
	try report table.csv --columns name=1,value=2
	[ "$status" -eq 0 ]
	for said in '"value": 0|columns.value must be a heading, or a number from 1 on' '"nome": 1|columns has no key *'; do
		echo "{ \"columns\": { ${said%%|*} } }" >benchgate.json
		try import --format csv table.csv
		fails 2 "benchgate: *benchgate.json: ${said#*|}"
	done
}

@test "merge takes files of other tools as one run, and a history keeps what they are" {
	try merge a.txt b.txt --out merged.json
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = '2 files, taken as one run' ]
	valid merged.json
	try history import a.txt --db runs.db
	[ "$output" = '1 run added, 0 there already' ]
	try import - --db runs.db <b.txt
	[ "$status" -eq 0 ]
	try history export --db runs.db
	[ "$(grep -o '"basis": *"samples"' <<<"$output" | wc -l)" -eq 4 ]
}
