"""What both suites leave out of bodies with a length, and of asking before one
is sent."""

from cases import (Case, HOST, answered, asked_for_body, chunked, closed, get,
                   put, refused, request, waits)


def length(value, body=b"hello"):
    return put(b"m-length", b"Content-Length: " + value, body=body)


INNER = b"GET /none HTTP/1.1\r\n\r\n"

LENGTH = [
    Case("a list of one length twice", "9110 8.6", length(b"5, 5"), refused()),
    Case("one without room", "9110 8.6", length(b"5,5"), refused()),
    Case("one length twice", "9112 6.3",
         put(b"m-length", b"Content-Length: 5", b"Content-Length: 5",
             body=b"hello"), refused()),
    Case("a length with a plus", "9110 8.6", length(b"+5"), refused()),
    Case("-0", "9110 8.6", length(b"-0"), refused()),
    Case("a length in hexadecimal", "9110 8.6", length(b"0x5"), refused()),
    Case("a length with a point", "9110 8.6", length(b"5.0"), refused()),
    Case("a length in two words", "9110 8.6", length(b"5 5"), refused()),
    Case("an empty length", "9110 8.6", length(b""), refused()),
    Case("2 to the 64th and 5", "9110 8.6", length(b"18446744073709551621"),
         refused()),
    Case("a length of 40 digits", "9110 8.6", length(b"9" * 40), refused()),
    Case("2 to the 63rd", "9110 15.5.14", length(b"9223372036854775808"),
         refused(413)),
    Case("zeros before it", "9110 8.6", length(b"0005"), answered(201)),
    Case("white space around it", "9112 5.1", length(b" \t5 \t"),
         answered(201)),
    Case("a body of no bytes", "9112 6.3", length(b"0", b""), answered(201)),
    Case("no length at all", "9112 6.3", put(b"m-length"), answered(201)),
    Case("a length alone", "9112 6.2", length(b"5", b""),
         waits(b"hello", 201)),
    Case("all but the last byte", "9112 6.2", length(b"5", b"hell"),
         waits(b"o", 201)),
    # What is behind it is a request, so it must not be taken for one.
    Case("a body for a GET", "9110 9.3.1",
         get(b"Content-Length: 5") + b"hello", answered(200, 415)),
    Case("a body that looks like a request", "9112 6.2",
         length(b"%d" % len(INNER), INNER), answered(201)),
    Case("a body for a path that there is not", "9112 6.2",
         request(b"PUT /none", b"Content-Length: 5", body=b"hello"),
         answered(404)),
]


EXPECT = [
    Case("in other letters", "9110 10.1.1",
         put(b"m-expect", b"Content-Length: 5", b"expect: 100-Continue"),
         asked_for_body(b"hello", 201)),
    Case("of a body in chunks", "9110 10.1.1",
         chunked(b"m-expect", b"", b"Expect: 100-continue"),
         asked_for_body(b"5\r\nhello\r\n0\r\n\r\n", 201)),
    Case("and the body comes unasked", "9110 10.1.1",
         put(b"m-expect", b"Content-Length: 5", b"Expect: 100-continue",
             body=b"hello"), asked_for_body(b"", 201)),
    Case("a body of no bytes", "9110 10.1.1",
         put(b"m-expect", b"Content-Length: 0", b"Expect: 100-continue"),
         answered(201)),
    Case("a body too large to ask for", "9110 10.1.1",
         put(b"m-expect", b"Content-Length: 1000000000000",
             b"Expect: 100-continue"), refused(413)),
    Case("HTTP/1.0 is not told to go on", "9110 10.1.1",
         b"PUT /queues/m-expect HTTP/1.0\r\n" + HOST +
         b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
         closed(201)),
    # It may be 417. The body comes without being asked for, and nothing is lost.
    Case("something else", "9110 10.1.1",
         put(b"m-expect", b"Content-Length: 5", b"Expect: 200-ok",
             body=b"hello"), answered(201)),
]
