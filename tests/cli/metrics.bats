#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Metrics for Prometheus: to a real Pushgateway, read back there; scraped by a real Prometheus, on which the dashboard's
# queries are run.

# shellcheck disable=SC2154,SC2030,SC2031  # set in cli.bash; a shell of its own for each test
load ../support/cli
load ../support/golden

# One that is free now.
free_port() {
	/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_gateway() { # PORT OPTION...
	prometheus-pushgateway --web.listen-address=127.0.0.1:"$1" --persistence.file= "${@:2}" >gateway.log 2>&1 3>&- &
}

setup_file() {
	# Only so that secrets are seen to be checked, by the cheapest hash of "open sesame" that there is
	# shellcheck disable=SC2016
	echo 'basic_auth_users: {us: "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"}' >users.yml
	port=$(free_port)
	start_gateway "$port"
	echo $! >pids
	locked=$(free_port)
	start_gateway "$locked" --web.config.file=users.yml
	echo $! >>pids
	until_true 200 curl -sf -o /dev/null "http://127.0.0.1:$port/-/ready"
	until_true 200 curl -s -o /dev/null "http://127.0.0.1:$locked/-/ready"
	export gateway=http://127.0.0.1:$port locked=http://127.0.0.1:$locked
}

teardown_file() {
	xargs kill <pids
}

setup() {
	story
	unset GITHUB_REF GITHUB_HEAD_REF
}

teardown() {
	[ ! -s prometheus.pid ] || kill "$(cat prometheus.pid)"
}

# A policy file with a channel of these keys besides its type and url
channel() { # [KEY: VALUE]...
	local key keys='"type": "pushgateway"'
	for key in "$@"; do keys="$keys, $key"; done
	[[ $keys == *'"url"'* ]] || keys="$keys, \"url\": \"$gateway\""
	echo "{ \"channels\": { \"metrics\": { $keys } } }" >policy.json
}

push() { # [ARGUMENT...]
	try notify --config policy.json head.json --against base.json "$@"
}

sent() {
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# Reads from the gateway what it has of that job: NAME{LABELS} VALUE lines, in order
of_job() { # JOB
	curl -s "$gateway/metrics" | grep -F "job=\"$1\"" | grep '^benchgate_' | sort
}

# What was exported, with a group's labels added in the order that the gateway has them in
exported_with() { # LABEL=VALUE...
	/usr/bin/python3 - "$@" <<-'PY'
		import sys
		from prometheus_client.parser import text_string_to_metric_families as families
		more = dict(label.split("=", 1) for label in sys.argv[1:])
		for family in families(open("exported.prom", encoding="utf-8").read()):
		    for sample in family.samples:
		        print(sample.name, sorted((sample.labels | more).items()), sample.value)
	PY
}

# The same of what the gateway has
kept_of() { # JOB
	curl -s "$gateway/metrics" >kept.prom
	promtool check metrics <kept.prom
	JOB=$1 /usr/bin/python3 - <<-'PY'
		import os
		from prometheus_client.parser import text_string_to_metric_families as families
		for family in families(open("kept.prom", encoding="utf-8").read()):
		    for sample in family.samples:
		        if sample.labels.get("job") == os.environ["JOB"] and sample.name.startswith("benchgate_"):
		            print(sample.name, sorted(sample.labels.items()), sample.value)
	PY
}

@test "what is pushed is what export prints, with the group's labels, and promtool takes it" {
	channel '"job": "plain"' '"grouping": ["instance=here"]'
	push
	sent
	[[ $output == 'metrics: sent '* ]]
	try export prometheus --config policy.json head.json --against base.json
	sent
	echo "$output" >exported.prom
	promtool check metrics <exported.prom
	exported_with job=plain instance=here | sort >expected
	grep -q '^benchgate_status .*REGRESSION' expected
	diff expected <(kept_of plain | sort)
}

@test "grouping: slashes, blanks, letters of other tongues, dots and nothing arrive as they are" {
	channel '"job": "a/b"' '"grouping": ["instance=x y+z%2F", "branch=feature/ü", "team=", "path=..", "last=/"]'
	valid policy.json config-schema
	push
	sent
	of_job a/b >found
	[ -s found ]
	run -1 grep -vF 'branch="feature/ü",' found
	run -1 grep -vF 'instance="x y+z%2F"' found
	run -1 grep -vF 'last="/"' found
	run -1 grep -vF 'path=".."' found
	run -1 grep -vF 'team=""' found
}

@test "a group is of the machine, the branch and the repository, as far as they are known" {
	channel '"job": "usual"'
	sed -i 's|"faster"|"topic/one"|' head.json
	push
	sent
	of_job usual >found
	[ -s found ]
	run -1 grep -vE 'branch="topic/one",.*instance="[0-9a-f]{8}"' found
	push --dry-run
	sent
	[[ ${lines[1]} == "PUT $gateway/metrics/job/usual/instance/"????????/branch@base64/dG9waWMvb25l ]]
	[ "${lines[2]}" = 'Content-Type: text/plain; version=0.0.4' ]
	[ "$(curl -s "$gateway/metrics" | grep -c '^push_time_seconds.*job="usual"')" -eq 1 ]
}

@test "the next run takes the place of the one before" {
	channel '"job": "again"' '"grouping": "instance=here"'
	push
	of_job again >first
	grep -q 'benchmark="parse"' first
	try notify --config policy.json base.json
	[ "$status" -eq 0 ]
	of_job again >second
	run diff first second
	[ "$status" -eq 1 ]
	run -1 grep -q baseline second
	[ "$(grep -c '^benchgate_regressions' second)" -eq 1 ]
	curl -s "$gateway/metrics" >kept.prom
	run -1 grep -E '^push_failure.*job="again".* [1-9]' kept.prom
}

@test "what does not fit is refused in the gateway's own words, and the verdict stands" {
	local first=$locked/metrics/job/first
	export GATEWAY_PASSWORD='open sesame'
	channel "\"url\": \"$locked\"" '"user": "us"' '"password": {"env": "GATEWAY_PASSWORD"}'
	printf '# TYPE benchgate_seconds counter\nbenchgate_seconds 1\n' | curl -sf -u "us:$GATEWAY_PASSWORD" --data-binary @- "$first"
	push
	[ "$status" -eq 0 ]
	[[ $stderr == 'benchgate: warning: metrics: status 400: pushed metrics are invalid or inconsistent with existing metrics'* ]]
	push --strict-notify
	[ "$status" -eq 3 ]
	curl -sf -u "us:$GATEWAY_PASSWORD" -X DELETE "$first"
	push --strict-notify
	sent
}

@test "a password is asked for by the gateway, and is in nothing that is shown" {
	channel "\"url\": \"$locked\"" '"user": "us"' '"password": {"env": "GATEWAY_PASSWORD"}'
	valid policy.json config-schema
	export GATEWAY_PASSWORD=wrong
	push
	[[ $stderr == *'metrics: status 401'* ]]
	GATEWAY_PASSWORD='open sesame' push
	sent
	curl -s -u 'us:open sesame' "$locked/metrics" | grep -q '^benchgate_seconds'
	GATEWAY_PASSWORD='open sesame' push --dry-run
	run -1 grep -q sesame <<<"$output$stderr"
	channel '"token": {"file": "token"}'
	(umask 077 && echo planted-token >token)
	push --dry-run
	[ "${lines[2]}" = 'Authorization: Bearer ***' ] || [ "${lines[1]}" = 'Authorization: Bearer ***' ]
	run -1 grep -q planted <<<"$output$stderr"
}

@test "whoever writes the state gets no token, and no request" {
	export PUSH_TOKEN=planted-for-pushing XDG_STATE_HOME=$PWD/kept
	channel '"token": { "env": "PUSH_TOKEN" }' '"url": "http://127.0.0.1:1"'
	push
	[[ $stderr == *'the message is kept'* ]]
	# As if the address ended in the port of another.
	channel '"token": { "env": "PUSH_TOKEN" }' '"url": "http://127.0.0.1"'
	jq '(.. | objects | select(has("metrics")).path) |= $path' --arg path ":${gateway##*:}/steal" kept/benchgate/alerts/*.json >poisoned.json
	cat poisoned.json >"$(echo kept/benchgate/alerts/*.json)"
	try notify --config policy.json --flush
	[ "$status" -eq 0 ]
	[[ $stderr == *'names no group of a Pushgateway'* ]]
	# Nor does what is there stop the rest.
	channel
	push
	sent
}

@test "keys that cannot be meant are refused before anything is sent" {
	local pattern keys
	while IFS="|" read -r keys pattern; do
		echo "{ \"channels\": { \"metrics\": { \"type\": \"pushgateway\", $keys } } }" >policy.json
		push
		fails 2 "benchgate: policy.json: channels.metrics$pattern"
	done <<-END
		"job": "x"| has no url; it must have one, such as *
		"url": "gateway:9091"|.url has no http:// or https:// before its host; *
		"url": "http://us:word@gateway"|.url has a user in it; a secret itself has no place in this file
		"url": "http://gateway?a"|.url has a ? or # in it; it must be the gateway's address alone*
		"url": "http://x", "grouping": "benchmark=x"|.grouping has "benchmark=x"; that label is one of the metrics' own*
		"url": "http://x", "grouping": "job=x"|.grouping has "job=x"; that label*
		"url": "http://x", "grouping": "a-b=x"|.grouping has "a-b=x"; it must be label=value*
		"url": "http://x", "grouping": "__a=x"|.grouping has "__a=x"; it must be label=value*
		"url": "http://x", "grouping": "zone"|.grouping has "zone" without a value; only instance, branch and repository need none
		"url": "http://x", "grouping": ["instance", "instance=x"]|.grouping has "instance=x" twice
		"url": "http://x", "user": "us"| has one of user and password; it must have both or none
		"url": "http://x", "password": "open sesame"|.password does not say where its secret is; *
	END
}

@test "export: a system that it does not know, and what it is not given" {
	try export graphite head.json
	fails 2 "benchgate: export knows prometheus; 'graphite' is none"
	try export prometheus
	fails 2 'benchgate: export takes a format (prometheus) and one result file'
	try export prometheus none.json
	fails 2 'benchgate: there is no file none.json'
}

@test "dashboard: each of its queries gives something on a Prometheus that scrapes the gateway" {
	local port
	gate_suites . base ''
	gate base --report openmetrics=own.prom
	channel '"job": "shown"' '"grouping": ["instance", "branch=main"]'
	push
	sent
	channel '"job": "shown"' '"grouping": ["instance=other", "branch=topic/1"]'
	try notify --config policy.json result.json --against result.json
	sent
	port=$(free_port)
	cat >prometheus.yml <<-END
		global: {scrape_interval: 250ms, scrape_timeout: 250ms}
		scrape_configs:
		- {job_name: gateway, honor_labels: true, static_configs: [{targets: ["${gateway#http://}"]}]}
	END
	promtool check config prometheus.yml
	prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:"$port" >prometheus.log 2>&1 3>&- &
	echo $! >prometheus.pid
	/usr/bin/python3 "$support/dashboard.py" "$repository/scripts/grafana/benchgate.json" "http://127.0.0.1:$port" || {
		cat prometheus.log
		false
	}
	/usr/bin/python3 "$support/dashboard.py" "$repository/scripts/grafana/benchgate.json" "http://127.0.0.1:$port" \
		job=shown 'branch=(main|topic/1)' 'instance=([0-9a-f]+|other)' 'benchmark=(parse|leaver|render|steady)' 'tier=(critical|standard)'
}
