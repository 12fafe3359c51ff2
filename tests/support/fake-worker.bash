#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A suite in another language: two benchmarks, and what `benchgate help protocol` asks of a worker.
# NAMED holds words to say in place of the two: "bench<tab>NAME<tab>TIER<tab>...".
# LIE holds words to say something else to: LIE="list:nonsense" answers "list" with "nonsense".
tab=$'\t'
say() { printf '%s\n' "${*//:/$tab}" >&3; }

while IFS=$tab read -r word first second _ <&3; do
	[[ " $LIE " != *" $word="* ]] || { lie=" $LIE" lie=${lie#*" $word="} && say "${lie%% *}" && continue; }
	case $word in
	hello) say hello:1:fake ;;
	suite) say suite:bash:1 ;;
	list) [ -z "$NAMED" ] || { printf '%s\nlisted\n' "$NAMED" >&3 && continue; }
		say bench:one:critical:the_first:fake-worker.bash:1:1:0 && say bench:two:own:::2:1:0 && say listed ;;
	bench) say ready:20 ;;
	warm) say "warm:100:4:2.5:$first" ;;
	time) for ((i = 0; i < second; i++)); do say "batch:$((first * 3)):$((first * 2)):0"; done && say timed ;;
	stop) say metric:depth:7:levels:more && say done:64:2 ;;
	esac
done
