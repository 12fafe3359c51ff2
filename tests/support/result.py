# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: result.py FILE EXPRESSION: what an expression says of a JSON file, which is `it`."""
import json
import sys

it = json.load(open(sys.argv[1], encoding="utf-8"))


def names():
    return [bench["name"] for bench in it["benchmarks"]]


def bench(name):
    return next(bench for bench in it["benchmarks"] if bench["name"] == name)


def metric(bench_name, name):
    return next(m for m in it["metrics"] if (m["benchmark"], m["name"]) == (bench_name, name))


def values(bench_name, name):
    return metric(bench_name, name)["process_values"]


def statuses():
    return {bench["name"]: bench["status"] for bench in it["benchmarks"]}


print(eval(sys.argv[2]))
