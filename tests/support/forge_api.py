# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: forge_api.py github|gitlab STATE PORT-FILE [CERTIFICATE]: as much of the API as is asked of it, on this machine alone.

Each request must be what tests/data/{github,gitlab}_api.json says of it: one that is not gets 422, and why is in STATE.wrong.
STATE is JSON, written again after each change; what it may have, and what is added to it:
  prefix    what paths begin with ("/api/v3" of an Enterprise server)
  heads     {"7": SHA}: pull requests
  comments  [{"id", "user" or "author", "body"}]; 404 to changing one that is not there
  issues    [{"number", "user", "title", "body", "state"}]; a pull request has "pull_request", too
  faults    [{"on": "METHOD PATH" as a pattern, "times", "status", "headers", "body", "how"}]: what is done in place of
            answering, `times` times (1), the first that fits; `how` is slow, truncated, huge, forget (all comments, then
            404), or done (what was asked for, and then it says that it was not)
  statuses, checks, dispatched, asked: what was sent; the last is every request, with its headers and body.
Its port is written to PORT-FILE. STATE.log has a line a request.
"""
import json
import os
import re
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import jsonschema

kind, path, port_file, *certificate = sys.argv[1:]
with open(f"{os.path.dirname(__file__)}/../data/{kind}_api.json", encoding="utf-8") as described:
    API = json.load(described)
lock = threading.Lock()


def load():
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(state):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(path + ".new", path)


def operation_of(method, asked):
    """The operation, and what stands in the braces of its path."""
    for operation in API["operations"]:
        names = re.findall(r"{(\w+)}", operation["path"])
        found = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", operation["path"]), asked)
        if operation["method"] == method and found:
            return operation, dict(zip(names, found.groups()))
    return None, {}


def wrong_headers(headers, has_body):
    said = {name.lower(): value for name, value in headers.items()}
    rules = API["headers"]
    for name, right in {**rules["required"], **(rules.get("if_body", {}) if has_body else {})}.items():
        if not any(re.fullmatch(name.lower(), given) and re.search(right, value) for given, value in said.items()):
            yield f"no header {name} that is {right}"
    for name, right in rules.get("if_given", {}).items():
        if name.lower() in said and not re.search(right, said[name.lower()]):
            yield f"{name} is {said[name.lower()]}"


def wrong_query(operation, query):
    rules = operation.get("query", {})
    rules = API["definitions"][rules["$ref"]] if "$ref" in rules else rules
    for name, values in parse_qs(query, keep_blank_values=True).items():
        if name not in rules or len(values) != 1 or not re.search(rules[name], values[0]):
            yield f"query {name}={values}"


def wrong_body(operation, body):
    if "body" not in operation:
        if body is not None:
            yield "a body"
        return
    schema = {**operation["body"], "definitions": {n: d for n, d in API["definitions"].items() if n != "page"}}
    if body is None:
        yield "no JSON"
    for error in jsonschema.Draft7Validator(schema).iter_errors(body):
        yield f"{'.'.join(map(str, error.path))}: {error.message[:200]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    instead = None

    def log_message(self, *_):
        pass

    def answer(self, code, what, headers=None):
        if self.instead:
            (code, what), self.instead = self.instead, None
        body = what.encode() if isinstance(what, str) else json.dumps(what).encode()
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def take(self):
        """The request: its operation, and what stands in its path; its query and its body."""
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlparse(self.path)
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = None
        return url, text, body

    def fault(self, state):
        for fault in state.get("faults", []):
            if re.search(fault["on"], f"{self.command} {self.path}") and fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                save(state)
                return fault
        return None

    def fail(self, fault, state):
        how = fault.get("how")
        if how == "slow":
            time.sleep(4)
        elif how == "truncated":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"[")
            self.close_connection = True
            return
        elif how == "huge":
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 30))
            self.end_headers()
            try:
                for _ in range(1 << 10):
                    self.wfile.write(b" " * (1 << 20))
            except OSError:
                pass
            self.close_connection = True
            return
        elif how == "forget":
            state["comments"] = []
            save(state)
        self.answer(fault.get("status", 404), fault.get("body", {"message": "Not Found"}), fault.get("headers"))

    def handle_it(self):
        url, text, body = self.take()
        with lock:
            state = load()
            with open(path + ".log", "a", encoding="utf-8") as file:
                print(self.command, self.path, self.headers.get("Authorization"), file=file)
            state.setdefault("asked", []).append(
                {"method": self.command, "path": self.path, "headers": dict(self.headers.items()), "body": body})
            save(state)
            prefix = state.get("prefix", "")
            operation, parts = operation_of(self.command, url.path[len(prefix):]) if url.path.startswith(prefix) else (None, {})
            wrong = [f"no such operation: {self.command} {url.path}"]
            if operation:
                wrong = [f"{name} {value}" for name, value in parts.items() if not re.search(API["parts"][name], value)]
                wrong += [*wrong_headers(self.headers, bool(text)), *wrong_query(operation, url.query), *wrong_body(operation, body)]
            if wrong:
                with open(path + ".wrong", "a", encoding="utf-8") as file:
                    print(self.command, self.path, wrong, file=file)
                return self.answer(422, {"message": "Validation Failed", "errors": wrong})
            fault = self.fault(state)
            if fault and fault.get("how") == "done":
                self.instead = fault["status"], fault.get("body", {})
            if not fault or self.instead:
                return self.do(operation["name"], parts, parse_qs(url.query), body, state)
        return self.fail(fault, state)

    def do(self, name, parts, query, body, state):
        getattr(self, "do_" + name)(parts, query, body, state)

    def do_pull(self, parts, _query, _body, state):
        head = state["heads"].get(parts["number"])
        return self.answer(200, {"head": {"sha": head}}) if head else self.answer(404, {"message": "Not Found"})

    def do_list(self, _parts, query, _body, state):
        size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        all_of_them = state.get("comments", [])
        is_last, headers = page * size >= len(all_of_them), {}
        if kind == "gitlab":
            headers["X-Next-Page"] = "" if is_last else str(page + 1)
        elif not is_last:
            headers["Link"] = f'<http://localhost{self.path.split("?")[0]}?page={page + 1}>; rel="next", <http://localhost/>; rel="last"'
        self.answer(200, all_of_them[(page - 1) * size : page * size], headers)

    def said(self, state, comment, body, code):
        comment["body"] = body["body"]
        save(state)
        self.answer(code, {**comment, "html_url": f"http://localhost/comment-{comment['id']}"})

    def do_create(self, _parts, _query, body, state):
        us = {"user": {"login": "github-actions[bot]"}} if kind == "github" else {"author": {"username": "robot"}}
        comments = state.setdefault("comments", [])
        comments.append({"id": 1000 + len(comments), **us})
        self.said(state, comments[-1], body, 201)

    def do_update(self, parts, _query, body, state):
        for comment in state.get("comments", []):
            if comment["id"] == int(parts["id"]):
                return self.said(state, comment, body, 200)
        return self.answer(404, {"message": "Not Found"})

    def do_issues(self, _parts, query, _body, state):
        size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        wanted = query.get("state", ["open"])[0]
        rows = [issue for issue in reversed(state.get("issues", [])) if wanted in ("all", issue["state"])]
        rest = {"X-Next-Page": str(page + 1) if page * size < len(rows) else ""} if kind == "gitlab" else {}
        self.answer(200, rows[(page - 1) * size : page * size], rest)

    def do_open(self, _parts, _query, body, state):
        issues = state.setdefault("issues", [])
        key, state_open = ("number", "open") if kind == "github" else ("iid", "opened")
        issues.append({key: len(issues) + 1, "user": {"login": "github-actions[bot]"}, "state": state_open, **body})
        save(state)
        self.answer(201, {**issues[-1], "html_url": f"http://localhost/issue-{len(issues)}"})

    def do_change(self, parts, _query, body, state):
        for issue in state.get("issues", []):
            if issue["number" if kind == "github" else "iid"] == int(parts["number"]):
                event = body.pop("state_event", None)
                issue.update(body, **({"state": {"close": "closed", "reopen": "opened"}[event]} if event else {}))
                save(state)
                return self.answer(200, {**issue, "html_url": f"http://localhost/issue-{parts['number']}"})
        return self.answer(404, {"message": "Not Found"})

    def do_dispatch(self, parts, _query, body, state):
        state.setdefault("dispatched", []).append({**parts, **body})
        save(state)
        self.answer(204 if kind == "github" else 201, "" if kind == "github" else {"id": 1})

    def do_status(self, parts, _query, body, state):
        state.setdefault("statuses", []).append({**body, "sha": parts["sha"]})
        save(state)
        self.answer(201, body)

    def do_check(self, _parts, _query, body, state):
        checks = state.setdefault("checks", [])
        checks.append({**body, "id": 5000000000 + len(checks)})
        save(state)
        self.answer(201, checks[-1])

    def do_more(self, parts, _query, body, state):
        for check in state.get("checks", []):
            if check["id"] == int(parts["id"]):
                check["output"]["annotations"] += body["output"]["annotations"]
                save(state)
                return self.answer(200, {"id": check["id"]})
        return self.answer(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = do_PUT = handle_it


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(port_file, "w", encoding="utf-8") as out:
    print(server.server_address[1], file=out)
server.serve_forever()
