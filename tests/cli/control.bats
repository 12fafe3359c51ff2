#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The negative control: benchmarks that cannot have changed, and what it means when they move all the same.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup() {
	[ "$(uname -m)" = x86_64 ] || skip "code is read on x86-64 only"
	mkdir .git starts
	variant base.so
	variant head.so -DCHANGED
}

# `control` has the same code on both sides and asks which one it is: that stands for what disturbs one of them. `slower`
# is ten times as slow in the head, `once` only in its first eight processes there: four units.
variant() { # OUTPUT FLAG...
	shared "$1" -D_GNU_SOURCE "${@:2}" -x c - <<-'END'
		#include <benchgate.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/stat.h>
		__attribute__((noinline)) static void times(struct bg_run *run, long nr) { BG_LOOP(run) for (long i = 0; i < nr; i++) BG_CLOBBER(); }
		BG_BENCH(control) {
			const char *side = getenv("BENCHGATE_SIDE"), *moves = getenv("MOVES");
			times(run, side && *side == 'h' && moves ? BG_KEEP(10000) : BG_KEEP(1000));
		}
		#ifdef CHANGED
		static int start(void) {
			char path[32];
			int nr = 0;
			do
				snprintf(path, sizeof path, "starts/%d", nr);
			while (nr < 1000 && mkdir(path, 0777) && ++nr);
			return nr;
		}
		BG_BENCH(slower) { times(run, BG_KEEP(10000)); }
		BG_BENCH(once) { times(run, start() < 8 ? BG_KEEP(10000) : BG_KEEP(1000)); }
		#else
		BG_BENCH(slower) { times(run, BG_KEEP(1000)); }
		BG_BENCH(once) { times(run, BG_KEEP(1000)); }
		#endif
	END
}

compare() { # ARGUMENT...
	try compare -q --config none --time 4ms --units 4 --threshold 50% --out head.json --base-out base.json \
		--report json=verdict.json ./base.so ./head.so "$@"
	valid head.json
	valid verdict.json verdict-schema
}

@test "where the control did not move, a regression needs no second look" {
	compare
	[ "$status" -eq 1 ]
	[ "$(word slower time)" = REGRESSION ]
	[ "$(word once time)" = REGRESSION ]
	holds verdict.json '[(c["benchmark"], c["moved"]) for c in it["controls"]] == [("control", False)]'
	holds head.json 'not any("duets_before" in b for b in it["benchmarks"])'
	[[ $output != *control:* ]]
}

@test "where it moved, a regression stays one only when fresh units say so, too" {
	MOVES=1 compare
	[ "$status" -eq 1 ]
	[ "$(word control time)" = LAYOUT ]
	[ "$(word slower time)" = REGRESSION ]
	[ "$(word once time)" = INCONCLUSIVE ]
	holds verdict.json '[(c["benchmark"], c["moved"]) for c in it["controls"]] == [("control", True)]'
	holds verdict.json '[c["benchmark"] for c in it["metrics"] if c.get("again", {}).get("units")] == ["slower", "once"]'
	holds head.json 'sorted((b["name"], b["duets_before"]) for b in it["benchmarks"] if "duets_before" in b) == [("once", 8), ("slower", 8)]'
	[[ $output == *'REGRESSION slower: '*'; a control moved, so it was measured again in '*' fresh units: +'* ]]
	[[ $output == *'INCONCLUSIVE once: '*' seemed to exceed the 50 % threshold of the policy, but a control moved too, and '*' fresh units do not confirm it: '* ]]
	[[ $output == *'next: control: control, whose code is identical on both sides, moved by +'*': the machine was disturbed, or the speed of the code depends on its address: benchgate doctor'* ]]
	# Files tell it again.
	try compare base.json head.json --config none --threshold 50% --report json=again.json
	[ "$status" -eq 1 ]
	holds again.json '[c["status"] for c in it["metrics"]] == ["LAYOUT", "REGRESSION", "INCONCLUSIVE"]'
}

@test "the same with --only-changed, where the control itself passes" {
	MOVES=1 compare --only-changed
	[ "$status" -eq 1 ]
	[ "$(word control time)" = PASS ]
	[ "$(word slower time)" = REGRESSION ]
	[ "$(word once time)" = INCONCLUSIVE ]
	[[ $output == *'next: control: control, whose code is identical on both sides, moved by +'* ]]
}

@test "how many were measured at once is said of all, not of those that were measured again" {
	[ "$(nproc)" -ge 2 ] || skip 'it takes two processors'
	MOVES=1 compare --only control --only slower --jobs 2 --units 16 -v
	holds head.json '[b["name"] for b in it["benchmarks"] if "duets_before" in b] == ["slower"]'
	holds head.json 'it["plan"]["in_turn"]["jobs"] == 2'
	holds base.json 'it["plan"]["in_turn"]["jobs"] == 2'
	[[ $output == *'in turn: up to 2 benchmarks at once'* ]]
}

@test "a regression for whose second look no time is left is none" {
	MOVES=1 compare --only control --only slower
	[ "$status" -eq 1 ]
	# What came before alone, as if it had been cut short there.
	/usr/bin/python3 - <<-'END'
		import json
		it = json.load(open("head.json"))
		for one in it["benchmarks"]:
		    before = one.pop("duets_before", None)
		    if before:
		        for key in one["duets"]:
		            one["duets"][key] = one["duets"][key][:before]
		        for metric in it["metrics"]:
		            if metric["benchmark"] == one["name"]:
		                metric["duet_log_ratios"] = metric["duet_log_ratios"][:before]
		json.dump(it, open("cut.json", "w"))
	END
	valid cut.json
	try compare base.json cut.json --config none --threshold 50%
	[ "$status" -eq 0 ]
	[[ $output == *'INCONCLUSIVE slower: '*', but a control moved too, and it was not measured again'* ]]
	sed 's/"duets_before":[^,]*,/"duets_before":7,/' head.json >odd.json
	try compare base.json odd.json --config none
	[ "$status" -eq 3 ]
	[[ $stderr == *'duets_before is 7, of 16 duets; it must be an even number, and no more than these' ]]
}
