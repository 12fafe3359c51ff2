# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the command line share. B is the folder that was built, CC the compiler that did.
# shellcheck disable=SC2034,SC2154  # used in the tests; set by bats

bats_require_minimum_version 1.5.0

repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
built=$(cd "$repository" && cd "${B:-build}" && pwd)
program=$built/benchgate
support=$repository/tests/support
suites=$support/suites
CC=${CC:-cc}
case $CC in
*clang*) CXX=${CC/clang/clang++} ;;
*gcc*) CXX=${CC/gcc/g++} ;;
*) CXX=c++ ;;
esac
sanitized=false
if [[ -e $built/flags && $(<"$built/flags") == *-fsanitize=*address* ]]; then
	sanitized=true
	# A crash is to look as it does to users, not to be taken over by the sanitizer.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0
fi
unset NO_COLOR COLUMNS
# What a CI system says of the change that it tests.
unset CI GITHUB_BASE_REF CI_MERGE_REQUEST_TARGET_BRANCH_NAME CHANGE_TARGET SYSTEM_PULLREQUEST_TARGETBRANCH \
	BITBUCKET_PR_DESTINATION_BRANCH BUILDKITE_PULL_REQUEST_BASE_BRANCH CI_COMMIT_TARGET_BRANCH DRONE_TARGET_BRANCH \
	ghprbTargetBranch CIRRUS_BASE_BRANCH TRAVIS_PULL_REQUEST APPVEYOR_PULL_REQUEST_NUMBER CIRCLE_PULL_REQUEST CIRCLE_PR_NUMBER \
	GITHUB_ACTIONS GITLAB_CI JENKINS_URL TF_BUILD BUILDKITE CIRCLECI DRONE BITBUCKET_BUILD_NUMBER
export LC_ALL=C

# What is remembered between runs is nobody's but the test's.
export XDG_STATE_HOME=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}.state

# A test folder as the current one: suites are named ./like-this, and what is left behind is seen.
cd "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}" || exit

skip_when_sanitized() { # WHY
	! $sanitized || skip "a sanitizer build $1"
}

# A suite that asks for it lives by a clock of its own: a busy machine changes nothing, and measuring takes no time.
fake_clock=$built/tests/fake_clock.so
[ -e "$fake_clock" ] || fake_clock=''

# It hangs when it takes more than 30 s, or what a test says in `within`.
benchgate() {
	LD_PRELOAD=$fake_clock timeout -k 1 "${within:-30}" "$program" "$@"
}

# Runs the program; sets status, output (its standard output) and stderr, and shows them should the test fail.
try() { # ARGUMENT...
	run --separate-stderr benchgate "$@"
	echo "benchgate $*"
	echo "status $status"
	echo "$output"
	echo "$stderr"
}

# As short as can be; the result file is result.json.
measure() { # ARGUMENT...
	try run -q --processes 1 --time 1ms --out result.json "$@"
}

shared() { # OUTPUT ARGUMENT...
	$CC -O2 -shared -fPIC -I "$repository/include" -o "$@"
}

shared_cxx() { # OUTPUT ARGUMENT...
	$CXX -std=c++17 -O2 -shared -fPIC -I "$repository/include" -o "$@"
}

# A home of the test's own, for git and for what is kept of builds
own_home() {
	export HOME=$BATS_TEST_TMPDIR/home GIT_CONFIG_NOSYSTEM=1
	unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME
	mkdir "$HOME"
	printf '[user]\n\tname = Somebody\n\temail = somebody@localhost\n[init]\n\tdefaultBranch = main\n' >"$HOME/.gitconfig"
}

# For scripts that call benchgate: the first one in PATH measures as shortly as can be, and explains nothing if not $explained.
explained=true
measure_shortly() {
	mkdir "$BATS_TEST_TMPDIR/short"
	cat >"$BATS_TEST_TMPDIR/short/benchgate" <<-END
		#!/bin/sh
		for word; do
			shift
			[ "\$word" = --explain ] && [ "\$explained" = false ] || set -- "\$@" "\$word"
		done
		case \$1 in
		compare) shift && set -- compare --units 4 --time 2ms "\$@" ;;
		run) shift && set -- run --time 2ms "\$@" ;;
		esac
		exec $program "\$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/short/benchgate"
	PATH=$BATS_TEST_TMPDIR/short:$PATH
}

# What a program needs to link to libbenchgate.a as it was built.
link_flags() {
	grep -oE -- '(-fsanitize=[a-z,]*|--coverage|-l[^ ]*)' "$built/flags" | sort -u
}

own_program() { # COMPILER OUTPUT FILE...
	local compiler=$1 output=$2
	shift 2
	# shellcheck disable=SC2046  # one word a flag
	$compiler -O2 -I "$repository/include" -o "$output" "$@" "$built/libbenchgate.a" $(link_flags) -lm -lpthread
}

# What a Python expression says of a JSON file; see result.py for the names it may use.
query() { # FILE EXPRESSION
	/usr/bin/python3 -I -S "$support/result.py" "$@"
}

holds() { # FILE EXPRESSION
	local said
	said=$(query "$@")
	[ "$said" = True ] || {
		echo "$2 is $said"
		return 1
	}
}

# It is what `benchgate help run-schema` says a result file is, or what another schema says of its.
valid() { # FILE [SCHEMA]
	"$program" help "${2:-run-schema}" >schema.json
	/usr/bin/python3 -W ignore -m jsonschema -i "$1" schema.json
}

# It failed with that code, and said that one line and nothing else.
fails() { # STATUS PATTERN
	[ "$status" -eq "$1" ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	# shellcheck disable=SC2053  # a pattern
	[[ $stderr == $2 ]] || {
		echo "not: $2"
		return 1
	}
}

# Processes that were started with MARK=this in their environment, and what they started in turn.
marked() {
	grep -lzsx "MARK=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ || :
}

no_process_left() {
	local left
	left=$(marked)
	[ -z "$left" ] || {
		for process in $left; do
			tr '\0' ' ' <"${process%environ}cmdline"
			echo "is left"
		done
		return 1
	}
}

# Starts the program, sends it a signal once the file has something in it, and waits for its end.
# Sets status; what it said is in said.out and said.err.
signal_when() { # SIGNAL FILE ARGUMENT...
	local signal=$1 file=$2 pid
	shift 2
	# In the background SIGINT may be ignored, and under nohup SIGHUP.
	set -m
	MARK=$BATS_TEST_TMPDIR env --default-signal=INT "${hangup:---default-signal}=HUP" "$program" "$@" >said.out 2>said.err 3>&- &
	pid=$!
	set +m
	until_true 400 test -s "$file"
	kill -s "$signal" "$pid"
	until_true 200 ended "$pid" || kill -s KILL "$pid"
	status=0
	wait "$pid" || status=$?
	echo "status $status"
	cat said.out said.err
}

ended() { # PID
	[[ $(ps -o stat= -p "$1") != [A-Y]* ]]
}

# Tries every 50 ms.
until_true() { # TIMES COMMAND...
	local left=$1
	shift
	until "$@"; do
		((left-- > 0)) || return 1
		sleep 0.05
	done
}

# Versions of the suite that is gated, each as VERSION/gate.so
gate_suites() { # FOLDER [VERSION FLAGS]...
	local folder=$1 version
	shift
	while (($#)); do
		version=$1
		mkdir "$folder/$version"
		# shellcheck disable=SC2086  # flags are words
		shared "$folder/$version/gate.so" $2 "$suites/gate.c"
		shift 2
	done
}

# A version of the suite that base and head in turn are tested with
turns_suite() { # OUTPUT FLAG...
	shared "$@" "$suites/turns.c"
}

# The same as one file
turns_source() {
	cat "$suites/work.h"
	grep -v '"work.h"' "$suites/turns.c"
}

# As short as can be: what is counted is compared, and the time of too few processes is not judged. What it was for is
# in result.json and verdict.json.
gate() { # VERSION ARGUMENT...
	try run -q --suite "./$1/gate.so" --processes 2 --time 2ms --out result.json --report json=verdict.json "${@:2}"
}

# Enough for the time to be judged
gate_time() { # VERSION ARGUMENT...
	gate "$1" --processes 5 --time 5ms "${@:2}"
}

# A session, as short, whatever it is worth
update() { # VERSION ARGUMENT...
	try update-baselines -q --suite "./$1/gate.so" --sessions 1 --processes 2 --time 2ms "${@:2}"
}

recorded() { # VERSION ARGUMENT...
	update "$1" --yes --force "${@:2}"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	set_own
	rm -f trace
}

# This machine's baseline becomes $own.
set_own() {
	own=$(find baselines -maxdepth 1 -name '*.json' ! -name accepted.json)
	[ -f "$own" ]
}

# All that was recorded was recorded in that year, so that the next session need not wait.
age() { # YEAR FILE
	sed -i -E "s/\"20[0-9]{2}(-[0-9]{2}-[0-9]{2}T)/\"$1\\1/" "$2"
}

# word BENCHMARK METRIC: what verdict.json says of it
word() {
	query verdict.json "next((c['status'] for c in it['metrics'] if (c['benchmark'], str(c['name'])) == ('$1', '$2')), None)"
}

# The names and words of verdict.json are those of the table.
agrees() { # (uses output)
	local benchmark metric verdict
	query verdict.json '"\n".join("%s %s %s" % (c["benchmark"], c["name"], c["status"]) for c in it["metrics"] if c["value"] is not None and c["limit"] is None)' >words
	[ -s words ]
	while read -r benchmark metric verdict; do
		[ "$metric" != time ] || metric=$benchmark
		grep -qE "^ *$metric .* $verdict$" <<<"$output" || {
			echo "the table does not say that $metric is $verdict"
			return 1
		}
	done <words
}

nothing_measured() {
	[ ! -e trace ]
}

last_line() {
	tail -n 1 <<<"$output"
}
