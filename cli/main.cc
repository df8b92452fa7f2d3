#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string_view>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/commands.h"
#include "cli/leading_options.h"
#include "cli/options/command_line.h"
#include "cli/overview.h"
#include "cli/synonyms.h"
#include "cli/version.h"

namespace syncq {
namespace {

int refuse_unknown(std::string_view group, std::string_view word) {
  say(unknown_command(group, word));
  return kExitUsage;
}

bool asks_for_help(std::string_view word) {
  return word == "help" || word == "--help" || word == "-h";
}

// Prints the help of the command that these words name, whatever else they say:
// nothing is ever run from here.
int help(Arguments words) {
  std::vector<std::string_view> names;
  for (std::string_view word : words) {
    if (asks_for_help(word)) continue;
    if (word.starts_with('-')) break;
    names.push_back(word);
  }
  std::string_view group;
  if (!names.empty() && is_group(names[0])) {
    group = names[0];
    names.erase(names.begin());
  }
  if (names.empty()) {
    print(overview(group));
    return kExitOk;
  }
  if (group.empty() && names[0] == "options") {
    print(common_options_help());
    return kExitOk;
  }
  const Command* command = find_command(group, names[0]);
  if (command == nullptr) return refuse_unknown(group, names[0]);
  char option[] = "--help";
  char* const asked[] = {option, nullptr};
  return command->run(Arguments(asked, 1));
}

// The command whose words come first, with what follows them.
int dispatch(Arguments words) {
  std::string_view first = words[0];
  if (asks_for_help(first)) return help(words);
  if (first == "--version" || first == "-V") return version_command({});
  if (const Command* command = find_command("", first)) {
    return command->run(words.subspan(1));
  }
  if (!is_group(first)) return refuse_unknown("", first);
  if (words.size() == 1 || asks_for_help(words[1])) return help(words);
  if (const Command* command = find_command(first, words[1])) {
    return command->run(words.subspan(2));
  }
  return refuse_unknown(first, words[1]);
}

int run(Arguments words) {
  if (words.empty()) return help(words);
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
  } catch (const std::bad_alloc&) {
    say(kNoMemory);
    return kExitFailed;
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
