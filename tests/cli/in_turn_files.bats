#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The files of a comparison in turn: what they hold, what is refused, and that they compare again.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

# The same code with a figure of its own, which has no ratio: one side's is negative.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	cat >suite.c <<-'END'
		#include <benchgate.h>
		BG_BENCH(both, BG_CRITICAL)
		{
			BG_LOOP(run)
				BG_KEEP(run->seed);
			bg_metric(run, "balance", BALANCE, "m", BG_MORE_IS_BETTER);
		}
	END
	shared base.so -DBALANCE=-1 suite.c
	shared head.so -DBALANCE=1 suite.c
	benchgate compare -q --units 2 --time 1ms --out head.json --base-out base.json base.so head.so
}

setup() {
	cp "$BATS_FILE_TMPDIR"/{base,head}.{so,json} .
}

# spoil STATEMENT: bad.json is head.json with something changed; the names say of what
spoil() {
	/usr/bin/python3 - "$@" <<-'END'
		import json, sys
		it = json.load(open("head.json"))
		m = it["metrics"][0]
		e = dict(it=it, m=m, p=it["plan"], t=it["plan"]["in_turn"], b=it["benchmarks"][0], d=it["benchmarks"][0]["duets"])
		exec(sys.argv[1], e)
		json.dump(it, open("bad.json", "w"))
	END
}

@test "both files are as the schema has them, and say what was measured in turn with whom" {
	valid head.json
	valid base.json
	holds head.json 'it["plan"]["in_turn"]["units"] == 2 and it["plan"]["in_turn"]["duet_ns"] == 1000000'
	[ "$(query head.json 'it["plan"]["in_turn"]["base"]')" = "$(query base.json 'it["benchmark_run"]["id"]')" ]
	holds head.json 'bench("both")["duets"]["base_first"] == [1, 0, 0, 1]'
	holds head.json 'all(len(column) == 4 for column in bench("both")["duets"].values())'
	holds head.json 'len(metric("both", "time")["duet_log_ratios"]) == 4 and len(values("both", "time")) == 4'
	holds head.json 'metric("both", "balance")["duet_log_ratios"] == [None] * 4 and values("both", "balance") == [1] * 4'
	holds head.json 'processes("both") == [] and "identical" not in bench("both")'
	holds base.json 'len(values("both", "time")) == 4 and values("both", "balance") == [-1] * 4'
	holds base.json '"duets" not in bench("both") and "duet_log_ratios" not in metric("both", "time")'
}

@test "read again, the two files come to the same verdict" {
	try compare --report json=one.json base.json head.json
	try compare --report json=two.json base.json head.json
	[ "$(query one.json 'it["metrics"]')" = "$(query two.json 'it["metrics"]')" ]
	holds one.json '[c["evidence"] for c in it["metrics"]] == ["in-turn", "none"] and it["metrics"][0]["units"] <= 2'
	# With another base the duets say nothing.
	spoil 't["base"] = "0" * 16'
	try compare --report json=other.json base.json bad.json
	holds other.json 'it["metrics"][0]["evidence"] != "in-turn"'
}

@test "the same bytes are not measured, and pass against their own base alone" {
	cp head.so again.so
	try compare --out same.json --base-out same_base.json head.so again.so
	[ "$status" -eq 0 ]
	valid same.json
	valid same_base.json
	holds same.json 'bench("both")["identical"] is True and it["metrics"] == []'
	try compare --report json=verdict.json same_base.json same.json
	[ "$status" -eq 0 ]
	holds verdict.json '[c["evidence"] for c in it["metrics"]] == ["identical"]'
	try compare --report json=verdict.json base.json same.json
	[ "$status" -ne 0 ]
	holds verdict.json 'all(c["evidence"] != "identical" for c in it["metrics"])'
}

# refused PLACE STATEMENT: the schema refuses it, too
refused() {
	spoil "$2"
	run valid bad.json
	[ "$status" -ne 0 ]
	try compare base.json bad.json
	fails 3 "benchgate: bad.json: $1"
}

@test "a file with a wrong column is refused by the schema and by us, with the place" {
	refused 'benchmarks\[0].duets has no "quads"' 'del d["quads"]'
	refused 'benchmarks\[0].duets has no "settled"' 'del d["settled"]'
	refused 'benchmarks\[0].duets.dropped\[1] is -1; it must be a whole number' 'd["dropped"][1] = -1'
	refused 'benchmarks\[0].duets.dropped\[1] is 0.5; it must be a whole number' 'd["dropped"][1] = 0.5'
	refused 'benchmarks\[0].duets.warmup_ns\[3] is a text; it must be a number' 'd["warmup_ns"][3] = "long"'
	refused 'benchmarks\[0].duets.base_first\[0] is 2; it must be 0 or 1' 'd["base_first"][0] = 2'
	refused 'benchmarks\[0].duets is a list; it must be an object' 'b["duets"] = []'
	refused 'benchmarks\[0].identical is a text; it must be true or false' 'b["identical"] = "yes"'
	refused 'metrics\[0].duet_log_ratios\[0] is a text; it must be a number' 'm["duet_log_ratios"][0] = "1"'
	refused 'plan.in_turn has no "base"' 'del t["base"]'
	refused 'plan.in_turn.units is -1; it must be a whole number' 't["units"] = -1'
	refused 'plan.in_turn is null; it must be an object' 'p["in_turn"] = None'
}

@test "columns of unequal length are refused" {
	spoil 'd["quads"].pop()'
	try compare base.json bad.json
	fails 3 'benchgate: bad.json: benchmarks\[0].duets.quads has 3 items, and base_first has 4; each must have one a duet'
	spoil 'm["duet_log_ratios"] *= 1000'
	try compare base.json bad.json
	fails 3 'benchgate: bad.json: metrics\[0].duet_log_ratios has 4000 items, and the benchmark has 4 duets; it must have one a duet'
}

@test "files of benchmarks that were measured alone need none of this" {
	measure --suite ./head.so
	[ "$status" -eq 0 ]
	holds result.json '"in_turn" not in it["plan"] and "duets" not in bench("both")'
	try compare --report json=verdict.json result.json result.json
	[ -z "$stderr" ]
	holds verdict.json 'all(c["evidence"] != "in-turn" for c in it["metrics"])'
}

@test "no units at all are none to be judged" {
	try compare --units 0 base.so head.so
	fails 2 'benchgate: --units takes a number from 1 to 10000; 0 is not'
}

# The last window of each warm-up is disturbed, and says that one iteration would do.
# shellcheck disable=SC2016  # for the worker
@test "the quickest window of the warm-up says how long a batch is" {
	sed 's|^\twarm) .*|\twarm) case $((++nr)) in 1) say "warm:100:4:2.5:$first" ;; 2) say "warm:90:4:2.8:$first" ;; 3) say "warm:95:4:2.6:$first" ;; *) say "warm:1:1:9000:$first" ;; esac ;;|' \
		"$support/fake-worker.bash" >worker.sh
	grep -q '++nr' worker.sh
	chmod +x worker.sh
	cp worker.sh other.sh
	try compare -q --config none --measure-identical --only one --units 1 --time 1ms --out head.json ./worker.sh ./other.sh
	[ "$status" -eq 0 ]
	holds head.json 'bench("one")["duets"]["iterations"] == [100, 100]'
}
