#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"

namespace syncq {

// What the daemon tells, read once into what `syncq top` works with. Times are
// those of the moment in which it told them.

// On this machine's steady clock.
using Moment = std::chrono::steady_clock::time_point;

struct TopTicket {
  std::string id;
  std::string label;
  std::string cwd;
  std::string pid;
  std::int64_t place = 0;  // in line, from 1; 0: it has its turn
  std::string slots;       // "0", "0,1,4"; "" without one
  bool is_waiting = false;
  bool is_ready = false;  // its turn was not accepted yet
  std::string notes;      // ", shared, stopped", as lists say it
  Duration since{};       // it came into its state
  std::optional<Duration> expected_run;
  std::optional<Duration> expected_wait;
};

struct TopFifo {
  std::string id;
  std::string name;  // its UUID if it has none
  std::int64_t slots = 1;
  std::int64_t held = 0;  // tickets, of which several may share a slot
  std::string taken;      // slots
  std::int64_t waiting = 0;
  std::int64_t fence = 0;  // how many turns it has given
  bool is_paused = false;
  std::string rate;                // "10/s": of its turns; "": any
  std::vector<TopTicket> tickets;  // some of them

  bool is_used() const { return held + waiting > 0; }
};

struct TopQueue {
  std::string id;
  std::string name;
  std::string dead_letter;  // the name of its dead letter queue, if it has one
  std::int64_t ready = 0;
  std::int64_t leased = 0;
  std::int64_t in_flight = 0;  // the most that may be leased; 0: no limit
  std::int64_t delayed = 0;
  std::int64_t blocked = 0;  // behind another of their group
  std::string rate;          // "10/s", at the most; "": no limit
  // All that ever came and left, since it was made or emptied.
  std::int64_t in = 0;
  std::int64_t out = 0;
  // Messages a second; none: not known yet.
  std::optional<double> in_per_s;
  std::optional<double> out_per_s;
  bool is_paused = false;

  std::int64_t stored() const { return ready + leased + delayed + blocked; }
  bool is_used() const {
    return stored() > 0 || in_per_s.value_or(0) + out_per_s.value_or(0) > 0;
  }
};

// A turn that has ended.
struct TopTurn {
  std::string id;  // its ticket's
  std::string fifo;
  std::string label;
  std::string end;       // "exit 1", "SIGKILL", "expired"; "" if not known
  std::string ended_at;  // ISO 8601
  Duration ran{};
  Duration waited{};
  bool has_failed = false;
};

struct TopMessage {
  std::string id;
  std::string age;
  std::string attempts;
  std::string size;
  std::string group;  // "": in none
  std::string text;
};

struct Snapshot {
  std::vector<TopFifo> fifos;
  std::vector<TopQueue> queues;
  bool has_more = false;  // than these
};

// Of GET /overview, or an event. A member that is missing counts as null.
Snapshot read_snapshot(const nlohmann::json& overview);
// Of GET /fifo/{fifo}.
TopFifo read_fifo(const nlohmann::json& shown);
// Of GET /history.
std::vector<TopTurn> read_turns(const nlohmann::json& history);
// Of GET /queues/{queue}/messages.
std::vector<TopMessage> read_messages(const nlohmann::json& messages);

}  // namespace syncq
