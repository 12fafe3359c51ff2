#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate bisect, and compare --bisect for git's own: which commit is found, how it goes on, and what can be wrong. What
# is bisected is a count, so that two units decide and nothing depends on the machine.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	own_home
	mkdir project
	cd project || exit
	git init -q
	turns_source >suite.c
	cp "$repository/include/benchgate.h" .
	cat >Makefile <<-END
		suite.so: suite.c count.h
		suite.so: ; echo built >>'$PWD.built' && $CC -O1 -shared -fPIC -I. -include count.h -o \$@ suite.c
	END
	echo '{"suite": "./suite.so", "build": "make -s suite.so"}' >benchgate.json
	echo '*.so' >.gitignore
	counts 100 first
	git tag v1
}

counts() { # NUMBER SUBJECT
	echo "#define COUNT $1" >count.h
	git add -A
	git commit -q --allow-empty -m "$2"
}

nothing() { # SUBJECT...
	for subject in "$@"; do
		git commit -q --allow-empty -m "$subject"
	done
}

bisect() { # ARGUMENT...
	within=60 try bisect steady --good v1 --metric allocations --time 1ms --units 2 "$@"
}

short() { # REVISION
	git rev-parse --short=7 "$1"
}

@test "the commit is found, with its size, author and subject; one that does not build is left out; the checkout is not touched" {
	local before
	nothing a b
	echo '#error' >count.h
	git add -A
	git commit -q -m broken
	counts 100 mended
	counts 200 'counts twice'
	git tag culprit
	nothing c d
	echo dirty >>suite.c
	before=$(git status --porcelain; cat suite.c; git worktree list; git for-each-ref)
	bisect -q --report text --report json=found.json --report markdown=found.md
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = "good: v1 ($(short v1)), bad: HEAD ($(short HEAD)); 7 commits to choose from" ]
	[ "${lines[1]}" = steady ]
	[ "${lines[2]}" = 'worse: allocations +100 %' ]
	[ "${lines[3]}" = "  $(short culprit) counts twice" ]
	[[ ${lines[4]} == "          Somebody, "????-??-??": +100 %, 100 % of the change" ]]
	[[ ${lines[-1]} == *' comparisons, '*' builds in '*', 1 commit that cannot be built; '*' in all' ]]
	[ "$(query found.json 'it["benchmarks"][0]["found"][0]["commits"][0]["commit"]')" = "$(git rev-parse culprit)" ]
	grep -qF -- "- $(short culprit) counts twice" found.md
	rm found.json found.md
	[ "$(git status --porcelain; cat suite.c; git worktree list; git for-each-ref)" = "$before" ]
	# All is kept: nothing is built twice, and nothing but the commit that failed is tried again.
	rm "$PWD.built"
	bisect -q
	[ "$status" -eq 1 ]
	[ "$(wc -l <"$PWD.built")" -eq 1 ]
	# A range, where the commit may be one of those that do not build.
	git checkout -q suite.c
	echo '#error' >count.h
	git commit -q -a -m 'broken again'
	counts 400 'more, and mended'
	bisect -q --good culprit
	[ "$status" -eq 1 ]
	[[ $output == *"  one of these 2 commits: +100 %, 100 % of the change"*" broken again (cannot be measured)"*" more, and mended"* ]]
}

@test "a merge is followed into what it merged, and two steps are two commits" {
	nothing a
	git checkout -q -b topic
	counts 200 'in the branch'
	nothing b
	git checkout -q main
	echo notes >notes
	nothing c
	git merge -q --no-ff -m 'Merge topic' topic
	git tag merged
	nothing d e
	counts 400 'on main'
	bisect -q
	[ "$status" -eq 1 ]
	[[ $output == *"  $(short topic~1) in the branch"*", 50 % of the change"*"merged by $(short merged) Merge topic"* ]]
	[[ $output == *"  $(short HEAD) on main"*", 50 % of the change"* ]]
	# What is no ancestor is no end: where the two branched off is.
	git checkout -q -b other v1
	counts 300 'elsewhere'
	bisect -q --good main
	[[ ${lines[0]} == "good: merge base of main and HEAD ($(short v1)), "* ]]
	[[ $output == *"  $(short HEAD) elsewhere"* ]]
}

@test "what is not there, or the same code, or faster, is said to be: exit code 0" {
	counts 200 up
	counts 100 down
	bisect -q
	[ "$status" -eq 0 ]
	[ "${lines[2]%%:*}" = identical ]
	bisect -q --measure-identical
	[ "$status" -eq 0 ]
	[[ ${lines[2]} == 'no change: allocations +0.0 %, measured in turn. '* ]]
	counts 50 fewer
	bisect -q
	[ "$status" -eq 0 ]
	[ "${lines[2]}" = 'better: allocations -50.0 %' ]
	[[ ${lines[3]} == *' fewer' ]]
	# What stays undecided ends with its units.
	try bisect -q steady --good v1 --metric time --time 1ms --units 2 --threshold 0.1%
	[ "$status" -eq 5 ]
	[[ ${lines[2]} == 'not sure that there is a change: time '*'; more --units tell more' ]]
	[[ $output == *', undecided  (2 units, '* ]]
}

@test "a bisection that was ended goes on where it was, and the same is not at work twice" {
	local state=$BATS_TEST_TMPDIR/state.json pid
	nothing a b c
	counts 200 d
	nothing e f g
	bisect -q --state "$state" --budget 1ms
	[ "$status" -eq 5 ]
	[[ $output == *'note: the budget is over; the same command goes on from here'* ]]
	bisect --state "$state" --fresh --measure-identical
	[ "$status" -eq 1 ]
	[ ! -e "$state" ]
	[[ $stderr == *"benchgate: steady: "*' with '*': +100 %; 7 commits left, about 4 more comparisons'* ]]
	"$program" bisect steady --good v1 --metric allocations --time 100ms --units 10 --state "$state" --measure-identical -q >"$BATS_TEST_TMPDIR/killed" &
	pid=$!
	for _ in $(seq 300); do
		[ ! -e "$state" ] || break
		sleep 0.1
	done
	bisect --state "$state"
	fails 2 "benchgate: the same bisection is at work already: it has the lock of $state"
	kill -KILL $pid
	wait $pid || true
	bisect --state "$state"
	fails 2 "benchgate: $state has steps of another bisection (--fresh begins the bisection anew)"
	bisect --state "$state" --measure-identical --time 100ms --units 10
	[ "$status" -eq 1 ]
	[[ ${stderr_lines[0]} == 'benchgate: goes on with '*' from '* ]]
	echo '{"format": "benchgate-bisect", "version": 1, "seconds": "long"}' >"$state"
	bisect --state "$state"
	fails 2 "benchgate: $state: the file has no \"key\" (--fresh begins the bisection anew)"
}

@test "a worktree of a repository whose path has blanks and quotes: what was changed there stays; a clone that is too shallow says so" {
	local odd="$BATS_TEST_TMPDIR/it's \"odd\""
	sed -i "s|>>'.*built'|>>../built|" Makefile
	nothing a
	counts 200 culprit
	nothing b
	mkdir "$odd"
	mv "$PWD" "$odd/project"
	cd "$odd/project" || exit
	git worktree add -q "$odd/other" HEAD
	cd "$odd/other" || exit
	echo '#error' >count.h
	echo untracked >notes
	bisect -q
	[ "$status" -eq 1 ]
	[[ $output == *" culprit"* ]]
	[ "$(git status --porcelain)" = $' M count.h\n?? notes' ]
	[ "$(cat count.h notes)" = $'#error\nuntracked' ]
	git clone -q --depth 1 "file://$odd/project" "$odd/shallow"
	cd "$odd/shallow" || exit
	bisect -q
	fails 2 "benchgate: unknown revision 'v1'; this clone is shallow: fetch all of the history, *"
}

@test "slips are told before anything is built" {
	counts 200 a
	bisect --report xml
	fails 2 "benchgate: --report: unknown format 'xml'; *text*"
	bisect --good nowhere
	fails 2 "benchgate: unknown revision 'nowhere'*"
	bisect --bad v1
	fails 2 'benchgate: there is no commit between the good one and the bad one: both are '*
	bisect --units 0
	fails 2 'benchgate: --units takes a number from 1 to 10000'
	[ ! -e "$PWD.built" ]
	try bisect -q stedy --good v1
	fails 2 "benchgate: no benchmark matches 'stedy'; did you mean steady?*"
	bisect -q --metric none
	[ "$status" -eq 3 ]
	[[ ${lines[2]} == 'not measured: it has no metric none that can be compared; it has '*allocations* ]]
	rm benchgate.json
	bisect -q
	fails 2 'benchgate: *nothing says how to build it: *'
}

@test "compare --bisect: what git bisect run makes of its exit codes" {
	nothing a
	echo '#error' >count.h
	git commit -q -a -m broken
	counts 100 mended
	counts 200 culprit
	git tag culprit
	nothing b c
	git bisect start HEAD v1
	# shellcheck disable=SC2016
	run git bisect run "$program" compare -q v1 --bisect --only steady --time 1ms --units 1
	echo "$output"
	[[ $output == *"$(git rev-parse culprit) is the first bad commit"* ]]
	git bisect reset
	try compare -q v1 HEAD~3 --bisect --only steady --time 1ms --units 1 --threshold nonsense
	[ "$status" -eq 128 ]
	try compare -q v1 culprit~2 --bisect --only steady --time 1ms --units 1
	[ "$status" -eq 125 ]
}

@test "without ends it starts from the newest step of the history" {
	# shellcheck disable=SC2046  # numbers
	nothing $(seq 11)
	counts 120 culprit
	git tag culprit
	# shellcheck disable=SC2046
	nothing $(seq 12 22)
	git rev-list --reverse HEAD >commits.txt
	/usr/bin/python3 - <<-'PY' >steps.txt
		import json, random
		draw = random.Random(2)
		print('{"format":"benchgate-history","version":1}')
		for r, commit in enumerate(open("commits.txt").read().split()):
		    levels = [{"benchmark": name, "metric": "allocations", "unit": "", "tier": "critical", "better": "less",
		        "value": draw.gauss(120 if r >= at else 100, .2), "spread": .003} for name, at in (("steady", 12), ("other", 20))]
		    run = {"time": f"2026-01-{r + 1:02}T00:00:00Z", "id": f"{r + 1:016x}", "machine": "01234567", "commit": commit,
		           "toolchain": None, "in_turn": False, "dirty": False, "levels": levels}
		    print(json.dumps({"branch": "main", "tag": None, "height": r + 1, "given_up": run}))
	PY
	try history import steps.txt --db runs.db
	[ "$status" -eq 0 ]
	within=60 try bisect -q steady --metric allocations --time 1ms --units 2 --db runs.db
	[ "$status" -eq 1 ]
	[ "${lines[1]}" = 'note: the history has a step of steady between these two: +19.9 %' ]
	[[ ${lines[0]} == *"; 1 commit to choose from" ]]
	[ "${lines[4]}" = "  $(short culprit) culprit" ]
	try bisect -q sized --db runs.db
	fails 2 'benchgate: runs.db has no step of these benchmarks: name the ends, with --good and --bad'
}

@test "a response bisects the metric of its alert, and the issue says what was found" {
	nothing a
	counts 200 'counts twice'
	nothing b
	cat >benchgate.json <<-'END'
		{
			"suite": "./suite.so", "build": "make -s suite.so", "notify": { "state": "../state" },
			"channels": { "review": { "type": "github", "token": { "env": "PLANTED" }, "comment": "never" } },
			"responses": { "ticket": { "action": "issue" }, "commit": { "action": "bisect", "budget": "1min" } }
		}
	END
	echo '{}' >../github
	/usr/bin/python3 "$support/forge_api.py" github ../github ../port 3>&- &
	until_true 200 test -s ../port
	GITHUB_API_URL=http://127.0.0.1:$(<../port)
	export GITHUB_API_URL PLANTED=x GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project GITHUB_REF=refs/heads/main
	within=60 try compare v1 -q --only steady --time 1ms --units 1 --notify=always
	kill $!
	[ "$status" -eq 1 ]
	[[ $stderr == *'benchgate: commit: bisect, new: steady'*'benchgate: ticket: issue, standing: steady'* ]]
	holds ../github "'What <b>commit</b> found at ' in it['issues'][0]['body'] and 'worse: allocations +100 %\n\n- $(short HEAD~1) counts twice' in it['issues'][0]['body']"
}
