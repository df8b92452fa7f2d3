#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/base/arguments.h"
#include "cli/client/target.h"
#include "cli/options/option_table.h"

namespace syncq {

// The options of the one command in use. Only its .cc knows CLI11, whose
// headers make every file that includes them slow to build and to start. The
// variables passed in must outlive it.
class CommandLine {
 public:
  // `usage` is the whole line after "Usage: "; its words up to the first
  // capital or bracket name the command in messages.
  CommandLine(std::string_view usage, std::string_view about);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Names are CLI11's: "-q,--quiet", "FIFO" for a positional, or both.
  void flag(const char* names, bool& value, const char* help);
  // "true", or "false" after --NAME=false; unchanged if it is not given.
  void flag(const char* names, std::string& value, const char* help);
  // Says what is wrong with a value; "" for nothing.
  using Complaint = std::function<std::string(const std::string& value)>;
  // "true", or the value after --NAME=; no word that follows is one. `type` as
  // help has it: "[=D]".
  void flag_or_value(const char* names, std::string& value, const char* help,
                     const char* type, const Complaint& complaint,
                     std::vector<std::string> offers);
  // May be given more than once; `type` stands for a value in --help.
  void list(const char* names, std::vector<std::string>& values,
            const char* help, const char* type);
  // `type` stands for a value in --help, and says what completion offers: see
  // cli/completion/live_values.cc.
  void option(const char* names, std::string& value, const char* help,
              const char* type = kAnyText);
  void required(const char* names, std::string& value, const char* help,
                const char* type = kAnyText);
  // Completion has `offers`.
  void checked(const char* names, std::string& value, const char* help,
               const char* type, const Complaint& complaint,
               std::vector<std::string> offers = {});
  // A duration, but kept as text: the daemon parses it. "[D]": it may be
  // missing.
  void duration(const char* names, std::string& value, const char* help,
                const char* type = "D");
  // A whole number from `low` to `high`, kept as text.
  void number(const char* names, std::string& value, std::int64_t low,
              std::int64_t high, const char* help);
  void choice(const char* names, std::string& value,
              const std::vector<std::string>& choices, const char* help);
  // One positional or more.
  void words(const char* name, std::vector<std::string>& values,
             const char* help);
  // Any number of them; completion has `offers`.
  void any_words(const char* name, std::vector<std::string>& values,
                 const char* help, std::vector<std::string> offers);
  // Accepted, but not in --help.
  void hidden_number(const char* name, int& value);
  // The options of every client: -o, -e, --socket, --no-spawn. --help leaves
  // them to `syncq help options`.
  void client(ClientOptions& options);
  void wide(ClientOptions& options);
  void watch(ClientOptions& options);
  // --format, of rows with these fields; -o json with it is refused.
  void format(ClientOptions& options, const std::vector<std::string>& fields);
  void endpoint(ClientOptions& options);
  void socket(ClientOptions& options);
  void output(ClientOptions& options);
  // The same as client(), for a help that shows them.
  void client_options(ClientOptions& options);
  // Ends parsing at the first word that belongs to no option or positional; it
  // and what follows are rest().
  void stop_at_stranger();
  // Words that belong to no option or positional are rest(), wherever they
  // stand, unchanged: CLI11 itself would read "[a,b]" as two and "{}" as none.
  // An unknown option is an error.
  void keep_extra_args();
  // For completion: options stand before all positionals.
  void options_come_first();
  // The end of --help: examples, exit codes.
  void footer(std::string_view text);

  // nullopt: go on. Otherwise --help or an error has been printed, and this is
  // the exit code.
  std::optional<int> parse(Arguments arguments);
  std::vector<std::string> rest() const;
  // What --help prints.
  std::string help() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The options of every client, and the environment that it heeds.
std::string common_options_help();

}  // namespace syncq
