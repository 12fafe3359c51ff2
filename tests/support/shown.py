# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: shown.py commands FILE...: what the documents (.md) and topics show as commands, a line "FILE<tab>COMMAND" each
shown.py LANGUAGE FILE...: checks their blocks of that language (json, yaml), and says how many there are
shown.py links FILE...: checks that what they link to is there

Commands are the lines of indented blocks and of sh blocks, what follows "$ " in blocks of output, the steps of yaml blocks,
and in running text what is in backquotes or quotes and begins with a program's name. What has a placeholder in capitals is
a form and no command."""
import json
import os
import re
import sys

import yaml

PROGRAM = re.compile(r"(\w+=(\"[^\"]*\"|\S)* )*(benchgate|make|cc|c\+\+|git|bats|curl|\./\S+|scripts/\S+)( |$)")
FORM = re.compile(r"(?<![$\w-])(?!HEAD\b)[A-Z]{2,}\b(?!=)")
STEP = re.compile(r"sh '(.*)'$")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def blocks(name):
    """(kind, lines): kind is a fence's language, "indented" or "text"."""
    kind, lines = "text", []
    for line in open(name, encoding="utf-8").read().split("\n"):
        fence = line.startswith("```")
        if fence:
            yield kind, lines
            kind, lines = ("text" if kind.startswith("```") else line), []
        elif kind.startswith("```"):
            lines.append(line)
        else:
            now = "indented" if line.startswith("\t") or (kind == "indented" and not line) else "text"
            if now != kind:
                yield kind, lines
                kind, lines = now, []
            lines.append(line[1:] if now == "indented" else line)
    yield kind, lines


def is_yaml(kind, lines):
    """Indented blocks say by a first comment what file they are."""
    return kind == "```yaml" or (kind == "indented" and bool(re.match(r"# \S+\.ya?ml$", lines[0])))


def bare(line):
    """Without the comment behind it, which two blanks or a # set off."""
    masked = QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line)
    return line[: re.search(r"\s{2,}|\s#|$", masked).start()].strip()


def indented(name, lines):
    for line in lines:
        if PROGRAM.match(line):
            yield bare(line)
        elif STEP.match(line.strip()):
            yield STEP.match(line.strip())[1]
        elif line and name.endswith(".md"):
            sys.exit(f"{name}: is this a command? {line}")


def inline(text):
    for code in re.findall(r"`([^`]+)`", text):
        yield code
    for code in re.findall(r"(?:^|[\s(])'(benchgate [^']+)'", re.sub(r"`[^`]+`", "", text)):
        yield code


def steps(of, key=None):
    """What YAML says is to be run."""
    if isinstance(of, str):
        return [of] if key in ("run", "script", "entry") else []
    if isinstance(of, dict):
        return [step for name, part in of.items() for step in steps(part, name)]
    return [step for part in of for step in steps(part, key)] if isinstance(of, list) else []


def of_block(name, kind, lines):
    if is_yaml(kind, lines):
        yield from steps(yaml.safe_load("\n".join(lines)))
    elif kind == "text":
        # A code span may go on in the next line.
        for code in inline(re.sub(r"\s+", " ", " ".join(lines))):
            if PROGRAM.match(code):
                yield code
    elif kind == "indented":
        yield from indented(name, lines)
    elif kind == "```sh":
        yield from (bare(line) for line in lines if line and not line.startswith("#"))
    elif kind == "```":
        yield from (line[2:] for line in lines if line.startswith("$ "))


def commands(name):
    for kind, lines in blocks(name):
        for command in of_block(name, kind, lines):
            if not FORM.search(QUOTED.sub("", command)):
                print(f"{name}\t{command}")


def check(language, name):
    nr = 0
    for kind, lines in blocks(name):
        if kind == "```json" and language == "json":
            json.loads("\n".join(lines))
            nr += 1
        elif language == "yaml" and is_yaml(kind, lines):
            yaml.safe_load("\n".join(lines))
            nr += 1
    return nr


def links(name):
    for target in re.findall(r"\]\(([^)#:]+)\)", open(name, encoding="utf-8").read()):
        if not os.path.exists(os.path.join(os.path.dirname(name), target)):
            sys.exit(f"{name}: there is no {target}")


task, files = sys.argv[1], sys.argv[2:]
if task == "commands":
    for file in files:
        commands(file)
elif task == "links":
    for file in files:
        links(file)
else:
    print(sum(check(task, file) for file in files))
