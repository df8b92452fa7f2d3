#include "daemon/store/store_rules.h"

#include <fmt/format.h>

#include <array>

namespace syncq {
namespace {

// `find` counts the rows at fault. `mend` is "" if there is no one right
// answer: then `force` takes the rows out. ?1 is the current time.
struct Rule {
  const char* what;
  const char* find;
  const char* mend;
  const char* force = "";
};

// The ids of what is in a queue's generation (sqlite_queue_store.cc).
#define IN_BIN "BETWEEN queues.bin << 36 AND ((queues.bin + 1) << 36) - 1"
#define LIVE \
  "(SELECT count(*) FROM tickets WHERE state <> 3 AND fifo = fifos.id)"
#define HELD                                                   \
  "(SELECT count(*) FROM tickets WHERE state <> 3 AND fifo = " \
  "fifos.id AND state IN (1, 2))"
#define SHARED                                                 \
  "(SELECT count(*) FROM tickets WHERE state <> 3 AND fifo = " \
  "fifos.id AND state IN (1, 2) AND tickets.shared)"
#define WEIGHTED "take > 1 AND state <> 3 AND state IN (1, 2)"
#define EXTRA                                                 \
  "coalesce((SELECT sum(take - 1) FROM tickets WHERE fifo = " \
  "fifos.id AND " WEIGHTED "), 0)"
// Of turns with several slots: those whose slots are not as many as they take,
// or not theirs alone. `several`: each slot but their first.
#define MORE "'[' || more_slots || ']'"
#define WRONG_SLOTS                                                         \
  "WITH several AS (SELECT seq, fifo, value AS slot FROM tickets, "         \
  "json_each(iif(json_valid(" MORE "), " MORE ", '[]')) WHERE " WEIGHTED    \
  " AND typeof(value) = 'integer' AND value BETWEEN 0 AND 1023), taken AS " \
  "(SELECT fifo, slot FROM several UNION ALL SELECT fifo, slot FROM "       \
  "tickets WHERE state <> 3 AND state IN (1, 2) AND fifo IN (SELECT fifo "  \
  "FROM several)), twice AS (SELECT fifo, slot FROM taken GROUP BY fifo, "  \
  "slot HAVING count(*) > 1), wrong AS (SELECT seq FROM several NATURAL "   \
  "JOIN twice UNION SELECT seq FROM tickets WHERE " WEIGHTED                \
  " AND take - 1 <> (SELECT count(*) FROM several WHERE several.seq = "     \
  "tickets.seq)) "
#define GROUPS_OF                                                          \
  "SELECT lead FROM tickets WHERE lead <> 0 AND state <> 3 GROUP BY lead " \
  "HAVING "
#define HALF_GIVEN GROUPS_OF "min(state) = 0 AND max(state) > 0"
#define UNEVEN GROUPS_OF "min(rank) <> max(rank)"
#define KEPT "live > 0 OR paused OR unused_destroy = 0"
#define COUNTED                                                        \
  "coalesce((SELECT sum(messages) FROM counts WHERE bin = queues.bin " \
  "AND level = 4), 0)"
#define HAS_MESSAGES "EXISTS(SELECT 1 FROM messages WHERE id " IN_BIN ")"
#define LAST_PLACE                                              \
  "max(coalesce((SELECT max(id) FROM messages WHERE id " IN_BIN \
  "), 0), "                                                     \
  "coalesce((SELECT max(id) FROM hidden WHERE id " IN_BIN       \
  "), 0)) - "                                                   \
  "(queues.bin << 36)"
// kBlocked (daemon/queue/queue_types.h).
#define BLOCKED "until >= 4611686018427387904"
#define PLACE "(hidden.id & ((1 << 36) - 1))"
#define IN_ITS_GROUP                                                     \
  "EXISTS(SELECT 1 FROM message_groups WHERE bin = hidden.id >> 36 AND " \
  "name = in_group AND place = " PLACE ")"
#define HAS_BEFORE                                                       \
  "EXISTS(SELECT 1 FROM message_groups WHERE bin = hidden.id >> 36 AND " \
  "name = in_group AND place < " PLACE ")"
// What is being cleared away is so bit by bit.
#define IS_LOST                                                            \
  "bin NOT IN (SELECT id FROM bins WHERE purge) AND NOT EXISTS(SELECT 1 "  \
  "FROM messages WHERE id = (bin << 36) + place) AND NOT EXISTS(SELECT 1 " \
  "FROM hidden WHERE id = (bin << 36) + place)"
#define MISCOUNTED "size <> " COUNTED " OR (size > 0) <> " HAS_MESSAGES

// In this order: a rule may rely on those before it.
constexpr std::array kRules = {
    Rule{"FIFOs with a number of slots outside 1 to 1024",
         "SELECT count(*) FROM fifos WHERE slots NOT BETWEEN 1 AND 1024", "",
         "UPDATE fifos SET slots = 1 WHERE slots NOT BETWEEN 1 AND 1024"},
    Rule{"FIFOs with more or fewer names of slots than slots",
         "SELECT count(*) FROM fifos WHERE slot_names <> X'' AND slots <> "
         "1 + length(slot_names) - length(replace(slot_names, ',', ''))",
         "UPDATE fifos SET slot_names = X'' WHERE slots <> 1 + "
         "length(slot_names) - length(replace(slot_names, ',', ''))"},
    Rule{"FIFOs with a rate that there is not",
         "SELECT count(*) FROM fifos WHERE rate NOT BETWEEN 0 AND 1000000 OR "
         "(rate > 0 AND rate_per <= 0)",
         "UPDATE fifos SET rate = 0 WHERE rate NOT BETWEEN 0 AND 1000000 OR "
         "(rate > 0 AND rate_per <= 0)"},
    Rule{"tickets in a state that there is not",
         "SELECT count(*) FROM tickets WHERE state <> 3 AND state NOT IN "
         "(0, 1, 2)",
         "", "DELETE FROM tickets WHERE state <> 3 AND state NOT IN (0, 1, 2)"},
    Rule{"turns in a slot that there is not, or that is another's",
         // By slot: each ticket beside each other one took seconds of a start.
         "SELECT total(iif(slot BETWEEN 0 AND 1023, n - 1, n)) FROM "
         "(SELECT slot, count(*) AS n, min(tickets.shared) AS all_shared FROM "
         "tickets JOIN fifos ON fifos.id = tickets.fifo WHERE state <> 3 AND "
         "state IN (1, 2) GROUP BY fifo, slot) WHERE slot NOT BETWEEN 0 AND "
         "1023 OR (n > 1 AND NOT all_shared)",
         "",
         "DELETE FROM tickets WHERE seq IN (SELECT tickets.seq FROM tickets "
         "JOIN fifos ON fifos.id = tickets.fifo WHERE state <> 3 AND state IN "
         "(1, 2) AND (slot NOT BETWEEN 0 AND 1023 OR EXISTS(SELECT 1 FROM "
         "tickets AS other WHERE other.state <> 3 AND other.fifo = "
         "tickets.fifo AND other.state IN (1, 2) AND other.slot = "
         "tickets.slot AND other.seq < tickets.seq AND NOT (other.shared AND "
         "tickets.shared))))"},
    Rule{"shared turns of a FIFO that are in several slots",
         "SELECT total(others) FROM (SELECT count(DISTINCT slot) - 1 AS others "
         "FROM tickets WHERE state <> 3 AND state IN (1, 2) AND shared GROUP "
         "BY fifo)",
         "",
         "DELETE FROM tickets WHERE state <> 3 AND state IN (1, 2) AND shared "
         "AND slot <> (SELECT min(slot) FROM tickets AS other WHERE "
         "other.state <> 3 AND other.fifo = tickets.fifo AND other.state IN "
         "(1, 2) AND other.shared)"},
    Rule{"turns with other slots than are theirs",
         WRONG_SLOTS "SELECT count(*) FROM wrong", "",
         WRONG_SLOTS
         "DELETE FROM tickets WHERE seq IN (SELECT seq FROM wrong)"},
    Rule{"tickets that wait for more slots than there are",
         "SELECT count(*) FROM tickets JOIN fifos ON fifos.id = tickets.fifo "
         "WHERE take > 1 AND state <> 3 AND state = 0 AND take > fifos.slots",
         "",
         "DELETE FROM tickets WHERE take > 1 AND state <> 3 AND state = 0 AND "
         "take > (SELECT slots FROM fifos WHERE fifos.id = tickets.fifo)"},
    Rule{"tickets drawn together of which some have their turn and some wait",
         "SELECT count(*) FROM (" HALF_GIVEN ")", "",
         "DELETE FROM tickets WHERE lead <> 0 AND state <> 3 AND state = 0 AND "
         "lead IN (" HALF_GIVEN ")"},
    // They could wait for each other for ever.
    Rule{"tickets drawn together that stand in line by other ranks",
         "SELECT count(*) FROM (" UNEVEN ")",
         "UPDATE tickets SET rank = (SELECT min(rank) FROM tickets AS other "
         "WHERE other.lead <> 0 AND other.state <> 3 AND other.lead = "
         "tickets.lead) WHERE lead <> 0 AND state <> 3 AND lead IN (" UNEVEN
         ")"},
    Rule{"FIFOs whose number of tickets is wrong",
         // Most FIFOs are idle: those are looked at all together. Tickets of
         // a FIFO that was destroyed end bit by bit.
         "SELECT max(count(*), (SELECT total(live) FROM fifos) <> (SELECT "
         "count(*) FROM tickets WHERE state <> 3 AND fifo IN (SELECT id FROM "
         "fifos))) FROM fifos WHERE (live <> 0 OR held <> 0 OR shared <> 0 OR "
         "extra <> 0) AND (live <> " LIVE " OR held <> " HELD
         " OR shared <> " SHARED " OR extra <> " EXTRA ")",
         "UPDATE fifos SET live = " LIVE ", held = " HELD ", shared = " SHARED
         ", extra = " EXTRA " WHERE live <> " LIVE " OR held <> " HELD
         " OR shared <> " SHARED " OR extra <> " EXTRA},
    Rule{"FIFOs that go for want of use though they are used, or never",
         "SELECT count(*) FROM fifos WHERE (deadline IS NULL) <> (" KEPT ")",
         "UPDATE fifos SET deadline = iif(" KEPT
         ", NULL, ?1 + unused_destroy) WHERE (deadline IS NULL) <> (" KEPT ")"},
    Rule{"FIFOs whose fence is below that of a turn",
         "SELECT count(*) FROM tickets JOIN fifos ON fifos.id = tickets.fifo "
         "WHERE state <> 3 AND state IN (1, 2) AND tickets.fence > fifos.fence",
         "UPDATE fifos SET fence = t.fence FROM (SELECT fifo, max(fence) AS "
         "fence FROM tickets WHERE state <> 3 AND state IN (1, 2) GROUP BY "
         "fifo) AS t WHERE t.fifo = fifos.id AND t.fence > fifos.fence"},
    Rule{"queues with a rule of overflow that there is not",
         "SELECT count(*) FROM queues WHERE overflow NOT IN (0, 1)", "",
         "UPDATE queues SET overflow = 1 WHERE overflow NOT IN (0, 1)"},
    Rule{"queues with a limit that there is not",
         "SELECT count(*) FROM queues WHERE in_flight < 0 OR rate NOT BETWEEN "
         "0 AND 1000000 OR (rate > 0 AND rate_per <= 0)",
         "",
         "UPDATE queues SET in_flight = max(in_flight, 0), rate = 0 WHERE "
         "in_flight < 0 OR rate NOT BETWEEN 0 AND 1000000 OR (rate > 0 AND "
         "rate_per <= 0)"},
    Rule{"queues whose messages are marked to be cleared away, or not known",
         "SELECT count(*) FROM queues WHERE bin NOT IN (SELECT id FROM bins "
         "WHERE NOT purge)",
         "INSERT INTO bins(id, purge) SELECT bin, 0 FROM queues WHERE bin NOT "
         "IN (SELECT id FROM bins WHERE NOT purge) ON CONFLICT(id) DO UPDATE "
         "SET purge = 0"},
    Rule{"messages of no queue that are not marked to be cleared away",
         "SELECT count(*) FROM bins WHERE NOT purge AND id NOT IN (SELECT bin "
         "FROM queues)",
         "UPDATE bins SET purge = 1 WHERE NOT purge AND id NOT IN (SELECT bin "
         "FROM queues)"},
    Rule{"queues whose next place is taken",
         "SELECT count(*) FROM queues WHERE next_place <= " LAST_PLACE,
         "UPDATE queues SET next_place = " LAST_PLACE
         " + 1 WHERE next_place <= " LAST_PLACE},
    Rule{"queues whose number of messages is wrong",
         "SELECT count(*) FROM queues WHERE " MISCOUNTED,
         "UPDATE queues SET size = (SELECT count(*) FROM messages WHERE "
         "id " IN_BIN ") WHERE " MISCOUNTED},
    // Those that the rule before has counted again.
    Rule{"queues whose messages are counted wrong by their index",
         "SELECT count(*) FROM queues WHERE size <> " COUNTED,
         "DELETE FROM counts WHERE bin IN (SELECT bin FROM queues WHERE size "
         "<> " COUNTED ")"},
    Rule{"queues whose messages can't be found by their index",
         "SELECT count(*) FROM queues WHERE size <> " COUNTED,
         "INSERT OR REPLACE INTO counts SELECT queues.bin, level, (messages.id "
         "- (queues.bin << 36)) >> (5 * level) AS span, count(*) FROM queues, "
         "messages, (SELECT 1 AS level UNION SELECT 2 UNION SELECT 3 UNION "
         "SELECT 4) WHERE size <> " COUNTED " AND messages.id " IN_BIN
         " GROUP BY queues.bin, level, span"},
    Rule{"blocked messages that their group does not know",
         "SELECT count(*) FROM hidden WHERE " BLOCKED
         " AND in_group IS NOT NULL AND NOT " IN_ITS_GROUP,
         "INSERT INTO message_groups SELECT id >> 36, in_group, " PLACE
         " FROM hidden WHERE " BLOCKED
         " AND in_group IS NOT NULL AND NOT " IN_ITS_GROUP},
    Rule{"places in a group without their messages",
         "SELECT count(*) FROM message_groups WHERE " IS_LOST,
         "DELETE FROM message_groups WHERE " IS_LOST},
    // They can be read now, as if they had been delayed until then.
    Rule{"blocked messages with none before them in their group",
         "SELECT count(*) FROM hidden WHERE " BLOCKED " AND NOT " HAS_BEFORE,
         "UPDATE hidden SET until = 0 WHERE " BLOCKED " AND NOT " HAS_BEFORE},
    // What is being cleared away is no longer the queues'.
    Rule{"queues whose number of leased or delayed messages is wrong",
         "SELECT NOT EXISTS(SELECT 1 FROM bins WHERE purge) AND ((SELECT "
         "total(leased) FROM queues) <> (SELECT count(*) FROM hidden WHERE "
         "lease IS NOT NULL) OR (SELECT total(blocked) FROM queues) <> (SELECT "
         "count(*) FROM hidden WHERE " BLOCKED
         ") OR (SELECT total(leased + delayed + blocked) FROM queues) <> "
         "(SELECT count(*) FROM hidden))",
         "UPDATE queues SET leased = (SELECT count(*) FROM hidden WHERE "
         "id " IN_BIN
         " AND lease IS NOT NULL), delayed = (SELECT count(*) FROM "
         "hidden WHERE id " IN_BIN " AND lease IS NULL AND NOT " BLOCKED
         "), blocked = (SELECT count(*) FROM hidden WHERE id " IN_BIN
         " AND " BLOCKED ")"},
};

#undef IN_BIN
#undef LIVE
#undef HELD
#undef SHARED
#undef WEIGHTED
#undef EXTRA
#undef MORE
#undef WRONG_SLOTS
#undef GROUPS_OF
#undef HALF_GIVEN
#undef UNEVEN
#undef KEPT
#undef COUNTED
#undef HAS_MESSAGES
#undef LAST_PLACE
#undef BLOCKED
#undef PLACE
#undef IN_ITS_GROUP
#undef HAS_BEFORE
#undef IS_LOST
#undef MISCOUNTED

void run(sqlite::Database& db, std::string_view sql, Instant now) {
  sqlite::Statement statement(db, sql);
  if (sql.find("?1") != sql.npos) return statement.run(now);
  statement.run();
}

std::vector<Breach> mend(sqlite::Database& db, Instant now, bool force) {
  std::vector<Breach> mended;
  for (const Rule& rule : kRules) {
    std::int64_t rows = db.pragma(rule.find);
    if (rows == 0) continue;
    std::string_view remedy = rule.mend;
    if (remedy.empty() && force) remedy = rule.force;
    if (remedy.empty()) {
      throw StoreError(ErrorCode::kStoreFailed,
                       fmt::format("the store is damaged: {} ({}); `syncq "
                                   "doctor --repair` takes them out",
                                   rule.what, rows));
    }
    run(db, remedy, now);
    mended.push_back({rule.what, rows, true});
  }
  return mended;
}

}  // namespace

std::vector<Breach> find_breaches(sqlite::Database& db) {
  std::vector<Breach> found;
  for (const Rule& rule : kRules) {
    std::int64_t rows = db.pragma(rule.find);
    if (rows > 0) found.push_back({rule.what, rows, *rule.mend != '\0'});
  }
  return found;
}

std::vector<Breach> mend_breaches(sqlite::Database& db, Instant now) {
  return mend(db, now, false);
}

std::vector<Breach> force_breaches(sqlite::Database& db, Instant now) {
  return mend(db, now, true);
}

}  // namespace syncq
