# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# What scripts/false-alarms, scripts/detection and their in-turn kin share: baselines recorded in turn and gate runs
# against them, or gates that measure base and head in turn; one file or row a step, so that what is there is not done
# again.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
words='PASS REGRESSION IMPROVEMENT INCONCLUSIVE NEW MISSING FAILED NOT_MEASURED REFUSED ACCEPTED'
tab=$(printf '\t')
baselines=10 sessions=5 runs=5 group=1 gap=60
condition=quiet
folder='' only_table=false child='' noise=''
suite='' # the baselines' own; empty: what is linked in
gates=10 threshold='' target='' source='' jobs=''
counts='baselines sessions runs group gap' # which options there are that take a number
texts=''                                   # and which take anything
more=''                                    # columns of a row behind the verdict's word
only=''                                    # the one benchmark that is compared; empty: all
fields='change units spent'                # of a comparison in a verdict, besides its word, benchmark and metric

die() { # TEXT...
	echo "$(basename "$0"): $*" >&2
	exit 2
}

is_in() { # WORD LIST
	case " $2 " in *" $1 "*) ;; *) return 1 ;; esac
}

option() { # NAME VALUE
	known=${1#--}
	case $known in *[!a-z]*) die "no option $1" ;; esac
	if is_in "$known" "$counts"; then
		case $2 in
		'' | *[!0-9]*) die "$1 takes a number" ;;
		0) [ "$known" = gap ] || die "$1 takes at least 1" ;;
		esac
	elif is_in "$known" "$texts"; then
		[ -n "$2" ] || die "$1 takes a value"
	else
		die "no option $1"
	fi
	eval "$known=\$2"
}

options() { # ARGUMENT...
	while [ $# -gt 0 ]; do
		case $1 in
		--noise) condition=loaded ;;
		--table) only_table=true ;;
		-*)
			option "$1" "${2-}"
			shift
			;;
		*)
			[ -z "$folder" ] || die "one folder, not $folder and $1"
			folder=$1
			;;
		esac
		shift
	done
	[ -n "$folder" ] || {
		sed -n '/^# Usage/,/^set/ s/^# \{0,1\}//p' "$0" >&2
		exit 2
	}
}

# Makes or opens the folder. The program is copied: it stays the same until the experiment is over.
begin() { # KEY...
	mkdir -p "$folder/$condition"
	folder=$(cd "$folder" && pwd)
	rows=$folder/$condition.tsv
	[ -z "$suite" ] || [ -r "$suite" ] || die "no suite $suite"
	[ -z "$suite" ] || suite=$(realpath "$suite")
	exec 9>"$folder/lock"
	flock -n 9 || die "$folder is in use"
	once "$folder/benchgate" cp "${BENCHGATE:-$here/../build/benchgate}"
	cd "$here/.."
	# A row that was cut short does not count.
	[ ! -e "$rows" ] || [ -z "$(tail -c 1 "$rows")" ] || sed -i '$d' "$rows"
	[ -s "$rows" ] || echo "$* seconds code $words word $more" | sed 's/ $//' | tr ' ' '\t' >"$rows"
	trap stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

stop() {
	for pid in $child $noise; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	noise=''
}

# Makes a file whole or not at all, unless it is there.
once() { # FILE COMMAND... (which takes the file's name as its last argument)
	made=$1
	shift
	[ -e "$made" ] || { "$@" "$made.new" && mv "$made.new" "$made"; } || die "cannot make $made"
}

# In the background, so that a signal ends it at once. Sets code.
step() { # LOG COMMAND...
	log=$1
	shift
	code=0
	"$@" >"$log" 2>&1 &
	child=$!
	wait "$child" || code=$?
	child=''
}

rest() { # SECONDS
	sleep "$1" 9>&- &
	child=$!
	wait "$child" || :
	child=''
}

# Returns when the next step may begin: the file is old enough, nobody asks for a pause, and the noise is there.
ready() { # [FILE]
	while [ -n "${1-}" ] && [ "$gap" -gt 0 ]; do
		# Both times are without their fractions.
		left=$(($(stat -c %Y "$1") + gap + 1 - $(date +%s)))
		[ $left -gt 0 ] || break
		rest $left
	done
	while [ -e "$folder/pause" ]; do
		[ -z "$noise" ] || stop
		rest 2
	done
	[ $condition = loaded ] || return 0
	once "$folder/noise" "${CC:-cc}" -O2 tests/support/noise.c -lm -o
	if [ -z "$noise" ] || ! kill -0 "$noise" 2>/dev/null; then
		"$folder/noise" "$(date +%s)" 1000000000 9>&- >"$folder/noise.txt" 2>&1 &
		noise=$!
		rest 1
	fi
}

failed() { # WHAT
	tail -n 5 "$log" >&2
	die "$condition: $1 ended with $code; see $log"
}

session() { # BASELINE SESSION
	name=$folder/$condition/$1-session
	[ ! -e "$name-$2.json" ] || return 0
	rm -f "$name.json"
	before=''
	if [ "$2" -gt 1 ]; then
		before=$name-$(($2 - 1)).json
		cp "$before" "$name.json"
	fi
	ready "$before"
	step "$name-$2.txt" "$folder/benchgate" update-baselines --config none --yes --force --sessions 1 \
		--reason environment-change:experiment --tier critical \
		${suite:+--suite "$suite"} --baseline "$name.json"
	[ "$code" -eq 0 ] || failed "baseline $1, session $2"
	[ -z "$before" ] || ! cmp -s "$before" "$name.json" ||
		die "$condition: baseline $1 did not grow by session $2"
	mv "$name.json" "$name-$2.json"
	echo "$condition: baseline $1, session $2" >&2
}

has_row() { # KEY
	grep -q "^$1$tab" "$rows"
}

# A suite of the same name may take the place of the baseline's; its key stands behind the run's number.
gate_run() { # BASELINE RUN [KEY SUITE]
	key=$1$tab$2${3:+$tab$3}
	! has_row "$key" || return 0
	baseline=$folder/$condition/$1-session-$sessions.json
	if [ "$2" -eq 1 ]; then ready "$baseline"; else ready; fi
	gate "$key" "$1-run-$2${3:+-$3}" "baseline $1, run $2${3:+, $3}" \
		run --config none --tier=critical ${4:+--suite "$4"} --baseline "$baseline"
}

# Base and head in turn. The limits are a threshold and a target, or "default" in place of either.
compared() { # GATE LIMITS BASE HEAD [KEY]
	key=$1$tab$2${5:+$tab$5}
	! has_row "$key" || return 0
	ready
	this_threshold=${2%/*} this_target=${2#*/}
	[ "$this_threshold" != default ] || this_threshold=''
	[ "$this_target" != default ] || this_target=''
	gate "$key" "$(echo "$key" | tr "/$tab" -)" "gate $(echo "$key" | sed "s/$tab/, /g")" \
		compare "$3" "$4" --tier critical --config none --measure-identical ${only:+--only "$only"} \
		${jobs:+--jobs "$jobs"} ${this_threshold:+--threshold "$this_threshold"} ${this_target:+--target "$this_target"}
}

# A row: says where the command's verdict and values go, and what came of it.
gate() { # KEY NAME WHAT COMMAND...
	row=$1 name=$folder/$condition/$2 what=$3
	shift 3
	rm -f "$name.json" "$name-verdict.json"
	begun=$(date +%s.%N)
	step "$name.txt" "$folder/benchgate" "$@" --out "$name.json" --report "json=$name-verdict.json" -q
	seconds=$(echo "$(date +%s.%N) $begun" | awk '{ printf "%.2f", $1 - $2 }')
	case $code in
	[0135]) [ -s "$name-verdict.json" ] || failed "$what" ;;
	*) failed "$what" ;;
	esac
	said=$(count_words "$name-verdict.json") || die "$name-verdict.json: $said"
	of_each=''
	[ -z "$more" ] || of_each=$tab$(sum_up "$name-verdict.json")
	printf '%s\t%s\t%s\t%s%s\n' "$row" "$seconds" "$code" "$said" "$of_each" >>"$rows"
	echo "$condition: $what: $seconds s, ${said##*"$tab"}" >&2
}

# The gated comparisons of a verdict, a line each: word, benchmark, metric and the fields, a dash for what is not
# there. Then its own word, if it has one.
read_verdict() { # FILE
	grep -oE '"([^"\]|\\.)*"|[][{}:]|[^][{}:,"[:space:]]+' "$1" | awk -v OFS='\t' -v fields="$fields" '
		BEGIN { nr_fields = split(fields, field, " ") }
		function shown(key,    value) {
			value = key in found ? found[key] : "null"
			gsub(/^"|"$/, "", value)
			return value == "null" ? "-" : value
		}
		function comparison(    word, line, i) {
			word = shown("status"); sub(/ /, "_", word)
			# The test found a change; of a copy, that is a false alarm like any other.
			if (word == "LAYOUT") word = shown("change") < 0 ? "IMPROVEMENT" : "REGRESSION"
			# Of a count; an experiment is about times.
			if (word == "not_gated" || word == "WARNING") return
			line = word OFS shown("benchmark") OFS shown("name")
			for (i = 1; i <= nr_fields; i++) line = line OFS shown(field[i])
			print line
		}
		/^[[{]/ { depth++; key = ""; if (depth == 3) split("", found); next }
		/^[]}]/ { if (depth == 3 && part == "metrics") comparison(); depth--; next }
		$0 == ":" { key = substr(last, 2, length(last) - 2); if (depth == 1) part = key; next }
		{
			if (key == "overall_status" && part == "summary") own = substr($0, 2, length($0) - 2)
			if (key != "" && depth == 3) found[key] = $0
			last = $0; key = ""
		}
		END { if (own != "") print own }'
}

# How often the gated comparisons of a verdict have each word, then its own word.
count_words() { # FILE
	read_verdict "$1" | awk -F '\t' -v words="$words" '
		BEGIN { nr = split(words, word, " "); for (i = 1; i <= nr; i++) count[word[i]] = 0 }
		NF == 1 { own = $1; next }
		!($1 in count) { print "what is " $1 "?"; failed = 1; exit 1 }
		{ count[$1]++ }
		END {
			if (failed) exit 1
			if (own == "") { print "no word"; exit 1 }
			for (i = 1; i <= nr; i++) printf "%d\t", count[word[i]]
			print own
		}'
}

# How many benchmarks were measured, in how many units and with how many seconds each on average; then what was said
# of each: benchmark:word:change:units:seconds. Of metrics other than the time it is the word alone.
sum_up() { # FILE
	read_verdict "$1" | awk -F '\t' '
		NF == 1 { next }
		$3 != "time" && $3 != "-" { each = each " " $2 "/" $3 ":" $1 ":-:-:-"; next }
		{ each = each " " $2 ":" $1 ":" $4 ":" $5 ":" $6 }
		$5 > 0 { nr++; units += $5; seconds += $6 }
		END { printf "%d\t%d\t%.3f\t%s\n", nr, units, nr ? seconds / nr : 0, each == "" ? "-" : substr(each, 2) }'
}

# The suite of a source in tests/support/suites, slowed. It has one name in all folders: a baseline knows it by that.
# Flags and folders' names of one length keep all else the same.
build_slowed() { # SOURCE PERMILLE FOLDER
	suite=$folder/$3/$(basename "$1" .c).so
	mkdir -p "$folder/$3"
	once "$suite" "${CC:-cc}" -O2 -shared -fPIC -falign-functions=64 -Iinclude -DSLOWER_PERMILLE="$2" "$1" -o
}

# Baselines in groups: a session of each in turn, then a round of gate runs of each in turn.
in_turn() { # ROUND (a function that takes a baseline's and a run's number)
	first=1
	while [ $first -le "$baselines" ]; do
		end=$((first + group - 1))
		[ $end -le "$baselines" ] || end=$baselines
		for s in $(seq "$sessions"); do
			for b in $(seq "$first" "$end"); do session "$b" "$s"; done
		done
		for r in $(seq "$runs"); do
			for b in $(seq "$first" "$end"); do "$1" "$b" "$r"; done
		done
		first=$((end + 1))
	done
}

# For awk: columns by their names, the condition by the file's name, and what both tables need.
# shellcheck disable=SC2016  # for awk
figures='
	FNR == 1 {
		for (i = 1; i <= NF; i++) column[$i] = i
		condition = FILENAME; sub(/[.]tsv$/, "", condition)
		next
	}
	function of(name) { return $column[name] }
	function comparisons(    i, sum) { for (i = column["PASS"]; i <= column["ACCEPTED"]; i++) sum += $i; return sum }
	# Of figures that stand in a text, separated by spaces.
	function sorted(text, into,    nr, i, j, one) {
		nr = split(text, into, " ")
		for (i = 2; i <= nr; i++) {
			one = into[i] + 0
			for (j = i - 1; j && into[j] + 0 > one; j--) into[j + 1] = into[j]
			into[j + 1] = one
		}
		return nr
	}
	function median(text,    v, nr) {
		nr = sorted(text, v)
		return (v[int((nr + 1) / 2)] + v[int(nr / 2) + 1]) / 2
	}
	function largest(text,    v, nr) { nr = sorted(text, v); return v[nr] }
	# Clopper and Pearson 1934, one-sided: the rate at which k of n or fewer come with probability 0.05.
	function at_most(k, n,    low, high, rate, i, term, sum, round) {
		if (k >= n) return 1
		low = 0; high = 1
		for (round = 0; round < 60; round++) {
			rate = (low + high) / 2; term = n * log(1 - rate); sum = 0
			for (i = 0; i <= k; i++) {
				sum += exp(term)
				term += log((n - i) / (i + 1)) + log(rate / (1 - rate))
			}
			if (sum > 0.05) low = rate; else high = rate
		}
		return rate
	}'

# What the tables of gates in turn need besides: what was said of each benchmark, added up for all of a group and for
# each of its benchmarks.
figures_in_turn='
	function add(at, said) {
		said_of[at]++; nr_words[at, said[2]]++
		if (said[3] != "-") { changes[at] += said[3]; nr_changes[at]++ }
		if (said[4] != "-") { units[at] += said[4]; nr_units[at]++ }
		if (said[5] != "-") {
			spent[at] += said[5]; nr_spent[at]++
			if (said[5] + 0 > longest[at]) longest[at] = said[5] + 0
		}
	}
	# Takes the row. A group is a condition, its limits and what else is given.
	function take(group,    i, nr, item, said) {
		if (!(group in gates)) groups[++nr_groups] = group
		gates[group]++
		called[group] += of("REGRESSION") > 0
		seconds[group] += of("seconds")
		nr = split(of("each"), item, " ")
		for (i = 1; i <= nr; i++) {
			if (split(item[i], said, ":") != 5) continue
			add(group, said); add(group SUBSEP said[1], said)
			if (!(said[1] in known)) { known[said[1]]; benchmarks[++nr_benchmarks] = said[1] }
		}
	}
	function share(at, word) {
		return said_of[at] ? sprintf("%.1f %%", 100 * nr_words[at, word] / said_of[at]) : "-"
	}
	function mean(sum, nr, format) { return nr ? sprintf(format, sum / nr) : "-" }
	function mean_seconds(at) { return mean(spent[at], nr_spent[at], "%.2f") }
	function most_seconds(at) { return nr_spent[at] ? sprintf("%.2f", longest[at]) : "-" }
	function mean_units(at) { return mean(units[at], nr_units[at], "%.1f") }
	function mean_change(at) { return mean(100 * changes[at], nr_changes[at], "%+.2f %%") }'

# The rows of both conditions, to an awk program.
tell() { # PROGRAM
	program=$1
	cd "$folder"
	set --
	for file in quiet.tsv loaded.tsv; do
		[ ! -s $file ] || set -- "$@" $file
	done
	[ $# -gt 0 ] || die "no experiment in $folder"
	awk -F '\t' -v words="$words" "$figures$program" "$@"
}
