"""A daemon of its own, with a directory of its own, on a Unix socket and on
TCP."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time


class Daemon:
    """To use in a `with` block, which stops it and removes its directory."""

    def __init__(self, syncq, *options):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="syncq-conformance-"))
        self.socket = str(self.dir / "s")
        self.syncq = syncq
        self.options = options
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith("SYNCQ_")}
        self.environment.update(
            SYNCQ_STATE_DIR=str(self.dir / "state"), SYNCQ_CONFIG="",
            SYNCQ_SOCKET=self.socket, SYNCQ_NO_SPAWN="1")

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.syncq, "daemon", "run", "--idle-exit", "0", "--tcp",
             "127.0.0.1:0", *self.options],
            env=self.environment, stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for _ in range(3000):
            if self.process.poll() is not None:
                break
            if self.ask("status", "-o", "json").returncode == 0:
                return self
            time.sleep(0.01)
        self.__exit__()
        raise RuntimeError("the daemon does not answer")

    def __exit__(self, *_):
        ended = self.process.poll()
        self.process.terminate()
        status = self.process.wait(timeout=60)
        shutil.rmtree(self.dir)
        if ended is not None or status:
            raise RuntimeError(f"the daemon ended by itself, with {status}")

    def ask(self, *command):
        return subprocess.run([self.syncq, *command], env=self.environment,
                              capture_output=True, text=True, check=False)

    def answer(self, *command):
        asked = self.ask(*command)
        asked.check_returncode()
        return asked.stdout.strip()

    @property
    def tcp(self):
        """Host and port."""
        status = json.loads(self.answer("status", "-o", "json"))
        host, port = status["tcp"][0]["address"].rsplit(":", 1)
        return host, int(port)
