# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: alert_storm.py together|kill PROGRAM ROUNDS: tells again and again of benchmarks that get slow and well in turn.
together: always four at once, two of each benchmark. kill: each is killed at a random moment, and told again as CI would.
The channels are files (benchgate.json is there), so that whatever was told can be read. Prints what came of it; fails
when anything was lost, told under two ids, delivered twice more often than kills explain, or half-written."""
import json
import os
import random
import signal
import subprocess
import sys
import time

mode, program, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
support = os.path.dirname(os.path.abspath(__file__))
draw = random.Random(7)
LOGS = ["chat.log", "pager.log"]
STATE = "state.json"


def make(path, *benches):
    with open(path, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, f"{support}/alerted.py", *benches], stdout=file, check=True)


def start(*arguments):
    return subprocess.Popen([program, "notify", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process):
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out, err


def letters(log):
    """Every line is whole, but for those whose writer was killed: they are told again, as a line of their own."""
    if not os.path.exists(log):
        return []
    with open(log, encoding="utf-8") as file:
        text = file.read()
    assert not text or text.endswith("\n"), f"{log} ends in the middle of a line"
    lines = text.splitlines()
    whole = [line for line in lines if line.endswith("}")]
    for torn in set(lines) - set(whole):
        assert mode == "kill" and any(line.startswith(torn) for line in whole), torn
    return [json.loads(line) for line in whole]


def state():
    with open(STATE, encoding="utf-8") as file:
        return json.load(file)


def run_length():
    """Seconds that a run takes that is not killed."""
    begun = time.monotonic()
    finish(start("hash-well.json", "--against", "base.json"))
    return time.monotonic() - begun


def run_together(how):
    # One of two may have nothing to tell, for the other was first.
    for process in [start(f"{name}-{how}.json", "--against", "base.json") for name in 2 * ["hash", "sort"]]:
        _, err = finish(process)
        assert not err, err


def run_killed(how, length):
    head = f"hash-{how}.json"
    process = start(head, "--against", "base.json")
    time.sleep(draw.uniform(0, 1.2 * length))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if os.path.exists(STATE):
        state()
    finish(start(head, "--against", "base.json"))
    _, err = finish(start("--flush"))
    assert not err, err
    return process.returncode == -signal.SIGKILL


def check(told, name, kind, most):
    """A turn of a benchmark is told, under one id; returns how often too often."""
    told = [letter for letter in told if letter["alerts"][0]["benchmark"] == name]
    kinds = {alert["kind"] for letter in told for alert in letter["alerts"]}
    ids = {letter["id"] for letter in told}
    assert kinds == {kind}, f"{name}: told {kinds}, not {kind}"
    assert len(ids) == 1, f"{name}: told under {len(ids)} ids"
    assert len(told) <= most, f"{name}: told {len(told)} times"
    return len(told) - 1


make("base.json", "hash", "sort")
for bench in ["hash", "sort"]:
    make(f"{bench}-slow.json", f"{bench}=1.2")
    make(f"{bench}-well.json", f"{bench}=1.001")
length = run_length()
seen = {log: 0 for log in LOGS}
killed = doubled = 0
for i in range(rounds):
    how, kind = ("slow", "new") if i % 2 == 0 else ("well", "resolved")
    if mode == "together":
        run_together(how)
    else:
        killed += run_killed(how, length)
    for log in LOGS:
        told = letters(log)[seen[log]:]
        seen[log] += len(told)
        for bench in ["hash", "sort"] if mode == "together" else ["hash"]:
            doubled += check(told, bench, kind, 2 if mode == "kill" else 1)
assert not state()["unsent"], "something is left unsent"
assert not [one for alert in state()["alerts"] for one in alert["told"] if one["unsure"] or one["message"]], "something is unsure"
left = [name for name in os.listdir(".") if name.startswith(STATE) and name not in (STATE, STATE + ".lock")]
assert not left, f"left behind: {left}"
print(f"{rounds} rounds, {killed} killed, {sum(seen.values())} messages, {doubled} delivered twice under one id")
