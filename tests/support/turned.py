# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: turned.py ID TIME CHANGE SPREAD: a result file of one benchmark, measured in turn with its base in ten units, that
changed by CHANGE (.5 is 50 % more), each duet by SPREAD more or less."""
import json
import math
import sys

number, moment, change, spread = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
NR = 20
ratios = [math.log(1 + change) + spread * (1 if i % 4 < 2 else -1) + .0001 * (i % 3) for i in range(NR)]
zeros = [0] * NR
none = {column: [] for column in ("iterations", "batches", "disturbed", "warmup_ns", "settled", "cpu_ns", "peak_bytes")}
duets = {"base_first": [int(i % 4 in (0, 3)) for i in range(NR)], "quads": [80] * NR, "counted": [240] * NR, "iterations": [1] * NR,
         "warmup_ns": [30000000] * NR, "settled": [1] * NR, "life_ns": [50000000] * NR}
for column in ("dropped", "base_disturbed", "head_disturbed", "place", "parallel", "late", "base_bursts", "head_bursts", "base_empty",
               "head_empty"):
    duets[column] = zeros
print(json.dumps({
    "format": "benchgate-run", "version": 2,
    "benchmark_run": {"id": f"{number:0>16}", "timestamp": moment, "duration": 10, "status": "complete"},
    "plan": {"processes": 10, "time_ns": 1000000000, "batch_ns": 250000, "budget_ns": 0, "timeout_ns": 60000000000,
             "memory_limit_bytes": 0, "seed": 1, "looks": True,
             "in_turn": {"units": 10, "duet_ns": 50000000, "base": "e1c93dfa9ee49135"}},
    "system_info": {"machine": "01234567", "arch": "x86_64", "os": "Linux", "cpu": "A processor", "cpus": 2, "git_branch": "main",
                    "git_commit": "0123456789abcdef0123456789abcdef01234567"},
    "benchmarks": [{"name": "turned", "tier": "critical", "suite": "suite.so", "file": "src/bench.c", "line": 7, "threads": 1,
                    "status": "ok", "reason": None, "note": None, "bytes_per_iteration": 0, "items_per_iteration": 0,
                    "clock_ns": 30, "spent_ns": 2000000000, "screened": 0, "code": {"likeness": "changed", "branchy": False},
                    "processes": {**none, "empty": []}, "duets": duets}],
    "metrics": [{"benchmark": "turned", "name": name, "unit": "ns", "better": "less",
                 "process_values": [1000.0 * math.exp(ratio) for ratio in ratios], "duet_log_ratios": ratios}
                for name in ("time", "typical")]}))
