# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: story.py head|base|policy|accepted: the files of one comparison in which every word comes up, always alike."""
import json
import math
import re
import sys

AWKWARD = 'odd|name <b>&"q" `c`, 5 %: @all #12'
MACHINE = {"arch": "x86_64", "os": "Linux", "cpu": "A processor", "cpus": 2, "smt": "off", "kernel": "6.1.0", "memory_gib": 16,
           "aslr": "on", "libc": "glibc 2.36", "suite_compiler": "GCC 12.2.0",
           "suite_build": "optimised, assertions on, shared object"}
# name, tier, change, spread of the head's values
TIMES = [(AWKWARD, "critical", .08, .004), ("parse", "critical", .001, .004), ("sort/1000", "critical", -.06, .004),
         ("render", "critical", .02, .2), ("search", "standard", .12, .004), ("index", "standard", .002, .004)]


def spread(middle, width, nr):
    """Logarithms evenly about the middle's."""
    return [float(f"{middle * math.exp(width * (i / (nr - 1) - .5)):.9g}") for i in range(nr)]


def metrics_of_base(i):
    metrics = {"time": {"unit": "ns", "better": "less", "sessions": {
        f"2026-06-0{day}T02:00:00Z": spread(1000 * (i + 1) * math.exp(.002 * (day % 2 - .5)), .004, 10) for day in range(1, 7)}}}
    if i == 1:
        metrics["allocations"] = {"unit": "", "better": "less",
                                  "sessions": {f"2026-06-0{day}T02:00:00Z": [12] * 10 for day in range(1, 7)}}
        metrics["rate"] = {"unit": "lines/s", "better": "more",
                           "sessions": {f"2026-06-0{day}T02:00:00Z": spread(5e5 * math.exp(.002 * (day % 2 - .5)), .004, 10) for day in range(1, 7)}}
    return metrics


def base():
    names = [(name, tier) for name, tier, _, _ in TIMES] + [("gone", "critical"), ("crashes", "standard"), ("late", "standard")]
    return {
        "format": "benchgate-baseline", "version": 3, "platform": "x86_64-linux", "cpu": "A processor",
        "timestamp": "2026-06-06T02:00:00Z", "system_info": dict(MACHINE),
        "benchmarks": {name: {
            "tier": tier, "suite": "suite.so", "file": "bench/suite.c", "line": 10 * (i + 1), "threads": 1, "iterations": 1000,
            "batches": 400, "bytes_per_iteration": 0, "items_per_iteration": 0, "mean_ns": 1000 * (i + 1), "std_dev_ns": 2,
            "sample_size": 60, "confidence_interval": [1, 2], "changes": [], "metrics": metrics_of_base(i)}
            for i, (name, tier) in sorted(enumerate(names), key=lambda row: row[1][0])}}


def bench(name, tier, line, status="ok", reason=None):
    nr = 10 if status == "ok" else 0
    return {"name": name, "tier": tier, "suite": "suite.so", "file": "bench/suite.c", "line": line, "threads": 1,
            "status": status, "reason": reason, "note": None, "bytes_per_iteration": 0, "items_per_iteration": 0,
            "clock_ns": 30, "spent_ns": 1200000000 if nr else 0, "screened": 0,
            "processes": {"iterations": [1000] * nr, "batches": [400] * nr, "disturbed": [2] * nr, "warmup_ns": [30000000] * nr,
                          "settled": [1] * nr, "cpu_ns": [1000] * nr, "peak_bytes": [4194304] * nr}}


def metric(name, metric_name, unit, better, values):
    return {"benchmark": name, "name": metric_name, "unit": unit, "better": better, "process_values": values}


def head():
    benches = [bench(name, tier, 10 * (i + 1)) for i, (name, tier, _, _) in enumerate(TIMES)]
    benches += [bench("crashes", "standard", 80, "crashed", "SIGSEGV (invalid memory access)"),
                bench("late", "standard", 90, "not-measured", "no time was left"), bench("fresh", "comprehensive", 100)]
    metrics = [metric(name, "time", "ns", "less", spread(1000 * (i + 1) * (1 + change), width, 10))
               for i, (name, _, change, width) in enumerate(TIMES)]
    metrics[2:2] = [metric("parse", "allocations", "", "less", [14] * 10), metric("parse", "rate", "lines/s", "more", spread(4.99e5, .004, 10))]
    metrics.append(metric("fresh", "time", "ns", "less", spread(70000, .004, 10)))
    return {
        "format": "benchgate-run", "version": 2,
        "benchmark_run": {"id": "0123456789abcdef", "timestamp": "2026-11-21T02:00:00Z", "duration": 12.5, "status": "short-of-time"},
        "plan": {"processes": 10, "time_ns": 1000000000, "batch_ns": 250000, "budget_ns": 12000000000, "timeout_ns": 60000000000,
                 "memory_limit_bytes": 0, "seed": 1, "looks": False},
        "system_info": {**MACHINE, "load_average": 0.1, "git_commit": "0123456789abcdef0123456789abcdef01234567", "git_branch": "faster"},
        "benchmarks": benches, "metrics": metrics}


def policy():
    return {"overrides": [{"benchmark": "index", "budgets": {"time": "5us"}}]}


def accepted():
    return {"format": "benchgate-accepted", "version": 1, "accepted": [{
        "benchmark": "search", "reason": "it finds more", "until": "2099-12-31", "max": .15, "timestamp": "2026-06-06T02:00:00Z",
        "commit": None, "by": "somebody"}]}


text = json.dumps({"head": head, "base": base, "policy": policy, "accepted": accepted}[sys.argv[1]](), indent="\t")
print(re.sub(r"\[[^][{]*\]", lambda numbers: re.sub(r"\s+", "", numbers[0]), text))
