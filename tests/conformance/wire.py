"""One connection to the daemon, as bytes; and a reader of answers that takes
none that RFC 9110 and 9112 do not allow."""

import re
import select
import socket
from dataclasses import dataclass

# How long an answer may take on a busy machine, and how long a daemon that is
# to wait for more is watched. Both in seconds.
PATIENCE = 30
QUIET = 0.3

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [\t -~]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*?)[ \t]*")


class Wrong(Exception):
    """What came back is not what had to."""


def demand(holds, *what):
    if not holds:
        raise Wrong(" ".join(str(word) for word in what))


@dataclass
class Answer:
    status: int
    fields: list  # of (name in lower case, value)
    body: bytes = b""

    def all(self, name):
        return [value for its, value in self.fields if its == name]

    def one(self, name):
        """The value of a field that is there once, or None."""
        values = self.all(name)
        demand(len(values) < 2, name, "is there twice:", values)
        return values[0] if values else None

    def says_close(self):
        return self.one("connection") == "close"


class Wire:
    """To use in a `with` block. `address`: a path, or a host and a port."""

    def __init__(self, address):
        remote = isinstance(address, tuple)
        self.socket = socket.socket(
            socket.AF_INET if remote else socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.read = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """A daemon that has refused and closed need not take it all."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def end_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def is_quiet(self):
        """Whether nothing comes for a while, and no end either."""
        return not self.read and not select.select(
            [self.socket], [], [], QUIET)[0]

    def is_at_end(self):
        """Waits for the end; false if something else comes instead."""
        return not self.read and not self._more()

    def answer(self, to_head=False):
        status = STATUS_LINE.fullmatch(self._line())
        demand(status, "no status line")
        fields = []
        while line := self._line():
            field = FIELD.fullmatch(line)
            demand(field, "no field:", line)
            fields.append((field[1].decode().lower(), field[2].decode()))
        answer = Answer(int(status[1]), fields)
        if answer.status >= 200:
            demand(answer.one("date"), "no Date")
            answer.body = self._body(answer, to_head)
        return answer

    def _body(self, answer, to_head):
        length, coding = (answer.one("content-length"),
                          answer.one("transfer-encoding"))
        demand(not (length and coding), "two ends for one body")
        if answer.status == 204:
            demand(not length and not coding, "204 with a frame of a body")
            return b""
        demand(length or coding == "chunked" or answer.says_close(),
               "nothing says where the body ends")
        if to_head:
            return b""
        if length:
            return self._exactly(int(length))
        return self._chunks() if coding else self._rest()

    def _chunks(self):
        body = b""
        while size := int(self._line(), 16):
            body += self._exactly(size)
            demand(self._line() == b"", "no line end after a chunk")
        demand(self._line() == b"", "trailers")
        return body

    def _line(self):
        while b"\r\n" not in self.read:
            demand(self._more(), "the connection ends in:", self.read)
        line, self.read = self.read.split(b"\r\n", 1)
        return line

    def _exactly(self, count):
        while len(self.read) < count:
            demand(self._more(), "the connection ends in a body")
        data, self.read = self.read[:count], self.read[count:]
        return data

    def _rest(self):
        while self._more():
            pass
        data, self.read = self.read, b""
        return data

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        except TimeoutError:
            raise Wrong(f"neither an answer nor an end in {PATIENCE} s") \
                from None
        self.read += data
        return bool(data)


def fetch(path, target):
    """The body that a GET has for its answer, on a Unix socket."""
    with Wire(path) as wire:
        wire.send(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = wire.answer()
    demand(answer.status == 200, "no", target)
    return answer.body
