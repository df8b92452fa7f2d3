"""Shells at pseudoterminals, side by side, and what they showed when."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte

TYPED = 2  # characters that come at once
TYPING = 0.09  # seconds between them, in the recording
QUIET = 0.04  # output this close together is one frame
LONGEST_PAUSE = 1.5  # in the recording, whatever it took
GIVE_UP = 60.0  # seconds to wait for what should appear


def cells(screen):
    """Each row as runs of equal looks: (column, text, colour, background,
    bold)."""
    rows = []
    for y in range(screen.lines):
        line, runs = screen.buffer[y], []
        for x in range(screen.columns):
            char = line[x]
            colour, ground = char.fg, char.bg
            at_cursor = (not screen.cursor.hidden and
                         (x, y) == (screen.cursor.x, screen.cursor.y))
            if char.reverse != at_cursor:
                colour, ground = ("ground" if ground == "default" else ground,
                                  "text" if colour == "default" else colour)
            looks = (colour, ground, char.bold)
            if runs and runs[-1][2:] == looks:
                runs[-1] = (runs[-1][0], runs[-1][1] + char.data, *looks)
            else:
                runs.append((x, char.data, *looks))
        if runs and runs[-1][3] == "default":
            last = (runs[-1][0], runs[-1][1].rstrip(), *runs[-1][2:])
            runs[-1:] = [last] if last[1] else []
        rows.append(tuple(run for run in runs
                          if run[1].strip() or run[3] != "default"))
    return tuple(rows)


class Terminal:
    def __init__(self, stage, environment, columns, rows):
        self.stage = stage
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(environment["HOME"] + "/app")
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"],
                       environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def enter(self, command):
        """Types a command, as somebody would, and Enter."""
        for at in range(0, len(command), TYPED):
            os.write(self.fd, command[at:at + TYPED].encode())
            self.stage.settle(TYPING)
        self.stage.rest(0.4)
        self.press("\r")

    def press(self, key):
        os.write(self.fd, key.encode())
        self.stage.settle(TYPING)

    def sees(self, text):
        """Waits until the terminal shows that."""
        self.stage.until(lambda: text in self.text(), f"{text!r}", self)

    def prompts(self):
        """Waits for the prompt on the cursor's line."""
        self.stage.until(lambda: self.screen.cursor.x == 2 and self.screen
                         .display[self.screen.cursor.y].startswith("$ "),
                         "a prompt", self)


class Stage:
    """The terminals and the frames: (seconds, rows of each terminal)."""

    def __init__(self, home, syncq, columns, rows, titles):
        self.home = home
        for name in ("app", "bin", "run"):
            (home / name).mkdir()
        os.chmod(home / "run", 0o700)
        (home / "bin" / "syncq").symlink_to(syncq)
        environment = {
            "HOME": str(home), "PATH": f"{home}/bin:/usr/bin:/bin",
            "XDG_RUNTIME_DIR": f"{home}/run", "SYNCQ_CONFIG": "",
            # It has what the emulator knows, and no more.
            "TERM": "linux", "LC_ALL": "C.UTF-8", "PS1": "$ ",
            "HISTFILE": "", "BASH_SILENCE_DEPRECATION_WARNING": "1"}
        self.environment = environment
        self.frames, self.now, self.extra = [], 0.0, 0.0
        self.terminals = [Terminal(self, environment, columns, rows)
                          for _ in titles]
        for terminal in self.terminals:
            terminal.prompts()
        self.frames, self.now, self.extra = [(0.0, self.shown())], 0.0, 0.5
        self.last = time.monotonic()

    def write(self, name, text):
        """A file of the scene, executable if it is a script."""
        path = self.home / name
        path.write_text(text)
        if text.startswith("#!"):
            path.chmod(0o755)

    def shown(self):
        return tuple(cells(terminal.screen) for terminal in self.terminals)

    def read(self, seconds):
        """Takes in what the terminals print; whether there was any."""
        fds = {terminal.fd: terminal for terminal in self.terminals}
        ready, _, _ = select.select(list(fds), [], [], seconds)
        for fd in ready:
            fds[fd].stream.feed(os.read(fd, 65536))
        return bool(ready)

    def settle(self, pause=None):
        """Takes in what comes at once, and makes a frame of it if it shows;
        pause: how long the recording takes for it, else as it was, rounded."""
        while self.read(QUIET):
            pass
        shown = self.shown()
        if shown == self.frames[-1][1]:
            return
        now = time.monotonic()
        if pause is None:
            took = round((now - self.last) * 4) / 4
            pause = min(max(took, 0.25), LONGEST_PAUSE)
        self.now += pause + self.extra
        self.last, self.extra = now, 0.0
        self.frames.append((self.now, shown))

    def rest(self, seconds):
        """Lets what is shown stand this much longer, in the recording."""
        self.extra += seconds

    def until(self, done, what, terminal):
        end = time.monotonic() + GIVE_UP
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} in:\n{terminal.text()}")
            if self.read(0.1) and self.frames:
                self.settle()
        if self.frames:
            self.settle()

    def watch(self, seconds):
        """Records what goes on by itself for so long, two frames a second."""
        for _ in range(int(seconds * 2)):
            end = time.monotonic() + 0.5
            while time.monotonic() < end:
                self.read(max(end - time.monotonic(), 0))
            self.settle(0.5)

    def length(self):
        return self.now + self.extra

    def close(self):
        for terminal in self.terminals:
            os.kill(terminal.pid, signal.SIGKILL)
            os.close(terminal.fd)
