#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What is no suite is refused before anything is measured: one line names it and says what is wrong, exit code 2.

# shellcheck disable=SC2016,SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	good=$suites/good.c
}

# refused SUITE PATTERN: by list and by run alike
refused() {
	try list --suite "$1"
	fails 2 "benchgate: suite $1: $2"
	try run --suite "$1"
	fails 2 "benchgate: suite $1: $2"
}

# lying LIE PATTERN: a worker in another language that does not keep to the protocol
lying() {
	export LIE=$1
	refused "$support/fake-worker.bash" "$2"
}

# The header as it might be in another release: what a sed command makes of it
with_header() { # SED-COMMAND
	mkdir -p include
	sed "$1" "$repository/include/benchgate.h" >include/benchgate.h
	run ! cmp -s include/benchgate.h "$repository/include/benchgate.h"
	$CC -O2 -shared -fPIC -I include -o suite.so "$good"
}

@test "a good suite loads" {
	shared suite.so "$good"
	try list --suite ./suite.so
	[ "$status" -eq 0 ]
	[ "$output" = 'good  standard' ]
}

@test "a file that is not there" {
	refused ./none.so '*No such file*'
}

@test "a directory" {
	mkdir folder
	refused ./folder '*is a directory'
}

@test "a text file" {
	echo 'these are words' >words.txt
	refused ./words.txt '*neither a program nor a shared object'
}

@test "an empty file" {
	: >empty.so
	refused ./empty.so '*neither a program nor a shared object'
}

@test "a program that may not be started" {
	printf '#!/bin/sh\n' >suite.sh
	chmod 644 suite.sh
	refused ./suite.sh '*Permission denied'
}

@test "a shared object that is no suite" {
	echo 'int answer = 42;' >other.c
	$CC -shared -fPIC -o other.so other.c
	refused ./other.so 'not a benchgate suite*'
}

@test "a shared object whose bg_this_suite is something else" {
	echo 'static int zeros[100]; void *bg_this_suite(void); void *bg_this_suite(void) { return zeros; }' >other.c
	$CC -shared -fPIC -o other.so other.c
	refused ./other.so 'not a benchgate suite*'
}

@test "a suite without benchmarks" {
	echo '#include <benchgate.h>' >empty.c
	shared suite.so empty.c
	refused ./suite.so 'no benchmarks in it'
}

@test "a suite that lacks a symbol: it is named" {
	echo 'int tea_left(void); BG_BENCH(pours) { BG_LOOP(run) tea_left(); }' |
		shared suite.so -include benchgate.h -x c -
	refused ./suite.so '*undefined symbol: tea_left'
}

@test "a suite that lacks a library: it is named" {
	echo 'int tea_left(void); int tea_left(void) { return 1; }' | $CC -shared -fPIC -o libtea.so -x c -
	echo 'int tea_left(void); BG_BENCH(pours) { BG_LOOP(run) tea_left(); }' |
		shared suite.so -include benchgate.h -x c - -x none -L. -ltea
	rm libtea.so
	refused ./suite.so '*libtea.so*'
}

@test "a suite for another processor: it is named" {
	local name=arm64 number='\267'
	if [ "$(uname -m)" = aarch64 ]; then
		name=x86_64 number='\076'
	fi
	shared suite.so "$good"
	printf '%b' "$number" | dd of=suite.so bs=1 seek=18 conv=notrunc status=none
	refused ./suite.so "built for $name*"
}

@test "a suite that was cut short" {
	shared whole.so "$good"
	head -c 3000 whole.so >suite.so
	refused ./suite.so '*'
}

@test "a suite with the header of an older release" {
	with_header 's/^#define BG_ABI .*/#define BG_ABI 0/'
	refused ./suite.so '*too old*ABI 0*'
}

@test "a suite with the header of a newer release" {
	with_header 's/^#define BG_ABI .*/#define BG_ABI 99/'
	refused ./suite.so '*newer*ABI 99*'
}

@test "a suite with a header that was changed by hand" {
	with_header 's/^\tuint32_t exclusive;/&\n\tuint64_t mine;/'
	refused ./suite.so '*do not have the sizes of ABI*'
}

@test "a suite whose constructor crashes: the signal is named" {
	echo '__attribute__((constructor)) static void start(void) { *(volatile int *)BG_KEEP((int *)NULL) = 1; }' |
		shared suite.so -include benchgate.h -x c - -x none "$good"
	refused ./suite.so '*SIGSEGV*'
}

@test "a suite whose constructor exits" {
	echo '#include <stdlib.h>
		__attribute__((constructor)) static void start(void) { exit(4); }' |
		shared suite.so -x c - -x none "$good"
	refused ./suite.so '*status 4*'
}

@test "two benchmarks of one name: both places are named" {
	sed 1d "$good" >second.c
	shared suite.so "$good" second.c
	refused ./suite.so 'two benchmarks are named good (*good.c:5 and second.c:4)*'
}

@test "two suites with a benchmark of one name: both suites are named" {
	shared one.so "$good"
	shared two.so "$good"
	try run --suite ./one.so --suite ./two.so
	fails 2 'benchgate: suite ./two.so: *good*./one.so*'
}

@test "a program that is no suite and ends" {
	refused /bin/true 'not a benchgate suite*status 0*'
	refused /bin/false 'not a benchgate suite*status 1*'
}

@test "a script for an interpreter that is not there" {
	printf '#!%s/none\n' "$PWD" >suite.sh
	chmod 755 suite.sh
	refused ./suite.sh '*'
}

# The one slow test here: the program is given 5 s to speak.
@test "a program that is no suite and does not end" {
	printf '#!/bin/sh\nsleep 1000\n' >suite.sh
	chmod 755 suite.sh
	export MARK=$BATS_TEST_TMPDIR
	try list --suite ./suite.sh
	unset MARK
	fails 2 'benchgate: suite ./suite.sh: not a benchgate suite*'
	no_process_left
}

@test "a worker of a later protocol" {
	lying hello=hello:99:x 'speaks version 99 of the worker protocol*'
}

@test "a worker of no protocol" {
	lying hello=hello:x:x 'speaks version 0 of the worker protocol*'
}

@test "a worker that shares no version with us" {
	lying hello=error:no_common_version 'no_common_version'
}

@test "a worker that does not say hello" {
	lying hello=nonsense "*protocol*'nonsense'*'hello'"
}

@test "a worker that talks nonsense when asked for its suite" {
	lying suite=nonsense "*protocol*'nonsense'*'suite'"
}

@test "a worker that talks nonsense when asked for its benchmarks" {
	lying $'list=nonsense\nlisted' "*protocol*'nonsense'*"
}

@test "a worker that lists a benchmark without a name" {
	lying $'list=bench\nlisted' '*'
}

@test "a worker that lists one benchmark twice" {
	lying $'list=bench:one\nbench:one\nlisted' '*one*'
}

@test "a worker that lists without end" {
	# shellcheck disable=SC2034  # by benchgate() in cli.bash
	within=5
	printf '#!/usr/bin/env bash\nread -r _ <&3; printf "hello\\t1\\tfake\\nsuite\\tbash\\t1\\n" >&3; yes nonsense >&3\n' >suite.sh
	chmod 755 suite.sh
	refused ./suite.sh '*protocol*'
}

@test "a worker that says a line without end" {
	printf '#!/usr/bin/env bash\nread -r _ <&3; cat /dev/zero >&3\n' >suite.sh
	chmod 755 suite.sh
	refused ./suite.sh '*'
}

@test "a worker that talks nonsense when asked to measure: that benchmark has failed" {
	local order
	for order in bench warm time stop; do
		LIE=$order=nonsense measure --suite "$support/fake-worker.bash" --timeout 1s one
		[ "$status" -eq 3 ]
		[ -z "$stderr" ]
		[[ $output == *"FAILED one: not-loaded: does not keep to the worker protocol: said 'nonsense'"* ]]
	done
}

@test "a worker that never ends its answer is stopped by --timeout" {
	local answer
	for answer in 'time/batch\t1\t1\t0' 'stop/metric\tm\t1\tu\tless' 'warm/memory'; do
		sed "/^while/a [[ \$word != ${answer%/*} ]] || yes \$'${answer#*/}' >\&3" "$support/fake-worker.bash" >suite.sh
		chmod 755 suite.sh
		measure --suite ./suite.sh --timeout 500ms one
		[ "$status" -eq 3 ]
		[[ $output == *'FAILED one: '* ]]
	done
}

# says SED-COMMAND WHY: a worker of which that is changed has failed, and the table says why
says() {
	sed "$1" "$support/fake-worker.bash" >suite.sh
	chmod 755 suite.sh
	measure --suite ./suite.sh --timeout 5s one
	[ "$status" -eq 3 ]
	[ -z "$stderr" ]
	[[ $output == *"FAILED one: not-loaded: $2"* ]]
}

# shellcheck disable=SC2016  # of the worker
@test "a worker that says that it took no time, or less" {
	local wrong='does not keep to the worker protocol'
	says 's/batch:$((first \* 3))/batch:0/' 'the worker says that 4000 of 4000 batches took 0 ns; does its clock stand still'
	says 's/batch:$((first \* 3))/batch:$((i < 2001 ? 0 : 9))/' 'the worker says that 2001 of 4000 batches took 0 ns'
	says 's/batch:$((first \* 3))/batch:-7/' "$wrong: in 'batch', WALL_NS is '-7'; it must be a number of nanoseconds that is not negative"
	says 's/batch:$((first \* 3))/batch:soon/' "$wrong: in 'batch', WALL_NS is 'soon'"
	says 's/4:2.5:/4:-2.5:/' "$wrong: in 'warm', NS_PER_ITERATION is '-2.5'"
	says 's/4:2.5:/4:nan:/' "$wrong: in 'warm', NS_PER_ITERATION is 'nan'"
	says 's/2.5:$first/2.5:0/' 'the worker says that it warmed up for 0 ns; does its clock stand still?'
	says 's/2.5:$first/2.5:-1/' "$wrong: in 'warm', ELAPSED_NS is '-1'"
	# Of a few batches that are too short for the clock, the rest tell.
	sed 's/batch:$((first \* 3))/batch:$((i < 2000 ? 0 : 9))/' "$support/fake-worker.bash" >suite.sh
	measure --suite ./suite.sh one
	[ "$status" -eq 0 ]
}

@test "a worker that says a bucket that there is not" {
	local bucket
	for bucket in 100000:1 1:-1 x:1; do
		sed -e 's/:1:1:0 \&\&/:1:1:1 \&\&/' -e "/^	stop)/i \\	single) say bucket:$bucket ;;" "$support/fake-worker.bash" >suite.sh
		chmod 755 suite.sh
		measure --suite ./suite.sh --timeout 5s one
		[ "$status" -eq 3 ]
		[[ $output == *"FAILED one: not-loaded: does not keep to the worker protocol: bucket '${bucket%:*}' with a count of '${bucket#*:}'; INDEX must be below "* ]]
	done
}

@test "time in which benchgate was stopped is not the worker's" {
	local pid
	sed "/^while/a [[ \$word != time ]] || { echo >timing; sleep 0.3; }" "$support/fake-worker.bash" >suite.sh
	chmod 755 suite.sh
	"$program" run -q --suite ./suite.sh --processes 1 --time 1ms --timeout 2s one >said.out 2>said.err 3>&- &
	pid=$!
	until_true 200 test -s timing
	kill -STOP "$pid"
	sleep 3
	kill -CONT "$pid"
	status=0
	wait "$pid" || status=$?
	cat said.out said.err
	[ "$status" -eq 0 ]
}

@test "a suite that is not built yet: how it is built" {
	mkdir sub
	echo '{"suite": "./none.so", "build": "make none.so"}' >benchgate.json
	cd sub
	try run
	fails 2 "benchgate: suite ../none.so does not exist: build it with 'make none.so', as ../benchgate.json says"
	try run --suite ./other.so
	fails 2 'benchgate: suite ./other.so: cannot open ./other.so: *'
}
