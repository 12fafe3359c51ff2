#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Baselines that update themselves: what is proposed, approved, taken over and withdrawn.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Result files run-NUMBER.json of days in a row, the first of January the first
days() { # FIRST LAST NAME[=FACTOR]...
	/usr/bin/python3 "$support/alerted.py" "${@:3}" >made.json
	/usr/bin/python3 - "$1" "$2" <<-'PY'
		import json, sys
		for day in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
		    it = json.load(open("made.json", encoding="utf-8"))
		    it["benchmark_run"].update(id=f"{day:016x}", timestamp=f"2026-01-{day:02}T04:00:00Z")
		    it["system_info"]["git_commit"] = f"{day:02x}" * 20
		    for metric in it["metrics"]:
		        metric["process_values"] = [value * (1 + 0.001 * (day % 3)) for value in metric["process_values"]]
		    json.dump(it, open(f"run-{day:02}.json", "w", encoding="utf-8"))
	PY
}

# A baseline of day 1, and six days that are a tenth better in hash alone
six_better_days() {
	days 1 1 hash sort parse memo
	mkdir baselines
	cp run-01.json baselines/one.json
	days 2 7 hash=0.9 sort parse=1.2 memo=0.99
	echo '{"history": {"db": "runs.db"}}' >benchgate.json
	try history import run-*.json
}

better_days() {
	six_better_days
	days 8 8 hash=0.9 sort parse=1.2 memo=0.99
	try history import run-08.json
}

# Proposals as if they were made so long ago
age() { # HOURS
	/usr/bin/python3 - "$1" <<-'PY'
		import datetime, json, sys
		path = "baselines/proposed/one.json"
		it = json.load(open(path, encoding="utf-8"))
		then = datetime.datetime.utcnow() - datetime.timedelta(hours=int(sys.argv[1]))
		for one in it["proposals"]:
		    one["proposed_at"] = then.strftime("%Y-%m-%dT%H:%M:%SZ")
		json.dump(it, open(path, "w", encoding="utf-8"))
	PY
}

@test "seven better runs are proposed, and taken over a day later" {
	six_better_days
	try update-baselines --auto
	[ "$status" -eq 0 ]
	[ "$output" = 'nothing to propose' ]
	days 8 8 hash=0.9 sort parse=1.2 memo=0.99
	try history import run-08.json
	try update-baselines --auto --dry-run
	[[ $output == 'proposed: hash time 1.00 us to 901 ns (-10.0 % by 7 runs), sustained_improvement; taken over after 20'*'Z, or with --approve
would be in baselines/proposed/one.json' ]]
	[ ! -e baselines/proposed ]
	cp baselines/one.json before.json
	try update-baselines --auto
	[ "${lines[1]}" = 'in baselines/proposed/one.json' ]
	holds baselines/proposed/one.json "[(one['benchmark'], one['update_reason'], one['requires_approval'], one['confidence_level'], len(one['supporting_data'])) for one in it['proposals']] == [('hash', 'sustained_improvement', True, 0.99, 7)]"
	age 23
	try update-baselines --auto
	[[ ${lines[0]} == 'pending: hash time 1.00 us to 901 ns '* ]]
	cmp before.json baselines/one.json
	# What supports a proposal stays whole.
	try history prune --keep 1d --dry-run
	[[ $output != *2026-01-0[2-8]* ]]
	age 25
	try update-baselines --auto
	[ "$output" = 'taken over: hash time 1.00 us to 901 ns (-10.0 % by 7 runs), sustained_improvement
in baselines/one.json' ]
	[ ! -e baselines/proposed/one.json ]
	try update-baselines --auto
	[ "$output" = 'nothing to propose' ]
	holds baselines/one.json "[(name, b['changes'][-1]['reason'], b['changes'][-1]['commit'], b['changes'][-1]['approved_by']) for name, b in it['benchmarks'].items() if b['changes']] == [('hash', 'sustained-improvement', '08' * 20, None)]"
}

@test "somebody approves; what later runs contradict is withdrawn" {
	better_days
	try update-baselines --auto
	try update-baselines --approve --approved-by Ann 'ha*'
	[ "${lines[0]}" = 'taken over: hash time 1.00 us to 901 ns (-10.0 % by 7 runs), sustained_improvement; approved by Ann' ]
	# Without a history the word is kept, until somebody has one.
	cp run-01.json baselines/one.json
	try update-baselines --auto
	try update-baselines --approve --approved-by Ann --db none
	[[ ${lines[0]} == 'approved: hash time 1.00 us to 901 ns '* ]]
	try update-baselines --auto --dry-run
	[[ $output == *'taken over: hash '*'; approved by Ann'* ]]
	rm baselines/proposed/one.json
	try update-baselines --auto
	days 9 9 hash sort=failed
	try history import run-09.json
	try update-baselines --auto
	[ "${lines[0]}" = 'withdrawn: hash: the newest run is 11.0 % worse than those that support it' ]
	holds baselines/proposed/one.json "[(one['status'], one['requires_approval'], one['why'][:19]) for one in it['proposals']] == [('withdrawn', False, 'the newest run is 1')]"
	# A regression only where somebody says so, and then it waits for approval.
	try update-baselines --auto --reason 'manual_override: safer' parse
	[[ ${lines[0]} == 'proposed: parse time 1.00 us to 1.20 us (+20'*', manual_override: safer; taken over with --approve alone' ]]
	age 1000
	try update-baselines --auto
	[[ ${lines[0]} == 'pending: parse '* ]]
}

@test "machines that got quicker, other metrics that got worse, and mistakes" {
	days 1 1 hash sort parse
	mkdir baselines
	cp run-01.json baselines/one.json
	days 2 8 hash=0.9 sort=0.9 parse=0.9
	try history import run-*.json --db runs.db
	try update-baselines --auto --dry-run --db runs.db
	[ "$(grep -c 'environmental_change: nearly all benchmarks changed alike' <<<"$output")" -eq 3 ]
	# More memory is not taken over with the time.
	/usr/bin/python3 - <<-'PY'
		import glob, json
		for path in ["baselines/one.json", *glob.glob("run-0[2-8].json")]:
		    it = json.load(open(path, encoding="utf-8"))
		    size = 1000 if "baselines" in path else 1200
		    it["metrics"].append({"benchmark": "hash", "name": "size", "unit": "B", "better": "less", "process_values": [size] * 10})
		    json.dump(it, open(path, "w", encoding="utf-8"))
	PY
	rm runs.db
	try history import run-*.json --db runs.db
	try update-baselines --auto --dry-run --db runs.db hash
	[ "${lines[0]}" = 'not proposed: hash: time is better, but size is worse: +20.0 %' ]
	[ "${#lines[@]}" -eq 1 ]
	local code arguments expected
	while IFS='|' read -r code arguments expected; do
		# shellcheck disable=SC2086  # words
		try update-baselines $arguments
		fails "$code" "benchgate: $expected"
	done <<-'TABLE'
		2|--auto|--auto looks at a history: give --db FILE, or set "history" in the policy file
		3|--auto --db none.db|there is no history none.db; *
		2|--auto --db runs.db --reason better|--reason with --auto proposes what runs do not support by themselves: name the benchmarks
		4|--auto --db runs.db -B gone|there is no baseline 'gone': *
		2|--db runs.db|--db goes with --auto and --approve: *
	TABLE
	mkdir baselines/proposed
	echo '{"format": "benchgate-proposals", "version": 1, "proposals": [{"benchmark": "hash"}]}' >baselines/proposed/one.json
	try update-baselines --auto --db runs.db
	fails 3 'benchgate: baselines/proposed/one.json: proposals\[0\]*'
}

@test "runs of commits that a rebase took from the branch support no proposal" {
	own_home
	git init -q -b main
	for commit in {1..8}; do git commit -q --allow-empty -m "$commit"; done
	at_commits() { # FIRST LAST: runs of days, at the newest commits
		days "$1" "$2" hash="$3" sort parse memo
		local commit day=$1
		while read -r commit; do
			sed -i -E "s/\"git_commit\": \"[a-f0-9]+\"/\"git_commit\": \"$commit\"/" "run-$(printf %02d "$day").json"
			day=$((day + 1))
		done < <(git rev-list --reverse -n $(($2 - $1 + 1)) HEAD)
	}
	at_commits 1 1 1
	mkdir baselines
	cp run-01.json baselines/one.json
	rm run-01.json
	at_commits 2 8 0.9
	echo '{"history": {"db": "runs.db"}}' >benchgate.json
	try history import run-*.json
	try update-baselines --auto
	[[ $output == *'proposed: hash time 1.00 us to 901 ns (-10.0 % by 7 runs)'* ]]
	# All but the first are rewritten; one of the new ones was measured.
	git reset -q --hard HEAD~3
	git commit -q --allow-empty -m 'anew'
	at_commits 9 9 0.9
	try history import run-09.json
	age 25
	try update-baselines --auto
	[ "${lines[0]}" = 'withdrawn: hash: the branch no longer has the commit of its run 0000000000000006' ]
	[ "$status" -eq 0 ]
	# Seven of the branch as it is now
	for commit in {1..6}; do git commit -q --allow-empty -m "anew $commit"; done
	at_commits 10 15 0.9
	try history import run-1?.json
	try update-baselines --auto
	[[ $output == *'proposed: hash time 1.00 us to 901 ns (-10.0 % by 7 runs)'* ]]
}

@test "--from records, and proposes nothing" {
	try update-baselines --auto --from run.json
	fails 2 'benchgate: --from records a session: it goes with neither --auto nor --approve'
}

@test "a nightly job pushes what is proposed as a branch, and takes it away when it no longer holds" {
	own_home
	PATH=$built:$PATH
	better_days
	git init -q --bare origin.git
	git init -q -b main
	git remote add origin "$PWD/origin.git"
	try init --ci github
	printf '/*\n!/baselines\n' >.gitignore
	git add -A && git commit -q -m first && git push -q origin main
	mkdir benchgate-history && cp runs.db benchgate-history/benchmarks.db
	propose() {
		run sh bench/benchgate-ci.sh propose
		echo "$output"
		[ "$status" -eq 0 ]
	}
	propose
	[ "$(git -C origin.git log -1 --format=%s benchgate/baselines)" = 'Take over better baselines' ]
	[[ $(git -C origin.git log -1 --format=%b benchgate/baselines) == *'proposed: hash time 1.00 us to 901 ns (-10.0 % by 7 runs)'* ]]
	[ "$(git -C origin.git diff --name-only main benchgate/baselines)" = baselines/one.json ]
	# The next night has a run that is as slow as before.
	git checkout -q -f main
	days 9 9 hash sort parse memo
	try history import run-09.json --db benchgate-history/benchmarks.db
	propose
	run ! git -C origin.git rev-parse -q --verify benchgate/baselines
}
