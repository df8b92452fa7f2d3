"""How syncq behaves as things grow: each function returns one curve or two, for
docs/performance.md."""

import socket
import time

from measures import Measures
from peers import Syncq

DEPTHS = [1_000, 10_000, 100_000, 1_000_000]
CONNECTIONS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
LINES = [10, 100, 1_000, 10_000]
NAMES = [1, 100, 1_000, 10_000, 100_000]
SIZES = [0, 100, 1_000, 10_000, 100_000, 1_000_000, 16_777_216]


def curve(name, title, x, y, series):
    return {"name": name, "title": title, "x": x, "y": y, "series": series}


def pipeline(path, requests, batch=500):
    """Sends requests on one connection and waits for all their answers."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        for start in range(0, len(requests), batch):
            part = requests[start:start + batch]
            client.sendall("".join(part).encode())
            seen = b""
            while seen.count(b"HTTP/1.1 ") < len(part):
                seen += client.recv(1 << 20)
            if seen.count(b"HTTP/1.1 20") < len(part):
                raise RuntimeError(f"refused: {seen[:300]}")


class Scale(Measures):
    def depth(self):
        names = ["push", "pop", "tail", "peek in the middle",
                 "consume in the middle"]
        rows = [(depth, self.at_depth(depth)) for depth in DEPTHS]
        yield curve("depth", "One durable operation by depth of the queue",
                    "messages in the queue", "median µs",
                    {name: [[depth, row[i]] for depth, row in rows]
                     for i, name in enumerate(names)})

    def connections(self):
        rates, tails = {}, {}
        for kind, ephemeral in (("durable", False), ("ephemeral", True)):
            for count in CONNECTIONS:
                with Syncq(self.syncq, ephemeral) as server:
                    operations = 20_000 if count < 10 else 100_000
                    for what in ("push", "pop"):
                        got = self.load(server, what, count, operations)
                        label = f"{kind} {what}"
                        rates.setdefault(label, []).append(
                            [count, got["rate"]])
                        tails.setdefault(label, []).append(
                            [count, got["p999_us"] / 1000])
        yield curve("rate", "Messages of 100 bytes by connections",
                    "connections", "a second", rates)
        yield curve("tail", "The slowest of 1,000 operations by connections",
                    "connections", "p99.9 ms", tails)

    def parked(self):
        hands, memory = [], []
        for line in LINES:
            p99, kib = self.hand_off(line)
            hands.append([line, p99])
            memory.append([line, kib])
        yield curve("hand_off", "From the end of one turn to the next grant",
                    "callers in the line", "p99 µs", {"hand-off": hands})
        yield curve("parked", "Resident memory of a parked caller",
                    "callers in the line", "KiB each",
                    {"caller": memory})

    def started(self, server):
        """Milliseconds until a new daemon over the same store answers, and
        its resident MiB."""
        server.process.terminate()
        server.process.wait(timeout=60)
        began = time.perf_counter()
        server.spawn()
        server.ask("GET", "/version")
        return ((time.perf_counter() - began) * 1000,
                server.resident_kib() / 1024)

    def names(self):
        times, memory = {}, {}
        requests = {
            "FIFOs": "POST /fifo/new?name=n{} HTTP/1.1\r\nHost: x\r\n\r\n",
            "queues": "PUT /queues/n{} HTTP/1.1\r\nHost: x\r\n"
                      "Content-Length: 1\r\n\r\nx",
        }
        for kind, request in requests.items():
            for count in NAMES:
                with Syncq(self.syncq) as server:
                    pipeline(server.socket,
                             [request.format(i) for i in range(count)])
                    took, mib = self.started(server)
                times.setdefault(kind, []).append([count, took])
                memory.setdefault(kind, []).append([count, mib])
        for count in DEPTHS:
            with Syncq(self.syncq) as server:
                self.load(server, "push", 50, count)
                took, mib = self.started(server)
            times.setdefault("messages", []).append([count, took])
            memory.setdefault("messages", []).append([count, mib])
        yield curve("start", "From the start of the daemon to its answer",
                    "in the store", "ms", times)
        yield curve("start_memory", "Resident memory after the start",
                    "in the store", "MiB", memory)

    def sizes(self):
        series = {}
        for kind, ephemeral in (("durable", False), ("ephemeral", True)):
            for size in SIZES:
                operations = max(20, min(2_000, 100_000_000 // (size + 1)))
                with Syncq(self.syncq, ephemeral) as server:
                    for what in ("push", "pop"):
                        got = self.load(server, what, 1, operations, size)
                        series.setdefault(f"{kind} {what}", []).append(
                            [max(size, 1), got["p50_us"]])
        yield curve("size", "One operation by size of the message", "bytes",
                    "median µs", series)

    def curves(self):
        for measure in (self.depth, self.connections, self.parked, self.names,
                        self.sizes):
            yield from measure()
