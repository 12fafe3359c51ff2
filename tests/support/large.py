# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: large.py result|baseline NR_BENCHMARKS NR_PROCESSES SEED: a file of that size, as benchgate writes them."""
import json
import math
import random
import re
import sys

kind = sys.argv[1]
nr_benchmarks, nr_processes, seed = map(int, sys.argv[2:])
draw = random.Random(seed)
aside = random.Random(-seed)


def name(i):
    return f"suite_{i % 97}/benchmark_{i}"


def value(i, source=draw):
    return float(f"{100 * (1 + i % 1000) * math.exp(source.gauss(0, 0.01)):.9g}")


def count(around):
    return max(0, round(aside.gauss(around, around / 20)))


def processes(i):
    return {"iterations": [1000] * nr_processes, "batches": [400] * nr_processes,
            "disturbed": [count(4) for _ in range(nr_processes)], "warmup_ns": [count(30000000) for _ in range(nr_processes)],
            "settled": [1] * nr_processes, "cpu_ns": [value(i, aside) for _ in range(nr_processes)],
            "peak_bytes": [4096 * count(512) for _ in range(nr_processes)]}


timestamp = f"2026-11-21T{seed % 24:02}:00:00Z"
system_info = {"machine": "01234567", "arch": "x86_64", "os": "Linux", "cpu": "A processor", "cpus": 2}
result = {
    "format": "benchgate-run", "version": 2,
    "benchmark_run": {"id": "0123456789abcdef", "timestamp": timestamp, "duration": 100, "status": "complete"},
    "plan": {"processes": nr_processes, "time_ns": 1000000000, "batch_ns": 250000, "budget_ns": 0,
             "timeout_ns": 60000000000, "memory_limit_bytes": 0, "seed": seed, "looks": False},
    "system_info": system_info,
    "benchmarks": [{"name": name(i), "tier": "standard", "suite": "suite.so", "file": "suite.c", "line": i + 1, "threads": 1,
                    "status": "ok", "reason": None, "note": None, "bytes_per_iteration": 0, "items_per_iteration": 0,
                    "clock_ns": 30, "spent_ns": 1000000000, "screened": 0,
                    "processes": processes(i)} for i in range(nr_benchmarks)],
    "metrics": [{"benchmark": name(i), "name": "time", "unit": "ns", "better": "less",
                 "process_values": [value(i) for _ in range(nr_processes)]} for i in range(nr_benchmarks)],
} if kind == "result" else None
baseline = {
    "format": "benchgate-baseline", "version": 3, "platform": "x86_64-linux", "cpu": "A processor", "timestamp": timestamp,
    "system_info": system_info,
    "benchmarks": {name(i): {
        "tier": "standard", "suite": "suite.so", "file": "suite.c", "line": i + 1, "threads": 1, "iterations": 1000,
        "batches": 400, "bytes_per_iteration": 0, "items_per_iteration": 0, "mean_ns": value(i), "std_dev_ns": 1,
        "sample_size": nr_processes, "confidence_interval": [1, 2], "changes": [],
        "metrics": {"time": {"unit": "ns", "better": "less",
                             "sessions": {timestamp: [value(i) for _ in range(nr_processes)]}}},
    } for i in sorted(range(nr_benchmarks), key=name)},
} if kind == "baseline" else None
text = json.dumps(result or baseline, indent="\t")
print(re.sub(r"\[[^][{]*\]", lambda numbers: re.sub(r"\s+", "", numbers[0]), text))
