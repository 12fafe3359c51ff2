#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What a suite and a build can do, and cannot do in a sandbox.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/sandboxed.so" "$suites/sandboxed.c"
	benchgate list --sandbox=on --config none --suite "$BATS_FILE_TMPDIR/sandboxed.so" \
		>"$BATS_FILE_TMPDIR/listed" 2>&1 || :
}

setup() {
	skip_when_sanitized 'reads and writes on its own account'
	if grep 'there is no sandbox' "$BATS_FILE_TMPDIR/listed"; then
		skip "this kernel: $(cat "$BATS_FILE_TMPDIR/listed")"
	fi
	cp "$BATS_FILE_TMPDIR/sandboxed.so" .
	mkdir home
	export HOME=$PWD/home GITHUB_TOKEN=token gh_token=token HOOK_ADDRESS=address PLAIN=plain
}

teardown() {
	[ -z "${server:-}" ] || kill "$server"
}

# Possible without a sandbox, refused in it.
refused() { # NAME PATTERN
	local pattern="*FAILED $1: wrong-result: $2; the sandbox may have refused it (see 'benchgate help sandbox')*"
	echo text >doomed
	measure --config none --suite ./sandboxed.so "$1" --sandbox=on
	[ "$status" -eq 3 ]
	# shellcheck disable=SC2053  # a pattern
	[[ $output == $pattern ]]
	[ "$(cat doomed)" = text ]
	measure --config none --suite ./sandboxed.so "$1"
	[ "$status" -eq 0 ]
}

allowed() { # NAME...
	measure --config none --suite ./sandboxed.so "$@" --sandbox=on
	[ "$status" -eq 0 ]
}

@test "it cannot write outside of its scratch folder" {
	refused writes_home 'open: Permission denied'
	[ -e home/written ]
	refused writes_here 'open: Permission denied'
	refused makes_folder 'mkdir: Permission denied'
}

@test "it cannot remove, move or empty a file" {
	refused removes_file 'unlink: Permission denied'
	refused moves_file 'rename: Permission denied'
	refused empties_file 'truncate: *'
	refused empties_by_reading 'open: *'
}

@test "it can write to its scratch folder and to nothing, use pairs of sockets, and end its children" {
	allowed writes_scratch writes_null pairs_streams signals_child knows_names
}

@test "it has no network, not even to this machine" {
	python3 -c 'if True:
		import socket, time
		server = socket.create_server(("127.0.0.1", 0))
		open("port", "w").write(str(server.getsockname()[1]) + "\n")
		time.sleep(60)' &
	server=$!
	until [ -s port ]; do sleep 0.05; done
	PORT=$(cat port)
	export PORT
	refused connects 'connect: Operation not permitted'
	refused connects_locally 'socket: Operation not permitted'
	refused pairs_datagrams 'socketpair: Operation not permitted'
}

@test "it cannot trace its parent or read its environment, also as root" {
	refused traces_parent 'ptrace: Operation not permitted'
	refused reads_parent 'open: Permission denied'
	refused limits_parent 'prlimit: Operation not permitted'
	allowed limits_itself
}

@test "it cannot send a signal to its parent" {
	[ "$(printf '%s\n6.12\n' "$(uname -r | cut -d. -f1,2)" | sort -V | head -1)" = 6.12 ] ||
		skip 'Landlock guards signals from Linux 6.12 on'
	refused signals_parent 'kill: Operation not permitted'
}

@test "it does not know secrets: by their names, and those of the policy file's channels" {
	cat >policy.json <<-'END'
		{"channels": {"hook": {"type": "webhook", "secret_url": {"env": "HOOK_ADDRESS"}}}}
	END
	measure --config policy.json --notify=never --suite ./sandboxed.so knows_token knows_small_letters knows_channel
	[ "$status" -eq 0 ]
	measure --config policy.json --notify=never --suite ./sandboxed.so knows_token knows_small_letters knows_channel --sandbox=on
	[ "$status" -eq 3 ]
	[[ $output == *'FAILED knows_token'*'FAILED knows_small_letters'*'FAILED knows_channel'* ]]
}

@test "the policy file may ask for it, and the command line is above it" {
	echo '{"sandbox": "on"}' >benchgate.json
	measure --suite ./sandboxed.so writes_here
	[ "$status" -eq 3 ]
	measure --suite ./sandboxed.so writes_here --sandbox=off
	[ "$status" -eq 0 ]
	echo '{"sandbox": "yes"}' >benchgate.json
	measure --suite ./sandboxed.so writes_here
	[ "$status" -eq 2 ]
	[[ $stderr == *'sandbox is "yes"; it must be one of "off", "auto", "on"'* ]]
}

@test "where there is none: on is an error, auto says so and goes on" {
	cat >without.py <<-'END'
		import ctypes, os, struct, sys
		libc = ctypes.CDLL(None, use_errno=True)
		# Answers landlock_create_ruleset (444) with ENOSYS (38), and allows all else.
		rows = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (6, 0, 0, 0x50026), (6, 0, 0, 0x7fff0000)]
		steps = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
		program = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(steps))
		assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	run --separate-stderr python3 without.py "$program" run -q --config none --processes 1 --time 1ms \
		--suite ./sandboxed.so writes_here --sandbox=on
	[ "$status" -eq 3 ]
	[[ $stderr == 'benchgate: there is no sandbox: it needs Landlock'*'; --sandbox=auto continues without it' ]]
	[ ! -e written ]
	run --separate-stderr python3 without.py "$program" run -q --config none --processes 1 --time 1ms \
		--suite ./sandboxed.so writes_here --sandbox=auto
	[ "$status" -eq 0 ]
	[[ $stderr == 'benchgate: without a sandbox: it needs Landlock'* ]]
	[ -e written ]
}

@test "revisions are built in it: a build writes to its copy and \$TMPDIR alone" {
	git init -q -b main .
	git config user.email a@b
	git config user.name a
	cat >benchgate.json <<-END
		{"suite": "build/s.so", "build": "sh make.sh"}
	END
	cat >make.sh <<-END
		mkdir -p build && cp '$PWD/sandboxed.so' build/s.so && : >"\$TMPDIR/t" && : >"\$XDG_CACHE_HOME/c" && : >'$PWD/home/built'
	END
	printf '*.so\nhome\nresult.json\nbuild\ncache\n' >.gitignore
	git add . && git commit -qm one
	try compare HEAD HEAD --cache cache --sandbox=on -q --units 3 --time 1ms -k writes_scratch
	[ "$status" -eq 3 ]
	[[ $stderr == *'in the sandbox, without network; the end of what it printed is in '* ]]
	[ ! -e home/built ]
	sed -i 's/ && : >[^&]*built.$//' make.sh
	git commit -qam two
	try compare HEAD HEAD --cache cache --sandbox=on -q --measure-identical --units 3 --time 1ms -k writes_scratch
	[[ $output == *writes_scratch* && $output != *FAILED* ]]
	try compare HEAD HEAD --cache cache --sandbox=on -q --measure-identical --units 3 --time 1ms -k writes_home
	[[ $output == *'FAILED writes_home'*'sandbox'* ]]
}

@test "all that only ask a suite what it has are in it, too" {
	$CC -O2 -shared -fPIC -I "$repository/include" -x c -o loaded.so - <<-'END'
		#include <benchgate.h>
		#include <fcntl.h>

		__attribute__((constructor)) static void write_here(void)
		{
			open("written", O_WRONLY | O_CREAT, 0644);
		}

		BG_BENCH(idle)
		{
			BG_LOOP(run)
				(void)0;
		}
	END
	echo '{"suite": "./loaded.so", "sandbox": "on"}' >benchgate.json
	try list
	[ "$status" -eq 0 ]
	try config check
	[ "$status" -eq 0 ]
	try doctor --suite ./loaded.so --sandbox=on
	[ ! -e written ]
	try doctor --suite ./loaded.so
	[ ! -e written ]
	try doctor --suite ./loaded.so --sandbox=off
	[ -e written ]
	rm written
	try list --sandbox=off
	[ -e written ]
}
