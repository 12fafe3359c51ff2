#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# push and pull, with a real S3-compatible server that checks each signature.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/golden
load ../support/storage

secret=planted/secret+key=
at="s3://bucket/pre fix/ü+x"

setup_file() {
	storage_ready
	start_storage bucket
	export endpoint store server
}

teardown_file() {
	kill "$server"
}

setup() {
	story
	rm -rf "$store".* "$store"/bucket/*
	unset AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION
	export AWS_ACCESS_KEY_ID=AKIAPLANTEDKEY AWS_SECRET_ACCESS_KEY=$secret
}

push() { # ADDRESS FILE...
	try push --endpoint "$endpoint" "$@"
}

pull() { # ADDRESS [ARGUMENT...]
	try pull --endpoint "$endpoint" "$@"
}

fine() {
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ ! -e "$store.log" ] || run -1 grep DIFFERS "$store.log"
}

# The server is to answer like this, and the next requests too: STATUS BODY
trouble() {
	printf '%s %s\n' "$@" >>"$store.trouble"
}

# Objects under lots/ as the server keeps them, like one that was pushed there
stored() { # FILE NAME...
	/usr/bin/python3 - "$store/bucket/lots" "$@" <<-'PY'
		import os, shutil, sys
		lots, file, *names = sys.argv[1:]
		for name in names:
		    for part in "metadata.json", "object.md5":
		        os.link(f"{lots}/head.json._S3rver_{part}", f"{lots}/{name}._S3rver_{part}")
		    shutil.copy(file, f"{lots}/{name}._S3rver_object")
	PY
}

page() { # KEY...
	printf '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>'
	printf '<Contents><Key>%s</Key><Size>1</Size></Contents>' "$@"
	printf '</ListBucketResult>'
}

@test "what is pushed comes back byte for byte, under a prefix with blanks, plus signs and other letters" {
	push "$at" head.json base.json
	[ "$output" = "$at/head.json: new
$at/base.json: new" ]
	fine
	cmp head.json "$store/bucket/pre fix/ü+x/head.json._S3rver_object"
	grep -q application/json "$store/bucket/pre fix/ü+x/head.json._S3rver_metadata.json"
	pull "$at/" --into got head.json base.json
	[ "$output" = "got/head.json: new
got/base.json: new" ]
	fine
	cmp head.json got/head.json
	cmp base.json got/base.json
	[ "$(find got -type f | wc -l)" -eq 2 ]
}

@test "what is there is replaced, and that is said" {
	push s3://bucket head.json
	sed -i 's/"duration": 12.5/"duration": 13.5/' head.json
	push s3://bucket head.json
	[ "$output" = 's3://bucket/head.json: replaced' ]
	fine
	pull s3://bucket head.json
	[ "$output" = 'baselines/head.json: new' ]
	pull s3://bucket head.json
	[ "$output" = 'baselines/head.json: replaced' ]
	cmp head.json baselines/head.json
}

@test "a file of megabytes, and letters of all kinds in its name" {
	local name="a b+c%2F=?#@:(ü)~*!.json"
	{ cat base.json; head -c 3000000 /dev/zero | tr '\0' ' '; } >"$name"
	push s3://bucket "$name"
	fine
	pull s3://bucket --all --into got
	fine
	cmp "$name" "got/$name"
}

@test "a wrong secret, a key that nobody has, a bucket that is not there: the server's words and what to do" {
	AWS_SECRET_ACCESS_KEY=${secret}x push s3://bucket head.json
	fails 3 'benchgate: s3://bucket/head.json: status 403, SignatureDoesNotMatch: The request signature*\(AWS_SECRET_ACCESS_KEY is not the secret of*'
	AWS_ACCESS_KEY_ID=AKIAOTHER pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: status 403, InvalidAccessKeyId: *\(this --endpoint does not know the key AWS_ACCESS_KEY_ID)'
	pull s3://nowhere --all
	fails 3 'benchgate: s3://nowhere: status 404, NoSuchBucket: *\(make the bucket first*'
	pull s3://bucket none.json
	fails 3 'benchgate: s3://bucket/none.json: status 404, NoSuchKey: *'
	[ -z "$(find "$store" -type f)" ]
	[ "$(ls -A baselines)" = accepted.json ]
}

@test "a session's token is signed, and no secret is in anything that is said or written" {
	AWS_SESSION_TOKEN=planted-token push s3://bucket head.json
	fine
	grep -q 'PUT /bucket/head.json 200 .*;x-amz-security-token ' "$store.log"
	trouble 403 "<Error><Code>AccessDenied</Code><Message>$secret of AKIAPLANTEDKEY with planted-token</Message></Error>"
	AWS_SESSION_TOKEN=planted-token pull s3://bucket head.json
	fails 3 'benchgate: s3://bucket/head.json: status 403, AccessDenied: \*\*\* of \*\*\* with \*\*\* (the key must be allowed*'
	run -1 grep -rE 'planted|PLANTED' .
}

@test "credentials from a file that nobody else may read" {
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	push s3://bucket head.json
	fails 2 'benchgate: there is no AWS_ACCESS_KEY_ID in the environment; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with --credentials'
	printf '[other]\naws_access_key_id = wrong\n[default]\naws_access_key_id=AKIAPLANTEDKEY\naws_secret_access_key = %s\r\n' "$secret" >keys
	chmod 644 keys
	push s3://bucket head.json --credentials keys
	fails 3 'benchgate: keys holds a secret and others may read it (mode 644); chmod 600 it'
	chmod 600 keys
	push s3://bucket head.json --credentials keys
	fine
	sed -i '/secret/d' keys
	push s3://bucket head.json --credentials keys
	fails 2 'benchgate: keys has no aws_secret_access_key; *'
}

@test "only what we can read is sent, and nothing when one file is none" {
	echo '{}' >none.json
	push s3://bucket head.json none.json
	fails 3 'benchgate: none.json: *'
	push s3://bucket head.json missing.json
	fails 3 'benchgate: cannot open missing.json: *'
	cp head.json head.txt
	push s3://bucket head.txt
	fails 2 "benchgate: 'head.txt' is no name of a result file or baseline: it must end in .json (a history in .db)*"
	mkdir sub
	cp head.json sub
	# What another tool left is sent as ours.
	echo 'BenchmarkSort-8  1000  100.5 ns/op' >bench.txt
	push s3://bucket bench.txt
	[ "$output" = 's3://bucket/bench.txt.json: new' ]
	fine
	pull s3://bucket bench.txt.json
	fine
	[ "$(query baselines/bench.txt.json 'it["imported"]["format"]')" = go ]
	rm "$store.log"
	push s3://bucket head.json sub/head.json
	fails 2 'benchgate: head.json and sub/head.json would have the same name there*'
	[ ! -e "$store.log" ]
}

@test "reports are put beside result files, as what they are; what only looks like one is not" {
	local format
	for format in html:report.html junit:junit.xml markdown:report.md csv:values.csv badge:badge.svg text:report.txt json:verdict.json; do
		try report head.json --against base.json --report "${format%:*}=${format#*:}"
	done
	push s3://bucket report.html junit.xml report.md values.csv badge.svg report.txt verdict.json
	[ "${#lines[@]}" -eq 7 ]
	fine
	cmp report.html "$store/bucket/report.html._S3rver_object"
	grep -q text/html "$store/bucket/report.html._S3rver_metadata.json"
	grep -q application/xml "$store/bucket/junit.xml._S3rver_metadata.json"
	grep -q application/json "$store/bucket/verdict.json._S3rver_metadata.json"
	rm "$store.log"
	cp "$suites/turns.c" report.html
	push s3://bucket head.json report.html
	fails 3 'benchgate: report.html is no result file, no baseline, and none of our reports, which end in .html, .xml, *'
	cp report.md .report.md
	push s3://bucket .report.md
	fails 2 "benchgate: '.report.md' cannot be a name there: *"
	[ ! -e "$store.log" ]
}

# A history of main with four commits, and two more on the branch that is checked out; commit 1 is the oldest
commits() {
	own_home
	git init -q --initial-branch=main .
	printf '*\n' >.gitignore
	for nr in 1 2 3 4 5 6; do
		[ "$nr" -ne 5 ] || git checkout -q -b feature
		echo "$nr" >version
		git add -f version
		git commit -q -m "Version $nr"
		commit[nr]=$(git rev-parse HEAD)
	done
}

@test "by commit: a run and its reports are kept by commit and machine, and taken as this machine's baseline" {
	local commit machine
	commits
	shared suite.so "$suites/turns.c"
	try run -q --processes 3 --time 3ms --suite ./suite.so steady --out result.json --report html=report.html
	[ "$status" -eq 0 ]
	push s3://bucket/p --commit HEAD result.json report.html
	machine=${lines[0]#"s3://bucket/p/runs/${commit[6]}/"}
	machine=${machine%.json: new}
	[[ $machine =~ ^[0-9a-f]{8}$ ]]
	[ "${lines[1]}" = "s3://bucket/p/runs/${commit[6]}/$machine/report.html: new" ]
	fine
	for nr in 2 3; do
		sed "s/${commit[6]}/${commit[nr]}/" result.json >"$nr.json"
		push s3://bucket/p --commit "${commit[nr]}" "$nr.json"
		fine
	done
	# Of another machine, too
	sed -E 's/("cpu": ")/\1Other /' 2.json >other.json
	push s3://bucket/p --commit main~2 other.json
	[[ $output == "s3://bucket/p/runs/${commit[2]}/"*'.json: new' && $output != *"$machine"* ]]

	pull s3://bucket/p --merge-base
	[[ $output == "baselines/"*"-$machine.json: new, the run of ${commit[3]:0:7}, before the merge base of main and HEAD (${commit[4]:0:7})" ]]
	fine
	cmp 3.json baselines/*-"$machine.json"
	pull s3://bucket/p --commit main~2
	[[ $output == "baselines/"*"-$machine.json: replaced, the run of main~2 (${commit[2]:0:7})" ]]
	cmp 2.json baselines/*-"$machine.json"
	try run -q --processes 3 --time 3ms --suite ./suite.so steady
	[[ $output == *'2 compared, '* ]]
	pull s3://bucket/p --commit "${commit[2]}" --all --into all
	[ "${#lines[@]}" -eq 2 ]
	cmp other.json all/*other*
	# A hash needs no repository.
	mv .git git
	pull s3://bucket/p --commit "${commit[2]}" --into there
	[ "$status" -eq 0 ]
	mv git .git

	pull s3://bucket/p --commit main
	fails 4 "benchgate: main (${commit[4]:0:7}) has no run of this machine ($machine) in s3://bucket/p; --merge-base looks at what is before HEAD"
	pull s3://bucket/p --commit main --all
	fails 4 "benchgate: main (${commit[4]:0:7}) has no run in s3://bucket/p"
	pull s3://bucket/empty --merge-base
	fails 4 "benchgate: none of the 4 commits from the merge base of main and HEAD (${commit[4]:0:7}) back has a run of this machine ($machine) in s3://bucket/empty"
	trouble 403 '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>'
	pull s3://bucket/p --merge-base
	fails 3 'benchgate: s3://bucket/p/runs/*.json: status 403, AccessDenied: *'
	rm baselines/*-"$machine.json"
	try update-baselines -q --suite ./suite.so steady --sessions 1 --processes 2 --time 2ms --yes --force
	pull s3://bucket/p --merge-base
	fails 2 'benchgate: baselines/*.json is a baseline, and would be replaced by one run: take it --into another folder'
}

@test "by commit: what is no run of that commit is refused before anything is sent" {
	local commit
	commits
	sed -i "s/0123456789abcdef0123456789abcdef01234567/${commit[6]}/" head.json
	try report head.json --report html=report.html
	sed 's/"git_branch"/"git_dirty": "yes", "git_branch"/' head.json >dirty.json
	while IFS='|' read -r files status pattern; do
		# shellcheck disable=SC2086  # words
		push s3://bucket $files
		fails "$status" "benchgate: $pattern"
	done <<-END
		--commit main head.json|2|head.json: it was measured at ${commit[6]:0:12}, and --commit is ${commit[4]:0:12}
		--commit HEAD dirty.json|2|dirty.json: it was measured with changes that are not in ${commit[6]:0:12}: *
		--commit HEAD base.json|2|base.json is a baseline, which is of no one commit: push it without --commit
		--commit HEAD report.html|2|with --commit a report goes beside the run that it is about: *
		--commit nothing head.json|2|unknown revision 'nothing'*
		--commit HEAD head.json ./head.json|2|head.json and ./head.json would have the same name there*
	END
	[ ! -e "$store.log" ]
}

@test "all: over the pages of a list, what is ours right behind the prefix" {
	push s3://bucket/lots head.json
	push s3://bucket/lots/deeper base.json
	echo '{"format": "other"}' >other
	stored other a{1000..2010}.txt strange.json
	stored base.json .hidden.json zz.json
	pull s3://bucket/lots --all --into got
	[ "$status" -eq 0 ]
	[ "$output" = 'got/head.json: new
got/zz.json: new' ]
	[[ ${stderr_lines[0]} == "benchgate: left out: .hidden.json: '.hidden.json' is no name"* ]]
	[[ ${stderr_lines[1]} == 'benchgate: left out: strange.json: s3://bucket/lots/strange.json: '* ]]
	[ "${#stderr_lines[@]}" -eq 2 ]
	cmp base.json got/zz.json
	[ "$(grep -c 'GET /bucket?.*continuation-token=.* 200 ' "$store.log")" -eq 1 ]
	pull s3://bucket/lots strange.json --into got
	fails 3 'benchgate: s3://bucket/lots/strange.json: *'
	[ ! -e got/strange.json ]
}

@test "a history is copied there while others write, comes back, and gets what it lacks" {
	try history import head.json --db nights.db
	push s3://bucket/nights nights.db
	[ "$output" = 's3://bucket/nights/nights.db: new' ]
	fine
	pull s3://bucket/nights nights.db --into got
	[ "$output" = 'got/nights.db: new' ]
	fine
	# Another machine's night, which only the store has
	sed 's/"id": "../"id": "ff/; s/"cpus": 2/"cpus": 4/' head.json >other.json
	try history import other.json --db nights.db
	push s3://bucket/nights nights.db
	[ "$output" = 's3://bucket/nights/nights.db: replaced' ]
	pull s3://bucket/nights nights.db --into got
	[ "$output" = 'got/nights.db: 1 run added, 1 there already' ]
	[ "$(benchgate history export --text --db got/nights.db)" = "$(benchgate history export --db nights.db)" ]
	# The first night of all, and what is no history
	pull s3://bucket/nights first.db
	fails 4 'benchgate: there is no s3://bucket/nights/first.db yet'
	push s3://bucket nights.db --commit "$(printf %040d 1)"
	fails 2 'benchgate: nights.db is a history, which is of no one commit: push it without --commit'
	echo text >text.db
	push s3://bucket text.db
	fails 3 'benchgate: text.db: it is no history of benchgate, but another kind of file'
	cp text.db "$store/bucket/nights/nights.db._S3rver_object"
	before=$(sha1sum <got/nights.db)
	pull s3://bucket/nights nights.db --into got
	fails 3 'benchgate: s3://bucket/nights/nights.db: *: it is no history of benchgate, but another kind of file'
	[ "$(sha1sum <got/nights.db)" = "$before" ]
}

@test "a nightly job takes its history out of the store, adds a run, and puts it back" {
	own_home
	PATH=$built:$PATH
	export BENCHGATE_STORE=s3://bucket/nights BENCHGATE_STORE_ENDPOINT=$endpoint
	mkdir project && cd project
	try init --ci github
	git init -q && git add -A && git commit -q -m first
	ci() { # VERB [OPTION...]
		run sh bench/benchgate-ci.sh "$@"
		echo "$output"
		[ "$status" -eq 0 ]
	}
	for _ in 1 2; do
		rm -rf benchgate-history
		ci take-history
		ci nightly --processes 2 --time 1ms --counts=none --sandbox=off
		ci keep-history
	done
	rm -r benchgate-history
	ci take-history
	[ "$("$program" history list --json --db benchgate-history/benchmarks.db | grep -c '"id"')" -eq 2 ]
	# What cannot be taken stops the night: a new history would replace the one that is there.
	AWS_SECRET_ACCESS_KEY=wrong run sh bench/benchgate-ci.sh take-history
	[ "$status" -eq 3 ]
	# Without a store there is nothing to do.
	BENCHGATE_STORE='' ci take-history
	BENCHGATE_STORE='' ci keep-history
}

@test "a server that lies cannot write outside of the folder" {
	push s3://bucket head.json
	rm "$store.log"
	trouble 200 "$(page ../evil.json /tmp/evil.json sub/evil.json .. . '' 'a\b.json' '&#27;[31m.json' '&#xff;&amp;.json')"
	trouble 200 "$(tr -d '\n' <base.json)"
	pull s3://bucket --all --into got/deep
	[ "$status" -eq 0 ]
	[ "$output" = 'got/deep/ÿ&.json: new' ]
	[ "${#stderr_lines[@]}" -eq 5 ]
	run -1 grep -P '\x1b' <<<"$stderr"
	[ "$(find got -type f)" = 'got/deep/ÿ&.json' ]
	[ ! -e evil.json ] && [ ! -e /tmp/evil.json ] && [ ! -e got/evil.json ]
	pull s3://bucket ../head.json
	fails 2 "benchgate: '../head.json' is no name of a result file or baseline*"
	ln -s ../../aim.json got/deep/head.json
	pull s3://bucket head.json --into got/deep
	fails 3 'benchgate: got/deep/head.json is a symbolic link; *'
	echo '{}' >aim.json
	pull s3://bucket head.json --into got/deep
	fails 3 'benchgate: got/deep/head.json is a symbolic link; *'
	[ "$(cat aim.json)" = '{}' ]
}

@test "what passes in a moment is asked again; what does not is not" {
	trouble 503 '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>'
	trouble 500 ''
	push s3://bucket head.json
	fine
	[ "$(grep -c ^PUT "$store.log")" -eq 1 ]
	[ "$(grep -c ^HEAD "$store.log")" -eq 3 ]
	: >"$store.log"
	for _ in 1 2 3 4; do trouble 503 '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>'; done
	pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: status 503, SlowDown: Please reduce your request rate.'
	[ "$(wc -l <"$store.log")" -eq 4 ]
	: >"$store.log"
	trouble 403 '<Error><Code>RequestTimeTooSkewed</Code><Message>Too far.</Message></Error>'
	pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: status 403, RequestTimeTooSkewed: Too far. (the clock of this machine is wrong: set it)'
	trouble 400 '<Error><Code>ExpiredToken</Code><Message>Old.</Message></Error>'
	pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: status 400, ExpiredToken: Old. (AWS_SESSION_TOKEN has expired: get new credentials)'
	trouble 403 '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>'
	pull s3://bucket head.json
	fails 3 'benchgate: s3://bucket/head.json: status 403, AccessDenied: No. (the key must be allowed *'
	trouble 502 '<html>no'
	trouble 403 '<html>no'
	pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: status 403'
	trouble 200 '<html>a login page'
	pull s3://bucket --all
	fails 3 'benchgate: s3://bucket: its list: not valid XML: *'
}

@test "what cannot be meant is refused" {
	local pattern arguments
	while IFS="|" read -r arguments pattern; do
		# shellcheck disable=SC2086  # words
		try $arguments
		fails 2 "benchgate: $pattern"
	done <<-END
		push|push takes an address such as s3://bucket/prefix, and files
		push s3://bucket|push takes an address*
		pull|pull takes an address such as s3://bucket/prefix, and names, --all, --commit or --merge-base
		pull s3://bucket x.json --commit HEAD|pull takes the run of a commit, or the names of files, not both
		pull s3://bucket --merge-base --all|--merge-base takes one run: it goes with no --all
		pull s3://bucket|pull takes the names of files, or --all
		pull s3://bucket x.json --all|pull takes the names of files, or --all, not both
		pull bucket --all|'bucket' is not an address such as s3://bucket/prefix
		pull s3://b --all|s3://b: a bucket's name has 3 to 63 letters, digits, dots and dashes
		pull s3://bucket/a/../b --all|s3://bucket/a/../b: the prefix must be text*
		pull s3://bucket --all --endpoint localhost:1|the endpoint 'localhost:1' must be such as https*
		pull s3://bucket --all --endpoint http://us:word@host|the endpoint *
		pull s3://bucket --all --region EU/1|the region 'EU/1' must be such as eu-west-1*
	END
}
