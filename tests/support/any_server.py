# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: any_server.py PORT_FILE FOLDER: a server on loopback that takes any request. The first is FOLDER/1.head, its line and
headers, and FOLDER/1.body, its bytes; and so on. What is asked of /STATUS/... is answered with that status and the whole of the
request, as far as a tactless server can repeat it; /STATUS-PAD/... with as many letters before it, /STATUS-PAD-json/... as a
message in JSON, /STATUS-PAD-dump/... as any other JSON.
All else is fine."""
import json
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port_file, folder = sys.argv[1:]


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def take(self):
        head = f"{self.command} {self.path}\n" + "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        number = len(os.listdir(folder)) // 2 + 1
        with open(f"{folder}/{number}.body", "wb") as out:
            out.write(body)
        with open(f"{folder}/{number}.head", "w", encoding="utf-8") as out:
            out.write(head)
        asked = re.match(r"/(\d{3})(?:-(\d+))?(-json|-dump)?/", self.path)
        answer = b""
        self.send_response(int(asked[1]) if asked else 200)
        if asked:
            said = "x" * int(asked[2] or 0) + head.replace("\n", " ") + body.decode(errors="replace")
            answer = (json.dumps({"message" if asked[3] == "-json" else "asked": said}) if asked[3] else said).encode()
            self.send_header("Location", "/" + re.sub("[^ -~]", "_", said[:2000]))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = take


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who leaves early is none of our business."""


server = Server(("127.0.0.1", 0), Handler)
with open(port_file, "w", encoding="utf-8") as out:
    print(server.server_address[1], file=out)
server.serve_forever()
