#include "cli/flock/flock_options.h"

#include <fmt/format.h>
#include <getopt.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/flock/flock_help.h"
#include "cli/options/command_line.h"
#include "common/environment.h"
#include "common/version.h"

namespace syncq {
namespace {

constexpr std::string_view kCommand = "syncq flock";
constexpr int kLargestCode = 255;

// What an option is known by to getopt(3): its letter, or one of these.
enum : int { kEndpoint = UCHAR_MAX + 1, kSocket, kNoSpawn, kOutput };

struct Option {
  int code;
  const char* name;
  const char* type;  // "" for a flag
  const char* help;
};
constexpr std::array kOptions = {
    Option{'s', "shared", "", "Have the turn together with others that share"},
    Option{'x', "exclusive", "", "Have it alone: the default"},
    Option{'u', "unlock", "", "Give up the turn and the lock of FD"},
    Option{'n', "nonblock", "", "Don't wait for the turn"},
    Option{'w', "timeout", "SECONDS",
           "Wait no longer than this, such as 2.5; 0 is -n"},
    Option{'E', "conflict-exit-code", "N",
           "The exit code if the turn was not had (default 1)"},
    Option{'o', "close", "", "The command does not get the lock's descriptor"},
    Option{'F', "no-fork", "", "Become the command: always so"},
    Option{'c', "command", "CMD", "A line for the shell, in place of CMD"},
    Option{'v', "verbose", "", "Say how the waiting goes, and what is run"},
    Option{kEndpoint, "endpoint", "URL", "A daemon by URL"},
    Option{kSocket, "socket", "FILE", "The local daemon's socket"},
    Option{kNoSpawn, "no-spawn", "",
           "Fail if no daemon runs instead of starting it"},
    Option{'V', "version", "", "Print this program's version"},
};

// Other names that flock(1) has for them.
constexpr std::array kSynonyms = {
    std::pair{"nb", 'n'}, std::pair{"nonblocking", 'n'}, std::pair{"wait", 'w'},
    std::pair{"help", 'h'}};
constexpr const char* kOtherLetters = "eh";

bool has_value(const Option& option) { return option.type[0] != '\0'; }
bool has_letter(const Option& option) { return option.code <= UCHAR_MAX; }

int usage(std::string_view what) {
  usage_error(kCommand, what);
  return EX_USAGE;
}

// --help, and the table for completion.
int help() {
  bool flag = false;
  std::string value;
  std::vector<std::string> values;
  CommandLine line(kFlockUsage, kFlockAbout);
  for (const Option& each : kOptions) {
    std::string names =
        has_letter(each)
            ? fmt::format("-{},--{}", static_cast<char>(each.code), each.name)
            : fmt::format("--{}", each.name);
    if (has_value(each)) {
      line.option(names.c_str(), value, each.help, each.type);
    } else {
      line.flag(names.c_str(), flag, each.help);
    }
  }
  line.option("FILE", value, "A file or a directory, or an open descriptor");
  line.list("CMD", values, "What to run, and its arguments", "FILE");
  line.options_come_first();
  line.footer(kFlockHelp);
  char word[] = "--help";
  char* const asked[] = {word, nullptr};
  return line.parse(Arguments(asked, 1)).value_or(EX_OK);
}

// Options end at FILE, or a "--" before it.
class Reader {
 public:
  Reader(Arguments words, FlockOptions& options) : options_(options) {
    // getopt(3) takes the first for the program's name.
    words_.push_back(program_);
    words_.insert(words_.end(), words.begin(), words.end());
    words_.push_back(nullptr);
    for (const Option& each : kOptions) {
      add_long(each.name, each.code, has_value(each));
      if (!has_letter(each)) continue;
      letters_ += static_cast<char>(each.code);
      if (has_value(each)) letters_ += ':';
    }
    for (auto [name, code] : kSynonyms) add_long(name, code, code == 'w');
    // From before the word `flock`: not one of flock's own.
    add_long("output", kOutput, true);
    longs_.push_back({});
    letters_ += kOtherLetters;
  }

  std::optional<int> read() {
    const int count = static_cast<int>(words_.size()) - 1;
    optind = 0;
    opterr = 0;
    for (;;) {
      word_ = words_[static_cast<std::size_t>(std::max(optind, 1))];
      int code = getopt_long(count, words_.data(), letters_.c_str(),
                             longs_.data(), nullptr);
      if (code == -1) return operands(optind, count);
      if (auto ended = take(code)) return ended;
    }
  }

 private:
  void add_long(const char* name, int code, bool value) {
    longs_.push_back(
        {name, value ? required_argument : no_argument, nullptr, code});
  }

  std::optional<int> take(int code) {
    switch (code) {
      case 's':
      case 'e':
      case 'x':
        options_.shared = code == 's';
        options_.unlock = false;
        return {};
      case 'u':
        options_.unlock = true;
        return {};
      case 'n':
        options_.nowait = true;
        return {};
      case 'w':
        return take_limit(optarg);
      case 'E':
        return take_conflict_code(optarg);
      case 'o':
        options_.close = true;
        return {};
      case 'F':
        no_fork_ = true;
        return {};
      case 'c':
        line_ = optarg;
        return {};
      case 'v':
        options_.verbose = true;
        return {};
      case kEndpoint:
        options_.client.endpoint = optarg;
        return {};
      case kSocket:
        options_.client.socket = optarg;
        return {};
      case kOutput:
        // Nothing of ours is printed on stdout.
        return {};
      case kNoSpawn:
        options_.client.no_spawn = true;
        return {};
      case 'h':
        return help();
      case 'V':
        print(fmt::format("syncq {}\n", kVersion));
        return EX_OK;
      default:
        return refuse(code);
    }
  }

  int refuse(int code) const {
    std::string_view word = word_;
    std::string name = word.starts_with("--")
                           ? std::string(word.substr(0, word.find('=')))
                           : fmt::format("-{}", static_cast<char>(optopt));
    if (code == ':') return usage(fmt::format("{} needs a value", name));
    const bool valued = word.starts_with("--") && word.find('=') != word.npos;
    return usage(fmt::format("there is no option '{}'{}", name,
                             valued ? ", or it takes no value" : ""));
  }

  // As strtod(3) reads it.
  std::optional<int> take_limit(const char* text) {
    // Nobody waits so long, and it fits into a Duration.
    constexpr double kLongest = 1e9;
    char* end = nullptr;
    const double seconds = std::strtod(text, &end);
    if (end == text || *end != '\0' || !std::isfinite(seconds) || seconds < 0) {
      return usage(fmt::format("'{}' is no number of seconds to wait", text));
    }
    using Seconds = std::chrono::duration<double>;
    options_.wait.reset();
    zero_ = seconds == 0;
    if (seconds < kLongest) {
      options_.wait = std::chrono::ceil<Duration>(Seconds(seconds));
    }
    return {};
  }

  std::optional<int> take_conflict_code(const char* text) {
    auto code = read_number(text, 0, kLargestCode);
    if (!code) {
      return usage(
          fmt::format("'{}' is no exit code from 0 to {}", text, kLargestCode));
    }
    options_.conflict_code = static_cast<int>(*code);
    return {};
  }

  std::optional<int> operands(int first, int count) {
    if (options_.close && no_fork_) {
      return usage("-o and -F exclude each other, as with flock(1)");
    }
    if (first == count) {
      return usage("FILE and CMD, or a descriptor, are missing");
    }
    options_.nowait = options_.nowait || zero_;
    if (options_.nowait) options_.wait.reset();
    char* file = words_[static_cast<std::size_t>(first)];
    auto behind = static_cast<std::size_t>(count - first - 1);
    if (behind == 0 && line_ == nullptr) return take_descriptor(file);
    options_.file = file;
    return take_command(behind);
  }

  std::optional<int> take_descriptor(std::string_view word) {
    auto number = read_number(word, 0, INT_MAX);
    if (!number) {
      return usage(fmt::format(
          "'{0}' alone would be a descriptor, a number: write CMD after a "
          "file, as in `syncq flock {0} CMD`",
          word));
    }
    options_.descriptor = static_cast<int>(*number);
    return {};
  }

  // The last words of words_, which end with those of the caller.
  std::optional<int> take_command(std::size_t behind) {
    char** first = words_.data() + words_.size() - 1 - behind;
    const std::string_view word = behind == 0 ? "" : *first;
    const bool is_option = word == "-c" || word == "--command";
    if (line_ != nullptr || is_option) {
      if (line_ == nullptr && behind == 2) {
        line_ = first[1];
      } else if (line_ == nullptr || behind != 0) {
        return usage("-c takes one word: quote the command");
      }
      set_shell_command();
      return {};
    }
    options_.shell_command.assign(first, first + behind + 1);
    options_.command = Arguments(options_.shell_command.data(), behind);
    return {};
  }

  void set_shell_command() {
    static char option[] = "-c";
    std::string_view shell = env("SHELL");
    options_.shell = shell.empty() ? "/bin/sh" : shell;
    options_.shell_command = {options_.shell.data(), option, line_, nullptr};
    options_.command = Arguments(options_.shell_command.data(), 3);
  }

  FlockOptions& options_;
  char program_[6] = "flock";
  std::vector<char*> words_;
  std::string letters_ = "+:";
  std::vector<option> longs_;
  // The one that getopt(3) is at.
  const char* word_ = nullptr;
  char* line_ = nullptr;
  bool no_fork_ = false;
  bool zero_ = false;
};

}  // namespace

std::optional<int> parse_flock_options(Arguments arguments,
                                       FlockOptions& options) {
  return Reader(arguments, options).read();
}

}  // namespace syncq
