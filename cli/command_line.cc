#include "cli/command_line.h"

#include <fmt/format.h>

// Any <iostream> sets up eight streams and a locale before main, which is half
// of what a client does there. CLI11 includes it for streams that are never
// used here: this keeps libstdc++'s out.
#include <istream>
#include <ostream>
#define _GLIBCXX_IOSTREAM 1
namespace std {
extern ostream cout;
extern ostream cerr;
extern istream cin;
}  // namespace std

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/exit_code.h"
#include "cli/message.h"
#include "cli/text.h"
#include "common/duration.h"

namespace syncq {
namespace {

class HelpFormat final : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) {
    column_width(30);
  }

  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: " + usage_ + "\n";
  }
  std::string make_footer(const CLI::App* app) const override {
    return app->get_footer();
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : " " + option->get_type_name();
  }

 private:
  std::string usage_;
};

// "syncq fifo new" of "syncq fifo new [OPTIONS] NAME".
std::string command_of(std::string_view usage) {
  std::size_t end = 0;
  while (end < usage.size()) {
    std::size_t next = usage.find(' ', end + 1);
    char first = usage[end == 0 ? 0 : end + 1];
    if (first == '[' || (first >= 'A' && first <= 'Z') || first == '-') break;
    end = std::min(next, usage.size());
  }
  return std::string(usage.substr(0, end));
}

std::string check_duration(const std::string& text) {
  Result<Duration> duration = parse_duration(text, "duration");
  return duration ? std::string() : duration.refusal().message;
}

}  // namespace

const char* const kEnvironmentHelp =
    "Environment:\n"
    "  SYNCQ_STATE_DIR   where the daemon keeps its state\n"
    "  SYNCQ_SOCKET      the daemon's socket, as --socket\n"
    "  SYNCQ_ENDPOINT    a daemon by URL, as --endpoint\n"
    "  SYNCQ_TOKEN_FILE  a file with the bearer token for an endpoint\n"
    "  SYNCQ_NO_SPAWN=1  never start a daemon, as --no-spawn\n";

class CommandLine::Impl {
 public:
  Impl(std::string_view usage, std::string_view about)
      : app(std::string(about)), command(command_of(usage)) {
    app.name(command);
    app.formatter(std::make_shared<HelpFormat>(std::string(usage)));
    app.set_help_flag("-h,--help", "Print this help and exit");
  }

  CLI::Option* text(const char* names, std::string& value, const char* help,
                    const char* type) {
    return app.add_option(names, value, help)->type_name(type);
  }

  // The first that was not given; CLI11 itself would call a positional that
  // is also an option by the option's name.
  std::string_view missing() const {
    for (const Required& each : required) {
      if (each.value->empty()) return each.name;
    }
    return {};
  }

  std::string unknown_option() const {
    if (!keeps_strangers) return {};
    for (const std::string& word : app.remaining()) {
      if (word.size() > 1 && word[0] == '-') return word;
    }
    return {};
  }

  int usage_error(std::string_view what) const {
    write_stderr(
        fmt::format("{}: {}; see `{} --help`\n", command, what, command));
    return kExitUsage;
  }

  struct Required {
    std::string_view name;
    const std::string* value;
  };

  CLI::App app;
  std::string command;
  std::vector<Required> required;
  bool keeps_strangers = false;
};

CommandLine::CommandLine(std::string_view usage, std::string_view about)
    : impl_(std::make_unique<Impl>(usage, about)) {}
CommandLine::~CommandLine() = default;

void CommandLine::flag(const char* names, bool& value, const char* help) {
  impl_->app.add_flag(names, value, help);
}

void CommandLine::option(const char* names, std::string& value,
                         const char* help) {
  impl_->text(names, value, help, "TEXT");
}

void CommandLine::required(const char* names, std::string& value,
                           const char* help) {
  impl_->text(names, value, help, "TEXT");
  std::string_view positional = names;
  positional.remove_prefix(positional.rfind(',') + 1);
  impl_->required.push_back({positional, &value});
}

void CommandLine::duration(const char* names, std::string& value,
                           const char* help) {
  impl_->text(names, value, help, "D")->check(check_duration, "");
}

void CommandLine::number(const char* names, std::string& value,
                         std::int64_t low, std::int64_t high,
                         const char* help) {
  impl_->text(names, value, help, "N")
      ->check(
          [low, high](const std::string& text) {
            std::int64_t number = 0;
            bool reads = CLI::detail::lexical_cast(text, number);
            return reads && number >= low && number <= high
                       ? std::string()
                       : fmt::format("'{}' is no whole number from {} to {}",
                                     text, low, high);
          },
          "");
}

void CommandLine::choice(const char* names, std::string& value,
                         const std::vector<std::string>& choices,
                         const char* help) {
  std::string all = fmt::format("{}", fmt::join(choices, "|"));
  impl_->text(names, value, help, all.c_str())
      ->check(
          [choices, all](const std::string& text) {
            bool known = std::find(choices.begin(), choices.end(), text) !=
                         choices.end();
            return known ? std::string()
                         : fmt::format("'{}' is not one of {}", text, all);
          },
          "");
}

void CommandLine::words(const char* name, std::vector<std::string>& values,
                        const char* help) {
  impl_->app.add_option(name, values, help)->type_name("")->required();
}

void CommandLine::hidden_number(const char* name, int& value) {
  impl_->app.add_option(name, value)->group("");
}

void CommandLine::output(ClientOptions& options) {
  choice("-o,--output", options.output, {"raw", "json"},
         "raw: for people and shells; json: the API's own answer");
}

void CommandLine::socket(ClientOptions& options) {
  option("--socket", options.socket, "The local daemon's socket");
}

void CommandLine::client(ClientOptions& options) {
  output(options);
  option("-e,--endpoint", options.endpoint,
         "A daemon by URL: http://HOST:PORT or unix:/path; never started");
  socket(options);
  flag("--no-spawn", options.no_spawn,
       "Fail where no daemon runs instead of starting it");
}

void CommandLine::stop_at_stranger() { impl_->app.prefix_command(); }

void CommandLine::keep_strangers() {
  impl_->app.allow_extras();
  impl_->keeps_strangers = true;
}

void CommandLine::footer(std::string_view text) {
  impl_->app.footer(std::string(text));
}

std::optional<int> CommandLine::parse(Arguments arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    impl_->app.parse(reversed);
    if (std::string option = impl_->unknown_option(); !option.empty()) {
      return impl_->usage_error(
          fmt::format("there is no option '{}'", harmless(option)));
    }
    std::string_view missing = impl_->missing();
    if (missing.empty()) return std::nullopt;
    return impl_->usage_error(fmt::format("{} is missing", missing));
  } catch (const CLI::CallForHelp&) {
    print(impl_->app.help());
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    return impl_->usage_error(error.what());
  }
}

std::vector<std::string> CommandLine::rest() const {
  return impl_->app.remaining();
}

}  // namespace syncq
