# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: killed_writers.py PROGRAM SUITE KILLS: starts all that writes files at once, kills each at a random moment, and looks at
what is there then: what a writer said it had recorded is there, once; every file is whole; and once each folder was written to
by one more, no temporary file is left. Prints what came of it; fails when anything was lost, doubled, torn or left."""
import collections
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

program, suite, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
support = os.path.dirname(os.path.abspath(__file__))
draw = random.Random(11)
counts = collections.Counter()
usual_s = collections.defaultdict(lambda: 0.2)
accepted = set()  # what accept said it had recorded
MEASURE = ["-q", "--suite", suite, "--processes", "2", "--time", "1ms"]
UPDATE = ["update-baselines", "--sessions", "1", *MEASURE, "--yes", "--force", "-B", "./baselines/b.json"]
CALIBRATE = ["doctor", "--calibrate", "-q", "--suite", suite, "--only", "work", "--budget", "300ms"]
COMPARE = ["compare", "-q", "--only", "work", "--time", "1ms", "--units", "1"]
FOLDERS = ["baselines", "baselines/named", "baselines/calibrations", "out", "state"]


def start(*arguments):
    return subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), (process.args, process.returncode, out, err)
    return process.returncode == 0


def do(*arguments):
    assert finish(start(*arguments)), arguments


def git(*arguments):
    return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@localhost", *arguments], check=True, capture_output=True,
                          text=True).stdout


def whole(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def sessions(name):
    bench = whole("baselines/b.json")["benchmarks"].get(name)
    return len(bench["metrics"]["time"]["sessions"]) if bench else 0


def begin_anew():
    """A baseline whose sessions are long ago, so that nobody waits for the next one, and nothing that was built."""
    shutil.rmtree("cache", ignore_errors=True)
    with open("baselines/b.json", "w", encoding="utf-8") as file:
        file.write(old_baseline)


def writers(number):
    """Several at once that change one file."""
    for side in "ab":
        yield ["accept", f"killed/{number}{side}", "--reason", "why"]
    for name in ("work", "steady"):
        yield [*UPDATE, name]
    yield ["baselines", "prune", "--yes", "-B", "./baselines/b.json", "leaver"]
    yield ["run", *MEASURE, "--out", f"out/{number}.json", "--save-baseline", "saved", "--replace", "work"]
    yield CALIBRATE
    yield ["notify", "slow.json" if number % 2 else "well.json", "--against", "base.json"]
    yield ["report", "slow.json", "--against", "base.json", "--report", "json=out/report.json", "--report", "junit=out/report.xml"]
    yield ["merge", "shard-1.json", "shard-2.json", "--report", "json=out/merged.json"]
    yield [*COMPARE, "--base-out", "out/base.json", "--out", "out/head.json", suite, suite]
    yield [*COMPARE, "--cache", "cache", "HEAD~1", "HEAD"]


def let_go(number):
    """Ends the round: each is killed some time before it would end, or ends by itself. Returns what ended well."""
    now_s = time.monotonic()
    running = []
    for arguments in writers(number):
        kind = arguments[0]
        at_s = usual_s[kind] * (draw.random() if draw.random() < 0.3 else draw.uniform(0.8, 1.1))
        running.append((now_s + at_s, kind, arguments, start(*arguments)))
    ended = []
    for at_s, kind, arguments, process in sorted(running, key=lambda it: it[0]):
        while process.poll() is None and time.monotonic() < at_s:
            time.sleep(0.001)
        took_s = time.monotonic() - now_s
        process.kill()
        if finish(process):
            ended.append(arguments)
            usual_s[kind] = took_s
        else:
            counts[kind] += 1
            usual_s[kind] *= 1.03
    return ended


def check(number, ended):
    accepted.update(it[1] for it in ended if it[0] == "accept")
    there = [it["benchmark"] for it in whole("baselines/accepted.json").get("accepted", [])]
    assert accepted <= set(there), ("lost", accepted - set(there))
    assert len(there) == len(set(there)), ("doubled", there)
    for name, before in (("work", 0), ("steady", 1)):
        said = [*UPDATE, name] in ended
        assert before + said <= sessions(name) <= before + 1, (number, name, said, sessions(name))
    if any(it[0] == "baselines" for it in ended):
        assert not sessions("leaver"), number
    for path in glob.glob("*/*.json") + glob.glob("*/*/*.json"):
        whole(path)
    if os.path.exists("out/report.xml"):
        xml.etree.ElementTree.parse("out/report.xml")
    for done in glob.glob("cache/*/.done"):
        built = glob.glob(os.path.dirname(done) + "/*/suite.so")
        assert len(built) == 1 and open(built[0], "rb").read() == open(suite, "rb").read(), ("marked, but not whole", done)


def left():
    return [path for folder in FOLDERS for path in glob.glob(f"{folder}/*") if ".benchgate-" in path]


def tidy():
    """One more in each folder, that nobody kills."""
    counts["left by the killed"] += len(left())
    do("accept", "killed/0a", "--reason", "why")
    do("run", *MEASURE, "--out", "out/last.json", "--save-baseline", "saved", "--replace", "work")
    do(*CALIBRATE)
    do("notify", "slow.json", "--against", "base.json")
    do(*COMPARE, "--cache", "cache", "HEAD~1", "HEAD")
    assert not left(), left()
    assert not os.listdir("scratch"), os.listdir("scratch")
    assert len(git("worktree", "list").splitlines()) == 1, git("worktree", "list")


# What the killed leave there, the next one removes.
os.environ["TMPDIR"] = os.path.abspath("scratch")
for folder in [*FOLDERS, "scratch"]:
    os.makedirs(folder, exist_ok=True)
for path, benches in (("base.json", ["hash"]), ("slow.json", ["hash=1.2"]), ("well.json", ["hash=1.001"])):
    with open(path, "w", encoding="utf-8") as out:
        subprocess.run([sys.executable, f"{support}/alerted.py", *benches], stdout=out, check=True)
with open("benchgate.json", "w", encoding="utf-8") as out:
    json.dump({"channels": {"chat": {"type": "file", "path": "state/chat.log"}}, "notify": {"state": "state/state.json"},
               "suite": "./suite.so", "build": f"cp '{os.path.abspath(suite)}' suite.so",
               "alert_rules": [{"name": "large", "condition": "change_percent > 10"}]}, out)
shutil.rmtree(".git", ignore_errors=True)
git("init", "-q")
for message in ("first", "second"):
    git("commit", "-q", "--allow-empty", "-m", message)
for shard in "12":
    do("run", *MEASURE, "--shard", f"{shard}/2", "--out", f"shard-{shard}.json", "work", "steady")
do(*UPDATE, "steady", "leaver")
with open("baselines/b.json", encoding="utf-8") as old:
    old_baseline = old.read().replace(time.strftime('"%Y-', time.gmtime()), '"2020-')
# What is accepted must be the name of something.
names = json.loads(old_baseline)
names["benchmarks"] = {f"killed/{number}{side}": names["benchmarks"]["steady"] for number in range(kills) for side in "ab"}
with open("baselines/names.json", "w", encoding="utf-8") as out:
    json.dump(names, out)
turn = 0
while sum(nr for kind, nr in counts.items() if not kind.startswith("left")) < kills:
    begin_anew()
    check(turn, let_go(turn))
    turn += 1
    if turn % 10 == 0:
        tidy()
tidy()
print(f"{turn} rounds, {len(accepted)} acceptances kept; killed: " + ", ".join(f"{kind} {nr}" for kind, nr in sorted(counts.items())))
