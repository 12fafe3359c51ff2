#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Slack, webhooks, mail, files and commands, told of an alert by the real program: against servers that take what the services
# take, and a mail server as there are others.

# shellcheck disable=SC2154,SC2030,SC2031,SC2016,SC2034  # set in cli.bash; a shell of its own for each test; no shell's
load ../support/cli
load ../support/golden
load ../support/notified

setup_file() {
	start_servers slack any mail slack_tls
}

teardown_file() {
	stop_servers
}

setup() {
	told_of
	meet_servers
	export SLACK_TOKEN=xoxb-1234567890-abcdefghij MAIL_PASSWORD=opensesame-0123 HOOK_SECRET=only-we-know-this
}

app() { # SCENARIO SETTING...
	channels "\"chat\": { \"type\": \"slack\", \"token\": { \"env\": \"SLACK_TOKEN\" }, \"channel\": \"#perf\",
		\"api_url\": \"$slack/$1\" ${*:2} }"
}

hook() { # SCENARIO
	SLACK_HOOK=$slack/$1/services/T0/B0/abcdefghijkl
	export SLACK_HOOK
	channels '"chat": { "type": "slack", "webhook": { "env": "SLACK_HOOK" } }'
}

# The log, as Python sees it: `asked` is all requests.
asked() { # EXPRESSION
	/usr/bin/python3 - "$1" <<-'END'
		import json, sys
		asked = [json.loads(line) for line in open("slack.log")]
		assert asked, "nothing was asked"
		assert all(one["wrong"] is None for one in asked), asked
		assert eval(sys.argv[1]), asked
	END
}

@test "slack: a message with blocks that Slack takes, by an app and by a webhook" {
	set_text '<!channel> {benchmark} & co. is *slow* <@U0>: {change_percent}'
	app ok
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	asked 'len(asked) == 1 and asked[0]["kind"] == "chat.postMessage" and asked[0]["body"]["channel"] == "#perf"'
	asked '"&lt;!channel&gt; search &amp; co." in str(asked[0]["body"]["blocks"])'
	anew
	hook ok
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	asked 'len(asked) == 2 and asked[1]["kind"] == "webhook" and asked[1]["authorization"] is None'
}

# Each scenario: how often Slack is asked, and what is said of it.
@test "slack: what its API refuses is told by name, and never the exit code" {
	local scenario
	while IFS='|' read -r scenario times said; do
		anew
		: >slack.log
		app "$scenario"
		tell
		[ "$status" -eq 0 ]
		# shellcheck disable=SC2053  # a pattern
		[[ $stderr == *"chat: "*$said* ]]
		[[ $stderr != *xoxb-* ]]
		asked "len(asked) == $times"
	done <<-'END'
		error-invalid_auth|1|invalid_auth: Slack does not know the token
		error-channel_not_found|1|channel_not_found: there is no such channel, or it is private and the app is no member: /invite it
		error-not_in_channel|1|not_in_channel: the app is no member of the channel: /invite it
		error-is_archived|1|is_archived: the channel is archived: name another
		error-missing_scope|1|missing_scope: the app needs the scope chat:write
		error-ratelimited|1|ratelimited: too many messages for now
		error-msg_blocks_too_long|1|msg_blocks_too_long: the message is too long
		error-of_tomorrow|1|of_tomorrow
		html|1|the answer is not one of Slack's
		redirect|1|redirect
		huge|1|the answer is not one of Slack's: *1048576 bytes
		truncated|1|the answer is not one of Slack's: 
		flaky|1|status 500
		echo|1|Authorization: Bearer [*][*][*]
	END
}

@test "slack: what a webhook refuses is told by name" {
	while IFS='|' read -r scenario said; do
		anew
		hook "$scenario"
		tell
		[ "$status" -eq 0 ]
		[[ $stderr == *"chat: "*"$said"* ]]
		[[ $stderr != *abcdefghijkl* ]]
	done <<-'END'
		hook-400|status 400: invalid_payload: Slack cannot read the message
		hook-404|status 404: no_service: the webhook was removed or switched off: make another
		hook-410|status 410: channel_is_archived: the channel is archived: make another webhook
		hook-403|status 403: action_prohibited: an administrator forbids it
		echo|status 400: *** had
	END
}

@test "slack: after a limit it waits as long as it is told, and the message arrives once" {
	app limited
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	asked 'len(asked) == 2 and asked[1]["at"] - asked[0]["at"] >= 1'
}

@test "slack: what a moment broke is not asked twice in one run, and sent by the next" {
	app flaky_once
	tell
	[[ $stderr == *"chat: status 500; the message is kept"* ]]
	asked 'len(asked) == 1'
	try notify --flush
	[ "$status" -eq 0 ]
	[[ $output == *"chat: sent"* ]]
	asked 'len(asked) == 2 and asked[0]["body"]["blocks"] == asked[1]["body"]["blocks"]'
	try notify --flush
	asked 'len(asked) == 2'
}

@test "slack: nothing is said to a server that nobody vouches for" {
	slack=$slack_tls
	app ok
	tell
	[ "$status" -eq 0 ]
	[[ $stderr == *"chat: not trusted: "*certificate* ]]
	[ ! -s slack.log ]
	anew
	app ok ', "ca_file": "mail/cert.pem"'
	tell
	[ -z "$stderr" ]
	asked 'len(asked) == 1'
}

@test "slack: slow or broken answers are waited for no longer than said, and nothing is asked twice" {
	app slow ', "timeout": "300ms"'
	tell
	[ "$status" -eq 0 ]
	[[ $stderr == *"chat: "* ]]
	asked 'len(asked) == 1'
	anew
	: >slack.log
	app down
	budget=1s app down
	tell --strict-notify
	[ "$status" -eq 3 ]
	[[ $stderr == *"chat: "*"503"*"out of order"* ]]
}

signed() { # HEADERS BODY
	local expected
	expected=$(openssl dgst -sha256 -hmac "$HOOK_SECRET" <"$2" | sed 's/.*= //')
	grep -qix "X-Benchgate-Signature-256: sha256=$expected" "$1"
}

@test "webhook: the body that one wants, signed over its bytes" {
	channels "\"hook\": { \"type\": \"webhook\", \"url\": \"$any/in?a=1\", \"secret\": { \"env\": \"HOOK_SECRET\" },
		\"auth\": { \"env\": \"SLACK_TOKEN\" }, \"auth_header\": \"X-Api-Key:\", \"headers\": \"X-Team: perf\",
		\"body\": { \"summary\": \"{severity}: {title}\", \"nr\": \"{count}\", \"alerts\": \"{alerts}\", \"fixed\": [1, true, \"{{}}\"],
			\"at\": { \"commit\": \"{commit_hash}\", \"branch\": \"{branch}\" } } }"
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	head -n 1 any/1.head | grep -qx 'POST /in?a=1'
	grep -qix 'X-Api-Key: xoxb-1234567890-abcdefghij' any/1.head
	grep -qix 'X-Team: perf' any/1.head
	grep -qix 'Content-Type: application/json' any/1.head
	grep -qiE '^X-Benchgate-Delivery: [0-9a-f]{16}$' any/1.head
	signed any/1.head any/1.body
	holds any/1.body 'it["nr"] == 1 and it["fixed"] == [1, True, "{}"] and it["alerts"][0]["benchmark"] == "search"'
	holds any/1.body 'it["summary"].startswith("critical: ") and it["at"]["branch"] == "faster" and len(it["at"]["commit"]) == 40'
}

@test "webhook: a secret in the body is not kept, and whoever writes the state gets none" {
	channels "\"hook\": { \"type\": \"webhook\", \"url\": \"$any/503/in\",
		\"body\": { \"project\": { \"key\": \"PERF\" }, \"routing_key\": { \"env\": \"HOOK_SECRET\" }, \"say\": { \"text\": \"{title}\" } } }"
	tell
	[ "$status" -eq 0 ]
	[[ $output$stderr$(cat state.json) != *only-we-know-this* ]]
	tell --dry-run
	[[ $output != *only-we-know-this* ]]
	sed -i "s,/503/in,/in," benchgate.json
	jq '(.. | objects | select(has("say")).say) |= { text: { env: "MAIL_PASSWORD" } }' state.json >poisoned.json
	mv poisoned.json state.json
	rm -f any/*
	try notify --flush
	[ "$status" -eq 0 ]
	holds any/1.body 'it["routing_key"] == "only-we-know-this" and it["project"]["key"] == "PERF" and it["say"]["text"] != "opensesame-0123"'
}

@test "webhook: all of the news without a body of one's own; another secret is another signature" {
	channels "\"hook\": { \"type\": \"webhook\", \"url\": \"$any/in\", \"method\": \"PUT\", \"secret\": { \"env\": \"HOOK_SECRET\" } }"
	tell
	[ "$status" -eq 0 ]
	head -n 1 any/1.head | grep -qx 'PUT /in'
	holds any/1.body 'it["severity"] == "critical" and len(it["alerts"]) == 1 and it["alerts"][0]["rule"] == "slower"'
	signed any/1.head any/1.body
	HOOK_SECRET=another
	run ! signed any/1.head any/1.body
}

@test "webhook: what cannot be right is said before anything is sent" {
	while IFS='|' read -r setting said; do
		channels "\"hook\": { \"type\": \"webhook\", $setting }"
		tell
		fails 2 "$said"
	done <<-'END'
		"method": "POST"|*channels.hook has neither url nor secret_url*
		"url": "ftp://x"|*channels.hook.url is no address of HTTP*
		"url": "https://me:hidden@x"|*channels.hook.url has a user in it; a secret itself has no place in this file
		"url": "http://"|*channels.hook.url has no host behind its ://
		"url": "https:///path"|*channels.hook.url has no host behind its ://
		"url": "http://host:99999/"|*channels.hook.url has a port that is none; it must be a number from 1 to 65535
		"url": "http://host:0/"|*channels.hook.url has a port that is none*
		"url": "http://host:abc/"|*channels.hook.url has a port that is none*
		"url": "http://host:/"|*channels.hook.url has a port that is none*
		"url": "http://[::1]80"|*channels.hook.url has a port that is none*
		"url": "http://ho st/"|*channels.hook.url has a blank or a control character in it*
		"url": "http://host/a b"|*channels.hook.url has a blank or a control character in it*
		"url": "http://[::1"|*channels.hook.url has a host that is none; it must be a name or an address, that of IPv6 in brackets
		"url": "http://:80"|*channels.hook.url has a host that is none*
		"url": "https://hooks.slack.com/services/T0/B0/hidden"|*channels.hook.url is a webhook of Slack's, and a secret itself has no place in this file; say it with secret_url, or with webhook of a channel of type slack
		"url": "https://x", "secret": "hidden"|*channels.hook.secret does not say where its secret is; *
		"url": "https://x", "method": "GET"|*channels.hook.method is "GET"; it must be one of "POST", "PUT"
		"url": "https://x", "headers": "none"|*channels.hook.headers[[]0] is no header; it must be "Name: value"
		"url": "https://x", "headers": ["X-Team: perf", "X-Some hidden"]|*channels.hook.headers[[]1] is no header; it must be "Name: value"
		"url": "host:9091"|*channels.hook.url has no http:// or https:// before its host; it must begin with one of them
		"url": "https://x", "headers": ["X-Auth-Token: hidden"]|*channels.hook.headers has X-Auth-Token, and a secret itself has no place*
		"url": "https://x", "headers": ["X-Auth: hidden"]|*channels.hook.headers has X-Auth, and a secret itself has no place*
		"url": "https://x", "headers": ["content-length: 1"]|*channels.hook.headers has Content-Length, which is set by whoever sends the request; leave it out
		"url": "https://x", "headers": ["X-Team: perf", "HOST: other"]|*channels.hook.headers has Host, which*
		"url": "https://x", "headers": "Transfer-Encoding: chunked"|*channels.hook.headers has Transfer-Encoding, which*
		"url": "https://x", "headers": "Connection: close"|*channels.hook.headers has Connection, which*
		"url": "https://x", "headers": "Expect: 100-continue"|*channels.hook.headers has Expect, which*
		"url": "https://x", "auth_header": "Host:"|*channels.hook.auth_header has Host, which*
		"url": "https://x", "signature_header": "Expect"|*channels.hook.signature_header has Expect, which*
		"url": "https://x?a=1&access_token=hidden"|*channels.hook.url has access_token in it, and a secret itself has no place*secret_url
		"url": "https://x", "body": { "a": { "routing_key": "hidden" } }|*channels.hook.body.a.routing_key looks like a secret*say {"env": "NAME"}
		"url": "https://x", "body": { "a": { "env": "$NAME" } }|*channels.hook.body.a.env must be the name of a variable: * without the $
		"url": "https://x", "auth": { "env": "A B" }|*channels.hook.auth.env must be the name of a variable: letters, digits and _, no digit first, and without the $
		"url": "https://x", "auth": { "env": "$X" }|*channels.hook.auth.env must be the name of a variable: *
		"url": "https://x", "auth": { "env": "1X" }|*channels.hook.auth.env must be the name of a variable: *
		"url": "https://x", "body": { "a": ["{titel}"] }|*channels.hook.body.a[[]0]: {titel} is no placeholder; did you mean {title}?
		"url": "https://x", "body": { "a": { "b": "{" } }|*channels.hook.body.a.b has a { that stands alone*
		"url": "https://x", "body": "{title}"|*channels.hook.body is "{title}"; it must be an object
	END
}

mailer() { # SERVER SETTING...
	channels "\"mail\": { \"type\": \"email\", \"server\": \"$1\", \"ca_file\": \"mail/cert.pem\",
		\"from\": \"Bénch gate <gate@example.org>\", \"to\": [\"Ann <ann@example.org>\", \"bob@example.org\"] ${*:2} }"
}

# Reads a mail with Python's own reader; `it` is the message, `how` is how it came.
mail_is() { # NR EXPRESSION...
	/usr/bin/python3 - "$@" <<-'END'
		import email, email.policy, json, re, sys
		raw = open(f"mail/{sys.argv[1]}.eml", "rb").read()
		how = json.load(open(f"mail/{sys.argv[1]}.json"))
		it = email.message_from_bytes(raw, policy=email.policy.default)
		for part in it.walk():
		    assert not part.defects, part.defects
		    for name in part.keys():
		        assert not part[name].defects, (name, part[name].defects)
		for line in raw.split(b"\r\n"):
		    assert len(line) <= 78 and b"\n" not in line and b"\r" not in line, line
		text = it.get_body(("plain",)).get_content()
		html = it.get_body(("html",)).get_content()
		for expression in sys.argv[2:]:
		    assert eval(expression), (expression, it.as_string(), how)
	END
}

login=', "user": "us", "password": { "env": "MAIL_PASSWORD" }'

@test "email: over STARTTLS with a login, and read as it was meant" {
	set_text '{benchmark} is slöwer <b>now</b> & = {change_percent}'
	mailer "smtp://127.0.0.1:$(mail_port login)" "$login"
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	mail_is 1 'how == {"from": "gate@example.org", "to": ["ann@example.org", "bob@example.org"], "encrypted": True, "login": "us"}' \
		'it["From"].addresses[0].display_name == "Bénch gate" and it["From"].addresses[0].addr_spec == "gate@example.org"' \
		'[one.addr_spec for one in it["To"].addresses] == ["ann@example.org", "bob@example.org"]' \
		'it["To"].addresses[0].display_name == "Ann"' \
		're.fullmatch(r"<[0-9a-f]{16}@example\.org>", it["Message-ID"])' \
		'abs((__import__("datetime").datetime.now(__import__("datetime").timezone.utc) - it["Date"].datetime).days) == 0' \
		'it["Subject"] and it["Auto-Submitted"] == "auto-generated" and it["MIME-Version"] == "1.0"' \
		'it.get_content_type() == "multipart/alternative" and [p.get_content_type() for p in it.iter_parts()] == ["text/plain", "text/html"]' \
		'"search is slöwer <b>now</b> & = " in text and "Branch: faster" in text' \
		'"search is slöwer &lt;b&gt;now&lt;/b&gt; &amp; = " in html and "<b>" not in html'
	/usr/bin/python3 -c 'import email, email.policy; print(email.message_from_file(open("mail/1.eml"), policy=email.policy.default).get_body(("html",)).get_content())' >mail.html
	xmllint --html --noout mail.html
}

@test "email: over SMTPS" {
	mailer "smtps://127.0.0.1:$(mail_port smtps)" "$login"
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	mail_is 1 'how["encrypted"] and how["login"] == "us"'
}

@test "email: without STARTTLS nothing is sent, unless told otherwise" {
	mailer "smtp://127.0.0.1:$(mail_port plain)"
	tell
	[ "$status" -eq 0 ]
	[[ $stderr == *"mail: "*STARTTLS* ]]
	[ ! -e mail/1.eml ]
	anew
	mailer "smtp://127.0.0.1:$(mail_port plain)" ', "starttls": "offered"'
	tell
	[ -z "$stderr" ]
	mail_is 1 'not how["encrypted"]'
	anew
	mailer "smtp://127.0.0.1:$(mail_port starttls)" ', "starttls": "offered"'
	tell
	[ -z "$stderr" ]
	mail_is 2 'how["encrypted"]'
}

@test "email: what the server says is passed on, but for the password" {
	MAIL_PASSWORD=letmein-0123456789
	while IFS='|' read -r server setting said; do
		anew
		mailer "smtp://127.0.0.1:$(mail_port "$server")" "$setting"
		tell
		[ "$status" -eq 0 ]
		[[ $stderr == *"mail: "*"$said"* ]]
		[[ $stderr != *letmein* ]]
		[[ $stderr != *"$(printf '\0us\0letmein-0123456789' | base64 | cut -c1-20)"* ]]
	done <<-END
		login|$login|of *** (***) is wrong
		refusing||550 5.1.1 nobody here is called that
		greylisting||451 4.7.1 come again later
		full||552 5.3.4 too big
	END
	[ ! -e mail/1.eml ]
}

@test "email: one who is not taken, or not yet, costs the others nothing" {
	mailer "smtp://127.0.0.1:$(mail_port picky)"
	sed -i 's/"bob@example.org"/"bob@example.org", "cem@example.org"/' benchgate.json
	tell
	[ "$status" -eq 0 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"mail: sent, but not to ann@example.org: 550 5.1.1 no Ann here; cem@example.org: 451 4.7.1 come again later; the message is kept, "* ]]
	mail_is 1 'how["to"] == ["bob@example.org"]'
	try notify --flush
	[ -z "$stderr" ]
	mail_is 2 'how["to"] == ["cem@example.org"]'
	anew
	tell
	[[ $stderr == "benchgate: warning: mail: sent, but not to ann@example.org: 550 5.1.1 no Ann here" ]]
	[[ $output == *"mail: sent "* ]]
	mail_is 3 'how["to"] == ["bob@example.org", "cem@example.org"]'
}

@test "email: a certificate that is not trusted ends it" {
	channels "\"mail\": { \"type\": \"email\", \"server\": \"smtp://127.0.0.1:$(mail_port starttls)\", \"ca_file\": \"mail/other.pem\",
		\"from\": \"a@example.org\", \"to\": \"b@example.org\" }"
	tell
	[ "$status" -eq 0 ]
	[[ $stderr == *"mail: "*certificate* ]]
	[ ! -e mail/1.eml ]
}

@test "email: no text makes a header, and every name survives" {
	set_text 'x\nBcc: evil@example.org\n\n.\nend'
	sed -i 's/"git_branch": "[^"]*"/"git_branch": "a\\r\\nBcc: evil@example.org"/' head.json
	channels "\"mail\": { \"type\": \"email\", \"server\": \"smtp://127.0.0.1:$(mail_port starttls)\", \"ca_file\": \"mail/cert.pem\",
		\"from\": \"gate@example.org\", \"to\": \"\\\"Ünal, Özgür\\\" <o@example.org>\" }"
	tell
	[ "$status" -eq 0 ]
	mail_is 1 'it["Bcc"] is None and how["to"] == ["o@example.org"]' 'it["To"].addresses[0].display_name == "Ünal, Özgür"' '"x Bcc: evil@example.org  . end" in text'
	while IFS='|' read -r setting said; do
		channels "\"mail\": { \"type\": \"email\", \"server\": \"smtp://x\", $setting }"
		tell
		fails 2 "$said"
	done <<-'END'
		"from": "a@b.c", "to": "x@y.z\r\nBcc: evil@example.org"|*channels.mail.to has *; each must be one address*
		"from": "a@b.c", "to": "x@y.z, v@w.x"|*channels.mail.to has "x@y.z, v@w.x"; each must be one address*
		"from": "a b@c", "to": "x@y.z"|*channels.mail.from has "a b@c"; each must be one address*
		"from": "a@b.c"|*channels.mail has no to*
		"from": "a@b.c", "to": "x@y.z", "user": "us"|*channels.mail has a user and no password*
		"from": "a@b.c", "to": "x@y.z", "user": "us", "password": { "env": "P" }, "starttls": "offered"|*channels.mail.starttls is "offered", and a password may be seen then*
		"from": "a@b.c", "to": "x@y.z", "user": "us", "password": "hidden"|*channels.mail.password does not say where its secret is; *
	END
}

# The same again, but that nothing is slower
mend() {
	/usr/bin/python3 - <<-'END'
		import json
		head = json.load(open("head.json"))
		for metric in head["metrics"]:
		    if metric["benchmark"] == "search":
		        metric["process_values"] = [value / 1.12 for value in metric["process_values"]]
		head["benchmark_run"].update(id="fedcba9876543210", timestamp="2026-11-21T03:00:00Z")
		json.dump(head, open("head.json", "w"))
	END
}

@test "what is resolved goes on where it was told: in Slack's thread, and as an answer to the mail" {
	channels "\"chat\": { \"type\": \"slack\", \"token\": { \"env\": \"SLACK_TOKEN\" }, \"channel\": \"#perf\", \"api_url\": \"$slack/ok\" }" \
		"\"mail\": { \"type\": \"email\", \"server\": \"smtp://127.0.0.1:$(mail_port starttls)\", \"ca_file\": \"mail/cert.pem\",
			\"from\": \"gate@example.org\", \"to\": \"ann@example.org\" }"
	tell
	[ -z "$stderr" ]
	tell
	mend
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	asked 'len(asked) == 2 and "thread_ts" not in asked[0]["body"]'
	asked 'asked[1]["body"]["thread_ts"] == "1503435956.000247" and asked[1]["body"]["channel"] == "C0123456789"'
	asked 'not asked[1]["body"]["reply_broadcast"] and "passes again" in str(asked[1]["body"]["blocks"])'
	[ ! -e mail/3.eml ]
	first=$(grep -oE '^Message-ID: .*>' mail/1.eml | cut -d ' ' -f 2)
	mail_is 2 "it['In-Reply-To'] == '$first' and it['References'] == '$first' and it['Message-ID'] != '$first'" '"passes again" in text'
}

@test "file: a line of JSON a message, behind what was there; what cannot be written is said" {
	channels '"log": { "type": "file", "path": "alerts.log" }'
	# The second line has no end.
	printf '{"alerts": []}\n{"half' >alerts.log
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(wc -l <alerts.log)" -eq 3 ]
	tail -n 1 alerts.log >line.json
	holds line.json 'it["alerts"][0]["benchmark"] == "search"'
	mkfifo unread
	touch none
	for path in . unread none/alerts.log; do
		anew
		channels "\"log\": { \"type\": \"file\", \"path\": \"$path\" }"
		tell
		[ "$status" -eq 0 ]
		[[ $stderr == *"log: cannot "*"${path%%/*}"* ]]
	done
	rm none
	try notify --flush
	[ -z "$stderr" ]
	[ "$(wc -l <none/alerts.log)" -eq 1 ]
	try notify --flush
	[ "$(wc -l <none/alerts.log)" -eq 1 ]
	channels '"log": { "type": "file" }'
	tell
	fails 2 '*channels.log has no path*'
}

# As on a full disk: there is room for some of the line, and then for all of it.
@test "file: half a line is taken back" {
	channels '"log": { "type": "file", "path": "alerts.log" }'
	printf '%65435s\n' '{}' >alerts.log
	(
		trap '' XFSZ
		ulimit -f 64
		tell
		[[ $stderr == *"log: cannot write "*"alerts.log: File too large; the message is kept"* ]]
	)
	[ "$(wc -c <alerts.log)" -eq 65436 ]
	try notify --flush
	[ -z "$stderr" ]
	[ "$(wc -l <alerts.log)" -eq 2 ]
	tail -n 1 alerts.log >line.json
	holds line.json 'it["alerts"][0]["benchmark"] == "search"'
}

@test "command: it reads the message, as a program with arguments and as a line for the shell" {
	channels '"own": { "type": "command", "command": ["/bin/sh", "-c", "cat >got.json; printf %s \"$1\" >word", "x", "two words; $HOME"] }'
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	holds got.json 'it["alerts"][0]["benchmark"] == "search" and it["severity"] == "critical"'
	[ "$(cat word)" = 'two words; $HOME' ]
	anew
	channels '"own": { "type": "command", "command": "cat | tr a-z A-Z >loud" }'
	tell
	[ -z "$stderr" ]
	grep -q SEARCH loud
}

@test "command: what fails, or does not end, is said with its last line" {
	while IFS='|' read -r setting said; do
		anew
		channels "\"own\": { \"type\": \"command\", $setting }"
		MARK=$BATS_TEST_TMPDIR tell
		[ "$status" -eq 0 ]
		[[ $stderr == *"own: $said"* ]]
	done <<-'END'
		"command": "echo first; echo why >&2; exit 7"|the command exited with 7: why
		"command": "exit 7"|the command exited with 7
		"command": "kill -9 $$"|the command was killed by SIGKILL
		"command": "echo waiting; sleep 60 & sleep 60", "timeout": "300ms"|the command took longer than 0.3 s: waiting
		"command": ["./none", "x"]|cannot find the program ./none
	END
	no_process_left
	channels '"own": { "type": "command" }'
	tell
	fails 2 '*channels.own has no command*'
}

# What does not read is no reason to fail, or to wait.
@test "command: a message is not lost on who does not read it" {
	channels '"own": { "type": "command", "command": "true" }'
	tell
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "what cannot be sent is a failure where the policy file or the option says so, and nothing else is" {
	channels '"hook": { "type": "webhook", "url": "http://127.0.0.1:1/" }'
	tell
	[ "$status" -eq 0 ]
	tell --strict-notify
	[ "$status" -eq 3 ]
	sed -i 's/"notify": {/& "strict": true,/' benchgate.json
	tell
	[ "$status" -eq 3 ]
	# Something is said of the state, and all is sent.
	channels '"log": { "type": "file", "path": "alerts.log" }'
	echo spoilt >state.json
	tell --strict-notify
	[ "$status" -eq 0 ]
	[[ $stderr == *state.json.spoilt* ]]
}

@test "help: every example of a channel is one, by the program and by the schema" {
	"$program" help channels >help.txt
	"$program" help config-schema >schema.json
	/usr/bin/python3 -W ignore - <<-'END'
		import json, re
		from jsonschema import Draft7Validator
		text = open("help.txt").read()
		found = [json.loads("{" + one + "}") for one in re.findall(r'(?m)^\t("\w+": \{ "type": (?:.*\})$|"\w+": \{\n(?:\t\t.*\n)*?\t\})', text)]
		assert {one["type"] for some in found for one in some.values()} >= {"slack", "webhook", "email", "file", "command"}, found
		validator = Draft7Validator(json.load(open("schema.json")))
		for i, one in enumerate(found):
		    validator.validate({"channels": one})
		    json.dump({"channels": one}, open(f"example.{i}", "w"))
		for bad in ({"type": "slack"}, {"type": "webhook"}, {"type": "email"}, {"type": "command"}, {"type": "file"}, {"type": "none"},
		            {"type": "file", "path": "x", "url": "y"}, {"type": "slack", "webhook": "hidden"}):
		    assert not validator.is_valid({"channels": {"some": bad}}), bad
	END
	for example in example.*; do
		try config check --config "$example"
		[ "$status" -eq 0 ]
	done
}
