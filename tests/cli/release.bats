#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The version of a release, and a program that has its small libraries inside, as those of a release have. To build one takes
# minutes and downloads, so the workflow of releases does it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Another benchgate of the same objects
linked() { # FILE ARGUMENT...
	"$CC" -o "$@" "$B"/kernels/*.o "$B/libbenchgate.a" -lm -lpthread -ldl
}

@test "libyaml and SQLite that are linked in are used: none is opened" {
	printf 'tiers:\n  critical:\n    regression_threshold: 3%%\n' >policy.yaml
	LD_DEBUG=files "$program" config check --config policy.yaml 2>opened
	grep -q libyaml opened
	yaml=$("$CC" -print-file-name=libyaml.a) sqlite=$("$CC" -print-file-name=libsqlite3.a)
	[ -e "$yaml" ] && [ -e "$sqlite" ] || skip "no libyaml.a or libsqlite3.a here"
	ld -r -o all.o --whole-archive "$yaml" "$sqlite"
	nm --defined-only -g all.o | awk '{ print $3, "bg_linked_" $3 }' >names
	objcopy --redefine-syms=names all.o inside.o
	linked ./whole inside.o
	LD_DEBUG=files ./whole config check --config policy.yaml 2>opened
	[ -s opened ]
	[ "$(grep -c libyaml opened)" -eq 0 ]
	/usr/bin/python3 "$support/alerted.py" hash >run.json
	LD_DEBUG=files ./whole history import run.json --db runs.db >added 2>opened
	grep -qx '1 run added, 0 there already' added
	[ "$(grep -c libsqlite3 opened)" -eq 0 ]
	[ "$("$program" history check --db runs.db)" = 'runs.db: ok' ]
	echo '- *no' >policy.yaml
	run ./whole config check --config policy.yaml
	[ "$status" -eq 2 ]
	[[ $output == *'policy.yaml'* ]]
}

# released WORDS...: the version, and what is said of it on standard error
released() {
	run --separate-stderr "$repository/scripts/release" --version
	echo "$status: $output $stderr"
	[ "$status: $output $stderr" = "$*" ]
}

@test "the version of a release is that of the commit, and its tag says the same" {
	git init -q .
	mkdir -p src/base .github
	printf '## Not yet released\n\n## 1.2.2 (2026-01-01)\n' >.github/CHANGELOG.md
	echo '#define BENCHGATE_VERSION "1.2.3"' >src/base/version.h
	git add src .github
	git commit -q -m 'Begin 1.2.3'
	commit=$(git rev-parse --short HEAD)
	released "0: 1.2.3 scripts/release: $commit has no tag v1.2.3: this is a trial build"
	git tag v1.2.4
	released '1:  scripts/release: the tag v1.2.4 and src/base/version.h, which says 1.2.3, differ: one of them is to be changed'
	git tag v1.2.3 # a commit may have several
	released '1:  scripts/release: .github/CHANGELOG.md does not begin with 1.2.3, which is tagged'
	sed -i 's/Not yet released/1.2.3 (2026-02-02)/' .github/CHANGELOG.md
	git commit -q --amend -a --no-edit
	git tag -f v1.2.3
	released '0: 1.2.3 '
	echo >>src/base/version.h
	released '0: 1.2.3 scripts/release: what is not committed is left out'
	git commit -q -a -m 'Go on'
	commit=$(git rev-parse --short HEAD)
	released "1:  scripts/release: v1.2.3 is another commit than $commit: put a newer version into src/base/version.h"
}

@test "every group of packages that the Makefile asks for is one that scripts/setup knows" {
	# A system where nothing would be installed
	mkdir bin
	printf '#!/bin/sh\necho Darwin\n' >bin/uname
	chmod +x bin/uname
	for group in $(sed -n 's,^\t@.*scripts/setup ,,p' "$repository/Makefile" | tr ' ' '\n' | sort -u | grep -x '[a-z]*'); do
		echo "$group"
		PATH=$PWD/bin:$PATH run --separate-stderr "$repository/scripts/setup" "$group"
		[[ $status -eq 0 || $stderr == 'scripts/setup: missing:'* ]]
	done
	[ "$group" = release ]
}
