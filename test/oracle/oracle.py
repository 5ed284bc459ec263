"""Says what the product must answer. Two ways to call it, both by compare.mjs:

    python3 oracle.py cases                    the cases as JSON
    python3 oracle.py answer CASE FILE FOLDER  writes info.json, records.jsonl, internals.jsonl, raw.txt, answers.json
"""

import json
import sys
from collections import Counter
from pathlib import Path

import cases
import questions
from records import FIELDS
from values import format_time


def printed(log):
    """The records as `taillight query --output jsonl` prints them."""
    names = log.field_names()
    for record in log.records:
        shown = {"_line": record.line}
        for name in names:
            if name in record.fields:
                value = record.fields[name]
                shown[name] = format_time(value) if name == "time" else value
        yield shown


def info(log):
    times = [record.fields["time"] for record in log.records if "time" in record.fields]
    fields = []
    for name in log.field_names():
        values = [record.fields[name] for record in log.records if name in record.fields]
        distinct = len(Counter(json.dumps(value, sort_keys=True) for value in values))
        fields.append({"name": name, "count": len(values), "distinct": distinct})
    return {
        "encoding": log.encoding,
        "compression": log.compression,
        "bytes": log.size,
        "lines": log.lines,
        "records": len(log.records),
        "unparsed": log.unparsed,
        "blank": log.blank,
        "header": log.header,
        "time": {"from": format_time(min(times)), "to": format_time(max(times))} if times else None,
        "fields": fields,
    }


def answer(name, path, folder):
    chosen = next(case for case in cases.CASES if case["name"] == name)
    log = cases.read_case(chosen, path)
    folder = Path(folder)
    asked = [{"args": question[0], "lines": questions.answer(question, log.records)} for question in chosen["questions"]]
    write_lines(folder / "records.jsonl", (json.dumps(shown) for shown in printed(log)))
    write_lines(
        folder / "internals.jsonl",
        (json.dumps({"_line": r.line, "_offset": r.offset, "_raw": r.raw, "_parsed": r.parsed}) for r in log.records),
    )
    write_lines(folder / "raw.txt", (record.raw for record in log.records))
    (folder / "info.json").write_text(json.dumps(info(log)), encoding="utf-8")
    (folder / "answers.json").write_text(json.dumps(asked), encoding="utf-8")


def write_lines(path, texts):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for text in texts:
            file.write(text)
            file.write("\n")


def main(args):
    if args == ["cases"]:
        plain = ("name", "cli", "log", "generate", "gzip", "stdin")
        shown = [{key: case[key] for key in plain if key in case} for case in cases.CASES]
        print(json.dumps({"cases": shown, "fieldOrder": list(FIELDS)}))
    elif len(args) == 4 and args[0] == "answer":
        answer(*args[1:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
