#include "cli/top/actions.h"

#include <fmt/format.h>

#include "cli/base/text.h"
#include "cli/client/explain.h"

namespace syncq {
namespace {

using For = TopRequest::For;

// Of what is shown of them.
constexpr const char* kEndedShown = "50";
constexpr const char* kHistoryShown = "100";
constexpr const char* kMessagesShown = "100";

RequestTarget fifo_target(const std::string& id) {
  RequestTarget target("/fifo");
  target.segment(id);
  return target;
}

RequestTarget queue_target(const std::string& id) {
  RequestTarget target("/queues");
  target.segment(id);
  return target;
}

TopRequest post(RequestTarget target, std::string done) {
  TopRequest request;
  request.method = "POST";
  request.target = std::move(target);
  request.done = std::move(done);
  return request;
}

std::string who(const TopTicket& ticket) {
  std::string label = ticket.label.empty() ? "a ticket" : ticket.label;
  if (ticket.pid.empty()) return label;
  return fmt::format("{} (pid {})", label, ticket.pid);
}

// The ticket that is meant: that of the row, or the only one of its FIFO.
const TopTicket* meant(const Row& row, bool waiting) {
  if (row.ticket != nullptr) {
    return row.ticket->is_waiting == waiting ? row.ticket : nullptr;
  }
  const TopTicket* only = nullptr;
  std::int64_t all = waiting ? row.fifo->waiting : row.fifo->held;
  for (const TopTicket& each : row.fifo->tickets) {
    if (each.is_waiting == waiting) only = &each;
  }
  return all == 1 ? only : nullptr;
}

// Of what is open, whatever is selected in it.
bool means_opened(char key, const TopModel& model) {
  return model.view() != TopModel::View::kAll && (key == 'p' || key == 'r');
}

// If a FIFO is open and it has no line, the FIFO.
std::optional<Row> row_of(char key, const TopModel& model) {
  auto row = model.selected();
  if (row && !means_opened(key, model)) return row;
  if (model.fifo() != nullptr) return Row{.fifo = model.fifo()};
  if (model.queue() != nullptr) return Row{.queue = model.queue()};
  return row;
}

Action refused(std::string why) { return {{}, {}, std::move(why)}; }

Action steer_ticket(char key, const Row& row) {
  bool waiting = key != 'k';
  const TopTicket* ticket = meant(row, waiting);
  if (ticket == nullptr) {
    return refused(waiting ? "nobody who waits is selected: move to one"
                           : "nobody who has a turn is selected: move to one");
  }
  const std::string& name = row.fifo->name;
  RequestTarget target = fifo_target(row.fifo->id);
  Action action;
  if (key == 'c') {
    target.segment("cancel").segment(ticket->id);
    action.question =
        fmt::format("cancel {}, {} in line for {}?", who(*ticket),
                    ordinal(static_cast<unsigned>(ticket->place)), name);
    action.request =
        post(std::move(target), fmt::format("cancelled {}", who(*ticket)));
    action.request->verb = "cancel";
  } else if (key == 'f') {
    target.segment("front").segment(ticket->id);
    action.request =
        post(std::move(target),
             fmt::format("{} is at the front of {}", who(*ticket), name));
    action.request->verb = "front";
  } else {
    target.segment("kill").add("ticket", ticket->id);
    action.question = fmt::format("send TERM to {}, which has the turn of {}?",
                                  who(*ticket), name);
    action.request =
        post(std::move(target), fmt::format("sent TERM to {}", who(*ticket)));
    action.request->verb = "kill";
  }
  action.request->fifo = name;
  action.request->ticket = ticket->id;
  return action;
}

Action pause(const Row& row) {
  bool is_fifo = row.fifo != nullptr;
  bool paused = is_fifo ? row.fifo->is_paused : row.queue->is_paused;
  const std::string& name = is_fifo ? row.fifo->name : row.queue->name;
  RequestTarget target =
      is_fifo ? fifo_target(row.fifo->id) : queue_target(row.queue->id);
  target.segment(paused ? "resume" : "pause");
  Action action;
  action.request =
      post(std::move(target),
           fmt::format("{} {}", paused ? "resumed" : "paused", name));
  (is_fifo ? action.request->fifo : action.request->queue) = name;
  return action;
}

Action redrive(const TopModel& model, const TopQueue& queue) {
  const TopQueue* dead = model.dead_letters_of(queue);
  // It may be one of dead letters itself.
  const TopQueue& from = dead != nullptr ? *dead : queue;
  RequestTarget target = queue_target(from.id);
  target.segment("redrive").add("limit", std::to_string(kRedrivenAtOnce));
  Action action;
  action.question = fmt::format(
      "put the dead letters in {} back where they came from?", from.name);
  action.request = post(std::move(target), "");
  action.request->what = For::kRedrive;
  action.request->queue = from.name;
  return action;
}

}  // namespace

Action action_of(char key, const TopModel& model) {
  if (model.gone() && !means_opened(key, model)) {
    return refused(fmt::format("{} has gone: move first", *model.gone()));
  }
  auto row = row_of(key, model);
  bool is_fifo = row && row->fifo != nullptr;
  bool is_queue = row && row->queue != nullptr;
  if (key == 'p') {
    if (!is_fifo && !is_queue) return refused("no FIFO or queue is selected");
    return pause(*row);
  }
  if (key == 'r') {
    if (!is_queue) return refused("no queue is selected");
    return redrive(model, *row->queue);
  }
  if (row && row->turn != nullptr && model.fifo() != nullptr) {
    return refused("this turn has ended: move to one in line");
  }
  if (!is_fifo) return refused("no FIFO is selected");
  return steer_ticket(key, *row);
}

TopRequest ended_request() {
  TopRequest request;
  request.what = For::kEnded;
  request.target = RequestTarget("/history");
  request.target.add("limit", kEndedShown);
  return request;
}

TopRequest ended_request(const std::string& fifo) {
  TopRequest request;
  request.what = For::kEndedOf;
  request.target = fifo_target(fifo);
  request.target.segment("history").add("limit", kEndedShown);
  return request;
}

TopRequest fifo_request(const std::string& id) {
  TopRequest request;
  request.what = For::kFifo;
  request.target = fifo_target(id);
  request.about = id;
  return request;
}

TopRequest history_request(const std::string& id) {
  TopRequest request;
  request.what = For::kHistory;
  request.target = fifo_target(id);
  request.target.segment("history").add("limit", kHistoryShown);
  request.about = id;
  return request;
}

TopRequest messages_request(const std::string& id, const std::string& state) {
  TopRequest request;
  request.what = For::kMessages;
  request.target = queue_target(id);
  request.target.segment("messages").add("state", state);
  request.target.add("limit", kMessagesShown);
  request.about = id;
  return request;
}

std::string refusal_text(const TopRequest& request, const DaemonReply& reply) {
  std::string text = in_commands(error_code(reply), {.fifo = request.fifo,
                                                     .ticket = request.ticket,
                                                     .queue = request.queue,
                                                     .verb = request.verb});
  return text.empty() ? error_message(reply) : text;
}

}  // namespace syncq
