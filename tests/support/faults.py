# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: faults.py LIBRARY PROGRAM SUITES [--command NAME] [--function NAME] [--role own|child|worker] [--kind KIND] [--most N] [--every N]
Runs each command of benchgate again and again, and makes the first call of a function of the C library fail, then the second,
and so on until the command makes no more of them (see faults.c). After each it looks at the exit code, the message, the files,
and what is left behind. SUITES is a folder with plain.so and more.so (gate.c), few.so and many.so (turns.c). Prints a table;
what went wrong stands below it, and the program fails."""
import argparse
import collections
import errno
import glob
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
# How each function can fail, and for a call that may be interrupted or do a part of its work, that too.
KINDS = {
    "open": ["EMFILE", "EIO"], "openat": ["EMFILE"], "mkostemp": ["ENOSPC"], "mkdtemp": ["ENOSPC"], "tmpfile": ["EMFILE"],
    "fopen": ["EMFILE"], "opendir": ["EMFILE"], "fdopendir": ["ENOMEM"], "mkdir": ["ENOSPC"], "rename": ["EIO"],
    "realpath": ["EIO"], "unlink": ["EIO"], "read": ["EIO", "EINTR", "short"], "pread": ["EIO", "EINTR", "short"],
    "write": ["ENOSPC", "EINTR", "short"], "pwrite": ["ENOSPC", "EINTR", "short"], "fsync": ["EIO"], "fdatasync": ["EIO"], "ftruncate": ["EIO"], "flock": ["EIO", "EINTR"], "fcntl": ["EMFILE"],
    "close": ["EIO", "EINTR"], "fork": ["EAGAIN"], "waitpid": ["EINTR"], "wait4": ["EINTR"], "poll": ["EINTR"], "ppoll": ["EINTR"],
    "pipe2": ["EMFILE"], "socketpair": ["EMFILE"], "memfd_create": ["EMFILE"], "mmap": ["ENOMEM"],
}
MEASURE = ["-q", "--processes", "2", "--time", "1ms"]


class Server(http.server.BaseHTTPRequestHandler):
    posts = []

    def do_POST(self):
        Server.posts.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def content(path):
    with open(path, "rb") as file:
        return file.read()


def parsed(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Command:
    """What is run, the exit code without a fault, and the files that it writes: each is its old self, or whole and new."""

    def __init__(self, arguments, status, files, prepare, *, folder=".", is_new=None, after=None, talk=None):
        self.arguments, self.status, self.files, self.prepare = arguments, status, files, prepare
        self.folder, self.is_new, self.after, self.talk = folder, is_new or {}, after, talk


class Trial:
    def __init__(self, options):
        self.options = options
        self.top = tempfile.mkdtemp(prefix="faults.")
        self.start = os.path.join(self.top, "start")
        self.work = os.path.join(self.top, "work")
        self.scratch = os.path.join(self.top, "scratch")
        self.answers = []  # of a server that was asked
        self.hit = os.path.join(self.top, "hit")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        home = os.path.join(self.top, "home")
        os.makedirs(home)
        with open(os.path.join(home, ".gitconfig"), "w", encoding="utf-8") as out:
            out.write("[user]\n\tname = Somebody\n\temail = somebody@localhost\n[init]\n\tdefaultBranch = main\n")
        self.environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C", "TMPDIR": self.scratch, "MARK": self.top,
                            "GIT_CONFIG_NOSYSTEM": "1"}
        os.makedirs(self.scratch)

    def run(self, arguments, folder=".", talk=None, **more):
        """Returns the exit code (None: it hung), and what it said. talk: asks a server, and ends it."""
        with subprocess.Popen([self.options.program, *arguments], cwd=os.path.join(self.work, folder), env=self.environment | more,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace", start_new_session=True) as process:
            try:
                if talk:
                    talk(self, process)
                out, err = process.communicate(timeout=60)
                return process.returncode, out, err
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                out, err = process.communicate()
                return None, out, err

    def must(self, *arguments, folder=".", status=0):
        got = self.run(arguments, folder)
        assert got[0] == status, (arguments, got)
        return got[1]

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def git(self, *arguments):
        return subprocess.run(["git", *arguments], cwd=os.path.join(self.work, "project"), env=self.environment, check=True,
                              capture_output=True, text=True).stdout

    def anew(self, prepare):
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        for name in ("plain", "more", "few", "many"):
            os.symlink(os.path.join(self.options.suites, name + ".so"), os.path.join(self.work, name + ".so"))
        prepare(self)
        shutil.rmtree(self.start, ignore_errors=True)
        os.rename(self.work, self.start)

    def again(self):
        """The folder and the scratch folder as they were at first."""
        for folder in (self.work, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.start, self.work, symlinks=True)
        os.makedirs(self.scratch)
        Server.posts.clear()

    def processes(self):
        left = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                if f"MARK={self.top}".encode() in content(path).split(b"\0"):
                    left.append(content(path[: -len("environ")] + "cmdline").replace(b"\0", b" ").decode())
            except OSError:
                pass
        return left

    def wait_for_none(self):
        for _ in range(50):
            if not self.processes():
                return []
            time.sleep(0.02)
        return self.processes()


def all_files(top):
    return {os.path.relpath(os.path.join(folder, name), top) for folder, _, names in os.walk(top) for name in names
            if "/.git/objects" not in folder and "/cache" not in folder}


# What each command starts from.

def with_baseline(trial):
    os.makedirs(f"{trial.work}/baselines")
    os.makedirs(f"{trial.work}/.git")
    os.makedirs(f"{trial.work}/out")
    trial.must("update-baselines", "--sessions", "1", *MEASURE, "--suite", "./plain.so", "--yes", "--force", "-B", "./baselines/b.json",
               "steady")
    age(trial)


def age(trial):
    """A session that is long ago, so that the next one need not wait."""
    text = content(f"{trial.work}/baselines/b.json").decode()
    trial.write("baselines/b.json", text.replace(time.strftime('"%Y-', time.gmtime()), '"2020-'))


def with_old_result(trial):
    with_baseline(trial)
    trial.must("run", *MEASURE, "--suite", "./plain.so", "--out", "out/r.json", "--report", "json=out/v.json", "-B", "./baselines/b.json",
               "steady")


def with_nothing(_trial):
    pass


def with_accepted(trial):
    with_baseline(trial)
    trial.must("accept", "steady", "--reason", "before")


def with_shards(trial):
    names = ["steady", "sized"]
    for side, suite in (("base", "few"), ("head", "many")):
        trial.must("run", *MEASURE, "--suite", f"./{suite}.so", "--out", f"{side}.json", *names)
    for number in "12":
        trial.run(["run", *MEASURE, "--suite", "./many.so", "--shard", f"{number}/2", "--out", f"shard-{number}.json", *names])


def with_channels(trial):
    for name, benches in (("base.json", ["hash"]), ("slow.json", ["hash=1.2"])):
        said = subprocess.run([sys.executable, f"{HERE}/alerted.py", *benches], capture_output=True, text=True, check=True)
        trial.write(name, said.stdout)
    trial.write("state/chat.log", "before\n")
    trial.write("benchgate.json", json.dumps({
        "channels": {"chat": {"type": "file", "path": "state/chat.log"},
                     "told": {"type": "command", "command": ["/bin/sh", "-c", "cat >>state/told.log; echo >>state/told.log"]},
                     "hook": {"type": "webhook", "url": f"http://127.0.0.1:{trial.server.server_port}/in"}},
        "notify": {"state": "state/state.json"},
        "alert_rules": [{"name": "large", "condition": "change_percent > 10"}]}))


def with_repository(trial):
    suites = f"{HERE}/suites"
    os.makedirs(f"{trial.work}/project")
    for path in (f"{suites}/turns.c", f"{suites}/work.h", f"{HERE}/../../include/benchgate.h"):
        shutil.copy(path, f"{trial.work}/project")
    trial.write("project/Makefile", "suite.so: ; cc -O1 -shared -fPIC -I. -include count.h -o $@ turns.c\n")
    trial.write("project/benchgate.json", '{"suite": "./suite.so", "build": "make -s suite.so"}')
    trial.write("project/.gitignore", "*.so\n")
    trial.git("init", "-q")
    for count in ("100", "200"):
        trial.write("project/count.h", f"#define COUNT {count}\n")
        trial.git("add", "-A")
        trial.git("commit", "-q", "-m", count)


def with_three_commits(trial):
    with_repository(trial)
    trial.write("project/more.txt", "more\n")
    trial.git("add", "-A")
    trial.git("commit", "-q", "-m", "more")


def nothing_of_ours_in_git(trial, _status):
    if len(trial.git("worktree", "list").splitlines()) != 1:
        yield "a worktree is left in git's list"


def bisect_goes_on(trial, status):
    """What it kept, if anything, is whole, and from there the same commit is found."""
    yield from nothing_of_ours_in_git(trial, status)
    path = f"{trial.work}/project/state.json"
    if os.path.exists(path):
        try:
            parsed(path)
        except ValueError as why:
            yield f"the state is torn: {why}"
    if status != 1:
        again = trial.run(COMMANDS["bisect"].arguments, "project")
        if again[0] != 1 or "200" not in again[1]:
            yield f"the next one ends with {again[0]}: {again[1]}{again[2]}"


def told_once_more(trial, _status):
    """Whoever was not told is told by the next one; nobody is told twice but by a server that was not heard."""
    again = trial.run(["notify", "slow.json", "--against", "base.json"])
    if again[0] != 0:
        yield f"notify after it ends with {again[0]}: {again[2]}"
    told = {"chat": content(f"{trial.work}/state/chat.log").decode().count("hash"), "hook": len(Server.posts),
            "told": len(content(f"{trial.work}/state/told.log").splitlines()) if os.path.exists(f"{trial.work}/state/told.log") else 0}
    for name, nr in told.items():
        if not nr:
            yield f"{name} was never told: {again[1]}{again[2]}"


def with_history(trial):
    shutil.copy(f"{HERE}/../data/imports/go.txt", f"{trial.work}/go.txt")
    trial.must("run", *MEASURE, "--suite", "./plain.so", "--db", "h.db", "steady")
    trial.must("history", "export", "--db", "h.db", "--out", "out.jsonl")
    trial.must("run", *MEASURE, "--suite", "./plain.so", "--out", "more.json", "steady")


def history_is_whole(trial, status):
    """What was kept before is there, and the new run, where it says so."""
    checked = trial.run(["history", "check", "--db", "h.db"])
    if checked[0] != 0:
        yield f"the history is damaged: {checked[1]}{checked[2]}"
        return
    runs = trial.must("history", "export", "--db", "h.db").splitlines()[1:]
    old = content(f"{trial.start}/out.jsonl").decode().splitlines()[1]
    if old not in runs:
        yield "a run of the history is lost"
    if len(runs) > 2 or (status == 0 and len(runs) < 2):
        yield f"the history has {len(runs)} runs after exit code {status}"


def with_site(trial):
    with_history(trial)
    trial.must("site", "h.db", "public")
    trial.must("history", "import", "more.json", "--db", "h.db")
    shutil.copytree(f"{trial.work}/public", f"{trial.top}/old_site", dirs_exist_ok=True)
    trial.must("site", "h.db", f"{trial.top}/new_site")


def with_no_site(trial):
    with_history(trial)
    trial.must("site", "h.db", f"{trial.top}/new_site")


def site_is_whole(trial, status):
    """Each page is that of before or that of after, and the next one mends what is missing."""
    for name in sorted(all_files(f"{trial.work}/public")):
        olds = [f"{trial.top}/{it}/{name}" for it in ("old_site", "new_site")]
        # That of a site that is not complete says so.
        if name != "benchgate-site.txt" and not any(os.path.exists(it) and content(f"{trial.work}/public/{name}") == content(it) for it in olds):
            yield f"public/{name} is neither that of before nor that of after"
    again = trial.run(["site", "h.db", "public"])
    if status != 0 and again[0] != 0:
        yield f"the next site ends with {again[0]}: {again[2]}"
    for name in sorted(all_files(f"{trial.top}/new_site") ^ all_files(f"{trial.work}/public")):
        yield f"after the next one, public/{name} is there in one of two"


def with_token(trial):
    with_history(trial)
    trial.token = trial.must("serve", "token", "add", "before", "--role", "write", "--db", "h.db").split()[-1]
    trial.write("serve.json", "{}")


def tokens_are_whole(trial, status):
    names = [it["name"] for it in parsed(f"{trial.work}/h.db.tokens")["tokens"]]
    if names != ["before", "ci"] and (status == 0 or names != ["before"]):
        yield f"the tokens are {names} after exit code {status}"


def write_a_note(trial, process):
    """Asks for a note, then whether the server still answers."""
    line = process.stdout.readline()
    trial.answers = []
    if " on http" not in line:
        return
    address = line.split(" on ")[1].strip()
    body = json.dumps({"commit": "0" * 40, "text": "a note"}).encode()
    for path, data in (("/api/v1/annotations", body), ("/api/v1/annotations", None), ("/api/v1/health", None), ("/api/v1/health", None)):
        request = urllib.request.Request(address + path, data, {"Authorization": f"Bearer {trial.token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                trial.answers.append((answer.status, answer.read().decode()))
        except urllib.error.HTTPError as why:
            trial.answers.append((why.code, why.read().decode()))
        except OSError as why:
            trial.answers.append((0, str(why)))
    process.terminate()


def note_is_kept(trial, status):
    """A note that the server said it had taken is there; it answers on, and what it cannot do it says."""
    yield from history_is_whole(trial, None)
    if not trial.answers:
        return
    taken, listed, _, health = trial.answers
    notes = trial.must("history", "export", "--db", "h.db").count("a note")
    if notes > 1 or (taken[0] in (200, 201)) != (notes == 1):
        yield f"{notes} notes are there, and the answer was {taken}"
    if not all(it[0] in (200, 201, 500, 503) for it in (taken, listed)) or any(it[0] >= 500 and "error" not in it[1] for it in (taken, listed)):
        yield f"the answers are {taken} and {listed}"
    if status is not None and health[0] != 200:
        yield f"after it, its health is {health}"


def has_lines(path):
    lines = content(path).splitlines()
    return len(lines) == 2 and all(json.loads(line) for line in lines)


def with_two_histories(trial):
    with_history(trial)
    trial.must("history", "import", "more.json", "--db", "other.db")


def with_two_runs(trial):
    with_history(trial)
    trial.must("history", "import", "more.json", "--db", "h.db")
    trial.more = parsed(f"{trial.work}/more.json")["benchmark_run"]["id"]
    trial.write("more.id", trial.more)


def run_is_gone(trial, status):
    checked = trial.run(["history", "check", "--db", "h.db"])
    if checked[0] != 0:
        yield f"the history is damaged: {checked[1]}{checked[2]}"
        return
    runs = trial.must("history", "export", "--db", "h.db").splitlines()[1:]
    if content(f"{trial.start}/out.jsonl").decode().splitlines()[1] not in runs:
        yield "a run of the history is lost"
    if status == 0 and len(runs) != 1:
        yield f"the run is still there after exit code {status}"


def copy_is_whole(trial, status):
    yield from history_is_whole(trial, None)
    if os.path.exists(f"{trial.work}/copy.db"):
        checked = trial.run(["history", "check", "--db", "copy.db"])
        if checked[0] != 0:
            yield f"the copy is damaged: {checked[1]}{checked[2]}"
    elif status == 0:
        yield "the copy is not there"


def has_sessions(path):
    return set(parsed(path)["benchmarks"]) == {"steady", "work"}


def has_values(path):
    return "steady" in json.dumps(parsed(path)) and content(path).endswith(b"\n")


BASE = ["-B", "./baselines/b.json"]
IN_TURN = ["compare", "-q", "--only", "steady", "--time", "1ms", "--units", "1"]
COMMANDS = {
    "update-baselines": Command(["update-baselines", "--sessions", "1", *MEASURE, "--suite", "./plain.so", "--yes", "--force", *BASE, "work"],
                                0, ["baselines/b.json"], with_baseline, is_new={"baselines/b.json": has_sessions}),
    "run": Command(["run", *MEASURE, "--suite", "./plain.so", "--out", "out/r.json", "--report", "json=out/v.json", *BASE, "steady"],
                   0, ["out/r.json", "out/v.json"], with_old_result, is_new={"out/r.json": has_values}),
    "run-regressed": Command(["run", *MEASURE, "--suite", "./more.so", "--out", "out/r.json", "--report", "json=out/v.json", *BASE, "steady"],
                             1, ["out/r.json", "out/v.json"], with_old_result, is_new={"out/r.json": has_values}),
    "run-save": Command(["run", *MEASURE, "--suite", "./plain.so", "--save-baseline", "./baselines/b.json", "work"], 0,
                        ["baselines/b.json"], with_baseline),
    "run-command": Command(["run", *MEASURE, "--command", "tick=/bin/true", "--out", "out/r.json"], 0, ["out/r.json"], with_old_result,
                           is_new={"out/r.json": lambda path: "tick" in json.dumps(parsed(path))}),
    "run-db": Command(["run", *MEASURE, "--suite", "./plain.so", "--db", "h.db", "steady"], 0, ["h.db"], with_history,
                      after=history_is_whole),
    "history-import": Command(["history", "import", "more.json", "--db", "h.db"], 0, ["h.db"], with_history, after=history_is_whole),
    "history-export": Command(["history", "export", "--db", "h.db", "--out", "out.jsonl"], 0, ["out.jsonl"], with_history,
                              is_new={"out.jsonl": has_lines}),
    "history-merge": Command(["history", "merge", "other.db", "--db", "h.db"], 0, ["h.db"], with_two_histories, after=history_is_whole),
    "history-backup": Command(["history", "backup", "copy.db", "--db", "h.db"], 0, ["copy.db"], with_history, after=copy_is_whole),
    "history-prune": Command(["history", "prune", "--keep", "1d", "--yes", "--db", "h.db"], 0, ["h.db"], with_two_runs,
                             after=history_is_whole),
    "site": Command(["site", "h.db", "public"], 0, [], with_site, after=site_is_whole),
    "site-new": Command(["site", "h.db", "public"], 0, [], with_no_site, after=site_is_whole),
    "serve": Command(["serve", "--db", "h.db", "--listen", "127.0.0.1:0", "--config", "none"], 143, [], with_token, after=note_is_kept,
                     talk=write_a_note),
    "serve-token": Command(["serve", "token", "add", "ci", "--role", "write", "--db", "h.db"], 0, ["h.db.tokens"], with_token,
                           after=tokens_are_whole),
    "explain": Command(["explain", "steady", "./few.so", "./many.so", "-q", "--flame", "flame.html", "--report", "json=e.json", "--report", "text"], 0,
                       ["flame.html", "e.json"], with_nothing),
    "bisect": Command(["bisect", "steady", "--good", "HEAD~2", "--metric", "allocations", "-q", "--time", "1ms", "--units", "10",
                       "--cache", "../cache", "--state", "state.json"], 1, [], with_three_commits, folder="project", after=bisect_goes_on),
    "import": Command(["import", "go.txt", "--out", "i.json"], 0, ["i.json"], with_history),
    "compare": Command([*IN_TURN, "--out", "r.json", "--report", "json=v.json", "./few.so", "./many.so"], 1, ["r.json", "v.json"],
                       with_nothing),
    "compare-same": Command([*IN_TURN, "--out", "r.json", "--report", "json=v.json", "./few.so", "./few.so"], 0, ["r.json", "v.json"],
                            with_nothing),
    "compare-revisions": Command([*IN_TURN, "--cache", "../cache", "--report", "json=v.json", "HEAD~1", "HEAD"], 1,
                                 ["project/v.json"], with_repository, folder="project", after=nothing_of_ours_in_git),
    "compare-tree": Command([*IN_TURN, "--cache", "../cache", "--report", "json=v.json", "HEAD"], 0,
                            ["project/v.json"], with_repository, folder="project", after=nothing_of_ours_in_git),
    "notify": Command(["notify", "slow.json", "--against", "base.json"], 0, ["state/state.json", "state/chat.log", "state/told.log"],
                      with_channels, after=told_once_more),
    "merge": Command(["merge", "shard-1.json", "shard-2.json", "-B", "base.json", "--report", "json=v.json", "--report", "junit=v.xml"], 1,
                     ["v.json", "v.xml"], with_shards),
    "accept": Command(["accept", "steady", "--reason", "why"], 0, ["baselines/accepted.json"], with_accepted),
    "report": Command(["report", "head.json", "--against", "base.json", "--report", "json=v.json", "--report", "html=v.html"], 0,
                      ["v.json", "v.html"], with_shards),
}
# What is kept on purpose: the build cache, the file that locks the state, what SQLite has not yet written into a history.
MAY_STAY = ("cache/", "state/state.json.lock", "h.db-", "other.db-", "public/", "project/state.json")
WRONG_VERDICTS = {0: "a false PASS", 1: "a false REGRESSION", 4: "the base is said to be at fault", 5: "said to be inconclusive"}


def troubles(trial, command, before, got):
    """What is wrong with how it ended."""
    status, out, err = got
    if status is None:
        yield "it hung"
        return
    if status != command.status and (status < 0 or status > 127):
        yield f"killed by signal {status}"
    elif status not in (command.status, 2, 3):
        yield f"exit code {status}: {WRONG_VERDICTS.get(status, '')}: {out} {err}"
    lines = [line for line in err.splitlines() if line.startswith("benchgate: ")]
    if status in (2, 3) and len(lines) > 1:
        yield f"{len(lines)} lines: {err}"
    if status in (2, 3) and not lines and not out.strip():
        yield "it failed without a word"
    for name in command.files:
        path, old = os.path.join(trial.work, name), os.path.join(trial.start, name)
        if not os.path.exists(path):
            # A regression is told before a report that could not be written.
            told = status == 1 and os.path.basename(name) in err
            if os.path.exists(old) or (status == command.status and not told and not name.startswith("state/")):
                yield f"{name} is not there"
        elif os.path.exists(old) and content(path) == content(old):
            if status == command.status and name in command.is_new and "baselines/" in name:
                yield f"{name} is the old one"
        elif name.endswith((".json", ".jsonl")):
            try:
                if not command.is_new.get(name, lambda path: parsed(path) is not None)(path):
                    yield f"{name} is not whole"
            except ValueError as why:
                yield f"{name} is torn: {why}"
    for name in sorted(all_files(trial.work) - before - set(command.files)):
        if not name.startswith(MAY_STAY):
            yield f"{name} is left behind"
    for name in os.listdir(trial.scratch):
        yield f"{name} is left in TMPDIR"
    for process in trial.wait_for_none():
        yield f"a process is left: {process}"


def once(trial, command, role, function, kind, at):
    """Returns None when there was no such call, or how it ended, and what is wrong with that."""
    trial.again()
    if os.path.exists(trial.hit):
        os.remove(trial.hit)
    before = all_files(trial.work)
    got = trial.run(command.arguments, command.folder, command.talk, LD_PRELOAD=trial.options.library, FAULT_FUNCTION=function, FAULT_AT=str(at),
                    FAULT_KIND=str(getattr(errno, kind, 0)), FAULT_ROLE=role, FAULT_PROGRAM=trial.options.program, FAULT_HIT=trial.hit, FAULT_TARGET=trial.options.target)
    if not os.path.exists(trial.hit):
        if got[0] != command.status:
            return "not hit", [f"without a fault it ends with {got[0]}: {got[1]}{got[2]}"], ""
        return None
    wrong = list(troubles(trial, command, before, got))
    wrong += list(command.after(trial, got[0])) if command.after else []
    if kind in ("EINTR", "short") and got[0] != command.status:
        wrong.append(f"it fails where it need only go on: {got[0]}: {got[2]}")
    is_old = all(os.path.exists(f"{trial.start}/{it}") == os.path.exists(f"{trial.work}/{it}") for it in command.files) and all(
        content(f"{trial.start}/{it}") == content(f"{trial.work}/{it}") for it in command.files if os.path.exists(f"{trial.start}/{it}"))
    # A session that was recorded would keep the next one waiting.
    if got[0] != command.status and is_old and not wrong:
        again = trial.run(command.arguments, command.folder, command.talk)
        if again[0] != command.status:
            wrong.append(f"the next one, without a fault, ends with {again[0]}: {again[2]}")
    how = "wrong" if wrong else "as without" if got[0] == command.status else f"code {got[0]}"
    return how, [" ".join(it.split())[:300] for it in wrong], content(trial.hit).decode().strip() + " | " + " ".join((got[2].strip() or got[1].strip()).split())[-200:]


def done_rows(table):
    """Which rows a table has: those of command, role, function and kind, without the notes below them."""
    if not table or not os.path.exists(table):
        return set()
    return {tuple(line.split()[:4]) for line in content(table).decode().splitlines() if not line.startswith(" ")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "program", "suites"):
        parser.add_argument(name, type=os.path.realpath)
    for name in ("--command", "--function", "--role", "--kind"):
        parser.add_argument(name)
    parser.add_argument("--target", default="", help="only calls for files with this in their path")
    parser.add_argument("--most", type=int, default=100000, help="calls of each function")
    parser.add_argument("--every", type=int, default=1, help="only every n-th call")
    parser.add_argument("--done", metavar="TABLE", help="rows of this table are not run again")
    parser.add_argument("--show", action="store_true", help="each run, with what it said")
    options = parser.parse_args()
    trial = Trial(options)
    bad = 0
    done = done_rows(options.done)
    if not done:
        print(f"{'command':18} {'process':7} {'function':12} {'kind':7} {'calls':>5}  how they ended")
    try:
        for name, command in COMMANDS.items():
            if options.command and name not in options.command.split(","):
                continue
            trial.anew(command.prepare)
            for role in ("own", "child", "worker"):
                for function, kinds in KINDS.items():
                    for kind in kinds:
                        if (options.role or role) != role or (options.kind or kind) != kind or \
                                (options.function and function not in options.function.split(",")) or \
                                (name, role, function, kind) in done:
                            continue
                        bad += one_row(trial, options, (name, command), role, function, kind)
    finally:
        shutil.rmtree(trial.top, ignore_errors=True)
    sys.exit(1 if bad else 0)


def one_row(trial, options, named, role, function, kind):
    name, command = named
    ends, notes, at = collections.Counter(), [], 1
    while at <= options.most:
        end = once(trial, command, role, function, kind, at)
        if not end:
            break
        how, wrong, said = end
        ends[how] += 1
        notes += [f"    call {at}: {it.strip()}   [{said}]" for it in wrong]
        if options.show:
            notes.append(f"    call {at}: {how}: {said}")
        if how == "not hit":
            break
        at += options.every
    if ends:
        print(f"{name:18} {role:7} {function:12} {kind:7} {sum(ends.values()):5}  " +
              ", ".join(f"{how} {nr}" for how, nr in sorted(ends.items())), *notes, sep="\n" if notes else "", flush=True)
    return ends["wrong"] + ends["not hit"]


main()
