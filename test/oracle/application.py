"""Text with a time in front: application logs of several layouts with continuation lines, and syslog."""

import re
from datetime import timezone

from records import Record
from values import (
    FACILITIES, INTEGER, MONTHS, SEVERITIES, civil_ms, fraction_ms, iso_ms, level_of_word, offset_zone,
)

DAY = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
FRACTION = r"[.,](?P<fraction>[0-9]{3,9})"
WORD = r"(?P<level>[A-Za-z]+)"
TEXT = r"(?P<text>.*)"

# One layout per maker. `text` is the message's first line; unnamed things between are separators.
LAYOUTS = {
    "kafka": rf"\[{DAY} {CLOCK}{FRACTION}\] {WORD} (?P<text>.*?)(?: \((?P<logger>[\w.$-]+)\))?",
    "laravel": rf"\[{DAY} {CLOCK}\] (?P<logger>[\w-]+)\.{WORD}: {TEXT}",
    "spark": rf"(?P<year>[0-9]{{2}})/(?P<month>[0-9]{{2}})/(?P<day>[0-9]{{2}}) {CLOCK} {WORD} (?P<logger>[^\s:]+): {TEXT}",
    "loguru": rf"{DAY} {CLOCK}{FRACTION} \| {WORD} *\| (?P<logger>[^:]*):(?P<function>[^:]*):(?P<line>[0-9]+) - {TEXT}",
    "logback": rf"{DAY} {CLOCK}{FRACTION} {WORD} +\[(?P<thread>[^\]]*)\] (?P<logger>[^ ]+) - {TEXT}",
    "mongod": rf"{DAY}T{CLOCK}{FRACTION}(?P<zone>[+-][0-9]{{4}}) (?P<letter>[A-Z])[0-9]? (?P<component>[A-Z_-]+) +\[(?P<thread>[^\]]*)\] {TEXT}",
    "jvm-gc": rf"{DAY}T{CLOCK}{FRACTION}(?P<zone>[+-][0-9]{{4}}): (?:(?P<uptime>[0-9]+\.[0-9]+): )?{TEXT}",
    "time-level-text": rf"{DAY} {CLOCK} (?:{WORD} )?{TEXT}",
}
LETTERS = {"F": "fatal", "E": "error", "W": "warn", "I": "info", "D": "debug"}
NATIVE = {"function": str, "line": int, "component": str, "uptime": float}


def layout(name, zone):
    """What multi_line_records needs for a layout: `starts` and `parse`."""
    pattern = re.compile(LAYOUTS[name], re.DOTALL)

    def starts(text):
        match = pattern.fullmatch(text)
        if match is None or time_of(match, zone) is None:
            return None
        return match

    def parse(match, texts):
        groups = match.groupdict()
        fields = {"time": time_of(match, zone)}
        word, first = groups.get("level"), groups["text"]
        level = LETTERS.get(groups.get("letter") or "") or (level_of_word(word) if word else None)
        if level is not None:
            fields["level"] = level
        elif word and name == "time-level-text":
            # No level word at all: it is the first word of the text.
            first = f"{word} {first}"
        elif word:
            fields["x_level"] = word
        message, exception = split_trace([first, *texts[1:]])
        if name == "laravel":
            exception = laravel_exception("\n".join(texts)) or exception
        fields["message"] = message
        for key in ("logger", "thread"):
            if groups.get(key):
                fields[key] = groups[key]
        if exception is not None:
            fields["exception"] = exception
        frame = thrown_frame(texts[1:])
        if frame is not None:
            fields["exception_frame"] = frame
        for key, kind in NATIVE.items():
            if groups.get(key):
                fields[key] = kind(groups[key])
        return fields

    return starts, parse


def time_of(match, zone):
    groups = match.groupdict()
    year = int(groups["year"])
    parts = [year + 2000 if year < 100 else year] + [int(groups[key]) for key in ("month", "day", "hour", "minute", "second")]
    base = civil_ms(*parts, offset_zone(groups["zone"]) if groups.get("zone") else zone)
    return None if base is None else base + fraction_ms(groups.get("fraction"))


IDENTIFIER = r"[A-Za-z_$][\w$]*"
THROWN = re.compile(
    rf"((?:{IDENTIFIER}\.)+{IDENTIFIER}|{IDENTIFIER}(?:Exception|Error|Throwable))(?: \(0x[0-9A-Fa-f]+\))?(?:: .*)?", re.ASCII
)
FRAME = re.compile(r"\s+at \S.*")
PYTHON_RAISED = re.compile(r"[A-Za-z_][\w.]*(?:: .*)?", re.ASCII)
PYTHON_LINKS = ("During handling of the above exception", "The above exception was the direct cause")


def split_trace(texts):
    """(message, exception). The message ends before the first line of an attached stack trace, without blank lines."""
    end, exception = len(texts), None
    for index, text in enumerate(texts):
        if index == 0:
            continue
        if text == "Traceback (most recent call last):":
            end, exception = index, python_exception(texts[index + 1 :])
            break
        if text == "[stacktrace]":
            end = index
            break
        if THROWN.fullmatch(text) and index + 1 < len(texts) and FRAME.fullmatch(texts[index + 1]):
            end, exception = index, text
            break
        if FRAME.fullmatch(text):
            end, exception = index, texts[0] if index == 1 and THROWN.fullmatch(texts[0]) else None
            break
    while end > 1 and texts[end - 1] == "":
        end -= 1
    return "\n".join(texts[:end]), exception


def python_exception(texts):
    """The line that ends a traceback; of several that are linked, the last one's."""
    raised = None
    for text in texts:
        if text == "" or text[0] in " \t>" or text.startswith(("Traceback", *PYTHON_LINKS)):
            continue
        is_linked = raised is None or any(line.startswith(PYTHON_LINKS) for line in texts)
        if not PYTHON_RAISED.fullmatch(text) or not is_linked:
            break
        raised = text
    return raised


PYTHON_FRAME = re.compile(r'[ >\t|]*(File ".*)')
THROWN_FRAME = re.compile(r"\s+at (?=.*[(.:])(\S.*?)(?:(?<=\)) ~?\[[^\]]*\])?")


def thrown_frame(texts):
    """The frame in which the exception of a trace was thrown: its first one, in Python the last one of the traceback."""
    for index, text in enumerate(texts):
        following = texts[index + 1 :]
        if text == "Traceback (most recent call last):":
            raised = python_exception(following)
            within = following if raised is None else following[: len(following) - following[::-1].index(raised)]
            frames = [match[1] for match in map(PYTHON_FRAME.fullmatch, within) if match]
            return frames[-1] if frames else None
        if text == "[stacktrace]":
            match = re.fullmatch(r"#0 (?!\{main\})(.+)", following[0]) if following else None
            return match and match[1]
        match = THROWN_FRAME.fullmatch(text)
        if match is not None:
            return match[1]
    return None


LARAVEL_OBJECT = re.compile(r'"exception":"\[object\] \(([\w\\]+)\(code: -?[0-9]+\): (.*)')


def laravel_exception(raw):
    """Class and first line of the message of Monolog's `[object] (Class(code: 0): message at file:line)`, unescaped."""
    match = LARAVEL_OBJECT.search(raw)
    if match is None:
        return None
    message = re.sub(r" at /[^ ]*:[0-9]+\)$", "", match[2])
    return f"{match[1]}: {message}".replace("\\\\", "\\").replace('\\"', '"')


RFC3164 = re.compile(
    r"(?:<([0-9]{1,3})>)?([A-Z][a-z]{2}) ([ 0-9][0-9]) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([^ ]+) "
    r"(?:([^ :\[]+)(?:\[([0-9]+)\])?: ?)?(.*)",
    re.DOTALL,
)


def parse_rfc3164(text, zone, year):
    """Fields of a line, or None. One space after the tag's colon belongs to the tag."""
    match = RFC3164.fullmatch(text)
    if match is None or match[2] not in MONTHS:
        return None
    time = civil_ms(year, MONTHS[match[2]], int(match[3]), int(match[4]), int(match[5]), int(match[6]), zone)
    if time is None:
        return None
    fields = {"time": time, "host": match[7], "message": match[10]}
    if match[8]:
        fields["process"] = match[8]
    if match[9]:
        fields["pid"] = int(match[9])
    return priority_fields(match[1]) | fields


def priority_fields(priority):
    if priority is None:
        return {}
    return {"level": SEVERITIES[int(priority) % 8], "facility": FACILITIES[int(priority) // 8]}


SD_PARAM = r'[^ =\]"]+="(?:[^"\\\]]|\\.)*"'
RFC5424 = re.compile(
    rf"<([0-9]{{1,3}})>1 ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) (-|(?:\[[^ =\]\"]+(?: {SD_PARAM})*\])+)(?: (.*))?", re.DOTALL
)


def parse_rfc5424(text):
    match = RFC5424.fullmatch(text)
    if match is None:
        return None
    fields = priority_fields(match[1])
    if match[2] != "-":
        fields["time"] = iso_ms(match[2], timezone.utc)
    values = {"host": match[3], "process": match[4], "pid": match[5], "msgid": match[6]}
    if values["pid"] != "-":
        if INTEGER.fullmatch(values["pid"]):
            values["pid"] = int(values["pid"])
        else:
            values["procid"] = values.pop("pid")
    fields |= {name: value for name, value in values.items() if value != "-"}
    for element in re.finditer(rf"\[([^ =\]\"]+)((?: {SD_PARAM})*)\]", match[7]):
        for name, value in re.findall(r'([^ =\]"]+)="((?:[^"\\\]]|\\.)*)"', element[2]):
            fields[f"{element[1]}.{name}"] = re.sub(r'\\(["\\\]])', r"\1", value)
    if match[8] is not None:
        fields["message"] = match[8].removeprefix("\ufeff")
    return fields
