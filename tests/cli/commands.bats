#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Command lines as benchmarks: what is run, what of it is measured, and how it fails.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016,SC2028  # set in cli.bash; a shell of its own for each test; scripts in quotes
load ../support/cli

script() { # NAME, and its lines on standard input
	{
		echo '#!/bin/sh'
		cat
	} >"$1"
	chmod +x "$1"
}

# As short as can be.
compare() { # ARGUMENT...
	try compare -q --units 1 --out head.json --base-out base.json "$@"
}

failed() { # NAME: why
	query head.json "bench('$1')['status'] + ': ' + bench('$1')['reason']"
}

@test "commands of the command line run without a shell, in the current folder, with redirections" {
	script './a b' <<-'END'
		[ "$1" = 'x y' ] && read -r line && [ "$line" = in ] && echo "$line $PWD" && echo problem >&2
	END
	echo in >in.txt
	measure --command "first=./'a b' 'x y' < in.txt >> out.txt 2> err.txt" --command true
	[ "$status" -eq 0 ]
	[ "$(sort -u out.txt)" = "in $PWD" ]
	[ "$(cat err.txt)" = problem ]
	holds result.json "names() == ['first', 'true']"
	holds result.json "{m['name'] for m in it['metrics'] if m['benchmark'] == 'true'} >= {'time', 'typical', 'user_time', 'system_time', 'page_faults', 'context_switches', 'peak_memory'}"
	valid result.json
	# A name of two benchmarks, and what only a shell can do
	try run --command true --command true
	fails 2 "benchgate: two benchmarks are called 'true': give the command another \"name\""
	try run --command 'true | true'
	fails 2 "benchgate: 'true | true' has a '|', which needs a shell: ask for one with --shell or \"shell\": true, or quote it"
	measure --shell --command 'true | true'
	[ "$status" -eq 0 ]
	# Without the shell it takes nothing; how often it runs is a matter of what it takes with it.
	measure --shell --processes 1 --time 5ms --command 'echo >>runs'
	[ "$(wc -l <runs)" -lt 200 ]
}

@test "two commands are compared in turn, each run a process, in balanced order" {
	script old <<<'echo "$BENCHGATE_SIDE" >>order'
	script new <<<'echo "$BENCHGATE_SIDE" >>order; sleep 0.3'
	compare --command ./old ./new
	[ "$status" -eq 0 ]
	[[ $output == *'./old vs ./new'* ]]
	[[ $output =~ ^'./old ran '[0-9.]+(' ± '[0-9.]+)?' times faster than ./new' ]]
	# A run of each before the first that counts; then the order swaps from pair to pair, and from duet to duet.
	[ "$(tr '\n' ' ' <order)" = 'base head base head head base ' ]
	[ "$(grep -c base order)" -eq "$(grep -c head order)" ]
	holds head.json "len(bench('./old vs ./new')['duets']['base_first']) == 2"
	valid head.json
	# Both may be given as options; what is the same on both sides has one name.
	compare --command 's=./old' --command 's=./old'
	[[ $output == *PASS* || $output == *INCONCLUSIVE* ]]
	holds head.json "names() == ['s']"
}

@test "what fails is FAILED, with the last that it said" {
	script fails <<<'echo first >&2; echo second >&2; exit 3'
	script killed <<<'kill -SEGV $$'
	script hangs <<<'sleep 1000 & wait'
	script terminal <<<'kill -TTIN $$'
	mkfifo pipe
	cat >benchgate.json <<-'END'
		{ "commands": [
			{ "command": "./fails" }, { "command": "./killed" }, { "command": "./missing" },
			{ "command": "./hangs", "timeout": "200ms" }, { "command": "./terminal" },
			{ "name": "good", "command": "./fails", "exit_codes": [0, 3] },
			{ "name": "input", "command": "cat", "input": "none.txt" },
			{ "name": "output", "command": "echo > pipe" },
			{ "name": "prepared", "command": "true", "prepare": "echo no >&2; false" },
			{ "name": "set up", "command": "true", "setup": "exit 9" }
		] }
	END
	MARK=$BATS_TEST_TMPDIR measure --out head.json
	[ "$status" -eq 3 ]
	[ "$(failed ./fails)" = 'exited: with status 3; it said: first | second' ]
	[[ $(failed ./killed) == 'crashed: SIGSEGV'* ]]
	[ "$(failed ./missing)" = "not-loaded: cannot start ./missing in .: No such file or directory" ]
	[ "$(failed ./hangs)" = 'timed-out: still running after 0.2 s; it was killed, and all that it had started' ]
	[[ $(failed ./terminal) == 'exited: stopped by signal '*', as a program is that reads from a terminal: there is none; it was killed' ]]
	[ "$(failed input)" = 'not-loaded: cannot open ./none.txt: No such file or directory' ]
	[ "$(failed output)" = 'not-loaded: cannot open ./pipe: nobody reads from this pipe' ]
	[ "$(failed prepared)" = 'exited: its preparation: with status 1; it said: no' ]
	[ "$(failed 'set up')" = 'exited: its setup: with status 9' ]
	holds head.json "bench('good')['status'] == 'ok'"
	try compare --command ./missing ./fails
	fails 2 "benchgate: cannot find the program ./missing of the command './missing': it is no file that can be started"
	no_process_left
}

@test "setup, preparation and cleanup run when they should, and what setup starts lives until then" {
	script server <<<'echo $$ >server.pid; exec sleep 1000'
	script client <<<'kill -0 "$(cat server.pid)" && echo run >>log'
	cat >benchgate.json <<-'END'
		{ "commands": [{ "command": "./client", "warmup": 0, "setup": "echo setup >>log; ./server & sleep 0.1",
			"prepare": "echo prepare >>log", "cleanup": "kill $(cat server.pid); echo cleanup >>log" }] }
	END
	MARK=$BATS_TEST_TMPDIR try run -q --processes 2 --time 1ms
	[ "$status" -eq 0 ]
	[ "$(tr '\n' ' ' <log)" = 'setup prepare run prepare run cleanup ' ] || [ "$(uniq log | head -n 1)" = setup ]
	[ "$(grep -c setup log)" -eq 1 ]
	[ "$(grep -c cleanup log)" -eq 1 ]
	[ "$(tail -n 1 log)" = cleanup ]
	[ "$(grep -c prepare log)" -eq "$(grep -c run log)" ]
	no_process_left
}

@test "what it prints is measured and judged, parameters are a benchmark each" {
	cat >benchgate.json <<-'END'
		{ "commands": [{ "name": "call", "command": "printf 'tokens %s\\ncost: 0.5 USD\\n' {n}", "metrics": "lines",
			"parameters": { "n": [10, 20] } },
			{ "name": "none", "command": "echo hello", "metrics": "json" }] }
	END
	measure --out head.json
	holds head.json "names() == ['call/n=10', 'call/n=20', 'none']"
	holds head.json "values('call/n=20', 'tokens') == [20] and values('call/n=10', 'cost') == [0.5]"
	[[ $(failed none) == 'wrong-result: what it printed is no JSON: '* ]]
	try list
	[ "$(grep -c call/n "$BATS_TEST_TMPDIR"/said* 2>/dev/null || grep -c call/n <<<"$output")" -eq 2 ]
	try config show
	[[ $output == *'commands[call]'* ]]
	# A count that changed is a regression, whatever the time.
	script tokens <<<'[ "$BENCHGATE_SIDE" = head ] && echo tokens 12 || echo tokens 10'
	echo '{ "commands": [{ "command": "./tokens", "metrics": "lines" }] }' >benchgate.json
	git init -q .
	git add tokens
	git -c user.name=a -c user.email=a@b commit -q -m first
	own_home
	compare HEAD
	[ "$status" -eq 1 ]
	[[ $output == *'base: HEAD ('*'), head: the working tree'* ]]
	[[ $output == *'REGRESSION ./tokens tokens: 10 -> 12, exactly +20.0 %'* ]]
}

@test "in two revisions a command runs in the folder of each, after what builds it" {
	own_home
	mkdir project
	cd project || exit
	git init -q
	echo old >data
	# With one folder for all, a build tool would take for one side what it built of the other.
	export CARGO_TARGET_DIR=$PWD/target
	echo '{ "commands": [{ "name": "say", "command": "./made", "metrics": "lines" }],
		"build": "[ -z \"$CARGO_TARGET_DIR\" ] && printf \"#!/bin/sh\\\\necho words $(wc -c <data)\\\\n\" >made; chmod +x made" }' >benchgate.json
	echo made >.gitignore
	git add -A
	git commit -q -m first
	echo longer >data
	compare HEAD
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION say words: 4'*' -> 7'* ]]
	# The same with the command on the command line, and nothing to build
	echo '{}' >benchgate.json
	compare HEAD --command 'same=cat data'
	[ "$status" -eq 0 ]
	# The policy file is not where the command is.
	mkdir sub
	(cd sub && compare HEAD --command 'same=cat data' && [ "$status" -eq 0 ])
}

@test "of many samples of a tool a burst is seen in the mean, and the typical time is one that nothing disturbed" {
	script many <<-'END'
		for i in $(seq 40); do echo "BenchmarkA 10 $((100 + i % 10 + (i == 7) * 5000)) ns/op"; done
	END
	try run -q --bench ./many --format go --processes 2 --out result.json
	[ "$status" -eq 0 ]
	# Of ten groups one has the burst; its mean is far above, and the median of the means stays.
	holds result.json "all(104 < value < 106 for value in values('BenchmarkA', 'time'))"
	holds result.json "all(100 <= value < 102 for value in values('BenchmarkA', 'typical'))"
}

@test "another tool is run in turn in the folders of both revisions, and its benchmarks are judged" {
	own_home
	mkdir project
	cd project || exit
	git init -q
	script bench <<-'END'
		echo "$BENCHGATE_ROUND $BENCHGATE_SIDE" >>"$ORDER"
		[ -z "$CARGO_TARGET_DIR" ] || exit 9
		[ -e broken ] && echo it is broken >&2 && exit 2
		echo "BenchmarkA-2 100 $(cat speed).$BENCHGATE_ROUND ns/op 16 B/op"
		printf 'BenchmarkB/size=1k-2 100 %s ns/op\n' "200$BENCHGATE_ROUND" "200$BENCHGATE_ROUND" 90000
	END
	echo 1000 >speed
	git add -A
	git commit -q -m first
	echo 1200 >speed
	export ORDER=$BATS_TEST_TMPDIR/order CARGO_TARGET_DIR=$PWD/target
	try compare -q HEAD --bench ./bench --format go --units 4 --out head.json
	[ "$status" -eq 1 ]
	[[ $output == *'REGRESSION BenchmarkA-2: '* ]]
	holds head.json "names() == ['BenchmarkA-2', 'BenchmarkB/size=1k-2'] and len(metric('BenchmarkA-2', 'time')['duet_log_ratios']) == 8"
	[ "$(head -n 6 "$ORDER" | tr '\n' ,)" = '0 ,0 ,1 base,1 head,2 head,2 base,' ]
	[ "$(grep -c base "$ORDER")" -eq "$(grep -c head "$ORDER")" ]
	# The same in the policy file, and alone
	echo '{ "bench": { "command": "./bench >out.txt", "output": "out.txt", "repeat": 3 } }' >benchgate.json
	try run -q --out result.json
	[ "$status" -eq 0 ]
	holds result.json "len(values('BenchmarkA-2', 'time')) == 3"
	# A single disturbed sample has no say.
	holds result.json "max(values('BenchmarkB/size=1k-2', 'time')) < 3000"
	# What came with the policy file has nothing to be compared with.
	printf '#!/bin/sh\n' >new
	chmod +x new
	echo '{ "bench": { "command": "./new" } }' >benchgate.json
	try compare -q HEAD
	[ "$status" -eq 4 ]
	try run -q
	fails 3 "benchgate: './new' in .: wrong-result: it printed nothing; 'benchgate help commands' says where results are read"
	# What an earlier run wrote does not count again.
	echo '{ "bench": { "command": "true", "output": "out.txt" } }' >benchgate.json
	echo 'BenchmarkA-2 100 100 ns/op' >out.txt
	try run -q
	fails 3 "benchgate: 'true' in .: wrong-result: it did not write its output file ./out.txt this time"
	echo '{ "bench": { "command": "./bench >out.txt", "output": "out.txt", "repeat": 3 } }' >benchgate.json
	touch broken
	try run -q
	fails 3 "benchgate: './bench >out.txt' in .: exited: with status 2; it said: it is broken"
	# One that never ends is stopped once it printed more than any tool does.
	echo '{ "bench": { "command": "yes" } }' >benchgate.json
	try run -q
	fails 3 "benchgate: 'yes' in .: wrong-result: it printed more than 256 MiB"
	# --timeout counts where it lists its benchmarks, too.
	try run -q --bench 'sleep 60' --timeout 200ms
	fails 3 "benchgate: 'sleep 60': timed-out: still running after 0.2 s; it was killed, and all that it had started"
	try compare -q HEAD --bench 'sleep 60' --timeout 200ms
	fails 3 "benchgate: 'sleep 60' in *: timed-out: still running after 0.2 s; it was killed, and all that it had started"
	echo '{ "bench": { "format": "go" } }' >benchgate.json
	try run -q
	fails 2 'benchgate: benchgate.json: bench has no command; it must have one, such as "command": "go test -bench . ./..."'
}
