#include <cstdlib>
#include <cstring>
#include <exception>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/leading_options.h"
#include "cli/message.h"
#include "cli/verbs.h"

namespace syncq {
namespace {

int help(Arguments words);

int usage_error(std::string_view group, std::string_view word) {
  say(unknown_command(group, word));
  return kExitUsage;
}

// The command whose words come first, with what follows them.
int dispatch(Arguments words) {
  std::string_view first = words[0];
  if (first == "help" || first == "--help" || first == "-h") {
    return help(words.subspan(1));
  }
  if (first == "--version" || first == "-V") return version_verb({});
  if (const Command* command = find_command("", first)) {
    return command->run(words.subspan(1));
  }
  if (!is_group(first)) return usage_error("", first);
  std::string_view second = words.size() > 1 ? words[1] : "--help";
  if (second == "--help" || second == "-h" || second == "help") {
    print(overview(first));
    return kExitOk;
  }
  if (const Command* command = find_command(first, second)) {
    return command->run(words.subspan(2));
  }
  return usage_error(first, second);
}

// `help X Y` is `X Y --help`.
int help(Arguments words) {
  if (words.empty()) {
    print(overview(""));
    return kExitOk;
  }
  char option[] = "--help";
  std::vector<char*> asked(words.begin(), words.end());
  asked.push_back(option);
  asked.push_back(nullptr);
  return dispatch(Arguments(asked.data(), asked.size() - 1));
}

int run(Arguments words) {
  if (words.empty()) {
    print(overview(""));
    return kExitOk;
  }
  std::vector<char*> ordered = move_leading_options(words);
  return dispatch(Arguments(ordered.data(), ordered.size() - 1));
}

// The one place where a client's exceptions end.
int run_and_report(Arguments words) {
  try {
    return run(words);
  } catch (const Failure& failure) {
    say(failure.what());
    return failure.exit_code();
  } catch (const std::exception& error) {
    say(error.what());
    return kExitFailed;
  }
}

}  // namespace
}  // namespace syncq

int main(int argc, char** argv) {
  int skipped = argc > 0 ? 1 : 0;
  int code = syncq::run_and_report(syncq::Arguments(
      argv + skipped, static_cast<std::size_t>(argc - skipped)));
  // Nothing is buffered, and a re-attaching thread may still be at work:
  // the static objects stay as they are.
  std::_Exit(code);
}
