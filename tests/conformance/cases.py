"""The words in which the tables of cases are written: requests, and what has to
come back for them."""

from dataclasses import dataclass
from typing import Callable

from wire import Wire, demand

HOST = b"Host: example.com\r\n"
PROBE = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"


@dataclass
class Case:
    name: str
    rfc: str  # number and section
    sent: bytes
    # Gets the connection on which `sent` was sent, and a way to send more.
    expect: Callable


def request(line, *fields, body=b""):
    """A request of HTTP/1.1 with a Host."""
    return (line + b" HTTP/1.1\r\n" + HOST +
            b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body)


def get(*fields, target=b"/version"):
    return request(b"GET " + target, *fields)


def put(queue, *fields, body=b""):
    return request(b"PUT /queues/" + queue, *fields, body=body)


def chunked(queue, body, *fields):
    return put(queue, b"Transfer-Encoding: chunked", *fields, body=body)


# --- what has to come back ---------------------------------------------

def answered(*statuses, body=None, **fields):
    """One answer with one of these statuses, this body and these fields, and
    the connection goes on: the next request on it is read from its first
    byte."""
    def expect(wire: Wire, send):
        answer = wire.answer()
        check(answer, statuses, fields)
        demand(body in (None, answer.body), "the body is", answer.body)
        goes_on(wire, send)
    return expect


def answered_each(*statuses, body=None):
    """Answers to several requests, in their order, the last with this body; and
    the connection goes on."""
    def expect(wire, send):
        for status in statuses:
            answer = wire.answer()
            check(answer, [status], {})
        demand(body in (None, answer.body), "the body is", answer.body)
        goes_on(wire, send)
    return expect


def closed(*statuses, **fields):
    """One answer that says that it is the last; nothing sent behind the
    request is answered."""
    def expect(wire, send):
        send(PROBE)
        answer = wire.answer()
        check(answer, statuses, fields)
        demand(answer.says_close(), "no Connection: close")
        demand(wire.is_at_end(), "more comes than one answer")
    return expect


def refused(*statuses):
    """The same, for a request that can't be read: whatever stands behind it is
    not done."""
    return closed(*(statuses or [400]))


def head_only(*statuses):
    """The answer to a HEAD, without a body."""
    def expect(wire, send):
        check(wire.answer(to_head=True), statuses, {})
        goes_on(wire, send)
    return expect


def waits(rest, *statuses):
    """Nothing, until the rest is sent."""
    def expect(wire, send):
        demand(wire.is_quiet(), "an answer to half a request:", wire.read)
        send(rest)
        for status in statuses or [200]:
            check(wire.answer(), [status], {})
        goes_on(wire, send)
    return expect


def asked_for_body(body, *statuses):
    """100 Continue, and after the body the answer."""
    def expect(wire, send):
        check(wire.answer(), [100], {})
        send(body)
        check(wire.answer(), statuses, {})
        goes_on(wire, send)
    return expect


def ends_with_client(*statuses):
    """The answers, though the client says that nothing more will come."""
    def expect(wire, _):
        wire.end_sending()
        for status in statuses:
            check(wire.answer(), [status], {})
        demand(wire.is_at_end(), "more comes than the answers")
    return expect


def check(answer, statuses, fields):
    demand(answer.status in statuses, "the status is", answer.status,
           answer.body)
    for name, value in fields.items():
        demand(answer.one(name) == value, name, "is", answer.one(name))


def goes_on(wire, send):
    demand(not wire.read, "more comes than the answer:", wire.read)
    send(PROBE)
    check(wire.answer(), [200], {})
