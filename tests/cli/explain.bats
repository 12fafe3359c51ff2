#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate explain: what is said of two suites and of two revisions, where it cannot be said, and what can be wrong.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

@test "the function that changed is named first; markdown and JSON say the same" {
	command -v valgrind || skip 'needs valgrind'
	skip_when_sanitized 'does not run under valgrind'
	shared one.so -O1 -g -DROUNDS=10 "$suites/profile.c"
	shared two.so -O1 -g -DROUNDS=20 "$suites/profile.c"
	within=120 try explain -q parse ./one.so ./two.so --with=callgrind --report text --report markdown=why.md --report json=why.json --flame why.html --flame why.txt --code
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'base: ./one.so, head: ./two.so; counted by callgrind of valgrind-'* ]]
	[[ ${lines[1]} == 'parse: '*' % of +'*' % instructions is in parse_number (profile.c:15), most of it in add_digits, which is inlined there: +'*' instructions of its own a call' ]]
	[[ ${lines[2]} == 'its machine code: '* ]] || ! command -v objdump
	grep -qF '<section class="flame"><h2>parse</h2>' why.html
	grep -q '^parse;.*;parse_number [0-9]* [0-9]*$' why.txt
	grep -qF '### parse' why.md
	grep -q '^| parse\\*_number .profile\.c:' why.md
	[ "$(query why.json 'it["benchmarks"][0]["summary"]')" = "${lines[1]#parse: }" ]
	holds why.json '[f["base"]["calls"] for f in it["benchmarks"][0]["functions"] if f["function"] == "parse_number"] == [10]'
}

@test "compare --explain says of what regressed which functions did it, in each report and to a pull request" {
	command -v valgrind || skip 'needs valgrind'
	skip_when_sanitized 'does not run under valgrind'
	cat >suite.c <<-'END'
		#include <benchgate.h>
		#define WORKS(name, times) \
			static __attribute__((noinline)) long name(long x) \
			{ \
				for (int i = 0; i < times; i++) \
					x = BG_KEEP(x) * 10 + 3; \
				return x; \
			}
		WORKS(most, 400 * MORE)
		WORKS(much, 300 * MORE)
		WORKS(some, 200 * MORE)
		WORKS(little, 100 * MORE)
		BG_BENCH(parse) { BG_LOOP(run) BG_KEEP(most(1) + much(1) + some(1) + little(1)); }
	END
	shared one.so -O1 -g -DMORE=1 suite.c
	shared two.so -O1 -g -DMORE=3 suite.c
	echo '{}' >github
	/usr/bin/python3 "$support/forge_api.py" github github port 3>&- &
	until_true 200 test -s port
	echo '{"channels": {"review": {"type": "github", "token": {"env": "PLANTED"}}}, "notify": {"state": "state.json"}}' >benchgate.json
	echo '{"pull_request": {"number": 7, "head": {"sha": "0123456789abcdef0123456789abcdef01234567"}}}' >event.json
	GITHUB_API_URL=http://127.0.0.1:$(<port)
	export GITHUB_SERVER_URL=https://forge.example GITHUB_RUN_ID=42
	export GITHUB_API_URL PLANTED=x GITHUB_ACTIONS=true GITHUB_REPOSITORY=us/project GITHUB_REF=refs/pull/7/merge GITHUB_EVENT_PATH=event.json
	within=120 try compare ./one.so ./two.so --explain -q --counts=none --time 2ms --units 4 --notify=always --policy-from=head \
		--report text --report markdown=report.md --report html=report.html --out result.json
	kill $!
	[ "$status" -eq 1 ]
	[[ $output == *'note: parse: '*' % of +'*' % instructions is in most (suite.c:'*'; most changed: most +'*', much +'*', some +'*' instructions an iteration'* ]]
	grep -q '^- \*\*REGRESSION\*\* .*instructions is in most' report.md
	grep -qF '<section class="flame"><h2>parse</h2>' report.html
	# The result file keeps what was found, so that its report has it, too.
	"$program" help run-schema >schema.json
	/usr/bin/python3 -W ignore -m jsonschema -i result.json schema.json
	holds result.json '(e := it["benchmarks"][0]["explained"])["function"] == "most" and e["file"] == "suite.c" and 0.3 < e["part"] < 0.5'
	holds result.json '(e := it["benchmarks"][0]["explained"])["functions"][0] == "parse" and "much" in e["functions"] and sum(e["stacks"]["head"]) > 2 * sum(e["stacks"]["base"])'
	holds result.json 'it["system_info"]["ci_job"] == "https://forge.example/us/project/actions/runs/42"'
	try report result.json --report html=again.html
	grep -qF '<section class="flame"><h2>parse</h2>' again.html
	holds github "' instructions is in most ' in it['comments'][0]['body'] and '; most changed: most +' in it['comments'][0]['body']"
}

@test "slips and what cannot be profiled: one line each" {
	local case arguments said
	shared one.so -O1 -DROUNDS=1 "$suites/profile.c"
	echo text >note
	while IFS='|' read -r case arguments said; do
		echo "$case"
		# shellcheck disable=SC2086  # words
		try explain -q $arguments
		fails "$case" "$said"
	done <<-'END'
		2||benchgate: explain takes the name of a benchmark: explain BENCHMARK [[]BASE [[]HEAD]]
		2|parse a b c|benchgate: explain takes a benchmark, a base and a head, but also got 'c'
		2|pars ./one.so ./one.so|benchgate: no benchmark matches 'pars'; did you mean parse*
		2|parse ./one.so ./one.so --report tex|benchgate: --report: unknown format 'tex'; did you mean text? known formats: text, markdown, json
		2|parse ./one.so ./one.so --flame a.svg|benchgate: --flame a.svg: a flame graph is a file that ends in .html, .txt or .json
		2|parse ./one.so ./two.so|benchgate: *two.so*
		2|parse ./one.so ./one.so --with=gprof|benchgate: --with takes one of auto,perf,callgrind; 'gprof' is not
		2|parse ./one.so ./note|benchgate: './note' has no code to profile: explain takes suites and git revisions
	END
	mkdir empty
	run --separate-stderr env PATH="$PWD/empty" "$program" explain -q parse ./one.so ./one.so
	fails 3 'benchgate: nothing can be profiled: perf: *; callgrind: valgrind is not installed*'
	run --separate-stderr env PATH="$PWD/empty" "$program" explain -q parse ./one.so ./one.so --with=perf
	fails 3 'benchgate: nothing can be profiled: perf: *'
	# Its files never go into the folder that we are in.
	TMPDIR=$PWD/missing try explain -q parse ./one.so ./one.so --with=callgrind
	[ "$status" -eq 3 ]
	[[ $output == *'callgrind needs a scratch folder: cannot make the folder '*missing* ]]
}

@test "perf samples both sides, where the kernel allows it" {
	perf record -q -e cpu-clock:u -o any.data true 2>&1 || skip 'needs perf, and leave to use it'
	shared one.so -O1 -g -DROUNDS=10 "$suites/profile.c"
	shared two.so -O1 -g -DROUNDS=40 "$suites/profile.c"
	within=60 try explain -q parse ./one.so ./two.so --with=perf --report text --report json=why.json --flame why.html
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'base: ./one.so, head: ./two.so; sampled by perf version '* ]]
	# A machine that is busy may leave too few samples; then it says so.
	[[ ${lines[1]} == 'parse: '*' % (± '*' %) of +'*' % time is in parse_number (profile.c:'* || ${lines[1]} == 'parse: nothing can be told: '* ]]
	holds why.json 'it["benchmarks"][0]["samples"]["head"] > 0 and it["benchmarks"][0]["head"]["time"] > 0'
	grep -qF '"unit": "ns"' why.html
}
