#include "tests/sim/link.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/fifo/position_notifier.h"

namespace syncq::sim {
namespace {

using nlohmann::json;
using Form = Expected::Form;

// Any error of the store will do: the model does not know which it was.
constexpr int kStoreError = -1;

std::string describe(const Expected& expected) {
  std::string text =
      fmt::format("status {} {}", expected.status, expected.json.dump());
  if (expected.body) {
    text += fmt::format(" message {} '{}' attempt {}{}", expected.message_id,
                        *expected.body, expected.attempt,
                        expected.lease != 0 ? " leased" : "");
  }
  for (const Expected& each : expected.batch) text += describe(each);
  return text;
}

// "$7" stands for a UUID; one that is not known yet is learnt.
bool same_text(const std::string& want, const std::string& got, Names& names) {
  if (want.empty() || want[0] != '$') return want == got;
  Id id = std::stoi(want.substr(1));
  if (!names.knows(id)) names.learn(id, got);
  return names.of(id) == got;
}

// All that is wanted is there.
bool holds(const json& got, const json& want, Names& names) {
  if (want.is_object()) {
    for (const auto& [key, value] : want.items()) {
      if (!got.is_object() || !got.contains(key)) return false;
      if (!holds(got.at(key), value, names)) return false;
    }
    return true;
  }
  if (want.is_array()) {
    if (!got.is_array() || got.size() != want.size()) return false;
    for (std::size_t i = 0; i < want.size(); ++i) {
      if (!holds(got[i], want[i], names)) return false;
    }
    return true;
  }
  if (want.is_string()) {
    return got.is_string() &&
           same_text(want.get<std::string>(), got.get<std::string>(), names);
  }
  return got == want;
}

// A line of a batch.
bool same_message(const json& got, const Expected& want, Names& names) {
  json message = {{"id", want.message_id}, {"attempt", want.attempt},
                  {"encoding", "text"},    {"body", *want.body},
                  {"lease", nullptr},      {"group", nullptr},
                  {"dead", nullptr}};
  if (want.lease != 0) message["lease"] = reference(want.lease);
  if (!want.group.empty()) message["group"] = want.group;
  if (!want.dead_from.empty()) message["dead"] = {{"from", want.dead_from}};
  return holds(got, message, names);
}

bool same_batch(std::string_view got, const std::vector<Expected>& want,
                Names& names) {
  std::size_t read = 0;
  for (; !got.empty() && read < want.size(); ++read) {
    std::size_t end = std::min(got.find('\n'), got.size() - 1);
    json line = json::parse(got.substr(0, end), nullptr, false);
    if (!same_message(line, want[read], names)) return false;
    got.remove_prefix(end + 1);
  }
  return got.empty() && read == want.size();
}

Expected store_error(Form form) {
  Expected expected;
  expected.form = form;
  expected.status = kStoreError;
  if (form == Form::kLastLine) {
    expected.json = {{"event", "ended"}, {"error", "store_failed"}};
  }
  return expected;
}

}  // namespace

void Link::send(const Ask& ask, const std::string& bytes, std::size_t end) {
  chunks |= ask.streams;
  sent_.push_back({ask, sent_bytes_ + end});
  sent_bytes_ += bytes.size();
  wire.send(bytes);
}

std::optional<Ask> Link::next() {
  if (sent_.empty() || sent_.front().end > arrived_ || closing) {
    return std::nullopt;
  }
  bool up_the_stream = stream && sent_.front().ask.verb == Verb::kAnnounce;
  if (waiting && !up_the_stream) return std::nullopt;
  Ask ask = std::move(sent_.front().ask);
  sent_.pop_front();
  return ask;
}

void Link::dropped() {
  waiting = stream = false;
  sent_.clear();
}

void Link::say(Expected expected) {
  bool last = expected.form != Form::kStream && expected.form != Form::kLine;
  if (last && waiting) {
    waiting = false;
    // The request of a stream has not come to its end.
    if (std::exchange(stream, false)) closing = true;
  }
  staged_.push_back(std::move(expected));
}

void Link::committed(Turns& turns) {
  auto note = [&](const Expected& each) {
    if (each.granted == 0) return;
    turns.emplace(
        std::pair(each.granted_in, each.json["fence"].get<std::int64_t>()),
        each);
  };
  for (Expected& each : std::exchange(staged_, {})) {
    note(each);
    for (const Expected& other : each.others) note(other);
    expected_.push_back(std::move(each));
  }
}

// Each answer becomes an error. A stream that began before is ended; one that
// is new never began.
void Link::aborted() {
  for (auto& [fifo, place] : places_) place.since.reset();
  bool new_stream = false;
  bool open = false;
  bool old_lines = false;
  for (const Expected& each : std::exchange(staged_, {})) {
    switch (each.form) {
      case Form::kStream:
        new_stream = open = true;
        [[fallthrough]];
      case Form::kReply:
        expected_.push_back(store_error(Form::kReply));
        break;
      case Form::kLine:
      case Form::kLastLine:
      case Form::kEnd:
        if (new_stream) {
          open = open && each.form == Form::kLine;
        } else if (!std::exchange(old_lines, true)) {
          expected_.push_back(store_error(Form::kLastLine));
        }
        break;
    }
  }
  if (!open && !old_lines) return;
  closing = true;
  dropped();
}

Expected Link::pop(const std::string& got) {
  if (expected_.empty()) {
    throw Broken{fmt::format("connection {} was told what nothing promised: {}",
                             id, got)};
  }
  Expected first = std::move(expected_.front());
  expected_.pop_front();
  return first;
}

// Who waits is only told of a better place, unless another was moved to the
// front, or has come with a higher priority.
void Link::take_place(const json& got, const std::string& text) {
  int number = got.value("place", 0);
  const std::string fifo = got.value("fifo", "");
  Place& place = places_[fifo];
  // Of several lines the ticket's own line tells no place.
  const bool first = !fifo.empty() && place.told == 0;
  bool worse = number > place.told && place.falls == falls && !first;
  if (number < 1 || worse || number > got.value("of", 0)) {
    throw Broken{fmt::format("connection {} at place {} was told {}", id,
                             place.told, text)};
  }
  // One that came before the first line was told has made none worse yet.
  if (number > place.told && !first) place.falls = falls;
  place.told = number;
}

// Of what came while the client was slow, the connection may have dropped some.
void Link::take_overview(const std::string& text) {
  while (may_skip && !overviews.empty() && overviews.front() != text) {
    overviews.pop_front();
  }
  if (overviews.empty() || overviews.front() != text) {
    throw Broken{fmt::format("connection {} got the overview {}, not {}", id,
                             text, overviews.empty() ? "" : overviews.front())};
  }
  overviews.pop_front();
  may_skip = slow;
}

// It is told within PositionNotifier's interval, if it reads.
void Link::check_places(const std::map<std::string, int>& places,
                        const Names& names, Instant now) {
  for (auto& [fifo, place] : places_) {
    if (slow || !places.contains(fifo)) place.since.reset();
  }
  if (slow) return;
  for (const auto& [called, number] : places) {
    const bool by_uuid = called.starts_with('$');
    Place& place =
        places_[by_uuid ? names.of(std::stoi(called.substr(1))) : called];
    if (number != place.real || !place.since) place.since = now;
    place.real = number;
    bool late = now - *place.since > 2 * PositionNotifier::kSweepInterval;
    if (!late || place.told == number) continue;
    throw Broken{
        fmt::format("connection {} has come to place {} {}, and was told {} "
                    "last",
                    id, number, called, place.told)};
  }
}

void Link::take_lines(Names& names) {
  std::string& body = parser_.body();
  for (std::size_t end = body.find('\n'); end != body.npos;
       end = body.find('\n')) {
    std::string text = body.substr(0, end);
    body.erase(0, end + 1);
    json got = json::parse(text);
    // Told when the line has moved, and dropped if much else is to be told.
    if (got.value("event", "") == "place") {
      take_place(got, text);
      continue;
    }
    if (got.value("event", "") == "overview") {
      take_overview(text);
      continue;
    }
    Expected want = pop(text);
    bool line = want.form == Form::kLine || want.form == Form::kLastLine;
    if (!line || !holds(got, want.json, names)) {
      throw Broken{fmt::format("connection {} got the line {}, not {}", id,
                               text, describe(want))};
    }
    if (want.form == Form::kLastLine) in_stream_ = false;
    const std::string event = got.value("event", "");
    if (event == "ticket") {
      std::erase_if(places_,
                    [](const auto& each) { return !each.first.empty(); });
      places_[""].told = got.value("place", 0);
    }
    if (event == "grant") places_.clear();
  }
}

void Link::read(Names& names, std::string& trace) {
  std::string bytes = wire.take();
  // Nobody reads the answers to one that has closed.
  if (wire.client_closed()) return expected_.clear();
  trace += bytes;
  bytes.insert(0, unread_);
  std::string_view left = bytes;
  while (true) {
    std::size_t taken = left.empty() ? 0 : parser_.feed(left);
    left.remove_prefix(taken);
    auto state = parser_.state();
    if (state == ResponseParser::State::kFailed) {
      throw Broken{
          fmt::format("connection {} got what is not HTTP: {}", id, bytes)};
    }
    bool starts = state != ResponseParser::State::kHead && !in_stream_ &&
                  parser_.content_type() == "application/x-ndjson";
    if (starts && !expected_.empty() &&
        expected_.front().form == Form::kStream) {
      pop("");
      in_stream_ = was_stream_ = true;
    }
    if (was_stream_) take_lines(names);
    if (state == ResponseParser::State::kDone) {
      if (in_stream_ && !expected_.empty() &&
          expected_.front().form == Form::kEnd) {
        pop("");
        in_stream_ = false;
      }
      if (!std::exchange(was_stream_, false)) match(names);
      if (std::exchange(in_stream_, false)) {
        throw Broken{
            fmt::format("the stream of connection {} has ended "
                        "without a last line",
                        id)};
      }
      parser_.reset();
      continue;
    }
    if (taken == 0) break;
  }
  unread_ = left;
}

void Link::match(Names& names) {
  const std::string& body = parser_.body();
  std::string got = fmt::format("status {} {}", parser_.status(), body);
  Expected want = pop(got);
  bool good = want.form == Form::kReply && parser_.status() == want.status;
  if (want.status == kStoreError) {
    good = parser_.status() == 503 || parser_.status() == 507;
  } else if (!want.batch.empty()) {
    good = good && same_batch(body, want.batch, names);
  } else if (want.body) {
    const std::string& lease = parser_.syncq_field("syncq-lease");
    good =
        good && body == *want.body &&
        parser_.syncq_field("syncq-message-id") == want.message_id &&
        parser_.syncq_field("syncq-attempt") == std::to_string(want.attempt) &&
        parser_.syncq_field("syncq-dead-from") == want.dead_from &&
        parser_.syncq_field("syncq-group") == want.group &&
        lease.empty() == (want.lease == 0);
    if (good && want.lease != 0) {
      good = same_text(reference(want.lease), lease, names);
    }
  } else if (good && want.overview) {
    json parsed = json::parse(body, nullptr, false);
    std::string fault = "it is no JSON";
    if (!parsed.is_discarded()) {
      fault = Told(parsed).fault({want.overview.get(), 1}, want.wanted, names);
    }
    good = fault.empty();
    got += fault.empty() ? "" : fmt::format("\n  in which is wrong: {}", fault);
  } else if (good && !want.json.is_null()) {
    json parsed = json::parse(body, nullptr, false);
    good = !parsed.is_discarded() && holds(parsed, want.json, names);
  }
  if (!good) {
    throw Broken{
        fmt::format("connection {} got {}, not {}", id, got, describe(want))};
  }
}

}  // namespace syncq::sim
