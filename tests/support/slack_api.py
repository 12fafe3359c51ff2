# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: slack_api.py SCHEMA PORT_FILE LOG [CERTIFICATE KEY]: a server on loopback that takes what Slack takes. The first part
of the path says what it does: /ok/..., /error-NAME/..., /hook-STATUS/... and those of SCENARIOS. Each request is a line of
the log, with what is wrong with it by the schema, or null."""
import json
import re
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jsonschema import Draft7Validator

schema_path, port_file, log, *certificate = sys.argv[1:]
with open(schema_path, encoding="utf-8") as file:
    SCHEMA = json.load(file)
asked = {}


def texts(value):
    """Every text that Slack reads as markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def wrong_with(kind, headers, raw):
    if not re.fullmatch(r"application/json(; charset=utf-8)?", headers.get("Content-Type", "")):
        return "its content type"
    if kind == "chat.postMessage" and not re.fullmatch(r"Bearer xox[bp]-[A-Za-z0-9-]+", headers.get("Authorization", "")):
        return "its token"
    try:
        body = json.loads(raw.decode("utf-8"))
    except ValueError as error:
        return f"its JSON: {error}"
    validator = Draft7Validator({**SCHEMA, "$ref": f"#/definitions/{kind}"})
    for error in validator.iter_errors(body):
        return f"{list(error.absolute_path)}: {error.message[:300]}"
    for text in [body["text"], *texts(body.get("blocks", []))]:
        if re.search(r"<[!@#]|&(?!amp;|lt;|gt;)", text):
            return f"markup in {text[:300]}"
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=(), length=None):
        data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)
        if length is not None:
            self.close_connection = True

    def succeed(self):
        if self.kind == "webhook":
            return self.answer(200, "ok")
        return self.answer(200, {"ok": True, "channel": "C0123456789", "ts": "1503435956.000247", "message": {}})

    def do_POST(self):
        scenario, rest = self.path[1:].split("/", 1)
        self.kind = "webhook" if rest.startswith("services/") else rest
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        wrong = wrong_with(self.kind, self.headers, raw)
        with open(log, "a", encoding="utf-8") as out:
            print(json.dumps({"scenario": scenario, "kind": self.kind, "wrong": wrong, "at": time.monotonic(),
                              "authorization": self.headers.get("Authorization"),
                              "body": json.loads(raw) if wrong is None else None}), file=out)
        asked[scenario] = asked.get(scenario, 0) + 1
        if wrong:
            return self.answer(400, "invalid_payload") if self.kind == "webhook" else self.answer(200, {"ok": False, "error": "invalid_arguments"})
        named = re.fullmatch(r"error-(\w+)", scenario)
        hook = re.fullmatch(r"hook-(\d+)", scenario)
        if named:
            return self.answer(200, {"ok": False, "error": named[1]})
        if hook:
            return self.answer(int(hook[1]), REFUSALS[hook[1]])
        return SCENARIOS[scenario](self, asked[scenario])


# Not in the path: what is a part of a secret address is masked.
REFUSALS = {"400": "invalid_payload", "403": "action_prohibited", "404": "no_service", "410": "channel_is_archived"}


def first(nr, *answer):
    """That answer to the first requests, and then all is well."""
    def respond(handler, turn):
        return handler.answer(*answer) if turn <= nr else handler.succeed()
    return respond


def echo(handler, _):
    said = "; ".join(f"{name}: {value}" for name, value in handler.headers.items())
    return handler.answer(400, {"message": f"{handler.path} had {said}"})


def thread_gone(handler, turn):
    return handler.answer(200, {"ok": False, "error": "thread_not_found"}) if turn == 1 else handler.succeed()


def slow(handler, _):
    time.sleep(3)
    return handler.succeed()


SCENARIOS = {
    "ok": lambda handler, _: handler.succeed(),
    "limited": first(1, 429, {"ok": False, "error": "ratelimited"}, [("Retry-After", "1")]),
    "flaky": first(1, 500, ""),
    "flaky_once": first(1, 500, ""),
    "down": first(99, 503, "out of order"),
    "echo": echo,
    "slow": slow,
    "thread_gone": thread_gone,
    "truncated": lambda handler, _: handler.answer(200, '{"ok": tr', (), 4000),
    "redirect": lambda handler, _: handler.answer(302, "", [("Location", "/ok/chat.postMessage")]),
    "huge": lambda handler, _: handler.answer(200, b'{"ok": true, "x": "' + b"x" * (3 << 20) + b'"}'),
    "html": lambda handler, _: handler.answer(200, "<html>Sign in to the network</html>"),
}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who leaves early is none of our business."""


server = Server(("127.0.0.1", 0), Handler)
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(port_file, "w", encoding="utf-8") as out:
    print(server.server_address[1], file=out)
server.serve_forever()
