"""Says what the product must answer. Two ways to call it, both by compare.mjs:

    python3 oracle.py cases                    the cases as JSON
    python3 oracle.py answer CASE FILE FOLDER  writes info.json, records.jsonl, internals.jsonl,
                                               raw.txt, answers.json and stats.json
"""

import json
import sys
from collections import Counter
from pathlib import Path

import cases
import questions
from records import FIELDS
from values import LEVELS, format_time


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
        "encoding": cases.WEB_NAMES.get(log.encoding, log.encoding),
        "compression": log.compression,
        "bytes": log.size,
        "lines": log.lines,
        "records": len(log.records),
        "unparsed": log.unparsed,
        "blank": log.blank,
        "headerLines": log.header,
        "untimed": len(log.records) - len(times),
        "time": {"from": format_time(min(times)), "to": format_time(max(times))} if times else None,
        "fields": fields,
    }


def top_values(log, field, count):
    """The most frequent values, ties in the order of values; levels have their own order."""
    counts = Counter(record.fields[field] for record in log.records if field in record.fields)
    order = LEVELS.index if field == "level" else lambda value: value
    ranked = sorted(counts.items(), key=lambda item: (-item[1], order(item[0])))
    return {
        "field": field,
        "values": [{"value": value, "count": number} for value, number in ranked[:count]],
        "other": sum(number for _, number in ranked[count:]),
        "absent": len(log.records) - counts.total(),
        "distinct": len(counts),
    }


# Fields whose values are counted, where a log has them, and how many are listed.
COUNTED = {"level": 3, "status": 4, "method": 10, "logger": 5, "process": 5, "path": 20}


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
    names = log.field_names()
    stats = [top_values(log, field, count) | {"count": count} for field, count in COUNTED.items() if field in names]
    (folder / "stats.json").write_text(json.dumps(stats), encoding="utf-8")
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
