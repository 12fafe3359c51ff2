#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# "environment" of the policy file: what the machine must be, checked before measuring.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

spec=$repository/tests/data/spec

setup() {
	mkdir .git
	shared good.so "$suites/good.c"
}

# The policy file asks this of the machine; ACTION is what a failure does.
asks() { # ENVIRONMENT [ACTION]
	printf '{"environment": %s, "on_environment": "%s"}' "$1" "${2:-fail}" >benchgate.json
}

# This machine, asked otherwise than benchgate does
model() {
	lscpu | sed -n 's/^Model name: *//p'
}

cores() {
	# shellcheck disable=SC2046  # one processor a word
	lscpu -p=CORE $(taskset -pc $$ | sed 's/.*: /--online /;s/ .*//') | grep -v '^#' | sort -u | wc -l
}

memory_kb() {
	awk '/^MemTotal:/ { print $2 }' /proc/meminfo
}

system_name() {
	# shellcheck disable=SC1091
	(. /etc/os-release && printf '%s' "$PRETTY_NAME")
}

measured() {
	[ "$status" -eq 0 ]
	holds result.json 'bool(it["benchmarks"])'
}

# Nothing was measured, for so many requirements fail; each has a line.
refused() { # NR
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "$(grep -c '^benchgate: warning: benchgate.json: environment\.' <<<"$stderr")" -eq "$1" ]
	[[ ${stderr_lines[-1]} == "benchgate: nothing was measured: this machine fails $1 of the "*' requirements of benchgate.json, and "on_environment" is "fail"' ]]
}

@test "what this machine has, it may be asked for" {
	echo 'any 1.0' >Some.lock
	asks "$(
		cat <<-END
			{
				"compute_instances": {
					"cpu": "$(model)",
					"cores": $(cores),
					"processors": $(nproc),
					"ram": "$(memory_kb)KiB"
				},
				"operating_system": "$(system_name)",
				"benchmark_tools": ["sh", "awk"],
				"dependency_versions": "pinned_sha256",
				"pinned": { "Some.lock": "$(sha256sum <Some.lock | cut -c 1-64)" }
			}
		END
	)"
	measure --suite ./good.so
	measured
	[[ $stderr != *environment* ]]
	try doctor --suite ./good.so
	[ "$(grep -c '^met  *environment\.' <<<"$output")" -eq 9 ]
	[[ $output != *'fails  '* && $output != *'not checked'* ]]
}

@test "each requirement that fails has a line, and nothing is measured" {
	echo 'any 1.0' >Some.lock
	asks "$(
		cat <<-END
			{
				"compute_instances": {
					"cpu": "Elbrus 9000",
					"cores": $(($(cores) + 1)),
					"processors": $(($(nproc) + 1)),
					"ram": "$((2 * $(memory_kb)))KiB"
				},
				"operating_system": "$(system_name) or another",
				"dependency_versions": "pinned_sha256",
				"pinned": { "Some.lock": "$(sha256sum </dev/null | cut -c 1-64)", "no.lock": "$(sha256sum </dev/null | cut -c 1-64)" }
			}
		END
	)"
	measure --suite ./good.so
	refused 7
	[[ $stderr == *"environment.compute_instances.cpu asks for Elbrus 9000; here: $(model); to mend it: "* ]]
	[[ $stderr == *"environment.compute_instances.cores asks for $(($(cores) + 1)); here: $(cores); "* ]]
	[[ $stderr == *"environment.operating_system asks for $(system_name) or another; here: $(system_name); "* ]]
	[[ $stderr == *"environment.pinned.Some.lock asks for e3b0c44298fc"*"; here: $(sha256sum <Some.lock | cut -c 1-64); "* ]]
	[[ $stderr == *"environment.pinned.no.lock asks for "*"; here: no file that can be read; "* ]]
	[ ! -s result.json ]
	try compare -q ./good.so ./good.so
	refused 7
	try doctor --suite ./good.so
	[ "$status" -eq 3 ]
	[ "$(grep -c '^fails  *environment\.' <<<"$output")" -eq 7 ]
}

@test "unsaid, a failure is a warning; pass asks nothing" {
	echo '{"environment": {"cores": 1000000}}' >benchgate.json
	measure --suite ./good.so
	measured
	[[ $stderr == *'warning: benchgate.json: environment.cores asks for 1000000; here: '* ]]
	try compare -q --time 2ms --units 4 ./good.so ./good.so
	[[ $stderr == *'warning: benchgate.json: environment.cores asks for 1000000; here: '* ]]
	asks '{"cores": 1000000}' pass
	measure --suite ./good.so
	measured
	[[ $stderr != *environment* ]]
}

@test "two result files are compared whatever this machine is" {
	measure --suite ./good.so
	asks '{"cores": 1000000}'
	try compare result.json result.json
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "the blocks of the specification are an environment, each alone and both" {
	local block
	for block in "$(<"$spec/hardware.json")" "$(<"$spec/software.json")"; do
		asks "$block" warn
		try config check
		[ "$output" = 'benchgate.json: ok' ]
	done
	asks "[$(<"$spec/hardware.json"), $(<"$spec/software.json")]"
	try config check
	[ "$output" = 'benchgate.json: ok' ]
	try config show
	[[ $output == *'environment.compute_instances.ram '*' 128GB '*'benchgate.json'* ]]
	try doctor --suite ./good.so
	[ "$(grep -cE '^(met|fails|not checked) +environment\.' <<<"$output")" -eq 15 ]
	grep -q '^not checked *environment.benchmark_tools: Criterion.rs; here: no program of that name in PATH; ' <<<"$output"
	grep -q '^fails  *environment.dependency_versions: pinned_sha256; here: no file is pinned' <<<"$output"
	measure --suite ./good.so
	[ "$status" -eq 3 ]
	[[ $stderr == *$'\n''benchgate: not checked of "environment": '*'Criterion.rs'*"; 'benchgate doctor' says why"$'\n'* ]]
}

# The machine that hardware.json asks for, as its kernel tells
good_machine() {
	local cpu=machine/sys/devices/system/cpu
	mkdir -p machine/proc machine/etc machine/sys/block/nvme0n1 machine/sys/class/net/eth0 $cpu/cpu0/cpufreq $cpu/intel_pstate
	printf 'model name\t: Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz\n' >machine/proc/cpuinfo
	echo 'PRETTY_NAME="Ubuntu 22.04.3 LTS"' >machine/etc/os-release
	echo 3907029168 >machine/sys/block/nvme0n1/size
	echo 10000 >machine/sys/class/net/eth0/speed
	echo up >machine/sys/class/net/eth0/operstate
	echo performance >$cpu/cpu0/cpufreq/scaling_governor
	echo 1 >$cpu/intel_pstate/no_turbo
}

@test "on the machine that the blocks ask for they hold, as far as a guest can tell" {
	good_machine
	asks "[$(<"$spec/hardware.json"), $(<"$spec/software.json")]"
	BENCHGATE_ROOT=$PWD/machine try doctor --suite ./good.so --sandbox=auto
	for key in compute_instances.cpu compute_instances.storage compute_instances.network \
		isolation_requirements.consistent_performance operating_system; do
		grep -q "^met  *environment.$key: " <<<"$output"
	done
	echo 0 >machine/sys/devices/system/cpu/intel_pstate/no_turbo
	echo 1000 >machine/sys/class/net/eth0/speed
	BENCHGATE_ROOT=$PWD/machine try doctor --suite ./good.so
	for key in compute_instances.network isolation_requirements.consistent_performance isolation_requirements.network_isolation; do
		grep -q "^fails  *environment.$key: " <<<"$output"
	done
}

@test "doctor --json has an answer for each" {
	asks '{"cores": 1000000, "processors": 1, "benchmark_tools": "no such tool"}'
	try doctor --json --suite ./good.so
	[ "$status" -eq 3 ]
	printf '%s\n' "$output" >doctor.json
	holds doctor.json '[(a["place"], a["asked"], a["status"]) for a in it["environment"]] == [("environment.cores", "1000000", "fails"), ("environment.processors", "1", "met"), ("environment.benchmark_tools", "no such tool", "not checked")]'
	holds doctor.json 'it["environment"][1]["here"] == "'"$(nproc)"'"'
}

@test "the file may be YAML, and pins files from its own folder" {
	mkdir sub
	echo 'any 1.0' >Some.lock
	cat >benchgate.yml <<-END
		on_environment: fail
		environment:
		  compute_instances:
		    cores: 1
		    ram: 1MB
		  pinned:
		    Some.lock: $(sha256sum <Some.lock | cut -c 1-64)
	END
	cd sub
	measure --suite ../good.so
	measured
	[[ $stderr != *environment* ]]
	echo changed >>../Some.lock
	measure --suite ../good.so
	[ "$status" -eq 3 ]
	[[ $stderr == *'../benchgate.yml: environment.pinned.Some.lock asks for '* ]]
}

@test "a mistake in it is told with its place" {
	asks '{"compute_instances": {"core": 2}}'
	measure --suite ./good.so
	fails 2 'benchgate: benchgate.json: unknown key '\''environment.compute_instances.core'\''; did you mean cores\? known keys: cpu, cores, *'
	asks '{"ram": 128}'
	try doctor --suite ./good.so
	fails 2 'benchgate: benchgate.json: environment.ram is 128; it must be a size above 0, such as "128GB"'
	asks '{}' sometimes
	try config check
	fails 2 'benchgate: benchgate.json: on_environment is "sometimes"; it must be one of "pass", "warn", "fail"'
}

@test "what it asks for cannot steer the terminal" {
	asks '{"cpu": "a\u001b[31mb"}'
	measure --suite ./good.so
	[ "$status" -eq 3 ]
	[[ $stderr != *$'\033'* ]]
	try doctor --suite ./good.so
	[[ $output != *$'\033'* ]]
}
