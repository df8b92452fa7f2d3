#include "cli/complete.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/commands.h"
#include "cli/completion/live_values.h"
#include "cli/completion/offers.h"
#include "cli/completion/shell_offers.h"
#include "cli/leading_options.h"
#include "cli/options/command_line.h"

namespace syncq {
namespace {

constexpr const char* kCommandType = "COMMAND";

// Before the command's name only options that all of them have can stand.
int no_command(Arguments arguments) {
  ClientOptions options;
  std::string name;
  bool version = false;
  CommandLine line("syncq [OPTIONS] COMMAND", "");
  line.option(kCommandType, name, "");
  line.flag("-V,--version", version, "Print this program's version");
  line.client(options);
  return line.parse(arguments).value_or(kExitOk);
}

void add_once(Offers& offers, std::string_view word, std::string_view about) {
  bool known = std::ranges::any_of(
      offers, [word](const Offer& offer) { return offer.word == word; });
  if (!known) offers.push_back({std::string(word), std::string(about)});
}

// The words that can follow "" or a group.
Offers command_names(std::string_view group) {
  Offers offers;
  for (const Command& command : all_commands()) {
    if (command.summary.empty()) continue;
    if (command.group == group) {
      add_once(offers, command.name, command.summary);
    } else if (group.empty()) {
      add_once(offers, command.group,
               fmt::format("See `syncq help {}`", command.group));
    }
  }
  return offers;
}

// What a line names so far.
struct Named {
  std::string_view group;
  const Command* command = nullptr;
  bool helps = false;    // it asks for help, and names no more than a command
  bool strange = false;  // there is no such command
  std::size_t words = 0;
};

Named read_name(const std::vector<std::string>& words) {
  Named named;
  for (const std::string& word : words) {
    if (named.command != nullptr || named.strange || word.starts_with('-')) {
      break;
    }
    ++named.words;
    if (word == "help" && !named.helps) {
      named.helps = true;
    } else if (named.group.empty() && is_group(word)) {
      named.group = word;
    } else {
      named.command = find_command(named.group, word);
      named.strange = named.command == nullptr;
    }
  }
  return named;
}

Completion complete_name(const Named& named) {
  Completion completion{{}, command_names(named.group)};
  if (named.group.empty() && !named.helps) {
    add_once(completion.offers, "help", "Show the commands, or one's options");
  }
  if (named.group.empty() && named.helps) {
    add_once(completion.offers, "options", "What all commands take");
  }
  return completion;
}

Completion complete(std::vector<std::string> before,
                    const std::string& current) {
  Named named = read_name(before);
  if (named.strange || (named.helps && named.command != nullptr)) return {};
  before.erase(before.begin(),
               before.begin() + static_cast<std::ptrdiff_t>(named.words));
  bool names = named.command == nullptr;
  OptionTable table = options_of(names ? no_command : named.command->run);
  return complete_options(
      table, before, current, [&](std::string_view type, const Given& given) {
        if (type == kCommandType) return complete_name(named);
        return find_live_values(type, table, given, current);
      });
}

// With the command's name before its options.
std::vector<std::string> ordered(const std::vector<std::string>& words) {
  std::vector<std::string> copy = words;
  std::vector<char*> pointers;
  for (std::string& word : copy) pointers.push_back(word.data());
  std::vector<char*> moved = move_leading_options(pointers);
  return {moved.begin(), moved.end() - 1};
}

}  // namespace

int complete_command(Arguments arguments) {
  ShellLine line = read_shell_line(arguments);
  if (line.words.empty()) return kExitUsage;
  std::vector<std::string> before(line.words.begin(), line.words.end() - 1);
  print(line.answer(line, complete(ordered(before), line.words.back())));
  return kExitOk;
}

}  // namespace syncq
