"""Values as the contract defines them: times, levels, numbers that survive a double, text that folds its case."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
LEVELS = ["trace", "debug", "info", "notice", "warn", "error", "fatal"]

LEVEL_WORDS = {
    "trace": "trace", "verbose": "trace", "trc": "trace", "vrb": "trace", "finest": "trace", "finer": "trace",
    "debug": "debug", "dbg": "debug", "fine": "debug",
    "info": "info", "information": "info", "informational": "info", "inf": "info",
    "notice": "notice", "success": "notice",
    "warn": "warn", "warning": "warn", "wrn": "warn",
    "error": "error", "err": "error", "severe": "error",
    "fatal": "fatal", "ftl": "fatal", "critical": "fatal", "crit": "fatal", "emerg": "fatal", "emergency": "fatal",
    "alert": "fatal", "panic": "fatal",
}

# pino and bunyan
LEVEL_NUMBERS = {10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal"}
# RFC 5424, table 2
SEVERITIES = ["fatal", "fatal", "fatal", "error", "warn", "notice", "info", "debug"]
FACILITIES = (
    "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock "
    "local0 local1 local2 local3 local4 local5 local6 local7"
).split()


def level_of_word(word):
    return LEVEL_WORDS.get(word.strip().lower())


def level_of_status(status):
    """Access logs: 5xx is an error, 4xx a warning, everything else information."""
    if status is not None and 500 <= status <= 599:
        return "error"
    return "warn" if status is not None and 400 <= status <= 499 else "info"


def floor_ms(moment):
    """Whole milliseconds since the epoch, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def civil_ms(year, month, day, hour, minute, second, zone):
    """Epoch milliseconds of a wall clock time in a zone; None where there is no such date.

    Of an hour that a zone has twice, the first; an hour that it skips is read with the offset before.
    """
    try:
        return floor_ms(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone))
    except ValueError:
        return None


def offset_zone(text):
    """Z, +0330, +03:30, +03"""
    if text in ("Z", "z"):
        return timezone.utc
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def fraction_ms(digits):
    """Milliseconds from the digits after the decimal sign; further digits are cut off."""
    return int((digits or "").ljust(3, "0")[:3])


ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?\s?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


def iso_ms(text, zone):
    """Epoch milliseconds of an ISO 8601 text, or None. `zone` is for texts without an offset."""
    match = ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    base = civil_ms(year, month, day, hour, minute, int(match[6] or 0), offset_zone(match[8]) if match[8] else zone)
    return None if base is None else base + fraction_ms(match[7])


def number_ms(text):
    """Epoch milliseconds of a number in seconds, milliseconds, microseconds or nanoseconds, by its size."""
    value = Decimal(text)
    size = abs(value)
    factor = Decimal(1000) if size < 10**11 else Decimal(1) if size < 10**14 else Decimal(1) / 1000
    if size >= 10**17:
        factor = Decimal(1) / 1_000_000
    return int((value * factor).to_integral_value("ROUND_FLOOR"))


def format_time(ms):
    moment = EPOCH + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")


# No program needs more digits to write a double, and .NET writes 204.45250000000002 where others end in 1.
DOUBLE_DIGITS = 17


def number_of(text):
    """The number that a text is, or its digits where a double cannot hold it. The text must match NUMBER."""
    if INTEGER.fullmatch(text):
        value = int(text)
        return value if abs(value) <= 2**53 else str(text)
    value = float(text)
    written = Decimal(text)
    is_infinite = value in (float("inf"), float("-inf"))
    if is_infinite or (len(written.as_tuple().digits) > DOUBLE_DIGITS and Decimal(repr(value)) != written):
        return str(text)
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@lru_cache(maxsize=100_000)
def fold(text):
    """Unicode simple case folding: one character for one."""
    if text.isascii():
        return text.lower()
    return "".join(fold_character(character) for character in text)


def fold_character(character):
    folded = character.casefold()
    if len(folded) == 1:
        return folded
    lower = character.lower()
    return lower if len(lower) == 1 else character
