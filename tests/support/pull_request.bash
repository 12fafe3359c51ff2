# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A small project with a suite of two kernels, its origin, and a change of it. Needs cli.bash.
# shellcheck disable=SC2154  # set there

# origin.git and, in the current folder, a clone of it on the branch topic
make_project() {
	own_home
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH
	mkdir bin
	ln -s "$program" bin/benchgate
	git init -q --bare origin.git
	git init -q project
	cd project || return
	cp "$repository/include/benchgate.h" "$suites/slowed.h" .
	kernel hash 0 'state = (state ^ item) * 0x9e3779b97f4a7c15u; return state ^ state >> 29;'
	kernel mix 0 'state += item; return state ^ state << 7 ^ state >> 9;'
	printf "suite.so: *.c *.h\n\t%s -O2 -g0 -falign-functions=64 -falign-loops=64 -shared -fPIC -I. -o \$@ *.c\n" "$CC" >Makefile
	echo '{"suite": "./suite.so", "build": "make -s suite.so", "counts": "none"}' >benchgate.json
	echo '*.so' >.gitignore
	git add -A
	git commit -q -m first
	git remote add origin "file://$BATS_TEST_TMPDIR/origin.git"
	git push -q origin main
	git checkout -q -b topic
}

# A kernel that is slower than it should be, by so many of a thousand; its BG_BENCH stands in line 9.
kernel() { # NAME PERMILLE BODY
	cat >"$1.c" <<-END
		#define SLOWER_PERMILLE $2
		#include "slowed.h"

		static uint64_t work(uint32_t item, uint64_t state)
		{
			$3
		}

		BG_BENCH($1, BG_CRITICAL) { go_round(run, work); }
	END
}

slow_down() { # NAME PERMILLE
	sed -i "1s/.*/#define SLOWER_PERMILLE $2/" "$1.c"
	git commit -q -a -m "$1 is slower"
}

# main has moved on since, by something that must not be taken for the change's.
main_moves_on() {
	git checkout -q main
	slow_down mix 500
	git push -q origin main
	git checkout -q topic
}

# What a runner has in its environment for a pull request from topic to main, number 7
as_on_github() {
	export CI=true GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main GITHUB_HEAD_REF=topic \
		GITHUB_WORKSPACE=$PWD RUNNER_OS=Linux RUNNER_ARCH=X64 RUNNER_TEMP=$BATS_TEST_TMPDIR/runner \
		GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary.md GITHUB_EVENT_PATH=$BATS_TEST_TMPDIR/event.json \
		GITHUB_TOKEN=secret GITHUB_REPOSITORY=us/project GITHUB_RUN_ID=17 GITHUB_JOB=performance GITHUB_HEAD_REF=change GITHUB_REF=${ref:-refs/pull/7/merge} GITHUB_REF_NAME=7/merge GITHUB_RUN_ATTEMPT=2
	mkdir -p "$RUNNER_TEMP"
	: >"$GITHUB_STEP_SUMMARY"
	echo '{"pull_request": {"number": 7}}' >"$GITHUB_EVENT_PATH"
}

lacks() { # GREP-ARGUMENT...
	if grep "$@"; then
		return 1
	fi
}

well_formed() { # FILE
	/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1"
}

# Runs the steps of an action; sets status and output.
run_action() { # ACTION INPUT=VALUE...
	run timeout -k 1 120 /usr/bin/python3 "$support/run_action.py" "$1" "${@:2}"
	echo "$output"
}

# What an action gave out under that name
output_of() { # NAME
	sed -n "s/^output $1=//p" <<<"$output"
}
