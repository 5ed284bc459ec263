"""The oracle's own tests: `python3 -B -m unittest discover -s test/oracle`. Numbers of the shared logs were counted
with grep and awk, not with the oracle; those tests are skipped where the logs are missing."""

import os
import re
import unittest
from datetime import timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from access import W3c, parse_combined
from application import layout, parse_rfc3164, parse_rfc5424, split_trace, thrown_frame
from cases import CASES, read_case
from predicates import at_least, exactly, has, in_network, is_, no, word
from questions import answer, sort
from records import Record, multi_line_records, single_line_records, split_lines
from structured import delimited_records, parse_json_line, parse_logfmt
from values import fold, format_time, iso_ms, number_ms, number_of

LOGS = Path(os.environ.get("TAILLIGHT_LOGS", Path(__file__).parents[3] / "shared" / "logs"))
UTC = timezone.utc


def lines_of(text):
    return split_lines(text.encode(), "utf-8")


class Lines(unittest.TestCase):
    def test_crlf_is_one_end_and_a_lone_cr_none(self):
        lines = split_lines(b"a\r\nb\rc\n\r\nlast", "utf-8")
        self.assertEqual([(1, 0, "a"), (2, 3, "b\rc"), (3, 7, ""), (4, 9, "last")], [(x.number, x.offset, x.text) for x in lines])

    def test_invalid_utf8_becomes_one_replacement_for_each_cut_sequence(self):
        self.assertEqual("\ufffd \ufffd\ufffd", split_lines(b"\xec\x83 \xe4\xf6", "utf-8")[0].text)

    def test_counts_add_up(self):
        starts, parse = layout("kafka", UTC)
        text = "head\n\n[2026-03-01 10:00:00,001] INFO a\n  more\n\n[2026-03-01 10:00:00,002] INFO b\n"
        lines = lines_of(text)
        records, blank, header = multi_line_records(lines, starts, parse)
        self.assertEqual((3, 1, 0), (len(records), blank, header))
        self.assertEqual(len(lines), sum(len(record.lines) for record in records) + blank + header)
        self.assertEqual([(1, False), (3, True), (6, True)], [(record.line, record.parsed) for record in records])
        self.assertEqual("a\n  more", records[1].fields["message"])


class Values(unittest.TestCase):
    def test_times_of_every_magnitude_are_rounded_down(self):
        expected = "2025-10-21T04:10:22.315Z"
        for text in ("1761019822.3159", "1761019822315", "1761019822315999", "1761019822315999999"):
            self.assertEqual(expected, format_time(number_ms(text)))
        self.assertEqual("1969-12-31T23:59:59.999Z", format_time(number_ms("-0.0001")))

    def test_iso_times_keep_their_offset_and_take_the_zone_else(self):
        berlin = ZoneInfo("Europe/Berlin")
        self.assertEqual("2026-03-01T04:30:00.123Z", format_time(iso_ms("2026-03-01T10:00:00.123999+05:30", berlin)))
        self.assertEqual("2026-03-01T09:00:00.000Z", format_time(iso_ms("2026-03-01 10:00:00", berlin)))
        self.assertEqual("2026-07-01T08:00:00.500Z", format_time(iso_ms("2026-07-01T10:00:00,5", berlin)))
        self.assertIsNone(iso_ms("2026-02-30T10:00:00Z", UTC))

    def test_numbers_that_a_double_cannot_hold_stay_text(self):
        self.assertEqual(9007199254740992, number_of("9007199254740992"))
        self.assertEqual("9007199254740993", number_of("9007199254740993"))
        self.assertEqual("3.141592653589793238462643", number_of("3.141592653589793238462643"))
        self.assertEqual([0.1, 1500, 2.5, 0], [number_of(text) for text in ("0.1", "1.5e3", "2.50", "-0.0")])
        self.assertEqual("1e400", number_of("1e400"))

    def test_folding_is_simple(self):
        self.assertEqual(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"))
        self.assertEqual(fold("STRAẞE"), fold("straße"))
        self.assertNotEqual(fold("strasse"), fold("straße"))
        self.assertEqual("k", fold("\u212a"))


class Formats(unittest.TestCase):
    LINE = '1.2.3.4 - bob [17/May/2015:10:05:03 +0200] "GET /a?b=1?c HTTP/1.1" 404 - "-" "say \\"hi\\""'

    def test_combined(self):
        fields = parse_combined(self.LINE)
        self.assertEqual("2015-05-17T08:05:03.000Z", format_time(fields.pop("time")))
        self.assertEqual(
            {"level": "warn", "client_ip": "1.2.3.4", "user": "bob", "method": "GET", "path": "/a", "query": "b=1?c",
             "protocol": "HTTP/1.1", "status": 404, "user_agent": 'say \\"hi\\"'},
            fields,
        )  # fmt: skip

    def test_combined_does_not_fit_where_a_quote_or_field_is_missing(self):
        for broken in (self.LINE[:-1], self.LINE.replace(" 404 -", " 404"), self.LINE.rsplit(" ", 3)[0], ""):
            self.assertIsNone(parse_combined(broken))

    def test_requests_that_are_none_are_kept(self):
        for request in ("-", "GET /", "\\x16\\x03", "a b c d", ""):
            fields = parse_combined(self.LINE.replace("GET /a?b=1?c HTTP/1.1", request))
            self.assertEqual((request, False), (fields["request"], "path" in fields))

    def test_w3c_follows_its_fields_lines(self):
        reader = W3c()
        text = "#Fields: date time c-ip sc-status\n2015-01-13 00:32:17 ::1 500\n#Fields: date time s-port\n2015-01-13 00:32:17 80\nx\n"
        records, blank, header = single_line_records(lines_of(text), reader.parse, reader.is_header)
        self.assertEqual((3, 0, 2), (len(records), blank, header))
        self.assertEqual(("::1", 500, "error"), tuple(records[0].fields[name] for name in ("client_ip", "status", "level")))
        self.assertEqual((80, False), (records[1].fields["s-port"], records[2].parsed))

    def test_pino(self):
        line = (
            '{"level":50,"time":1795252871016,"pid":7,"hostname":"vm","req":{"id":5,"url":"/p?a=b"},"res":{"statusCode":500},'
            '"responseTime":12,"err":{"type":"TypeError","message":"no"},"nil":null,"list":[1,null],"none":{},"msg":"m","big":9007199254740993}'
        )
        fields = parse_json_line(line, UTC)
        self.assertEqual(1795252871016, fields.pop("time"))
        self.assertEqual(
            {"level": "error", "pid": 7, "host": "vm", "request_id": "5", "path": "/p", "query": "a=b", "status": 500,
             "duration": 12, "exception": "TypeError: no", "err.type": "TypeError", "err.message": "no", "list": [1, None],
             "none": {}, "message": "m", "big": "9007199254740993"},
            fields,
        )  # fmt: skip

    def test_json_values_that_do_not_fit_keep_their_name_or_get_a_prefix(self):
        fields = parse_json_line('{"level":"odd","time":"never","status":"ok","duration":5,"@x":1}', UTC)
        self.assertEqual({"x_level": "odd", "x_time": "never", "x_status": "ok", "x_duration": 5, "@x": 1}, fields)

    def test_json_that_is_no_object_does_not_fit(self):
        for text in ("[1]", "1", '{"a":NaN}', '{"a":1', "{'a':1}", "text"):
            self.assertIsNone(parse_json_line(text, UTC))

    def test_clef(self):
        fields = parse_json_line('{"@t":"2018-11-12T08:34:45.8371142Z","@mt":"{A}","@x":"E: m\\r\\n   at f","ThreadId":7}', UTC)
        expected = {"message": "{A}", "level": "info", "exception": "E: m", "@x": "E: m\r\n   at f", "thread": "7"}
        self.assertEqual(expected | {"time": iso_ms("2018-11-12T08:34:45.837Z", UTC)}, fields)

    def test_logfmt(self):
        fields = parse_logfmt('level=warn msg="a \\"b\\"\\n" n=5 s="5" id=12345678901234567890 duration_ms=1.5', UTC)
        expected = {"level": "warn", "message": 'a "b"\n', "n": 5, "s": "5", "id": "12345678901234567890", "duration": 1.5}
        self.assertEqual(expected, fields)

    def test_csv_records_span_lines(self):
        text = 'a,b,status\n1,"x\ny ""z""",\n,"",200\n'
        records, blank, header = delimited_records(lines_of(text), ",", UTC)
        self.assertEqual((0, 1), (blank, header))
        self.assertEqual([{"a": 1, "b": 'x\ny "z"'}, {"b": "", "status": 200}], [record.fields for record in records])
        self.assertEqual([2, 4], [record.line for record in records])

    def test_syslog(self):
        fields = parse_rfc3164("<38>Mar  1 10:00:00 h postfix/smtpd[12]:  two spaces", UTC, 2026)
        self.assertEqual("2026-03-01T10:00:00.000Z", format_time(fields.pop("time")))
        self.assertEqual(
            {"level": "info", "facility": "auth", "host": "h", "process": "postfix/smtpd", "pid": 12, "message": " two spaces"}, fields
        )
        fields = parse_rfc5424('<165>1 - h - 7 ID [x@1 a="\\"\\]" b="2"] text')
        expected = {"level": "notice", "facility": "local4", "host": "h", "pid": 7, "msgid": "ID", "x@1.a": '"]', "x@1.b": "2"}
        self.assertEqual(expected | {"message": "text"}, fields)

    def test_stack_traces_end_the_message(self):
        java = ["failed", "", "a.b.C: why: so", "\tat x.Y(Z.java:1)", "Caused by: d.E"]
        python = ["failed", "Traceback (most recent call last):", '  File "x"', "", "KeyError: 'k'"]
        net = ["failed", "System.InvalidOperationException: no", "   at A.B()"]
        self.assertEqual(("failed", "a.b.C: why: so"), split_trace(java))
        self.assertEqual(("failed", "KeyError: 'k'"), split_trace(python))
        self.assertEqual(("failed", "System.InvalidOperationException: no"), split_trace(net))
        self.assertEqual(("a\nb", None), split_trace(["a", "b", ""]))
        self.assertEqual("x.Y(Z.java:1)", thrown_frame(java[1:]))
        self.assertEqual("x.Y(Z.java:1)", thrown_frame(["\tat x.Y(Z.java:1) ~[z.jar:1.0]"]))
        python[3:3] = ['  File "y", line 1', "    File"]
        self.assertEqual('File "y", line 1', thrown_frame([*python, '  File "z"']))
        self.assertEqual("A.B()", thrown_frame(net[1:]))
        self.assertEqual("a.php(1): f()", thrown_frame(["[stacktrace]", "#0 a.php(1): f()", "#1 {main}"]))
        self.assertEqual([None, None, None], list(map(thrown_frame, (["  at noon"], ["[stacktrace]", "#0 {main}"], []))))


class Questions(unittest.TestCase):
    @staticmethod
    def records(*fields):
        return [Record(index, 0, [str(values)], True, values) for index, values in enumerate(fields, 1)]

    def ask(self, predicate, *fields):
        return answer(([], predicate, None), self.records(*fields))

    def test_absent_fails_every_comparison(self):
        self.assertEqual([1], self.ask(at_least("status", 500), {"status": 500}, {}, {"status": 200}))
        self.assertEqual([2, 3], self.ask(no(is_("status", "500")), {"status": 500}, {}, {"status": 200}))
        self.assertEqual([1, 3], self.ask(has("status"), {"status": 500}, {}, {"status": 0}))

    def test_equality_ignores_case_and_exactness_heeds_it(self):
        self.assertEqual([1, 2], self.ask(is_("method", "get"), {"method": "GET"}, {"method": "Get"}, {"method": "GETS"}))
        self.assertEqual([1], self.ask(exactly("method", "GET"), {"method": "GET"}, {"method": "get"}))
        self.assertEqual([1], self.ask(is_("message", "part"), {"message": "a PART of"}, {"message": "p art"}))
        self.assertEqual([2], self.ask(is_("path", r"a\*b*"), {"path": "axb"}, {"path": "A*bc"}))

    def test_networks_and_words(self):
        self.assertEqual([1], self.ask(in_network("client_ip", "10.0.0.0/8"), {"client_ip": "10.9.9.9"}, {"client_ip": "x"}, {"client_ip": "11.0.0.1"}))
        self.assertEqual([1], self.ask(word("ΣΊΣ"), {"a": "σίς"}, {"a": "x"}))

    def test_sorts_keep_ties_in_file_order_and_absent_last(self):
        records = self.records({"n": 1}, {}, {"n": 2}, {"n": 1}, {"n": 2})
        self.assertEqual([1, 4, 3, 5, 2], answer(sort("n"), records))
        self.assertEqual([3, 5, 1, 4, 2], answer(sort("n:desc"), records))

    def test_level_order(self):
        self.assertEqual([2, 3], self.ask(at_least("level", "warn"), {"level": "notice"}, {"level": "warn"}, {"level": "fatal"}))


# name: lines, records, unparsed, header
COUNTED = {
    "apache-combined": (10000, 10000, 1, 0),
    "shop-access": (1000, 1000, 0, 0),
    "auth": (7121, 7121, 0, 0),
    "kafka-state-change": (5307, 3405, 0, 0),
    "laravel": (1416, 82, 0, 0),
    "spark": (399, 399, 0, 0),
    "loguru": (334, 256, 0, 0),
    "pino": (500, 500, 0, 0),
    "serilog-clef": (2410, 2410, 0, 0),
    "w3c-extended": (254, 210, 0, 44),
    "jvm-gc": (20596, 800, 3, 0),
    "mongod-4.0": (1414, 1414, 0, 0),
    "caddy": (39, 39, 0, 0),
}


@unittest.skipUnless(LOGS.is_dir(), "the shared logs are missing; set TAILLIGHT_LOGS")
class SharedLogs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        named = {case["name"]: case for case in CASES}
        cls.logs = {name: read_case(named[name], LOGS / named[name]["log"]) for name in COUNTED}

    def test_lines_and_records(self):
        for name, counts in COUNTED.items():
            log = self.logs[name]
            self.assertEqual(counts, (log.lines, len(log.records), log.unparsed, log.header), name)
            self.assertEqual(log.lines, len(log.records) + log.continuation + log.blank + log.header, name)

    def test_text_of_records_is_the_text_of_the_file(self):
        for name in set(COUNTED) - {"w3c-extended"}:
            content = (LOGS / next(case for case in CASES if case["name"] == name)["log"]).read_bytes().decode("utf-8")
            self.assertEqual(content.removesuffix("\n"), "\n".join(record.raw for record in self.logs[name].records), name)

    def test_numbers_counted_with_awk(self):
        def count(name, predicate):
            return len(answer(([], predicate, None), self.logs[name].records))

        # awk '{print $9}' apache-combined.log | sort | uniq -c
        statuses = {"200": 9126, "206": 45, "301": 164, "304": 445, "403": 2, "404": 213, "416": 2, "500": 3}
        # The line with the broken quote has status 200.
        statuses["200"] -= 1
        for status, number in statuses.items():
            self.assertEqual(number, count("apache-combined", is_("status", status)), status)
        # awk '/^\[2016/{print $3}' kafka-state-change.log | sort | uniq -c
        self.assertEqual((114, 3291), (count("kafka-state-change", is_("level", "error")), count("kafka-state-change", is_("level", "trace"))))
        # grep -c '^kafka\.common\.NoReplicaOnlineException'
        self.assertEqual(60, count("kafka-state-change", has("exception")))
        # grep -o '"level":[0-9]*' pino.jsonl | sort | uniq -c
        levels = {"trace": 486, "debug": 3, "info": 1, "error": 10}
        self.assertEqual(levels, {level: count("pino", is_("level", level)) for level in levels})
        # cut -d'|' -f2 loguru.log | sort | uniq -c
        levels = {"fatal": 43, "debug": 41, "error": 46, "info": 38, "notice": 48, "warn": 40}
        self.assertEqual(levels, {level: count("loguru", is_("level", level)) for level in levels})
        # awk '{print $5}' auth.log | sed 's/\[.*//' | sort | uniq -c
        self.assertEqual((4095, 1264), (count("auth", is_("process", "sshd")), count("auth", is_("process", "CRON"))))

    def test_times_of_first_records(self):
        firsts = {
            "apache-combined": "2015-05-17T10:05:03.000Z",
            "shop-access": "2019-01-22T00:26:14.000Z",
            "auth": "2015-03-27T12:06:56.000Z",
            "spark": "2017-06-09T18:10:40.000Z",
            "mongod-4.0": "2019-06-18T10:58:58.382Z",
            "w3c-extended": "2015-01-13T00:32:17.000Z",
            "serilog-clef": "2018-11-12T08:34:45.837Z",
            "caddy": "2025-10-21T04:10:22.315Z",
        }
        self.assertEqual(firsts, {name: format_time(self.logs[name].records[0].fields["time"]) for name in firsts})

    def test_laravel_exceptions(self):
        seen = {record.fields["exception"] for record in self.logs["laravel"].records}
        self.assertIn(
            r"Illuminate\Contracts\Container\BindingResolutionException: Target class [Fruitcake\Cors\HandleCors] does not exist.", seen
        )
        self.assertEqual(4, len(seen))
        messages = [record.fields["message"] for record in self.logs["laravel"].records]
        self.assertFalse(any(re.search(r"^\[stacktrace\]", message, re.MULTILINE) for message in messages))


if __name__ == "__main__":
    unittest.main()
