#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The html report in a real browser: with a few benchmarks as measured, with 300, of a comparison in turn, and of one in
# which each word comes up.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/browser
load ../support/golden

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	browser_starts
	shared run.so "$suites/run.c"
	benchgate run -q --suite ./run.so alpha beta args --processes 5 --time 5ms --save-baseline ./few_base.json
	benchgate run -q --suite ./run.so alpha beta args --processes 5 --time 5ms --out few_head.json
	benchgate report few_head.json --against ./few_base.json --report html=few.html
	/usr/bin/python3 "$support/changed.py" 300
	benchgate report head.json --against ./base.json --report html=many.html
	turns_suite base.so
	turns_suite head.so -DTIMES=2 -DCOUNT=200
	benchgate compare -q --units 4 --time 2ms --out turns_head.json --base-out turns_base.json base.so head.so || [ $? -eq 1 ]
	benchgate report turns_head.json --against turns_base.json --report html=turns.html
	mkdir story
	(cd story && story && benchgate report head.json --against base.json --report html=../story.html)
	for of in few many turns story; do
		[ -s $of.html ]
		mkdir -p "$repository/build/screenshots/$of"
	done
}

teardown_file() {
	browser_ends
}

setup() {
	ln -s "$BATS_FILE_TMPDIR"/*.html "$BATS_FILE_TMPDIR"/*.json .
}

@test "it loads nothing but itself, and complains of nothing" {
	visit loads {few,many,turns,story}.html
}

@test "it fits a wide window and a phone" {
	visit fits {few,many,turns,story}.html
}

@test "it sorts by every column that says it can, by mouse and by keyboard" {
	visit sorts {few,many,story}.html
}

@test "it filters by name and by verdict, and says how many are left" {
	visit filters {few,many,story}.html
}

@test "Enter on a name unfolds its plots, which say their numbers, and folds them again" {
	visit opens {few,many,story}.html
}

@test "a link in what needs a look unfolds its row" {
	visit links {many,story}.html
}

@test "of a comparison in turn, the duets are drawn too" {
	visit tells_duets turns.html
}

@test "axe finds nothing serious in light, in dark, or on a phone" {
	visit passes_axe {few,turns,story}.html
}

# A result file that keeps what a flame graph shows, as `compare --explain` does
keeps_flame() { # PAGE NAME
	/usr/bin/python3 "$support/alerted.py" "$2" >made.json
	/usr/bin/python3 - "$1" <<-'PY'
		import json, re, sys
		page = open(sys.argv[1], encoding="utf-8").read()
		kept = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.S)[1])
		kept.update(base="one.so", head="two.so", base_commit=None, tool=None, summary="It is in parse_number", cause=None, function=None,
		            file=None, line=0, part=None, iterations=10, report="all that was found", code="ret")
		it = json.load(open("made.json", encoding="utf-8"))
		it["benchmarks"][0]["explained"] = kept
		json.dump(it, open("kept.json", "w", encoding="utf-8"))
	PY
}

@test "a flame graph says what is chosen, zooms and searches by keyboard: on its page, and on that of a run" {
	command -v valgrind || skip 'needs valgrind'
	skip_when_sanitized 'does not run under valgrind'
	shared one.so -O1 -g -DROUNDS=10 "$suites/profile.c"
	shared two.so -O1 -g -DROUNDS=20 "$suites/profile.c"
	try explain -q parse ./one.so ./two.so --with=callgrind --flame flame.html
	[ "$status" -eq 0 ]
	keeps_flame flame.html parse
	"$program" history import kept.json --db runs.db
	"$program" site runs.db site
	mkdir -p "$repository/build/screenshots/index"
	visit searches_flames flame.html 'site/index.html#/run?n=1'
}

@test "it prints, and is as it was afterwards" {
	visit prints {few,many,story}.html
}

@test "without scripts everything but the plots is there" {
	visit stands_alone few.html
}

@test "pictures in light and dark, wide and on a phone" {
	visit shoots story.html
	[ "$(find "$repository/build/screenshots/story" -name '*-light*.png' -size +10k | wc -l)" -eq 6 ]
	[ "$(find "$repository/build/screenshots/story" -name '*-dark*.png' -size +10k | wc -l)" -eq 6 ]
}

@test "what the page says is as it was, but for numbers" {
	# Without what is built in
	sed '/^<style>/,/^<\/style>/d; /^<!--$/,$d' story.html >report.html
	is_golden report.html
	# shellcheck disable=SC2016  # a name is no command
	grep -qF 'odd|name &lt;b&gt;&amp;&quot;q&quot; `c`, 5 %: @all #12</button>' report.html
}

@test "300 benchmarks are under 2 MB, and made at once" {
	skip_when_sanitized "takes its time"
	within=3 try report head.json --against ./base.json --report html=again.html
	[ "$status" -eq 0 ]
	[ "$(stat -c %s again.html)" -lt 2000000 ]
	[ "$(grep -c '<tbody id=' again.html)" -eq 300 ]
}
