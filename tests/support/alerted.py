# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: alerted.py NAME[=FACTOR[,TIER[,FILE]]]...: a result file whose benchmarks took FACTOR times 1000 ns, nearly
the same in each of ten processes. A FACTOR of "failed" is a crash, NAME with a # is as many as that: b#300=1.2"""
import hashlib
import json
import math
import re
import sys

PROCESSES = 10
TIMESTAMP = "2026-11-21T04:00:00Z"


def rows():
    for argument in sys.argv[1:]:
        name, _, said = argument.partition("=")
        factor, tier, file = (said.split(",") + ["", ""])[:3]
        name, _, times = name.partition("#")
        for i in range(int(times or 1)):
            yield (f"{name}{i}" if times else name), factor or "1", tier or "critical", file or "src/bench.c"


def bench(name, factor, tier, file):
    failed = factor == "failed"
    ok = {"processes": {"iterations": [1000] * PROCESSES, "batches": [400] * PROCESSES, "disturbed": [0] * PROCESSES,
                        "warmup_ns": [30000000] * PROCESSES, "settled": [1] * PROCESSES, "cpu_ns": [1000.5] * PROCESSES,
                        "peak_bytes": [4096] * PROCESSES}}
    none = {"processes": {column: [] for column in ok["processes"]}}
    return {"name": name, "tier": tier, "suite": "suite.so", "file": file, "line": 7, "threads": 1,
            "status": "crashed" if failed else "ok", "reason": "SIGSEGV (invalid memory access)" if failed else None,
            "note": None, "bytes_per_iteration": 0, "items_per_iteration": 0, "clock_ns": 30, "spent_ns": 1000000000,
            "screened": 0, **(none if failed else ok)}


def time(name, factor):
    middle = PROCESSES / 2 - 0.5
    values = [float(f"{1000 * float(factor) * math.exp(0.001 * (i - middle)):.9g}") for i in range(PROCESSES)]
    return {"benchmark": name, "name": "time", "unit": "ns", "better": "less", "process_values": values}


benches = list(rows())
text = json.dumps({
    "format": "benchgate-run", "version": 2,
    "benchmark_run": {"id": hashlib.sha256(" ".join(sys.argv).encode()).hexdigest()[:16], "timestamp": TIMESTAMP, "duration": 100, "status": "complete"},
    "plan": {"processes": PROCESSES, "time_ns": 1000000000, "batch_ns": 250000, "budget_ns": 0,
             "timeout_ns": 60000000000, "memory_limit_bytes": 0, "seed": 1, "looks": False},
    "system_info": {"machine": "01234567", "arch": "x86_64", "os": "Linux", "cpu": "A processor", "cpus": 2,
                    "git_branch": "main", "git_commit": "0123456789abcdef0123456789abcdef01234567"},
    "benchmarks": [bench(*row) for row in benches],
    "metrics": [time(row[0], row[1]) for row in benches if row[1] != "failed"],
}, indent="\t")
print(re.sub(r"\[[^][{]*\]", lambda numbers: re.sub(r"\s+", "", numbers[0]), text))
