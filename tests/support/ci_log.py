# SPDX-License-Identifier: GPL-3.0-or-later
"""What CI systems obey in a log, by their own rules.

Usage: ci_log.py check FILE...: prints each line that a CI system would obey; exit code 1 where there is one.
       ci_log.py ours FILE...: the same, but for the annotations that benchgate writes for GitHub.
       ci_log.py rules: each rule finds what its system obeys, and nothing else.
       ci_log.py text: a text that has a command of each system in it, the one for GitHub first.
       ci_log.py plant FILE COMMAND...: puts such commands into each text of a JSON file in turn, runs the command, and
       checks what it says and writes to a file whose name begins with "report.".
"""
import glob
import json
import os
import re
import subprocess
import sys

# What .NET's TrimStart takes away
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
COMMANDS = ("internal-set-repo-path|set-env|set-output|save-state|add-path|add-mask|add-matcher|remove-matcher|warning|error|"
            "notice|debug|group|endgroup|echo|stop-commands")
# system, what it looks for in a line, what it obeys, what it leaves alone
RULES = [
    ("GitHub ::", rf"^[{BLANKS}]*::(?:{COMMANDS})(?: .*?)?::", ["::add-mask::x", "  ::error file=a,line=1::x", "\u3000::stop-commands::x"],
     ["std::sort::x", "x ::error::x", "::sort::x", "?:error::x", "\u200b::error::x"]),
    ("GitHub ##[", rf"##\[(?:{COMMANDS})(?: [^]]*)?\]", ["x ##[add-mask]x", "##[error a=b;]x"], ["?#[error]x", "## [error]x"]),
    # Its pages show these as groups, errors and the like; Azure's, too.
    ("pages ##[", r"##\[[a-z]+\]", ["##[section]x"], ["#[section]x"]),
    ("Azure ##vso[", r"(?i)##vso\[[^]]*\]", ["x ##vso[task.setvariable variable=a]b", "##VSO[task.complete result=Failed;]"],
     ["##vso [a.b]", "#?vso[a.b]"]),
    ("TeamCity ##teamcity[", r"(?i)##teamcity\[", ["##teamcity[buildStop]"], ["# #teamcity["]),
    ("GitLab section", r"section_(?:start|end):\d+:[a-zA-Z0-9_.-]+(?:\[[^]]*\])?\r\x1b\[0K", ["section_start:1:a\r\x1b[0Kx"],
     ["section_start:1:a?[0Kx"]),
    # Colours, links, Jenkins' notes and Buildkite's
    ("terminal", r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", ["\x1b[31m", "\x9b31m", "a\x07"], ["a\tb"]),
]
# Any of them, in a text of many lines: what it does not find, no rule does.
ANY = re.compile("|".join(f"(?i:{rule[4:]})" if rule.startswith("(?i)") else f"(?:{rule})" for _, rule, _, _ in RULES), re.MULTILINE)
OURS = re.compile(r"^::(?:error|warning|notice) (?:file=[^:,]*,line=\d+,)?title=[^:,]*::")
FIRST = "::add-mask::PASS ##[error]x ##vso[task.setvariable variable=a]b ##teamcity[c] section_start:1:d\r\x1b[0K\x9b31m\u2028::error::x "
# What a text becomes in turn: its command may stand at either end, come after a blank or a new line, or be made with what
# stands beside it.
ATTACKS = [FIRST + "{}", "{} " + FIRST, "\u3000::stop-commands::x {}", "\n::error::x\n{}\n##[group]y", "##[{}##", "::{}:"]


def obeyed(text, ours=False):
    text = text.replace("\r\n", "\n")
    if not ANY.search(text):
        return
    for line in text.split("\n"):
        found = [system for system, rule, _, _ in RULES if re.search(rule, line)]
        if ours and OURS.search(line):
            # What follows is data to GitHub; others know nothing of "::".
            found = [system for system in found if system != "GitHub ::"]
        if found:
            yield f"{found}: {line!r}"


def check_rules():
    for system, rule, finds, leaves in RULES:
        for text in finds:
            assert re.search(rule, text), (system, text)
            assert list(obeyed(f"a\n{text}\r\nb")), (system, text)
        for text in leaves:
            assert not re.search(rule, text), (system, text)


def texts(value):
    """Each text, and how many attacks it is worth: most keys are known, or refused."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key, 2
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value, len(ATTACKS)


def with_text(value, old, new):
    if isinstance(value, dict):
        return {with_text(key, old, new): with_text(member, old, new) for key, member in value.items()}
    if isinstance(value, list):
        return [with_text(member, old, new) for member in value]
    return new if value == old else value


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def plant(path, command):
    """What was obeyed, and the counts of exit codes; some output must show what was planted."""
    whole = json.loads(read(path))
    wrong, statuses, shown = [], {}, False
    # One of those that differ in numbers alone stands for all.
    for old, nr in {re.sub(r"\d+", "0", text): (text, nr) for text, nr in texts(whole)}.values():
        for new in (attack.replace("{}", old) for attack in ATTACKS[:nr]):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(with_text(whole, old, new), file)
            for left in glob.glob("report.*"):
                os.remove(left)
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
            statuses[done.returncode] = statuses.get(done.returncode, 0) + 1
            said = {"stdout": done.stdout, "stderr": done.stderr} | {name: read(name) for name in glob.glob("report.*")}
            shown = shown or (done.returncode == 0 and "add-mask" in str(said))
            wrong += [f"{old!r} as {new!r}: {where}: {line}" for where, text in said.items()
                      for line in obeyed(text, where == "report.github")]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(whole, file)
    return wrong + ([] if shown else ["nothing that was planted is shown"]), statuses


if sys.argv[1] == "rules":
    check_rules()
elif sys.argv[1] == "text":
    print(FIRST, end="")
elif sys.argv[1] == "plant":
    found, codes = plant(sys.argv[2], sys.argv[3:])
    print(*found[:40], f"{len(found)} obeyed; exit codes {codes}", sep="\n")
    sys.exit(bool(found))
else:
    found = [f"{name}: {line}" for name in sys.argv[2:] for line in obeyed(read(name), sys.argv[1] == "ours")]
    print(*found, sep="\n")
    sys.exit(bool(found))
