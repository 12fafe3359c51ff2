#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The history: what keeps runs, what is done with them, and what may happen to the file.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# A result file of run NUMBER, COMMIT and TIME; the rest is as for alerted.py
made() { # NUMBER COMMIT TIME NAME[=FACTOR]...
	/usr/bin/python3 "$support/alerted.py" "${@:4}" >made.json
	/usr/bin/python3 - "$1" "$2" "$3" <<-'PY' >"run-$1.json"
		import json, sys
		it = json.load(open("made.json", encoding="utf-8"))
		it["benchmark_run"].update(id=f"{int(sys.argv[1]):016x}", timestamp=sys.argv[3])
		it["system_info"]["git_commit"] = sys.argv[2] * 10
		print(json.dumps(it))
	PY
}

# Three runs, days apart
three_runs() {
	made 1 aaaa 2026-01-01T00:00:00Z hash sort
	made 2 bbbb 2026-01-02T00:00:00Z hash=1.1 sort
	made 3 cccc 2026-01-03T00:00:00Z hash=1.2 sort
	try history import run-1.json run-2.json run-3.json --db runs.db
	[ "$status" -eq 0 ]
	[ "$output" = '3 runs added, 0 there already' ]
}

sql() { # STATEMENT
	/usr/bin/python3 - "$1" <<-'PY'
		import sqlite3, sys
		db = sqlite3.connect("runs.db", isolation_level=None)
		for row in db.execute(sys.argv[1]):
		    print(*row)
	PY
}

@test "run, compare and merge keep what they measured" {
	own_home
	git init -q
	git commit -q --allow-empty -m one
	git commit -q --allow-empty -m two
	git tag v1
	shared plain.so "$suites/gate.c"
	name=$("$program" list -s ./plain.so | sed -n '1s/ .*//p')
	measure -s ./plain.so --db runs.db "$name"
	[ "$status" -eq 0 ]
	try history list --db runs.db --json
	echo "$output" >list.json
	/usr/bin/python3 - "$(git rev-parse HEAD)" <<-'PY'
		import json, sys
		run, = json.load(open("list.json"))["runs"]
		result = json.load(open("result.json"))
		assert run["id"] == result["benchmark_run"]["id"], run
		assert (run["commit"], run["branch"], run["tag"], run["height"]) == (sys.argv[1], "main", "v1", 2), run
		assert run["whole"] and not run["in_turn"], run
	PY
	# Byte for byte
	try history show v1 --db runs.db --out back.json
	cmp result.json back.json
	# By the policy, and not where none is asked for; a file of its own folder
	mkdir sub
	echo '{"history": {"db": "sub/other.db"}}' >benchgate.json
	measure -s ./plain.so "$name"
	measure -s ./plain.so "$name" --db none
	try history list
	[ "${#lines[@]}" -eq 2 ]
	# Both sides, the base before the head
	try compare -q ./plain.so ./plain.so --measure-identical --units 1 --time 1ms --only "$name" --db pair.db --out head.json
	try history list --db pair.db
	[ "$(grep -c 'whole, in turn' <<<"$output")" -eq 2 ]
	[[ ${lines[2]} == "$(query head.json 'it["benchmark_run"]["id"][:8]') "* ]]
	for shard in 1 2; do
		measure -s ./plain.so --shard "$shard/2" --db none
		mv result.json "$shard.json"
	done
	try merge 1.json 2.json --db merged.db
	try history list --db merged.db
	[ "${#lines[@]}" -eq 2 ]
}

@test "the base comes from a history: the commit that the work began at, or the branch" {
	own_home
	git init -q
	git commit -q --allow-empty -m one
	shared plain.so "$suites/gate.c"
	name=$("$program" list -s ./plain.so | sed -n '1s/ .*//p')
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --baseline-db base.db
	fails 3 'benchgate: there is no history base.db; *'
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --db base.db
	git checkout -q -b change
	git commit -q --allow-empty -m two
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --baseline-db base.db --db change.db --report json=verdict.json
	holds verdict.json "it['benchmark_run']['base_commit'] == '$(git rev-parse main)'"
	# That commit has no run, but the branch has.
	git checkout -q main
	git commit -q --allow-empty -m three
	git checkout -q -b other
	git commit -q --allow-empty -m four
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --baseline-db base.db --require-baseline --report json=verdict.json
	holds verdict.json "it['benchmark_run']['base_commit'] == '$(git rev-parse main~1)'"
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --baseline-db change.db --require-baseline
	fails 4 'benchgate: change.db has no run of this machine, *'
	try run -s ./plain.so --baseline-db base.db --baseline main
	fails 2 'benchgate: --baseline and --baseline-db both name the base: give one'
}

@test "runs are listed, shown, taken out and given up" {
	three_runs
	try history import run-2.json --db runs.db
	[ "$output" = '0 runs added, 1 there already' ]
	try history list --db runs.db
	[ "$output" = "run                       time      commit  branch   machine  levels   kept
00000000  2026-01-01T00:00:00Z  aaaaaaaaaa    main  $(sed -n '2s/.*  \([0-9a-f]\{8\}\)  .*/\1/p' <<<"$output")       2  whole
00000000  2026-01-02T00:00:00Z  bbbbbbbbbb    main  $(sed -n '2s/.*  \([0-9a-f]\{8\}\)  .*/\1/p' <<<"$output")       2  whole
00000000  2026-01-03T00:00:00Z  cccccccccc    main  $(sed -n '2s/.*  \([0-9a-f]\{8\}\)  .*/\1/p' <<<"$output")       2  whole" ]
	try history list --db runs.db --since 2026-01-02 --branch main
	[ "${#lines[@]}" -eq 3 ]
	try history list --db runs.db --since 1d
	[ "$output" = 'no run' ]
	try history show bbbbb 'ha*' --db runs.db
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} == 'run 0000000000000002 of 2026-01-02T00:00:00Z (commit bbbbbbbbbb, main), machine '* ]]
	[[ ${lines[2]} == hash*time*'1.10 us'*'0.098 %' ]]
	try history rm aaaaa --db runs.db
	fails 2 'benchgate: rm asks before it changes anything, but there is no terminal: give --yes or --dry-run'
	try history rm aaaaa --db runs.db --dry-run
	[ "$output" = 'to take out: run 0000000000000001 of 2026-01-01T00:00:00Z (commit aaaaaaaaaa, main)' ]
	try history rm aaaaa --db runs.db --yes
	[ "${lines[1]}" = '1 taken out, 0 given up but for their levels' ]
	sql "UPDATE commits SET tag = 'v2' WHERE hash LIKE 'c%'"
	try history prune --db runs.db --keep 1d --yes
	[ "${lines[1]}" = '0 taken out, 1 given up but for their levels' ]
	try history show bbbbb --db runs.db --out back.json
	fails 3 'benchgate: runs.db: of that run only its levels are kept, not what it measured'
	try history show bbbbb --db runs.db
	[[ ${lines[2]} == hash*time*'1.10 us'* ]]
	echo '{"history": {"db": "runs.db", "keep_points": "30 days"}}' >benchgate.json
	try history prune --yes
	[ "${lines[1]}" = '1 taken out, 0 given up but for their levels' ]
	try history check
	[ "$output" = 'runs.db: ok' ]
}

@test "a run is kept as long as the longest of its tiers asks for" {
	made 1 aaaa "$(date -u -d '40 days ago' +%FT%TZ)" hash=1,critical
	made 2 bbbb "$(date -u -d '40 days ago' +%FT%TZ)" hash=1,critical slow=1,comprehensive
	made 3 cccc "$(date -u -d '95 days ago' +%FT%TZ)" hash=1,critical slow=1,comprehensive
	made 4 dddd "$(date -u -d '400 days ago' +%FT%TZ)" hash=1,critical
	made 5 eeee "$(date -u -d '400 days ago' +%FT%TZ)" other=1,standard
	try history import run-?.json --db runs.db
	echo '{"history": {"db": "runs.db", "keep": {"critical": "30 days", "comprehensive": "90 days"}, "keep_points": "1 year"},
		"tiers": {"standard": {"benchmarks": ["none"]}}}' >benchgate.json
	try history prune --dry-run
	fails 2 "benchgate: benchgate.json: history.keep_points is \"1 year\"; it must be a duration *"
	sed -i 's/1 year/365 days/' benchgate.json
	try config show
	grep -qE 'history.keep.critical +720h' <<<"$output"
	grep -qE 'history.keep_points +8760h' <<<"$output"
	try history prune --dry-run
	sed 's/ (.*//; s/ of .*//' <<<"$output" >fates.txt
	diff fates.txt - <<-'END'
		to take out: run 0000000000000004
		to take out: run 0000000000000005
		to give up but for its levels: run 0000000000000003
		to give up but for its levels: run 0000000000000001
	END
	try history prune --keep 1d --dry-run
	[ "${#lines[@]}" -eq 5 ]
}

@test "a branch that was rebased has no run of its former commits in its series" {
	own_home
	git init -q -b main
	for commit in one two three; do git commit -q --allow-empty -m "$commit"; done
	# Two commits of before, the same two rebased, and an old one that was measured again
	git rev-parse HEAD~2 HEAD~1 HEAD >commits.txt
	git reset -q --hard HEAD~2
	for commit in 'two anew' 'three anew'; do git commit -q --allow-empty -m "$commit"; done
	git rev-parse HEAD~1 HEAD HEAD~2 >>commits.txt
	local i=0
	while read -r commit; do
		i=$((i + 1))
		made "$i" aaaa "2026-01-0${i}T00:00:00Z" "hash=1.$i"
		sed "s/\"git_commit\": \"[a-f0-9]*\"/\"git_commit\": \"$commit\"/" "run-$i.json" >"at-$i.json"
	done <commits.txt
	try history import at-?.json --db runs.db
	values() { # in this folder
		try trends --db "$OLDPWD/runs.db" --json
		echo "$output" >trends.json
		holds trends.json "[round(p['value'] / 1000, 1) for p in it['series'][0]['points']] == $1"
	}
	mkdir -p elsewhere
	cd . && values '[1.1, 1.6, 1.4, 1.5]'
	git checkout -q --detach && git branch -q -D main
	values '[1.1, 1.6, 1.4, 1.5]'
	# Nobody is asked: by height and time
	cd elsewhere && GIT_CEILING_DIRECTORIES=$OLDPWD values '[1.1, 1.6, 1.2, 1.4, 1.3, 1.5]'
}

@test "runs of two commits are compared without measuring" {
	three_runs
	made 4 aaaa 2026-01-04T00:00:00Z hash sort
	try history import run-4.json --db runs.db
	try compare --from-history aaaaa cccc --db runs.db --report json=verdict.json
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION'*hash* ]]
	echo '{"history": {"db": "runs.db"}}' >benchgate.json
	try compare --from-history bbbb aaaaa
	[[ $output == *'hash'*'-9.1 %'* ]]
	try history list
	[ "${#lines[@]}" -eq 5 ]
	# A branch is its newest commit that was measured, wherever it is by now.
	try compare --from-history bbbb main
	[[ $output == *'hash'*'-9.1 %'* ]]
	[ "${stderr_lines[0]}" = 'benchgate: main: its newest commit in runs.db, aaaaaaa of 2026-01-04T00:00:00Z' ]
	try compare --from-history bbbb
	fails 2 'benchgate: --from-history takes two names of runs: *'
	try compare --from-history bbbb eeee
	fails 4 "benchgate: runs.db has no run 'eeee'; *"
	try compare --from-history bbbb bbbb
	fails 4 "benchgate: runs.db has no whole run of 'bbbb' that the run 0000000000000002 of 'bbbb' can be compared with: *"
}

@test "how much sessions differ is known from a history" {
	own_home
	git init -q
	git commit -q --allow-empty -m one
	shared plain.so "$suites/gate.c"
	name=$("$program" list -s ./plain.so | sed -n '1s/ .*//p')
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms --db none --out result.json
	mkdir sessions
	/usr/bin/python3 - <<-'PY'
		import datetime, json
		it = json.load(open("result.json", encoding="utf-8"))
		now = datetime.datetime.utcnow()
		for day in range(1, 12):
		    then = now - datetime.timedelta(days=day)
		    it["benchmark_run"].update(id=f"{day:016x}", timestamp=then.strftime("%Y-%m-%dT%H:%M:%SZ"))
		    for metric in it["metrics"]:
		        metric["process_values"] = [value * (1 + 0.0001 * (day % 3 - 1)) for value in metric["process_values"]]
		    json.dump(it, open(f"sessions/{day:02}.json", "w", encoding="utf-8"))
	PY
	try history import sessions/0[1-9].json --db runs.db
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms -B sessions/01.json --base none --db runs.db --report json=verdict.json
	# The run itself is one more, but not before it is judged.
	holds verdict.json '{c["drift_source"] for c in it["metrics"] if c["name"] == "time"} == {"assumed"}'
	try history import sessions/1?.json --db runs.db
	try run -q -s ./plain.so "$name" --processes 5 --time 1ms -B sessions/01.json --base none --db runs.db --report json=verdict.json
	holds verdict.json '{c["drift_source"] for c in it["metrics"] if c["name"] == "time"} == {"history"}'
}

@test "its text brings everything back, and histories become one" {
	three_runs
	try history prune --db runs.db --keep 1d --yes
	try history import run-3.json --db runs.db
	made 4 dddd 2026-01-04T00:00:00Z hash=1.3
	try history import run-4.json --db runs.db
	try history export --db runs.db --out runs.txt
	[ "$(wc -l <runs.txt)" -eq 5 ]
	try history import runs.txt --db again.db
	[ "$output" = '4 runs added, 0 there already' ]
	try history export --db again.db
	[ "$output" = "$(cat runs.txt)" ]
	made 5 eeee 2026-01-05T00:00:00Z hash=1.4
	try history import run-5.json --db other.db
	try history merge runs.db other.db again.db --db all.db
	[ "$output" = '5 runs added, 4 there already' ]
	try history backup copy.db --db all.db
	[ "$status" -eq 0 ]
	try history export --db copy.db
	[ "$(head -5 <<<"$output")" = "$(cat runs.txt)" ]
	try history backup copy.db --db all.db
	fails 2 'benchgate: copy.db is there already; a copy goes to a new file'
	# What is wrong in a text has a line.
	sed '3s/"height": 0/"height": -1/' runs.txt >wrong.txt
	try history import wrong.txt --db wrong.db
	fails 2 'benchgate: wrong.txt: line 3: height is -1; it must be a whole number'
	sed '4s/}$//' runs.txt >wrong.txt
	try history import wrong.txt --db wrong.db
	fails 2 'benchgate: wrong.txt: line 4: *'
	sed '4s/^{/{?/' runs.txt >wrong.txt
	try history import wrong.txt --db wrong.db
	fails 2 'benchgate: wrong.txt: line 4: column [0-9]: not valid JSON from here on'
	sed '4s/.*/<<<<<<< HEAD/' runs.txt >wrong.txt
	try history import wrong.txt --db wrong.db
	fails 2 'benchgate: wrong.txt: line 4: git left a conflict here; keep the lines of both sides, in any order'
	# Lines of two branches, as merge=union leaves them
	{ sed -n '1p;5p' runs.txt && sed -n 2,4p runs.txt; } >union.txt
	try history import union.txt --db union.db
	try history export --text --db union.db
	[ "$output" = "$(cat runs.txt)" ]
	sed '1s/1/3/' runs.txt >wrong.txt
	try history import wrong.txt --db wrong.db
	fails 2 'benchgate: wrong.txt: line 1: it must say version 1 or 2: this benchgate reads no other'
}

@test "trends show each series in a box, with its newest change" {
	/usr/bin/python3 - <<-'PY' >steps.txt
		import json, math, random, time
		draw = random.Random(2)
		print('{"format":"benchgate-history","version":1}')
		for r in range(60):
		    levels = []
		    for name, factor in ("lsp/complete", 1 if r < 40 else 1.12), ("lsp/define", 1), ("base" + 30 * "d", 1.5 if r > 57 else 1.1 if r == 30 else 1):
		        value = 1e6 * factor * math.exp(draw.gauss(0, .005))
		        levels.append({"benchmark": name, "metric": "time", "unit": "ns", "tier": "critical", "better": "less", "value": value, "spread": .003})
		    run = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1.78e9 + 86400 * r)), "id": f"{r + 1:016x}", "machine": "01234567",
		           "commit": f"{r + 1:02x}" * 20, "toolchain": None, "in_turn": False, "dirty": False, "levels": levels}
		    print(json.dumps({"branch": "main", "tag": None, "height": r + 1, "given_up": run}))
	PY
	try history import steps.txt --db steps.db
	for columns in 80 200; do
		export COLUMNS=$columns
		try trends --db steps.db
		echo "$output" >screen.txt
		/usr/bin/python3 - "$columns" <<-'PY'
			import sys
			lines = open("screen.txt", encoding="utf-8").read().splitlines()
			assert {len(line) for line in lines} == {int(sys.argv[1])} and len(lines) == 9, lines
			assert lines[4].startswith("┌─ lsp, main, machine 01234567 ─"), lines
			assert "lsp/complete" in lines[5] and "-> 1.12 ms" in lines[5] and "█" in lines[5], lines
			assert "step +11." in lines[6] and "2929292" in lines[6], lines
			# One value is no step, nor are two.
			assert "base" in lines[1] and "  unusual value, +5" in lines[2] and "└" in lines[3], lines
			# A name is cut where there is no room for it, and that is seen.
			assert ("base" + (15 * "d" + "…" if sys.argv[1] == "80" else 30 * "d") + " ") in lines[1], lines
		PY
	done
	unset COLUMNS
	try trends 'lsp/c*' --db steps.db --json
	echo "$output" >trends.json
	holds trends.json "[(c['kind'], c['at'], c['maybe']) for c in it['series'][0]['changes']] == [('step', 40, False)] and len(it['series']) == 1"
	echo '{"overrides": [{"benchmark": "lsp/define", "budgets": {"time": "0.9ms"}}]}' >benchgate.json
	try trends 'lsp/d*' --db steps.db --color always
	[[ $output == *$'\033[31;1mover its budget of 0.9ms'*$'\033[0m'* ]]
	NO_COLOR=1 try trends 'lsp/d*' --db steps.db
	[[ $output == *'over its budget of 0.9ms'* && $output != *$'\033'* ]]
	try trends --watch --db steps.db
	fails 2 'benchgate: --watch is for a terminal; without it the trends are shown once'
	try trends 'nothing*' --db steps.db
	[ "$output" = 'no series' ]
	try trends --config none
	fails 2 'benchgate: no history is named: give --db FILE, or set "history" in the policy file'
}

# Of the machine of alerted.py
a_history() { # FILE [END]
	local machine
	/usr/bin/python3 "$support/alerted.py" hash >one.json
	"$program" history import one.json --db one.db >one.txt
	machine=$("$program" history list --db one.db --json | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["runs"][0]["machine"])')
	/usr/bin/python3 "$support/histories.py" "$machine" "${2:-2026-11-21}" >history.txt
	"$program" history import history.txt --db "$1"
}

@test "a report says what the history knows of each benchmark, in every format" {
	a_history runs.db
	/usr/bin/python3 "$support/alerted.py" lsp/complete=1.12 lsp/define lsp/refs=1.14 spike=1 maybe=1.1 fast=.8 new >head.json
	echo '{"tiers": {"critical": {"regression_threshold": "2%"}}, "overrides": [{"benchmark": "lsp/refs", "budgets": {"time": "1.3us"}}]}' >benchgate.json
	try report head.json --db runs.db --report text --report markdown=report.md --report json=report.json --report html=report.html --report shields=badge.json
	[ "$status" -eq 0 ]
	holds badge.json "it['message'].startswith('pass, +3.') and it['message'].endswith(' % a week')"
	while IFS= read -r line; do
		grep -qxE "$line" <<<"$output" || { echo "not said: $line" && return 1; }
	done <<-'END'
		history: lsp/complete: step of \+1[12]\.. % \(95 %: .*\) in 363636363636\.\.373737373737 \(2026-11-15\), certainty over 99\.99 %
		history: another compiler made the suite since 2929292: gcc 12 -> gcc 13
		history: lsp/refs: slope of \+1.* from .* to 0123456, certainty over 99\.99 %
		history: lsp/refs: creep of \+[23]\.. % a week \(95 %: .*\), without a step
		history: lsp/refs: crosses its budget of 1\.3us in about [3-9] weeks \([1-9] .*\)
		history: spike: spike of \+[45].\.. % at 3838383: single runs, no step
		history: maybe: maybe a step of .* in 393939393939\.\.3a3a3a3a3a3a \(2026-11-18\), certainty .*
		         settle it: benchgate compare 393939393939 3a3a3a3a3a3a --only maybe
	END
	[ "$(grep -c '^history: .*compiler' <<<"$output")" -eq 1 ]
	# shellcheck disable=SC2016  # Markdown
	grep -q '^- `maybe`: maybe a step .*Settle it: `benchgate compare 393939393939 3a3a3a3a3a3a --only maybe`' report.md
	grep -q '<li>spike of ' report.html
	valid report.json verdict-schema
	holds report.json "[m['history']['points'] for m in it['metrics'] if 'history' in m] == 7 * [61]"
	# As it was then: what came later is not looked at.
	try report head.json --db runs.db --config none --report json=report.json --db none
	holds report.json "not any('history' in m for m in it['metrics'])"
	try report head.json --db no.db
	fails 3 'benchgate: there is no history no.db; *'
}

@test "a report over a week says what changed, what to do first, and how the gate did" {
	own_home
	git init -q
	GIT_COMMITTER_DATE=$(date -u -d '2 hours ago' +%FT%TZ) git commit -q --allow-empty -m slow
	a_history week.db "$(date -u +%F)"
	try report --since 7d --db week.db --config none
	[[ $output == *'not known: alerts, of which there is no state here '* ]]
	# An alert of a commit of two hours ago, on a branch, that was accepted
	echo '{"history": {"db": "week.db"}, "notify": {"state": "state.json"}, "channels": {"log": {"type": "file", "path": "log.log"}},
		"overrides": [{"benchmark": "lsp/refs", "budgets": {"time": "1.3us"}}]}' >benchgate.json
	/usr/bin/python3 "$support/alerted.py" hash >base.json
	/usr/bin/python3 "$support/alerted.py" hash=1.5 | sed "s/0123456789abcdef0123456789abcdef01234567/$(git rev-parse HEAD)/; s/\"main\"/\"change\"/" >head.json
	try notify head.json --against base.json
	try accept hash --reason 'it does more now'
	try report --since 7d --report text --report markdown=week.md --report html=week.html --report json=week.json
	[ "$status" -eq 0 ]
	while IFS= read -r line; do
		grep -qxE " *$line" <<<"$output" || { echo "not said: $line" && return 1; }
	done <<-'END'
		lsp/complete: measure both sides of the step in turn: is it the code, or the machine\?
		benchgate compare 363636363636 373737373737 --only lsp/complete
		maybe: settle whether it became worse
		lsp/refs: crosses its budget of 1\.3us in about .*
		noisy: the noisiest: .*
		lsp/complete: step of \+1[12]\.. % .*
		fast: step of -[12].*
		lsp/refs: creep of \+.*
		spike: spike of \+4.*
		noisy: runs differ by [4-7](\.[0-9])? % where nothing changed
		6 runs of 6 commits on 1 machine
		1 alert began: 0 passed again, 1 stands, 0 of all acknowledged
		1 before the merge, 0 after it
		from commit to alert: (1 h 59 min.*|2 h.*|1[12][0-9] min.*) \(median of 1\)
		1 regression accepted
		not known: how many runs failed, for verdicts are not kept
	END
	# shellcheck disable=SC2016  # Markdown
	grep -q '^- `fast`: step of ' week.md
	xmllint --noout --html week.html 2>/dev/null
	run ! grep -q '<script' week.html
	holds week.json "[len(it[k]) for k in ('worse', 'better', 'creeps', 'unusual', 'noisiest', 'made')] == [3, 1, 2, 1, 1, 0] and it['record']['alerts_before_merge'] == 1"
	try report --since 7d --report junit
	fails 2 'benchgate: there is no such report in the format junit; it is text, markdown, html or json'
	try report head.json --since 7d
	fails 2 'benchgate: --since is of a history: *'
	try report --since 7d --config none
	fails 2 'benchgate: no history is named: *'
}

@test "a report over a week names what cannot be relied on" {
	local i=0 now
	now=$(date -u +%FT%TZ)
	# The same commit passes, regresses, and twice nobody knows
	while read -r change spread; do
		i=$((i + 1))
		/usr/bin/python3 "$support/turned.py" "$i" "$now" "$change" "$spread" >"turned-$i.json"
	done <<<$'0 .001\n.5 .001\n0 .3\n0 .2'
	made 5 aaaa "$now" crashes=failed sort
	made 6 aaaa "$now" crashes sort
	sed -i '0,/"note": null/ s/"note": null/"note": "flaky: crashed: SIGSEGV; it worked when it was tried again"/' run-6.json
	try history import turned-?.json run-[56].json --db runs.db
	[ "$output" = '6 runs added, 0 there already' ]
	try report --since 7d --db runs.db --config none
	sed -n '/^Flaky/,/^$/p' <<<"$output" >flaky.txt
	diff flaky.txt - <<-'END'
		Flaky and undecided
		  crashes: failed and worked at aaaaaaaaaaaa; worked in 1 of 2 runs only when it was tried again
		  turned: passed and regressed at 0123456789ab; INCONCLUSIVE in 2 of 4 comparisons, 4.0 s of measuring

	END
}

@test "what is asked in a wrong way is said" {
	three_runs
	while IFS='|' read -r code arguments message; do
		# shellcheck disable=SC2086  # words
		try history $arguments
		fails "$code" "benchgate: $message" || return 1
	done <<-'END'
		2|list|no history is named: give --db FILE, or set "history" in the policy file
		3|list --db no.db|there is no history no.db; 'benchgate run --db no.db' begins one
		2|lst --db runs.db|unknown history action 'lst'; did you mean list?*
		2|list --db runs.db --yes|--yes goes with history rm and prune, not with list
		2|list --db runs.db --since never|--since takes a day, a time or a duration, such as *; 'never' is none
		2|show --db runs.db|history show takes a run
		2|show 0000 --db runs.db|'0000' is the beginning of several runs, such as 0000000000000001 and 0000000000000003: give more of it
		4|show ffff --db runs.db|runs.db has no run 'ffff'; a run is named by four letters or more of its id or its commit (*
		2|prune --db runs.db --yes|nothing says how long runs are kept: *
		2|import --db runs.db|history import takes texts of history export, or result files
		3|merge no.db --db runs.db|there is no history no.db;*
	END
	# Before anything is measured
	echo text >runs.db
	try run --db runs.db
	fails 3 'benchgate: runs.db: it is no history of benchgate, but another kind of file'
	try run --db no/such/folder.db
	fails 3 'benchgate: no/such/folder.db cannot be made in its folder: No such file or directory'
}

@test "a history of an older version says what it lacks, and when it gets that" {
	three_runs
	benchgate history export --db runs.db >runs.txt
	# More than are done in a moment
	/usr/bin/python3 - <<-'PY'
		import re
		first, *lines = open("runs.txt", encoding="utf-8").read().splitlines()
		with open("many.txt", "w", encoding="utf-8") as out:
		    print(first, file=out)
		    for i in range(101):
		        print(re.sub(r'"id": "[0-9a-f]+"', f'"id": "{i + 1:016x}"', lines[0], count=1), file=out)
	PY
	rm runs.db
	try history import many.txt --db runs.db
	sql 'PRAGMA user_version = 2'
	sql 'UPDATE runs SET flags = flags & ~4'
	try trends --db runs.db
	[ "$status" -eq 0 ]
	[ "$stderr" = 'benchgate: runs.db is of an older version: its counts are no series until a run is added to it' ]
	try history import runs.txt --db runs.db
	[ "$stderr" = 'benchgate: runs.db becomes a history of version 3, once: the counts of 101 runs' ]
	try trends --db runs.db
	[ -z "$stderr" ]
}

@test "a history of a newer version is left alone" {
	three_runs
	sql 'PRAGMA user_version = 4'
	cp runs.db before.db
	for action in list check "import run-1.json" "merge runs.db"; do
		# shellcheck disable=SC2086  # words
		try history $action --db runs.db
		fails 3 'benchgate: runs.db is of version 4, and this benchgate knows versions up to 3: use a newer one'
	done
	cmp runs.db before.db
}

@test "what is damaged is said, and never believed" {
	three_runs
	for i in {1..5}; do
		made "$((i + 3))" "$(printf %04x "$i")" 2026-02-01T00:00:00Z hash sort "b#20"
		try history import "run-$((i + 3)).json" --db runs.db
	done
	/usr/bin/python3 - "$program" <<-'PY'
		import random, subprocess, sys
		draw = random.Random(3)
		good = open("runs.db", "rb").read()
		found = 0
		for i in range(10):
		    bad = bytearray(good)
		    at = draw.randrange(100, len(bad) - 64)
		    if i % 4 == 3:
		        bad = bad[:at]
		    else:
		        bad[at:at + 64] = draw.randbytes(64)
		    open("bad.db", "wb").write(bad)
		    for arguments in ["check"], ["export"], ["import", "run-1.json"]:
		        it = subprocess.run([sys.argv[1], "history", *arguments, "--db", "bad.db"], capture_output=True, text=True, timeout=60)
		        assert it.returncode in (0, 2, 3), (at, arguments, it)
		        assert it.returncode or not it.stderr, (at, arguments, it)
		        assert len(it.stderr.splitlines()) <= 1, (at, arguments, it)
		        found += arguments == ["check"] and it.returncode == 3
		# Some bytes belong to nothing.
		assert found > 4, found
	PY
}

@test "on a full disk nothing is lost, and that is said" {
	three_runs
	cp run-1.json run-9.json
	made 9 ffff 2026-03-01T00:00:00Z 'b#3000'
	run --separate-stderr /usr/bin/python3 - "$program" <<-'END'
		import os, resource, signal, sys
		signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
		resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))
		os.execv(sys.argv[1], ["benchgate", "history", "import", "run-9.json", "--db", "runs.db"])
	END
	echo "$output$stderr"
	fails 3 'benchgate: run-9.json: runs.db: *; what was kept before is still there'
	# Who reads needs no room, be there a log or none.
	run /usr/bin/python3 - "$program" <<-'END'
		import os, resource, shutil, signal, sqlite3, subprocess, sys
		def listed(*before):
		    it = subprocess.run([*before, sys.argv[1], "history", "list", "--db", "full/runs.db"], capture_output=True, text=True)
		    assert it.returncode == 0 and len(it.stdout.splitlines()) == 4, it
		def copied(log):
		    shutil.rmtree("full", ignore_errors=True)
		    os.mkdir("full")
		    shutil.copy("runs.db", "full")
		    if log:
		        db = sqlite3.connect("full/runs.db", isolation_level=None)
		        db.execute("UPDATE runs SET flags = 0 WHERE id = 1")
		        shutil.copytree("full", "logged")
		        db.close()
		        shutil.rmtree("full")
		        os.rename("logged", "full")
		        os.remove("full/runs.db-shm")
		signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
		for log in False, True:
		    copied(log)
		    listed("/usr/bin/prlimit", "--fsize=100")
	END
	echo "$output"
	[ "$status" -eq 0 ]
	try history check --db runs.db
	[ "$output" = 'runs.db: ok' ]
	try history list --db runs.db
	[ "${#lines[@]}" -eq 4 ]
	try history import run-9.json --db runs.db
	[ "$output" = '1 run added, 0 there already' ]
}

@test "who may only read reads, whatever lies beside the file" {
	local other=() row path
	three_runs
	# Root may write anywhere.
	if [ "$(id -u)" -eq 0 ]; then
		other=(setpriv --bounding-set=-all --inh-caps=-all)
		"${other[@]}" true || skip "root keeps its rights here"
	fi
	/usr/bin/python3 - <<-'PY'
		import os, shutil, sqlite3
		db = sqlite3.connect("runs.db", isolation_level=None)
		db.execute("PRAGMA wal_autocheckpoint=0")
		db.execute("UPDATE runs SET flags = 2 WHERE id = 1")
		for name in "none", "empty", "empty index", "log", "log alone", "unreadable":
		    os.mkdir(name)
		    shutil.copy("runs.db", name)
		    if name not in ("none", "empty", "empty index"):
		        shutil.copy("runs.db-wal", name)
		    elif name != "none":
		        open(f"{name}/runs.db-wal", "w").close()
		    if name in ("log", "empty index"):
		        shutil.copy("runs.db-shm", name)
		os.chmod("unreadable/runs.db-wal", 0)
		for name in os.listdir("."):
		    if os.path.isdir(name):
		        for file in os.listdir(name):
		            os.symlink(f"{name}/{file}", f"{name}.db") if file == "runs.db" else None
		            os.chmod(f"{name}/{file}", os.stat(f"{name}/{file}").st_mode & ~0o222)
		        os.chmod(name, 0o555)
	PY
	# What the log says is seen.
	for row in none=0 empty=0 'empty index=0' log=1 'log alone=1'; do
		for path in "${row%=*}/runs.db" "${row%=*}.db"; do
			run --separate-stderr "${other[@]}" "$program" history list --db "$path"
			echo "$path: $output$stderr"
			[ "$status" -eq 0 ]
			[ "${#lines[@]}" -eq 4 ]
			[ "$(grep -c "aaaa+" <<<"$output")" -eq "${row#*=}" ]
		done
	done
	run --separate-stderr "${other[@]}" "$program" history list --db unreadable.db
	fails 3 'benchgate: */unreadable/runs.db-wal belongs to unreadable.db and cannot be read: Permission denied'
	made 4 dddd 2026-01-04T00:00:00Z hash
	run --separate-stderr "${other[@]}" "$program" history import run-4.json --db log/runs.db
	fails 3 'benchgate: *log/runs.db: the file or its folder cannot be written to'
	[ "$(cd 'log alone' && echo *)" = 'runs.db runs.db-wal' ]
	chmod u+w -- */
}

@test "writers that are killed lose nothing but what they were about to add" {
	/usr/bin/python3 "$support/killed_histories.py" "$program" "${WRITERS_KILLED:-30}"
}

@test "who waits for another writer stops soon when a signal says so" {
	local writer pid
	three_runs
	shared plain.so "$suites/gate.c"
	/usr/bin/python3 - <<-'PY' 3>&- &
		import sqlite3, time
		db = sqlite3.connect("runs.db", isolation_level=None)
		db.execute("BEGIN IMMEDIATE")
		open("held", "w").write("yes")
		time.sleep(40)
	PY
	writer=$!
	until_true 200 test -s held
	"$program" run -q --processes 1 --time 1ms -s ./plain.so --db runs.db >said.out 2>said.err 3>&- &
	pid=$!
	# It is done with measuring.
	sleep 1.5
	kill -0 "$pid"
	kill -s TERM "$pid"
	until_true 200 ended "$pid"
	kill "$writer"
	grep -F 'runs.db' said.err
}
