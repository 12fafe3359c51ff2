# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: ci_files.py check FILE...             what a workflow or an action breaks of our rules; exits 1 if anything
       ci_files.py scripts FOLDER FILE...    writes the shell of each of their steps to FOLDER
       ci_files.py rights FILE...            a line a job: its workflow, it, minutes, environment, what it may write
       ci_files.py gitlab FILE JOB           prints the shell of a job, with what it extends
       ci_files.py shell FILE                prints the shell of all jobs of any other system's file, in its order
       ci_files.py jenkins FILE              prints the shell of a Jenkinsfile, a line with -- before each step
"""
import os
import re
import sys

import yaml


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def steps_of(text):
    """Each step, and whether it says its own shell."""
    if "runs" in text:
        yield from text["runs"]["steps"]
    for job in text.get("jobs", {}).values():
        yield from job["steps"]


def step_faults(step):
    name = step.get("name", step.get("uses", "?"))
    uses = step.get("uses", "")
    if uses and not uses.startswith("./") and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", uses):
        yield f"{name}: {uses} is not pinned by a whole commit"
    if "${{" in step.get("run", ""):
        yield f"{name}: an expression is pasted into the shell"
    if "run" in step and step.get("shell") != "bash":
        yield f"{name}: it does not say its shell"
    for key, value in step.items():
        if key not in ("env", "with", "if") and "${{" in str(value):
            yield f"{name}: an expression in {key}"
    # A branch's name may have a comma, which no key may have.
    if uses.startswith("actions/cache") and re.search(r"head_ref|ref_name|base_ref", str(step.get("with"))):
        yield f"{name}: a branch's name in a key"
    if uses.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
        yield f"{name}: the token stays in the checkout"


def workflow_faults(text):
    if "permissions" not in text:
        yield "no permissions are said, so it gets the repository's default"
    elif any(right != "read" for right in text["permissions"].values()):
        yield "a right to write for all its jobs"
    if "concurrency" not in text:
        yield "no concurrency"
    for name, job in text["jobs"].items():
        if "timeout-minutes" not in job:
            yield f"{name}: no timeout"


def check(paths):
    faults = 0
    for path in paths:
        text = read(path)
        found = [fault for step in steps_of(text) for fault in step_faults(step)]
        found += workflow_faults(text) if "jobs" in text else []
        with open(path, encoding="utf-8") as file:
            found += [
                f"line {number}: no version behind the commit"
                for number, line in enumerate(file, 1)
                if re.search(r"uses: .*@", line) and not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line.rstrip("\n"))
            ]
        for fault in found:
            print(f"{path}: {fault}")
        faults += len(found)
    return faults > 0


def scripts(folder, paths):
    for path in paths:
        for number, step in enumerate(steps_of(read(path))):
            if "run" in step:
                name = re.sub(r"\W+", "-", os.path.relpath(path))
                with open(f"{folder}/{name}-{number}.bash", "w", encoding="utf-8") as file:
                    file.write(f"#!/bin/bash\nset -eo pipefail\n{step['run']}")


def rights(paths):
    for path in paths:
        text = read(path)
        for name, job in text["jobs"].items():
            may = {**text["permissions"], **job.get("permissions", {})}
            writes = sorted(what for what, right in may.items() if right == "write")
            print(text["name"], name, job["timeout-minutes"], job.get("environment", "-"), *writes)


def gitlab(path, job):
    text = read(path)
    own = text[job]
    whole = {**text.get(own.get("extends"), {}), **own}
    print("\n".join([*whole.get("before_script", []), *whole["script"]]))


def shell_of(part):
    """What stands under a key that a system runs."""
    if isinstance(part, list):
        for item in part:
            yield from shell_of(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            lines = [value] if isinstance(value, str) else value
            if key in ("script", "commands", "command"):
                yield from lines
            else:
                yield from shell_of(value)


def shell(path):
    print("\n".join(shell_of(read(path))))


def jenkins(path):
    with open(path, encoding="utf-8") as file:
        for script in re.findall(r"'''(.*?)'''", file.read(), re.DOTALL):
            print("--")
            print(script)


verb, *rest = sys.argv[1:]
if verb == "check":
    sys.exit(check(rest))
elif verb == "scripts":
    scripts(rest[0], rest[1:])
elif verb == "rights":
    rights(rest)
elif verb == "gitlab":
    gitlab(*rest)
elif verb == "shell":
    shell(*rest)
elif verb == "jenkins":
    jenkins(*rest)
else:
    sys.exit(__doc__)
