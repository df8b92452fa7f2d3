#include "cli/options/command_line.h"

#include <fmt/format.h>

// Any <iostream> sets up eight streams and a locale before main, half of a
// client's work there. CLI11 includes it for streams that are never used here:
// this keeps libstdc++'s out.
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
#include <sstream>

#include "cli/base/exit_code.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/options/config_line.h"

namespace syncq {
namespace {

constexpr std::string_view kSeeOptions =
    "Every command also takes -o json, -e URL and more: see `syncq help "
    "options`.\n";

class HelpFormat final : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) {
    column_width(30);
  }

  std::string make_help(const CLI::App* app, std::string,
                        CLI::AppFormatMode) const override {
    // Those that all commands share are in no group.
    auto own = app->get_options([](const CLI::Option* option) {
      return option->nonpositional() && !option->get_group().empty();
    });
    return make_description(app) + "Usage: " + usage_ + "\n" +
           make_positionals(app) +
           (own.empty() ? "" : make_group("Options", false, own)) + "\n" +
           app->get_footer();
  }
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override {
    std::stringstream text;
    std::string name = make_option_name(option, is_positional);
    if (!is_positional) name += make_option_opts(option);
    CLI::detail::format_help(text, name, make_option_desc(option),
                             column_width_);
    return text.str();
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string type = option->get_type_name();
    return type.empty() || type.starts_with("[=") ? type : " " + type;
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

// Words that belong to no option or positional are: an error; rest(), with all
// that follow; rest().
enum class ExtraArgs { kNone, kRest, kKept };

// Of options_of(): parse() fills it and does nothing else.
OptionTable* wanted_table = nullptr;

}  // namespace

class CommandLine::Impl {
 public:
  Impl(std::string_view usage, std::string_view about)
      : app(std::string(about)), command(command_of(usage)) {
    app.name(command);
    app.formatter(std::make_shared<HelpFormat>(std::string(usage)));
    app.set_help_flag("-h,--help", "Print this help and exit")->group("");
    // complaint() looks at the words that CLI11 can't place.
    app.allow_extras();
    note("-h,--help", "", "Print the help and exit");
    table.takes_command = usage.find(" -- CMD") != usage.npos;
  }

  CLI::Option* text(const char* names, std::string& value, const char* help,
                    const char* type) {
    const OptionRow& row = note(names, type, help);
    return app.add_option(names, value, help)->type_name(row.type);
  }

  OptionRow& note(const char* names, const char* type, const char* help) {
    return table.rows.emplace_back(make_row(names, type, help));
  }

  void require(CLI::Option* option, const char* names) {
    std::string_view positional = names;
    positional.remove_prefix(positional.rfind(',') + 1);
    required.push_back({positional, option});
  }

  // What is wrong with the command line, "" for nothing; `error` is CLI11's
  // finding. An unknown option comes first: it causes the other errors.
  std::string complaint(const CLI::ParseError* error) const {
    std::string what = unknown_option();
    if (what.empty() && error != nullptr) what = explain(*error);
    if (what.empty()) what = missing();
    if (what.empty()) what = surplus();
    if (what.empty() && client != nullptr && client->json() &&
        !client->format.empty()) {
      what = "--format and -o json are two ways to print: give one";
    }
    return what;
  }

  // To CLI11, "--flag=" is the flag, and "--option=" takes the next word.
  std::string empty_value(Arguments arguments) const {
    for (std::string_view word : arguments) {
      if (word == "--") break;
      if (!word.starts_with("--") || word.find('=') + 1 != word.size())
        continue;
      word.remove_suffix(1);
      auto* option = app.get_option_no_throw(std::string(word));
      if (option == nullptr) continue;
      bool is_flag = option->get_items_expected_max() == 0;
      return is_flag ? fmt::format("'{0}=' has no value: write {0}", word)
                     : fmt::format("{} needs a value", word);
    }
    return {};
  }

  struct Required {
    std::string_view name;
    const CLI::Option* option;
  };

  CLI::App app;
  std::string command;
  std::vector<Required> required;
  std::vector<std::pair<const CLI::Option*, std::vector<std::string>*>> lists;
  ExtraArgs extra_args = ExtraArgs::kNone;
  std::string_view see_options;
  const ClientOptions* client = nullptr;
  OptionTable table;

 private:
  std::string unknown_option() const {
    for (const std::string& word : app.remaining()) {
      if (word == "--") break;
      if (word.size() > 1 && word[0] == '-') return no_such_option(word);
      // The rest is the command of `run`.
      if (extra_args == ExtraArgs::kRest) break;
    }
    return {};
  }

  std::string no_such_option(std::string_view word) const {
    std::string_view name = word.substr(0, word.find('='));
    std::vector<std::string_view> known;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& each : option->get_lnames()) {
        known.push_back(each);
      }
    }
    std::string text = fmt::format("there is no option '{}'", name);
    if (!name.starts_with("--")) return text;
    std::string_view meant = nearest(name.substr(2), known);
    return meant.empty() ? text
                         : text + fmt::format("; did you mean '--{}'?", meant);
  }

  // CLI11's own messages are written for programmers.
  std::string explain(const CLI::ParseError& error) const {
    std::string what = error.what();
    std::string option = what.substr(0, what.find(':'));
    for (const CLI::Option* each : app.get_options()) {
      bool list =
          each->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
      if (!list && each->get_items_expected_max() == 1 && each->count() > 1) {
        return fmt::format("{} is given twice", name_of(*each));
      }
    }
    if (error.get_name() == "ArgumentMismatch") {
      return fmt::format("{} needs a value", option);
    }
    return what;
  }

  // CLI11 would name a positional that is also an option by its option.
  std::string name_of(const CLI::Option& option) const {
    for (const Required& each : required) {
      if (each.option == &option) return std::string(each.name);
    }
    return option.get_name();
  }

  std::string missing() const {
    for (const Required& each : required) {
      const auto& given = each.option->results();
      if (given.empty() || std::count(given.begin(), given.end(), "") > 0) {
        return fmt::format("{} is missing", each.name);
      }
    }
    return {};
  }

  std::string surplus() const {
    std::vector<std::string> words = app.remaining();
    std::erase(words, "--");
    if (extra_args != ExtraArgs::kNone || words.empty()) return {};
    return fmt::format("too many arguments: {}", shell_line(words));
  }
};

CommandLine::CommandLine(std::string_view usage, std::string_view about)
    : impl_(std::make_unique<Impl>(usage, about)) {}
CommandLine::~CommandLine() = default;

void CommandLine::flag(const char* names, bool& value, const char* help) {
  impl_->note(names, "", help);
  // Giving it twice is harmless, say by an alias and by hand.
  impl_->app.add_flag(names, value, help)->take_last();
}

void CommandLine::flag(const char* names, std::string& value,
                       const char* help) {
  impl_->note(names, "", help);
  impl_->app.add_flag(names, value, help)
      ->take_last()
      ->check(
          [](const std::string& text) {
            return text == "true" || text == "false"
                       ? std::string()
                       : fmt::format("'{}' is neither true nor false", text);
          },
          "");
}

void CommandLine::flag_or_value(const char* names, std::string& value,
                                const char* help, const char* type,
                                const Complaint& complaint,
                                std::vector<std::string> offers) {
  impl_->note(names, "", help).choices = std::move(offers);
  impl_->app.add_flag(names, value, help)
      ->type_name(type)
      ->take_last()
      ->check(complaint, "");
}

void CommandLine::list(const char* names, std::vector<std::string>& values,
                       const char* help, const char* type) {
  impl_->note(names, type, help).repeats = true;
  // One value each time; CLI11 would read "[a]" as a list otherwise.
  CLI::Option* option = impl_->app.add_option(names, values, help)
                            ->type_name(type)
                            ->expected(1)
                            ->allow_extra_args(false);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  impl_->lists.emplace_back(option, &values);
}

void CommandLine::option(const char* names, std::string& value,
                         const char* help, const char* type) {
  impl_->text(names, value, help, type);
}

void CommandLine::required(const char* names, std::string& value,
                           const char* help, const char* type) {
  impl_->require(impl_->text(names, value, help, type), names);
}

void CommandLine::checked(const char* names, std::string& value,
                          const char* help, const char* type,
                          const Complaint& complaint,
                          std::vector<std::string> offers) {
  impl_->text(names, value, help, type)->check(complaint, "");
  impl_->table.rows.back().choices = std::move(offers);
}

void CommandLine::words(const char* name, std::vector<std::string>& values,
                        const char* help) {
  impl_->note(name, kAnyText, help).repeats = true;
  CLI::Option* option = impl_->app.add_option(name, values, help);
  impl_->require(option->type_name(""), name);
}

void CommandLine::any_words(const char* name, std::vector<std::string>& values,
                            const char* help, std::vector<std::string> offers) {
  OptionRow& row = impl_->note(name, kAnyText, help);
  row.repeats = true;
  row.choices = std::move(offers);
  CLI::Option* option = impl_->app.add_option(name, values, help);
  impl_->lists.emplace_back(option->type_name(""), &values);
}

void CommandLine::hidden_number(const char* name, int& value) {
  impl_->app.add_option(name, value)->group("");
}

void CommandLine::client(ClientOptions& options) {
  impl_->client = &options;
  // In no group, so that --help leaves them out.
  impl_->app.option_defaults()->group("");
  client_options(options);
  impl_->app.option_defaults()->group("Options");
  impl_->see_options = kSeeOptions;
}

void CommandLine::stop_at_stranger() {
  impl_->app.prefix_command();
  impl_->extra_args = ExtraArgs::kRest;
}

void CommandLine::keep_extra_args() { impl_->extra_args = ExtraArgs::kKept; }

void CommandLine::options_come_first() { impl_->table.options_end = true; }

void CommandLine::footer(std::string_view text) {
  impl_->app.footer(std::string(text));
}

OptionTable options_of(int (*command)(Arguments)) {
  OptionTable table;
  wanted_table = &table;
  char help[] = "--help";
  char* const asked[] = {help, nullptr};
  command(Arguments(asked, 1));
  wanted_table = nullptr;
  return table;
}

std::optional<int> CommandLine::parse(Arguments arguments) {
  if (wanted_table != nullptr) {
    *wanted_table = std::move(impl_->table);
    return kExitOk;
  }
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  std::string wrong = impl_->empty_value(arguments);
  if (!wrong.empty()) return usage_error(impl_->command, wrong);
  try {
    impl_->app.parse(reversed);
    wrong = impl_->complaint(nullptr);
    // As they were written: CLI11 itself makes nothing of "{}".
    for (auto& [option, values] : impl_->lists) *values = option->results();
  } catch (const CLI::CallForHelp&) {
    print(help());
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    wrong = impl_->complaint(&error);
  }
  if (wrong.empty()) return std::nullopt;
  return usage_error(impl_->command, wrong);
}

std::string CommandLine::help() const {
  return impl_->app.help().append(impl_->see_options);
}

std::vector<std::string> CommandLine::rest() const {
  return impl_->app.remaining();
}

ConfigLine read_config_line(const std::string& text) {
  std::istringstream line(text);
  std::vector<CLI::ConfigItem> items = CLI::ConfigTOML().from_config(line);
  return {std::move(items.at(0).name), std::move(items.at(0).inputs)};
}

}  // namespace syncq
