#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/daemon/daemon_commands.h"
#include "cli/daemon/log_filter.h"
#include "cli/daemon/log_reader.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr std::string_view kDaemonLogsHelp =
    "Says when a turn was given and how it ended, what expired, which message "
    "was given up,\nand what people did to FIFOs and queues. The log keeps its "
    "last 4 MiB.\n\n"
    "Examples:\n"
    "  syncq daemon logs -n 200\n"
    "  syncq daemon logs -f\n"
    "  syncq daemon logs --since 10m --level warn\n"
    "  syncq daemon logs --since '2026-11-29 16:24'\n"
    "  syncq daemon logs -f -o json | jq -r 'select(.level == "
    "\"error\").text'\n\n"
    "Exit codes: 0; 1 there is no log yet; 2 usage\n\n";

constexpr std::int64_t kMostLines = 1'000'000'000;
constexpr int kLookEveryMs = 200;

// Between two looks at the log; false when nobody reads what we write.
bool wait_for_more() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, kLookEveryMs) == 0 ||
         (output.revents & (POLLERR | POLLNVAL)) == 0;
}

std::string json_of(const std::string& line) {
  LogLine read = read_log_line(line);
  nlohmann::ordered_json object{
      {"time", nullptr}, {"level", nullptr}, {"text", read.text}};
  if (!read.time.empty()) object["time"] = read.time;
  if (!read.level.empty()) object["level"] = read.level;
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void print_wanted(const std::vector<std::string>& lines, LogFilter& filter,
                  std::size_t most, bool json) {
  std::vector<const std::string*> wanted;
  for (const std::string& line : lines) {
    if (filter.wants(line)) wanted.push_back(&line);
  }
  std::size_t first = wanted.size() - std::min(wanted.size(), most);
  std::string text;
  for (std::size_t i = first; i < wanted.size(); ++i) {
    text += (json ? json_of(*wanted[i]) : *wanted[i]) + '\n';
  }
  print(text);
}

std::string log_of(const Target& target) {
  if (!target.endpoint) return target.paths.log();
  throw Failure(fmt::format(
      "reading the log of the daemon at {}: it is a file where that runs; {}",
      target.address(),
      target.is_ssh() ? "use `ssh HOST syncq daemon logs`" : "look there"));
}

}  // namespace

int daemon_logs_command(Arguments arguments) {
  ClientOptions options;
  std::string count;
  std::string since;
  std::string level = "debug";
  bool follow = false;
  CommandLine line("syncq daemon logs [OPTIONS]", "Print the daemon's log.");
  line.flag("-f,--follow", follow, "Go on, with each new line");
  line.number("-n,--lines", count, 0, kMostLines,
              "How many of the last lines (default 50, or all with --since)");
  line.option("--since", since,
              "Only lines since then: so long ago (10m), or a time "
              "(16:24, 2026-11-29 16:24)");
  line.choice("--level", level, {"debug", "info", "warn", "error"},
              "Only lines of this level and above");
  line.client(options);
  line.footer(kDaemonLogsHelp);
  if (auto code = line.parse(arguments)) return *code;

  std::optional<WallMillis> from;
  if (!since.empty()) {
    using std::chrono::system_clock;
    from = parse_since(since, std::chrono::floor<std::chrono::milliseconds>(
                                  system_clock::now().time_since_epoch())
                                  .count());
    if (!from) {
      return usage_error(
          "syncq daemon logs",
          fmt::format("--since: '{}' is neither a duration, as 10m, nor a "
                      "time, as 16:24 or '2026-11-29 16:24'",
                      since));
    }
  }
  if (count.empty()) count = std::to_string(from ? kMostLines : 50);
  const auto most =
      static_cast<std::size_t>(*read_number(count, 0, kMostLines));
  LogFilter filter(from, level);
  const std::string path = log_of(find_target(options));
  LogReader reader(path);
  print_wanted(reader.read(), filter, most, options.json());
  if (!reader.found()) {
    std::string none = fmt::format(
        "there is no log {} yet; it is made when the daemon first starts here",
        path);
    if (!follow) throw Failure(none);
    say(none + ": waiting for it");
  }
  while (follow && wait_for_more()) {
    print_wanted(reader.read(), filter, static_cast<std::size_t>(kMostLines),
                 options.json());
  }
  return kExitOk;
}

}  // namespace syncq
