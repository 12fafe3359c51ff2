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
if nm "$program" 2>/dev/null | grep -q __asan_init; then
	sanitized=true
	# A crash is to look as it does to users, not to be taken over by the sanitizer.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0
fi
unset NO_COLOR COLUMNS
export LC_ALL=C

# A test folder as the current one: suites are named ./like-this, and what is left behind is seen.
cd "${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}" || exit

skip_when_sanitized() { # WHY
	! $sanitized || skip "a sanitizer build $1"
}

# It hangs when it takes more than 30 s, or what a test says in `within`.
benchgate() {
	timeout -k 1 "${within:-30}" "$program" "$@"
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
	/usr/bin/python3 "$support/result.py" "$@"
}

holds() { # FILE EXPRESSION
	local said
	said=$(query "$@")
	[ "$said" = True ] || {
		echo "$2 is $said"
		return 1
	}
}

# It is what `benchgate help run-schema` says a result file is.
valid() { # FILE
	"$program" help run-schema >schema.json
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
	# With job control SIGINT is not ignored in the background.
	set -m
	MARK=$BATS_TEST_TMPDIR "$program" "$@" >said.out 2>said.err 3>&- &
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
