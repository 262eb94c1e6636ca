"""Compares our figures with those of independent programs, one line a figure.

    compare.py OURS.json [--record recorded.json] [--topic NAME]

The file of ours comes from `cargo xtask opinions`. A topic is a module in `topics`, a case one of its functions.
"""
import argparse
import importlib
import json
import sys


def difference(ours, theirs):
    """A share of theirs where that is above 1, else as it is; infinite where one side has more figures."""
    if len(ours) != len(theirs):
        return float("inf")
    return max((abs(a - b) / max(abs(b), 1.0) for a, b in zip(ours, theirs)), default=0.0)


def figure(values):
    return f"{values[0]:.6g}" if len(values) == 1 else f"{len(values)} figures"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ours")
    parser.add_argument("--record", help="where to write what the others said")
    parser.add_argument("--topic", help="only this one")
    wanted = parser.parse_args()
    with open(wanted.ours) as file:
        cases = json.load(file)["cases"]
    cases = [case for case in cases if wanted.topic in (None, case["topic"])]
    record, bad, worst = {}, 0, {}
    print("topic, what and case\tfigure\tours\ttheirs\tdifference\ttolerance\tby\tverdict")
    for case in cases:
        topic = importlib.import_module(f"topics.{case['topic']}")
        opinions = getattr(topic, case["what"])(case["inputs"])
        record[case["key"]] = {}
        for name, ours in case["ours"].items():
            opinion = opinions[name]
            theirs = opinion.values()
            off = difference(ours, theirs)
            holds = off <= opinion.tolerance
            bad += not holds
            count, most = worst.get(case["topic"], (0, 0.0))
            worst[case["topic"]] = (count + len(ours), max(most, off))
            cells = [case["key"], name, figure(ours), figure(theirs), f"{off:.2e}", f"{opinion.tolerance:.0e}"]
            print("\t".join(cells + [opinion.by, "ok" if holds else "OFF"]), flush=True)
            record[case["key"]][name] = {
                "by": opinion.by, "theirs": theirs, "tolerance": opinion.tolerance,
            }
    print("\ntopic\tfigures\tlargest difference")
    for topic, (count, most) in worst.items():
        print(f"{topic}\t{count}\t{most:.2e}")
    if bad:
        sys.exit(f"{bad} figures are off; nothing is recorded")
    if wanted.record:
        lines = [f"{json.dumps(key)}: {json.dumps(record[key])}" for key in sorted(record)]
        with open(wanted.record, "w") as file:
            file.write('{"schema_version": 1, "cases": {\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    main()
