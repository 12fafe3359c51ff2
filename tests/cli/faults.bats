#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Faults on purpose: a call of the C library fails, or does a part of its work. scripts/faults-on-purpose does so for every call.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

setup_file() {
	skip_when_sanitized 'has a library of its own to be loaded first'
	"$support/faults_build" "$CC" "$BATS_FILE_TMPDIR"
}

# Each call up to the MOST-th
faults() { # COMMAND ROLE FUNCTION,... MOST [TARGET]
	/usr/bin/python3 "$support/faults.py" "$BATS_FILE_TMPDIR/faults.so" "$program" "$BATS_FILE_TMPDIR" \
		--command "$1" --role "$2" --function "$3" --most "$4" --target "${5:-}"
}

# That something was made to fail
at_least() { # CALLS COMMAND ROLE FUNCTION,... MOST [TARGET]
	local wanted=$1 calls
	shift
	faults "$@" | tee said
	[ "${PIPESTATUS[0]}" -eq 0 ]
	calls=$(awk 'NR > 1 && NF > 5 { calls += $5 } END { print calls + 0 }' said)
	[ "$calls" -ge "$wanted" ]
}

files=open,mkostemp,opendir,mkdir,rename,realpath,read,pread,write,fsync,flock,fcntl,close
processes=fork,waitpid,wait4,poll,ppoll,pipe2,socketpair,mkdtemp,fdopendir,openat

@test "accept, report and merge: the old file or the new one is there, whole" {
	at_least 20 accept own "$files" 9
	at_least 20 report own "$files" 9
	at_least 20 merge own "$files" 9
}

@test "a history keeps its runs, and a new one is there or is not" {
	at_least 10 history-import own pwrite,fdatasync,ftruncate,mmap 2
	at_least 3 history-export own rename,mkostemp,pwrite 1
	at_least 3 import own rename,mkostemp,write 1
}

@test "a site of a history on a full disk does not wait for itself" {
	at_least 1 site own pwrite 1 shm
}

@test "notify: whoever was not told is told by the next one" {
	at_least 20 notify own "$files,$processes,tmpfile" 9
}

@test "update-baselines: a session is recorded, or is not" {
	at_least 20 update-baselines own mkostemp,rename,fsync,flock,write,pread,fork,wait4,poll,socketpair,mkdtemp,fdopendir,openat 2
}

@test "run: what was not measured is no pass, and a regression is one still" {
	at_least 10 run own mkostemp,rename,fsync,write,pread,fork,socketpair,mkdtemp,fdopendir,openat 2
	at_least 10 run-regressed own mkostemp,rename,write,pread,fork,socketpair 2
	at_least 2 run-command own fcntl 2 pipe
}

@test "compare: what was not measured is neither a pass nor a regression" {
	at_least 10 compare-same own mkostemp,rename,write,fork,socketpair,pipe2,waitpid,pread 2
}

@test "compare of revisions: no worktree is left" {
	at_least 3 compare-tree own tmpfile,mkdtemp,mkdir,fsync 1
	at_least 2 compare-revisions own open 1 gitdir
}

@test "a worker in which a call fails is never taken for one that measured" {
	at_least 3 run worker read,write,close,ppoll 2
}
