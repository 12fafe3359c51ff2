#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# benchgate run: what its options do, what it measures, what it writes.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	shared "$BATS_FILE_TMPDIR/run.so" "$suites/run.c"
}

setup() {
	ln -s "$BATS_FILE_TMPDIR/run.so" .
	export TRACE=$PWD/trace
}

measured_ok() { # ARGUMENT...
	measure --suite ./run.so "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

nr_traces() {
	if [ -e trace ]; then wc -c <trace; else echo 0; fi
}

@test "--processes: so many fresh processes" {
	measured_ok alpha beta --processes 3
	[ "$(nr_traces)" -eq 6 ]
	holds result.json 'len(processes("alpha")) == 3 == len(values("alpha", "time"))'
	holds result.json 'it["plan"]["processes"] == 3'
	[[ $output == *'95 % interval'* ]]
}

@test "--processes takes 1 to 10000" {
	local number
	for number in 0 10001 x -1 '' 1.5; do
		try run --suite ./run.so alpha "--processes=$number"
		fails 2 'benchgate: --processes takes *'
	done
	[ "$(nr_traces)" -eq 0 ]
}

# How many iterations were timed
timed() { # FILE
	query "$1" 'sum(p["batches"] * p["iterations"] for p in processes("alpha"))'
}

@test "--time: more of it, more batches" {
	measured_ok alpha --time 1ms
	mv result.json short.json
	measured_ok alpha --time 100ms
	holds short.json 'it["plan"]["time_ns"] == 1e6 and 5 <= processes("alpha")[0]["batches"]'
	holds result.json 'it["plan"]["time_ns"] == 1e8'
	[ "$(timed result.json)" -gt $((8 * $(timed short.json))) ]
}

@test "--time, --timeout and --budget take durations" {
	local option value
	for option in --time --timeout --budget; do
		for value in '' s 5parsecs -1s; do
			try run --suite ./run.so alpha "$option=$value"
			fails 2 "benchgate: $option takes a duration, like *"
		done
	done
	try run --suite ./run.so alpha --time 0s
	fails 2 'benchgate: --time must be above 0'
	try run --suite ./run.so alpha --timeout 0s
	fails 2 'benchgate: --timeout must be above 0'
}

@test "--warmup: how long a process warms up at least, alone and in turn" {
	measured_ok alpha --time 1ms --processes 3
	holds result.json '"warmup_ns" not in it["plan"]'
	mv result.json usual.json
	measured_ok alpha --time 1ms --processes 3 --warmup 60ms
	holds result.json 'it["plan"]["warmup_ns"] == 6e7'
	holds result.json 'all(p["warmup_ns"] >= 6e7 for p in processes("alpha"))'
	measured_ok alpha --time 1ms --processes 3 --warmup 1ms
	holds result.json 'all(p["warmup_ns"] >= 1e6 for p in processes("alpha"))'
	[ "$(query result.json 'min(p["warmup_ns"] for p in processes("alpha"))')" -lt \
		"$(query usual.json 'min(p["warmup_ns"] for p in processes("alpha"))')" ]
	cp run.so copy.so
	try compare ./run.so ./copy.so --only alpha --warmup 60ms --units 2 --time 1ms --out turns.json
	[ "$status" -le 1 ]
	holds turns.json 'it["plan"]["warmup_ns"] == 6e7'
}

@test "--warmup takes a time from 100us to 10s" {
	local value
	for value in 99us 1ns 11s 2h; do
		try run --suite ./run.so alpha --warmup "$value"
		fails 2 'benchgate: --warmup takes a time from 100us to 10s'
	done
	try run --suite ./run.so alpha --warmup x
	fails 2 'benchgate: --warmup takes a duration, like *'
	[ "$(nr_traces)" -eq 0 ]
}

@test "--seed reaches the benchmark and the result file" {
	measured_ok metrics --seed 1234567 --processes 2
	holds result.json 'it["plan"]["seed"] == 1234567'
	holds result.json 'values("metrics", "seed") == [1234567, 1234567]'
}

@test "a seed of 64 bits survives in the result file" {
	measured_ok alpha --seed 18446744073709551615
	valid result.json
	holds result.json 'it["plan"]["seed"] == "18446744073709551615"'
}

# The benchmarks by when their processes started
order_with() { # SEED
	measured_ok alpha beta gamma delta alphabet --processes 2 --seed "$1" >&2
	query result.json '" ".join(name for at, name in sorted((at, name) for name in names() for at in values(name, "start")))'
}

@test "--seed decides the order: the same for the same, another for another" {
	local first same others
	first=$(order_with 1)
	same=$(order_with 1)
	others=$(order_with 2)$(order_with 3)
	[ "$(wc -w <<<"$first")" -eq 10 ]
	[ "$first" = "$same" ]
	[ "$others" != "$first$first" ]
}

@test "each round measures all before any is measured again" {
	local order
	order=$(order_with 7)
	[ "$(cut -d' ' -f1-5 <<<"$order" | tr ' ' '\n' | sort -u | wc -l)" -eq 5 ]
	[ "$(cut -d' ' -f6-10 <<<"$order" | tr ' ' '\n' | sort -u | wc -l)" -eq 5 ]
}

@test "without --seed it is a new one each time, and said" {
	measured_ok alpha
	mv result.json first.json
	measured_ok alpha
	[ "$(query first.json 'it["plan"]["seed"]')" != "$(query result.json 'it["plan"]["seed"]')" ]
	[ "$(query first.json 'it["benchmark_run"]["id"]')" != "$(query result.json 'it["benchmark_run"]["id"]')" ]
}

@test "--tier chooses one or several" {
	try list --suite ./run.so --tier own
	[ "$output" = 'delta  own' ]
	measured_ok --tier own,critical
	holds result.json 'sorted(names()) == ["alpha", "alphabet", "delta"]'
}

@test "a tier that nothing is in" {
	try run --suite ./run.so --tier critical,nightly
	fails 2 "benchgate: no benchmark is in tier 'nightly'; known tiers: *"
	try list --tier standard,critcal
	fails 2 "benchgate: no benchmark is in tier 'critcal'; did you mean critical[?] known tiers: *"
	try run --suite ./run.so --tier critical beta
	fails 2 "benchgate: no benchmark that matches is in tier 'critical'"
}

# What list shows for these patterns
chosen() {
	try list --suite ./run.so "$@"
	[ "$status" -eq 0 ]
	cut -d' ' -f1 <<<"$output" | tr '\n' ' ' >chosen
}

@test "a pattern is a whole name, not its beginning" {
	chosen alpha
	[ "$(cat chosen)" = 'alpha ' ]
}

@test "a pattern is what stands before the slash" {
	chosen args
	[ "$(cat chosen)" = 'args/-5 args/70 ' ]
	chosen args/70
	[ "$(cat chosen)" = 'args/70 ' ]
}

@test "a pattern may hold * and ?" {
	chosen 'alpha*' '?eta'
	[ "$(cat chosen)" = 'alpha beta alphabet ' ]
}

@test "a name that matches twice is measured once" {
	measured_ok alpha 'alph?' alpha
	holds result.json 'names() == ["alpha"]'
	[ "$(nr_traces)" -eq 1 ]
}

@test "a pattern that nothing matches: what was meant is suggested" {
	try run --suite ./run.so alpha alphabeth
	fails 2 "benchgate: no benchmark matches 'alphabeth'; did you mean alphabet?*"
	try run --suite ./run.so zzz
	fails 2 "benchgate: no benchmark matches 'zzz' *"
	try run --suite ./run.so 'zzz*'
	fails 2 "benchgate: no benchmark matches 'zzz\*' *"
	[ "$(nr_traces)" -eq 0 ]
}

@test "--budget: what there was no time for says so, and the exit code is 3" {
	measure --suite ./run.so slow alpha beta gamma delta --processes 100 --time 1s --budget 1ms
	[ "$status" -eq 3 ]
	valid result.json
	holds result.json 'it["benchmark_run"]["status"] == "short-of-time"'
	holds result.json 'set(statuses().values()) == {"not-measured"}'
	holds result.json 'all("no time was left" in b["reason"] for b in it["benchmarks"])'
	[[ $output == *'NOT MEASURED alpha: no time was left'* ]]
	[[ $output == *'0 measured, 5 not measured in '* ]]
}

@test "--budget: what was measured of a benchmark is kept, with a note on how much" {
	measure --suite ./run.so slow --processes 20 --budget 1500ms
	[ "$status" -eq 3 ]
	valid result.json
	holds result.json 'it["benchmark_run"]["status"] == "short-of-time"'
	holds result.json '0 < len(values("slow", "time")) < 20'
	holds result.json 'bench("slow")["note"] == "%d of 20 processes: no time was left" % len(values("slow", "time"))'
	[[ $output == *'note: slow: '*' of 20 processes: no time was left'* ]]
}

# All were measured as often, but for those that the last round had no time for.
measured_alike() { # PROCESSES
	holds result.json "(lambda nr: 0 < min(nr) and max(nr) <= $1 and max(nr) - min(nr) <= 1)([len(b['processes']['batches']) for b in it['benchmarks']])"
}

@test "--time shrinks to fit --budget, so that all are measured" {
	measure --suite ./run.so alpha beta gamma --processes 5 --time 10s --budget 1500ms
	[[ $output == 'note: --time is 200 ms instead of 10.0 s, to fit the budget of 1.50 s'$'\n'* ]]
	holds result.json 'it["plan"]["time_ns"] == 2e8 and it["plan"]["processes"] == 5 and it["plan"]["budget_ns"] == 15e8'
	measured_alike 5
	valid result.json
}

@test "where the shortest --time does not fit --budget, there are fewer processes" {
	measure --suite ./run.so alpha beta --processes 100 --time 1s --budget 1s
	[[ $output == 'note: --processes is 7 instead of 100 and --time is 80.0 ms instead of 1.00 s, to fit the budget of 1.00 s'$'\n'* ]]
	holds result.json 'it["plan"]["processes"] == 7 and it["plan"]["time_ns"] == 79999997'
	measured_alike 7
	measure --suite ./run.so alpha --processes 100 --time 1ms --budget 700ms
	[[ $output == 'note: --processes is 11 instead of 100, to fit the budget of 700 ms'$'\n'* ]]
	holds result.json 'it["plan"]["processes"] == 11 and it["plan"]["time_ns"] == 1e6'
}

@test "what fits its budget is measured as long as was asked" {
	measured_ok alpha beta --processes 2 --time 3ms --budget 1min
	[[ $output != *'instead of'* ]]
	holds result.json 'it["plan"]["time_ns"] == 3e6 and all("time_ns" not in b for b in it["benchmarks"])'
}

@test "--time shrinks to fit the budget of a tier, for its benchmarks alone" {
	echo '{"tiers": {"own": {"max_duration": "500ms"}}}' >benchgate.json
	measure --suite ./run.so alpha delta --processes 5 --time 1s --keep-samples
	[[ $output == 'note: --time is 200 ms instead of 1.00 s, to fit the max_duration of 500 ms of tier own'$'\n'* ]]
	holds result.json 'it["plan"]["time_ns"] == 1e9 and bench("delta")["time_ns"] == 2e8 and "time_ns" not in bench("alpha")'
	holds result.json '(lambda of: of("delta") < 0.6 * of("alpha"))(lambda name: sum(sum(p["batch_wall_ns"]) for p in processes(name)) / len(processes(name)))'
	valid result.json
}

@test "--budget ends a process that would overrun it, which is not the benchmark's failure" {
	measure --suite ./run.so stuck --budget 200ms
	[ "$status" -eq 3 ]
	holds result.json 'statuses() == {"stuck": "not-measured"}'
	holds result.json 'it["benchmark_run"]["status"] == "short-of-time"'
}

# A worker that is a while in starting
slow_worker() {
	printf '#!/bin/sh\n[ ! -e listed ] || sleep 10\ntouch listed\nexec "%s"\n' "$support/fake-worker.bash" >suite.sh
	chmod 755 suite.sh
}

@test "--budget that ends while a worker starts is no fault of the suite" {
	slow_worker
	measure --suite ./suite.sh one --budget 300ms
	[ "$status" -eq 3 ]
	holds result.json 'statuses() == {"one": "not-measured"}'
}

@test "--timeout that ends while a worker starts is a timeout" {
	slow_worker
	measure --suite ./suite.sh one --timeout 300ms
	[ "$status" -eq 3 ]
	holds result.json 'statuses() == {"one": "timed-out"}'
}

@test "--keep-samples keeps each batch; without it there are none" {
	measured_ok alpha --keep-samples
	valid result.json
	holds result.json '{len(processes("alpha")[0]["batch_" + x]) for x in ("wall_ns", "cpu_ns", "switches", "waits")} == {processes("alpha")[0]["batches"]}'
	measured_ok alpha
	holds result.json '"batch_wall_ns" not in processes("alpha")[0]'
}

@test "the time of a process is the mean CPU time of its batches, the typical one the median of what was undisturbed" {
	measured_ok alpha --keep-samples --time 5ms --processes 3
	holds result.json 'all(abs(value * p["iterations"] * p["batches"] / sum(
		w if waits or not c else min(c, w) for w, c, waits in zip(p["batch_wall_ns"], p["batch_cpu_ns"], p["batch_waits"])) - 1) < 6e-9
		for value, p in zip(values("alpha", "time"), processes("alpha")))'
	holds result.json 'all(abs(value / __import__("statistics").median([w / p["iterations"] for w, s in
		zip(p["batch_wall_ns"], p["batch_switches"]) if not s or all(p["batch_switches"])]) - 1) < 6e-9
		for value, p in zip(values("alpha", "typical"), processes("alpha")))'
}

@test "--out: the file says when, on what and how it was measured, and keeps to its schema" {
	measured_ok alpha args metrics latency
	valid result.json
	holds result.json '{"id", "timestamp", "duration", "status"} <= set(it["benchmark_run"])'
	holds result.json 'it["benchmark_run"]["status"] == "complete" and it["benchmark_run"]["duration"] > 0'
	holds result.json 'it["system_info"]["cpus"] >= 1 and len(it["system_info"]["arch"]) > 1'
	holds result.json 'bench("alpha")["file"].endswith("run.c") and bench("alpha")["line"] > 1'
	[[ $(query result.json 'it["benchmark_run"]["timestamp"]') == "$(date -u +%Y-%m-)"* ]]
}

@test "a result file is what others may read, and a new one takes the place of the old" {
	(umask 022 && measured_ok alpha)
	[ "$(stat -c %a result.json)" = 644 ]
	measured_ok beta
	holds result.json 'names() == ["beta"]'
	[ "$(find . -name 'result*' | wc -l)" -eq 1 ]
}

@test "--out through a link writes what it points to" {
	mkdir elsewhere
	echo '{' >elsewhere/real.json
	ln -s elsewhere/real.json link.json
	measured_ok alpha --out link.json
	[ -L link.json ]
	holds elsewhere/real.json 'names() == ["alpha"]'
}

@test "--out may be a pipe" {
	try run -q --suite ./run.so alpha --processes 1 --time 1ms --out /dev/stdout
	[ "$status" -eq 0 ]
	[[ $output == *'"format":'* ]]
	[[ $output == *'1 measured'* ]]
}

@test "a result file that cannot be written is known before anything is measured" {
	local path
	mkdir folder
	for path in none/result.json folder /proc/result.json ''; do
		try run --suite ./run.so alpha --out "$path"
		fails 3 "benchgate: cannot write $path*"
	done
	[ "$(nr_traces)" -eq 0 ]
	[ -z "$(ls folder)" ]
}

@test "a full device is an error, and what was measured is shown all the same" {
	try run -q --suite ./run.so alpha --processes 1 --time 1ms --out /dev/full
	[ "$status" -eq 3 ]
	[ "$stderr" = 'benchgate: cannot write /dev/full: No space left on device' ]
	[[ $output == *'1 measured'* ]]
	[ -c /dev/full ]
}

@test "a full disk leaves the old result file as it was" {
	mkdir disk
	unshare --mount true 2>/dev/null || skip "may not mount here"
	# shellcheck disable=SC2016  # expanded by that shell
	run unshare --mount bash -c '
		mount -t tmpfs -o size=64k none disk || exit 77
		echo { >disk/result.json
		dd if=/dev/zero of=disk/filler bs=1k status=none 2>/dev/null
		"$@" --out disk/result.json
		echo "status $?"
		cat disk/result.json
		ls disk' - "$program" run -q --suite ./run.so alpha --processes 1 --time 1ms
	echo "$output"
	[ "$status" -ne 77 ] || skip "may not mount here"
	[[ $output == *'cannot write disk/result.json: No space left on device'* ]]
	[[ $output == *$'status 3\n{\nfiller\nresult.json' ]]
}

@test "standard output that is full is an error" {
	local status=0
	benchgate run -q --suite ./run.so alpha --processes 1 --time 1ms >/dev/full 2>said || status=$?
	[ "$status" -eq 3 ]
	[ "$(cat said)" = 'benchgate: cannot write to standard output: No space left on device' ]
}

@test "a benchmark for each argument, which finds it" {
	measured_ok args
	holds result.json 'values("args/-5", "arg") == [-5] and values("args/70", "arg") == [70]'
}

@test "a benchmark for each number of threads: all run the body, set up once" {
	measured_ok threads
	holds result.json 'names() == ["threads/threads:1", "threads/threads:3"]'
	holds result.json '[b["threads"] for b in it["benchmarks"]] == [1, 3]'
	holds result.json '[values(name, "threads") for name in names()] == [[1], [3]]'
	holds result.json '[values(name, "bodies") for name in names()] == [[1], [3]]'
	holds result.json '[values(name, "setups") for name in names()] == [[1], [1]]'
}

@test "percentiles of a latency benchmark rise" {
	measured_ok latency --processes 2 --time 20ms
	holds result.json '[m["name"] for m in it["metrics"]] == ["time", "typical", "p50", "p90", "p95", "p99", "p99.9", "max", "peak_memory"]'
	holds result.json 'all(0 < a <= b for i in (0, 1) for a, b in zip(
		[values("latency", p)[i] for p in ("p50", "p90", "p95", "p99", "p99.9")],
		[values("latency", p)[i] for p in ("p90", "p95", "p99", "p99.9", "max")]))'
	holds result.json 'all((m["unit"], m["better"]) == ("B" if m["name"] == "peak_memory" else "ns", "less") for m in it["metrics"])'
	# The middle of the single iterations is about what an iteration takes.
	holds result.json '0.2 < values("latency", "p50")[0] / values("latency", "time")[0] < 5'
	# Nobody asked for them to be judged: they have rows with -v, and where a budget or a gate does ask.
	[[ $output != *'  p99.9 '* ]]
	try report result.json -v
	[[ $output == *'  p50 '*'  p99.9 '*'  max '* ]]
	echo '{"overrides": [{"benchmark": "latency", "budgets": {"p90": "1h"}}, {"benchmark": "latency", "metric": "p99", "gated": true}]}' >asked.json
	try report result.json --config asked.json
	[[ $output == *'latency p90   <= 1h '* ]]
	[[ $output == *'  p99  '* ]]
	[[ $output != *'  p50 '* ]]
	try report result.json
	# Two processes tell nobody how sure a value is.
	[[ $output != *'95 %'* ]]
}

@test "own metrics have their name, value, unit and direction" {
	measured_ok metrics
	holds result.json 'metric("metrics", "hits") == {"benchmark": "metrics", "name": "hits", "unit": "%", "better": "more", "process_values": [97.5]}'
	holds result.json 'metric("metrics", "done")["better"] == "less"'
	[[ $output == *'  hits '*'97.5 %'* ]]
}

@test "prepare is told of each iteration before it runs" {
	measured_ok metrics
	holds result.json 'values("metrics", "prepared") == values("metrics", "done") and values("metrics", "done")[0] > 1'
}

@test "a metric that is 0 is shown as 0" {
	measured_ok metrics --processes 2
	holds result.json 'values("metrics", "zero") == [0, 0]'
	grep -E '^  zero +0(\.0*)? errors' <<<"$output"
}

@test "an own metric cannot pass for the time" {
	measure --suite ./run.so posing alpha --processes 2
	holds result.json 'all(value > 1e-6 for m in it["metrics"] if m["name"] == "time" for value in m["process_values"])'
	holds result.json 'all(len(m["process_values"]) == 2 for m in it["metrics"])'
}

@test "throughput is shown where there is room for it" {
	COLUMNS=200 measured_ok throughput
	[[ $output == *throughput* ]]
	grep -E '^throughput .* [0-9.]+ [kMG]?B/s, [0-9.]+ [kMG]?/s$' <<<"$output"
	COLUMNS=30 measured_ok throughput
	[[ $output != *B/s* ]]
	holds result.json 'bench("throughput")["bytes_per_iteration"] == 4096 and bench("throughput")["items_per_iteration"] == 100'
}

@test "-v says how each was measured" {
	measured_ok alpha
	[[ $output != *warm-up* ]]
	measured_ok alpha -v
	[[ $output == *'alpha: 1 processes, each '*' batches of '*' iterations after '*' of warm-up '* ]]
}

# on_terminal COMMAND-LINE: what a terminal gets to see
on_terminal() {
	output=$(TERM=xterm timeout 30 script -qec "stty cols 100; '$program' run --suite ./run.so alpha beta --processes 2 --time 1ms $1" /dev/null </dev/null)
	cat -v <<<"$output"
}

@test "progress on a terminal: a bar, what is measured, how long it takes; wiped in the end" {
	on_terminal
	[[ $output == *$'\r\e[K'*'.... 0/4: '*$'\r\e[K'*'##'*'3/4, '*' left: '*$'\r\e[K'* ]]
	[[ $output =~ 3/4,\ [^:]*\ left:\ (alpha|beta)$'\r\e[K' ]]
	[[ $output == *$'\e[32m#'* ]]
	# Each line that is drawn over fits the terminal.
	run ! grep -aE '[^[:cntrl:]]{100}' <<<"$(grep -v '^next: ' <<<"$output")"
}

@test "-q: no progress" {
	on_terminal -q
	[[ $output != *$'\r\e[K'* ]]
	[[ $output != *1/4* ]]
	[[ $output == *'2 measured'* ]]
}

@test "no terminal: no progress of a short run, and no colors" {
	try run --suite ./run.so alpha --processes 1 --time 1ms
	[ -z "$stderr" ]
	[[ $output != *$'\e'* ]]
}

@test "colors on a terminal, unless NO_COLOR is set or --color says otherwise" {
	on_terminal -q
	[[ $output == *$'\e[2mbenchmark'* ]]
	NO_COLOR=1 on_terminal
	[[ $output != *$'\e['[0-9]* ]]
	[[ $output == *$'\r\e[K'* ]]
	NO_COLOR='' on_terminal -q
	[[ $output == *$'\e[2mbenchmark'* ]]
	NO_COLOR=1 on_terminal '-q --color always'
	[[ $output == *$'\e[2mbenchmark'* ]]
	on_terminal '-q --color=never'
	[[ $output != *$'\e'* ]]
}

@test "--color=always without a terminal" {
	measured_ok alpha --color=always
	[[ $output == *$'\e[2mbenchmark'* ]]
	try run --suite ./run.so alpha --color=sometimes
	fails 2 'benchgate: --color takes one of auto,always,never; *sometimes*'
}

# A run that is interrupted in its third round or later: both benchmarks have values by then.
interrupted() { # SIGNAL STATUS
	signal_when "$1" enough run -q --suite ./run.so alpha beta --processes 1000 --time 1ms --out result.json
	[ "$status" -eq "$2" ]
	[ ! -s said.err ]
	no_process_left
	valid result.json
	holds result.json 'it["benchmark_run"]["status"] == "interrupted"'
	holds result.json 'statuses() == {"alpha": "ok", "beta": "ok"}'
	holds result.json 'all(0 < len(values(b, "time")) < 1000 for b in ("alpha", "beta"))'
	holds result.json '"of 1000 processes: interrupted" in bench("alpha")["note"]'
	grep -q '2 measured in .*, interrupted' said.out
}

# The file `enough` once that many processes have left their trace
watch_traces() { # NUMBER
	(until_true 600 has_traces "$1" && echo now >enough) 3>&- &
}

has_traces() {
	[ "$(nr_traces)" -ge "$1" ]
}

@test "Ctrl-C: what was measured is kept, no process is left, exit code 130" {
	watch_traces 6
	interrupted INT 130
}

@test "SIGTERM: the same, 143" {
	watch_traces 6
	interrupted TERM 143
}

@test "SIGHUP: the same, 129" {
	watch_traces 6
	interrupted HUP 129
}

@test "Ctrl-C while a benchmark hangs" {
	signal_when INT trace run -q --suite ./run.so stuck --processes 1 --out result.json
	[ "$status" -eq 130 ]
	no_process_left
	valid result.json
	holds result.json 'statuses() == {"stuck": "not-measured"} and "interrupted" in bench("stuck")["reason"]'
}

@test "Ctrl-C while a suite does not answer: 130, by run and by list" {
	local command
	printf '#!/bin/sh\necho started >started\nsleep 1000\n' >suite.sh
	chmod 755 suite.sh
	for command in run list; do
		rm -f started
		signal_when INT started $command --suite ./suite.sh
		[ "$status" -eq 130 ]
		no_process_left
	done
}

@test "interrupted and unable to write: interrupted comes first" {
	watch_traces 3
	signal_when INT enough run -q --suite ./run.so alpha --processes 1000 --out /dev/full
	[ "$status" -eq 130 ]
	grep -q 'cannot write /dev/full' said.err
}

@test "nohup keeps it running when the terminal hangs up" {
	watch_traces 2
	hangup=--ignore-signal signal_when HUP enough run -q --suite ./run.so alpha --processes 5 --time 1ms
	[ "$status" -eq 0 ]
}

@test "children that its shell gave it are none of its business" {
	# shellcheck disable=SC2016  # expanded by that shell
	run bash -c 'sleep 100 >/dev/null 2>&1 3>&- & echo $!; exec "$@"' - "$program" run -q --suite ./run.so alpha --processes 1 --time 1ms
	echo "$output"
	[ "$status" -eq 0 ]
	kill "${lines[0]}"
}

@test "address randomisation is on in workers, even under setarch -R" {
	setarch -R true || skip "may not switch it off here"
	[ "$(cat /proc/sys/kernel/randomize_va_space)" -gt 0 ] || skip "is off on this machine"
	run -0 setarch -R "$program" run -q --suite ./run.so addresses --processes 4 --time 1ms --out result.json
	holds result.json 'len(set(values("addresses", "stack"))) > 1'
	holds result.json 'len(set(values("addresses", "code"))) > 1'
}

@test "a failed run: exit code 3, a valid file, and the good are measured" {
	measure --suite ./run.so fails alpha
	[ "$status" -eq 3 ]
	[ -z "$stderr" ]
	valid result.json
	holds result.json 'statuses() == {"fails": "wrong-result", "alpha": "ok"}'
	holds result.json 'bench("fails")["reason"] == "as it should"'
	holds result.json 'it["benchmark_run"]["status"] == "complete"'
}

@test "a benchmark that fails is not started again" {
	measure --suite ./run.so fails --processes 20
	[ "$status" -eq 3 ]
	[ "$(nr_traces)" -eq 1 ]
}

@test "--time that --timeout would cut off is a mistake, said at once" {
	try run -q --suite ./run.so alpha --time 20min
	fails 2 'benchgate: --time gives each process 120 s, which --timeout (60 s) would end*'
	[ "$(nr_traces)" -eq 0 ]
}

@test "--out replaces a result file, and nothing else that is there" {
	measured_ok alpha
	measured_ok beta
	holds result.json 'list(statuses()) == ["beta"]'
	echo 'int main(void);' >source.c
	try run -q --suite ./run.so alpha --out source.c
	fails 2 'benchgate: source.c exists, but is not a result file: choose another name, or remove it'
	[ "$(cat source.c)" = 'int main(void);' ]
	: >empty
	try run -q --suite ./run.so alpha --processes 1 --time 1ms --out empty
	[ "$status" -eq 0 ]
	valid empty
	try run -q --suite ./run.so alpha --out -
	fails 2 'benchgate: --out takes a file; for standard output say /dev/stdout'
}

@test "--out /dev/stdout adds to the log that it is" {
	echo before >log
	"$program" run -q --suite ./run.so alpha --processes 1 --time 1ms --out /dev/stdout >>log
	echo after >>log
	[ "$(head -n 1 log)" = before ]
	[ "$(tail -n 1 log)" = after ]
	grep -q '"format": "benchgate-run"' log
	grep -q '1 measured' log
}

@test "a suite that is not optimised is said to be" {
	$CC -O0 -shared -fPIC -I "$repository/include" -o slow.so "$suites/good.c"
	measure --suite ./slow.so
	[ "$status" -eq 0 ]
	[[ $output == *'note: the suite was built not optimised'* ]]
	shared fast.so "$suites/good.c"
	measure --suite ./fast.so
	[[ $output != *note:* ]]
}

@test "--suite with an empty name is a mistake, not what is linked in" {
	try run --suite ''
	fails 2 "benchgate: --suite takes a file, but got an empty name"
}
