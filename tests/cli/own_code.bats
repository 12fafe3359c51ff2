#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What is measured is the code that the suite brought: also where benchgate, or the C library, has a function of the
# same name.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# Functions of the C library that the compiler knows must be called like any other.
plain_calls=-fno-builtin

setup() {
	! $sanitized || [[ $BATS_TEST_DESCRIPTION == *cJSON* ]] || skip "a sanitizer takes the place of the C library's functions"
}

own_shared() { # OUTPUT FLAG...
	shared "$1" $plain_calls "${@:2}" "$suites/own.c" "$suites/own_library.c"
}

own_bench() { # OUTPUT FLAG...
	own_program "$CC" "$1" $plain_calls "${@:2}" "$suites/own.c" "$suites/own_library.c"
}

own_part() { # OUTPUT FLAG...
	$CC -O2 $plain_calls -I "$repository/include" -shared -fPIC -o "$1" "${@:2}" "$suites/own_library.c"
}

# is_measured BENCHMARK ARGUMENT...
is_measured() {
	measure "${@:2}" "$1"
	[ "$status" -eq 0 ]
	holds result.json "statuses() == {'$1': 'ok'}"
}

refused() { # SUITE WHY
	local verb
	for verb in list run; do
		try "$verb" --suite "$1"
		fails 2 "benchgate: suite $1: $2"
	done
}

# slower BENCHMARK BASE HEAD: 40 % more time in the library is seen.
slower() {
	try compare -q --time 20ms --threshold 10% --report json=verdict.json "${@:2}"
	[ "$status" -eq 1 ]
	[ "$(word "$1" time)" = REGRESSION ]
	holds verdict.json '.25 < it["metrics"][0]["change"] < .6'
}

# The program reads a good file, and a spoilt one, which makes cJSON call itself.
reads_json() { # FILE
	try report "$1"
	[ "$status" -eq 0 ]
	echo '{"a": [1, }' >spoilt.json
	try report spoilt.json
	fails 3 'benchgate: *spoilt.json*line 1, column *'
}

@test "a shared object with a cJSON of its own calls that" {
	own_shared suite.so -DOWN_CJSON
	is_measured own_cjson --suite ./suite.so
}

@test "a program with a cJSON of its own calls that, and benchgate in it does not" {
	own_bench suite -DOWN_CJSON
	is_measured own_cjson --suite ./suite
	program=./suite is_measured own_cjson
	program=./suite reads_json result.json
}

@test "not even when the program exports its cJSON: libcjson does not call that" {
	skip_when_sanitized "lets no library have its own functions"
	own_bench suite -DOWN_CJSON -rdynamic
	[[ $(nm -D --defined-only suite) == *' cJSON_Delete'* ]]
	program=./suite is_measured own_cjson
	program=./suite reads_json result.json
}

@test "compare sees that a cJSON of the suite's own became slower" {
	skip_when_sanitized "measures no time"
	own_shared base.so -DOWN_CJSON
	own_shared head.so -DOWN_CJSON -DSLOWER_PERMILLE=400
	slower own_cjson ./base.so ./head.so
	own_bench base -DOWN_CJSON
	own_bench head -DOWN_CJSON -DSLOWER_PERMILLE=400
	slower own_cjson ./base ./head
}

@test "a worker has no library in it but the C library and what the suite brought: not cJSON" {
	echo '#include <benchgate.h>
		#include <stdio.h>
		BG_BENCH(maps) {
			char line[4096];
			FILE *maps = fopen("/proc/self/maps", "r"), *copy = fopen(MAPS, "w");
			BG_LOOP(run);
			while (fgets(line, sizeof line, maps)) fputs(line, copy);
			fclose(maps); fclose(copy);
		}' >maps.c
	shared suite.so -DMAPS="\"$PWD/shared.maps\"" maps.c
	is_measured maps --suite ./suite.so
	own_program "$CC" suite -DMAPS="\"$PWD/program.maps\"" maps.c
	program=./suite is_measured maps
	grep -q suite shared.maps
	grep -q suite program.maps
	run ! grep -E 'cjson|curl|gsl' shared.maps program.maps
}

@test "libcjson is not there, or is too old: one line says so, and help does without" {
	skip_when_sanitized "is started with libraries of its own"
	shared suite.so "$suites/good.c"
	mkdir libraries
	$CC -shared -fPIC -o libraries/libcjson.so.1 -x c /dev/null
	export LD_LIBRARY_PATH=$PWD/libraries
	try run --suite ./suite.so
	fails 3 'benchgate: libcjson has no cJSON_*: 1.7.13 or newer is needed'
	echo nonsense >libraries/libcjson.so.1
	try run --suite ./suite.so
	fails 3 'benchgate: libcjson is not found: install it (Debian: libcjson1; *)'
	try help suites
	[ "$status" -eq 0 ]
}

@test "no symbol of a library stands in the program, and no name but main's in the archive" {
	[ "$(nm -D --defined-only "$program" | grep -vE ' (_*environ|std(in|out|err)|__(asan|ubsan|odr|lsan|sanitizer)[a-z_]*|program_invocation[a-z_]*)(@|$)')" = "" ]
	run nm -g --defined-only "$built/libbenchgate.a"
	[ "$(grep -oE ' [TVWDBR] .*' <<<"$output" | cut -d' ' -f3 | sort)" = $'bg_suite_here\nbg_this_suite\nmain' ]
}

@test "a shared object whose qsort or memcpy would not be called is refused: its name, where the calls go, and the flag" {
	local name
	for name in qsort memcpy; do
		own_shared suite.so "-DOWN_${name^^}"
		refused ./suite.so "suite.so has a $name of its own, but calls that of libc.so.6: link it with -Wl,-Bsymbolic, or make the suite a program (benchgate help suites)"
		own_shared suite.so "-DOWN_${name^^}" -Wl,-Bsymbolic
		is_measured "own_$name" --suite ./suite.so
	done
}

@test "a pointer to a function and a variable are told from those of the C library too" {
	shared suite.so -fno-builtin -x c - -x none "$suites/good.c" <<-'END'
		int puts(const char *text);
		int puts(const char *text) { return *text; }
		int (*volatile table[])(const char *) = { puts };
	END
	refused ./suite.so 'suite.so has a puts of its own, *'
	shared suite.so -x c - -x none "$suites/good.c" <<-'END'
		long timezone;
		long *where(void);
		long *where(void) { return &timezone; }
	END
	refused ./suite.so 'suite.so has a timezone of its own, *'
}

@test "a function of its own that is not called, or that no other can take the place of, is no reason to refuse" {
	own_shared suite.so -DOWN_QSORT -DOWN_MEMCPY -fvisibility=hidden
	is_measured own_qsort --suite ./suite.so
	shared suite.so -x c - -x none "$suites/good.c" <<<'int puts(const char *text); int puts(const char *text) { return *text; }'
	is_measured good --suite ./suite.so
}

@test "a shared object with a malloc of its own: only a program may have one" {
	own_shared suite.so -DOWN_MALLOC
	refused ./suite.so 'suite.so has a * of its own, but calls that of libc.so.6: make the suite a program (benchgate help suites)'
}

@test "a library that a shared object brings is held to the same" {
	own_part libown.so -DOWN_QSORT
	shared suite.so -DOWN_QSORT "$suites/own.c" -L. -lown "-Wl,-rpath,$PWD"
	refused ./suite.so 'suite.so calls the qsort of libc.so.6, not that of libown.so: make the suite a program (benchgate help suites)'
	own_program "$CC" suite -DOWN_QSORT "$suites/own.c" -L. -lown "-Wl,-rpath,$PWD"
	is_measured own_qsort --suite ./suite
}

@test "what a library of a library has, and a program would not reach either, is no reason to refuse" {
	own_part libinner.so -DOWN_QSORT
	echo 'void qsort(void *, unsigned long, unsigned long, int (*)(const void *, const void *)); void outer(void); void outer(void) { qsort(0, 0, 0, 0); }' |
		$CC -shared -fPIC -o libouter.so -x c - -x none -L. -linner "-Wl,-rpath,$PWD"
	echo 'void outer(void); BG_BENCH(calls) { BG_LOOP(run) outer(); }' |
		shared suite.so -include benchgate.h -x c - -x none -L. -louter "-Wl,-rpath,$PWD" "-Wl,-rpath-link,$PWD"
	is_measured calls --suite ./suite.so
}

@test "C++: what a suite has in common with a program that runs it is no reason to refuse" {
	echo '#include <benchgate.h>
		#include <map>
		#include <new>
		#include <stdexcept>
		#include <string>
		template <typename T> T twice(T x) { return x + x; }
		inline int count = 0;
		struct base { virtual ~base() {} };
		BG_BENCH(NAME) {
			std::map<std::string, int> seen;
			BG_LOOP(run) seen[twice(std::string("x"))]++;
			try { throw std::runtime_error("x"); } catch (const std::exception &) { count++; }
			delete BG_KEEP(dynamic_cast<base *>(new base));
		}' >common.cc
	shared_cxx suite.so -DNAME=one common.cc
	shared_cxx plain.so -O0 -DNAME=one common.cc
	own_program "$CXX -std=c++17" program -rdynamic -DNAME=two common.cc
	is_measured one --suite ./suite.so
	program=./program is_measured one --suite ./suite.so
	program=./program is_measured one --suite ./plain.so
}

@test "C++: an operator new of the suite's own is called" {
	shared_cxx suite.so -x c++ - <<-'END'
		#include <benchgate.h>
		#include <cstdlib>
		#include <new>
		static int calls;
		void *operator new(std::size_t size) { calls++; return std::malloc(size); }
		void operator delete(void *place) noexcept { std::free(place); }
		void operator delete(void *place, std::size_t) noexcept { std::free(place); }
		BG_BENCH(own_new) { BG_LOOP(run) delete BG_KEEP(new int); if (!calls) bg_fail(run, "not called"); }
	END
	is_measured own_new --suite ./suite.so
}

@test "a program with a qsort or memcpy of its own calls that, and benchgate in it works all the same" {
	local name
	for name in qsort memcpy; do
		own_bench suite "-DOWN_${name^^}"
		is_measured "own_$name" --suite ./suite
		program=./suite is_measured "own_$name"
	done
}

@test "a program with a malloc of its own: benchgate in it frees nothing that another has allocated" {
	own_bench suite -DOWN_MALLOC
	program=./suite is_measured own_malloc
	program=./suite reads_json result.json
}

@test "compare sees that a qsort or memcpy of the suite's own became slower" {
	local name
	for name in qsort memcpy; do
		own_shared base.so "-DOWN_${name^^}" -Wl,-Bsymbolic
		own_shared head.so "-DOWN_${name^^}" -Wl,-Bsymbolic -DSLOWER_PERMILLE=400
		slower "own_$name" ./base.so ./head.so
		own_bench base "-DOWN_${name^^}"
		own_bench head "-DOWN_${name^^}" -DSLOWER_PERMILLE=400
		slower "own_$name" ./base ./head
	done
}
