#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate baselines: what is on the shelf, what is known, what differs, and what goes.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	shared run.so "$suites/run.c"
	benchgate run -q --suite ./run.so alpha beta args --processes 5 --time 5ms --save-baseline ./made.json --out result.json
	edit made.json 'for b in benchmarks.values(): b["metrics"] = {"time": b["metrics"]["time"]}'
	edit made.json "$sessions"
	edit made.json 'for b in benchmarks.values(): session(b, "2026-03-01T10:00:00Z", 100)'
}

setup() {
	ln -s "$BATS_FILE_TMPDIR/run.so" .
	mkdir -p baselines/named
	cp "$BATS_FILE_TMPDIR/made.json" made.json
}

# In these, session() gives a benchmark the one session of eight processes around a mean, more() one more.
sessions='
def around(mean):
    return [mean * (1 + 0.0004 * (i - 3.5)) for i in range(8)]
def more(b, time, mean):
    b["metrics"]["time"]["sessions"][time] = around(mean)
def session(b, time, mean):
    b["metrics"]["time"]["sessions"] = {time: around(mean)}
'

# Runs Python statements on a baseline: it, and its benchmarks.
edit() { # FILE STATEMENTS
	/usr/bin/python3 - "$1" "$sessions" "$2" <<-'END'
		import json, sys
		it = json.load(open(sys.argv[1]))
		names = {"it": it, "benchmarks": it["benchmarks"]}
		exec(sys.argv[2], names)
		exec(sys.argv[3], names)
		json.dump(it, open(sys.argv[1], "w"), indent="\t")
	END
}

# The file where this machine's baseline belongs
own_path() {
	benchgate update-baselines --suite ./run.so alpha --processes 1 --time 1ms -q --dry-run |
		sed -n 's/.* would be recorded in //p'
}

# This machine's baseline is what was made.
record() {
	own=$(own_path)
	cp made.json "$own"
}

@test "list: nothing there is said in one line, and how that changes" {
	rm -r baselines
	try baselines list
	[ "$status" -eq 0 ]
	[ "$output" = "no baselines in baselines: 'benchgate update-baselines' records this machine's" ]
	try baselines list --json
	[ "$status" -eq 0 ]
	[[ $output == *'"baselines": []'* ]]
}

@test "list: each file with machine, processor, benchmarks and sessions" {
	record
	cp made.json baselines/named/before.json
	edit baselines/named/before.json 'it["system_info"]["cpu"] = it["cpu"] = "Abacus 3"'
	edit baselines/named/before.json 'more(benchmarks["beta"], "2026-03-02T11:00:00Z", 100); del benchmarks["alpha"]'
	echo '{}' >baselines/accepted.json
	try baselines list
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == baseline*machine*benchmarks*sessions*'newest session'*processor ]]
	[[ ${lines[1]} =~ ^"$own"\ +[0-9a-f]{8},\ this\ machine\ +4\ +1\ +2026-03-01T10:00:00Z\ +[^\ ] ]]
	[[ ${lines[2]} =~ ^baselines/named/before.json\ +[0-9a-f]{8}\ +3\ +1\.\.2\ +2026-03-02T11:00:00Z\ +Abacus\ 3$ ]]
	try baselines list --json
	[ "$status" -eq 0 ]
	echo "$output" >list.json
	holds list.json '[b["file"] for b in it["baselines"]] == ["'"$own"'", "baselines/named/before.json"]'
	holds list.json '[b["this_machine"] for b in it["baselines"]] == [True, False]'
	holds list.json 'it["baselines"][0]["machine"] == it["machine"] != it["baselines"][1]["machine"]'
	holds list.json '(it["baselines"][1]["fewest_sessions"], it["baselines"][1]["most_sessions"]) == (1, 2)'
	holds list.json 'it["baselines"][1]["newest_session"] == "2026-03-02T11:00:00Z" and it["baselines"][1]["cpu"] == "Abacus 3"'
}

@test "list: a file that cannot be read is said, the others are shown, and the exit code is 3" {
	cp made.json baselines/named/good.json
	echo '{' >baselines/named/bad.json
	try baselines list
	[ "$status" -eq 3 ]
	[[ ${lines[1]} == baselines/named/good.json* ]]
	[[ ${lines[2]} == 'cannot be read: baselines/named/bad.json: '* ]]
	[ "${#lines[@]}" -eq 3 ]
	try baselines list --json
	[ "$status" -eq 3 ]
	echo "$output" >list.json
	holds list.json 'it["baselines"][0]["error"].startswith("baselines/named/bad.json: ") and "error" not in it["baselines"][1]'
}

@test "list: a baseline of an old format has no machine's name" {
	echo '{"version": 1, "platform": "linux-x86_64", "timestamp": "2025-01-02T03:04:05Z", "benchmarks": {"old": {"mean_ns": 5, "std_dev_ns": 0.1, "sample_size": 20}}}' >baselines/old.json
	try baselines list
	[ "$status" -eq 0 ]
	[[ ${lines[1]} =~ ^baselines/old.json\ +-\ +1\ +1\ +2025-01-02T03:04:05Z\ +-$ ]]
	try baselines show --baseline baselines/old.json
	[ "$status" -eq 0 ]
	[[ $output == *'old (tier unknown, suite unknown)'* ]]
	[[ $output == *'time     5.00 ns (95 %: '*' .. '*'), spread 2.0 %; that sessions differ by 2 % is assumed'* ]]
	[[ $output == *'session  only mean and deviation of 20 values'* ]]
}

@test "list: files in the folder that is configured; what hides steers no terminal" {
	mkdir elsewhere
	cp made.json elsewhere/$'a\ttab.json'
	echo '{"baselines": "elsewhere"}' >benchgate.json
	try baselines list
	[ "$status" -eq 0 ]
	[[ $output == *'elsewhere/a?tab.json '* ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "show: the level, the sessions and the drift between them" {
	record
	edit "$own" 'for i, mean in enumerate([101, 99, 102, 98]): more(benchmarks["alpha"], f"2026-03-0{i + 2}T10:00:00Z", mean)'
	try baselines show alpha
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "$own: machine "????????' (this machine), '*', 4 benchmarks' ]]
	[ "${lines[1]}" = 'alpha (critical, run.so)' ]
	[[ ${lines[2]} =~ ^\ \ time\ +100\ ns\ \(95\ %:\ 98\.[0-9]\ ns\ ..\ 102\ ns\),\ spread\ 0\.1\ %\;\ sessions\ differ\ by\ 1\.5[0-9]\ %,\ as\ these\ 5\ do$ ]]
	[ "${lines[3]}" = '  session  2026-03-01T10:00:00Z  8 processes, 100 ns' ]
	[ "${lines[7]}" = '  session  2026-03-05T10:00:00Z  8 processes, 98.0 ns' ]
	[ "${#lines[@]}" -eq 8 ]
	try baselines show beta
	[[ ${lines[2]} == *'; that sessions differ by 2 % is assumed' ]]
	edit "$own" 'more(benchmarks["beta"], "2026-03-02T10:00:00Z", 130)'
	try baselines show beta
	[[ ${lines[2]} == *'; sessions differ by '*' %, as all of this baseline do' ]]
}

@test "show: what was changed, why, and by whom" {
	cp made.json baselines/named/base.json
	edit baselines/named/base.json 'benchmarks["alpha"]["changes"] = [
		dict(timestamp="2026-02-01T10:00:00Z", reason="session", note=None, commit=None, approved_by=None, old_ns=None, new_ns=90, interval=[None, None]),
		dict(timestamp="2026-03-01T10:00:00Z", reason="environment-change", note="a new\u001bkernel", commit="c0ffee", approved_by="Ann", old_ns=90, new_ns=100, interval=[1.1, 1.12])]'
	try baselines show --baseline base alpha
	[ "$status" -eq 0 ]
	[ "${lines[4]}" = '  change   2026-02-01T10:00:00Z  session; 90.0 ns' ]
	[ "${lines[5]}" = '  change   2026-03-01T10:00:00Z  environment-change: a new?kernel; 90.0 ns -> 100 ns, 95 %: +10.0 .. +12.0 %; commit c0ffee; approved by Ann' ]
	try baselines show --baseline base --json alpha
	[ "$status" -eq 0 ]
	echo "$output" >show.json
	holds show.json 'names() == ["alpha"] and bench("alpha")["tier"] == "critical"'
	holds show.json '[c["reason"] for c in bench("alpha")["changes"]] == ["session", "environment-change"]'
	holds show.json 'bench("alpha")["changes"][1]["interval"] == [1.1, 1.12]'
	holds show.json '[(m["name"], m["unit"], m["better"], m["drift_from"]) for m in bench("alpha")["metrics"]] == [("time", "ns", "less", "assumed")]'
	holds show.json 'bench("alpha")["metrics"][0]["interval"][0] < 99.99 < bench("alpha")["metrics"][0]["mean"] < 100.01'
	holds show.json '[(s["timestamp"], s["processes"]) for s in bench("alpha")["metrics"][0]["sessions"]] == [("2026-03-01T10:00:00Z", 8)]'
}

@test "show: other metrics, exact ones too, and result files" {
	try baselines show --baseline "$BATS_FILE_TMPDIR/result.json" args/70
	[ "$status" -eq 0 ]
	[[ $output == *$'\n  arg      70.0\n'* || $output == *$'\n  arg      70.0' ]]
}

@test "show: a baseline that is not there is exit code 4, one that cannot be read 3" {
	try baselines show
	fails 4 "benchgate: no baseline for this machine in baselines; 'benchgate update-baselines' records one"
	cp made.json baselines/other.json
	try baselines show
	fails 4 'benchgate: no baseline for this machine in baselines, only of others such as other.json; *'
	try baselines show --baseline none
	fails 4 "benchgate: there is no baseline 'none': baselines/named/none.json is missing"
	echo '[]' >baselines/named/list.json
	try baselines show --baseline list
	fails 3 'benchgate: baselines/named/list.json: *'
}

@test "show: a pattern that matches nothing" {
	cp made.json baselines/named/base.json
	try baselines show --baseline base alpah
	fails 2 "benchgate: no benchmark matches 'alpah'; did you mean alpha?"
	try baselines show --baseline base xyz
	fails 2 "benchgate: no benchmark matches 'xyz' (see 'benchgate baselines show')"
}

# Two baselines; alpha is a fifth slower in the second.
two_sides() {
	cp made.json baselines/named/one.json
	cp made.json two.json
	edit two.json 'session(benchmarks["alpha"], "2026-03-09T10:00:00Z", 120)'
}

@test "diff: judges two files, and exits with 0 unless it is to exit as run does" {
	two_sides
	try baselines diff one ./two.json
	[ "$status" -eq 0 ]
	[[ $output == REGRESSION\ alpha:*'100 ns -> 120 ns, +20.0 %'* ]]
	try baselines diff one two.json --exit-code
	[ "$status" -eq 1 ]
	try baselines diff one two.json --exit-code beta
	[ "$status" -eq 0 ]
	[[ $output != *alpha* ]]
	try baselines diff one two.json --exit-code --threshold 30%
	[ "$status" -eq 0 ]
	[[ $output != *REGRESSION* ]]
	try baselines diff two.json one --exit-code alpha
	[ "$status" -eq 0 ]
	[[ $output == *IMPROVEMENT* ]]
}

@test "diff: what was accepted, and what is missing" {
	two_sides
	try accept alpha --reason 'it does more now'
	try baselines diff one two.json --exit-code
	[ "$status" -eq 0 ]
	[[ $output == *ACCEPTED* ]]
	edit two.json 'del benchmarks["beta"]'
	try baselines diff one two.json --exit-code
	[ "$status" -eq 1 ]
	[[ $output == *'MISSING beta'* ]]
	try baselines diff one two.json --exit-code alpha
	[ "$status" -eq 0 ]
	[[ $output != *MISSING* ]]
}

@test "diff: what failed in a result file has failed, not gone" {
	try run -q --suite ./run.so alpha fails --processes 5 --time 1ms --out failed.json
	[ "$status" -eq 3 ]
	cp failed.json base.json
	try baselines diff base.json failed.json --exit-code
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED fails'* ]]
	[[ $output != *MISSING* ]]
}

@test "diff: other machines are compared, marked, and decide nothing unless they may" {
	two_sides
	edit two.json 'it["system_info"]["cpu"] = it["cpu"] = "Abacus 3"'
	try baselines diff one two.json
	[ "$status" -eq 0 ]
	[[ $output == *'Abacus 3'* ]]
	[[ $output == *'REGRESSION, other machine'* ]]
	try baselines diff one two.json --exit-code
	[ "$status" -eq 4 ]
	try baselines diff one two.json --exit-code --allow-mismatch
	[ "$status" -eq 1 ]
	try baselines diff one two.json --allow-mismatch
	fails 2 'benchgate: --allow-mismatch needs --exit-code: *'
}

@test "diff: --report" {
	two_sides
	try baselines diff one two.json --report json=verdict.json
	[ "$status" -eq 0 ]
	benchgate help verdict-schema >schema.json
	/usr/bin/python3 -W ignore -m jsonschema -i verdict.json schema.json
	grep -q REGRESSION verdict.json || grep -q regression verdict.json
	echo 'int main' >main.c
	try baselines diff one two.json --report json=main.c
	fails 2 'benchgate: main.c exists, but is not a report of that format: *'
	[ "$(cat main.c)" = 'int main' ]
	try baselines diff one two.json --report json=none/verdict.json
	fails 3 'benchgate: *none/verdict.json*'
}

@test "diff: what cannot be compared" {
	two_sides
	try baselines diff one
	fails 2 'benchgate: baselines diff takes a base and a head: *'
	try baselines diff none two.json
	fails 4 "benchgate: there is no 'none': baselines/named/none.json is missing; nothing was compared"
	try baselines diff one none.json
	fails 4 "benchgate: there is no 'none.json': none.json is missing; nothing was compared"
	echo '{}' >bad.json
	try baselines diff one bad.json
	fails 3 'benchgate: bad.json: *'
	try baselines diff bad.json one
	fails 3 'benchgate: bad.json: *'
	try baselines diff one two.json alpah
	fails 2 "benchgate: no benchmark matches 'alpah'; did you mean alpha?"
	try baselines diff one two.json --threshold 2
	fails 2 'benchgate: --threshold *'
}

@test "prune: what the suites no longer have goes, what they were not asked for stays" {
	record
	edit "$own" 'benchmarks["gone"] = dict(benchmarks["alpha"]); benchmarks["elsewhere"] = dict(benchmarks["alpha"], suite="other.so")'
	cp "$own" before
	try baselines prune --suite ./run.so --dry-run
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'to remove: gone, 1 session, the newest of 2026-03-01T10:00:00Z' ]
	[ "${lines[1]}" = "1 would be removed from $own" ]
	[ "${#lines[@]}" -eq 2 ]
	cmp before "$own"
	try baselines prune --suite ./run.so --yes
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "removed 1 from $own, which has 5 left" ]
	holds "$own" 'sorted(it["benchmarks"]) == ["alpha", "args/-5", "args/70", "beta", "elsewhere"]'
	try baselines prune --suite ./run.so --yes
	[ "$status" -eq 0 ]
	[ "$output" = "the suites still have every benchmark of $own: nothing to remove" ]
}

@test "prune: with patterns, what matches goes; the rest stays as it was" {
	cp made.json baselines/named/base.json
	cp made.json before.json
	try baselines prune --baseline base args --yes
	[ "$status" -eq 0 ]
	[ "${lines[2]}" = 'removed 2 from baselines/named/base.json, which has 2 left' ]
	try baselines diff before.json base --exit-code alpha beta
	[ "$status" -eq 0 ]
	try baselines prune --baseline base 'alp*' beta --yes
	[ "$status" -eq 0 ]
	try baselines list
	[[ ${lines[1]} =~ ^baselines/named/base.json\ +[0-9a-f]{8},\ this\ machine\ +0\ +0\  ]]
}

@test "prune: asks on a terminal" {
	command -v script || skip "there is no script(1)"
	cp made.json baselines/named/base.json
	cp made.json before.json
	answer() {
		timeout 20 script -qec "'$program' baselines prune --baseline base args" said <<<"$1"
	}
	answer n
	grep -q 'remove this from baselines/named/base.json? \[y/N\]' said
	grep -q 'nothing was removed' said
	cmp before.json baselines/named/base.json
	answer y
	grep -q 'removed 2 from' said
}

@test "prune: mistakes" {
	cp made.json baselines/named/base.json
	try baselines prune args
	fails 2 'benchgate: prune asks before it removes anything, but there is no terminal: give --yes or --dry-run'
	try baselines prune --yes
	fails 4 'benchgate: no baseline for this machine *'
	try baselines prune --baseline base --yes alpah
	fails 2 "benchgate: no benchmark matches 'alpah'; did you mean alpha?"
	try baselines prune --baseline base --yes --suite ./run.so args
	fails 2 'benchgate: give patterns or --suite, not both: *'
	try baselines prune --baseline base --yes --suite ./none.so
	fails 2 'benchgate: suite ./none.so: *'
	try baselines prune --baseline "$BATS_FILE_TMPDIR/result.json" --yes args
	fails 2 'benchgate: */result.json is a result file; *'
	echo '{}' >bad.json
	try baselines prune --baseline bad.json --yes args
	fails 3 'benchgate: bad.json: *'
}

@test "prune: a file that cannot be written is exit code 3, and stays" {
	[ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
	cp made.json baselines/named/base.json
	chmod a-w baselines/named
	try baselines prune --baseline base --yes args
	[ "$status" -eq 3 ]
	cmp made.json baselines/named/base.json
}

@test "what is no action, and options that belong to another" {
	try baselines
	fails 2 'benchgate: baselines takes list, show, diff, prune or rm'
	try baselines lsit
	fails 2 "benchgate: unknown baselines action 'lsit'; did you mean list? known actions: list, show, diff, prune, rm"
	try baselines frobnicate
	fails 2 "benchgate: unknown baselines action 'frobnicate'; known actions: list, show, diff, prune, rm"
	try baselines list here
	fails 2 "benchgate: baselines list takes no argument, but got 'here'"
	try baselines diff a b --json
	fails 2 'benchgate: --json goes with baselines list and show, not with diff'
	local option
	for option in --yes --dry-run --suite=x --exit-code --allow-mismatch --report=json=x --baseline=x --alpha=0.1 --threshold=2% --verbose --color=never; do
		try baselines list "$option"
		fails 2 'benchgate: --* goes with baselines *, not with list'
	done
	try baselines list --config none.json
	fails 2 'benchgate: *none.json*'
}

@test "rm: the baselines of these names go, and nothing else" {
	record
	for name in old new other; do
		cp made.json baselines/named/$name.json
	done
	try baselines rm old --dry-run
	[ "$status" -eq 0 ]
	[[ $output =~ ^'to remove: baselines/named/old.json, '[0-9]+' benchmarks, up to 1 session'$ ]]
	[ -e baselines/named/old.json ]
	try baselines rm old baseline:new old --yes
	[ "$status" -eq 0 ]
	[ "${lines[2]}" = 'removed: baselines/named/old.json' ]
	[ "${lines[3]}" = 'removed: baselines/named/new.json' ]
	[ "${#lines[@]}" -eq 4 ]
	[ "$(ls -A baselines/named)" = other.json ]
	[ -e "$own" ]
}

@test "rm: a link goes, not what it leads to; what cannot be read goes, too" {
	ln -s ../../made.json baselines/named/link.json
	echo '{' >baselines/named/bad.json
	try baselines rm link bad --yes
	[ "$status" -eq 0 ]
	[[ $output == *'to remove: baselines/named/bad.json, which cannot be read'* ]]
	[ -s made.json ]
	[ -z "$(ls -A baselines/named)" ]
}

@test "rm: mistakes remove nothing" {
	cp made.json baselines/named/main.json
	try baselines rm
	fails 2 'benchgate: baselines rm takes the names of baselines'
	try baselines rm main
	fails 2 'benchgate: rm asks before it removes anything, but there is no terminal: give --yes or --dry-run'
	try baselines rm main mian --yes
	fails 4 "benchgate: there is no baseline 'mian': baselines/named/mian.json is missing; did you mean main?"
	try baselines rm baselines/named/main.json --yes
	fails 2 "benchgate: baselines rm takes names of baselines, and 'baselines/named/main.json' is a file"
	try baselines rm '' --yes
	fails 2 'benchgate: the name of a baseline is empty'
	try baselines rm main --yes --suite ./run.so
	fails 2 'benchgate: --suite goes with baselines prune, not with rm'
	[ -s baselines/named/main.json ]
}
