# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: run_action.py ACTION [INPUT=VALUE]...

Runs the shell steps of a composite action in the current folder, as written and as a runner would: with its shells, the
inputs, the outputs of the steps before, and what GITHUB_* and RUNNER_* in the environment say. GITHUB_EVENT_PATH names the
event. A step that uses another action is printed instead. Exits as the first step that failed.
"""
import json
import os
import re
import subprocess
import sys

import yaml

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"], "sh": ["sh", "-e", "-c"]}
WORDS = {"&&": " and ", "||": " or ", "!": " not ", "!=": "!=", "==": "==", "(": "(", ")": ")"}
TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||!=|==|[!()]|[A-Za-z_][\w.-]*)")


class Action:
    def __init__(self, path, given):
        with open(path, encoding="utf-8") as file:
            self.text = yaml.safe_load(file)
        self.folder = os.path.dirname(os.path.abspath(path))
        self.inputs = {name: self.fill(row.get("default", "")) for name, row in self.text["inputs"].items()}
        self.code = 0
        self.outputs = {}
        for word in given:
            name, value = word.split("=", 1)
            if name not in self.inputs:
                sys.exit(f"there is no input '{name}'")
            self.inputs[name] = value

    def value(self, name):
        """What a name of an expression stands for; an unknown one is a mistake, not an empty text."""
        scope, *path = name.split(".")
        if scope == "inputs":
            return self.inputs[".".join(path)]
        if scope == "steps":
            return self.outputs[path[0]].get(path[2], "")
        if scope == "github" and path[0] == "event":
            with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
                value = json.load(file)
            for key in path[1:]:
                value = value.get(key, {})
            return str(value or "")
        if scope in ("github", "runner"):
            return os.environ[f"{scope}_{path[0]}".upper()]
        sys.exit(f"unknown name '{name}'")

    def call(self, name):
        return {"always": True, "cancelled": False, "success": not self.code, "failure": bool(self.code)}[name]

    def evaluate(self, expression):
        code, at = "", 0
        expression = expression.strip()
        while at < len(expression):
            token = TOKEN.match(expression, at)
            if not token:
                sys.exit(f"cannot read the expression '{expression}'")
            word, at = token.group(1), token.end()
            if word in WORDS:
                code += WORDS[word]
            elif word[0] == "'":
                code += repr(word[1:-1].replace("''", "'"))
            elif expression[at : at + 2] == "()":
                code += repr(self.call(word))
                at += 2
            else:
                code += repr(self.value(word))
        return eval(code)

    def fill(self, text):
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(self.evaluate(found.group(1))), str(text))

    def is_due(self, step):
        condition = str(step.get("if", "success()")).strip()
        condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition)
        asks = re.search(r"\b(always|cancelled|success|failure)\(\)", condition)
        return (asks or not self.code) and self.evaluate(condition)

    def run(self, step):
        scratch = os.environ["RUNNER_TEMP"]
        told = os.path.join(scratch, "output")
        open(told, "w", encoding="utf-8").close()
        env = {name: self.fill(value) for name, value in step.get("env", {}).items()}
        env = {**os.environ, **env, "GITHUB_OUTPUT": told, "GITHUB_ACTION_PATH": self.folder}
        sys.stdout.flush()
        code = subprocess.run([*SHELLS[step["shell"]], step["run"]], env=env, check=False).returncode
        with open(told, encoding="utf-8") as file:
            self.outputs[step.get("id")] = dict(line.rstrip("\n").split("=", 1) for line in file)
        if code and not step.get("continue-on-error"):
            self.code = self.code or code

    def run_all(self):
        for step in self.text["runs"]["steps"]:
            if step.get("id"):
                self.outputs[step["id"]] = {}
            if not self.is_due(step):
                continue
            if "run" in step:
                self.run(step)
            else:
                given = [f"{name}={self.fill(value)}" for name, value in step.get("with", {}).items()]
                print("uses", step["uses"].partition("@")[0], *given)
        for name, row in self.text.get("outputs", {}).items():
            print("output", f"{name}={self.fill(row['value'])}")


action = Action(sys.argv[1], sys.argv[2:])
action.run_all()
sys.stdout.flush()
sys.exit(action.code)
