#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/evidence/commands/projects.sh [FOLDER]     (default: a new one; projects.md is left there)
# Small projects in Go, Python, JavaScript and Rust with benchmarks of their own tools: what benchgate init makes of
# them, and what compare says of identical code and of 10 % more work, in how many seconds. A tool that is not there is
# left out. npm fetches its packages, and Cargo takes those that Debian's librust-criterion-dev has.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
program=$(cd "${B:-$root/build}" && pwd)/benchgate
folder=${1:-$(mktemp -d)}
short='it was the best of times, it was the worst of times'
long="$short, it was the age of wisdom, it was the age of foolishness"
export XDG_CACHE_HOME="$folder/cache"

project() { # NAME: an empty one
	rm -rf "${folder:?}/$1"
	mkdir -p "$folder/$1"
	cd "$folder/$1"
	git init -q -b main
	printf 'node_modules\ntarget\n__pycache__\n.benchmarks\n.pytest_cache\n' >.gitignore
}

commit() {
	git add -A
	git -c user.name=benchgate -c user.email=benchgate@localhost commit -q -m "$1"
}

# In the current project: its first state, and what is changed of it
rows() { # TOOL FILE EXPRESSION COMMENT
	"$program" init --ci none >../init
	commit first
	for head in identical '10 % more work'; do
		git checkout -q .
		echo "$4 another state" >>"$2"
		[ "$head" = identical ] || sed -i "$3" "$2"
		start=$(date +%s)
		code=0
		"$program" compare HEAD -q --tier=critical >../said 2>&1 || code=$?
		words=$(grep -oE ' (PASS|REGRESSION|INCONCLUSIVE|IMPROVEMENT|FAILED)$' ../said | sort | uniq -c | tr -s ' \n' ' ')
		echo "| $1 | $head | $code | ${words:-$(tail -n 1 ../said)} | $(($(date +%s) - start)) |"
	done
}

go_project() {
	project go
	printf 'module example.org/words\n\ngo 1.19\n' >go.mod
	cat >words.go <<-'END'
		package words

		const rounds = 1000

		// Count returns how many words a text has.
		func Count(text string) int {
			nr := 0
			for i := 0; i < rounds; i++ {
				inside := false
				nr = 0
				for _, c := range []byte(text) {
					is := c != ' '
					if is && !inside {
						nr++
					}
					inside = is
				}
			}
			return nr
		}
	END
	cat >words_test.go <<-END
		package words

		import "testing"

		var kept int

		func count(b *testing.B, text string) {
			for i := 0; i < b.N; i++ {
				kept = Count(text)
			}
		}

		func BenchmarkShort(b *testing.B) { count(b, "$short") }
		func BenchmarkLong(b *testing.B)  { count(b, "$long") }
	END
	rows 'Go' words.go 's/rounds = 1000/rounds = 1100/' //
}

python_project() {
	project python
	printf 'ROUNDS = 100\n\n\ndef count(text):\n    for _ in range(ROUNDS):\n        nr = len(text.split())\n    return nr\n' >words.py
	mkdir tests
	printf 'from words import count\n\n\ndef test_short(benchmark):\n    benchmark(count, "%s")\n\n\ndef test_long(benchmark):\n    benchmark(count, "%s")\n' \
		"$short" "$long" >tests/bench_words.py
	rows 'pytest-benchmark' words.py 's/ROUNDS = 100/ROUNDS = 110/' '#'
}

words_js() {
	cat >words.js <<-'END'
		const rounds = 1000;

		export function count(text) {
			let nr = 0;
			for (let i = 0; i < rounds; i++) {
				let inside = false;
				nr = 0;
				for (let j = 0; j < text.length; j++) {
					const is = text.charCodeAt(j) !== 32;
					if (is && !inside) nr++;
					inside = is;
				}
			}
			return nr;
		}
	END
}

vitest_project() {
	project vitest
	words_js
	echo '{ "name": "words", "type": "module", "private": true, "devDependencies": { "vitest": "^3" } }' >package.json
	cat >words.bench.js <<-END
		import { bench } from 'vitest';
		import { count } from './words.js';

		bench('short', () => { count('$short'); });
		bench('long', () => { count('$long'); });
	END
	npm install --no-audit --no-fund >../npm 2>&1
	rows 'Vitest' words.js 's/rounds = 1000/rounds = 1100/' //
}

tinybench_project() {
	project tinybench
	words_js
	echo '{ "name": "words", "type": "module", "private": true, "devDependencies": { "tinybench": "^5" } }' >package.json
	cat >bench.js <<-END
		import { Bench } from 'tinybench';
		import { count } from './words.js';

		const bench = new Bench({ time: 100 });
		bench.add('short', () => { count('$short'); }).add('long', () => { count('$long'); });
		await bench.run();
		console.log(JSON.stringify(bench.table()));
	END
	npm install --no-audit --no-fund >../npm 2>&1
	rows 'tinybench' words.js 's/rounds = 1000/rounds = 1100/' //
}

criterion_project() {
	project criterion
	mkdir src benches .cargo
	printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n' >.cargo/config.toml
	cat >Cargo.toml <<-'END'
		[package]
		name = "words"
		version = "0.1.0"
		edition = "2021"

		[dev-dependencies]
		criterion = { version = "0.3", default-features = false }

		[[bench]]
		name = "count"
		harness = false
	END
	cat >src/lib.rs <<-'END'
		const ROUNDS: usize = 1000;

		pub fn count(text: &str) -> usize {
		    let mut nr = 0;
		    for _ in 0..ROUNDS {
		        let mut inside = false;
		        nr = 0;
		        for c in std::hint::black_box(text).bytes() {
		            let is = c != b' ';
		            nr += usize::from(is && !inside);
		            inside = is;
		        }
		    }
		    nr
		}
	END
	cat >benches/count.rs <<-END
		use criterion::{criterion_group, criterion_main, Criterion};

		fn all(c: &mut Criterion) {
		    c.bench_function("short", |b| b.iter(|| words::count("$short")));
		    c.bench_function("long", |b| b.iter(|| words::count("$long")));
		}

		criterion_group!(benches, all);
		criterion_main!(benches);
	END
	rows 'criterion (with building it twice)' src/lib.rs 's/usize = 1000/usize = 1100/' //
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
{
	echo "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(date -u +%F)"
	echo
	echo '| tool | head | exit code | words | s |'
	echo '| --- | --- | --- | --- | --- |'
	! command -v go >/dev/null || go_project
	! python3 -c 'import pytest_benchmark' 2>/dev/null || python_project
	! command -v npm >/dev/null || tinybench_project
	! command -v npm >/dev/null || vitest_project
	[ ! -d /usr/share/cargo/registry ] || ! command -v cargo >/dev/null || criterion_project
} | tee "$folder/projects.md"
