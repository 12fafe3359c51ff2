#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A history as a folder of web pages.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Result files of runs 1 to N, a day apart
runs() { # N NAME[=FACTOR]...
	/usr/bin/python3 "$support/alerted.py" "${@:2}" >made.json
	/usr/bin/python3 - "$1" <<-'PY'
		import json, sys
		it = json.load(open("made.json", encoding="utf-8"))
		for i in range(1, int(sys.argv[1]) + 1):
		    it["benchmark_run"].update(id=f"{i:016x}", timestamp=f"2026-01-{i:02}T00:00:00Z")
		    it["system_info"]["git_commit"] = f"{i:040x}"
		    json.dump(it, open(f"run-{i}.json", "w", encoding="utf-8"))
	PY
}

stamps() { # of all files, but for the mark
	(cd out && find . -type f ! -name benchgate-site.txt -printf '%p %T@ %i\n' | sort)
}

@test "only what changed is written again, and what is gone is removed" {
	runs 4 sort '</script><script>alert(1)'
	try history import run-1.json run-2.json run-3.json --db runs.db
	try site runs.db out
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	for file in index.html app.js uplot.js uplot.LICENSE changes.atom badge.svg data/overview.js data/series/1.js data/run/3.js data/values/3.js spark/2.svg; do
		[ -s "out/$file" ]
	done
	xmllint --noout out/changes.atom out/badge.svg out/spark/*.svg
	# No page, and no name in one, brings in a script.
	run ! grep -E '<script>|[[:space:]]on[a-z]+=|https?://' out/index.html
	node -e 'globalThis.benchgateTake = (name, it) => console.log(name, it.rows.map(row => row.benchmark).join());
		require("./out/data/overview.js")' >said
	[ "$(cat said)" = 'overview </script><script>alert(1),sort' ]

	stamps >first
	try site runs.db out
	stamps >second
	cmp first second

	try history import run-4.json --db runs.db
	touch out/data/series/99.js out/data/run/3.js.benchgate-new-abcdef out/index.html.benchgate-new-abcdef
	try site runs.db out
	[ "$status" -eq 0 ]
	stamps >third
	[ ! -e out/data/series/99.js ]
	[ ! -e out/data/run/3.js.benchgate-new-abcdef ]
	[ ! -e out/index.html.benchgate-new-abcdef ]
	# The first one was killed before it was begun.
	mkdir killed
	touch killed/benchgate-site.txt.benchgate-new-abcdef
	"$program" site runs.db killed
	[ ! -e killed/benchgate-site.txt.benchgate-new-abcdef ]
	# Neither earlier runs nor the program
	comm -12 second third | cut -d' ' -f1 >same
	for file in ./index.html ./app.js ./data/run/1.js ./data/run/3.js ./data/values/3.js ./data/machines.js; do
		case $file in *machines*) run ! grep -qxF "$file" same ;; *) grep -qxF "$file" same ;; esac
	done

	try site runs.db out --values 1
	[ "$(ls out/data/values)" = 4.js ]

	# A history that was made anew numbers its runs anew.
	try history import run-4.json run-2.json --db other.db
	try site other.db out
	[ "$status" -eq 0 ]
	grep -qF '"id": "0000000000000004"' out/data/run/1.js
	[ ! -e out/data/run/3.js ]
}

@test "why a run changed is kept with it, as a document and as files, until the run is given up" {
	runs 2 sort
	/usr/bin/python3 - <<-'PY'
		import json
		it = json.load(open("run-2.json", encoding="utf-8"))
		it["benchmarks"][0]["explained"] = dict(base="v1", head="v2", base_commit=f"{1:040x}", tool=None, summary="It is in f", cause=None,
		    function="f", file="a.c", line=7, part=0.9, unit="instructions", iterations=10, report="all that was found\n", code="ret\n", left_out=0,
		    functions=["sort", "<b>f"], files=["", "a.c"], stacks=dict(function=[0, 1], parent=[0, 0], base=[0, 10], head=[1, 20]))
		json.dump(it, open("run-2.json", "w", encoding="utf-8"))
	PY
	try history import run-1.json run-2.json --db runs.db
	try site runs.db out
	[ "$status" -eq 0 ]
	[ "$(cat out/profiles/2.stacks.txt)" = $'sort 0 10\nsort;<b>f 100 200' ]
	[ "$(cat out/profiles/2.txt)" = $'all that was found\nret' ]
	holds out/profiles/2.speedscope.json '[p["name"] for p in it["profiles"]] == ["sort, base", "sort, head"] and it["shared"]["frames"][1] == {"name": "<b>f", "file": "a.c"}'
	[ "$(find out/profiles out/data/explained -type f | wc -l)" -eq 4 ]
	stamps >first
	try site runs.db out
	stamps >second
	cmp first second
	# A text that git keeps has it, too, and so has what is merged of it.
	"$program" history export --db runs.db >runs.jsonl
	try history import runs.jsonl --db again.db
	"$program" history show 0000000000000002 --db again.db --out again.json
	cmp <("$program" history show 0000000000000002 --db runs.db --out /dev/stdout) again.json
	# Of another run of the same number it says nothing, and of one that is given up neither.
	try history import run-1.json --db other.db
	cp -r out gone
	try site other.db gone
	[ -z "$(find gone/profiles gone/data/explained -type f)" ]
	grep -qF 'all that was found' runs.db
	try history prune --db runs.db --keep 1d --yes
	[ "$status" -eq 0 ]
	run ! grep -qF 'all that was found' runs.db
	try site runs.db out
	[ -z "$(find out/profiles out/data/explained -type f)" ]
}

@test "what cannot be a site is refused in a line" {
	runs 1 sort
	try history import run-1.json --db runs.db
	mkdir full
	echo mine >full/file
	: >empty
	each() { # STATUS WORDS ARGUMENT...
		try site "${@:3}"
		[ "$status" -eq "$1" ] && [ "$(wc -l <<<"$stderr")" -eq 1 ] && grep -qF -- "$2" <<<"$stderr"
	}
	each 2 'full holds files, and is no site' runs.db full
	each 2 'site takes a history and the folder' runs.db
	each 2 'site takes a history and the folder' runs.db ''
	each 3 'nowhere.db' nowhere.db out
	each 3 'empty' empty out
	each 3 'full/file' runs.db full/file
	[ "$(ls full)" = file ]
	[ ! -e out ]
}
