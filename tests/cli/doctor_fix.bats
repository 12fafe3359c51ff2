#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate doctor --fix and --restore: over a copy of the files of a kernel.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	$CC -O2 -shared -fPIC -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/faults.so" "$support/faults.c"
}

setup() {
	export BENCHGATE_ROOT=$PWD/machine
	kernel
	cp -r machine before
}

# One file of the machine's
file() { # PATH VALUE
	mkdir -p "machine/$(dirname "$1")"
	echo "$2" >"machine/$1"
}

cpus=sys/devices/system/cpu
pages=sys/kernel/mm/transparent_hugepage
state=machine/run/benchgate/tuning.json

# A machine with four processors, none of it set up for measuring
kernel() {
	local cpu
	for cpu in 0 1 2 3; do
		file $cpus/cpu$cpu/cpufreq/scaling_governor powersave
	done
	file $cpus/online 0-3
	file $cpus/isolated ''
	file $cpus/intel_pstate/no_turbo 0
	file proc/sys/kernel/randomize_va_space 0
	file $pages/enabled '[always] madvise never'
	file $pages/defrag 'always defer defer+madvise madvise [never]'
	file $pages/khugepaged/defrag 1
	file proc/sys/vm/compaction_proactiveness 20
	file proc/irq/0/smp_affinity_list 0-3
	file proc/irq/24/smp_affinity_list 2
}

is() { # PATH VALUE
	[ "$(<"machine/$1")" = "$2" ] || {
		echo "$1 is $(<"machine/$1")"
		return 1
	}
}

fixed() {
	for cpu in 0 1 2 3; do
		is $cpus/cpu$cpu/cpufreq/scaling_governor performance
	done
	is $cpus/intel_pstate/no_turbo 1
	is proc/sys/kernel/randomize_va_space 2
	is $pages/enabled madvise
	is $pages/defrag madvise
	is $pages/khugepaged/defrag 0
	is proc/sys/vm/compaction_proactiveness 0
	is proc/irq/0/smp_affinity_list 0
	is proc/irq/24/smp_affinity_list 0
}

# As before, but for the brackets, which a plain file does not make by itself
restored() {
	[ ! -e $state ]
	is $pages/enabled always || is $pages/enabled '[always] madvise never'
	is $pages/defrag never || is $pages/defrag 'always defer defer+madvise madvise [never]'
	diff -rZ -x enabled -x defrag -x run before machine
	is $pages/khugepaged/defrag 1
}

@test "--dry-run says what would change, and changes nothing" {
	try doctor --fix --dry-run
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	diff - <(printf '%s\n' "$output") <<-'END'
		would change  frequency governor: powersave -> performance (4 files)
		would change  turbo frequencies: 0 -> 1
		would change  address randomisation: 0 -> 2
		would change  huge pages: always -> madvise
		would change  defragmentation for huge pages: never -> madvise
		would change  background defragmentation: 1 -> 0
		would change  proactive compaction: 20 -> 0
		would change  processor for interrupts: 0-3 -> 0 (2 files)
		hint: no processor is isolated; add isolcpus=1-3 to the kernel's command line, restart, and measure with: taskset -c 1-3 benchgate run
	END
	diff -r before machine
}

@test "--fix changes, a second one has nothing to do, --restore puts back" {
	try doctor --fix
	[ "$status" -eq 0 ]
	[ "$(grep -c '^changed ' <<<"$output")" -eq 8 ]
	[ "$(last_line)" = 'to put it back: sudo benchgate doctor --restore' ]
	fixed
	cp $state saved.json
	try doctor --fix
	[ "$status" -eq 0 ]
	[ "$(grep -c '^already so ' <<<"$output")" -eq 8 ]
	cmp $state saved.json
	try doctor --restore --dry-run
	[[ $output == *'would restore frequency governor: performance -> powersave (4 files)'* ]]
	fixed
	try doctor --restore
	[ "$status" -eq 0 ]
	[[ $output == *'restored      processor for interrupts: 0 -> 0-3 (2 files)'* ]]
	restored
	try doctor --restore
	[ "$status" -eq 0 ]
	[ "$output" = 'nothing to restore: --fix changed nothing since the machine started' ]
}

@test "the machine that was fixed is good to measure on" {
	local title
	shared good.so "$suites/good.c"
	for title in 'frequency governor' 'turbo frequencies' 'address randomisation' 'huge pages'; do
		try doctor --suite ./good.so
		grep -q "^caution  *$title" <<<"$output"
	done
	try doctor --fix
	try doctor --suite ./good.so
	for title in 'frequency governor' 'turbo frequencies' 'address randomisation' 'huge pages' 'defragmentation for huge pages'; do
		grep -q "^good  *$title" <<<"$output"
	done
}

# dies_at NUMBER OPTION: before the benchgate that was started makes its NUMBERth write to a file of the machine
dies_at() {
	rm -f hit
	run env LD_PRELOAD="$BATS_FILE_TMPDIR/faults.so" FAULT_FUNCTION=write FAULT_AT="$1" FAULT_TARGET="$PWD/machine/" \
		FAULT_KIND=kill FAULT_ROLE=own FAULT_PROGRAM="$program" FAULT_HIT="$PWD/hit" "$program" doctor "$2"
	[ -e hit ]
	[ "$status" -eq 137 ]
}

@test "after a crash at any moment of --fix, --restore puts back what it was" {
	skip_when_sanitized "has its libraries in another order"
	local at
	for at in {1..12}; do
		dies_at "$at" --fix
		try doctor --restore
		[ "$status" -eq 0 ]
		restored
		rm -r machine
		cp -r before machine
	done
	# It died before it wrote them all, or the last of these would not have.
	try doctor --fix
	fixed
}

@test "after a crash, another --fix goes on, and --restore still knows what it was" {
	skip_when_sanitized "has its libraries in another order"
	dies_at 6 --fix
	try doctor --fix
	[ "$status" -eq 0 ]
	fixed
	dies_at 3 --restore
	[ -e $state ]
	try doctor --restore
	[ "$status" -eq 0 ]
	restored
}

@test "where the state cannot be saved, nothing changes" {
	mkdir -p machine/run
	echo 'a file' >machine/run/benchgate
	cp -r machine/run before
	try doctor --fix
	fails 3 'benchgate: *machine/run/benchgate*'
	diff -r before machine
}

@test "a kernel that lacks a file says so" {
	rm -r machine before
	file $cpus/cpufreq/boost 1
	file proc/sys/kernel/randomize_va_space 2
	try doctor --fix
	[ "$status" -eq 0 ]
	diff - <(printf '%s\n' "$output") <<-END
		missing       frequency governor: this kernel has no /$cpus/cpu*/cpufreq/scaling_governor
		changed       turbo frequencies: 1 -> 0
		already so    address randomisation: 2
		missing       huge pages: this kernel has no /$pages/enabled
		missing       defragmentation for huge pages: this kernel has no /$pages/defrag
		missing       background defragmentation: this kernel has no /$pages/khugepaged/defrag
		missing       proactive compaction: this kernel has no /proc/sys/vm/compaction_proactiveness
		missing       processor for interrupts: this kernel has no /proc/irq/*/smp_affinity_list
		to put it back: sudo benchgate doctor --restore
	END
	is $cpus/cpufreq/boost 0
}

# A write to that file fails as often as it is tried.
refuses() { # PATH ERRNO OPTION
	rm -f hit
	run --separate-stderr env LD_PRELOAD="$BATS_FILE_TMPDIR/faults.so" FAULT_FUNCTION=write FAULT_AT=1 FAULT_TARGET="$1" \
		FAULT_KIND="$2" FAULT_ROLE=own FAULT_PROGRAM="$program" FAULT_HIT="$PWD/hit" "$program" doctor "$3"
	echo "$output"
	[ -e hit ]
}

@test "what cannot be changed is told; the rest is changed" {
	skip_when_sanitized "has its libraries in another order"
	refuses intel_pstate/no_turbo 1 --fix
	[ "$status" -eq 3 ]
	[[ $output == *"failed        turbo frequencies: /$cpus/intel_pstate/no_turbo: cannot write 1 to /$cpus/intel_pstate/no_turbo: Operation not permitted"* ]]
	is proc/sys/kernel/randomize_va_space 2
	# Interrupts that belong to one processor are no failure.
	rm -r machine
	cp -r before machine
	refuses irq/24/smp_affinity_list 5 --fix
	[ "$status" -eq 0 ]
	[[ $output == *"kept          processor for interrupts: the kernel does not let /proc/irq/24/smp_affinity_list change"* ]]
}

@test "a setting that could not be put back can be tried again" {
	skip_when_sanitized "has its libraries in another order"
	try doctor --fix
	refuses cpu2/cpufreq/scaling_governor 5 --restore
	[ "$status" -eq 3 ]
	is $cpus/cpu2/cpufreq/scaling_governor performance
	[ -e $state ]
	try doctor --restore
	[ "$status" -eq 0 ]
	[[ $output == *'restored      frequency governor: performance -> powersave'* ]]
	restored
}

@test "what somebody else changed since, or what is gone, is left alone" {
	try doctor --fix
	file $cpus/cpu1/cpufreq/scaling_governor schedutil
	rm -r machine/proc/irq/24
	try doctor --restore
	[ "$status" -eq 0 ]
	[[ $output == *"left alone    frequency governor: /$cpus/cpu1/cpufreq/scaling_governor is schedutil now, which --fix did not set"* ]]
	[[ $output == *'gone          processor for interrupts: there is no /proc/irq/24/smp_affinity_list any more'* ]]
	is $cpus/cpu1/cpufreq/scaling_governor schedutil
	is $cpus/cpu0/cpufreq/scaling_governor powersave
	[ ! -e $state ]
}

@test "a state file that names other files is refused" {
	local path
	echo mine >mine
	for path in /mine /$cpus/cpu../../../../../../mine "/$cpus/cpu0/../cpu1/cpufreq/scaling_governor" ''; do
		mkdir -p "$(dirname $state)"
		printf '{"format": "benchgate-tuning", "version": 1, "settings": [{"path": "%s", "before": "a", "after": "mine"}]}' "$path" >$state
		try doctor --restore
		fails 3 "benchgate: *tuning.json: $path is no setting that --fix changes"
		try doctor --fix
		fails 3 "benchgate: *tuning.json: $path is no setting that --fix changes"
	done
	echo '{' >$state
	try doctor --restore
	fails 2 'benchgate: *tuning.json: line 2, column 1: *'
	[ "$(<mine)" = mine ]
	rm -r machine/run
	diff -r before machine
}

@test "it needs root, and says so" {
	unset BENCHGATE_ROOT
	[ "$(id -u)" -ne 0 ] || skip "would change this machine"
	try doctor --fix
	fails 2 'benchgate: --fix writes settings of the kernel, which takes root: use sudo; --dry-run says what it would do'
	try doctor --restore
	fails 2 'benchgate: --restore writes settings of the kernel, which takes root: use sudo; --dry-run says what it would do'
	try doctor --fix --dry-run
	[ "$status" -eq 0 ]
}

@test "somebody who is not root is refused" {
	[ "$(id -u)" -eq 0 ] || skip "nobody else to be"
	cp "$program" benchgate-copy
	chmod 755 benchgate-copy
	chmod a+x "$PWD"
	run --separate-stderr env -u BENCHGATE_ROOT setpriv --reuid 65534 --regid 65534 --clear-groups "$PWD/benchgate-copy" doctor --restore
	[[ $stderr == *'ermission denied'* ]] && skip "nobody may not come here"
	fails 2 'benchgate: --restore writes settings of the kernel, which takes root: *'
}

@test "options that do not fit each other are refused" {
	try doctor --fix --restore
	fails 2 'benchgate: --fix, --restore and --calibrate exclude each other: choose one'
	try doctor --fix --calibrate
	fails 2 'benchgate: --fix, --restore and --calibrate exclude each other: choose one'
	try doctor --dry-run
	fails 2 'benchgate: --dry-run belongs to --fix or --restore'
	diff -r before machine
}
