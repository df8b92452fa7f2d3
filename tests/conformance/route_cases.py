"""Cases of each path in the daemon's own description: what HEAD, a method that
is not there, and a Content-Length say of it."""

import json
import re

from cases import Case, check, get, goes_on, request
from wire import demand


def route_cases(document):
    cases = []
    for path, operations in json.loads(document)["paths"].items():
        methods = {method.upper() for method in operations}
        # A GET that changes something is called so, and has no HEAD.
        if not operations.get("get", {"operationId": "Get"})[
                "operationId"].endswith("Get"):
            methods.add("HEAD")
        cases += cases_of(path, methods)
    return cases


def cases_of(path, methods):
    # Numbers are names, indices and, to find nothing, UUIDs.
    target = re.sub(r"\{(ticket|lease)\}",
                    "01234567-89ab-4def-8123-456789abcdef", path)
    target = re.sub(r"\{[a-z]+\}", "7", target).encode()
    if path == "/events":
        target += b"?timeout=1ms"  # else it never ends
    cases = [
        Case(f"{method} {path}", "9110 15.5.6",
             request(method.encode() + b" " + target),
             not_allowed(methods, to_head=method == "HEAD"))
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH",
                       "OPTIONS"] if method not in methods]
    if "HEAD" in methods:
        cases.append(Case(f"HEAD {path} is as GET", "9110 9.3.2",
                          request(b"HEAD " + target) + get(target=target),
                          same_twice))
    return cases


def not_allowed(methods, to_head):
    def expect(wire, send):
        answer = wire.answer(to_head)
        check(answer, [405], {})
        allow = answer.one("allow") or ""
        demand(set(allow.split(", ")) == methods, "Allow is", allow)
        goes_on(wire, send)
    return expect


def same_twice(wire, send):
    """The answer to HEAD, then that to GET: they differ in the body alone."""
    head, whole = wire.answer(to_head=True), wire.answer()
    demand(head.status == whole.status, head.status, "and", whole.status)
    demand(head.one("content-type") == whole.one("content-type"),
           "Content-Type differs")
    # Not of the same number: a count may have grown in between.
    demand(head.one("content-length") or head.one("transfer-encoding"),
           "no Content-Length")
    goes_on(wire, send)
