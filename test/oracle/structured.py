"""Records made of names and values: JSON lines, logfmt, CSV and TSV, and how their names become those of FIELDS.md."""

import json
import re
from decimal import Decimal

from access import target_fields
from application import thrown_frame
from records import FIELDS, Record
from values import INTEGER, LEVEL_NUMBERS, NUMBER, is_number, iso_ms, level_of_word, number_ms, number_of


class Digits(str):
    """A JSON number as it was written."""


# Names of other makers for a field, the more specific ones first.
NAMES = {
    "time": ["@t", "@timestamp", "timestamp", "time", "ts", "datetime", "date", "t"],
    "level": ["@l", "log.level", "level", "severity", "loglevel", "lvl"],
    "message": ["@m", "message", "msg", "text", "event"],
    "logger": ["SourceContext", "logger", "logger_name", "log.logger"],
    "thread": ["thread", "thread_name", "ThreadId"],
    "host": ["hostname", "host", "host.name", "MachineName"],
    "process": ["process", "ProcessName"],
    "pid": ["pid", "ProcessId", "process.pid"],
    "vhost": ["vhost", "request.host"],
    "client_ip": ["client_ip", "req.remoteAddress", "request.client_ip"],
    "client_port": ["client_port", "req.remotePort", "request.remote_port"],
    "user": ["user"],
    "method": ["method", "req.method", "request.method"],
    "path": ["path", "req.url", "request.uri"],
    "query": ["query"],
    "protocol": ["protocol", "request.proto"],
    "status": ["status", "res.statusCode"],
    "bytes": ["bytes"],
    "request_bytes": ["request_bytes"],
    "duration": ["duration_ms", "responseTime"],
    "referrer": ["referrer", "referer", "request.headers.Referer"],
    "user_agent": ["user_agent", "request.headers.User-Agent"],
    "trace_id": ["trace_id", "traceId", "trace.id"],
    "span_id": ["span_id", "spanId", "span.id"],
    "request_id": ["request_id", "requestId", "req.id"],
    "exception": ["exception"],
    # Only traces have one.
    "exception_frame": [],
}
# Caddy's access log, whose durations are seconds and whose sizes are of the response.
CADDY_NAMES = {"bytes": ["size"], "request_bytes": ["bytes_read"]}
# Keys that carry a path together with its query string.
TARGETS = {"req.url", "request.uri"}


def refuse_constant(text):
    raise ValueError(f"not JSON: {text}")


def parse_json_line(text, zone, prefix=None):
    """Fields of a line that is one JSON object, or None. `prefix` names the field of a container prefix `name | `."""
    native = {}
    if prefix is not None:
        match = re.fullmatch(r"([A-Za-z0-9_.-]+) +\| (\{.*)", text, re.DOTALL)
        if match is None:
            return None
        native[prefix] = match[1]
        text = match[2]
    try:
        value = json.loads(text, parse_int=Digits, parse_float=Digits, parse_constant=refuse_constant)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    flatten("", value, native)
    return map_names(native, zone)


def flatten(prefix, value, into):
    for key, member in value.items():
        if isinstance(member, dict) and member:
            flatten(f"{prefix}{key}.", member, into)
        elif member is not None:
            into[prefix + key] = member


def map_names(native, zone):
    """Renames what FIELDS.md has a name for; keeps the rest under its own name, with `x_` where that is taken."""
    is_clef = "@t" in native
    is_caddy = str(native.get("logger", "")).startswith("http.log.access")
    renamed = {}
    fields = {}
    for name in FIELDS:
        for key in NAMES[name] + (CADDY_NAMES.get(name, []) if is_caddy else []):
            if key not in native or key in renamed:
                continue
            converted = convert(name, key, native[key], zone)
            if converted is not None:
                renamed[key] = converted
                break
    if is_caddy and is_plain_number(native.get("duration")):
        renamed["duration"] = {"duration": float(Decimal(native["duration"]) * 1000)}
    kept = {}
    if is_clef:
        if "@m" not in native and isinstance(native.get("@mt"), str):
            renamed["@mt"] = {"message": plain(native["@mt"])}
        if "@l" not in native:
            kept["level"] = "info"
        if isinstance(native.get("@x"), str):
            kept["exception"] = native["@x"].splitlines()[0]
    trace = native.get("@x" if is_clef else "err.stack")
    frame = thrown_frame(trace.splitlines()) if isinstance(trace, str) else None
    if frame is not None:
        kept["exception_frame"] = frame
    error = [native.get("err.type"), native.get("err.message")]
    if all(isinstance(part, str) for part in error):
        kept["exception"] = ": ".join(plain(part) for part in error)
    for key, value in native.items():
        if key in renamed:
            fields |= renamed[key]
        else:
            fields[f"x_{key}" if key in FIELDS else key] = plain(value)
    return kept | fields


def convert(name, key, value, zone):
    """The field or fields that a value makes, or None where it does not fit the field's type."""
    if name == "time":
        time = time_of(value, zone)
        return None if time is None else {"time": time}
    if name == "level":
        if is_plain_number(value):
            level = LEVEL_NUMBERS.get(int(Decimal(value))) if INTEGER.fullmatch(value) else None
        else:
            level = level_of_word(value) if isinstance(value, str) else None
        return None if level is None else {"level": level}
    if key in TARGETS:
        return target_fields(value) if isinstance(value, str) and not is_plain_number(value) else None
    if FIELDS[name] == "integer":
        is_integer = isinstance(value, str) and INTEGER.fullmatch(value) is not None
        return {name: int(value)} if is_integer and abs(int(value)) <= 2**53 else None
    if FIELDS[name] == "number":
        number = number_of(value) if is_plain_number(value) else None
        return {name: number} if is_number(number) else None
    if isinstance(value, list) and len(value) == 1:
        # Headers are lists; nearly always of one.
        value = value[0]
    # Text: a number becomes its digits, other types stay in their native field.
    return {name: str(value)} if isinstance(value, str) else None


def time_of(value, zone):
    if is_plain_number(value):
        return number_ms(value)
    return iso_ms(value, zone) if isinstance(value, str) else None


def is_plain_number(value):
    return isinstance(value, Digits)


def plain(value):
    """A value as it is printed: numbers as numbers where a double holds them, else as text."""
    if isinstance(value, Digits):
        return number_of(value)
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return value


LOGFMT_PAIR = re.compile(r'([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)')
LOGFMT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


def parse_logfmt(text, zone):
    """Fields of a line of key=value pairs, or None. Bare numbers are numbers, quoted ones are text."""
    native = {}
    at = 0
    while at < len(text):
        match = LOGFMT_PAIR.match(text, at)
        if match is None:
            return None
        quoted, bare = match[2], match[3]
        if quoted is not None:
            native[match[1]] = re.sub(r"\\(.)", lambda m: LOGFMT_ESCAPES.get(m[1], m[0]), quoted)
        else:
            native[match[1]] = typed(bare)
        at = match.end()
    return map_names(native, zone) if native else None


def typed(text):
    return Digits(text) if NUMBER.fullmatch(text) else text


def delimited_records(lines, separator, zone):
    """CSV and TSV with a header. An empty unquoted value is absent; a line end inside quotes is a newline."""
    records = []
    blank = 0
    columns = None
    header = 0
    pending = []
    for line in lines:
        if not pending and line.text == "":
            blank += 1
            continue
        pending.append(line)
        cells = split_cells("\n".join(piece.text for piece in pending), separator)
        if cells is None and line is not lines[-1]:
            continue
        first, texts = pending[0], [piece.text for piece in pending]
        pending = []
        if columns is None:
            columns = [value for value, _ in cells]
            header = len(texts)
            continue
        fields = None
        if cells is not None and len(cells) == len(columns):
            native = {
                column: value if quoted else typed(value)
                for column, (value, quoted) in zip(columns, cells)
                if value != "" or quoted
            }
            fields = map_names(native, zone)
        records.append(Record(first.number, first.offset, texts, fields is not None, fields or {}))
    return records, blank, header


def split_cells(text, separator):
    """(value, quoted) per cell, or None where a quote is still open."""
    cells = []
    at = 0
    while True:
        if text.startswith('"', at) and separator == ",":
            value = ""
            at += 1
            while True:
                end = text.find('"', at)
                if end == -1:
                    return None
                value += text[at:end]
                at = end + 1
                if not text.startswith('"', at):
                    break
                value += '"'
                at += 1
            cells.append((value, True))
        else:
            end = text.find(separator, at)
            end = len(text) if end == -1 else end
            cells.append((text[at:end], False))
            at = end
        if at >= len(text):
            return cells
        at += 1
