#!/usr/bin/env python3
"""Judges a TestNG result of an OGC suite: tests/cite.py testng-results.xml list-of-tests.txt

The list names the test methods of the suite, one a line, as Class.method; after it may stand "skipped: reason". A run
passes if no test failed, if every method of the list was executed and passed at least once (skipped is not passed), if
those that are expected to be skipped were, and if no other method was run: a suite that grew is looked at before it is
believed. A line with a star lets other methods run.
"""

import sys
from collections import Counter, defaultdict
from xml.etree import ElementTree


def expected(path):
    """Methods of the list with the reason why they are skipped, or None."""
    methods = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.split("#")[0].strip()
            if line:
                name, _, reason = line.partition(" skipped: ")
                methods[name.strip()] = reason.strip() or None
    return methods


def results(path):
    """Statuses by method, and what the failures say."""
    statuses, failures = defaultdict(Counter), []
    for suite_class in ElementTree.parse(path).iter("class"):
        name = suite_class.get("name").rsplit(".", 1)[-1]
        for method in suite_class.iter("test-method"):
            if method.get("is-config") == "true":
                continue
            full = f"{name}.{method.get('name')}"
            statuses[full][method.get("status")] += 1
            if method.get("status") == "FAIL":
                message = method.findtext(".//message") or ""
                failures.append(f"{full}: {' '.join(message.split())[:400]}")
    return statuses, failures


def main(results_path, list_path):
    """Prints what was found; True if the run passes."""
    methods, (statuses, problems) = expected(list_path), results(results_path)
    lets_others = "*" in methods
    methods.pop("*", None)
    for name, reason in methods.items():
        found = statuses.get(name, Counter())
        if reason is None and not found["PASS"]:
            problems.append(f"{name} was not passed: {dict(found)}")
        if reason is not None and set(found) - {"SKIP"}:
            problems.append(f"{name} was expected to be skipped ({reason}): {dict(found)}")
    if not lets_others:
        problems += [f"{name} is not on the list {list_path}" for name in statuses if name not in methods]
    total = sum(statuses.values(), Counter())
    skipped = [name for name, reason in methods.items() if reason]
    for problem in problems:
        print(problem)
    for name in skipped:
        print(f"skipped: {name}: {methods[name]}")
    print(f"{len(methods) - len(skipped)} of {len(methods)} methods executed: {total['PASS']} passed, "
          f"{total['FAIL']} failed, {total['SKIP']} skipped")
    return not problems


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
