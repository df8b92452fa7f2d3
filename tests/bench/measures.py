"""The measurements behind the table of targets. Each returns, for one
round, the peer's figure and ours."""

import json
import os
import socket
import subprocess
import tempfile
import time

from peers import Beanstalkd, Redis, Sshd, Syncq


class Measures:
    def __init__(self, tools, syncq):
        self.tools = tools
        self.syncq = syncq

    def spawn(self, how, count, command, environment=None):
        out = subprocess.run([f"{self.tools}/bench_spawn", how, str(count),
                              *command], env=environment, check=True,
                             stdout=subprocess.PIPE)
        return float(out.stdout)

    def load(self, server, operation, connections, operations, size=100):
        protocol = server.name
        out = subprocess.run(
            [f"{self.tools}/bench_load", protocol, server.socket, operation,
             str(connections), str(operations), str(size)],
            check=True, stdout=subprocess.PIPE)
        return json.loads(out.stdout)

    def wrapper(self, how, count):
        """Microseconds: flock against `syncq run`."""
        with tempfile.NamedTemporaryFile() as lock:
            peer = self.spawn(how, count, ["flock", lock.name, "true"])
        with Syncq(self.syncq) as server:
            ours = self.spawn(how, count,
                              [self.syncq, "run", "-q", "bench", "--", "true"],
                              server.environment())
        return peer, ours

    def run(self):
        return self.wrapper("one", 500)

    def contenders(self):
        return self.wrapper("all", 200)

    def spooler(self):
        """Microseconds: task-spooler's `tsp -f` against `syncq run`."""
        with tempfile.TemporaryDirectory(prefix="syncq-bench-") as directory:
            environment = dict(os.environ, TMPDIR=directory,
                               TS_SOCKET=f"{directory}/s")
            peer = self.spawn("one", 200, ["tsp", "-n", "-f", "true"],
                              environment)
            subprocess.run(["tsp", "-K"], env=environment, check=True)
        with Syncq(self.syncq) as server:
            ours = self.spawn("one", 200,
                              [self.syncq, "run", "-q", "bench", "--", "true"],
                              server.environment())
        return peer, ours

    def version(self):
        return (self.spawn("one", 500, ["flock", "--version"]),
                self.spawn("one", 500, [self.syncq, "--version"]))

    def ssh(self):
        """Microseconds: `ssh HOST true` against `syncq -e ssh://HOST`, both on
        a connection that is there."""
        with Syncq(self.syncq) as server, Sshd(server) as host:
            login = ["ssh", "-F", str(host.dir / "config"), host.name, "true"]
            subprocess.run(login, check=True, stdin=subprocess.DEVNULL)
            return (self.spawn("one", 50, login),
                    self.spawn("one", 50, [self.syncq, "run", "-q", "bench",
                                           "--", "true"], host.environment()))

    def push_and_pop(self, server, operations):
        """Operations a second over a push and a pop of each message."""
        with server:
            push = self.load(server, "push", 50, operations)
            pop = self.load(server, "pop", 50, operations)
        return 2 / (1 / push["rate"] + 1 / pop["rate"])

    def durable_redis(self):
        return (self.push_and_pop(Redis(True), 50000),
                self.push_and_pop(Syncq(self.syncq), 50000))

    def durable_beanstalkd(self):
        return (self.push_and_pop(Beanstalkd(True), 10000),
                self.push_and_pop(Syncq(self.syncq), 50000))

    def ephemeral_redis(self):
        return (self.push_and_pop(Redis(False), 200000),
                self.push_and_pop(Syncq(self.syncq, True), 200000))

    def ephemeral_beanstalkd(self):
        return (self.push_and_pop(Beanstalkd(False), 200000),
                self.push_and_pop(Syncq(self.syncq, True), 200000))

    def round_trip(self):
        """Microseconds of a durable push on one connection, median."""
        figures = []
        for server in (Redis(True), Syncq(self.syncq)):
            with server:
                figures.append(self.load(server, "push", 1, 5000)["p50_us"])
        return tuple(figures)

    def depth(self):
        """The worst operation at depth 1,000,000 against 1,000: medians in
        microseconds of the operation whose ratio is highest."""
        figures = [self.at_depth(depth) for depth in (1_000, 1_000_000)]
        return max(zip(*figures), key=lambda pair: pair[1] / pair[0])

    def at_depth(self, depth):
        operations = ("push", "pop", "tail", f"peek:{depth // 2}",
                      f"consume:{depth // 3}")
        with Syncq(self.syncq) as server:
            self.load(server, "push", 50, depth)
            return [self.load(server, each, 1, 300)["p50_us"]
                    for each in operations]

    def parked(self):
        """Microseconds of a hand-off, 99th percentile: in a line of 10
        against a line of 10,000."""
        return self.hand_off(10)[0], self.hand_off(10_000)[0]

    def parked_memory(self):
        """KiB resident for each of 10,000 parked callers, against 4."""
        return 4.0, self.hand_off(10_000)[1]

    def hand_off(self, line, hands=300):
        hold = (b"POST /fifo/bench/hold?create=true HTTP/1.1\r\nHost: x\r\n"
                b"Content-Length: 0\r\n\r\n")
        with Syncq(self.syncq) as server:
            before = server.resident_kib()
            callers = []
            for _ in range(line + hands + 1):
                caller = socket.socket(socket.AF_UNIX)
                caller.connect(server.socket)
                caller.sendall(hold)
                caller.recv(4096)
                callers.append(caller)
            memory = (server.resident_kib() - before) / len(callers)
            times = []
            for now, after in zip(callers[:hands], callers[1:]):
                began = time.perf_counter()
                now.close()
                while b'"grant"' not in after.recv(65536):
                    pass
                times.append((time.perf_counter() - began) * 1e6)
            for caller in callers[hands:]:
                caller.close()
        return sorted(times)[int(len(times) * 0.99)], memory
