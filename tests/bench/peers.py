"""Servers to measure: each in a directory of its own, stopped at the end."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time


class Server:
    """A server on a Unix socket, to use in a `with` block that stops it."""

    name = ""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="syncq-bench-"))
        self.socket = str(self.dir / "s")
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def __enter__(self):
        self.spawn()
        return self

    def spawn(self):
        """Starts it, and returns as soon as it takes connections."""
        self.process = subprocess.Popen(
            self.command(), env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(20_000):
            if self.answers():
                return
            time.sleep(0.0005)
        raise RuntimeError(f"{self.name} does not start")

    def answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self.socket)
                return True
            except OSError:
                return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.dir)


class Syncq(Server):
    name = "syncq"

    def __init__(self, binary, ephemeral=False):
        super().__init__()
        self.binary = binary
        self.ephemeral = ephemeral

    def command(self):
        return [self.binary, "daemon", "run", "--idle-exit", "0"]

    def environment(self):
        return dict(os.environ, SYNCQ_STATE_DIR=str(self.dir / "state"),
                    SYNCQ_SOCKET=self.socket, SYNCQ_NO_SPAWN="1",
                    SYNCQ_CONFIG="")

    def __enter__(self):
        super().__enter__()
        if self.ephemeral:
            self.ask("POST", "/queues", '{"name":"bench","ephemeral":true}')
        return self

    def ask(self, method, path, body=""):
        """One request; returns the body of its answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.socket)
            client.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n"
                           f"Connection: close\r\nContent-Length: {len(body)}"
                           f"\r\n\r\n{body}".encode())
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        return answer.split(b"\r\n\r\n", 1)[1].decode()

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(x for x in status.splitlines() if x.startswith("VmRSS"))
        return int(line.split()[1])

    def version(self):
        return json.loads(self.ask("GET", "/version"))["version"]


class Redis(Server):
    name = "redis"

    def __init__(self, durable):
        super().__init__()
        self.durable = durable

    def command(self):
        return ["redis-server", "--port", "0", "--unixsocket", self.socket,
                "--dir", str(self.dir), "--save", "",
                "--appendonly", "yes" if self.durable else "no",
                "--appendfsync", "always"]


class Beanstalkd(Server):
    name = "beanstalkd"

    def __init__(self, durable):
        super().__init__()
        self.durable = durable

    def command(self):
        binlog = ["-b", str(self.dir), "-f0"] if self.durable else []
        return ["beanstalkd", "-l", f"unix:{self.socket}", *binlog]


class Sshd(Server):
    """sshd(8) on loopback, with keys of its own; `name` is what ssh calls it.
    A syncq that is asked for there is `syncq`, a Syncq that runs."""

    name = "bench"

    def __init__(self, syncq):
        super().__init__()
        self.syncq = syncq
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for key in "host", "key":
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                            "-f", self.dir / key], check=True)
        there = self.syncq.environment()
        there["PATH"] = f"{self.dir}:{there['PATH']}"
        (self.dir / "syncq").symlink_to(pathlib.Path(syncq.binary).resolve())
        (self.dir / "server").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\n"
            f"HostKey {self.dir}/host\nAuthorizedKeysFile {self.dir}/key.pub\n"
            "StrictModes no\nUsePAM no\nPidFile none\nSetEnv "
            + " ".join(f"{name}={there[name]}" for name in (
                "SYNCQ_STATE_DIR", "SYNCQ_SOCKET", "SYNCQ_CONFIG", "PATH")))
        (self.dir / "config").write_text(
            f"Host {self.name}\nHostName 127.0.0.1\nPort {self.port}\n"
            f"IdentityFile {self.dir}/key\nStrictHostKeyChecking no\n"
            f"UserKnownHostsFile {self.dir}/known\n"
            f"ControlPath {self.dir}/control\nControlMaster auto\n"
            "ControlPersist 60\nLogLevel ERROR\n")

    def command(self):
        # Only root's asks for this directory.
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        return ["/usr/sbin/sshd", "-D", "-f", str(self.dir / "server")]

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def environment(self):
        """For a client."""
        return dict(os.environ, SYNCQ_STATE_DIR=str(self.dir / "client"),
                    SYNCQ_SSH=f"ssh -F {self.dir}/config",
                    SYNCQ_ENDPOINT=f"ssh://{self.name}")

    def __exit__(self, *rest):
        subprocess.run(["ssh", "-F", self.dir / "config", "-O", "exit",
                        self.name], stderr=subprocess.DEVNULL)
        super().__exit__(*rest)
