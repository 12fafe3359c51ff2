#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a worker says of its suite, asked as `benchgate help protocol` describes it.

# shellcheck disable=SC2154  # set in cli.bash
load ../support/cli

# ask PROGRAM SUITE: the worker's answers
ask() {
	/usr/bin/python3 - "$1" "$2" <<-'END'
		import socket, subprocess, sys, os
		ours, theirs = socket.socketpair()
		worker = subprocess.Popen(["sh", "-c", 'exec "$0" worker 3<&%d' % theirs.fileno(), sys.argv[1]], pass_fds=[theirs.fileno()])
		theirs.close()
		ours.sendall(("hello\t1\t1\nsuite\t%s\t0\nlist\n" % sys.argv[2]).encode())
		answer = b""
		while not answer.endswith(b"listed\n"):
		    more = ours.recv(65536)
		    if not more: break
		    answer += more
		ours.close()
		worker.wait()
		print(answer.decode(), end="")
	END
}

# bodies_are_named PROGRAM SUITE FILE: each benchmark's body is where the file's symbols have it
bodies_are_named() {
	local place name body
	ask "$1" "$2" >answer
	cat answer
	[ "$(grep -c '^bench' answer)" -gt 5 ]
	# Not read with tabs in IFS: they would swallow empty fields.
	grep '^bench' answer | cut -f 2,9 >bodies
	while read -r name body; do
		place=$(nm "$3" | awk -v name="bg_body_${name%%/*}" '$3 == name { print $1 }')
		[ -n "$place" ]
		[ "$body" -eq $((0x$place)) ]
	done <bodies
}

@test "where the code is in a shared object" {
	shared suite.so "$suites/code.c"
	bodies_are_named "$program" "$PWD/suite.so" suite.so
}

@test "where the code is in a program" {
	own_program "$CC" suite "$suites/code.c"
	bodies_are_named ./suite '' suite
}

@test "where the code is in a program that is not position-independent" {
	own_program "$CC -no-pie -fno-pie" suite "$suites/code.c"
	[[ $(od -An -tu1 -j16 -N1 suite) -eq 2 ]]
	bodies_are_named ./suite '' suite
}
