#include "cli/client/explain.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/output.h"
#include "cli/base/text.h"
#include "cli/client/json_fields.h"
#include "common/slot_list.h"

namespace syncq {
namespace {

constexpr int kUnauthorized = 401;

// Of a command that draws its ticket itself, such as `run`.
std::string of_run(std::string_view code, const Subject& s) {
  if (code == "wait_timeout") {
    return fmt::format("the turn did not come within the wait timeout of '{}'",
                       s.fifo);
  }
  if (code == "cancelled") return "its ticket was cancelled";
  if (code == "already_waiting") {
    return fmt::format("one waits for its turn in '{}' already", s.fifo);
  }
  if (code == "replaced") return "one that came later has replaced it";
  if (code == "overrides_not_allowed") {
    return fmt::format(
        "FIFO '{}' lets no ticket bring timeouts: leave them out, or make a "
        "FIFO with `syncq fifo new --allow-overrides`",
        s.fifo);
  }
  return {};
}

std::string of_ticket(std::string_view code, const Subject& s) {
  std::string anew =
      fmt::format("draw a new one with `syncq fifo ticket {}`", s.fifo);
  if (code == "invalid_uuid") {
    return fmt::format(
        "ticket '{}' is no UUID: use one that `syncq fifo ticket {}` printed",
        s.ticket, s.fifo);
  }
  if (code == "wait_timeout") {
    return fmt::format(
        "ticket {} waited longer than its wait timeout and left the line; {}",
        s.ticket, anew);
  }
  if (code == "expired") {
    return fmt::format(
        "ticket {} expired: its turn was not accepted, or not done, in time; "
        "{}",
        s.ticket, anew);
  }
  if (code == "cancelled") {
    return fmt::format("ticket {} was cancelled; {}", s.ticket, anew);
  }
  if (code == "replaced") {
    return fmt::format("ticket {} was replaced by one that was drawn later",
                       s.ticket);
  }
  if (code == "done") {
    return fmt::format("ticket {} is done; {}", s.ticket, anew);
  }
  if (code == "held_by_process") {
    return fmt::format(
        "its command still runs (see `syncq fifo show {}`): end that, or use "
        "--force and the next one runs beside it",
        s.fifo);
  }
  if (code == "conflict" && s.verb == "touch") {
    return fmt::format(
        "ticket {} does not have its turn yet: wait for it with `syncq fifo "
        "wait {} {}`",
        s.ticket, s.fifo, s.ticket);
  }
  if (code == "conflict" && s.verb == "front") {
    return fmt::format("ticket {} has its turn already", s.ticket);
  }
  if (code == "conflict" && s.verb == "cancel") {
    return fmt::format(
        "ticket {} has its turn already: `syncq fifo done {} {}` ends that",
        s.ticket, s.fifo, s.ticket);
  }
  if (code == "conflict" && s.verb == "kill") {
    return fmt::format(
        "the process that has the turn of ticket {} is not to be seen, or is "
        "another user's: `syncq fifo done {} {}` ends that turn",
        s.ticket, s.fifo, s.ticket);
  }
  if (code == "conflict" && s.verb == "wait") {
    return fmt::format(
        "ticket {} is that of a `syncq run`, which waits for its turn itself",
        s.ticket);
  }
  return {};
}

std::string of_queue(std::string_view code, const Subject& s) {
  if (code == "empty" && !s.index.empty()) {
    return fmt::format(
        "there is no message at index {}; `syncq queue show {}` tells how "
        "many it has",
        s.index, s.queue);
  }
  if (code == "empty" && s.verb == "delete") {
    return "it is not there: it was taken, or never was";
  }
  if (code == "invalid_index" && s.verb == "delete") {
    return fmt::format("it is no id: use one that `syncq queue show {}` prints",
                       s.queue);
  }
  if (code == "empty") {
    return s.verb == "wait" ? "no message came in time" : "it is empty";
  }
  if (code == "invalid_uuid") {
    return fmt::format(
        "lease '{}' is no lease's id: use the one that `syncq queue pop "
        "--lease` gave",
        s.lease);
  }
  if (code == "paused") {
    return fmt::format("it is paused; `syncq queue resume {}` lets it go on",
                       s.queue);
  }
  if (code == "limited") {
    return fmt::format(
        "its limits allow no more now: wait for a message with `syncq queue "
        "pop --wait {}`, or see them with `syncq queue show {}`",
        s.queue, s.queue);
  }
  if (code == "expired") {
    return fmt::format(
        "{} is over or never was: its message may have gone to another",
        s.lease.empty() ? "its lease" : fmt::format("lease {}", s.lease));
  }
  return {};
}

// The FIFO as an argument; of several it is not known which.
std::string_view argument(std::string_view fifo) {
  return fifo.find(',') == fifo.npos ? fifo : "FIFO";
}

std::string too_few_slots(std::string_view message, const Subject& s) {
  const std::string_view what = message.substr(0, message.find(": "));
  if (s.verb == "set") {
    return fmt::format(
        "{}: end it with `syncq fifo cancel {}`, or leave as many", what,
        s.fifo);
  }
  return fmt::format(
      "{}: take fewer, or give it more, a new one with --slots and one that is "
      "there with `syncq fifo set {} --slots`",
      what, argument(s.fifo));
}

struct Listed {
  std::vector<std::string> names;
  // Whether `wanted` is among them, by its name or its UUID.
  bool found = false;
};

Listed list_names(Client& client, const char* path, const char* list,
                  const char* id, std::string_view wanted) {
  Listed listed;
  try {
    DaemonReply reply =
        client.call("GET", RequestTarget(path), Repeat::kIdempotent);
    nlohmann::json body = parse_body(reply);
    for (const auto& each : field_of(body, list)) {
      std::string name = field_text(each, "name");
      listed.found =
          listed.found || wanted == name || wanted == field_text(each, id);
      if (!name.empty()) listed.names.push_back(std::move(name));
    }
  } catch (const Failure&) {
    // The message does without them.
  }
  return listed;
}

std::string not_found(Client& client, const Subject& s) {
  if (!s.queue.empty()) {
    return no_such_name(
        "queue", s.queue,
        list_names(client, "/queues", "queues", "id", s.queue).names,
        "`syncq queue ls` lists those there are, a push makes one");
  }
  for (const std::string& each : split_list(s.fifo)) {
    Listed fifos = list_names(client, "/fifo", "fifos", "uuid", each);
    if (fifos.found) continue;
    return no_such_name("FIFO", each, fifos.names,
                        "`syncq fifo ls` lists those there are, `syncq fifo "
                        "new --name` makes one");
  }
  return fmt::format(
      "there is no ticket {} in FIFO '{}': it never was, or it ended over an "
      "hour ago; draw one with `syncq fifo ticket {}`",
      s.ticket, s.fifo, s.fifo);
}

std::string unauthorized(const Target& target) {
  if (!target.token.empty()) {
    return fmt::format(
        "the daemon at {} does not take the token in the file that "
        "SYNCQ_TOKEN_FILE names: `syncq daemon token` there prints the one it "
        "takes",
        target.address());
  }
  return fmt::format(
      "the daemon at {} wants a token: `syncq daemon token` prints it there; "
      "save it to a file, and set SYNCQ_TOKEN_FILE to the path of that",
      target.address());
}

}  // namespace

std::string in_commands(std::string_view code, const Subject& subject) {
  if (!subject.queue.empty()) return of_queue(code, subject);
  if (!subject.ticket.empty()) return of_ticket(code, subject);
  if (!subject.fifo.empty()) return of_run(code, subject);
  return {};
}

std::string no_such_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& names,
                         std::string_view else_do) {
  std::string_view meant = nearest(name, {names.begin(), names.end()});
  return fmt::format("no {} is named '{}'; {}", kind, name,
                     meant.empty() ? std::string(else_do)
                                   : fmt::format("did you mean '{}'?", meant));
}

std::string explain(Client& client, int status, std::string_view code,
                    std::string_view message, const Subject& subject) {
  if (status == kUnauthorized) return unauthorized(client.target());
  bool named = !subject.queue.empty() || !subject.fifo.empty();
  if (code == "not_found" && named) return not_found(client, subject);
  std::string text = in_commands(code, subject);
  if (text.empty()) text = message;
  // No daemon of ours answers without a code.
  if (code.empty()) text += fmt::format("; {}", client.target().way_out());
  if (code == "body_too_large") {
    text += ": SYNCQ_MAX_MESSAGE, then `syncq daemon restart`";
  }
  if (code == "too_few_slots") text = too_few_slots(message, subject);
  if (code == "conflict" && subject.ticket.empty() && !subject.fifo.empty() &&
      subject.verb != "set") {
    // Of `run`: other slots than there are.
    text = fmt::format(
        "{}: leave --slots out, or change it with `syncq fifo set {} --slots`",
        message.substr(0, message.find(": ")), argument(subject.fifo));
  }
  return text;
}

std::string explain(Client& client, const DaemonReply& reply,
                    const Subject& subject) {
  return explain(client, reply.status, error_code(reply), error_message(reply),
                 subject);
}

int report_error(Client& client, const DaemonReply& reply,
                 std::string_view doing, const Subject& subject) {
  say(fmt::format("{}: {}", doing, explain(client, reply, subject)));
  return exit_code_of(reply);
}

void require_ok(Client& client, const DaemonReply& reply,
                std::string_view doing, const Subject& subject) {
  if (reply.ok()) return;
  throw Failure(fmt::format("{}: {}", doing, explain(client, reply, subject)),
                exit_code_of(reply));
}

}  // namespace syncq
