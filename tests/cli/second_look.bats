#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate run --base: what the baseline does not clear is measured again, in turn with the base, and that decides.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Other bytes than plain and slow are fresh and slower, which do the same.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	version plain
	version fresh -DCOUNT=101
	version slow -DTIMES=5
	version crawling -DTIMES=50
	version slower -DTIMES=5 -DCOUNT=101
}

version() { # NAME FLAG...
	mkdir "$1"
	turns_suite "$1/gate.so" "${@:2}"
}

setup() {
	local version
	own_home
	for version in "$BATS_FILE_TMPDIR"/*/; do
		ln -s "$version" .
	done
	mkdir .git
	export TRACE=$PWD/trace
}

# What changes by less than half is nothing; enough for the time to be judged.
look() { # VERSION ARGUMENT...
	gate_time "$1" --threshold 50% --counts=none "${@:2}"
}

old_recorded() { # VERSION
	recorded "$1" --processes 5 --time 5ms
}

evidence() { # BENCHMARK
	query verdict.json "next(c['evidence'] for c in it['metrics'] if (c['benchmark'], c['name']) == ('$1', 'time'))"
}

valid_files() {
	valid result.json
	valid verdict.json verdict-schema
}

nr_processes_started() {
	wc -c <trace
}

@test "what the baseline clears is not measured again" {
	local before
	old_recorded plain
	look fresh steady --threshold 500%
	[ "$status" -eq 0 ]
	before=$(nr_processes_started)
	rm trace
	look fresh steady --threshold 500% --base ./plain/gate.so
	[ "$status" -eq 0 ]
	[ "$(word steady time)" = PASS ]
	[ "$(evidence steady)" = first-look ]
	[ "$(nr_processes_started)" -eq "$before" ]
	valid_files
}

@test "what it suspects is measured in turn with the base, and that decides: a regression" {
	old_recorded plain
	look slow steady --base ./plain/gate.so
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'base: ./plain/gate.so; 1 of 1 benchmarks compared in turn with it' ]
	[[ ${lines[1]} == 'REGRESSION steady: '*': exceeds the 50 % threshold of the policy (p '*'); '*' units in turn with the base' ]]
	[ "$(word steady time)" = REGRESSION ]
	[ "$(evidence steady)" = in-turn ]
	valid_files
	holds verdict.json '[c["units"] >= 3 for c in it["metrics"] if c["name"] == "time"] == [True]'
	# The first look's processes are kept beside.
	holds result.json 'len(values("steady", "time")) == 5'
	agrees
}

@test "what it suspects wrongly, in turn with the base clears: exit code 0" {
	# As if the machine had been five times as fast then
	old_recorded plain
	look slow steady --base ./slower/gate.so
	[ "$status" -eq 0 ]
	[ "$(evidence steady)" = in-turn ]
	[[ $(word steady time) == PASS || $(word steady time) == INCONCLUSIVE ]]
	valid_files
}

@test "the base is the same bytes: nothing is measured again, exit code 0" {
	old_recorded plain
	mkdir same
	cp crawling/gate.so same
	look crawling steady
	[ "$status" -eq 1 ]
	rm trace
	look crawling steady --base ./same/gate.so
	[ "$status" -eq 0 ]
	[ "$(word steady time)" = PASS ]
	[ "$(evidence steady)" = identical ]
	# One of each side showed what it uses.
	[ "$(nr_processes_started)" -eq 7 ]
	[[ $output == *'note: 1 cannot have changed: base and head are the same bytes and use the same files'* ]]
	valid_files
}

@test "a benchmark that the base lacks has a second look against the baseline" {
	shared good.so "$suites/good.c"
	old_recorded plain
	look crawling steady --base ./good.so
	[ "$status" -eq 1 ]
	[ "$(evidence steady)" = second-look ]
	[[ ${lines[0]} == *'; confirmed by 5 fresh processes; '* ]]
	valid_files
}

@test "without a baseline all is measured in turn with the base" {
	look slow --base ./plain/gate.so steady sized
	[ "$status" -eq 1 ]
	[[ ${lines[1]} == 'REGRESSION steady: '*' units in turn with the base' ]]
	[ "$(word steady allocations)" = PASS ]
	[ "$(evidence steady)" = in-turn ]
	[ "$(evidence sized/1000)" = in-turn ]
	valid_files
	look slow --base ./slower/gate.so steady
	[ "$status" -eq 0 ]
	# A baseline is still what it wants then.
	look slow --base ./plain/gate.so steady --require-baseline
	[ "$status" -eq 4 ]
}

@test "what the base counted is not asked where a baseline says it" {
	old_recorded plain
	version more -DCOUNT=200
	look more steady --base ./more/gate.so
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'REGRESSION steady allocations: 100 -> 200, exactly +100 %: exceeds the 50 % threshold of the policy' ]
}

@test "a base of another form cannot be measured with: a note, and the baseline decides" {
	own_program "$CC" program "$suites/turns.c"
	old_recorded plain
	look crawling steady --base ./program
	[ "$status" -eq 1 ]
	[ "$(evidence steady)" = second-look ]
	[[ $output == *'note: nothing was measured in turn with the base: build of the suite: '*'program, here '*'shared object'* ]]
	valid_files
}

@test "a base that crashes: exit code 3, and the line says whose crash it was" {
	version crash -DFATE='abort()'
	look plain shaky --base ./crash/gate.so
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED shaky: aborted: the base: SIGABRT '* ]]
	valid_files
}

@test "a wrong --base is found before anything is measured" {
	old_recorded plain
	echo hello >text
	look slow steady --base nothing
	fails 2 "benchgate: base: 'nothing' is neither a file nor a baseline: *"
	look slow steady --base ./nothing.so
	fails 2 'benchgate: base: there is no file ./nothing.so'
	look slow steady --base text
	fails 3 'benchgate: base: text: its format is not known: *'
	look slow steady --base "$own"
	fails 2 "benchgate: base: $own is a result and cannot be measured again; compare with it by --baseline"
	look slow steady --base ./plain/gate.so --units 0
	fails 2 'benchgate: --units takes a number from 1 to 10000; 0 is not'
	nothing_measured
}

# A repository, the first revision of which is plain, built by a command that leaves a line
project() {
	rmdir .git
	git init -q
	turns_source >suite.c
	cp "$repository/include/benchgate.h" .
	cat >Makefile <<-END
		bench/gate.so: suite.c flags.h
		bench/gate.so: ; echo built >>'$PWD/built' && mkdir -p bench && $CC -O2 -shared -fPIC -I. -include flags.h -o \$@ suite.c
	END
	echo '#define COUNT 101' >flags.h
	echo '{"suite": "./bench/gate.so", "build": "make -s bench/gate.so", "base": "main"}' >benchgate.json
	git add Makefile suite.c benchgate.h flags.h benchgate.json
	git commit -q -m first
}

@test "base in the policy file: a revision, built only when it is needed, and kept" {
	project
	old_recorded plain
	look fresh steady --threshold 500%
	[ "$status" -eq 0 ]
	[ ! -e built ]
	look slow steady
	[ "$status" -eq 1 ]
	[ "$(evidence steady)" = in-turn ]
	[ "$stderr" = '' ]
	[ "$(wc -l <built)" -eq 1 ]
	look slow steady
	[ "$(evidence steady)" = in-turn ]
	[ "$(wc -l <built)" -eq 1 ]
	# Another is said.
	look slow steady --base ./slower/gate.so
	[ "$status" -eq 0 ]
	[ "$(evidence steady)" = in-turn ]
	[ "$(git worktree list | wc -l)" -eq 1 ]
}

@test "a base that does not build: a note, and the baseline decides" {
	project
	old_recorded plain
	echo 'int wrong = ;' >>suite.c
	git commit -q -a -m broken
	look crawling steady
	[ "$status" -eq 1 ]
	[ "$(evidence steady)" = second-look ]
	[[ $stderr == *'suite.c:'*'error: '* ]]
	[[ $output == *"note: nothing was measured in turn with the base: cannot build main ("*"): 'make -s bench/gate.so' exited with 2; "* ]]
	valid_files
	# Without a baseline there is nothing to compare with.
	rm -r baselines
	look crawling steady
	[ "$status" -eq 0 ]
	[ "$(word steady time)" = NEW ]
	[[ $output == *'note: nothing was measured in turn with the base: '* ]]
}

@test "in CI the base is where the branch left it" {
	project
	old_recorded plain
	git checkout -q -b topic
	echo '#define COUNT 102' >flags.h
	git commit -q -a -m topic
	git checkout -q main
	echo '#error does not build' >>flags.h
	git commit -q -a -m broken
	git checkout -q topic
	CI=true look slow steady
	[ "$(evidence steady)" = in-turn ]
	CI=true look crawling steady --tip
	[ "$(evidence steady)" = second-look ]
	[[ $output == *'cannot build main ('* ]]
}

@test "interrupted while the base is built, and while it is measured in turn: exit code 130, and the files are valid" {
	project
	old_recorded plain
	printf "bench/gate.so:\n\techo started >'%s/started'\n\tsleep 1000\n" "$PWD" >Makefile
	git commit -q -a -m 'takes long'
	signal_when INT started run -q --suite ./slow/gate.so steady --processes 5 --time 5ms --out result.json --report json=verdict.json
	[ "$status" -eq 130 ]
	no_process_left
	valid_files
	[ "$(git worktree list | wc -l)" -eq 1 ]
	# Only the base leaves a byte in ./fate; without a baseline all is measured with it.
	rm -r baselines
	version marked -DFATE=
	signal_when INT fate run -q --suite ./slow/gate.so shaky --base ./marked/gate.so --units 9999 \
		--processes 5 --time 5ms --out result.json --report json=verdict.json
	[ "$status" -eq 130 ]
	no_process_left
	valid_files
}
