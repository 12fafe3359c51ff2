#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate init in projects that have benchmarks of another tool. What the tools print is in tests/data/imports;
# programs of their names print it here.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016  # set in cli.bash; a shell of its own for each test; for other shells
load ../support/cli

imports=$repository/tests/data/imports

setup() {
	own_home
	mkdir bin project
	PATH=$PWD/bin:$built:$PATH
	cd project || exit
}

# A program that prints a file; or writes it, for one that says where in its arguments
fake() { # NAME FILE [WHERE]
	printf '#!/bin/sh\necho "$*" >>"%s/calls"\ncat "%s" >"%s"\n' "$BATS_TEST_TMPDIR" "$imports/$2" "${3:-/dev/stdout}" >"../bin/$1"
	chmod +x "../bin/$1"
}

# In a project with one more file, which has the text: what init writes, and that it works.
finds() { # FORMAT COMMAND BUILD FILE TEXT
	mkdir -p "$(dirname "$4")"
	printf '%s\n' "$5" >"$4"
	rm -f benchgate.json
	try init --ci none
	[ "$status" -eq 0 ]
	[[ $output == *"found benchmarks of "*": $4; the policy file says how they are run"* ]]
	grep -F "\"command\": \"$2\"," benchgate.json
	grep -F "\"format\": \"$1\"," benchgate.json
	[ -z "$3" ] || grep -F "\"build\": \"$3\"," benchgate.json
	try config check
	[ "$status" -eq 0 ]
	try run -q --base none --processes 1
	[ "$status" -eq 0 ]
	[[ $output == *' measured in '* ]]
	rm -rf "${4%%/*}"
}

@test "each tool's benchmarks are found, and the policy file runs them" {
	local each='cargo bench --no-run --bench'
	fake go go.txt
	finds go "cd sub/ && go test -run '^\$' -bench . -benchmem -benchtime 500us -count 60 ./..." '' \
		sub/words_test.go "$(touch sub.go && mkdir sub && touch sub/go.mod && echo 'func BenchmarkCount(b *testing.B) {')"
	touch Cargo.toml package.json
	fake cargo criterion.txt
	finds criterion-text 'cargo bench --bench words -- --noplot --sample-size 10 --warm-up-time 1 --measurement-time 1' \
		"$each words" benches/words/main.rs 'criterion_group!(benches, all);'
	fake cargo divan.txt
	finds divan 'cargo bench --bench count -- --color never' "$each count" benches/count.rs 'divan::main();'
	fake cargo libtest.txt
	finds libtest 'cargo bench' 'cargo bench --no-run' src/lib.rs 'fn count(b: &mut Bencher) {'
	fake python3 pytest-benchmark.json /dev/fd/3
	finds pytest-benchmark 'python3 -m pytest -q --benchmark-only --benchmark-max-time=0.2 --benchmark-json=/dev/fd/3 3>&1 >&2' '' \
		tests/test_words.py 'def test_count(benchmark):'
	# shellcheck disable=SC2031
	sed -i '$s/.*/eval "file=\\$$#"; cat "${0%\/*}\/..\/pyperf" >"$file"/' ../bin/python3
	cp "$imports/pyperf.json" ../pyperf
	finds pyperf "d=\$(mktemp -d) || exit; trap 'rm -r \$d' EXIT; python3 'my bench.py' --processes 1 --append \$d/results >&2 && cat \$d/results" '' \
		'my bench.py' 'runner = pyperf.Runner()'
	touch package-lock.json
	mkdir node_modules
	fake npx vitest.json node_modules/.benchgate.json
	finds vitest 'npx --no-install vitest bench --run --outputJson=node_modules/.benchgate.json' 'npm ci --no-audit --no-fund' \
		src/words.bench.ts "import { bench } from 'vitest';"
	fake node tinybench.json
	finds tinybench 'node bench.mjs' 'npm ci --no-audit --no-fund' bench.mjs "import { Bench } from 'tinybench'; JSON.stringify"
	[[ $output != *'let it print'* ]]
	echo '{ "devDependencies": { "benchmark": "1" }, "scripts": { "test": "x", "bench": "node b.js" } }' >package.json
	fake npm mitata.json
	finds mitata 'npm run --silent bench' '' bench.js 'import { run } from "mitata";'
	fake npm benchmarkjs.txt
	finds benchmarkjs 'npm run --silent bench' '' bench.js "const { Suite } = require('benchmark');"
}

@test "what cannot be used is said, and CI installs what is needed" {
	mkdir -p src node_modules/a
	echo 'func BenchmarkA(b *testing.B)' | tee node_modules/a/a_test.go >a_test.go
	echo "import { run } from 'mitata';" >a.js
	echo 'def test_a(benchmark): pass' >bench_a.py
	try init --ci github
	[[ $output == *$'Go: a_test.go; the policy'*$'pytest-benchmark: bench_a.py; they are not in the policy file: it can name one tool as "bench"\n'* ]]
	grep -F 'has go || add_packages golang-go' bench/benchgate-ci.sh
	grep -F -e '--sandbox=off' bench/benchgate-ci.sh
	shellcheck bench/*.sh
	rm -rf a_test.go bench benchgate.json .github
	try init --ci github
	grep -F "\"PYTHONPATH=src python3 -m pytest -q --benchmark-only --benchmark-max-time=0.2 -o python_files='test_*.py *_test.py bench*.py" benchgate.json
	shellcheck bench/*.sh
	rm -rf bench_a.py bench benchgate.json .github
	try init
	[[ $output == *$'\nmitata: let it print its results as JSON: await run({ format: \'json\' }).'* ]]
	# A policy file that is there says what is measured.
	try init
	[[ $output == *'they are not in the policy file'*'left alone benchgate.json'* ]]
}
