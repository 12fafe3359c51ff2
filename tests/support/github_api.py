# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: github_api.py STATE PORT-FILE: as much of GitHub's API as comment.sh asks of it, on this machine alone.

STATE is a JSON file {"heads": {"7": SHA}, "comments": [{"id", "user": {"login"}, "body"}]}, written again after each change.
Its port is written to PORT-FILE. What was asked is in STATE.log, a line a request.
"""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

path, port_file = sys.argv[1:]


def load():
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, what):
        body = json.dumps(what).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self):
        with open(path + ".log", "a", encoding="utf-8") as file:
            print(self.command, self.path, self.headers.get("Authorization"), file=file)

    def do_GET(self):
        self.note()
        url, state = urlparse(self.path), load()
        pull = re.fullmatch(r"/repos/us/project/pulls/(\d+)", url.path)
        if pull and pull[1] in state["heads"]:
            return self.answer(200, {"head": {"sha": state["heads"][pull[1]]}})
        if re.fullmatch(r"/repos/us/project/issues/\d+/comments", url.path):
            asked = parse_qs(url.query)
            size, page = int(asked["per_page"][0]), int(asked["page"][0])
            return self.answer(200, state["comments"][(page - 1) * size : page * size])
        return self.answer(404, {"message": "Not Found"})

    def change(self):
        self.note()
        state = load()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        edited = re.fullmatch(r"/repos/us/project/issues/comments/(\d+)", self.path)
        if edited:
            comment = next(c for c in state["comments"] if c["id"] == int(edited[1]))
        else:
            comment = {"id": 1000 + len(state["comments"]), "user": {"login": "github-actions[bot]"}}
            state["comments"].append(comment)
        comment["body"] = body
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)
        self.answer(200, {"html_url": f"http://localhost/comment-{comment['id']}"})

    do_POST = do_PATCH = change


server = HTTPServer(("127.0.0.1", 0), Handler)
with open(port_file, "w", encoding="utf-8") as out:
    print(server.server_address[1], file=out)
server.serve_forever()
