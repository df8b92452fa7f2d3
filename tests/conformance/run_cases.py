"""Runs tables of cases against a daemon, on its Unix socket and over TCP."""

import re
from concurrent.futures import ThreadPoolExecutor

from wire import Wire, Wrong

# Most of the time of a case is that in which the daemon must stay quiet.
AT_ONCE = 16


class Unix:
    name = "on the Unix socket"

    def __init__(self, daemon):
        self.address = daemon.socket

    def dressed(self, sent):
        return sent


class Tcp:
    name = "over TCP"

    def __init__(self, daemon):
        self.address = daemon.tcp
        self.token = daemon.answer("daemon", "token").encode()

    def dressed(self, sent):
        """With the token in each request, behind its Host."""
        return re.sub(rb"(?i)(\r\nhost:[ \t]*example\.com\r\n)",
                      rb"\1Authorization: Bearer " + self.token + rb"\r\n",
                      sent)


def run_cases(daemon, tables):
    """Tells of each case that fails; returns whether none did."""
    failed = 0
    for way in Unix(daemon), Tcp(daemon):
        for title, cases in tables:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                faults = list(pool.map(lambda case: fault_of(case, way), cases))
            for case, fault in zip(cases, faults):
                if fault:
                    print(f"FAILED: {title}, {way.name}: {case.name} "
                          f"(RFC {case.rfc}): {fault}")
            good = faults.count("")
            print(f"{title}, {way.name}: {good} of {len(cases)}")
            failed += len(cases) - good
    return not failed


def fault_of(case, way):
    with Wire(way.address) as wire:
        sent = way.dressed(case.sent)
        # The token may stand in what is sent only later.
        def send(more):
            wire.send(way.dressed(case.sent + more)[len(sent):])
        wire.send(sent)
        try:
            case.expect(wire, send)
        except Wrong as wrong:
            return str(wrong)
    return ""
