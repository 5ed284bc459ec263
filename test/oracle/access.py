"""Combined and common access logs of Apache and nginx, and the W3C extended log format."""

import re

from values import MONTHS, civil_ms, level_of_status, offset_zone, NUMBER, number_of
from datetime import timezone

QUOTED = r'"((?:[^"\\]|\\.)*)"'
HEAD = (
    r"([^ ]+) ([^ ]+) (.+?) "
    r"\[([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{4})\] "
    + QUOTED
    + r" ([0-9]{3}) ([0-9]+|-)"
)
COMBINED = re.compile(f"{HEAD} {QUOTED} {QUOTED}", re.DOTALL)
COMBINED_AND_ONE = re.compile(f"{HEAD} {QUOTED} {QUOTED} {QUOTED}", re.DOTALL)
REQUEST = re.compile(r"([A-Za-z][A-Za-z_-]*) ([^ ]+) ([A-Za-z]+/[0-9](?:\.[0-9]+)?)")


def parse_combined(text, last_field=None):
    """Fields of a line; None for one that does not fit. `last_field` names a quoted field after the user agent."""
    match = (COMBINED if last_field is None else COMBINED_AND_ONE).fullmatch(text)
    if match is None:
        return None
    month = MONTHS.get(match[5])
    if month is None:
        return None
    year, day, hour, minute, second = (int(match[group]) for group in (6, 4, 7, 8, 9))
    time = civil_ms(year, month, day, hour, minute, second, offset_zone(match[10]))
    if time is None:
        return None
    status = int(match[12])
    fields = {"time": time, "level": level_of_status(status), "client_ip": match[1], "ident": match[2], "user": match[3]}
    fields |= request_fields(match[11])
    fields |= {"status": status, "referrer": match[14], "user_agent": match[15]}
    if match[13] != "-":
        fields["bytes"] = int(match[13])
    if last_field is not None:
        fields[last_field] = match[16]
    keeps_dash = {"request"}
    return {name: value for name, value in fields.items() if value != "-" or name in keeps_dash}


def request_fields(request):
    match = REQUEST.fullmatch(request)
    if match is None:
        return {"request": request}
    return {"method": match[1], "protocol": match[3]} | target_fields(match[2])


def target_fields(target):
    """Path and query string; the query is empty text where nothing follows the question mark."""
    path, mark, query = target.partition("?")
    return {"path": path} | ({"query": query} if mark else {})


W3C_NAMES = {
    "c-ip": "client_ip",
    "c-port": "client_port",
    "cs-username": "user",
    "cs-method": "method",
    "cs-uri-stem": "path",
    "cs-uri-query": "query",
    "cs-version": "protocol",
    "cs-host": "vhost",
    "cs(Host)": "vhost",
    "cs(User-Agent)": "user_agent",
    "cs(Referer)": "referrer",
    "sc-status": "status",
    "sc-bytes": "bytes",
    "cs-bytes": "request_bytes",
    "time-taken": "duration",
    "s-computername": "host",
}
W3C_TEXTS = {"client_ip", "user", "method", "path", "query", "protocol", "vhost", "user_agent", "referrer", "host"}


class W3c:
    """Follows the `#Fields:` lines, which hold until the next ones. Times are UTC."""

    def __init__(self):
        self.columns = None

    def is_header(self, text):
        if text.startswith("#Fields:"):
            self.columns = text.removeprefix("#Fields:").split()
        return text.startswith("#")

    def parse(self, text):
        values = text.split(" ")
        if self.columns is None or len(values) != len(self.columns):
            return None
        row = dict(zip(self.columns, values))
        fields = {}
        if "date" in row and "time" in row:
            year, month, day = (int(part) for part in row["date"].split("-"))
            hour, minute, second = (int(part) for part in row["time"].split(":"))
            fields["time"] = civil_ms(year, month, day, hour, minute, second, timezone.utc)
        for column, value in row.items():
            if value == "-" or column in ("date", "time"):
                continue
            name = W3C_NAMES.get(column, column)
            is_text = name in W3C_TEXTS or NUMBER.fullmatch(value) is None
            fields[name] = value if is_text else number_of(value)
        fields["level"] = level_of_status(fields.get("status"))
        return fields
