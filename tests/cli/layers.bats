#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/check-layers holds the repository, and sees each way of breaking the table.
# shellcheck disable=SC2030,SC2031  # a shell of its own for each test

setup() {
	repository=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	tree=$BATS_TEST_TMPDIR
}

# file PATH LINE...: a file of the small tree that the check is pointed at
file() {
	mkdir -p "$(dirname "$tree/$1")"
	printf '%s\n' "${@:2}" >"$tree/$1"
}

check() {
	run "$repository/scripts/check-layers" "$tree"
}

# fails_with LINE: it failed, and said this one line
fails_with() {
	check
	echo "$output"
	[ "$status" -eq 1 ]
	[ "$output" = "$1" ]
}

@test "the repository keeps its layers" {
	tree=$repository
	check
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "includes that the table and the doors allow" {
	file src/main.c '#include "cmd/cmd.h"' '#include <stdio.h>'
	file src/gate/judge.c '#include "gate/judge.h"' '#include "stats/median.h"'
	file src/stats/median.c '# include <gsl/gsl_statistics.h>'
	file src/base/cjson.h '#include <cjson/cJSON.h>'
	file src/sys/dynlib.c '#include <dlfcn.h>' '#include <sys/wait.h>'
	file src/kernels/hash.c '#include "benchgate.h"'
	file include/benchgate.h '#include <stdint.h>'
	check
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "an upward include" {
	file src/stats/median.c '#include "stats/median.h"' '' '#include "gate/judge.h"'
	fails_with 'src/stats/median.c:3: stats may not include "gate/judge.h"; beside itself it may include base'
}

@test "an upward include in angle brackets" {
	file src/base/buf.h '#include <sys/types.h>' '#include <model/run.h>'
	fails_with 'src/base/buf.h:2: <model/run.h> is ours; write "model/run.h"'
}

@test "the border seen from a folder that may not" {
	file src/cmd/run.c '#include <benchgate.h>'
	check
	[ "$status" -eq 1 ]
	[[ $output == 'src/cmd/run.c:1: cmd may not include "benchgate.h"; '* ]]
}

@test "the border including from src/" {
	file src/main.c
	file include/benchgate.h '#include "base/buf.h"'
	fails_with 'include/benchgate.h:1: include may not include "base/buf.h"; beside itself it may include nothing'
}

@test "a library header outside its door" {
	file src/sys/dynlib.c '#include <dlfcn.h>'
	file src/store/result.c '#include <dlfcn.h>'
	fails_with 'src/store/result.c:1: dlfcn.h may be included in src/sys/dynlib.c preload/heap.c only; call what that offers'
}

@test "a folder that is not listed" {
	file src/util/misc.c '#include "base/buf.h"'
	fails_with 'src/util: not in scripts/layers; move it, or give it a row there first'
}

@test "a name not written from src/" {
	for name in buf.h ../base/buf.h base/../model/run.h; do
		file src/base/buf.c "#include \"$name\""
		fails_with "src/base/buf.c:1: \"$name\" must be written from src/: \"folder/name.h\", the folder listed in scripts/layers"
	done
}

@test "a tree without src/" {
	check
	[ "$status" -eq 1 ]
	[[ $output == *'no src/ in '* ]]
}

@test "a circle of files" {
	file src/gate/one.c '#include "gate/one.h"' '#include "gate/two.h"'
	file src/gate/two.c '#include "gate/two.h"'
	file src/gate/two.h '#include "gate/three.h"'
	file src/gate/three.c '#include "gate/rows.h"' '#include "gate/one.h"'
	file src/gate/rows.h '#include "gate/three.h"'
	file src/gate/user.c '#include "gate/one.h"'
	fails_with 'src/gate/one: these files include each other in a circle: gate/one gate/three gate/two'
	file src/gate/three.c '#include "gate/rows.h"'
	check
	[ "$status" -eq 0 ]
}

@test "a function name that two files define, and the list of those that are known" {
	check() {
		run "$repository/scripts/check-names" "$tree"
	}
	file src/main.c 'int main(void)' '{' '}'
	file src/gate/one.c 'static void take(int a,' '	int b)' '{' '	use(a);' '}' 'void use(int a);' 'BG_BENCH(sort)' '{' '}'
	file src/gate/two.c 'int main(void)' '{' '	take();' '}' 'static int use(void)' '{' '}' 'BG_BENCH(sort)' '{' '}'
	check
	[ "$status" -eq 0 ]
	file src/store/three.c '__attribute__((format(printf, 1, 2))) static void take(void)' '{' '}'
	fails_with 'take: src/gate/one.c src/store/three.c define it; each function needs a name of its own'
	file scripts/names-allowed '# known' take
	check
	[ "$status" -eq 0 ]
	rm "$tree/src/store/three.c"
	fails_with 'take: one file at most defines it; take it off scripts/names-allowed'
}

@test "the repository has each function name in one file" {
	run "$repository/scripts/check-names" "$repository"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "the list of messages: neighbours joined, no comment, no path, no single word" {
	file src/main.c '#include "a file.h"' '/* "a comment" */' 'say("no file %s" // "another"' \
		'	" is there: " NAME' '	"\"x\"", "word", "a second text");' '#define SEE "see " PRIu64 " of it"'
	run "$repository/scripts/messages" "$tree"
	[ "$status" -eq 0 ]
	[ "$output" = 'src/main.c:3: no file %s is there: <NAME>\"x\"
src/main.c:5: a second text
src/main.c:6: <SEE>see <PRIu64> of it' ]
	run "$repository/scripts/messages" "$repository"
	[ "$status" -eq 0 ]
	[[ $output == *'src/base/opts.c:'*': unknown option %s'* ]]
}

@test "a large commit says why" {
	check() {
		run "$repository/scripts/check-commits" "$tree"
	}
	commit() { # LINES MESSAGE
		seq "$1" >"$tree/file"
		git -C "$tree" add file
		git -C "$tree" commit -qm "$2"
	}
	check
	[ "$status" -eq 0 ]
	git init -q "$tree"
	commit 1500 'Add 1500'
	commit 0 'Remove them'
	check
	[ "$status" -eq 0 ]
	commit 1501 $'Add 1501\n\nThe reason.'
	check
	[ "$status" -eq 0 ]
	commit 0 'Remove 1501'
	fails_with "scripts/check-commits: $(git -C "$tree" log -1 --format=%h) Remove 1501: 1501 lines and no body that says why"
}
