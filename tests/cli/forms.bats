#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# One suite handed over in three ways, in C and in C++; a worker in another language; and an installation
# that users build theirs with.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	shared c.so "$suites/options.c"
	shared_cxx cxx.so "$suites/options.cc"
	own_program "$CC" c_bench "$suites/options.c"
	own_program "$CXX -std=c++17" cxx_bench "$suites/options.cc"
}

setup() {
	cp "$BATS_FILE_TMPDIR"/{c,cxx}{.so,_bench} .
}

expected=$'all_options/10/threads:1\nall_options/10/threads:2\nall_options/100/threads:1\nall_options/100/threads:2
own_tier\ncomprehensive\nstandard\nplain\nnumbers'

# All are listed, and all are ok when a few of them are run.
lists_and_runs() { # ARGUMENT...
	try list "$@"
	[ "$status" -eq 0 ]
	[ "$(cut -d' ' -f1 <<<"$output")" = "$expected" ]
	measure "$@" all_options/10 numbers
	[ "$status" -eq 0 ]
	holds result.json 'statuses() == {"all_options/10/threads:1": "ok", "all_options/10/threads:2": "ok", "numbers": "ok"}'
	holds result.json 'values("all_options/10/threads:1", "rows") == [10]'
}

@test "C, as a shared object" {
	lists_and_runs --suite ./c.so
}

@test "C, linked in: the binary is the whole of benchgate" {
	program=./c_bench lists_and_runs
	run ./c_bench help
	[ "$output" = "$("$program" help)" ]
}

@test "C, as another executable" {
	lists_and_runs --suite ./c_bench
}

@test "C++, as a shared object" {
	lists_and_runs --suite ./cxx.so
}

@test "C++, linked in" {
	program=./cxx_bench lists_and_runs
}

@test "C++, as another executable" {
	lists_and_runs --suite ./cxx_bench
}

@test "a binary of one's own loads another suite all the same" {
	shared good.so "$suites/good.c"
	program=./c_bench try list --suite ./good.so
	[ "$output" = 'good  standard' ]
}

@test "a suite found from another folder, and through a link" {
	mkdir folder
	ln -s ../c.so folder/link.so
	cd folder
	lists_and_runs --suite ./link.so
	lists_and_runs --suite ../c_bench
	lists_and_runs --suite "$PWD/../c.so"
}

@test "a suite in the current folder needs no ./" {
	lists_and_runs --suite c.so
	lists_and_runs --suite c_bench
}

@test "suites side by side, in the order given" {
	shared good.so "$suites/good.c"
	try list --suite ./good.so --suite ./c.so
	[ "$(cut -d' ' -f1 <<<"$output")" = good$'\n'"$expected" ]
}

@test "a suite needs nothing but the C library" {
	run readelf -d c.so
	[[ $output == *'(SONAME)'* || $output == *'Dynamic section'* ]]
	run ! grep -vE 'libc\.|ld-linux' <<<"$(readelf -d c.so | grep NEEDED)"
}

@test "a suite exports one symbol" {
	[ "$(nm -D --defined-only c.so | awk '{ print $3 }')" = bg_this_suite ]
}

@test "a worker in another language" {
	try list --suite "$support/fake-worker.bash"
	[ "$output" = $'one  critical  the_first\ntwo  own' ]
	measure --suite "$support/fake-worker.bash"
	[ "$status" -eq 0 ]
	valid result.json
	holds result.json 'statuses() == {"one": "ok", "two": "ok"}'
	holds result.json 'values("one", "time") == [3]'
	holds result.json 'metric("two", "depth") == {"benchmark": "two", "name": "depth", "unit": "levels", "better": "more", "process_values": [7]}'
	holds result.json 'bench("one")["bytes_per_iteration"] == 64 and bench("one")["items_per_iteration"] == 2'
}

# Installs as a package would.
install_to() { # FOLDER TARGET
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory -C "$repository" -o all \
		"B=$built" "CC=$CC" "DESTDIR=$1" PREFIX=/usr "$2"
}

@test "what is installed builds suites and programs by pkg-config alone; uninstalled, it leaves nothing" {
	local flags
	install_to "$PWD/root" install
	PATH=$PWD/root/usr/bin:$PATH
	export PKG_CONFIG_SYSROOT_DIR=$PWD/root PKG_CONFIG_PATH=$PWD/root/usr/lib/pkgconfig
	[ "$(benchgate version)" = "$(root/usr/bin/benchgate version)" ]
	[[ $(root/usr/bin/benchgate version) == "benchgate $(pkg-config --modversion benchgate) "* ]]

	flags=$(pkg-config --cflags benchgate)
	# shellcheck disable=SC2086  # one word a flag
	$CC -O2 -shared -fPIC -o installed.so "$suites/options.c" $flags
	program=root/usr/bin/benchgate lists_and_runs --suite ./installed.so

	flags="$(pkg-config --cflags --libs benchgate) $(link_flags | grep -v '^-l' || :)"
	# shellcheck disable=SC2086
	$CC -O2 -o installed_bench "$suites/options.c" $flags
	program=./installed_bench lists_and_runs

	unset PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
	install_to "$PWD/root" uninstall
	[ -z "$(find root ! -type d)" ]
}

@test "all man pages are installed and flawless, and completions lie where shells look" {
	local verb page
	install_to "$PWD/root" install
	for verb in '' $(benchgate help | sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/-\1/p'); do
		[ -s "root/usr/share/man/man1/benchgate$verb.1" ]
	done
	for page in man5/benchgate.json.5 man5/benchgate-reports.5 man5/benchgate-run-schema.5 man7/benchgate-suites.7 man7/benchgate-exit-codes.7; do
		[ -s "root/usr/share/man/$page" ]
	done
	[ "$(find root/usr/share/man -type f | wc -l)" -eq $((1 + $(benchgate help | grep -c '^  [a-z]') + $(benchgate help schemas | grep -c '^  [a-z]'))) ]
	run mandoc -T lint -W warning root/usr/share/man/man?/*
	echo "$output"
	[ "$status" -eq 0 ]
	[ -s root/usr/share/bash-completion/completions/benchgate ]
	[ -s root/usr/share/zsh/site-functions/_benchgate ]
	[ -s root/usr/share/fish/vendor_completions.d/benchgate.fish ]
}
