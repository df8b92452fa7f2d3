"""What the two public suites called h1spec ask of a server, those by
uNetworking and by dropseed (with its strict cases), told anew. They ask for /,
and want bodies echoed; here it is a path that exists, and a message that is
taken from its queue. What comes back is looked at more closely here: a request
that is refused has to be the last of its connection, and one that is answered
must not be, unless it says so."""

from cases import (Case, HOST, answered, answered_each, asked_for_body, chunked,
                   closed, ends_with_client, get, head_only, put, refused,
                   request, waits)

WHOLE = get()


def cut_after(text, rfc):
    """A request that stops behind `text`, and goes on later."""
    at = WHOLE.index(text) + len(text)
    return Case(f"waits for the rest after {text!r}", rfc, WHOLE[:at],
                waits(WHOLE[at:]))


def take(queue):
    return request(b"POST /queues/" + queue + b"/head")


UNETWORKING = [
    cut_after(b"G", "9112 3"),
    cut_after(b"GET ", "9112 3"),
    cut_after(b"GET /version", "9112 3"),
    cut_after(b"GET /version ", "9112 3"),
    cut_after(b"GET /version HTTP", "9112 3"),
    cut_after(b"GET /version HTTP/1.1", "9112 3"),
    cut_after(b"GET /version HTTP/1.1\r", "9112 3"),
    cut_after(b"GET /version HTTP/1.1\r\n", "9112 3"),
    cut_after(b"\r\nHos", "9112 5"),
    cut_after(b"\r\nHost:", "9112 5"),
    cut_after(b"\r\nHost: ", "9112 5"),
    cut_after(b"\r\nHost: example.com", "9112 5"),
    cut_after(b"\r\nHost: example.com\r", "9112 5"),
    cut_after(b"\r\nHost: example.com\r\n", "9112 5"),
    cut_after(b"\r\nHost: example.com\r\n\r", "9112 2.1"),
    Case("a request line without a version", "9112 3",
         b"GET /version \r\n\r\n", refused()),
    # There is no body to ask for: the answer itself comes at once.
    Case("an expectation without a body", "9110 10.1.1",
         get(b"Expect: 100-continue"), answered(200)),
    Case("a plain GET", "9112 3", get(), answered(200)),
    Case("a field name in other letters, a tab, an empty field", "9112 5",
         b"GET /version HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n",
         answered(200)),
    Case("brackets in a field name", "9110 5.1", get(b"X-Invalid[]: test"),
         refused()),
    Case("no Host", "9112 3.2",
         b"GET /version HTTP/1.1\r\nContent-Length: 5\r\n\r\n", refused()),
    Case("two Hosts", "9112 3.2", get(b"Host: example.org"), refused()),
    Case("a length below any number", "9110 8.6",
         get(b"Content-Length: -123456789123456789123456789"), refused()),
    Case("a length below 0", "9110 8.6", get(b"Content-Length: -1234"),
         refused()),
    Case("a length in letters", "9110 8.6", get(b"Content-Length: abc"),
         refused()),
    Case("an empty field", "9110 5.5", get(b"X-Empty-Header: "),
         answered(200)),
    Case("a control character in a field", "9110 5.5",
         get(b"X-Bad-Control-Char: test\x07"), refused()),
    Case("a version that there is not", "9110 6.2",
         b"GET /version HTTP/9.9\r\n" + HOST + b"\r\n", refused(505)),
    Case("something before the request", "9112 2.2",
         b"Extra lineGET /version HTTP/1.1\r\n" + HOST + b"\r\n", refused()),
    Case("a carriage return alone at a line's start", "9112 2.2",
         get(b"\rSome-Header: Test"), refused()),
    Case("a body with a length", "9112 6.2",
         put(b"u-length", b"Content-Length: 5", body=b"hello") +
         take(b"u-length"), answered_each(201, 200, body=b"hello")),
    Case("a body in chunks", "9112 7.1",
         chunked(b"u-chunks", b"c\r\nHellO world1\r\n0\r\n\r\n") +
         take(b"u-chunks"), answered_each(201, 200, body=b"HellO world1")),
    # Either reading would do for that suite; refusing is the safe one.
    Case("chunks and a length, in letters of any case", "9112 6.1",
         put(b"u-both", b"content-LengtH: 5", b"TransFer-Encoding: chunked",
             body=b"c\r\nHellO world1\r\n0\r\n\r\n"), refused()),
]

FLOOD = [b"X-H-%d: value" % i for i in range(101)]

DROPSEED = [
    Case("a plain GET, then the client's end", "9112 9.6", get(),
         ends_with_client(200)),
    Case("a body with a length is no error", "9112 6.2",
         put(b"d-length", b"Content-Length: 5", body=b"hello"),
         ends_with_client(201)),
    # That suite takes any status but 400 here, and for CONNECT.
    Case("OPTIONS of the whole server", "9112 3.2.4", request(b"OPTIONS *"),
         answered(405, allow="")),
    Case("a target with scheme and host", "9112 3.2.2",
         get(target=b"http://example.com/version"), answered(200)),
    Case("a target for a proxy to connect to", "9110 9.3.6",
         request(b"CONNECT example.com:443"), answered(405)),
    Case("the line of HTTP/2.0", "9110 6.2",
         b"GET /version HTTP/2.0\r\n" + HOST + b"\r\n", refused(505)),
    Case("a request line of method and target", "9112 3",
         b"GET /version\r\n" + HOST + b"\r\n", refused()),

    Case("no field at all", "9112 3.2", b"GET /version HTTP/1.1\r\n\r\n",
         refused()),
    Case("one Host too many", "9112 3.2", get(b"Host: example.com"),
         refused()),
    Case("a Host of two words", "9112 3.2",
         b"GET /version HTTP/1.1\r\nHost: bad host\r\n\r\n", refused()),
    Case("a space in a field name", "9112 5.1", get(b"Bad Header: value"),
         refused()),
    Case("a Host that goes on in the next line", "9112 5.2",
         get(b"  continued"), refused()),
    Case("a space before the colon of Host", "9112 5.1",
         b"GET /version HTTP/1.1\r\nHost : example.com\r\n\r\n", refused()),
    Case("NUL in Host", "9110 5.5",
         b"GET /version HTTP/1.1\r\nHost: local\0host\r\n\r\n", refused()),

    Case("chunks are no error", "9112 7.1",
         chunked(b"d-chunks", b"5\r\nhello\r\n0\r\n\r\n"),
         ends_with_client(201)),
    Case("chunks in HTTP/1.0", "9112 6.1",
         b"PUT /queues/d-old HTTP/1.0\r\n" + HOST +
         b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
         refused()),
    Case("chunks and a length", "9112 6.1",
         chunked(b"d-both", b"5\r\nhello\r\n0\r\n\r\n", b"Content-Length: 5"),
         refused()),
    # Strict: nothing behind it is read.
    Case("a request behind chunks and a length", "9112 6.1",
         chunked(b"d-both", b"5\r\nhello\r\n0\r\n\r\n", b"Content-Length: 5") +
         get(b"Connection: close"), refused()),
    # RFC 9112 would rather have 501. A coding is refused as all is that a proxy
    # could read in another way.
    Case("a coding that there is not", "9112 6.1",
         put(b"d-coding", b"Transfer-Encoding: nonsense", body=b"hello"),
         refused()),
    Case("chunks that are not the last coding", "9112 6.1",
         put(b"d-coding", b"Transfer-Encoding: chunked, gzip",
             body=b"5\r\nhello\r\n0\r\n\r\n") + get(b"Connection: close"),
         refused()),
    Case("a length that is no number", "9110 8.6",
         put(b"d-xyz", b"Content-Length: xyz", body=b"hello"), refused()),
    Case("two lengths", "9112 6.3",
         put(b"d-two", b"Content-Length: 5", b"Content-Length: 7",
             body=b"hello!!"), refused()),
    Case("a chunk size that is no number", "9112 7.1",
         chunked(b"d-size", b"Z\r\nhello\r\n0\r\n\r\n") +
         get(b"Connection: close"), refused()),
    Case("a chunk without a line end", "9112 7.1",
         chunked(b"d-end", b"5\r\nhello0\r\n\r\n") + get(b"Connection: close"),
         refused()),
    Case("a body that asks first", "9110 10.1.1",
         put(b"d-expect", b"Content-Length: 5", b"Expect: 100-continue"),
         asked_for_body(b"hello", 201)),

    Case("HEAD", "9110 9.3.2", request(b"HEAD /version"), head_only(200)),
    # Methods are case-sensitive. Each answer's end is looked at, in all cases.
    Case("a refusal says where it ends", "9112 6.3", request(b"get /version"),
         answered(405, allow="GET, HEAD")),

    Case("two requests on one connection", "9112 9.3", get(), answered(200)),
    Case("Connection: close", "9112 9.6", get(b"Connection: close"),
         closed(200)),
    Case("HTTP/1.0", "9112 9.3", b"GET /version HTTP/1.0\r\n" + HOST + b"\r\n",
         closed(200)),

    Case("a target that is too long", "9110 15.5.15",
         get(target=b"/" + b"a" * 9000), refused(414)),
    Case("a hundred fields and one", "9110 5.4", get(*FLOOD), answered(200)),
    Case("a field of 9000 bytes", "9110 5.4", get(b"X-Big: " + b"x" * 9000),
         answered(200)),
]
