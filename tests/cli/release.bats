#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that has its small libraries inside, as those of a release have. scripts/release itself takes minutes and
# downloads, so the workflow of releases runs it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Another benchgate of the same objects
linked() { # FILE ARGUMENT...
	"$CC" -o "$@" "$B"/kernels/*.o "$B/libbenchgate.a" -lm -lpthread -ldl
}

@test "libyaml that is linked in is used: none is opened" {
	printf 'tiers:\n  critical:\n    regression_threshold: 3%%\n' >policy.yaml
	LD_DEBUG=files "$program" config check --config policy.yaml 2>opened
	grep -q libyaml opened
	library=$("$CC" -print-file-name=libyaml.a)
	[ -e "$library" ] || skip "no libyaml.a here"
	ld -r -o all.o --whole-archive "$library"
	nm --defined-only -g all.o | awk '{ print $3, "bg_linked_" $3 }' >names
	objcopy --redefine-syms=names all.o inside.o
	linked ./whole inside.o
	LD_DEBUG=files ./whole config check --config policy.yaml 2>opened
	[ -s opened ]
	[ "$(grep -c libyaml opened)" -eq 0 ]
	echo '- *no' >policy.yaml
	run ./whole config check --config policy.yaml
	[ "$status" -eq 2 ]
	[[ $output == *'policy.yaml'* ]]
}
