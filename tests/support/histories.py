# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: histories.py MACHINE END: a history as text, of 60 nightly runs until END (2026-11-21), in which one benchmark
has a step, one a slope, one a spike, one maybe a step, and the compiler changed."""
import calendar
import json
import math
import random
import sys
import time

RUNS = 60
END = calendar.timegm(time.strptime(sys.argv[2], "%Y-%m-%d"))
draw = random.Random(2)
factors = {
    "lsp/complete": lambda r: 1.12 if r >= 54 else 1,
    "lsp/define": lambda r: 1,
    "lsp/refs": lambda r: math.exp(.004 * max(0, r - 30)),
    "spike": lambda r: 1.5 if r == 55 else 1,
    "maybe": lambda r: 1.1 if r >= 57 else 1,
    "fast": lambda r: .8 if r >= 55 else 1,
    "noisy": lambda r: math.exp(draw.gauss(0, .05)),
}

print('{"format":"benchgate-history","version":1}')
for r in range(RUNS):
    levels = [{"benchmark": name, "metric": "time", "unit": "ns", "tier": "critical", "better": "less",
               "value": 1000 * factor(r) * math.exp(draw.gauss(0, .005)), "spread": .003} for name, factor in factors.items()]
    run = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(END - 86400 * (RUNS - r))), "id": f"{r + 1:016x}",
           "machine": sys.argv[1], "commit": f"{r + 1:02x}" * 20, "toolchain": "gcc 12" if r < 40 else "gcc 13",
           "in_turn": False, "dirty": False, "levels": levels}
    print(json.dumps({"branch": "main", "tag": None, "height": r + 1, "given_up": run}))
