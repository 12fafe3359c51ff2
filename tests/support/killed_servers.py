# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: killed_servers.py PROGRAM KILLS [SUITES]: kills at a random moment, KILLS times each, a server that takes notes, `serve
token add` and `site`; where SUITES, a folder with few.so and many.so (faults_build), is given, `bisect --state`, too. What was
said to be kept is there, once; what is there is whole; the next one, which nobody kills, ends as if nothing had been, and leaves
nothing behind. Prints what came of it."""
import collections
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

program, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2])
suites = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
support = os.path.dirname(os.path.abspath(__file__))
draw = random.Random(16)
counts = collections.Counter()
usual_s = collections.defaultdict(lambda: 0.05)
BISECT = ["bisect", "steady", "--good", "HEAD~2", "--metric", "allocations", "-q", "--time", "1ms", "--units", "10", "--cache", "../cache",
          "--state", "state.json"]


def start(*arguments, folder="."):
    return subprocess.Popen([program, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def do(*arguments, folder=".", status=0):
    process = start(*arguments, folder=folder)
    out, err = process.communicate(timeout=120)
    assert process.returncode == status, (arguments, process.returncode, out, err)
    return out


def killed(*arguments, folder=".", status=0):
    """Is it killed before it ends? By and by half of them are."""
    kind = " ".join(it for it in arguments[:3] if it.isalpha())
    process = start(*arguments, folder=folder)
    try:
        process.wait(timeout=usual_s[kind] * draw.random() * 2)
    except subprocess.TimeoutExpired:
        process.kill()
    out, err = process.communicate(timeout=120)
    assert process.returncode in (status, -signal.SIGKILL), (process.args, process.returncode, out, err)
    is_killed = process.returncode != status
    usual_s[kind] *= 1.05 if is_killed else 0.95
    return is_killed


def parsed(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def tree(top):
    found = {}
    for folder, _, names in os.walk(top):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found[os.path.relpath(os.path.join(folder, name), top)] = file.read()
    return found


def left():
    found = [os.path.join(folder, name) for folder, folders, names in os.walk(".") for name in folders + names if ".benchgate-" in name]
    return found + os.listdir(os.environ["TMPDIR"])


def kill_tokens():
    said, number = set(), 0
    while counts["serve token add"] < kills:
        name, number = f"n{number}", number + 1
        if killed("serve", "token", "add", name, "--role", "read", "--db", "runs.db"):
            counts["serve token add"] += 1
        else:
            said.add(name)
        there = [it["name"] for it in parsed("runs.db.tokens")["tokens"]] if os.path.exists("runs.db.tokens") else []
        assert len(there) == len(set(there)) and said <= set(there), ("tokens", said - set(there), there)
    do("serve", "token", "add", "last", "--role", "read", "--db", "runs.db")


def kill_sites():
    """Each page is that of one of two histories, or says that the site is not complete."""
    names = ["runs.db", "more.db"]
    for name in names:
        do("site", name, f"{name}.site")
    wholes = [tree(f"{name}.site") for name in names]
    turn = 0
    while counts["site"] < kills:
        counts["site"] += killed("site", names[turn % 2], "public")
        turn += 1
        for path, text in tree("public").items() if os.path.exists("public") else []:
            assert ".benchgate-" in path or path == "benchgate-site.txt" or text in [it.get(path) for it in wholes] or b"not complete" in text, path
    do("site", names[0], "public")
    assert tree("public") == wholes[0], set(tree("public")) ^ set(wholes[0])


def ask_for_note(port, token, text):
    """The number of the note, or None."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = json.dumps({"commit": "c0ffee", "text": text})
    connection.request("POST", "/api/v1/annotations", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    said = json.loads(answer.read())
    return said["id"] if answer.status == 201 else None


def kill_servers():
    token = do("serve", "token", "add", "writer", "--role", "write", "--db", "runs.db").split()[-1]
    taken = {}
    while counts["serve"] < kills:
        server = start("serve", "--db", "runs.db", "--listen", "127.0.0.1:0", "--config", "none")
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        kill_at_s = time.monotonic() + draw.uniform(0, 0.05)
        while time.monotonic() < kill_at_s:
            text = f"note {len(taken)} of {counts['serve']}"
            id_of_note = ask_for_note(port, token, text)
            if id_of_note:
                taken[text] = id_of_note
        # One that is not waited for: it is killed while it writes.
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/api/v1/annotations", json.dumps({"commit": "c0ffee", "text": f"torn {counts['serve']}"}),
                           {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        time.sleep(draw.uniform(0, 0.004))
        server.kill()
        server.communicate(timeout=20)
        connection.close()
        counts["serve"] += 1
    kept = do("history", "export", "--db", "runs.db")
    assert all(kept.count(json.dumps(text)) == 1 for text in taken), "a note is lost or doubled"
    assert all(kept.count(json.dumps(f"torn {it}")) <= 1 for it in range(kills)), "a note is doubled"
    assert do("history", "check", "--db", "runs.db") == "runs.db: ok\n"
    counts["notes kept"] = len(taken)


def git(*arguments):
    return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@localhost", *arguments], cwd="project", check=True,
                          capture_output=True, text=True).stdout


def with_commits():
    os.makedirs("project")
    for suite in ("few", "many"):
        shutil.copy(f"{suites}/{suite}.so", f"{suite}.so")
    with open("project/benchgate.json", "w", encoding="utf-8") as out:
        json.dump({"suite": "./suite.so", "build": f"cp {os.getcwd()}/$(cat which).so suite.so"}, out)
    git("init", "-q")
    for number, which in enumerate(("few", "few", "many")):
        with open("project/which", "w", encoding="utf-8") as out:
            out.write(which)
        with open("project/number", "w", encoding="utf-8") as out:
            out.write(str(number))
        git("add", "-A")
        git("commit", "-q", "-m", f"{which} {number}")


def kill_bisects():
    with_commits()
    usual_s["bisect steady"] = 0.3
    while counts["bisect"] < kills:
        counts["bisect"] += killed(*BISECT, folder="project", status=1)
        if os.path.exists("project/state.json"):
            parsed("project/state.json")
    assert "many 2" in do(*BISECT, folder="project", status=1)
    assert len(git("worktree", "list").splitlines()) == 1, git("worktree", "list")


os.environ["TMPDIR"] = os.path.abspath("scratch")
os.makedirs("scratch")
for path, seconds in (("runs.db", "1"), ("more.db", "2")):
    with open("run.json", "w", encoding="utf-8") as out:
        subprocess.run([sys.executable, f"{support}/alerted.py", f"hash={seconds}", "sort"], stdout=out, check=True)
    do("history", "import", "run.json", "--db", path)
for work in [kill_tokens, kill_sites, kill_servers] + [kill_bisects] * bool(suites):
    work()
    assert not left(), (work.__name__, left())
print(", ".join(f"{kind} {nr}" for kind, nr in sorted(counts.items())))
