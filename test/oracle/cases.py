"""The files that are compared: which log, how it is to be read, what the command line is told, what it is asked.

`log` is a file of the shared folder; `generate` are options of test/generate. `cli` are arguments for every command.
"""

from datetime import timezone
from zoneinfo import ZoneInfo

import questions
from access import W3c, parse_combined
from application import layout, parse_rfc3164, parse_rfc5424
from records import Log, indented_records, multi_line_records, read_bytes, single_line_records, split_lines
from structured import delimited_records, parse_json_line, parse_logfmt

LOCAL = "Europe/Berlin"
CHINA = "Asia/Shanghai"


# The names that the web and the command line use for what Python calls otherwise.
WEB_NAMES = {"cp949": "euc-kr"}


def lines_parsed_by(parse):
    return lambda lines: single_line_records(lines, parse)


def syslog_read(parse):
    return lambda lines: indented_records(lines, parse)


def layout_of(name, zone):
    starts, parse = layout(name, zone)
    return lambda lines: multi_line_records(lines, starts, parse)


def w3c(lines):
    reader = W3c()
    return single_line_records(lines, reader.parse, reader.is_header)


def case(name, read, asked=(), *, cli=("--timezone", "UTC"), encoding="utf-8", passes_encoding=False, **source):
    return {
        "name": name,
        "read": read,
        "questions": list(asked),
        "cli": list(cli) + (["--encoding", WEB_NAMES.get(encoding, encoding)] if passes_encoding else []),
        "encoding": encoding,
        **source,
    }


def json_read(zone, prefix=None):
    return lines_parsed_by(lambda text: parse_json_line(text, zone, prefix))


def generated(kind, *, lines=8000, seed, **options):
    return {"generate": {"kind": kind, "lines": lines, "seed": seed, **options}}


UTC = timezone.utc
BERLIN = ZoneInfo(LOCAL)
IN_BERLIN = ("--timezone", LOCAL)
IN_BERLIN_SHOWN_IN_UTC = ("--timezone", LOCAL, "--display-timezone", "UTC")
COMBINED = lines_parsed_by(parse_combined)
COMBINED_AND_FORWARDED = lines_parsed_by(lambda text: parse_combined(text, "forwarded_for"))
GENERATED_SYSLOG = syslog_read(lambda text: parse_rfc3164(text, BERLIN, 2026))

CASES = [
    # Real logs.
    case("apache-combined", COMBINED, questions.APACHE, log="apache-combined.log"),
    case("shop-access", COMBINED_AND_FORWARDED, questions.ANY_ACCESS, log="shop-access.log"),
    case("shop-access, gzip", COMBINED_AND_FORWARDED, log="shop-access.log", gzip=True),
    case("shop-access, standard input", COMBINED_AND_FORWARDED, log="shop-access.log", stdin=True),
    case(
        "auth",
        syslog_read(lambda text: parse_rfc3164(text, BERLIN, 2015)),
        questions.SYSLOG,
        cli=(*IN_BERLIN, "--year", "2015"),
        log="auth.log",
    ),
    case("kafka-state-change", layout_of("kafka", BERLIN), questions.KAFKA, cli=IN_BERLIN, log="kafka-state-change.log"),
    case("laravel", layout_of("laravel", ZoneInfo(CHINA)), cli=("--timezone", CHINA), log="laravel.log"),
    case("spark", layout_of("spark", BERLIN), questions.SPARK, cli=IN_BERLIN, log="spark.log"),
    case("loguru", layout_of("loguru", BERLIN), questions.LOGURU, cli=IN_BERLIN, log="loguru.log"),
    case("pino", json_read(UTC), questions.PINO, log="pino.jsonl"),
    case("serilog-clef", json_read(UTC), questions.CLEF, log="serilog-clef.json"),
    # W3C logs are in UTC whatever the zone that is assumed for others.
    case("w3c-extended", w3c, questions.W3C, cli=IN_BERLIN, log="w3c-extended.log"),
    case("jvm-gc", layout_of("jvm-gc", UTC), log="jvm-gc.log"),
    case("mongod-4.0", layout_of("mongod", UTC), questions.MONGOD, log="mongod-4.0.log"),
    case("caddy", json_read(UTC, prefix="process"), log="caddy.json.log"),
    case("korean-cp949, told", layout_of("time-level-text", BERLIN), cli=IN_BERLIN, encoding="cp949", passes_encoding=True, log="korean-cp949.log"),
    case("korean-cp949, detected", layout_of("time-level-text", BERLIN), cli=IN_BERLIN, encoding="cp949", log="korean-cp949.log"),
    # Generated logs, good ones and hostile ones.
    case("generated access", COMBINED, questions.GENERATED_ACCESS, **generated("access", lines=12_000, seed=1)),
    case("generated access, hostile", COMBINED, questions.GENERATED_ACCESS, **generated("access", seed=2, hostile=0.1)),
    case("generated json", json_read(UTC), questions.GENERATED_JSON, **generated("json", lines=12_000, seed=3)),
    case("generated json, hostile", json_read(UTC), questions.GENERATED_JSON, **generated("json", seed=4, hostile=0.1)),
    case("generated app", layout_of("logback", BERLIN), questions.GENERATED_APP, cli=IN_BERLIN_SHOWN_IN_UTC, **generated("app", lines=16_000, seed=5)),
    case("generated app, hostile", layout_of("logback", BERLIN), questions.GENERATED_APP, cli=IN_BERLIN, **generated("app", seed=6, hostile=0.1)),
    case(
        "generated app, over the change to summer time",
        layout_of("logback", BERLIN),
        cli=IN_BERLIN,
        **generated("app", lines=2000, seed=7, startMs=1774738800000, spanMs=14_400_000),
    ),
    case("generated syslog", GENERATED_SYSLOG, questions.SYSLOG, cli=(*IN_BERLIN, "--year", "2026"), **generated("syslog", seed=8)),
    case("generated syslog, hostile", GENERATED_SYSLOG, cli=(*IN_BERLIN, "--year", "2026"), **generated("syslog", seed=9, hostile=0.1)),
    case(
        "generated syslog with priority",
        GENERATED_SYSLOG,
        cli=(*IN_BERLIN, "--year", "2026"),
        **generated("syslog", seed=10, dialect="rfc3164-pri"),
    ),
    case("generated syslog of RFC 5424", syslog_read(parse_rfc5424), **generated("syslog", seed=11, dialect="rfc5424")),
    case("generated w3c", w3c, questions.W3C, **generated("w3c", seed=12)),
    case("generated w3c, hostile", w3c, **generated("w3c", seed=13, hostile=0.1)),
    case("generated logfmt", lines_parsed_by(lambda text: parse_logfmt(text, UTC)), questions.LOGFMT, **generated("logfmt", seed=14)),
    case("generated logfmt, hostile", lines_parsed_by(lambda text: parse_logfmt(text, UTC)), **generated("logfmt", seed=15, hostile=0.1)),
    case("generated csv", lambda lines: delimited_records(lines, ",", UTC), questions.CSV, **generated("csv", seed=16)),
    case("generated csv, hostile", lambda lines: delimited_records(lines, ",", UTC), **generated("csv", seed=17, hostile=0.1)),
    case("generated tsv", lambda lines: delimited_records(lines, "\t", UTC), **generated("csv", seed=18, dialect="tsv")),
]


def read_case(chosen, path):
    """The whole log at `path`, read as the case says."""
    content, compression = read_bytes(path)
    lines = split_lines(content, chosen["encoding"])
    records, blank, header = chosen["read"](lines)
    return Log(records, len(lines), blank, header, len(content), chosen["encoding"], compression)
