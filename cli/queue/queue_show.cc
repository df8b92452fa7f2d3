#include <fmt/format.h>

#include "cli/base/exit_code.h"
#include "cli/base/number.h"
#include "cli/base/output.h"
#include "cli/base/table.h"
#include "cli/client/explain.h"
#include "cli/client/json_fields.h"
#include "cli/client/queue_text.h"
#include "cli/client/row_fields.h"
#include "cli/client/watch.h"
#include "cli/options/command_line.h"
#include "cli/queue/message_table.h"
#include "cli/queue/queue_commands.h"
#include "cli/queue/queue_message.h"

namespace syncq {
namespace {

constexpr std::string_view kQueueShowHelp =
    "Shows the queue and its first messages, without taking any: AGE since "
    "the push, and how\nthe TEXT begins. --state leased shows what others "
    "have in hand and LEFT of their leases,\ndelayed IN how long each can be "
    "read, blocked what waits for an earlier one of its GROUP, dead "
    "which ones are dead\nletters, FROM where.\n\n"
    "Examples:\n"
    "  syncq queue show jobs\n"
    "  syncq queue show jobs --from 1000 -n 50\n"
    "  syncq queue show jobs -w\n"
    "  syncq queue show jobs.dead --state dead\n"
    "  syncq queue show jobs --format '{id} {text}'\n"
    "  syncq queue show jobs -o json | jq .queue.size\n\n"
    "Exit codes: 0; 1 unknown queue; 2 usage\n\n";

constexpr std::int64_t kShown = 20;
constexpr std::int64_t kMostShown = 1000;
constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max();

std::string queue_text(const nlohmann::json& queue) {
  Table table({});
  table.row({"name", field_text(queue, "name")});
  table.row({"id", field_text(queue, "id")});
  bool ephemeral = field_text(queue, "ephemeral") == "true";
  table.row({"kind", ephemeral ? "ephemeral" : "durable"});
  table.row({"size", field_text(queue, "size")});
  table.row({"leased", leased_text(queue)});
  table.row({"delayed", field_text(queue, "delayed")});
  std::string blocked = field_text(queue, "blocked");
  if (!blocked.empty() && blocked != "0") table.row({"blocked", blocked});
  if (field_text(queue, "paused") == "true") {
    table.row({"paused", {"yes", colour_of("paused")}});
  }
  std::string capacity = field_text(queue, "capacity");
  table.row({"capacity", capacity.empty()
                             ? "no limit"
                             : fmt::format("{}, then {}", capacity,
                                           field_text(queue, "overflow"))});
  std::string attempts = field_text(queue, "max_attempts");
  table.row({"attempts", attempts.empty()
                             ? "no limit"
                             : fmt::format("{}, then to {}", attempts,
                                           field_text(queue, "dead_letter"))});
  std::string limits = limits_text(queue);
  if (!limits.empty()) table.row({"limits", limits});
  table.row({"created", field_text(queue, "created_at")});
  return table.for_stdout(true);
}

struct Wanted {
  std::string queue;
  std::string state = "ready";
  std::string from;
  std::string limit = std::to_string(kShown);
};

// The queue and its messages, in one object.
std::string ask_for(Client& client, const Wanted& wanted,
                    const std::string& doing) {
  RequestTarget address = queue_target(wanted.queue);
  auto get = [&] {
    DaemonReply reply = client.call("GET", address, Repeat::kIdempotent);
    require_ok(client, reply, doing, {.queue = wanted.queue});
    parse_body(reply);
    return nlohmann::ordered_json::parse(reply.body);
  };
  nlohmann::ordered_json all = get();
  if (wanted.limit != "0") {
    address.segment("messages").add("state", wanted.state);
    address.add("limit", wanted.limit).add_given("from", wanted.from);
    all.update(get());
  }
  return all.dump();
}

std::string view_text(const nlohmann::json& body, const std::string& state) {
  std::string text = queue_text(field_of(body, "queue"));
  const nlohmann::json& messages = field_of(body, "messages");
  if (!messages.empty()) text += "\n" + message_lines(messages, state);
  return text;
}

std::vector<nlohmann::json> rows_of_queue(const nlohmann::json& body) {
  std::vector<nlohmann::json> rows = field_of(body, "messages");
  for (nlohmann::json& row : rows) row["queue"] = field_of(body, "queue");
  return rows;
}

}  // namespace

int queue_show_command(Arguments arguments) {
  ClientOptions options;
  Wanted wanted;
  CommandLine line("syncq queue show [OPTIONS] QUEUE",
                   "Show a queue and what is in it.");
  line.required("QUEUE", wanted.queue, "The queue's name or UUID");
  line.choice("--state", wanted.state,
              {"ready", "delayed", "leased", "blocked", "dead"},
              "Which messages (default those that can be read)");
  line.number("-n,--limit", wanted.limit, 0, kMostShown,
              "How many of them (default 20)");
  line.number("--from", wanted.from, 0, kAnyNumber,
              "The index of the first (default 0, the oldest)");
  line.watch(options);
  line.format(options, fields_of_queue_show());
  line.client(options);
  line.footer(kQueueShowHelp);
  if (auto code = line.parse(arguments)) return *code;

  std::string doing = fmt::format("showing queue '{}'", wanted.queue);
  auto ask = [&](Client& client) { return ask_for(client, wanted, doing); };
  auto as_text = [&](const nlohmann::json& body, bool) {
    return view_text(body, wanted.state);
  };
  const View view{as_text, rows_of_queue, nullptr};
  if (options.watch) {
    RequestTarget events("/events");
    events.add("for", wanted.queue);
    watch(options, {events, doing, {.queue = wanted.queue}, ask, view});
  }
  Client client(options);
  std::string shown = ask(client);
  if (options.json()) {
    print_line(shown);
  } else {
    print_text(view, options, nlohmann::json::parse(shown));
  }
  return kExitOk;
}

}  // namespace syncq
