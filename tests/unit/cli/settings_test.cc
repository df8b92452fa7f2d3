#include "cli/daemon/settings.h"

#include <catch2/catch.hpp>

#include "cli/base/failure.h"
#include "cli/client/running_config.h"
#include "daemon/daemon_handlers.h"
#include "tests/unit/environment.h"
#include "tests/unit/files.h"
#include "tests/unit/temp_dir.h"

namespace syncq::test {
namespace {

using Catch::Contains;
using Variables = Environment::Variables;

// A user without any setting, whose config file is the test's own.
class User {
 public:
  explicit User(const std::string& config = "") : config_(dir_ / "c.toml") {
    Variables variables{{"SYNCQ_CONFIG", config_.c_str()}};
    for (const SettingRule& rule : all_settings()) {
      variables.emplace_back(rule.variable, nullptr);
    }
    environment_.emplace(variables);
    write_file(config_, config);
  }

  const std::string& config() const { return config_; }

 private:
  TempDir dir_;
  std::string config_;
  std::optional<Environment> environment_;
};

Setting setting(const DaemonOptions& options, const std::string& name) {
  for (const Setting& each : options.settings) {
    if (each.name == name) return each;
  }
  return {};
}

std::string refusal(const NamedValues& options = {}) {
  try {
    settle_settings(options);
  } catch (const Failure& failure) {
    CHECK(failure.exit_code() == kExitUsage);
    return failure.what();
  }
  return "";
}

TEST_CASE("Without any word the settings are the defaults") {
  User user;
  DaemonOptions options = settle_settings({});
  CHECK(options.idle_exit == std::chrono::minutes(15));
  CHECK(options.durability == "full");
  CHECK(options.max_message == 16777216);
  CHECK(options.max_in_flight == 268435456);
  CHECK(options.log_level == "info");
  CHECK(options.tcp.addresses.empty());
  CHECK(options.tcp.token);
  CHECK(options.tcp.timeout == std::chrono::seconds(30));
  CHECK(options.config_file == user.config());
  CHECK(options.settings.size() == all_settings().size());
  for (const Setting& each : options.settings) CHECK(each.source == "default");
  CHECK(setting(options, "tcp").value.empty());
}

TEST_CASE("A setting comes from option, environment, file, default") {
  User user(
      "idle-exit = \"1m\"\nlog-level = \"warn\"\nmax-message = 5\n"
      "tcp = [\"127.0.0.1:1\"]\n");
  Environment variables(Variables{{"SYNCQ_IDLE_EXIT", "2m"},
                                  {"SYNCQ_LOG_LEVEL", "debug"},
                                  {"SYNCQ_TCP", "127.0.0.1:2, [::1]:3"}});
  DaemonOptions options = settle_settings({{"idle-exit", {"3m"}}});
  CHECK(options.idle_exit == std::chrono::minutes(3));
  CHECK(setting(options, "idle-exit").source == "option");
  CHECK(options.log_level == "debug");
  CHECK(setting(options, "log-level").source == "environment");
  CHECK(options.max_message == 5);
  CHECK(setting(options, "max-message").source == "file");
  CHECK(setting(options, "durability").source == "default");
  REQUIRE(options.tcp.addresses.size() == 2);
  CHECK(options.tcp.addresses[1].text() == "[::1]:3");
  CHECK(setting(options, "tcp").value == "127.0.0.1:2, [::1]:3");
}

TEST_CASE("Each setting of the file reaches the daemon's options") {
  User user(
      "durability = \"normal\"\nmax-in-flight = 7\ntcp-no-token = true\n"
      "tcp = \"localhost:0\"\nallow-host = [\"a.example\", \"[::1]:80\"]\n"
      "tcp-timeout = \"7s\"\n");
  DaemonOptions options = settle_settings({});
  CHECK(options.durability == "normal");
  CHECK(options.max_in_flight == 7);
  CHECK_FALSE(options.tcp.token);
  CHECK(options.tcp.addresses.size() == 1);
  CHECK(options.tcp.hosts == std::vector<std::string>{"a.example", "[::1]:80"});
  CHECK(options.tcp.timeout == std::chrono::seconds(7));
}

TEST_CASE("A daemon that listens on TCP does not end by itself") {
  User user;
  DaemonOptions tcp = settle_settings({{"tcp", {"127.0.0.1:1"}}});
  CHECK(tcp.idle_exit == Duration::zero());
  CHECK(setting(tcp, "idle-exit").value == "0");
  CHECK(setting(tcp, "idle-exit").source == "default");
  DaemonOptions told =
      settle_settings({{"tcp", {"127.0.0.1:1"}}, {"idle-exit", {"15m"}}});
  CHECK(told.idle_exit == std::chrono::minutes(15));
}

TEST_CASE("Without a token only this machine may be listened to") {
  User user("tcp-no-token = true\n");
  CHECK(refusal({{"tcp", {"127.0.0.1:1", "[::1]:1"}}}).empty());
  for (const char* open : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1"}) {
    std::string said = refusal({{"tcp", {"127.0.0.1:1", open}}});
    CHECK_THAT(said, Contains("tcp-no-token in " + user.config()));
    CHECK_THAT(said, Contains(open));
    CHECK_THAT(said, Contains("127.0.0.1:7077"));
    CHECK(refusal({{"tcp", {open}}, {"tcp-no-token", {"false"}}}).empty());
  }
}

TEST_CASE("A bad value is told with the place it came from") {
  struct Bad {
    const char* name;
    const char* variable;
    const char* value;
  };
  for (const Bad& bad : {
           Bad{"idle-exit", "SYNCQ_IDLE_EXIT", "soon"},
           Bad{"durability", "SYNCQ_DURABILITY", "full|normal"},
           Bad{"durability", "SYNCQ_DURABILITY", "ful"},
           Bad{"max-message", "SYNCQ_MAX_MESSAGE", "0"},
           Bad{"max-in-flight", "SYNCQ_MAX_IN_FLIGHT", "1k"},
           Bad{"log-level", "SYNCQ_LOG_LEVEL", "loud"},
           Bad{"tcp", "SYNCQ_TCP", "example.org:80"},
           Bad{"tcp", "SYNCQ_TCP", "127.0.0.1:1,"},
           Bad{"tcp-no-token", "SYNCQ_TCP_NO_TOKEN", "yes"},
           Bad{"allow-host", "SYNCQ_ALLOW_HOST", "http://a"},
           Bad{"allow-host", "SYNCQ_ALLOW_HOST", "*"},
           Bad{"allow-host", "SYNCQ_ALLOW_HOST", "[::1"},
           Bad{"tcp-timeout", "SYNCQ_TCP_TIMEOUT", "5999ms"},
           Bad{"tcp-timeout", "SYNCQ_TCP_TIMEOUT", "0"},
           Bad{"tcp-timeout", "SYNCQ_TCP_TIMEOUT", "61s"},
       }) {
    INFO(bad.name << " " << bad.value);
    User user(std::string(bad.name) + " = \"" + bad.value + "\"\n");
    CHECK_THAT(refusal(),
               Contains(std::string(bad.name) + " in " + user.config()));
    Environment variable(Variables{{bad.variable, bad.value}});
    CHECK_THAT(refusal(), Contains("$" + std::string(bad.variable)));
    CHECK_THAT(refusal({{bad.name, {bad.value}}}),
               Contains("--" + std::string(bad.name)));
  }
}

TEST_CASE("The config file has settings, each with one value or a list") {
  {
    User user("idle-exit = [\"1m\", \"2m\"]\n");
    CHECK_THAT(refusal(), Contains("one value"));
  }
  {
    User user("log-level = []\n");
    CHECK_THAT(refusal(), Contains("one value"));
  }
  {
    User user("idle-exti = \"1m\"\n");
    CHECK_THAT(refusal(), Contains("did you mean 'idle-exit'?"));
    CHECK_THAT(refusal(), Contains(user.config()));
  }
  {
    User user("tcp = []\n");
    CHECK(settle_settings({}).tcp.addresses.empty());
  }
}

TEST_CASE("What was given as options can be given again") {
  User user("log-level = \"warn\"\n");
  NamedValues given{{"tcp", {"127.0.0.1:1", "[::1]:2"}},
                    {"tcp-no-token", {"true"}},
                    {"idle-exit", {"1m"}}};
  DaemonReply reply;
  reply.body = config_json(settle_settings(given));
  CHECK(read_config(reply).config_file == user.config());
  CHECK(read_config(reply).given() == given);
  CHECK(option_words(given) ==
        std::vector<std::string>{"--idle-exit=1m", "--tcp=127.0.0.1:1",
                                 "--tcp=[::1]:2", "--tcp-no-token=true"});
}

// The settings that these options give; nullopt if the line is refused.
std::optional<NamedValues> parsed(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  SettingOptions options;
  CommandLine line("syncq daemon run [OPTIONS]", "");
  options.add_to(line);
  if (line.parse(Arguments(pointers.data(), pointers.size()))) return {};
  return options.given();
}

TEST_CASE("The settings are options of a command line") {
  CHECK(parsed({}) == NamedValues());
  CHECK(parsed({"--tcp=[::1]:2", "--tcp", "127.0.0.1:1", "--tcp", "[::]",
                "--tcp-no-token", "--log-level=debug", "--allow-host=a"}) ==
        NamedValues{{"tcp", {"[::1]:2", "127.0.0.1:1", "[::]"}},
                    {"tcp-no-token", {"true"}},
                    {"log-level", {"debug"}},
                    {"allow-host", {"a"}}});
  CHECK(parsed({"--tcp", "{}", "--tcp", "[]", "--tcp", ""}) ==
        NamedValues{{"tcp", {"{}", "[]", ""}}});
  CHECK(parsed({"--tcp-no-token", "--tcp-no-token=false"}) ==
        NamedValues{{"tcp-no-token", {"false"}}});
  CHECK_FALSE(parsed({"--tcp-no-token=maybe"}));
  CHECK_FALSE(parsed({"--tcp"}));
  CHECK_FALSE(parsed({"--tcp", "a", "b"}));
  CHECK_FALSE(parsed({"--idle-exit", "1m", "--idle-exit", "2m"}));
}

}  // namespace
}  // namespace syncq::test
