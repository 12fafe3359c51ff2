# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: changed.py NR_BENCHMARKS [EVERY]: writes base.json, a baseline of six sessions, and head.json, a result file in which
every 20th benchmark (or EVERYth) became slower and every 30th is too noisy to tell."""
import json
import math
import os
import random
import subprocess
import sys

NR_SESSIONS, NR_PROCESSES = 6, 10
nr_benchmarks = int(sys.argv[1])
every = int(sys.argv[2]) if len(sys.argv) > 2 else 20
draw = random.Random(1)
large = os.path.join(os.path.dirname(os.path.abspath(__file__)), "large.py")


def made(kind):
    return json.loads(subprocess.check_output([sys.executable, large, kind, str(nr_benchmarks), str(NR_PROCESSES), "1"]))


def values(level, spread):
    return [float(f"{level * math.exp(draw.gauss(0, spread)):.9g}") for _ in range(NR_PROCESSES)]


base, head = made("baseline"), made("result")
for i, metric in enumerate(head["metrics"]):
    level = 100 * (1 + i % 1000) ** 1.7
    spread = 0.3 if i % 30 == 7 and every > 1 else 0.004
    change = 1.12 if i % every == 3 % every else 1
    metric["process_values"] = values(level * change, spread)
    base["benchmarks"][metric["benchmark"]]["metrics"]["time"]["sessions"] = {
        f"2026-11-{day + 10}T04:00:00Z": values(level * math.exp(draw.gauss(0, 0.003)), spread) for day in range(NR_SESSIONS)}
for name, it in (("base.json", base), ("head.json", head)):
    with open(name, "w", encoding="utf-8") as file:
        json.dump(it, file)
