#include "tests/sim/look.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace syncq::sim {
namespace {

using sqlite::Cursor;

constexpr int kPlaceBits = 36;

std::string text_of(const std::optional<Instant>& time) {
  return time ? fmt::format("{}", time->time_since_epoch().count()) : "never";
}

// A name that is not known yet equals any.
std::string name_or(const Names& names, Id id, const std::string& any) {
  return names.knows(id) ? names.of(id) : any;
}

// Compares two lists of lines, each a row in words.
std::string compare(std::string_view what, const std::vector<std::string>& kept,
                    const std::vector<std::string>& wanted) {
  for (std::size_t i = 0; i < std::max(kept.size(), wanted.size()); ++i) {
    std::string there = i < kept.size() ? kept[i] : "nothing";
    std::string want = i < wanted.size() ? wanted[i] : "nothing";
    if (there == want) continue;
    return fmt::format("the store's {} differ: there is\n    {}\n  not\n    {}",
                       what, there, want);
  }
  return "";
}

// Queues that are durable, and all that each holds, in the order of the rows.
std::vector<const ModelQueue*> durable(const Stored& stored) {
  std::vector<const ModelQueue*> queues;
  for (const ModelQueue& each : stored.queues) {
    if (!each.config.ephemeral) queues.push_back(&each);
  }
  return queues;
}

std::vector<const ModelQueue*> by_generation(const Stored& stored) {
  auto queues = durable(stored);
  std::sort(queues.begin(), queues.end(),
            [](auto* a, auto* b) { return a->generation < b->generation; });
  return queues;
}

std::string describe(std::int64_t generation, const ModelMessage& message) {
  return fmt::format(
      "{}-{} '{}' attempts {} expires {} pushed {} dead '{}' "
      "group '{}'",
      generation, message.place, message.body, message.attempts,
      text_of(message.expires), text_of(message.pushed), message.dead_from,
      message.group);
}

constexpr std::int64_t kPlaces = (1LL << kPlaceBits) - 1;

bool same_message(Cursor& row, std::int64_t generation,
                  const ModelMessage& message) {
  return row.integer(0) >> kPlaceBits == generation &&
         (row.integer(0) & kPlaces) == message.place &&
         row.integer(1) == message.attempts &&
         row.maybe_instant(2) == message.expires &&
         row.bytes(3) == message.body && row.bytes(4) == message.dead_from &&
         row.instant(5) == message.pushed && row.bytes(6) == message.group;
}

std::string describe(Cursor& row) {
  return describe(
      row.integer(0) >> kPlaceBits,
      {row.integer(0) & kPlaces, row.text(3), row.integer(1),
       row.maybe_instant(2), row.text(4), row.instant(5), row.text(6)});
}

std::vector<ModelHidden> by_place(const ModelQueue& queue) {
  std::vector<ModelHidden> hidden = queue.hidden;
  std::sort(hidden.begin(), hidden.end(), [](const auto& a, const auto& b) {
    return a.message.place < b.message.place;
  });
  return hidden;
}

}  // namespace

std::string Names::of(Id id) const {
  auto found = names_.find(id);
  return found == names_.end() ? Uuid{}.text() : found->second;
}

Id Names::ticket_in_row(std::int64_t seq) const {
  auto found = rows_.find(seq);
  return found == rows_.end() ? 0 : found->second;
}

Look::Look(sqlite::Database& db)
    : fifos_(db,
             "SELECT uuid, name, fence, live, held, deadline, slots, paused, "
             "wait, accept, done, unused_destroy, shared, extra, slot_names, "
             "rate, rate_per "
             "FROM fifos ORDER BY id"),
      tickets_(db,
               "SELECT seq, tickets.uuid, fifos.uuid, state, ended, slot, "
               "tickets.fence, tickets.deadline, hold, owner_pid, "
               "command_pid, rank, tickets.shared, take, more_slots, "
               "tickets.slot_names, lead <> 0, lead = seq "
               "FROM tickets LEFT JOIN fifos ON fifos.id = fifo ORDER BY seq"),
      queues_(
          db,
          "SELECT uuid, name, bin, next_place, size, leased, delayed, paused, "
          "coalesce(capacity, -1), overflow, max_attempts, dead_letter, "
          "in_flight, rate, rate_per, blocked FROM queues ORDER BY id"),
      messages_(db,
                "SELECT messages.id, attempts, expires, body, dead_queue, "
                "pushed, in_group FROM messages WHERE messages.id >> 36 IN "
                "(SELECT bin "
                "FROM queues) "
                "ORDER BY messages.id"),
      hidden_(db,
              "SELECT hidden.id, attempts, expires, body, dead_queue, pushed, "
              "in_group, lease, until FROM hidden WHERE hidden.id >> 36 IN "
              "(SELECT bin FROM "
              "queues) ORDER BY hidden.id"),
      groups_(db,
              "SELECT bin, name, place FROM message_groups WHERE bin IN "
              "(SELECT bin FROM queues)"),
      keys_(db,
            "SELECT key, sequence, expires FROM idempotency_keys ORDER BY key, "
            "sequence, expires"),
      last_generation_(db,
                       "SELECT seq FROM sqlite_sequence WHERE name = 'bins'") {}

std::string Look::fifos(const Stored& stored, const Names& names) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  Cursor row = fifos_.query();
  for (const ModelFifo& each : stored.fifos) {
    std::string there = "?";
    if (row.next()) {
      there = row.uuid(0).text();
      kept.push_back(fmt::format(
          "FIFO {} '{}' fence {} live {} held {} "
          "deadline {} slots {} paused {} timeouts {} {} {} {} shared {} extra "
          "{} names '{}' rate {} in {}",
          there, row.text(1), row.integer(2), row.integer(3), row.integer(4),
          text_of(row.maybe_instant(5)), row.integer(6), row.integer(7),
          row.integer(8), row.integer(9), row.integer(10), row.integer(11),
          row.integer(12), row.integer(13), row.text(14), row.integer(15),
          row.integer(16)));
    }
    int shared = 0;
    int extra = 0;
    int live = 0;
    int held = 0;
    for (const ModelTicket& ticket : stored.tickets) {
      if (ticket.fifo != each.id) continue;
      if (ticket.live()) ++live;
      if (ticket.held()) ++held;
      if (ticket.held() && ticket.shared) ++shared;
      if (ticket.held()) extra += ticket.take - 1;
    }
    wanted.push_back(fmt::format(
        "FIFO {} '{}' fence {} live {} held {} deadline {} slots {} paused {} "
        "timeouts {} {} {} {} shared {} extra {} names '{}' rate {} in {}",
        name_or(names, each.id, there), each.name, each.fence, live, held,
        text_of(each.deadline), each.config.slots, each.paused ? 1 : 0,
        each.config.timeouts.wait.count(), each.config.timeouts.accept.count(),
        each.config.timeouts.done.count(), each.config.unused_destroy.count(),
        shared, extra,
        fmt::format("{}", fmt::join(each.config.slot_names, ",")),
        each.config.rate.count, each.config.rate.per.count()));
  }
  if (kept.size() == wanted.size() && row.next()) kept.push_back("one more");
  return compare("FIFOs", kept, wanted);
}

std::string Look::tickets(const Stored& stored, const Names& names) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  Cursor row = tickets_.query();
  constexpr std::string_view kRow =
      "ticket {} of {} state {} end {} slot {} fence {} deadline {} hold {} "
      "owner {} command {} rank {} shared {} takes {} more '{}' names '{}' "
      "together {} first {}";
  for (const ModelTicket& each : stored.tickets) {
    std::string there = "?";
    std::string of = "?";
    if (row.next()) {
      there = row.uuid(1).text();
      if (!row.is_null(2)) of = row.uuid(2).text();
      kept.push_back(fmt::format(
          kRow, there, of, row.integer(3), row.integer(4), row.integer(5),
          row.integer(6), text_of(row.maybe_instant(7)), row.integer(8),
          row.integer(9), row.integer(10), row.integer(11), row.integer(12),
          row.integer(13), row.text(14), row.text(15), row.integer(16),
          row.integer(17)));
    }
    std::vector<int> more = each.slots;
    if (!more.empty()) more.erase(more.begin());
    bool has_fifo =
        std::any_of(stored.fifos.begin(), stored.fifos.end(),
                    [&](const auto& fifo) { return fifo.id == each.fifo; });
    wanted.push_back(fmt::format(
        kRow, name_or(names, each.id, there),
        has_fifo ? name_or(names, each.fifo, of) : "?",
        static_cast<int>(each.state), static_cast<int>(each.end), each.slot(),
        each.fence, text_of(each.deadline), each.hold ? 1 : 0, each.owner.pid,
        each.command.pid, each.rank, each.shared ? 1 : 0, each.take,
        fmt::format("{}", fmt::join(more, ",")),
        fmt::format("{}", fmt::join(each.slot_names, ",")),
        each.lead != 0 ? 1 : 0, each.lead == each.id ? 1 : 0));
  }
  if (kept.size() == wanted.size() && row.next()) kept.push_back("one more");
  return compare("tickets", kept, wanted);
}

std::string Look::queues(const Stored& stored, const Names& names) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  Cursor row = queues_.query();
  constexpr std::string_view kRow =
      "queue {} '{}' generation {} next {} size {} leased {} delayed {} paused "
      "{} capacity {} overflow {} attempts {} dead letters '{}' in flight {} "
      "rate {} in {} blocked {}";
  for (const ModelQueue* each : durable(stored)) {
    std::string there = "?";
    if (row.next()) {
      there = row.uuid(0).text();
      kept.push_back(fmt::format(
          kRow, there, row.text(1), row.integer(2), row.integer(3),
          row.integer(4), row.integer(5), row.integer(6), row.integer(7),
          row.integer(8), row.integer(9), row.integer(10), row.text(11),
          row.integer(12), row.integer(13), row.integer(14), row.integer(15)));
    }
    auto leased =
        std::count_if(each->hidden.begin(), each->hidden.end(),
                      [](const auto& hidden) { return hidden.lease != 0; });
    auto blocked =
        std::count_if(each->hidden.begin(), each->hidden.end(),
                      [](const auto& hidden) { return hidden.blocked; });
    wanted.push_back(fmt::format(
        kRow, name_or(names, each->id, there), each->config.name,
        each->generation, each->next_place, each->ready.size(), leased,
        static_cast<std::int64_t>(each->hidden.size()) - leased - blocked,
        each->paused ? 1 : 0, each->config.capacity.value_or(-1),
        static_cast<int>(each->config.overflow), each->config.max_attempts,
        each->config.dead_letter, each->config.in_flight,
        each->config.rate.count, each->config.rate.per.count(), blocked));
  }
  if (kept.size() == wanted.size() && row.next()) kept.push_back("one more");
  return compare("queues", kept, wanted);
}

// Long queues: only what differs is put into words.
std::string Look::messages(const Stored& stored) {
  Cursor row = messages_.query();
  for (const ModelQueue* queue : by_generation(stored)) {
    for (const ModelMessage& each : queue->ready) {
      bool any = row.next();
      if (any && same_message(row, queue->generation, each)) continue;
      return compare("messages", {any ? describe(row) : "nothing"},
                     {describe(queue->generation, each)});
    }
  }
  if (!row.next()) return "";
  return compare("messages", {describe(row)}, {});
}

std::string Look::hidden(const Stored& stored, const Names& names) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  std::vector<std::string> leases;
  for (Cursor row = hidden_.query(); row.next();) {
    leases.push_back(row.is_null(7) ? "none" : row.uuid(7).text());
    kept.push_back(fmt::format("{} lease {} until {}", describe(row),
                               leases.back(), text_of(row.instant(8))));
  }
  for (const ModelQueue* queue : by_generation(stored)) {
    for (const ModelHidden& each : by_place(*queue)) {
      std::string there =
          wanted.size() < leases.size() ? leases[wanted.size()] : "?";
      wanted.push_back(fmt::format(
          "{} lease {} until {}", describe(queue->generation, each.message),
          each.lease == 0 ? "none" : name_or(names, each.lease, there),
          text_of(each.blocked ? each.until + kBlocked.time_since_epoch()
                               : each.until)));
    }
  }
  return compare("leased and delayed messages", kept, wanted);
}

std::string Look::groups(const Stored& stored) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  constexpr std::string_view kRow = "{} '{}' {:010}";
  for (Cursor row = groups_.query(); row.next();) {
    kept.push_back(
        fmt::format(kRow, row.integer(0), row.text(1), row.integer(2)));
  }
  for (const ModelQueue* queue : by_generation(stored)) {
    auto add = [&](const ModelMessage& each) {
      if (each.group.empty() || !each.dead_from.empty()) return;
      wanted.push_back(
          fmt::format(kRow, queue->generation, each.group, each.place));
    };
    for (const ModelMessage& each : queue->ready) add(each);
    for (const ModelHidden& each : queue->hidden) add(each.message);
  }
  std::sort(kept.begin(), kept.end());
  std::sort(wanted.begin(), wanted.end());
  return compare("groups", kept, wanted);
}

std::string Look::keys(const Stored& stored) {
  std::vector<std::string> kept;
  std::vector<std::string> wanted;
  std::vector<const ModelKey*> all;
  for (const ModelKey& each : stored.keys) {
    if (!each.ephemeral) all.push_back(&each);
  }
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) {
    return std::tie(a->key, a->sequence, a->expires) <
           std::tie(b->key, b->sequence, b->expires);
  });
  for (Cursor row = keys_.query(); row.next();) {
    kept.push_back(fmt::format("key '{}' sequence {} expires {}", row.text(0),
                               row.integer(1), text_of(row.instant(2))));
  }
  for (const ModelKey* each : all) {
    wanted.push_back(fmt::format("key '{}' sequence {} expires {}", each->key,
                                 each->sequence, text_of(each->expires)));
  }
  return compare("idempotency keys", kept, wanted);
}

// A queue that came and went in one transaction has left no other trace.
std::string Look::last_generation(const Stored& stored) {
  Cursor row = last_generation_.query();
  std::int64_t kept = row.next() ? row.integer(0) : 0;
  if (kept == stored.last_generation) return "";
  return fmt::format("the last generation is {}, not {}", kept,
                     stored.last_generation);
}

std::string Look::difference(const Stored& stored, const Names& names) {
  for (const std::string& found :
       {fifos(stored, names), tickets(stored, names), queues(stored, names),
        messages(stored), hidden(stored, names), groups(stored), keys(stored),
        last_generation(stored)}) {
    if (!found.empty()) return found;
  }
  return "";
}

void Look::learn(const Stored& stored, Names& names) {
  Cursor fifo = fifos_.query();
  for (const ModelFifo& each : stored.fifos) {
    if (fifo.next()) names.learn(each.id, fifo.uuid(0).text());
  }
  Cursor ticket = tickets_.query();
  names.forget_rows();
  for (const ModelTicket& each : stored.tickets) {
    if (!ticket.next()) break;
    names.learn(each.id, ticket.uuid(1).text());
    names.learn_row(ticket.integer(0), each.id);
  }
  Cursor queue = queues_.query();
  for (const ModelQueue* each : durable(stored)) {
    if (queue.next()) names.learn(each->id, queue.uuid(0).text());
  }
  Cursor lease = hidden_.query();
  for (const ModelQueue* each : by_generation(stored)) {
    for (const ModelHidden& hidden : by_place(*each)) {
      if (lease.next() && hidden.lease != 0) {
        names.learn(hidden.lease, lease.uuid(7).text());
      }
    }
  }
}

}  // namespace syncq::sim
