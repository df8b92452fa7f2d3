// Tab in the three shells, at a terminal of their own, with the script that
// `syncq completion` prints.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/pty.h"
#include "tests/e2e/harness/ssh_server.h"
#include "tests/skip.h"

using namespace syncq::e2e;

#define EACH_SHELL GENERATE(as<std::string>{}, "bash", "zsh", "fish")

namespace {

// One of the shells. ^O writes down what its line has become, ^U clears that.
class Shell {
 public:
  Shell(Sandbox& box, const std::string& name) : box_(box), terminal_(box) {
    if (name == "bash") {
      terminal_.enter("exec bash --norc --noprofile -i");
      terminal_.enter("eval \"$(syncq completion bash)\"");
      terminal_.enter(R"sh(note() { printf %s "$READLINE_LINE" >typed; })sh");
      terminal_.enter(R"sh(bind -x '"\C-o": note')sh");
    } else if (name == "zsh") {
      terminal_.enter("exec zsh -f -i");
      terminal_.enter("autoload -Uz compinit; compinit -u -D");
      terminal_.enter("eval \"$(syncq completion zsh)\"");
      terminal_.enter("note() { print -rn -- $BUFFER >typed }; zle -N note");
      terminal_.enter("bindkey '^O' note; bindkey '^U' kill-whole-line");
    } else {
      terminal_.enter("exec fish --no-config -i");
      terminal_.enter("syncq completion fish | source");
      terminal_.enter("bind \\co 'commandline >typed'");
    }
    terminal_.enter("echo rea''dy");
    terminal_.sees("ready");
  }

  // What the line is after this and a Tab.
  std::string completed(const std::string& line) {
    std::string typed;
    box_.ok("rm -f typed");
    terminal_.type("\x15" + line + "\t\x0f");
    CHECK(eventually([&] {
      typed = box_.ok("cat typed 2>/dev/null || true");
      return !typed.empty();
    }));
    return typed;
  }

  Terminal& terminal() { return terminal_; }

 private:
  Sandbox& box_;
  Terminal terminal_;
};

bool has(Sandbox& box, const std::string& shell) {
  if (box.sh("command -v " + shell).code() == 0) return true;
  syncq::skip(shell + " is not installed");
  return false;
}

}  // namespace

TEST_CASE("Tab completes commands, names, values and files") {
  Sandbox box;
  std::string name = EACH_SHELL;
  INFO(name);
  if (!has(box, name)) return;
  box.ok(
      "syncq fifo new --name deploy; syncq fifo new --name team:build; "
      "syncq queue push jobs one; touch some_file; mkdir bin; "
      "printf '#!/bin/sh\\n' >bin/mktime_of_test; chmod +x bin/mktime_of_test; "
      "syncq queue pop jobs --lease 1h --lease-file lease >message");
  box.env()["PATH"] += ":" + box.path("bin");
  Shell shell(box, name);
  CHECK(shell.completed("syncq fifo sh") == "syncq fifo show ");
  CHECK(shell.completed("syncq fifo show dep") == "syncq fifo show deploy ");
  CHECK(shell.completed("syncq run team:") == "syncq run team:build ");
  CHECK(shell.completed("syncq run -q dep") == "syncq run -q deploy ");
  CHECK(shell.completed("syncq run other,dep") == "syncq run other,deploy ");
  CHECK(shell.completed("syncq fifo ls --wi") == "syncq fifo ls --wide ");
  CHECK(shell.completed("syncq queue new --overflow=re") ==
        "syncq queue new --overflow=reject ");
  CHECK(shell.completed("syncq queue ack jobs ") ==
        "syncq queue ack jobs " + box.ok("cat lease") + " ");
  CHECK(shell.completed("syncq queue pop jobs --lease-file some_f") ==
        "syncq queue pop jobs --lease-file some_file ");
  // fish adds no space there.
  CHECK(
      shell.completed("syncq run deploy ").starts_with("syncq run deploy --"));
  CHECK(shell.completed("syncq run deploy -- mktime_of") ==
        "syncq run deploy -- mktime_of_test ");
}

TEST_CASE("Tab asks the daemon that the line names") {
  Sandbox box;
  std::string name = EACH_SHELL;
  INFO(name);
  if (!has(box, name)) return;
  box.ok(
      "syncq fifo new --name near; export SYNCQ_STATE_DIR=$PWD/far "
      "SYNCQ_SOCKET=$PWD/f; syncq fifo new --name nether; ln -s $PWD/f ~/far");
  Shell shell(box, name);
  CHECK(shell.completed("syncq fifo show n") == "syncq fifo show near ");
  CHECK(shell.completed("syncq -e unix:f fifo show n") ==
        "syncq -e unix:f fifo show nether ");
  CHECK(shell.completed("syncq fifo show --socket \"f\" n") ==
        "syncq fifo show --socket \"f\" nether ");
  CHECK(shell.completed("syncq fifo show --socket ~/far n") ==
        "syncq fifo show --socket ~/far nether ");
  box.ok("SYNCQ_STATE_DIR=$PWD/far SYNCQ_SOCKET=$PWD/f syncq daemon stop");
}

TEST_CASE("Tab shows who is meant by a place in line") {
  Sandbox box;
  std::string name = EACH_SHELL;
  INFO(name);
  if (!has(box, name)) return;
  Process holder = box.hold_turn("deploy");
  Process first = box.start("exec syncq run --label 'make all' deploy -- true");
  REQUIRE(eventually([&] { return box.waiting("deploy") == 1; }));
  Process second =
      box.start("exec syncq run --label 'make doc' deploy -- true");
  REQUIRE(eventually([&] { return box.waiting("deploy") == 2; }));
  Shell shell(box, name);
  shell.terminal().type("syncq fifo cancel deploy \t\t");
  shell.terminal().sees("make all");
  shell.terminal().sees("make doc");
  box.let_go(holder);
  CHECK(first.wait().code() == 0);
  CHECK(second.wait().code() == 0);
}

TEST_CASE("Tab asks a daemon of another machine, and starts none there") {
  Sandbox box;
  SshServer ssh(box);
  if (!ssh.works()) return;
  ssh.ok("syncq -e ssh://box fifo new --name far");
  const std::string tab = "syncq __complete fish -e ssh://box fifo show ''";
  CHECK(ssh.ok(tab) == "words\nfar\tfree");
  box.ok("syncq daemon stop");
  CHECK(ssh.ok(tab) == "words");
  CHECK(box.daemons_become(0));
}

TEST_CASE("Tab starts no daemon and says nothing wrong") {
  Sandbox box;
  std::string name = EACH_SHELL;
  INFO(name);
  if (!has(box, name)) return;
  Shell shell(box, name);
  for (const std::string line :
       {"syncq fifo show x", "syncq nonsense x", "syncq -e nonsense: run x",
        "syncq fifo done x '", "syncq queue peek $(", "syncq run x --slots q",
        "syncq run x '--' nosuchcomm"}) {
    CHECK(shell.completed(line).starts_with(line));
  }
  CHECK(count_of(shell.terminal().shown(), "syncq: ") == 0);
  CHECK(box.daemons_become(0));
}
