#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line: help, manual and completions say the same; mistakes get one clear line and their exit code.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	"$program" help >help.txt
	for shell in bash zsh fish; do
		"$program" completion $shell >$shell.txt
	done
	shared good.so "$suites/good.c"
}

commands() {
	sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' "$BATS_FILE_TMPDIR/help.txt"
}

topics() {
	sed -n '/^topics/,$s/^  \([a-z-]*\) .*/\1/p' "$BATS_FILE_TMPDIR/help.txt"
}

schemas() {
	"$program" help schemas | sed -n 's/^  \([a-z-]*\)  .*/\1/p'
}

# The long options that the help of a command lists
options() { # COMMAND
	"$program" help "$1" | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p'
}

# Those of the commands whose source has this line, or has it not
commands_in_source() { # GREP-OPTION
	grep -l "^const struct command command_" "$repository"/src/cmd/*.c | xargs grep "$1" '^	\.hidden = true,' |
		xargs sed -n '/^const struct command/,/^}/s/^	\.name = "\(.*\)",/\1/p' | sort
}

@test "help lists every command but the hidden" {
	[ "$(commands | sort)" = "$(commands_in_source -L)" ]
	[ "$(commands_in_source -l)" = worker ]
	[ "$(commands | wc -l)" -ge 5 ]
}

@test "benchgate alone is one screen, and names each command once" {
	local command
	try
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(wc -l <<<"$output")" -le 24 ]
	sed -n '/^commands:/,/^$/p' <<<"$output" | cut -c 18- >named
	run ! grep -nE '^.{80}' <<<"$output"
	for command in $(commands); do
		echo "$command"
		[ "$(tr -s ' ' '\n' <named | grep -cx -- "$command")" -eq 1 ]
	done
	[ "$(wc -w <named)" -eq "$(commands | wc -l)" ]
}

@test "the commands that the screen begins with are there, and so is what its last lines name" {
	local topic
	try
	for topic in $(sed -n 's/.*for example: //p' <<<"$output" | tr -d ,); do
		benchgate help "$topic" >said
		[ -s said ]
	done
	[ "$(grep -cE '^  benchgate (init|run|compare) ' <<<"$output")" -eq 3 ]
}

@test "help without a topic, --help and -h are one" {
	local said
	said=$(cat "$BATS_FILE_TMPDIR/help.txt")
	for way in help --help -h; do
		try $way
		[ "$status" -eq 0 ]
		[ "$output" = "$said" ]
		[ -z "$stderr" ]
	done
}

@test "help X, X --help and X -h agree, whatever else is said" {
	local command said
	for command in $(commands); do
		try help "$command"
		[ "$status" -eq 0 ]
		said=$output
		[[ $said == "usage: benchgate $command"* ]]
		try "$command" --help
		[ "$status" -eq 0 ]
		[ "$output" = "$said" ]
		try "$command" --nonsense -h
		[ "$status" -eq 0 ]
		[ "$output" = "$said" ]
	done
}

@test "schemas are a topic of their own, and each is a valid schema" {
	local schema
	[ "$(schemas | wc -l)" -ge 7 ]
	run ! grep -q -- '-schema ' "$BATS_FILE_TMPDIR/help.txt"
	topics | grep -qx schemas
	for schema in $(schemas); do
		"$program" help "$schema" >schema.json
		/usr/bin/python3 -c 'import json, jsonschema; jsonschema.Draft7Validator.check_schema(json.load(open("schema.json")))'
		grep -qw -- "$schema" "$BATS_FILE_TMPDIR/bash.txt"
	done
	# None is forgotten in the list.
	[ "$(schemas | wc -l)" -eq "$(find "$repository/src" -name '*.schema.json' | wc -l)" ]
	wrong "no command or topic is named 'run-shema'; did you mean run-schema*" help run-shema
}

# on_terminal COMMAND: its output as a terminal of 24 lines gets it
on_terminal() {
	TERM=xterm timeout -k 1 30 script -qec "stty rows 24 cols 80; $1" /dev/null </dev/null | tr -d '\r'
}

@test "on a terminal, what is longer than the screen goes through the pager" {
	"$program" help verdicts >plain
	# shellcheck disable=SC2016  # for the pager's shell
	export PAGER='sed "s/^/paged: /"'
	on_terminal "$program help verdicts" >said
	sed 's/^/paged: /' plain | diff - said
	on_terminal "$program run --help" | grep -q '^paged: usage: benchgate run'
	# What fits, what is no terminal and what is for a program does not.
	run ! grep -q paged <<<"$(on_terminal "$program help exit-codes | cat; $program; $program help --man run; $program version")"
	"$program" help verdicts | diff plain -
	TERM=dumb timeout -k 1 30 script -qec "$program help verdicts" /dev/null </dev/null >said
	run ! grep -q paged said
}

@test "a pager that is missing, empty or leaves early loses nothing" {
	"$program" help verdicts >plain
	for PAGER in '' cat /nonexistent/pager; do
		export PAGER
		on_terminal "$program help verdicts; echo status \$?" >said
		grep -qx 'status 0' said
		grep -v '^status\|/nonexistent/pager' said | diff plain -
	done
	export PAGER='head -n 1'
	on_terminal "$program help config-file; echo status \$?" >said
	[ "$(cat said)" = $'THE POLICY FILE\nstatus 0' ]
	# Without one that is named it is less, where that is found.
	unset PAGER
	printf '#!/bin/sh\necho "less $*"; cat\n' >less
	chmod +x less
	on_terminal "PATH=$PWD:$PATH $program help verdicts" >said
	{ echo 'less -FRX' && cat plain; } | diff - said
	on_terminal "PATH=/nonexistent $program help verdicts" | diff plain -
}

@test "help explains each topic" {
	local topic
	[ "$(topics | wc -l)" -ge 5 ]
	for topic in $(topics); do
		try help "$topic"
		[ "$status" -eq 0 ]
		[ -n "$output" ]
	done
}

@test "the options of run and compare are in groups, everyday ones first, with two examples" {
	local command group
	for command in run compare; do
		"$program" "$command" --help >"$command.txt"
		[ "$(sed -n '/^examples:/,/^$/p' "$command.txt" | grep -c "^	benchgate $command ")" -eq 2 ]
		[ "$(grep -E '^[a-z, ]+:$' "$command.txt" | sed -n 2p)" = 'everyday options:' ]
		group=$(sed -n '/^everyday options:/,/^$/p' "$command.txt")
		grep -q -- --report <<<"$group"
		run ! grep -q -- --alpha <<<"$group"
		# Each option once; that none is lost is seen by the completion, which knows no groups.
		[ -z "$(options "$command" | sort | uniq -d)" ]
		[ "$(options "$command" | sort)" = "$(offered benchgate "$command" -- | sed 's/^--//')" ]
		# All have a group of their own.
		run ! grep -q '^other options:' "$command.txt"
	done
	"$program" list --help | grep -qx 'options:'
	run ! grep -qx 'other options:' <<<"$(for command in $(commands); do "$program" "$command" --help; done)"
}

@test "the man page of a command has the groups and the examples of its help" {
	"$program" help --man compare >page.1
	for group in $("$program" compare --help | sed -n 's/^\([a-z, ]*\):$/\1/p' | grep -vx examples | tr ' ' _); do
		grep -qx ".SS ${group//_/ }" page.1
	done
	sed -n '/^\.SH EXAMPLES/,/^\.fi/p' page.1 | grep -c '^benchgate compare ' | grep -qx 2
}

@test "each command that takes something has an example of its own" {
	local command
	for command in $(commands | grep -vx 'version\|completion'); do
		echo "$command"
		"$program" "$command" --help | sed -n '/^examples:/,/^$/p' | grep -q "^	benchgate $command\b"
	done
}

@test "--trace and --help are options of every command" {
	local command
	for command in $(commands); do
		[ "$(options "$command" | tail -n 2)" = $'trace\nhelp' ]
		"$program" "$command" --trace unused.json -h >said
		grep -qx "usage: benchgate $command \[OPTION\.\.\.\].*" said
	done
	[ ! -e unused.json ]
}

@test "no line of a command's help is wider than 92 columns" {
	local command
	for command in $(commands); do
		run ! grep -nE '^.{93}' <<<"$("$program" help "$command")"
	done
}

@test "each option of each command is in its man page and in all completions" {
	local command option page bash zsh fish nr=0
	for command in $(commands); do
		page=$("$program" help --man "$command")
		bash=$(sed -n "/^		$command) COMPREPLY/p" "$BATS_FILE_TMPDIR/bash.txt")
		zsh=$(sed -n "/^		$command) _arguments/,/;;\$/p" "$BATS_FILE_TMPDIR/zsh.txt")
		fish=$(grep -E "(__fish_seen_subcommand_from $command|not __fish_use_subcommand)' -l " "$BATS_FILE_TMPDIR/fish.txt")
		for option in $(options "$command"); do
			echo "$command --$option"
			[[ $page == *"\\-\\-${option//-/\\-}"* ]]
			[[ $bash =~ [\'\ ]"--$option " ]]
			[[ $zsh =~ "'--$option"=?"[" ]]
			[[ $fish == *"' -l $option "* ]]
			nr=$((nr + 1))
		done
	done
	[ "$nr" -ge 15 ]
}

@test "each command and topic is in the main man page and in all completions" {
	local name
	"$program" help --man >page.1
	for name in $(commands) $(topics); do
		echo "$name"
		grep -qxF ".B ${name//-/\\-}" page.1
		for shell in bash zsh fish; do
			grep -qw -- "$name" "$BATS_FILE_TMPDIR/$shell.txt"
		done
	done
}

@test "each man page, of commands, topics and schemas, is without flaw" {
	local command page
	for command in '' $(commands) $(topics) $(schemas); do
		# shellcheck disable=SC2086  # nothing at all
		"$program" help --man $command >page
		page=page$command.$(sed -n '1s/^\.TH [^ ]* \([0-9]\) .*/\1/p' page)
		mv page "$page"
		run mandoc -T lint -W warning "$page"
		echo "$output"
		[ "$status" -eq 0 ]
		grep -q "^\.SH EXIT STATUS" page.1
	done
}

@test "completions are what their shells can read" {
	bash -n "$BATS_FILE_TMPDIR/bash.txt"
	for shell in zsh fish; do
		! command -v $shell || $shell -n "$BATS_FILE_TMPDIR/$shell.txt"
	done
}

# What bash would offer when TAB is pressed behind these words
offered() { # WORD...
	# shellcheck disable=SC2016  # expanded by that bash
	bash --norc -c '
		source "$1" && shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		[[ $(complete -p benchgate) == *"-F _benchgate"* ]] && _benchgate
		printf "%s\n" "${COMPREPLY[@]}"' - "$BATS_FILE_TMPDIR/bash.txt" "$@" | sort
}

@test "bash completes commands, options, choices, files, topics and shells" {
	[ "$(offered benchgate '')" = "$(commands | sort)" ]
	[ "$(offered benchgate li)" = list ]
	[ "$(offered benchgate run --t)" = $'--target\n--threshold\n--tier\n--time\n--timeout\n--tip\n--trace\n--trigger' ]
	[ "$(offered benchgate run --)" = "$(options run | sed 's/^/--/' | sort)" ]
	[ "$(offered benchgate run --color '')" = $'always\nauto\nnever' ]
	[ "$(offered benchgate run --color = n)" = never ]
	[ "$(offered benchgate run --color =)" = $'always\nauto\nnever' ]
	[ "$(offered benchgate run --report gob)" = gobench ]
	touch some.so
	[ "$(offered benchgate run --suite so)" = some.so ]
	[ "$(offered benchgate version --trace so)" = some.so ]
	[ "$(offered benchgate help exi)" = exit-codes ]
	[ "$(offered benchgate completion '')" = $'--help\n--trace\nbash\nfish\nzsh' ]
}

@test "version says which, also as --version" {
	try version
	[ "$status" -eq 0 ]
	[[ $output =~ ^benchgate\ [0-9]+\.[0-9]+\.[0-9]+\ \(suite\ ABI\ [0-9]+,\ worker\ protocol\ [0-9]+\)$ ]]
	[[ $output == *" ABI $(sed -n 's/^#define BG_ABI //p' "$repository/include/benchgate.h"), "* ]]
	said=$output
	try --version
	[ "$output" = "$said" ]
}

@test "list --json is JSON with all that list says" {
	try list --json
	[ "$status" -eq 0 ]
	echo "$output" >list.json
	try list
	[ "$(query list.json '"\n".join(names())')" = "$(cut -d' ' -f1 <<<"$output")" ]
	holds list.json 'all(b["tier"] and b["about"] and b["file"].endswith(".c") and b["line"] > 0 and b["threads"] > 0 and b["suite"] == "" for b in it["benchmarks"])'
	benchgate list --json --suite "$BATS_FILE_TMPDIR/good.so" >list.json
	holds list.json 'names() == ["good"] and bench("good")["suite"].endswith("good.so") and bench("good")["latency"] is False'
	holds list.json 'len(it["suite_compiler"]) > 3'
}

@test "the schema of result files is a valid schema, which refuses what is none" {
	"$program" help run-schema >schema.json
	/usr/bin/python3 -c 'import json, jsonschema; jsonschema.Draft7Validator.check_schema(json.load(open("schema.json")))'
	echo '{}' >result.json
	run valid result.json
	[ "$status" -ne 0 ]
}

# wrong PATTERN ARGUMENT...: a mistake in the command line is exit code 2 and one line
wrong() {
	try "${@:2}"
	fails 2 "benchgate: $1"
}

@test "an unknown command: what was meant is suggested" {
	wrong "unknown command 'rnu'; did you mean run*" rnu
	wrong "unknown command 'lst'; did you mean list*" lst
	wrong "unknown command 'frobnicate' (see 'benchgate help')" frobnicate
	wrong "unknown command ''*" ''
	# Three letters of three are another word.
	wrong "unknown command 'xyz' (see 'benchgate help')" xyz
	wrong "unknown command '--verbose' *" --verbose
	# What is hidden is not suggested.
	wrong "unknown command 'workerr' (see 'benchgate help')" workerr
}

@test "an unknown topic: what was meant is suggested" {
	wrong "no command or topic is named 'exit-code'; did you mean exit-codes*" help exit-code
	wrong "no command or topic is named 'rnu'; did you mean run*" help rnu
	wrong "no command or topic is named 'frobnicate' (see 'benchgate help')" help frobnicate
	wrong 'help takes one topic, but also got *' help run list
}

@test "an unknown option: what was meant is suggested" {
	wrong 'unknown option --proceses; did you mean --processes?' run --proceses 3
	wrong 'unknown option --proceses=3; did you mean --processes?' run --proceses=3
	wrong 'unknown option --frobnicate (see --help)' run --frobnicate
	wrong 'unknown option -x in -qx' run -qx
	wrong 'unknown option --jsn; did you mean --json?' list --jsn
	wrong 'unknown option --json*' version --json
}

@test "options with a value too many or too few" {
	wrong '--processes needs a value: N' run --processes
	wrong '-p needs a value: N' run -p
	wrong '--sandbox needs a value: on,auto,off' run --sandbox
	wrong '--quiet takes no value' run --quiet=yes
	wrong '--memory-limit takes a size, like 64MiB; *lots*' run --memory-limit lots
	wrong "--seed takes a whole number, like 10; '-1' is not" run --seed -1
	wrong "--seed takes a whole number, like 10; '18446744073709551616' is not" run --seed 18446744073709551616
}

@test "letters may be joined, and -- ends the options" {
	try run -qp1 -v --time=1ms --suite "$BATS_FILE_TMPDIR/good.so" -- good
	[ "$status" -eq 0 ]
	[[ $output == *'good: 1 processes'* ]]
	wrong "no benchmark matches '-q' *" list -- -q
}

@test "commands that take one word or none" {
	wrong 'completion takes one shell: bash, zsh or fish' completion
	wrong "unknown shell 'tcsh'; *known shells: bash, zsh, fish" completion tcsh
	wrong 'completion takes one shell*' completion bash zsh
	wrong "version takes no argument; 'x' is one" version x
	wrong 'worker is started by benchgate itself*' worker
}

@test "a long mistake is still one line" {
	wrong 'unknown command *' "$(printf 'x%.0s' {1..5000})"
	wrong 'suite *' list --suite "$(printf 'x%.0s' {1..5000})"
	wrong 'unknown command *' $'two\nlines'
	wrong 'unknown option *' run $'--two\nlines'
}

@test "exit codes are those of help exit-codes" {
	local code
	for code in 0 2 3 130 143 129; do
		benchgate help exit-codes | grep -qE "(^|; )$code\b"
	done
	cp "$BATS_FILE_TMPDIR/good.so" .
	try run -q --suite ./good.so --processes 1 --time 1ms
	[ "$status" -eq 0 ]
	try run -q --suite ./none.so
	[ "$status" -eq 2 ]
	try run -q --suite ./good.so --processes 1 --time 1ms --budget 1ms
	[ "$status" -eq 3 ]
}

@test "what cannot be printed is an error, a reader that went away is none" {
	local way status
	for way in help 'help --man' version 'completion bash' list 'help run-schema'; do
		status=0
		# shellcheck disable=SC2086  # words
		benchgate $way >/dev/full 2>said || status=$?
		[ "$status" -eq 3 ]
		[ "$(cat said)" = 'benchgate: cannot write to standard output: No space left on device' ]
	done
	(trap '' PIPE && benchgate help run-schema 2>said | true && [ "${PIPESTATUS[0]}" -eq 0 ])
	[ ! -s said ]
}

@test "without standard input, output or error it does its work all the same" {
	measure --suite "$BATS_FILE_TMPDIR/good.so"
	benchgate run --suite "$BATS_FILE_TMPDIR/good.so" --processes 2 --time 1ms --out closed.json 0<&- 1>&- 2>&- || :
	valid closed.json
	holds closed.json 'statuses() == {"good": "ok"} and len(values("good", "time")) == 2'
}
