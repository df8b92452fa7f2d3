"""What is typed in each recording. A scene waits for what it expects to see; it
never sleeps for it."""

import dataclasses
import subprocess
import typing

MAKEFILE = """deploy:
\t@for step in build upload switch; do echo "$$step"; sleep 2; done
"""
STEPS = """#!/bin/bash
# work NAME STEPS: takes 2 s for each.
for ((i = 1; i <= $2; ++i)); do
  echo "$1: step $i of $2"
  sleep 2
done
echo "$1: done"
"""
THUMBNAIL = """#!/bin/bash
# One of the photos is none.
sleep 0.1
if [[ $1 == *042* ]]; then echo "$1: not a photo" >&2; exit 1; fi
"""


@dataclasses.dataclass
class Scene:
    name: str
    title: str
    description: str
    titles: tuple
    play: typing.Callable
    columns: int = 64
    rows: int = 16


def turns(stage):
    left, right = stage.terminals
    stage.write("app/Makefile", MAKEFILE)
    stage.write("app/work", STEPS)
    left.enter("syncq run deploy -- make deploy")
    left.sees("build")
    right.enter("syncq run deploy -- ./work migrate 1")
    right.sees("1st of 1")
    right.sees("migrate: done")
    right.prompts()
    stage.rest(2)

    left.enter("clear")
    right.enter("clear")
    # --timeout needs a wrapper around the command: one more to kill.
    left.enter("syncq run deploy --timeout 1h -- ./work first 5")
    left.sees("first: step 1")
    for name in ("second", "third"):
        right.enter(f"syncq run deploy -q -- ./work {name} 1 &")
        right.prompts()
    right.enter("pkill -9 -f 'syncq daemon|timeout'  # daemon, wrapper")
    left.sees("Killed")
    stage.rest(1)
    right.enter("syncq ps")
    right.sees("third")
    right.prompts()
    stage.rest(2)
    left.sees("first: done")
    right.sees("second: step 1")
    right.sees("second: done")
    right.sees("third: done")
    stage.rest(4)


def queue(stage):
    left, right = stage.terminals
    stage.write("app/thumbnail", THUMBNAIL)
    right.enter("syncq ls --watch")
    left.enter("seq -f photo-%03g.jpg 200 | syncq queue push --lines photos")
    left.prompts()
    right.sees("photos")
    stage.rest(1)
    left.enter("syncq queue each photos -j 4 --max-attempts 2 --until-empty"
               " -- ./thumbnail {}")
    left.sees("given up")
    left.prompts()
    right.sees("photos.dead")
    stage.rest(1)
    left.enter("syncq queue pop photos.dead")
    left.prompts()
    stage.rest(4)


def top(stage):
    terminal, = stage.terminals
    stage.write("app/work", STEPS)
    stage.write("app/thumbnail", THUMBNAIL)
    load = """
      for name in first second third fourth fifth; do
        syncq run deploy -q -- ./work $name 2 &
        until syncq fifo show deploy | grep -q $name; do :; done
      done
      syncq run gpu -q --slots 2 -- ./work train 4 &
      syncq run gpu -q --slots 2 -- ./work infer 9 &
      seq -f photo-%03g.jpg 2000 | syncq queue push --lines photos
      syncq queue each photos -q -j 4 -- ./thumbnail {} 2>/dev/null"""
    # From three turns on it is known what to expect.
    subprocess.run(
        ["bash", "-c", "seq 3 | xargs -I N syncq run deploy -q -- ./work N 2"],
        env=stage.environment, cwd=stage.home / "app", check=True,
        stdout=subprocess.DEVNULL)
    behind = subprocess.Popen(
        ["bash", "-c", load], env=stage.environment, cwd=stage.home / "app",
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    terminal.enter("syncq top")
    terminal.sees("photos")
    stage.watch(12)
    behind.kill()


SCENES = (
    Scene("turns", "Two commands take turns, whatever is killed",
          "Two terminals. On the left make deploy has the turn; on the right a "
          "command waits, and a line counts the seconds until the turn comes. "
          "Then the daemon and a wrapper are ended with kill -9 while one "
          "command runs and two wait: it runs on, and the other two follow in "
          "the order they were asked for.",
          ("one terminal", "another terminal"), turns),
    Scene("queue", "A message queue, and a command for each message",
          "Two terminals. On the left 200 lines are pushed to a queue, and "
          "syncq queue each runs a command for each, four at once; on the "
          "right a list shows how the queue gets empty. The message for which "
          "the command failed twice is kept in a queue of its own.",
          ("one terminal", "another terminal"), queue, rows=12),
    Scene("top", "syncq top",
          "A terminal in which syncq top shows who holds a turn, who waits, "
          "and how a queue gets empty.",
          ("syncq top",), top, columns=110, rows=26),
)
