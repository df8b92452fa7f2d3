#include "cli/command_line.h"
#include "cli/holder.h"
#include "cli/json_fields.h"
#include "cli/print_view.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "common/duration.h"

namespace syncq {
namespace {

constexpr std::string_view kExamples =
    "Examples:\n"
    "  syncq fifo ls\n"
    "  syncq fifo ls -o json | jq -r '.fifos[].name'\n\n"
    "Exit codes: 0; 1 the daemon can't be reached; 2 usage\n\n";

std::string list_text(const nlohmann::json& body) {
  Table table(
      {"NAME", "UUID", "HELD", "SLOTS", "WAITING", "FENCE", "FOR", "HELD BY"});
  for (const auto& fifo : field_of(body, "fifos")) {
    auto holder = read_holder(field_of(fifo, "holder"));
    table.row({field_text(fifo, "name"), field_text(fifo, "uuid"),
               field_text(fifo, "held"), field_text(fifo, "slots"),
               field_text(fifo, "waiting"), field_text(fifo, "fence"),
               holder ? describe_duration(holder->held) : "",
               holder ? holder->text() : ""});
  }
  return table.text();
}

}  // namespace

int fifo_ls_verb(Arguments arguments) {
  ClientOptions options;
  CommandLine line("syncq fifo ls [OPTIONS]", "List all FIFOs.");
  line.client(options);
  line.footer(std::string(kExamples) + kEnvironmentHelp);
  if (auto code = line.parse(arguments)) return *code;
  return print_view(options, Address("/fifo"), "listing FIFOs", list_text);
}

}  // namespace syncq
