"""What both suites leave out of chunks, RFC 9112, section 7.1, and of other
codings."""

from cases import (Case, answered, answered_each, chunked, put, refused,
                   request, waits)


def chunks(body, *fields):
    return chunked(b"m-chunks", body, *fields)


def refused_chunks(name, body, *statuses):
    return Case(name, "9112 7.1", chunks(body), refused(*statuses))


def good_chunks(name, body, message):
    take = request(b"POST /queues/m-" + message + b"/head")
    return Case(name, "9112 7.1",
                chunked(b"m-" + message, body) + take,
                answered_each(201, 200, body=message))


CHUNKS = [
    good_chunks("sizes in any letters", b"A\r\n0123456789\r\na\r\nabcdefghij"
                b"\r\n0\r\n\r\n", b"0123456789abcdefghij"),
    good_chunks("zeros before a size", b"0005\r\nzeros\r\n000\r\n\r\n",
                b"zeros"),
    good_chunks("a chunk for each byte",
                b"".join(b"1\r\n%c\r\n" % c for c in b"bytes") + b"0\r\n\r\n",
                b"bytes"),
    good_chunks("extensions", b'3;a\r\next\r\n2;b=1;c="x;y\\""\r\nen\r\n'
                b"3 ; d = e\r\nded\r\n0;last\r\n\r\n", b"extended"),
    good_chunks("trailers", b"7\r\ntrailed\r\n0\r\nX: y\r\nHost: z\r\n"
                b"Content-Type: a/b\r\nExpect: 100-continue\r\n\r\n",
                b"trailed"),
    # RFC 9110, section 6.5.1, forbids to send them; who does can't be trusted
    # with where a body ends.
    refused_chunks("a length as a trailer",
                   b"5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n"),
    refused_chunks("a coding as a trailer",
                   b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    refused_chunks("a size of 17 digits", b"1" * 17 + b"\r\nhello"),
    refused_chunks("a size below 0", b"-5\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a size with a plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a size with 0x", b"0x5\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a size in two words", b"5 5\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a space before a size", b" 5\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a space behind a size", b"5 \r\nhello\r\n0\r\n\r\n"),
    refused_chunks("no size", b"\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("an extension alone", b";a\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a line feed alone behind a size",
                   b"5\nhello\r\n0\r\n\r\n"),
    refused_chunks("a line feed alone behind a chunk",
                   b"5\r\nhello\n0\r\n\r\n"),
    refused_chunks("a line feed alone at the end", b"5\r\nhello\r\n0\r\n\n"),
    refused_chunks("a carriage return in an extension",
                   b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("NUL in an extension", b"5;a\0\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a chunk that is longer than it says",
                   b"4\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a chunk that is shorter than it says",
                   b"6\r\nhello\r\n0\r\n\r\n"),
    refused_chunks("a trailer without a colon",
                   b"5\r\nhello\r\n0\r\nX\r\n\r\n"),
    refused_chunks("a trailer that goes on in the next line",
                   b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"),
    refused_chunks("an extension of over 4 KiB",
                   b"5;" + b"a" * 4096 + b"\r\nhello\r\n0\r\n\r\n", 431),
    refused_chunks("trailers of over 32 KiB",
                   b"0\r\nX: " + b"x" * 32768 + b"\r\n\r\n", 431),
    Case("the last chunk does not come", "9112 7.1",
         chunks(b"5\r\nhello\r\n"), waits(b"0\r\n\r\n", 201)),
    Case("a chunk that ends later", "9112 7.1", chunks(b"5\r\nhel"),
         waits(b"lo\r\n0\r\n\r\n", 201)),

    Case("the coding in other letters", "9112 7",
         put(b"m-coding", b"transfer-encoding:\tCHUNKED\t",
             body=b"1\r\na\r\n0\r\n\r\n"), answered(201)),
] + [
    Case("the coding " + coding.decode(), "9112 6.1",
         put(b"m-coding", b"Transfer-Encoding: " + coding,
             body=b"1\r\na\r\n0\r\n\r\n"), refused())
    for coding in [b"gzip, chunked", b"chunked, chunked", b"identity",
                   b"identity, chunked", b"chunked;q=1", b"xchunked",
                   b"\x0bchunked", b'"chunked"', b"chunked,", b""]
] + [
    Case("the coding twice", "9112 6.1",
         chunks(b"1\r\na\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
         refused()),
    Case("a length behind the coding", "9112 6.1",
         chunks(b"0\r\n\r\n", b"Content-Length: 0"), refused()),
]
