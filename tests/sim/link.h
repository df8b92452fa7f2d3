#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/http_response_parser.h"
#include "tests/sim/feed.h"
#include "tests/sim/look.h"
#include "tests/sim/wires.h"

namespace syncq::sim {

// What a run ends with when a rule is broken.
struct Broken {
  std::string what;
};

// Turns that were given, by FIFO and fence.
using Turns = std::map<std::pair<std::string, std::int64_t>, Expected>;

// One connection from its client's side: what it has asked, what the model says
// it must be told, and what it was told.
class Link {
 public:
  Link(ConnectionId id, Wire& wire, pid_t pid) : id(id), wire(wire), pid(pid) {}

  const ConnectionId id;
  Wire& wire;
  const pid_t pid;       // 0: remote
  bool waiting = false;  // its request is not answered yet
  bool stream = false;   // that is a hold which can be written to
  bool chunks = false;   // the client has begun such a hold: no more requests
  bool closing = false;  // the daemon ends it, and has reason to
  bool slow = false;     // its client does not read
  // It asked for events last.
  std::optional<Listening> listens;
  // The overviews that are on their way to it.
  std::deque<std::string> overviews;
  bool may_skip = false;  // its client was slow since the last one
  int falls = 0;          // how often another may have come before it
  int lag = 0;            // for so many iterations nothing is delivered

  // `end`: how many of the bytes it takes to answer.
  void send(const Ask& ask, const std::string& bytes, std::size_t end);
  // Bytes were delivered.
  void arrived(std::size_t bytes) { arrived_ += bytes; }
  // The next request that is there as a whole, as far as it can be handled.
  std::optional<Ask> next();
  // Requests that were not looked at yet.
  std::size_t queued() const { return sent_.size(); }
  // A whole request is there, and nothing keeps it from being handled.
  bool can_go_on() const {
    return !waiting && !closing && !wire.client_left() && !sent_.empty() &&
           sent_.front().end <= arrived_;
  }
  // It has left while it waited; its other requests are not looked at.
  void dropped();

  void say(Expected expected);
  // The transaction in which it was said was committed, or undone. Adds the
  // turns that were given in it, by fence.
  void committed(Turns& turns);
  void aborted();

  // Whether an answer has still to come.
  bool expects() const { return !expected_.empty(); }
  // Reads what has come. Throws Broken if it is not what was expected.
  void read(Names& names, std::string& trace);
  // Where it is in its line, or in each of several, by what these are called.
  void check_places(const std::map<std::string, int>& places,
                    const Names& names, Instant now);

 private:
  struct Sent {
    Ask ask;
    std::size_t end = 0;
  };
  void take_lines(Names& names);
  void take_overview(const std::string& text);
  void take_place(const nlohmann::json& got, const std::string& text);
  void match(Names& names);
  Expected pop(const std::string& got);

  std::deque<Sent> sent_;
  std::size_t sent_bytes_ = 0;
  std::size_t arrived_ = 0;
  std::vector<Expected> staged_;
  std::deque<Expected> expected_;
  ResponseParser parser_;
  std::string unread_;       // what the parser has not taken yet
  bool in_stream_ = false;   // its last line has not come
  bool was_stream_ = false;  // the response in hand is one
  struct Place {
    int told = 0;   // last
    int falls = 0;  // as of then
    int real = 0;   // where it is, since then
    std::optional<Instant> since;
  };
  // By the name of the FIFO, if it waits in several.
  std::map<std::string, Place> places_;
};

}  // namespace syncq::sim
