#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate accept: a regression may stay, on record.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	shared run.so "$suites/run.c"
	benchgate run -q --suite ./run.so alpha beta args --processes 1 --time 1ms --save-baseline ./made.json
}

setup() {
	mkdir -p baselines/named
	file=baselines/accepted.json
	today=$(date -u +%F)
}

# It is what `benchgate help accepted-schema` says the file is.
recorded() { # EXPRESSION
	"$program" help accepted-schema >schema.json
	/usr/bin/python3 -W ignore -m jsonschema -i "$file" schema.json
	holds "$file" "$1"
}

recorded_by_update() { # VERSION
	update "$1" --yes --force
	[ "$status" -eq 0 ]
}

accepted() { # ARGUMENT...
	try accept "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "where there is no baseline yet, any name is taken" {
	rm -r baselines
	accepted sort/1000 --reason 'it checks its input now'
	[ "$output" = "accepted: sort/1000 ($file)" ]
	recorded '[(a["benchmark"], a["reason"]) for a in it["accepted"]] == [("sort/1000", "it checks its input now")]'
	recorded 'all(it["accepted"][0][k] is None for k in ("until", "max", "commit", "by"))'
	recorded 'it["accepted"][0]["timestamp"].startswith("'"${today%-*}"'")'
}

@test "--until, --max and --by" {
	accepted 'sort/*' --reason why --until 2999-12-31 --max 8% --by Ann
	[ "$output" = "accepted: sort/* until 2999-12-31, up to 8 % ($file)" ]
	recorded '[it["accepted"][0][k] for k in ("until", "max", "by")] == ["2999-12-31", 0.08, "Ann"]'
	accepted find --reason why --max 0.5%
	[ "$output" = "accepted: find up to 0.5 % ($file)" ]
	accepted hash --reason why --until "$today"
	recorded '[a["benchmark"] for a in it["accepted"]] == ["sort/*", "find", "hash"]'
}

@test "the commit is recorded" {
	git -c init.defaultBranch=trunk init -q .
	git -c user.name=nobody -c user.email=nobody@example.invalid commit -q --allow-empty -m one
	accepted sort --reason why
	recorded 'it["accepted"][0]["commit"] == "'"$(git rev-parse HEAD)"'"'
}

@test "an older one of the very same text is replaced, and the newest is the last" {
	accepted sort --reason first
	accepted 'sort*' --reason second
	accepted sort --reason third
	[ "$output" = "accepted again: sort ($file)" ]
	recorded '[a["reason"] for a in it["accepted"]] == ["second", "third"]'
}

@test "it must be a benchmark of some baseline: a name, a part before a slash, or a pattern" {
	cp "$BATS_FILE_TMPDIR/made.json" baselines/named/made.json
	local name
	for name in alpha args args/70 'a*'; do
		accepted "$name" --reason why
	done
	try accept alpah --reason why
	fails 2 "benchgate: no benchmark of any baseline matches 'alpah'; did you mean alpha?"
	try accept frobnicate --reason why
	fails 2 "benchgate: no benchmark of any baseline matches 'frobnicate' (see 'benchgate baselines show')"
	recorded 'len(it["accepted"]) == 4'
	# The nearest of all files
	cp baselines/named/made.json baselines/other.json
	sed -i 's/"alpha"/"alpahs"/' baselines/other.json
	try accept alpah --reason why
	fails 2 "*; did you mean alpahs?"
}

@test "a baseline that cannot be read counts only where no other has the name" {
	cp "$BATS_FILE_TMPDIR/made.json" baselines/named/made.json
	echo '{' >baselines/bad.json
	accepted alpha --reason why
	try accept delta --reason why
	fails 3 'benchgate: baselines/bad.json: *'
}

@test "judging takes it into account" {
	cp "$BATS_FILE_TMPDIR/made.json" base.json
	/usr/bin/python3 - <<-'END'
		import json
		it = json.load(open("base.json"))
		for i, mean in enumerate((100, 120)):
		    for b in it["benchmarks"].values():
		        values = [mean * (1 + 0.0004 * i) for i in range(8)]
		        b["metrics"] = {"time": dict(b["metrics"]["time"], sessions={"2026-03-01T10:00:00Z": values})}
		    json.dump(it, open(f"side{i}.json", "w"))
	END
	try baselines diff side0.json side1.json --exit-code alpha
	[ "$status" -eq 1 ]
	accepted alpha --reason why --max 30%
	try baselines diff side0.json side1.json --exit-code alpha
	[ "$status" -eq 0 ]
	[[ $output == *ACCEPTED* ]]
	accepted alpha --reason why --max 10%
	try baselines diff side0.json side1.json --exit-code alpha
	[ "$status" -eq 1 ]
}

@test "--list shows all, and what is over" {
	accepted --list
	[ "$output" = "nothing is accepted in $file" ]
	accepted sort --reason 'why not' --until 2999-12-31 --max 8%
	accepted find --reason $'a\033[31mred' --by Ann
	sed -i 's/2999-12-31/2020-12-31/' "$file"
	accepted --list
	[[ ${lines[0]} == 'sort until 2020-12-31, up to 8 % (expired): why not; 2'*Z ]]
	[[ ${lines[1]} == 'find: a?[31mred; 2'*'Z, by Ann' ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "--remove takes one back" {
	accepted sort --reason why
	accepted 'sort/*' --reason why
	accepted --remove 'sort/*'
	[ "$output" = "no longer accepted: sort/* ($file)" ]
	recorded '[a["benchmark"] for a in it["accepted"]] == ["sort"]'
	try accept --remove 'sort/*'
	fails 2 "benchgate: 'sort/\*' is not accepted in $file; did you mean sort?"
	try accept --remove frobnicate
	fails 2 "benchgate: 'frobnicate' is not accepted in $file (see 'benchgate accept --list')"
	try accept --remove srot
	fails 2 "benchgate: 'srot' is not accepted in $file; did you mean sort?"
	try accept sort --remove --reason why
	fails 2 'benchgate: --remove takes only a benchmark; *'
	try accept --remove
	fails 2 'benchgate: accept takes one benchmark: *'
}

@test "mistakes in the words are exit code 2, and nothing is recorded" {
	local words
	try accept
	fails 2 'benchgate: accept takes one benchmark: its name, or a pattern'
	try accept '' --reason why
	fails 2 'benchgate: accept takes one benchmark: *'
	try accept sort find --reason why
	fails 2 'benchgate: accept takes one benchmark: *'
	try accept sort
	fails 2 'benchgate: say why the regression may stay, with --reason; *'
	for words in '' ' ' $'\t'; do
		try accept sort --reason "$words"
		fails 2 'benchgate: say why the regression may stay, *'
	done
	try accept sort --reason why --by ' '
	fails 2 'benchgate: --by takes a name'
	for words in tomorrow 2999-02-30 2999-2-3 ''; do
		try accept sort --reason why --until "$words"
		fails 2 "benchgate: --until takes a day such as 2026-12-31; '$words' is not one"
	done
	try accept sort --reason why --until 2020-01-01
	fails 2 "benchgate: --until 2020-01-01 is over: today is ????-??-?? (UTC)"
	for words in 8 0% -1% lots% nan% ''; do
		try accept sort --reason why --max "$words"
		fails 2 "benchgate: --max takes a percentage above 0, like 8%; '$words' is not one"
	done
	try accept --list sort
	fails 2 'benchgate: --list shows all that is accepted; it takes nothing else'
	[ ! -e "$file" ]
}

@test "a file of acceptances that cannot be read or written is exit code 3, and stays" {
	echo '{"format": "benchgate-accepted", "version": 1, "accepted": [{}]}' >"$file"
	cp "$file" before
	try accept sort --reason why
	fails 3 "benchgate: $file: accepted\[0\]*"
	try accept --list
	fails 3 "benchgate: $file: *"
	cmp before "$file"
	rm -r baselines
	echo none >baselines
	try accept sort --reason why
	[ "$status" -eq 3 ]
}

@test "--metric: one metric of a benchmark, and taken back again" {
	cp "$BATS_FILE_TMPDIR/made.json" baselines/named/base.json
	accepted alpha --reason 'all of it'
	accepted alpha --metric time --reason 'bounds checks' --max 8%
	[ "$output" = "accepted: alpha time up to 8 % ($file)" ]
	accepted alpha --metric time --reason 'more checks'
	[ "$output" = "accepted again: alpha time ($file)" ]
	recorded '[(a["benchmark"], a.get("metric"), a["reason"]) for a in it["accepted"]] == [("alpha", None, "all of it"), ("alpha", "time", "more checks")]'
	accepted --list
	[[ ${lines[1]} == 'alpha time: more checks; '* ]]
	accepted alpha --metric time --remove
	[ "$output" = "no longer accepted: alpha time ($file)" ]
	recorded '[(a["benchmark"], a.get("metric")) for a in it["accepted"]] == [("alpha", None)]'
	try accept alpha --metric time --remove
	fails 2 "benchgate: 'alpha time' is not accepted in $file*"
	try accept alpha --metric frobs --reason why
	fails 2 "benchgate: no benchmark of any baseline that matches 'alpha' has a metric 'frobs'"
	try accept alpha --metric ' ' --reason why
	fails 2 'benchgate: --metric takes the name of a metric, or a pattern'
	try accept --list --metric time
	fails 2 'benchgate: --list shows all that is accepted; it takes nothing else'
}

@test "--metric: another metric's regression stays one" {
	gate_suites . plain '' more '-DCOUNT=110 -DMORE=90'
	mkdir -p .git
	recorded_by_update plain
	gate more
	[ "$status" -eq 1 ]
	accepted steady --metric count --reason 'more of them'
	gate more
	[ "$status" -eq 1 ]
	[ "$(word steady count)" = ACCEPTED ]
	[ "$(word steady reach)" = REGRESSION ]
	accepted steady --metric 'r*' --reason 'these too'
	gate more
	[ "$status" -eq 0 ]
	[ "$(word steady reach)" = ACCEPTED ]
}
