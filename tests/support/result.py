# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: result.py FILE EXPRESSION: what an expression says of a JSON file, which is `it`."""
import json
import sys

it = json.load(open(sys.argv[1], encoding="utf-8"))


def names():
    return [bench["name"] for bench in it["benchmarks"]]


def bench(name):
    return next(bench for bench in it["benchmarks"] if bench["name"] == name)


def processes(bench_name):
    """The columns as rows; kept samples are batch_wall_ns and the like."""
    columns = dict(bench(bench_name)["processes"])
    for name, lists in columns.pop("samples", {}).items():
        columns["batch_" + name] = lists
    return [dict(zip(columns, row)) for row in zip(*columns.values(), strict=True)]


def metric(bench_name, name):
    return next(m for m in it["metrics"] if (m["benchmark"], m["name"]) == (bench_name, name))


def values(bench_name, name):
    return metric(bench_name, name)["process_values"]


def statuses():
    return {bench["name"]: bench["status"] for bench in it["benchmarks"]}


print(eval(sys.argv[2]))
