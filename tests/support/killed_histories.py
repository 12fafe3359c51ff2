# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: killed_histories.py PROGRAM KILLS: four writers at once add runs to a history, and each is killed at a random moment, or
ends by itself. What a writer said it had added is there, once and whole; what it did not say is there whole or not at all. Prints
what came of it; fails when anything was lost, doubled or torn."""
import collections
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

program, kills = sys.argv[1], int(sys.argv[2])
support = os.path.dirname(os.path.abspath(__file__))
draw = random.Random(22)
counts = collections.Counter()
said = set()
usual_s = 0.02


def make(number):
    run = json.loads(template)
    run["benchmark_run"]["id"] = f"{number:016x}"
    run["benchmark_run"]["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1.7e9 + number))
    with open(f"{number % 4}.json", "w", encoding="utf-8") as file:
        json.dump(run, file)
    return f"{number % 4}.json"


def start(*arguments):
    return subprocess.Popen([program, "history", *arguments, "--db", "runs.db"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process, at_s):
    """True: it ended well."""
    global usual_s
    try:
        process.wait(timeout=max(0.0, at_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), (process.args, process.returncode, out, err)
    counts["ended" if process.returncode == 0 else "killed"] += 1
    usual_s *= 0.98 if process.returncode == 0 else 1.02
    return process.returncode == 0


def check():
    process = start("check")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0 and out == "runs.db: ok\n", (out, err)
    db = sqlite3.connect("runs.db")
    there = [int(name, 16) for name, in db.execute("SELECT name FROM runs")]
    whole = db.execute("SELECT count(*) FROM texts").fetchone()[0]
    db.close()
    assert len(there) == len(set(there)) == whole, ("doubled, or torn", len(there), whole)
    assert said <= set(there), ("lost", said - set(there))


with open("template.json", "w", encoding="utf-8") as out:
    subprocess.run([sys.executable, f"{support}/alerted.py", "hash", "sort"], stdout=out, check=True)
template = open("template.json", encoding="utf-8").read()
assert end(start("import", make(0)), time.monotonic() + 60)
turn = 0
while counts["killed"] < kills:
    numbers = range(4 * turn + 1, 4 * turn + 5)
    files = [make(number) for number in numbers]
    now_s = time.monotonic()
    running = [(number, start("import", file), now_s + usual_s * draw.uniform(0.1, 1.9)) for number, file in zip(numbers, files)]
    if turn % 7 == 0:
        running.append((0, start("backup", f"{turn}.db"), now_s + usual_s * draw.uniform(0.1, 1.9)))
    for number, process, at_s in sorted(running, key=lambda it: it[2]):
        if end(process, at_s) and number:
            said.add(number)
    if turn % 10 == 0:
        check()
    turn += 1
check()
left = [name for name in os.listdir() if ".benchgate-new-" in name]
assert end(start("backup", "last.db"), time.monotonic() + 120)
assert not [name for name in os.listdir() if ".benchgate-new-" in name], "a killed backup was not swept"
print(f"{turn} rounds, {counts['killed']} killed, {counts['ended']} ended by themselves; {len(said)} runs said to be kept are there; {len(left)} files of killed backups swept")
