#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate doctor: what it knows of the machine, and what it makes of it.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# A suite that is good, so that only the machine is judged, whatever the program was built with.
setup() {
	shared good.so "$suites/good.c"
}

line_of() { # TITLE
	grep -F " $1 " <<<"$output"
}

@test "every field has a line, and the last names the machine" {
	try doctor --suite ./good.so
	for title in architecture 'operating system' processor hypervisor 'CPU quota' kernel memory 'frequency governor' \
		'turbo frequencies' 'address randomisation' 'huge pages' 'defragmentation for huge pages' 'proactive compaction' container 'C library' 'load average' 'others keep busy' \
		'stolen by the hypervisor' throttled 'clock resolution' 'compiler of the suite' 'libraries of the suite'; do
		[[ $output == *"$title"* ]]
	done
	[[ $output == *$'\n\nmachine '[0-9a-f][0-9a-f]* ]]
}

@test "--json says the same to programs" {
	try doctor --json --suite ./good.so
	printf '%s\n' "$output" >doctor.json
	holds doctor.json '{f["name"] for f in it["fields"]} >= {"arch", "cpu_quota", "aslr", "steal_pct", "suite_build"}'
	holds doctor.json 'all(f["trust"] in ("good", "unknown", "caution", "bad") for f in it["fields"])'
	holds doctor.json 'all(f["difference"] in ("refuses", "warns", "informs") for f in it["fields"])'
	holds doctor.json '[f["difference"] for f in it["fields"] if f["name"] == "cpu"] == ["refuses"]'
}

@test "a suite that is not optimised is bad, and the exit code says so" {
	$CC -O0 -shared -fPIC -I "$repository/include" -o slow.so "$suites/good.c"
	try doctor --suite ./slow.so
	[ "$status" -eq 3 ]
	[[ $(line_of 'build of the suite') == bad*'not optimised'* ]]
	[[ $output == *'not fit to measure'* ]]
}

@test "a shell without address randomisation is seen, and does not matter" {
	setarch -R true 2>/dev/null || skip "setarch may not change the personality here"
	run setarch -R "$program" doctor --suite ./good.so
	[[ $(line_of 'address randomisation') == good*'off for this shell; on in what benchgate measures' ]]
	try doctor --suite ./good.so
	[[ $(line_of 'address randomisation') != *'off for this shell'* ]]
}

@test "a process that keeps a processor busy is counted and named" {
	sh -c 'exec 3>&-; while :; do :; done' &
	local busy=$!
	try doctor --suite ./good.so
	kill "$busy"
	[[ $(line_of 'processors others keep busy') == @(caution|bad)* ]]
	[[ $(line_of 'busy processes') == *'sh '* ]]
}

@test "a CPU quota is seen; less than one processor is bad" {
	local group=/sys/fs/cgroup/cpu/benchgate-test-$$
	mkdir "$group" 2>/dev/null || skip "no control group of version 1 to make"
	echo 50000 >"$group/cpu.cfs_quota_us"
	# shellcheck disable=SC2016
	run sh -c 'echo $$ >"$0/tasks"; exec "$@"' "$group" "$program" doctor --suite ./good.so
	rmdir "$group"
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $(line_of 'CPU quota (processors)') == 'bad '*' 0.5' ]]
}

@test "doctor takes no argument" {
	try doctor me
	fails 2 "benchgate: doctor takes no argument, but got 'me'"
}

@test "a run's file has the machine; user and host only when asked" {
	measure --suite ./good.so
	holds result.json 'len(it["system_info"]["machine"]) == 8'
	holds result.json '"background_cpus" in it["system_info"] and "steal_pct" in it["system_info"]'
	holds result.json '"libc.so" in it["system_info"]["suite_libraries"]'
	holds result.json '"user" not in it["system_info"] and "host" not in it["system_info"]'
	measure --suite ./good.so --identify
	holds result.json 'it["system_info"]["host"] == "'"$(uname -n)"'"'
	valid result.json
}

@test "a run's file has the commit, the branch, and whether there are changes" {
	git -c init.defaultBranch=trunk init -q .
	git config user.name nobody
	git config user.email nobody@example.invalid
	echo one >file
	git add file
	git commit -qm one
	measure --suite ./good.so
	holds result.json 'it["system_info"]["git_commit"] == "'"$(git rev-parse HEAD)"'"'
	holds result.json 'it["system_info"]["git_branch"] == "trunk" and it["system_info"]["git_dirty"] == "no"'
	echo two >file
	measure --suite ./good.so
	holds result.json 'it["system_info"]["git_dirty"] == "yes"'
}

@test "asking git for them runs nothing of the repository's, and no git but the one in PATH" {
	local hostile
	git -c init.defaultBranch=trunk init -q .
	git config user.name nobody
	git config user.email nobody@example.invalid
	touch HEAD file
	git add file
	git commit -qm one
	for hostile in core.fsmonitor diff.external core.pager; do
		git config "$hostile" "touch $PWD/ran; false"
	done
	echo '* diff=own' >.gitattributes
	git config diff.own.textconv "touch $PWD/ran; false"
	printf '#!/bin/sh\ntouch ran\n' >git
	chmod 755 git
	echo more >file
	PATH=":$PATH" GIT_DIR=/nonexistent measure --suite ./good.so
	[ ! -e ran ]
	holds result.json 'it["system_info"]["git_branch"] == "trunk" and it["system_info"]["git_dirty"] == "yes"'
}

@test "a run's file says nothing of what only looks like a repository" {
	git init -q --bare bare
	git -C bare config core.bare false
	git -C bare config core.worktree "$PWD/bare"
	git -C bare config user.name nobody
	git -C bare config user.email nobody@example.invalid
	cp good.so bare
	cd bare
	git --git-dir=. add good.so
	git --git-dir=. commit -qm one
	echo '* filter=own' >info/attributes
	git config --file config filter.own.clean "touch $PWD/ran; cat"
	touch good.so
	measure --suite ./good.so
	[ ! -e ran ]
	holds result.json '"git_commit" not in it["system_info"] or not it["system_info"]["git_commit"]'
}

@test "a run's file says in which form the suite came" {
	measure --suite ./good.so
	holds result.json 'it["system_info"]["suite_build"].endswith(", shared object")'
	own_program "$CC" own "$suites/good.c"
	measure --suite ./own
	holds result.json 'it["system_info"]["suite_build"].endswith(", program")'
	./own run -q --processes 1 --time 1ms --out own.json
	holds own.json 'it["system_info"]["suite_build"].endswith(", program")'
}
