#include "cli/top/control.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cli/client/json_fields.h"

namespace syncq {
namespace {

using For = TopRequest::For;
using Key = KeyPress::Key;
using View = TopModel::View;

constexpr std::int64_t kPage = 10;
constexpr std::int64_t kAllRows = 1'000'000;
constexpr int kNotFound = 404;
// FIFOs whose history is asked for after one event.
constexpr std::size_t kMostAtOnce = 8;

constexpr std::array kMessageStates = {"ready", "delayed", "leased", "blocked",
                                       "dead"};

void drop_last_character(std::string& text) {
  while (!text.empty()) {
    bool is_rest = (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80;
    text.pop_back();
    if (!is_rest) return;
  }
}

}  // namespace

// --- keys ---------------------------------------------------------------

std::optional<TopRequest> TopControl::press(const KeyPress& press) {
  if (mode_ == Mode::kAsk) return answer(press);
  notice_.clear();
  if (mode_ == Mode::kHelp) {
    mode_ = press.text == "q" ? Mode::kOver : Mode::kMove;
    return std::nullopt;
  }
  if (mode_ == Mode::kFilter) {
    edit_filter(press);
    return std::nullopt;
  }
  return move(press);
}

std::optional<TopRequest> TopControl::answer(const KeyPress& press) {
  bool yes = press.text == "y" || press.text == "Y";
  mode_ = Mode::kMove;
  auto request = std::exchange(asked_first_, std::nullopt);
  if (!yes) {
    tell("not done", false);
    return std::nullopt;
  }
  if (request->what == For::kRedrive) redriven_ = 0;
  return request;
}

void TopControl::edit_filter(const KeyPress& press) {
  switch (press.key) {
    case Key::kText:
      model_.filter += press.text;
      model_.move(0);
      return;
    case Key::kBackspace:
      drop_last_character(model_.filter);
      model_.move(0);
      return;
    case Key::kEscape:
      model_.filter.clear();
      mode_ = Mode::kMove;
      return;
    case Key::kEnter:
      mode_ = Mode::kMove;
      return;
    default:
      // With the arrows one looks at what it has found.
      move(press);
  }
}

std::optional<TopRequest> TopControl::move(const KeyPress& press) {
  switch (press.key) {
    case Key::kText:
      return press.text.size() == 1 ? letter(press.text[0]) : std::nullopt;
    case Key::kUp:
      model_.move(-1);
      break;
    case Key::kDown:
      model_.move(1);
      break;
    case Key::kPageUp:
      model_.move(-kPage);
      break;
    case Key::kPageDown:
      model_.move(kPage);
      break;
    case Key::kHome:
      model_.move(-kAllRows);
      break;
    case Key::kEnd:
      model_.move(kAllRows);
      break;
    case Key::kLeft:
      other_messages(-1);
      break;
    case Key::kRight:
      other_messages(1);
      break;
    case Key::kTab:
      model_.next_pane();
      break;
    case Key::kEnter:
      if (model_.view() == View::kAll) {
        model_.open();
        opened();
      }
      break;
    case Key::kEscape:
    case Key::kBackspace:
      go_back();
      break;
  }
  return std::nullopt;
}

std::optional<TopRequest> TopControl::letter(char key) {
  switch (key) {
    case 'q':
      mode_ = Mode::kOver;
      break;
    case '?':
      mode_ = Mode::kHelp;
      break;
    case '/':
      if (model_.view() == View::kAll) mode_ = Mode::kFilter;
      break;
    case 's':
      model_.sort = static_cast<Sort>((static_cast<int>(model_.sort) + 1) %
                                      (static_cast<int>(Sort::kTime) + 1));
      tell(fmt::format("sorted {}", sort_name(model_.sort)), false);
      break;
    case 'c':
    case 'k':
    case 'f':
    case 'p':
    case 'r': {
      Action action = action_of(key, model_);
      if (!action.request) {
        tell(std::move(action.refusal), true);
      } else if (action.question.empty()) {
        return std::move(action.request);
      } else {
        asked_first_ = std::move(action.request);
        mode_ = Mode::kAsk;
        question_ = action.question + " y/n";
      }
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

void TopControl::go_back() {
  if (model_.view() == View::kAll) {
    model_.filter.clear();
  } else {
    model_.close();
  }
}

void TopControl::other_messages(std::int64_t by) {
  if (model_.view() != View::kQueue) return;
  std::size_t at = 0;
  while (kMessageStates[at] != model_.message_state) ++at;
  at = (at + kMessageStates.size() + static_cast<std::size_t>(by)) %
       kMessageStates.size();
  model_.message_state = kMessageStates[at];
  model_.take_messages(model_.opened(), {});
  asked_[For::kMessages].is_stale = true;
}

void TopControl::opened() {
  asked_[For::kFifo].is_stale = model_.view() == View::kFifo;
  asked_[For::kHistory].is_stale = model_.view() == View::kFifo;
  asked_[For::kMessages].is_stale = model_.view() == View::kQueue;
}

void TopControl::tell(std::string text, bool is_refusal) {
  notice_ = std::move(text);
  is_refusal_ = is_refusal;
}

// --- the daemon ---------------------------------------------------------

void TopControl::take_event(std::string_view line, Moment now) {
  untold_.merge(model_.held());
  model_.take(read_snapshot(nlohmann::json::parse(line, nullptr, false)), now);
  for (const auto& [ticket, fifo] : model_.held()) untold_.erase(ticket);
  // A turn may also have begun and ended since the last event: the number of
  // the last one given tells.
  std::string mark = model_.turns_mark();
  if (mark != turns_mark_) {
    turns_mark_ = std::move(mark);
    asked_[For::kEnded].is_stale = true;
    asked_[For::kHistory].is_stale = true;
  }
  asked_[For::kFifo].is_stale = true;
  asked_[For::kMessages].is_stale = true;
}

void TopControl::connected(bool is_connected) {
  if (is_connected == is_connected_) return;
  is_connected_ = is_connected;
  // What has ended meanwhile is not known.
  turns_mark_.reset();
}

std::vector<TopRequest> TopControl::due() {
  std::vector<TopRequest> requests;
  auto ask = [&](For what, bool wanted, auto&& make) {
    Asked& asked = asked_[what];
    if (!wanted || !asked.is_stale || asked.is_on_its_way) return;
    asked = {.is_stale = false, .is_on_its_way = true};
    requests.push_back(make());
  };
  if (!is_connected_) return requests;
  bool fifo = model_.fifo() != nullptr;
  bool queue = model_.queue() != nullptr;
  const std::string& id = model_.opened();
  ask(For::kEnded, true, [] { return ended_request(); });
  ask_for_untold(requests);
  ask(For::kFifo, fifo, [&] { return fifo_request(id); });
  ask(For::kHistory, fifo, [&] { return history_request(id); });
  ask(For::kMessages, queue,
      [&] { return messages_request(id, model_.message_state); });
  return requests;
}

std::optional<TopRequest> TopControl::take_reply(const TopRequest& request,
                                                 const DaemonReply& reply,
                                                 Moment now) {
  asked_[request.what].is_on_its_way = false;
  if (!reply.ok()) {
    // What is shown may just have gone.
    if (request.is_action() || reply.status != kNotFound) {
      tell(refusal_text(request, reply), true);
    }
    return std::nullopt;
  }
  nlohmann::json body = nlohmann::json::parse(reply.body, nullptr, false);
  switch (request.what) {
    case For::kEnded:
      is_told_of_last_ = true;
      take_ended(read_turns(body));
      break;
    case For::kEndedOf:
      take_ended(read_turns(body));
      break;
    case For::kFifo:
      model_.take_fifo(read_fifo(body), now);
      break;
    case For::kHistory:
      model_.take_history(request.about, read_turns(body));
      break;
    case For::kMessages:
      take_messages(request, body);
      break;
    case For::kAction:
      tell(request.done, false);
      break;
    case For::kRedrive:
      return take_redriven(request, body);
  }
  return std::nullopt;
}

void TopControl::take_ended(const std::vector<TopTurn>& turns) {
  for (const TopTurn& each : turns) untold_.erase(each.id);
  model_.take_ended(turns);
}

// The turns of all are those that were drawn last. One that has taken long is
// found in the history of its FIFO.
void TopControl::ask_for_untold(std::vector<TopRequest>& requests) {
  if (!std::exchange(is_told_of_last_, false)) return;
  std::set<std::string> fifos;
  for (const auto& [ticket, fifo] : std::exchange(untold_, {})) {
    if (fifos.size() < kMostAtOnce) fifos.insert(fifo);
  }
  for (const std::string& each : fifos) {
    requests.push_back(ended_request(each));
  }
}

// The user may look at those in another state by now.
void TopControl::take_messages(const TopRequest& request,
                               const nlohmann::json& body) {
  TopRequest now = messages_request(model_.opened(), model_.message_state);
  if (now.target.text() == request.target.text()) {
    model_.take_messages(request.about, read_messages(body));
  } else {
    asked_[For::kMessages].is_stale = true;
  }
}

// One request moves so many at most, and the next one those that are left.
std::optional<TopRequest> TopControl::take_redriven(
    const TopRequest& request, const nlohmann::json& body) {
  std::string moved = field_text(body, "moved");
  redriven_ += moved.empty() ? 0 : std::stoll(moved);
  tell(redriven_ == 0
           ? fmt::format("{} has no dead letters", request.queue)
           : fmt::format("put {} of {} back", redriven_, request.queue),
       false);
  if (moved != std::to_string(kRedrivenAtOnce)) return std::nullopt;
  return request;
}

void TopControl::take_failure(const TopRequest& request, std::string_view why) {
  // The next event brings the next request.
  asked_[request.what] = {};
  turns_mark_.reset();
  if (request.is_action()) tell(std::string(why), true);
}

}  // namespace syncq
