#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: scripts/evidence/commands/compare.sh [FOLDER]     (default: a new one; results.md is left there)
# hyperfine -N beside benchgate on the same commands: a program that does exactly 2, 5 and 10 % more work, one that is
# identical, and `true`. hyperfine's time is all that passed; benchgate takes off what other programs kept a process of one
# thread from running, so on a busy machine the two differ. What each says, and how long it takes. Then the overhead of `true`, five times in turn.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
program=${B:-$root/build}/benchgate
folder=${1:-$(mktemp -d)}
work=10000000 # steps, some 14 ms

mkdir -p "$folder"
cd "$folder"
cat >work.c <<'END'
#include <stdlib.h>
int main(int argc, char **argv)
{
	unsigned long x = 1, n = argc > 1 ? strtoul(argv[1], 0, 10) : 0;
	while (n--) {
		x = x * 6364136223846793005UL + 1442695040888963407UL;
		__asm__ volatile("" : "+r"(x));
	}
	return 0;
}
END
"${CC:-cc}" -O2 -o work work.c

seconds() { # COMMAND...: its output goes to said, its time to $took
	start=$(date +%s.%N)
	"$@" >said 2>said.err || :
	took=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
}

row() { # TITLE BASE HEAD
	seconds hyperfine -N --style none --export-json hyperfine.json "$2" "$3"
	fine=$(jq -r '.results | "\(.[0].mean * 1e3 * 100 | round / 100) ± \(.[0].stddev * 1e3 * 100 | round / 100) ms, \(.[1].mean * 1e3 * 100 | round / 100) ± \(.[1].stddev * 1e3 * 100 | round / 100) ms: \((.[1].mean / .[0].mean - 1) * 1000 | round / 10) %"' hyperfine.json)
	fine_took=$took
	seconds "$program" compare --config none -q --threshold "${threshold:-1%}" --target "${target:-2%}" --out head.json --report json=verdict.json --command "s=$2" --command "s=$3"
	line=$(grep -m 1 -E '^s  ' said || tail -n 1 said)
	printf '| %s | %s | %s s | %s | %s s |\n' "$1" "$fine" "$fine_took" "$(echo "$line" | tr '|' ' ' | tr -s ' ')" "$took"
}

overhead() {
	for _ in 1 2 3 4 5; do
		hyperfine -N --warmup 3 --runs 500 --style none --export-json hyperfine.json true 2>/dev/null
		"$program" run --config none -q --out run.json --time 1s --command true >said 2>&1
		jq -r '.results[0] | "\(.median * 1e6 | round)"' hyperfine.json | tr '\n' ' '
		jq -r '[.metrics[] | select(.name == "typical") | .process_values[]] | sort | .[length / 2 | floor] / 1e3 | round' run.json
	done | awk '{ printf "| %d | %s us | %s us |\n", NR, $1, $2 }'
}

{
	echo "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(date -u +%F)"
	echo
	echo '| head | hyperfine -N | took | benchgate compare --threshold 1% | took |'
	echo '| --- | --- | --- | --- | --- |'
	row identical "./work $work" "./work $work"
	row '2 % more' "./work $work" "./work $((work * 51 / 50))"
	row '5 % more' "./work $work" "./work $((work * 21 / 20))"
	row '10 % more' "./work $work" "./work $((work * 11 / 10))"
	row 'true, identical' true true
	echo
	echo '| true, median | hyperfine -N | benchgate |'
	echo '| --- | --- | --- |'
	overhead
} | tee results.md
