# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: dashboard.py FILE [URL [NAME=VALUE]...]: what a Grafana dashboard asks, and what Prometheus at URL answers.

The file must hold together: ids of its own for each panel, variables that there are, places that do not overlap. With a URL
each expression and each variable's query is run, with the variables' values in it (.* where none is given), and must give
something.
"""
import json
import re
import sys
import time
import urllib.parse
import urllib.request

path, *rest = sys.argv[1:]
url, values = (rest or [None])[0], dict(pair.split("=", 1) for pair in rest[1:])
board = json.load(open(path, encoding="utf-8"))
variables = {v["name"]: v for v in board["templating"]["list"]}
queries = [(p["title"], t["expr"]) for p in board["panels"] for t in p["targets"]]
lists = [(v["name"], v["query"]["query"]) for v in variables.values() if v["type"] == "query"]


def check_board():
    ids = [p["id"] for p in board["panels"]]
    assert len(ids) == len(set(ids)) and all(isinstance(i, int) and i > 0 for i in ids), ids
    assert board["uid"] and board["title"] and board["schemaVersion"] >= 36
    assert variables["datasource"]["type"] == "datasource" and variables["datasource"]["query"] == "prometheus"
    cells = [(x, y) for p in board["panels"] for g in [p["gridPos"]]
             for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24, "panels overlap"
    for panel in board["panels"]:
        refs = [t["refId"] for t in panel["targets"]]
        assert refs and len(refs) == len(set(refs)), panel["title"]
        assert all(t["datasource"]["uid"] == "${datasource}" for t in panel["targets"]), panel["title"]
    used = {name for _, text in queries + lists for name in re.findall(r"\$(\w+)", text)}
    assert used == set(variables) - {"datasource"}, used


def filled(text):
    return re.sub(r"\$(\w+)", lambda m: values.get(m[1], ".*").replace("\\", "\\\\").replace('"', '\\"'), text)


def ask(query):
    with urllib.request.urlopen(f"{url}/api/v1/query?" + urllib.parse.urlencode({"query": filled(query)}), timeout=10) as answer:
        said = json.load(answer)
    assert said["status"] == "success", said
    return said["data"]["result"]


def wait_for_data():
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if ask(f"benchgate_regressions{{branch=~\"{values.get('branch', '.*')}\"}}"):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("Prometheus has no data")


check_board()
if url:
    wait_for_data()
    for title, query in queries:
        found = ask(query)
        assert found and all(float(row["value"][1]) == float(row["value"][1]) for row in found), (title, query, found)
        print(f"{title}: {len(found)}")
    for name, query in lists:
        metric, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()
        assert {row["metric"].get(label) for row in ask(metric)} - {None}, query
