// The daemon's settings: from options, the environment and the config file.

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/tested_build.h"

using namespace syncq::e2e;
using Catch::Contains;

namespace {

void configure(Sandbox& box, const std::string& text) {
  std::filesystem::create_directories(box.path("home/.config/syncq"));
  write_file(box.path("home/.config/syncq/config.toml"), text);
}

std::string config_path(const Sandbox& box) {
  return box.path("home/.config/syncq/config.toml");
}

// "VALUE SOURCE" as the daemon tells it.
std::string setting(Sandbox& box, const std::string& name) {
  const Json config = box.get("/config");
  for (const Json& each : config["settings"]) {
    if (each["name"] == name) {
      return std::string(each["value"]) + " " + std::string(each["source"]);
    }
  }
  return "";
}

}  // namespace

TEST_CASE("a daemon takes the settings of the config file") {
  Sandbox box;
  configure(box, "max-message = 100\nidle-exit = \"1h\"  # long\n");
  // Any command may start it.
  box.ok("syncq queue push q small");
  CHECK(box.get("/config")["config_file"] == config_path(box));
  CHECK(setting(box, "idle-exit") == "1h file");
  CHECK(setting(box, "max-message") == "100 file");
  CHECK(setting(box, "log-level") == "info default");
  Outcome large = box.sh("head -c 101 /dev/zero | syncq queue push q");
  CHECK(large.code() == 1);
}

TEST_CASE("an option wins over a variable, that over the file") {
  Sandbox box;
  configure(box,
            "idle-exit = \"1h\"\nlog-level = \"warn\"\n"
            "durability = \"normal\"\n");
  box.env()["SYNCQ_IDLE_EXIT"] = "2h";
  box.env()["SYNCQ_LOG_LEVEL"] = "debug";
  box.ok("syncq daemon start --idle-exit 3h");
  CHECK(setting(box, "idle-exit") == "3h option");
  CHECK(setting(box, "log-level") == "debug environment");
  CHECK(setting(box, "durability") == "normal file");
  CHECK(box.get("/status")["durability"] == "normal");
}

TEST_CASE("SYNCQ_CONFIG names another config file, or none") {
  Sandbox box;
  configure(box, "log-level = \"warn\"\n");
  SECTION("another, relative to where the client is") {
    write_file(box.path("mine.toml"), "log-level = \"debug\"\n");
    box.env()["SYNCQ_CONFIG"] = "mine.toml";
    box.ok("syncq fifo ls");
    CHECK(box.get("/config")["config_file"] == box.path("mine.toml"));
    CHECK(setting(box, "log-level") == "debug file");
  }
  SECTION("none") {
    box.env()["SYNCQ_CONFIG"] = "";
    box.ok("syncq fifo ls");
    CHECK(box.get("/config")["config_file"].is_null());
    CHECK(setting(box, "log-level") == "info default");
  }
  SECTION("one that is missing") {
    box.env()["SYNCQ_CONFIG"] = box.path("nowhere.toml");
    Outcome outcome = box.sh("exec syncq fifo ls");
    CHECK(outcome.code() == 1);
    CHECK_THAT(outcome.err, Contains("nowhere.toml"));
    CHECK(box.daemons_become(0));
  }
}

TEST_CASE("daemon config shows what runs, else what would") {
  Sandbox box;
  configure(box, "log-level = \"warn\"\n");
  Outcome none = box.sh("exec syncq daemon config");
  CHECK(none.code() == 0);
  CHECK_THAT(none.err, Contains("no daemon runs"));
  CHECK_THAT(none.out, Contains("~/.config/syncq/config.toml"));
  CHECK(box.ok("syncq daemon config -o json 2>/dev/null | jq .running") ==
        "false");
  CHECK(box.daemons_become(0));

  box.ok("syncq daemon start --max-message 1000");
  Outcome runs = box.sh("exec syncq daemon config");
  CHECK(runs.err.empty());
  CHECK(box.ok("syncq daemon config | awk '$1 == \"max-message\"'") ==
        "max-message    1000       option");
  Json told = Json::parse(box.ok("syncq daemon config -o json"));
  CHECK(told["running"] == true);
  CHECK(told["settings"] == box.get("/config")["settings"]);

  configure(box, "log-level = \"debug\"\n");
  Outcome changed = box.sh("exec syncq daemon config");
  CHECK(changed.code() == 0);
  CHECK_THAT(changed.err, Contains("has changed") && Contains("(log-level)") &&
                              Contains("syncq daemon restart"));
  box.ok("syncq daemon restart");
  CHECK(box.sh("exec syncq daemon config").err.empty());
  CHECK(setting(box, "log-level") == "debug file");
  CHECK(setting(box, "max-message") == "1000 option");
}

TEST_CASE("restart keeps the options, and what is given anew wins") {
  Sandbox box;
  box.ok("syncq daemon start --idle-exit 1h --allow-host a --allow-host b:1");
  CHECK(setting(box, "allow-host") == "a, b:1 option");
  box.ok("syncq daemon restart");
  CHECK(setting(box, "idle-exit") == "1h option");
  CHECK(setting(box, "allow-host") == "a, b:1 option");
  box.ok("syncq daemon restart --allow-host c --tcp-no-token");
  CHECK(setting(box, "idle-exit") == "1h option");
  CHECK(setting(box, "allow-host") == "c option");
  CHECK(setting(box, "tcp-no-token") == "true option");
  box.ok("syncq daemon restart --tcp-no-token=false");
  CHECK(setting(box, "tcp-no-token") == "false option");
  // A daemon that was ended has none any more.
  box.ok("syncq daemon stop && syncq daemon start");
  CHECK(setting(box, "idle-exit") == "15m default");
}

TEST_CASE("restart gives its options even if others wait to start a daemon") {
  Sandbox box;
  Process holder = box.hold_turn("q");
  std::vector<Process> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.push_back(box.start("exec syncq run q -- true"));
  }
  REQUIRE(eventually([&] { return box.waiting("q") == 5; }));
  for (int i = 1; i <= 5; ++i) {
    std::string hours = std::to_string(i) + "h";
    box.ok("syncq daemon restart --idle-exit " + hours);
    CHECK(setting(box, "idle-exit") == hours + " option");
  }
  box.let_go(holder);
  for (Process& waiter : waiters) CHECK(waiter.wait().code() == 0);
}

TEST_CASE("a newer version that replaces the daemon keeps its options") {
  Sandbox box;
  box.ok("syncq daemon start --idle-exit 1h");
  pid_t older = box.daemon_pid();
  box.ok(newer_program() + " fifo ls");
  CHECK(box.daemon_pid() != older);
  CHECK(setting(box, "idle-exit") == "1h option");
}

TEST_CASE("a daemon that runs takes no options from start") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  Outcome start = box.sh("exec syncq daemon start --log-level debug");
  CHECK(start.code() == 1);
  CHECK_THAT(start.err, Contains("syncq daemon restart --log-level=debug"));
  CHECK(box.sh("exec syncq daemon start").code() == 0);
  CHECK(box.daemon_pid() == pid);
  CHECK(setting(box, "log-level") == "info default");
}

TEST_CASE("a broken config file ends nothing, and is named") {
  Sandbox box;
  box.ok("syncq queue push q kept");
  pid_t pid = box.daemon_pid();
  configure(box, "log-level = \"warn\"\nidle-exit = 15m\n");
  for (const char* command : {"daemon restart", "daemon config"}) {
    Outcome outcome = box.sh(std::string("exec syncq ") + command);
    CHECK(outcome.code() == 2);
    CHECK_THAT(outcome.err, Contains(config_path(box) + ": line 2"));
  }
  CHECK(box.daemon_pid() == pid);
  CHECK(box.ok("syncq daemon start && syncq queue peek q") == "kept");
  box.ok("syncq daemon stop");
  Outcome start = box.sh("exec syncq daemon start");
  CHECK(start.code() == 2);
  CHECK_THAT(start.err, Contains(config_path(box)));
  Outcome run = box.sh("exec syncq run r -- echo ran");
  CHECK(run.code() == 125);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains(config_path(box) + ": line 2"));
  CHECK(box.daemons_become(0));
  configure(box, "");
  CHECK(box.ok("syncq queue peek q") == "kept");
}

TEST_CASE("a newer version with a broken config file ends nothing") {
  Sandbox box;
  box.ok("syncq daemon start --idle-exit 1h");
  pid_t pid = box.daemon_pid();
  configure(box, "idle-exit = 15m\n");
  box.ok(newer_program() + " fifo ls");
  CHECK(box.daemon_pid() == pid);
  configure(box, "");
  box.ok(newer_program() + " fifo ls");
  CHECK(eventually([&] { return box.daemon_pid() > 0; }));
  CHECK(box.daemon_pid() != pid);
}

TEST_CASE(
    "restart with an address that is taken goes back to the old options") {
  Sandbox box, other;
  other.env()["SYNCQ_TCP"] = "127.0.0.1:0";
  other.ok("syncq daemon start");
  box.ok("syncq daemon start --idle-exit 1h");
  Outcome outcome =
      box.sh("exec syncq daemon restart --tcp " +
             other.get("/status")["tcp"][0]["address"].get<std::string>());
  CHECK(outcome.code() == 1);
  CHECK_THAT(outcome.err, Contains("in use") && Contains("runs again"));
  CHECK(box.daemon_pid() > 0);
  CHECK_THAT(box.ok("syncq daemon config"),
             Contains("1h") && !Contains("127."));
}

TEST_CASE("a config file that others can write is refused") {
  Sandbox box;
  configure(box, "log-level = \"warn\"\n");
  REQUIRE(chmod(config_path(box).c_str(), 0666) == 0);
  Outcome outcome = box.sh("exec syncq daemon start");
  CHECK(outcome.code() == 2);
  CHECK_THAT(outcome.err, Contains("chmod go-w " + config_path(box)));
  CHECK(box.daemons_become(0));
  box.ok("chmod go-w home/.config/syncq/config.toml; syncq daemon start");
  CHECK(setting(box, "log-level") == "warn file");
}

TEST_CASE("without a token no daemon listens to other machines") {
  Sandbox box;
  box.ok("syncq daemon start");
  pid_t pid = box.daemon_pid();
  configure(box, "tcp-no-token = true\n");
  for (const char* command : {"start", "restart", "run"}) {
    Outcome outcome = box.sh(std::string("exec syncq daemon ") + command +
                             " --tcp 0.0.0.0:7077");
    CHECK(outcome.code() == 2);
    CHECK_THAT(outcome.err, Contains("tcp-no-token in " + config_path(box)));
  }
  CHECK(box.daemon_pid() == pid);
}

TEST_CASE("a list may be given twice: what else is wrong is told") {
  Sandbox box;
  Outcome outcome =
      box.sh("exec syncq daemon start --tcp a --tcp b --log-level loud");
  CHECK(outcome.code() == 2);
  CHECK_THAT(outcome.err, Contains("'loud'"));
}
