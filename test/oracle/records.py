"""Lines and records as the contract defines them: how a file is cut into lines, what a record is, what is counted.

No part of the product is used or read here; everything follows CONTRACT.md and FIELDS.md.
"""

import gzip
from dataclasses import dataclass, field

# FIELDS.md, in its order. The type decides how a value is converted.
FIELDS = {
    "time": "instant",
    "level": "level",
    "message": "text",
    "logger": "text",
    "thread": "text",
    "host": "text",
    "process": "text",
    "pid": "integer",
    "vhost": "text",
    "client_ip": "text",
    "client_port": "integer",
    "user": "text",
    "method": "text",
    "path": "text",
    "query": "text",
    "protocol": "text",
    "status": "integer",
    "bytes": "integer",
    "request_bytes": "integer",
    "duration": "number",
    "referrer": "text",
    "user_agent": "text",
    "trace_id": "text",
    "span_id": "text",
    "request_id": "text",
    "exception": "text",
    "exception_frame": "text",
}


@dataclass
class Line:
    number: int
    offset: int
    text: str
    content: bytes


@dataclass
class Record:
    """`fields` holds values by name, in the order in which the record names them; `lines` are its texts."""

    line: int
    offset: int
    lines: list
    parsed: bool = True
    fields: dict = field(default_factory=dict)

    @property
    def raw(self):
        return "\n".join(self.lines)


@dataclass
class Log:
    records: list
    lines: int
    blank: int
    header: int
    size: int
    encoding: str
    compression: str

    @property
    def unparsed(self):
        return sum(not record.parsed for record in self.records)

    @property
    def continuation(self):
        return sum(len(record.lines) - 1 for record in self.records)

    def field_names(self):
        """FIELDS.md order of the fields that occur, then the others in order of first appearance."""
        seen = {}
        for record in self.records:
            for name in record.fields:
                seen.setdefault(name)
        return [name for name in FIELDS if name in seen] + [name for name in seen if name not in FIELDS]


def read_bytes(path):
    """The file's bytes, unpacked where they are gzip, and the name of the compression."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:2] == b"\x1f\x8b":
        return gzip.decompress(content), "gzip"
    return content, "none"


def split_lines(content, encoding):
    """Newline-terminated lines and a last one without; CRLF is one end, a lone CR is none."""
    lines = []
    offset = 0
    number = 1
    while offset < len(content):
        end = content.find(b"\n", offset)
        if end == -1:
            piece, following = content[offset:], len(content)
        else:
            piece, following = content[offset:end], end + 1
            if piece.endswith(b"\r"):
                piece = piece[:-1]
        lines.append(Line(number, offset, piece.decode(encoding, "replace"), piece))
        number += 1
        offset = following
    return lines


def single_line_records(lines, parse, is_header=lambda text: False):
    """Formats in which every line is a record of its own; `parse` answers fields, or None where it does not fit."""
    records = []
    blank = header = 0
    for line in lines:
        if line.text == "":
            blank += 1
        elif is_header(line.text):
            header += 1
        else:
            fields = parse(line.text)
            records.append(Record(line.number, line.offset, [line.text], fields is not None, fields or {}))
    return records, blank, header


def indented_records(lines, parse):
    """Formats of one line each, except that an indented line continues the record before it."""
    records = []
    blank = 0
    for line in lines:
        if line.text == "":
            blank += 1
        elif line.text[0] in " \t" and records and records[-1].parsed:
            records[-1].lines.append(line.text)
            records[-1].fields["message"] += f"\n{line.text}"
        else:
            fields = parse(line.text)
            records.append(Record(line.number, line.offset, [line.text], fields is not None, fields or {}))
    return records, blank, 0


def multi_line_records(lines, starts, parse):
    """Formats with continuation lines. `starts` answers a match for a first line; `parse` gets it and all texts."""
    records = []
    blank = 0
    matches = []
    is_open = False
    for line in lines:
        match = starts(line.text)
        if match is not None:
            records.append(Record(line.number, line.offset, [line.text]))
            matches.append(match)
            is_open = True
        elif is_open:
            records[-1].lines.append(line.text)
        elif line.text == "":
            blank += 1
        else:
            # Before the first record: kept as unparsed, each line for itself.
            records.append(Record(line.number, line.offset, [line.text], parsed=False))
            matches.append(None)
    for record, match in zip(records, matches):
        if match is not None:
            record.fields = parse(match, record.lines)
    return records, blank, 0
