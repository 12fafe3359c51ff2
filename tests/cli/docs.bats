#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What the documents and the topics of the help show is so: every command is run, blocks of code are read by what reads
# them. A case is a line between <<-'END' and END: the command as it is shown; with the exit codes in front where it may be
# another than 0; and behind => what is run in its stead, and why. The last test compares these lines with what is shown.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/storage

documents=("$repository"/README.md "$repository"/baselines/README.md "$repository"/.github/CONTRIBUTING.md
	"$repository"/.github/SECURITY.md "$repository"/.github/CHANGELOG.md "$repository"/.github/HACKING.md
	"$repository"/.github/PORTING.md "$repository"/scripts/evidence/README.md)

shown() { # TASK FILE...
	/usr/bin/python3 "$support/shown.py" "$@"
}

topics() {
	"$program" help | sed -n '/^topics/,$s/^  \([a-z-]*\) .*/\1/p'
}

# What takes minutes takes moments here, and nobody is asked.
stub_benchgate() {
	cat >bin/benchgate <<-END-OF-STUB
		#!/usr/bin/env bash
		given=" \$* "
		case \$1 in
		run)
			# Five processes can be judged.
			case \$given in *' --require-baseline '*) set -- "\$@" --processes 5 ;; *) set -- "\$@" --processes 2 ;; esac
			set -- "\$@" --time 1ms
			;;
		compare) set -- "\$@" --units 1 --time 1ms ;;
		bisect) set -- "\$@" --units 2 --time 1ms ;;
		update-baselines)
			set -- "\$@" --processes 5 --time 1ms --force
			# Sessions are a minute apart, but for those that are not recorded.
			case \$given in *' --sessions '*) set -- "\$@" --dry-run ;; *) set -- "\$@" --sessions 1 --yes ;; esac
			;;
		baselines) case \$given in *' prune '* | *' rm '*) set -- "\$@" --yes ;; esac ;;
		selftest) set -- "\$@" --units 1 --time 1ms ;;
		validate) set -- "\$@" --processes 2 --time 1ms ;;
		doctor) case \$given in *' --calibrate '*) set -- "\$@" --budget 4s --only hash ;; esac ;;
		esac
		# In CI counts are taken by themselves, at half a second a process where it is valgrind that counts.
		case \${counted:-no}:\$given in
		no:*' --counts'* | no:*' --keep-profile '* | yes:*) ;;
		no:' run '* | no:' compare '*) set -- "\$@" --counts=none ;;
		esac
		# valgrind is not preloaded into.
		[ "\${counted:-no}" = yes ] || export LD_PRELOAD="$fake_clock"
		exec "$program" "\$@"
	END-OF-STUB
}

# The tests' own commands are as quick as those that are shown.
benchgate() {
	timeout -k 1 30 "$BATS_FILE_TMPDIR/bin/benchgate" "$@"
}

# Programs get the flags that their library was built with. A compiler that is a link to ccache looks for the real one in
# PATH, and must not find this.
stub_compiler() { # NAME COMPILER
	cat >"bin/$1" <<-END-OF-STUB
		#!/bin/sh
		PATH='$PATH'
		case " \$* " in *' -shared '*) exec $2 "\$@" ;; esac
		exec $2 "\$@" $(link_flags | grep -v '^-l' | tr '\n' ' ')
	END-OF-STUB
}

# The blocks of a language that a document shows
example() { # LANGUAGE FILE
	# shellcheck disable=SC2016  # these are fences
	sed -n '/^```'"$1"'$/,/^```$/p' "$2" | sed '/^```/d'
}

bench() { # NUMBER
	cat <<-END-OF-C
		#include "benchgate.h"
		#define EXTRA $1
		extern void fake_clock_pass(uint64_t duration_ns) __attribute__((weak));
		static uint64_t work(uint64_t n)
		{
			uint64_t sum = n;
			if (fake_clock_pass) {
				fake_clock_pass(n);
				return n;
			}
			while (n--)
				sum = (sum ^ n) * 0x9e3779b97f4a7c15u;
			return sum;
		}
		BG_BENCH(sort, BG_CRITICAL, BG_ARGS(10, 1000))
		{
			BG_LOOP(run) BG_KEEP(work(BG_KEEP((uint64_t)run->arg)));
		}
		BG_BENCH(hash, BG_CRITICAL)
		{
			BG_LOOP(run) BG_KEEP(work(BG_KEEP((uint64_t)100 + EXTRA)));
		}
	END-OF-C
}

# A project with two releases, a branch that is worked on, where it came from, and a baseline
project() {
	mkdir project
	cd project || return
	git init -q
	cp "$repository/include/benchgate.h" .
	example c "$repository/README.md" >my.c
	# shellcheck disable=SC2016  # for make
	printf '.PHONY: bench\nbench: build/bench.so\nbuild/bench.so: bench.c\n\tmkdir -p build && cc -O2 -shared -fPIC -I. $(BENCHGATE_CFLAGS) -o $@ $< $(BENCHGATE_LDFLAGS)\n' >Makefile
	cat >benchgate.json <<-END-OF-POLICY
		{
			"suite": "./build/bench.so",
			"build": "make -s bench",
			"base": "main",
			"competitors": [{ "name": "old", "data": "results/old.json" }],
			"tiers": {
				"critical": { "regression_threshold": "400%" },
				"standard": { "regression_threshold": "400%" }
			}
		}
	END-OF-POLICY
	# What is written beside the sources is not of the revision.
	printf '%s\n' /build/ '*.so' my_bench '*.xml' '*.html' '*.csv' '*.svg' '*.txt' '*.md' '/*.json' '!/benchgate.json' >.gitignore
	for version in 1.4 1.5; do
		bench "${version#1.}" >bench.c
		git add -A
		git commit -q -m "Release $version"
		git tag "v$version"
	done
	git checkout -q -b change
	git clone -q --bare . ../origin.git
	git remote add origin "$BATS_FILE_TMPDIR/origin.git"
	git fetch -q origin
	git branch -q -u origin/change
	make -s bench
	cp build/bench.so old.so
	bench 6 | cc -O2 -shared -fPIC -I. -x c -o new.so -
	cc -O2 -shared -fPIC -I. -o my.so my.c
	$CC -w -O2 -shared -fPIC -I. -o contain.so "$suites/contain.c"
	../bin/benchgate update-baselines
	../bin/benchgate update-baselines --suite ./my.so
	../bin/benchgate run --save-baseline old
	../bin/benchgate run --save-baseline new
	git add -A
	git commit -q -m 'Record a baseline'
	cd ..
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR own_home
	mkdir bin
	stub_benchgate
	stub_compiler cc "$(command -v "$CC")"
	stub_compiler c++ "$(command -v "$CXX")"
	chmod +x bin/*
	install_to "$PWD/root"
	PATH=$PWD/bin:$PATH project >project.said 2>&1 || {
		cat project.said
		return 1
	}
	for topic in $(topics); do
		"$program" help "$topic" >"help-$topic"
	done
	for command in $("$program" help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
		"$program" help "$command" | grep '^	' >"help-$command" || rm "help-$command"
	done
	shown commands "${documents[@]}" help-* >all
	mv all shown.txt
}

install_to() { # FOLDER
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory -C "$repository" -o all \
		"B=$built" "CC=$CC" "DESTDIR=$1" PREFIX=/usr install
}

setup() {
	export HOME=$BATS_FILE_TMPDIR/home GIT_CONFIG_NOSYSTEM=1 PATH=$BATS_FILE_TMPDIR/bin:$PATH
	export PKG_CONFIG_SYSROOT_DIR=$BATS_FILE_TMPDIR/root PKG_CONFIG_PATH=$BATS_FILE_TMPDIR/root/usr/lib/pkgconfig
	export repository built program CC
	unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME MAKEFLAGS MAKELEVEL MFLAGS GITHUB_STEP_SUMMARY GITHUB_OUTPUT UPDATE_BASELINES
	cp -a "$BATS_FILE_TMPDIR/project" .
	cd project || exit
}

teardown() {
	[ -z "${server:-}" ] || kill "$server"
}

# Sessions that are old need not be waited for; each gets a year of its own.
age_all() {
	# Those of the repository are its own.
	[[ $PWD == "$BATS_TEST_TMPDIR"/* ]] || return 0
	year=$((${year:-2000} + 1))
	[ ! -d baselines ] || find baselines -name '*.json' ! -name accepted.json ! -path '*/calibrations/*' -exec \
		sed -i -E "s/\"(202[6-9]|20[3-9][0-9])(-[0-9]{2}-[0-9]{2}T)/\"$year\\2/" {} +
}

# is_shown COMMAND: cases that no document shows any longer are to go
is_shown() {
	cut -f 2- "$BATS_FILE_TMPDIR/shown.txt" | grep -qxF -- "$1" || {
		echo "no document shows: $1"
		return 1
	}
}

# Runs the cases on standard input, one after the other in the same folder.
each() {
	local line command codes code
	while IFS= read -r line; do
		codes=0
		if [[ $line =~ ^([0-9|]+):' '(.*)$ ]]; then
			codes=${BASH_REMATCH[1]}
			line=${BASH_REMATCH[2]}
		fi
		command=${line%% => *}
		is_shown "$command" || return
		[[ $line != *' => '* ]] || {
			command=${line#* => }
			command=${command%%  # *}
		}
		age_all
		code=0
		timeout -k 1 60 bash -c "$command" <&- >"$BATS_TEST_TMPDIR/said" 2>&1 || code=$?
		echo "\$ $command"
		cat "$BATS_TEST_TMPDIR/said"
		[[ "|$codes|" == *"|$code|"* ]] || {
			echo "exit code $code, not $codes"
			return 1
		}
	done
}

# The Makefile has it; what it does takes minutes, and another job does it.
target() { # NAME
	grep -qE "^([a-z-]+ )*$1( [a-z-]+)*:" Makefile
}

# What `make release` hands out, made of what setup_file installed
serve_release() {
	mkdir "$BATS_TEST_TMPDIR"/{files,got,to}
	tar -czf "$BATS_TEST_TMPDIR/files/archive.tar.gz" -C "$BATS_FILE_TMPDIR/root/usr" .
	(cd "$BATS_TEST_TMPDIR/files" && sha256sum archive.tar.gz >SHA256SUMS)
	export FILES=file://$BATS_TEST_TMPDIR/files
}

@test "the project's own targets" {
	serve_release
	export -f target
	cd "$repository"
	each <<-'END'
		make gate => cd "$BATS_TEST_TMPDIR" && mkdir .git && benchgate run --tier=critical  # it installs packages, builds, and takes longer
		make => make -n  # what is built is tested here
		make && sudo make install PREFIX=/usr/local => test -x "$BATS_FILE_TMPDIR/root/usr/bin/benchgate"  # it installs; setup_file did, elsewhere
		curl -fsSLO "$FILES/benchgate-0.1.0-linux-x86_64.tar.gz" && curl -fsSL "$FILES/SHA256SUMS" | sha256sum -c --ignore-missing && sudo tar -C /usr/local --strip-components=1 -xzf benchgate-0.1.0-linux-x86_64.tar.gz => cd "$BATS_TEST_TMPDIR/got" && curl -fsSLO "$FILES/archive.tar.gz" && curl -fsSL "$FILES/SHA256SUMS" | sha256sum -c --ignore-missing && tar -C "$BATS_TEST_TMPDIR/to" --strip-components=1 -xzf archive.tar.gz && test -x "$BATS_TEST_TMPDIR/to/bin/benchgate"  # the files of a release, and root
		make release => target release  # it takes minutes and downloads; the workflow of releases runs it
		make quick => target quick  # this and make lint do the same
		make check => target check  # this is part of it
		make lint => target lint
		make sanitize => target sanitize
		make tsan => target tsan
		make fuzz => target fuzz
		make CC=clang => make -n CC=clang
		make bench-fast => target bench-fast  # it takes half a minute
		make bench-slow => target bench-slow
		make help
		make build/unit && build/unit str_test => make -n B=build build/unit  # make check runs it
		B=$PWD/build bats tests/cli/cli.bats => bats --count tests/cli/cli.bats  # make check runs it
		scripts/false-alarms => bash -n scripts/false-alarms  # experiments.bats runs it
		scripts/detection => bash -n scripts/detection
		scripts/false-alarms-in-turn => bash -n scripts/false-alarms-in-turn
		scripts/detection-in-turn => bash -n scripts/detection-in-turn
		scripts/costs-in-turn => bash -n scripts/costs-in-turn
		scripts/evidence/commands/compare.sh => sh -n scripts/evidence/commands/compare.sh
		scripts/evidence/commands/projects.sh => sh -n scripts/evidence/commands/projects.sh
		scripts/evidence/bisect found => sh -n scripts/evidence/bisect
		scripts/evidence/contain => sh -n scripts/evidence/contain  # they take minutes, and some fetch
		scripts/evidence/empty-loop => sh -n scripts/evidence/empty-loop
		scripts/evidence/explained => sh -n scripts/evidence/explained
		scripts/evidence/history => /usr/bin/python3 -c 'compile(open("scripts/evidence/history").read(), "history", "exec")'
		scripts/evidence/imports => /usr/bin/python3 -c 'compile(open("scripts/evidence/imports").read(), "imports", "exec")'
		scripts/evidence/large => sh -n scripts/evidence/large
		scripts/evidence/layouts => sh -n scripts/evidence/layouts
		scripts/evidence/library => sh -n scripts/evidence/library
		scripts/evidence/overhead => sh -n scripts/evidence/overhead
		scripts/evidence/live => sh -n scripts/evidence/live
		scripts/evidence/pages => sh -n scripts/evidence/pages
		scripts/evidence/deploy => /usr/bin/python3 -c 'compile(open("scripts/evidence/deploy").read(), "deploy", "exec")'
		scripts/evidence/serve => /usr/bin/python3 -c 'compile(open("scripts/evidence/serve").read(), "serve", "exec")'
		scripts/evidence/peers => sh -n scripts/evidence/peers
		scripts/evidence/changepoints => sh -n scripts/evidence/changepoints
		scripts/evidence/rates => sh -n scripts/evidence/rates
		scripts/evidence/spread => sh -n scripts/evidence/spread
		scripts/evidence/start => sh -n scripts/evidence/start
		scripts/setup => sh -n scripts/setup  # it installs packages
	END
}

@test "the five-minute tutorial" {
	mkdir -p ../tutorial/.git
	cp my.c ../tutorial
	cd ../tutorial
	each <<-'END'
		cc -O2 -shared -fPIC $(pkg-config --cflags benchgate) -o my.so my.c
		benchgate run --suite ./my.so
		cc -O2 -o my_bench my.c $(pkg-config --cflags --libs benchgate)
		./my_bench run => ./my_bench run --processes 2 --time 1ms  # it takes a second
		benchgate run --suite ./my_bench
		c++ -std=c++17 => c++ -std=c++17 -O2 -shared -fPIC $(pkg-config --cflags benchgate) -o my.so my.c  # in place of cc
	END
	benchgate run --suite ./my.so --processes 1 --time 1ms
}

# block FIRST-LINE: the block of the topic on suites that begins with it
block() {
	awk -v first="\t$1" '$0 == first { on = 1 } /^[^\t]/ { on = 0 } on' "$BATS_FILE_TMPDIR/help-suites" | sed 's/^\t//'
}

@test "a library: its sources or its archive go into the suite" {
	mkdir -p ../library/.git ../library/parser
	cd ../library
	echo 'int parser_count(const char *text);' >parser/parser.h
	printf '%s\n' '#include "parser.h"' 'int parser_count(const char *text) { return *text; }' >parser/parser.c
	{
		printf '#include <benchgate.h>\n#include <string.h>\n'
		block '#include "parser.h"'
	} >bench.c
	cc -O2 -fPIC -c -o parser/parser.o parser/parser.c
	ar rcs parser/libparser.a parser/parser.o
	each <<-'END'
		cc -O2 -shared -fPIC -Wl,-Bsymbolic $(pkg-config --cflags benchgate) -Iparser -o bench.so bench.c parser/parser.c
	END
	[ "$(benchgate list --suite ./bench.so | cut -d' ' -f1)" = $'parse_short\nparse_nested' ]
	benchgate run --suite ./bench.so
	rm bench.so
	each <<-'END'
		cc -O2 -shared -fPIC -Wl,-Bsymbolic $(pkg-config --cflags benchgate) -Iparser -o bench.so bench.c parser/libparser.a
	END
	benchgate run --suite ./bench.so
}

@test "a project that is looked at first" {
	mkdir -p ../empty/.git
	cd ../empty
	each <<-'END'
		benchgate init
		benchgate init --ci none
		benchgate init --ci github
	END
}

@test "the example of a benchmark is the same everywhere" {
	example c "$repository/README.md" >readme.c
	"$program" help suites | awk '/^\t#include/ { on = 1 } /^[^\t]/ { if (on) exit } on' | sed 's/^\t//' >suites.c
	diff -B readme.c suites.c
}

@test "a baseline" {
	each <<-'END'
		benchgate update-baselines --suite ./my.so
		benchgate update-baselines --sessions 5
		benchgate update-baselines --tier=critical
		benchgate update-baselines 'sort/*' --replace --reason "sustained-improvement: radix sort"
		benchgate update-baselines --replace --reason "environment-change: new kernel"
		benchgate update-baselines sort/1000 --replace --reason "manual-override: bounds checks"
		0|3: UPDATE_BASELINES=1 benchgate run
		0|3: UPDATE_BASELINES="environment-change: new kernel" benchgate run
		git diff --stat baselines
		git add baselines
		git commit -q -m "Record the baselines anew: new kernel"
		benchgate accept sort/1000 --reason "safer" --max 8% --until 2027-06-30
		benchgate accept sort/1000 --reason "bounds checks" --max 8% --until 2027-06-30
		benchgate accept sort/1000 --metric time --reason "a cache"
		benchgate accept => benchgate accept --list  # alone it says what it takes
		benchgate accept --list
		benchgate accept --remove sort/1000
		benchgate run --save-baseline main
		benchgate run --baseline main
		benchgate baselines rm main
		benchgate baselines list
		benchgate baselines show sort/1000
		benchgate baselines diff old new
		benchgate baselines prune --dry-run
		benchgate baselines prune
	END
}

@test "result files of other tools" {
	mkdir base head
	for side in base head; do
		for i in 1 2 3 4 5; do
			echo "BenchmarkSort-8  100  2$i.5 ns/op" | tee "$side$i.txt" >"$side/$i.txt"
		done
	done
	cp base1.txt base.txt
	cp head1.txt bench.txt
	echo '{"sort": {"latency": {"value": 20.5}}}' >results.json
	each <<-'END'
		benchgate help commands
		benchgate help imports
		benchgate compare base.txt bench.txt
		benchgate report bench.txt --against base.txt
		benchgate import bench.txt --out run.json
		benchgate import --format bmf results.json --out run.json
		benchgate compare base1.txt,base2.txt,base3.txt,base4.txt,base5.txt head1.txt,head2.txt,head3.txt,head4.txt,head5.txt
		benchgate compare base/ head/
		benchgate update-baselines --from bench.txt --baseline nightly
		benchgate report bench.txt --against nightly
		benchgate update-baselines --from bench1.txt bench2.txt bench3.txt --baseline main --yes => benchgate update-baselines --from head1.txt head2.txt head3.txt --baseline main --yes
	END
}

@test "comparing" {
	each <<-'END'
		benchgate compare main
		benchgate compare main --only sort/1000
		benchgate compare main --only sort/1000 -v
		benchgate compare main --only sort/1000 --units 40
		benchgate compare main --only sort/1000 --layouts 8
		benchgate compare old.so new.so --only 'sort*'
		benchgate compare v1.4 v1.5
		benchgate compare v1.4 v1.5 --only sort/1000
		benchgate compare HEAD~1 HEAD --only sort/1000
		benchgate compare old.so new.so
		benchgate compare --command './old input' './new input' => benchgate compare --command 'true old' 'true new'  # any program
		benchgate compare main --command './prog input' => benchgate compare main --command 'true input'
		benchgate run --command 'sort=./sort < data' --command 'wc=wc data' => benchgate run --command 'sort=sort < my.c' --command 'wc=wc my.c'
		benchgate compare main --bench 'go test -bench . -count 1 ./...' --format go => benchgate compare main --bench 'echo "BenchmarkA 1 5.0 ns/op"' --format go  # any tool
		benchgate run --bench './bench --benchmark_format=json' => benchgate run --bench 'echo "BenchmarkA 1 5.0 ns/op"' --format go
		benchgate run --base => benchgate run --base main  # the option by its name
		benchgate run --base main
	END
}

@test "running" {
	each <<-'END'
		benchgate run
		benchgate run --tier=critical
		benchgate run --competitors
		benchgate run sort/1000 --processes 20
		benchgate run sort/1000 --processes 1 --time 10s
		benchgate run sort/1000 -v --keep-samples --out result.json
		benchgate list
		benchgate list --suite ./my.so
		0|3: benchgate run --sandbox=on
		benchgate config check
		benchgate config show
		benchgate version
		0|3: benchgate doctor
		0|3: benchgate doctor --calibrate
		0|3: benchgate doctor --fix --dry-run
		0|1|3|5: benchgate selftest --suite ./my.so
		0|1|3|5: benchgate selftest --suite ./my.so --units 40
		0|1: benchgate validate
		0|1: benchgate validate --suite ./my.so
		0|1: benchgate validate sort/1000 --runs 3 --spread 5%
		0|1: benchgate validate --against other.json --factor 3 => benchgate validate --against result.json --factor 3  # of this machine
	END
}

@test "halving commits" {
	age_all() { :; }
	each <<-'END'
		git bisect start HEAD v1.4
		0|2: git bisect run benchgate compare -q v1.4 --bisect --only sort/1000
		git bisect reset
		0|1|5: benchgate bisect sort/1000 --good v1.4
		0|1|5: benchgate bisect --good v1.4 --bad main --budget 10min
		0|1|5: benchgate bisect --good v1.4 --report markdown=found.md
		benchgate help bisecting
		benchgate help explaining
		benchgate help counts
		benchgate explain sort/1000 v1.4 => benchgate explain --help
		benchgate explain sort/1000 old.so new.so --report json=why.json => benchgate explain --help
		benchgate explain sort/1000 v1.4 --flame why.html --flame why.json => benchgate explain --help
		benchgate explain parse v1.4 => benchgate explain --help
		benchgate explain parse old.so new.so => benchgate explain --help
	END
}

@test "what misbehaves" {
	skip_when_sanitized 'cannot be limited in memory'
	each <<-'END'
		3: benchgate run --suite ./contain.so --timeout 1s --memory-limit 64M
	END
	# All that the document says of it, but for numbers that depend on the machine
	sed -n '/--memory-limit 64M$/,/^```$/p' "$repository/scripts/evidence/README.md" | sed -n 's/ with [0-9.]* MiB in use$//; /^FAILED/p' >expected
	[ -s expected ]
	while IFS= read -r line; do
		grep -qF -- "$line" "$BATS_TEST_TMPDIR/said"
	done <expected
}

@test "reports" {
	export GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary GITHUB_OUTPUT=$BATS_TEST_TMPDIR/outputs
	each <<-'END'
		benchgate run --report text=report.txt
		benchgate run --report markdown=comment.md
		benchgate run --report json=verdict.json
		benchgate run --report junit=performance.xml
		benchgate run --report html=report.html
		benchgate compare main --report text --report github
		benchgate run --report openmetrics=metrics.txt
		benchgate run --identify --report result=result.json
		benchgate run --report csv=verdict.csv
		benchgate run --report bmf=bencher.json
		benchgate run --report gab=smaller.json
		benchgate run --report gab-bigger=bigger.json
		benchgate run --report gobench=new.txt
		benchgate run --report badge=performance.svg
		benchgate run --report shields=performance.json
		benchgate compare main --report text --report junit=performance.xml --report html=report.html
		benchgate compare main --trace trace.json
		benchgate compare main --out head.json --base-out base.json
		benchgate report head.json --against base.json --report markdown=comment.md
		benchgate report head.json --against base.json --why sort/1000
		benchgate run --out result.json
		benchgate report result.json --report csv=values.csv
		benchgate report result.json --why sort/1000
		benchgate report result.json --report markdown=comment.md
		benchgate report result.json --against old --report html=report.html
	END
	grep -q '^## Performance: ' "$GITHUB_STEP_SUMMARY"
	for name in $(sed -n '/^github /,/^\t/p' "$BATS_FILE_TMPDIR/help-reports" | tr -d '\n' | grep -oE 'so do .*, for' | grep -oE '[a-z-]+' | grep -vE '^(so|do|and|for)$'); do
		grep -q "^$name=" "$GITHUB_OUTPUT"
	done
}

@test "in CI" {
	export CI=true GITHUB_BASE_REF=main CI_MERGE_REQUEST_DIFF_BASE_SHA
	CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse main)
	counted=yes each <<-'END'
		benchgate compare
	END
	each <<-'END'
		benchgate compare --tier=critical --report text --report github
		benchgate compare --tier=critical --report junit=performance.xml --report html=report.html
		benchgate compare --tier=critical --report text --report junit=performance.xml
		benchgate compare "$CI_MERGE_REQUEST_DIFF_BASE_SHA" --tier=critical --report text --report junit=performance.xml --report openmetrics=metrics.txt
		benchgate compare main --trigger every_commit
		benchgate compare main --trigger pull_requests
		benchgate compare v1.4 --trigger release
		git fetch -q origin main
		benchgate compare origin/main --merge-base --report text --report junit=performance.xml
		benchgate run --tier=critical --require-baseline --report text --report junit=performance.xml
	END
}

@test "shares of a suite" {
	each <<-'END'
		benchgate run --shard 1/2 --out shard-1.json
		benchgate run --shard 2/2 --out shard-2.json
		benchgate merge => benchgate merge shard-2.json shard-1.json  # alone it says what it takes
		benchgate merge shard-1.json shard-2.json
		benchgate merge shard-1.json shard-2.json --report junit=performance.xml
	END
}

@test "a history" {
	each <<-'END'
		benchgate run --db benchmarks.db
		benchgate history list --db benchmarks.db
		benchgate report --since 7d --db benchmarks.db --report markdown=week.md --report html=week.html
		benchgate report --since 7d --db benchmarks.db --report html=week.html
		benchgate history prune --keep 90d --dry-run => benchgate history prune --keep 90d --dry-run --db benchmarks.db
		benchgate history export --db benchmarks.db --out benchmarks.txt
		benchgate history import benchmarks.txt --db benchmarks.db
		benchgate run --db benchmarks.db
		benchgate compare --from-history main HEAD --db benchmarks.db => benchgate compare --from-history HEAD HEAD --db benchmarks.db --threshold 400% --target 900%
		benchgate update-baselines --auto --db benchmarks.db
		benchgate update-baselines --approve 'sort*' => benchgate update-baselines --approve 'sort*' --approved-by Ann
	END
	each <<-'END'
		benchgate run --save-baseline nightly-$(date +%Y%m%d) --db benchmarks-nightly.db
		benchgate run --db pr.db --baseline-db benchmarks-nightly.db --report markdown=report.md
	END
	mv benchmarks.db one.db
	mv pr.db other.db
	each <<-'END'
		benchgate history merge one.db other.db --db all.db
		benchgate trends --db benchmarks.db => benchgate trends --db all.db
		benchgate trends --watch --db benchmarks.db => benchgate trends --db all.db  # that never ends
		benchgate trends 'sort*' --db benchmarks.db => benchgate trends 'sort*' --db all.db
		benchgate site benchmarks.db public => benchgate site all.db public
	END
	export TOKEN=none
	each <<-'END'
		benchgate serve => timeout 10 benchgate serve --db all.db --listen 127.0.0.1:99999 || [ $? -eq 2 ]  # it never ends; serve.bats runs it
		benchgate serve --db benchmarks.db => benchgate serve token list --db all.db  # the same
		benchgate serve token add ci --role write --db benchmarks.db
		benchgate serve token list --db benchmarks.db
		benchgate serve token remove ci --db benchmarks.db
		curl -H "Authorization: Bearer $TOKEN" --data-binary @result.json http://127.0.0.1:8080/api/v1/runs => curl --version  # serve.bats does that
		benchgate run --live http://127.0.0.1:8080 => benchgate run --live http://127.0.0.1:9  # where nobody is
		benchgate history backup benchmarks-copy.db --db benchmarks.db => benchgate history backup benchmarks-copy.db --db all.db
	END
}

@test "an object store" {
	storage_ready
	start_storage bucket
	export endpoint AWS_ACCESS_KEY_ID=AKIAPLANTEDKEY AWS_SECRET_ACCESS_KEY=planted/secret+key=
	benchgate run --suite ./my.so --processes 2 --time 1ms --out result.json --report html=report.html
	cp result.json x86.json
	each <<-'END'
		benchgate push => benchgate help push  # alone it says what it takes
		benchgate pull => benchgate help pull
		benchgate push s3://bucket/prefix result.json => benchgate push s3://bucket/prefix result.json x86.json --endpoint "$endpoint"
		benchgate pull s3://bucket/prefix x86.json => benchgate pull s3://bucket/prefix x86.json --endpoint "$endpoint"
		benchgate pull s3://bucket/prefix --all --into build => benchgate pull s3://bucket/prefix --all --into build --endpoint "$endpoint"
		benchgate push s3://bucket/prefix --commit HEAD result.json report.html => benchgate push s3://bucket/prefix --commit HEAD result.json report.html --endpoint "$endpoint"
		benchgate push s3://bucket/prefix benchmarks.db => benchgate history import result.json --db benchmarks.db && benchgate push s3://bucket/prefix benchmarks.db --endpoint "$endpoint"
		benchgate pull s3://bucket/prefix benchmarks.db => benchgate pull s3://bucket/prefix benchmarks.db --endpoint "$endpoint"
		4: benchgate pull s3://bucket/prefix --merge-base => benchgate pull s3://bucket/prefix --merge-base --into build --endpoint "$endpoint"
		4: benchgate pull s3://bucket/prefix --commit v1.4 --all --into build => benchgate pull s3://bucket/prefix --commit v1.4 --all --into build --endpoint "$endpoint"
	END
}

@test "alerts, and who is told of them" {
	/usr/bin/python3 "$support/alerted.py" hash sort/1 >base.json
	/usr/bin/python3 "$support/alerted.py" hash=10 sort/1=10 >result.json
	sed -i '0,/{/s||{ "channels": { "log": { "type": "file", "path": "alerts.log" } },|' benchgate.json
	each <<-'END'
		benchgate export prometheus result.json --against base.json
		benchgate notify --dry-run result.json --against base.json
		benchgate notify result.json --against base.json
		benchgate notify --flush
		benchgate notify --test log
		benchgate alerts list
		benchgate alerts ack hash --reason "..."
		benchgate alerts silence 'sort/*' --until 2026-12-31 => benchgate alerts silence 'sort/*' --until 2999-12-31
		benchgate alerts unsilence 'sort/*'
		benchgate alerts channels
		benchgate alerts pause log --until 2026-12-31 => benchgate alerts pause log --until 2999-12-31
		benchgate alerts unpause log
		benchgate alerts resolve hash
		benchgate alerts log
		benchgate help alerts-schema
	END
}

@test "before a push" {
	each <<-'END'
		benchgate hook => benchgate help hook  # alone it says what it takes
		benchgate hook install
		git push --no-verify
		benchgate hook run
		benchgate hook uninstall
	END
}

@test "the topics that are named are there" {
	each <<-'END'
		benchgate help alerting
		benchgate help responding
		benchgate help
		benchgate help baselines-guide
		benchgate help history-file
		benchgate help serving
		benchgate help competitors
		benchgate help comparing
		benchgate help channels
		benchgate help sandbox
		benchgate help ci
		benchgate help config-file
		benchgate help config-schema
		benchgate help exit-codes
		benchgate help regressions
		benchgate help reports
		benchgate help suites
		benchgate help verdict-schema
		benchgate help measuring
		benchgate help run
		benchgate help verdicts
		benchgate help versions
	END
}

@test "the policy that the README shows is right, and all JSON and YAML can be read" {
	example json "$repository/README.md" | jq -s add >benchgate.json
	try config check
	[ "${lines[0]}" = 'benchgate.json: ok' ]
	[ -z "$stderr" ]
	[ "$(shown json "${documents[@]}")" -ge 1 ]
	[ "$(shown yaml "${documents[@]}")" -ge 1 ]
	[ "$(shown yaml "$BATS_FILE_TMPDIR/help-ci")" -eq 3 ]
	shown links "${documents[@]}"
}

# The paths of the repository that a document has in backquotes; those with capitals are forms.
paths() { # FILE
	# shellcheck disable=SC2016  # these are quotes
	grep -oE '`(src|tests|scripts|include|\.github)/[^` ]*`' "$1" | tr -d '`' | grep -vE '/[A-Z]+(\.|_|$)' | sort -u
}

@test "each path that the guides for developers name exists, and so does each structure" {
	local guide path name
	for guide in "$repository"/.github/{HACKING,CONTRIBUTING,PORTING}.md "$repository"/scripts/evidence/README.md; do
		[ "$(paths "$guide" | wc -l)" -ge 10 ]
		for path in $(paths "$guide"); do
			echo "$path"
			[ -e "$repository/$path" ]
		done
		# shellcheck disable=SC2016  # these are quotes
		for name in $(grep -oE '`struct [a-z_]*`' "$guide" | tr -d '`' | cut -d' ' -f2); do
			echo "struct $name"
			grep -rqx "struct $name {" "$repository/src"
		done
	done
	# Every folder of the sources is in the picture and in the table.
	for path in "$repository"/src/*/; do
		path=$(basename "$path")
		grep -qE "^  [a-z, ]*\b$path\b" "$repository/.github/HACKING.md" || [ "$path" = kernels ]
		grep -qE "^\|.*\`src/$path\`" "$repository/.github/CONTRIBUTING.md"
	done
	[ "$(sed -n '/^## The words/,/^## Where/p' "$repository/.github/HACKING.md" | grep -c '^| [a-z]')" -le 41 ]
}

# number NAME: of a #define
number() {
	grep -rhoE "define $1 [0-9]+" "$repository/src" "$repository/include" | sed 's/.* //'
}

@test "the topic of versions says which versions are written and read, and the newest in the changelog is this one" {
	local what newest oldest read version date
	while read -r what newest oldest; do
		newest=$(number "$newest")
		[[ $oldest != [A-Z]* ]] || oldest=$(number "$oldest")
		read=$oldest
		[[ $oldest == - || $oldest -eq $newest ]] || read="$oldest to $newest"
		echo "$what $newest $read"
		grep -qE "^${what/_/ } +$newest +$read\$" "$BATS_FILE_TMPDIR/help-versions"
	done <<-'END-OF-TABLE'
		benchgate-run RUN_JSON_VERSION RUN_JSON_OLDEST
		benchgate-baseline BASELINE_VERSION 1
		benchgate-accepted ACCEPTANCES_VERSION 1
		benchgate-proposals PROPOSALS_VERSION 1
		benchgate-calibration CALIBRATION_JSON_VERSION 1
		benchgate-alerts STATE_VERSION 1
		history_file HISTORY_VERSION 1
		history_text HISTORY_TEXT_VERSION 1
		benchgate-verdict VERDICT_JSON_VERSION -
		worker_protocol PROTOCOL_NEWEST PROTOCOL_OLDEST
		suite_ABI BG_ABI OLDEST_ABI
	END-OF-TABLE
	version=$(sed -n 's/.*BENCHGATE_VERSION "\(.*\)"/\1/p' "$repository/src/base/version.h")
	date=$(sed -n 's/.*BENCHGATE_DATE "\([^"]*\)".*/\1/p' "$repository/src/base/version.h")
	[ "$(grep '^## ' "$repository/.github/CHANGELOG.md" | grep -vx -m 1 '## Not yet released')" = "## $version ($date)" ]
}

@test "a worker is debugged as the guide for developers says" {
	command -v gdb || skip 'needs gdb'
	skip_when_sanitized 'has a tracer of its own'
	example gdb "$repository/.github/HACKING.md" >commands
	[ "$(wc -l <commands)" -eq 5 ]
	timeout -k 1 60 gdb -q -batch -x commands --args \
		"$program" run -q --processes 1 --timeout 1h --config none --suite ./my.so >said 2>&1 || true
	cat said
	grep -q '^#0 .*worker_serve' said || ! grep -q ptrace said || skip 'needs to trace processes'
	grep -q '^#0 .*worker_serve' said
}

@test "the topic of reports has a paragraph and an example for every format, and the README names them all" {
	local name nr=0 topic=$BATS_FILE_TMPDIR/help-reports
	try report none.json --report frobnicate
	# shellcheck disable=SC2013  # words
	for name in $(sed 's/.*formats: //; s/,//g' <<<"$stderr"); do
		echo "$name"
		grep -qE "^$name  +[^ ]" "$topic"
		sed -n "/^$name  /,/^\t/p" "$topic" | tail -n 1 | grep -qE -- "--report $name(=|$)"
		grep -qE "(^|[ (])$name([,.) ]|$)" "$repository/README.md"
		nr=$((nr + 1))
	done
	[ "$nr" -ge 13 ]
}

@test "the guide to baselines is one text, as a document and as a topic" {
	diff "$repository/baselines/README.md" "$BATS_FILE_TMPDIR/help-baselines-guide"
}

@test "every command that is shown has a case here" {
	awk "/<<-'END'\$/ { on = 1; next } /^\tEND\$/ { on = 0 } on" "$BATS_TEST_FILENAME" |
		sed -E 's/^\t+//; s/^[0-9|]+: //; s/ => .*//' | sort -u >cases
	cut -f 2- "$BATS_FILE_TMPDIR/shown.txt" | sort -u | comm -23 - cases >missing
	while IFS= read -r command; do
		grep -F -- "$command" "$BATS_FILE_TMPDIR/shown.txt"
	done <missing
	[ ! -s missing ]
}
