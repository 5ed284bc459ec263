"""Predicates over records, one per construct of the query language, for filters that are translated by hand.

Each is a function of a record. An absent field fails every comparison, so `no(...)` is true of it.
"""

import ipaddress
import re

from records import FIELDS
from values import LEVELS, fold, is_number

CONTAINS = {"message", "exception", "_raw"}


def value_of(record, name):
    if name == "_raw":
        return record.raw
    if name == "_parsed":
        return record.parsed
    if name == "_line":
        return record.line
    return record.fields.get(name)


def text_of(value):
    """A value as text, as a pattern sees it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def wildcard(pattern):
    """The pattern as a regular expression: `*` is any text, `\\*` a star."""
    pieces = re.split(r"(\\\*|\*)", pattern)
    return "".join(".*" if piece == "*" else re.escape("*" if piece == r"\*" else piece) for piece in pieces)


def is_(name, pattern):
    """`name : pattern`"""
    if name in CONTAINS:
        expression = re.compile(wildcard(fold(pattern)), re.DOTALL)
        return lambda record: (value := value_of(record, name)) is not None and bool(expression.search(fold(text_of(value))))
    expression = re.compile(wildcard(fold(pattern)), re.DOTALL)

    def check(record):
        value = value_of(record, name)
        if value is None:
            return False
        if is_number(value):
            try:
                return float(pattern) == value
            except ValueError:
                return False
        return bool(expression.fullmatch(fold(text_of(value))))

    return check


def exactly(name, pattern):
    """`name = pattern`"""
    expression = re.compile(wildcard(pattern), re.DOTALL)

    def check(record):
        value = value_of(record, name)
        if value is None:
            return False
        if is_number(value):
            return float(pattern) == value
        return bool(expression.fullmatch(text_of(value)))

    return check


def has(name):
    """`name : *`"""
    return lambda record: value_of(record, name) is not None


def one_of(name, *patterns):
    """`name : (a or b)`"""
    return any_(*(is_(name, pattern) for pattern in patterns))


def compare(name, holds, limit):
    """`name >= limit` and its kin; levels by their order, text by code point."""
    is_level = FIELDS.get(name) == "level"

    def check(record):
        value = value_of(record, name)
        if value is None:
            return False
        if is_level:
            return holds(LEVELS.index(value), LEVELS.index(limit))
        return type(value) in (int, float) and holds(value, limit) if is_number(limit) else holds(str(value), limit)

    return check


def at_least(name, limit):
    return compare(name, lambda a, b: a >= b, limit)


def above(name, limit):
    return compare(name, lambda a, b: a > b, limit)


def at_most(name, limit):
    return compare(name, lambda a, b: a <= b, limit)


def below(name, limit):
    return compare(name, lambda a, b: a < b, limit)


def matches(name, expression, flags=0):
    """`name ~ "expression"`"""
    compiled = re.compile(expression, flags)
    return lambda record: (value := value_of(record, name)) is not None and bool(compiled.search(text_of(value)))


def raw_matches(expression, flags=0):
    """`~ /expression/`"""
    return matches("_raw", expression, flags)


def word(text):
    """Bare or quoted text: the raw record contains it, ignoring case."""
    folded = fold(text)
    return lambda record: folded in fold(record.raw)


def in_network(name, network):
    """`name : 10.0.0.0/8`"""
    parsed = ipaddress.ip_network(network)

    def check(record):
        try:
            address = ipaddress.ip_address(value_of(record, name) or "")
        except ValueError:
            return False
        return address.version == parsed.version and address in parsed

    return check


def all_(*parts):
    return lambda record: all(part(record) for part in parts)


def any_(*parts):
    return lambda record: any(part(record) for part in parts)


def no(part):
    return lambda record: not part(record)
