"""Filters with their translation by hand, and sorts, that are asked of the logs; grouped by what the logs hold.

A question is (arguments of `taillight query`, predicate or None, sort key or None). There is no parser of the query
language here on purpose: what a filter means is stated a second time, by a person who read the contract.
"""

import re

from datetime import timezone

from predicates import (
    above, all_, any_, at_least, at_most, below, exactly, has, in_network, is_, matches, no, one_of, raw_matches, value_of,
    word,
)
from values import LEVELS, iso_ms


def filtered(text, predicate):
    return (["--filter", text], predicate, None)


def utc(text):
    return iso_ms(text, timezone.utc)


def between(low, high):
    return all_(at_least("time", utc(low)), below("time", utc(high)))


def sort(argument):
    """`--sort field[:desc]`: stable, absent last either way, ties in file order also where it descends."""
    name, _, direction = argument.partition(":")
    return (["--sort", argument], None, (name, direction == "desc"))


ANY_ACCESS = [
    filtered("status >= 500", at_least("status", 500)),
    filtered("status : 404", is_("status", "404")),
    filtered("not status : 200", no(is_("status", "200"))),
    filtered("status : (404 or 403 or 416)", one_of("status", "404", "403", "416")),
    filtered("method : get", is_("method", "get")),
    filtered("method = get", exactly("method", "get")),
    filtered("method = GET", exactly("method", "GET")),
    filtered("status = 304", exactly("status", "304")),
    filtered("query : *", has("query")),
    filtered("not query : *", no(has("query"))),
    filtered("request : *", has("request")),
    filtered("status >= 400 and not method : GET", all_(at_least("status", 400), no(is_("method", "GET")))),
    filtered(
        "status : 404 or status : 200 and method : HEAD",
        any_(is_("status", "404"), all_(is_("status", "200"), is_("method", "HEAD"))),
    ),
    filtered(
        "(status : 404 or status : 200) AND method : HEAD",
        all_(any_(is_("status", "404"), is_("status", "200")), is_("method", "HEAD")),
    ),
    filtered("NOT method : GET status : 200", all_(no(is_("method", "GET")), is_("status", "200"))),
    filtered("not (status : 200 or method : GET)", no(any_(is_("status", "200"), is_("method", "GET")))),
    filtered("level >= warn", at_least("level", "warn")),
    filtered("level : warn", is_("level", "warn")),
    filtered("level < warn and bytes > 100000", all_(below("level", "warn"), above("bytes", 100000))),
    filtered("bytes > 1000000 or bytes : 0", any_(above("bytes", 1000000), is_("bytes", "0"))),
    filtered("bytes <= 17", at_most("bytes", 17)),
    filtered("not bytes : *", no(has("bytes"))),
    filtered("user_agent ~ /googlebot\\/\\d/i", matches("user_agent", r"googlebot/\d", re.IGNORECASE)),
    filtered('user_agent ~ "Googlebot|bingbot"', matches("user_agent", "Googlebot|bingbot")),
    filtered('~ /" 40[34] \\d/', raw_matches(r'" 40[34] [0-9]')),
    filtered("googlebot", word("googlebot")),
    filtered("mozilla LINUX", all_(word("mozilla"), word("linux"))),
    filtered('"(KHTML, like gecko)" and not chrome', all_(word("(KHTML, like gecko)"), no(word("chrome")))),
    filtered("referrer : *google* or referrer : *GOOGLE*", is_("referrer", "*google*")),
    filtered("client_ip : 66.249.0.0/16", in_network("client_ip", "66.249.0.0/16")),
    filtered('client_ip : "2001:db8::/32"', in_network("client_ip", "2001:db8::/32")),
    filtered('path < "/b"', below("path", "/b")),
    filtered("not _parsed : true", no(is_("_parsed", "true"))),
    sort("bytes:desc"),
    sort("bytes"),
    sort("status:desc"),
    sort("user_agent"),
    sort("time"),
    sort("query:desc"),
]

APACHE = [
    *ANY_ACCESS,
    filtered('path : "/presentations/*"', is_("path", "/presentations/*")),
    filtered("path : /robots.txt", is_("path", "/robots.txt")),
    filtered("path : /ROBOTS.TXT", is_("path", "/robots.txt")),
    filtered("path = /ROBOTS.TXT", exactly("path", "/ROBOTS.TXT")),
    filtered("path : /files/", is_("path", "/files/")),
    filtered("path : /files/*.gz", is_("path", "/files/*.gz")),
    filtered('path ~ "^/blog/.*/$"', matches("path", "^/blog/.*/$")),
    filtered('referrer : "*semicomplete*" and not path : *.png', all_(is_("referrer", "*semicomplete*"), no(is_("path", "*.png")))),
    filtered('time >= "2015-05-18" and time < "2015-05-18T12:00:00Z"', between("2015-05-18 00:00", "2015-05-18 12:00")),
    filtered('time : "2015-05-18 10"', between("2015-05-18 10:00", "2015-05-18 11:00")),
    filtered('time : "2015-05-19"', between("2015-05-19 00:00", "2015-05-20 00:00")),
    (["--from", "2015-05-18T10:05:00Z", "--to", "2015-05-18T10:05:30Z"], between("2015-05-18 10:05:00", "2015-05-18 10:05:30"), None),
    (
        ["--filter", "status : 404", "--sort", "time", "--limit", "7"],
        is_("status", "404"),
        ("time", False, 7),
    ),
]

GENERATED_ACCESS = [
    *ANY_ACCESS,
    filtered("path : /static/* and status : 200", all_(is_("path", "/static/*"), is_("status", "200"))),
    filtered('path : "*%EC%83%81*"', is_("path", "*%EC%83%81*")),
    filtered('request : "-"', is_("request", "-")),
    filtered("user : ALICE", is_("user", "alice")),
    filtered('time : "2026-03-01 10"', between("2026-03-01 10:00", "2026-03-01 11:00")),
    filtered('"say \\\\\\"hello"', word('say \\"hello')),
    filtered("σίσυφος", word("σίσυφος")),
]

PINO = [
    filtered("level : error", is_("level", "error")),
    filtered("level >= warn", at_least("level", "warn")),
    filtered("level < info", below("level", "info")),
    filtered("err.type : typeerror", is_("err.type", "typeerror")),
    filtered("err.type = typeerror", exactly("err.type", "typeerror")),
    filtered("exception : *", has("exception")),
    filtered('exception : "cannot READ"', is_("exception", "cannot read")),
    filtered('message : "request completed"', is_("message", "request completed")),
    filtered("message : COMPLETED", is_("message", "completed")),
    filtered('message = "request completed"', exactly("message", "request completed")),
    filtered("message = completed", exactly("message", "completed")),
    filtered("duration > 500", above("duration", 500)),
    filtered("duration : *", has("duration")),
    filtered("status >= 400 or duration >= 900", any_(at_least("status", 400), at_least("duration", 900))),
    filtered("client_ip : 10.0.0.0/29", in_network("client_ip", "10.0.0.0/29")),
    filtered("path : /p/1*", is_("path", "/p/1*")),
    filtered("not request_id : *", no(has("request_id"))),
    filtered("홍길동", word("홍길동")),
    filtered("timeout", word("timeout")),
    filtered('"\\"level\\":30"', word('"level":30')),
    filtered("no_such_field : 1", lambda record: False),
    filtered("not no_such_field : 1", lambda record: True),
    filtered("pid : * and not host : *", all_(has("pid"), no(has("host")))),
    sort("duration:desc"),
    sort("message"),
    sort("level:desc"),
]

GENERATED_JSON = [
    *PINO,
    filtered("tenant : *", has("tenant")),
    filtered("cart.total >= 1000 and cart.items : 3", all_(at_least("cart.total", 1000), is_("cart.items", "3"))),
    filtered('orderId : "900719925474099*"', is_("orderId", "900719925474099*")),
    filtered("customer : *", has("customer")),
    filtered("req.headers.dnt : true", is_("req.headers.dnt", "true")),
    filtered("query : *page=1*", is_("query", "*page=1*")),
    filtered("span_id : *", has("span_id")),
]

CLEF = [
    filtered("level : error", is_("level", "error")),
    filtered("level : trace", is_("level", "trace")),
    filtered("logger : umbraco.core.*", is_("logger", "umbraco.core.*")),
    filtered("Duration >= 10", at_least("Duration", 10)),
    filtered("Duration : 0", is_("Duration", "0")),
    filtered("not HttpRequestNumber : *", no(has("HttpRequestNumber"))),
    filtered('message : "*{Runtime}*"', is_("message", "*{Runtime}*")),
    filtered("thread : 7", is_("thread", "7")),
    filtered("exception : antiforgery", is_("exception", "antiforgery")),
    filtered('message : "Timing {TimingId}"', is_("message", "Timing {TimingId}")),
    filtered('time >= "2018-11-12T08:35:00Z"', at_least("time", utc("2018-11-12T08:35:00Z"))),
    filtered("umbraco and not debug", all_(word("umbraco"), no(word("debug")))),
    sort("Duration:desc"),
]

KAFKA = [
    filtered("level : error", is_("level", "error")),
    filtered("logger = state.change.logger", exactly("logger", "state.change.logger")),
    filtered("logger = State.Change.Logger", exactly("logger", "State.Change.Logger")),
    filtered("level < debug", below("level", "debug")),
    filtered("exception : *", has("exception")),
    filtered("exception : NoReplicaOnlineException", is_("exception", "NoReplicaOnlineException")),
    filtered('exception : "[test,"', is_("exception", "[test,")),
    filtered('message : "partition [test,"', is_("message", "partition [test,")),
    filtered('message : "controller 0 EPOCH 36"', is_("message", "Controller 0 epoch 36")),
    filtered("message : from*to*failed", is_("message", "from*to*failed")),
    filtered('"Live brokers"', word("Live brokers")),
    filtered("~ /at kafka\\.Kafka\\$\\.main/", raw_matches(r"at kafka\.Kafka\$\.main")),
    filtered("~ /TRACE[\\s\\S]*ERROR/", raw_matches(r"TRACE[\s\S]*ERROR")),
    filtered('level : error and not "Kafka.main"', all_(is_("level", "error"), no(word("Kafka.main")))),
    filtered("_raw : zkclient", is_("_raw", "zkclient")),
    sort("message:desc"),
]

GENERATED_APP = [
    filtered("level >= warn", at_least("level", "warn")),
    filtered("level : (debug or trace)", one_of("level", "debug", "trace")),
    filtered("logger : *.OrderService", is_("logger", "*.OrderService")),
    filtered("logger = com.example.shop.orderservice", exactly("logger", "com.example.shop.orderservice")),
    filtered("thread : main and level : info", all_(is_("thread", "main"), is_("level", "info"))),
    filtered("thread : http-nio-*", is_("thread", "http-nio-*")),
    filtered("exception : *", has("exception")),
    filtered("exception : java.lang.*closed", is_("exception", "java.lang.*closed")),
    filtered("exception : KEYERROR", is_("exception", "KeyError")),
    filtered('message : "third line"', is_("message", "third line")),
    filtered("message ~ /^order \\d+ of (alice|bob)/", matches("message", r"^order [0-9]+ of (alice|bob)")),
    filtered('"caused by"', word("caused by")),
    filtered("~ /Handler\\.java:1\\d\\)/", raw_matches(r"Handler\.java:1[0-9]\)")),
    filtered("ΣΊΣΥΦΟΣ", word("σίσυφος")),
    filtered('"σίσυφος ΣΊΣΥΦΟΣ"', word("ΣΊΣΥΦΟΣ σίσυφος")),
    filtered("STRASSE", word("strasse")),
    filtered("straße", word("STRAẞE")),
    filtered("지연 or 초과", any_(word("지연"), word("초과"))),
    filtered('not message : "user" and level : info', all_(no(is_("message", "user")), is_("level", "info"))),
    sort("logger"),
    sort("level:desc"),
]

LOGURU = [
    filtered("level >= error", at_least("level", "error")),
    filtered('message : "multi"', is_("message", "multi")),
    filtered('message = "multi*line"', exactly("message", "multi*line")),
    filtered("exception : keyerror", is_("exception", "keyerror")),
    filtered("사용자", word("사용자")),
    filtered('message : "[retry 3/5]"', is_("message", "[retry 3/5]")),
    filtered("line : 20", is_("line", "20")),
]

SPARK = [
    filtered("logger : *executor*", is_("logger", "*executor*")),
    filtered("message ~ /stage \\d+\\.0/", matches("message", r"stage [0-9]+\.0")),
    filtered("not logger : executor.* and bytes", all_(no(is_("logger", "executor.*")), word("bytes"))),
]

MONGOD = [
    filtered("component : command and thread : conn1", all_(is_("component", "command"), is_("thread", "conn1"))),
    filtered('message : "protocol:op_msg" and not component : command', all_(is_("message", "protocol:op_msg"), no(is_("component", "command")))),
    filtered('time >= "2019-06-18T12:00:00+01:00"', at_least("time", utc("2019-06-18T11:00:00Z"))),
]

SYSLOG = [
    filtered("process : sshd and message : failed", all_(is_("process", "sshd"), is_("message", "failed"))),
    filtered("process : cron", is_("process", "cron")),
    filtered("pid < 1400", below("pid", 1400)),
    filtered("not pid : *", no(has("pid"))),
    filtered('message ~ /port \\d+ ssh2/', matches("message", r"port [0-9]+ ssh2")),
    filtered("host : IP-10-*", is_("host", "ip-10-*")),
    filtered('"invalid user" or "authentication failure"', any_(word("invalid user"), word("authentication failure"))),
    sort("process"),
    sort("pid:desc"),
]

W3C = [
    filtered("status : 200", is_("status", "200")),
    filtered("duration >= 400", at_least("duration", 400)),
    filtered("user_agent : *bot*", is_("user_agent", "*bot*")),
    filtered("query : *", has("query")),
    filtered('path : "*.php"', is_("path", "*.php")),
    filtered("`s-port` : 80", is_("s-port", "80")),
    filtered("`sc-win32-status` > 0", above("sc-win32-status", 0)),
]

LOGFMT = [
    filtered("status >= 500", at_least("status", 500)),
    filtered("attempt >= 5 and component : k*", all_(at_least("attempt", 5), is_("component", "k*"))),
    filtered('message : "retry \\"k"', is_("message", 'retry "k')),
    filtered("ratio < 0.5", below("ratio", 0.5)),
    filtered("duration > 1000", above("duration", 1000)),
]

CSV = [
    filtered("service : k*", is_("service", "k*")),
    filtered("not status : *", no(has("status"))),
    filtered('message : "second"', is_("message", "second")),
    filtered("user : alice and duration < 100", all_(is_("user", "alice"), below("duration", 100))),
    filtered("~ /first line\\nsecond/", raw_matches("first line\nsecond")),
]


def answer(question, records):
    """The line numbers that a question must give, in order."""
    _, predicate, order = question
    found = [record for record in records if predicate is None or predicate(record)]
    if order is not None:
        name, descending, *limit = order
        present = [record for record in found if value_of(record, name) is not None]
        absent = [record for record in found if value_of(record, name) is None]
        present.sort(key=sort_key(name))
        if descending:
            # A stable descending order keeps ties in file order, which reversing would not.
            groups = {}
            for record in present:
                groups.setdefault(sort_key(name)(record), []).append(record)
            present = [record for key in reversed(groups) for record in groups[key]]
        found = present + absent
        if limit:
            found = found[: limit[0]]
    return [record.line for record in found]


def sort_key(name):
    if name == "level":
        return lambda record: LEVELS.index(value_of(record, name))
    return lambda record: value_of(record, name)
