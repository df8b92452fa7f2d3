"""What both suites leave out of a connection's course."""

import base64

from cases import (Case, HOST, answered, answered_each, closed,
                   ends_with_client, get, head_only, put, request)
from chunk_cases import chunks
from length_cases import length

SETTINGS = base64.urlsafe_b64encode(b"\0\3\0\0\0\x64").rstrip(b"=")

CONNECTION = [
    Case("five requests in their order", "9112 9.3.2",
         get() + get(target=b"/none") + request(b"DELETE /queues/none") +
         get(target=b"/status") + get(target=b"/queues/none"),
         answered_each(200, 404, 204, 200, 400)),
    Case("bodies and none in turn", "9112 9.3.2",
         length(b"5") + get() + chunks(b"1\r\na\r\n0\r\n\r\n") + get(),
         answered_each(201, 200, 201, 200)),
    Case("what is behind close is not done", "9112 9.6",
         get(b"Connection: close") + put(b"behind"), closed(200)),
    Case("close among others", "9112 9.6",
         get(b"Connection: foo, Close , bar"), closed(200)),
    Case("close in a second field", "9112 9.6",
         get(b"Connection: keep-alive", b"Connection: close"), closed(200)),
    Case("a word that begins with close", "9112 9.6",
         get(b"Connection: closed"), answered(200)),
    Case("keep-alive", "9112 9.3", get(b"Connection: keep-alive"),
         answered(200)),
    # It may be kept; a proxy in between that does not know of it would hang.
    Case("keep-alive in HTTP/1.0", "9112 9.3",
         b"GET /version HTTP/1.0\r\n" + HOST +
         b"Connection: keep-alive\r\n\r\n", closed(200)),
    Case("HTTP/1.0 without a Host", "9112 3.2",
         b"GET /version HTTP/1.0\r\n\r\n", closed(200, 403)),
    Case("an upgrade to WebSocket", "9110 7.8",
         get(b"Connection: Upgrade", b"Upgrade: websocket",
             b"Sec-WebSocket-Version: 13",
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), answered(200)),
    Case("an upgrade to HTTP/2", "9110 7.8",
         get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
             b"HTTP2-Settings: " + SETTINGS), answered(200)),
    Case("three requests, then the client's end", "9112 9.6",
         get() + get() + get(), ends_with_client(200, 200, 200)),
    Case("half a request, then the client's end", "9112 8", get()[:-2],
         ends_with_client()),
    Case("half a body, then the client's end", "9112 8",
         length(b"5", b"hell"), ends_with_client()),
    Case("204 has no body", "9110 15.3.5", request(b"DELETE /queues/none"),
         answered(204)),
    Case("HEAD of what changes something", "9110 9.3.2",
         request(b"HEAD /fifo/new"), head_only(405)),
    Case("HEAD of a path that there is not", "9110 9.3.2",
         request(b"HEAD /none"), head_only(404)),
]
