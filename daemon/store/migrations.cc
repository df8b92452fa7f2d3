#include "daemon/store/migrations.h"

namespace syncq {
namespace {

// Times are nanoseconds on the daemon's timeline, UUIDs 16 bytes.
//
// The partial indices name `state` the way the queries of the store do: SQLite
// uses one only if its condition is in the query.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value NOT NULL
) WITHOUT ROWID;

CREATE TABLE fifos(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL UNIQUE,
  name BLOB UNIQUE,
  wait INTEGER NOT NULL,
  accept INTEGER NOT NULL,
  done INTEGER NOT NULL,
  unused_destroy INTEGER NOT NULL,
  allow_overrides INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  live INTEGER NOT NULL,
  held INTEGER NOT NULL,
  deadline INTEGER,
  created INTEGER NOT NULL
);
CREATE INDEX fifos_deadline ON fifos(deadline) WHERE deadline IS NOT NULL;

-- No AUTOINCREMENT: that writes one more page a ticket, and a number that
-- comes back after every later ticket was forgotten orders as well.
CREATE TABLE tickets(
  seq INTEGER PRIMARY KEY,
  uuid BLOB NOT NULL UNIQUE,
  fifo INTEGER NOT NULL,
  state INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  wait INTEGER NOT NULL,
  accept INTEGER NOT NULL,
  done INTEGER NOT NULL,
  deadline INTEGER,
  created INTEGER NOT NULL,
  since INTEGER NOT NULL,
  hold INTEGER NOT NULL,
  owner_pid INTEGER NOT NULL,
  owner_start INTEGER NOT NULL,
  command_pid INTEGER NOT NULL,
  command_start INTEGER NOT NULL,
  label BLOB NOT NULL,
  cwd BLOB NOT NULL
);
CREATE INDEX tickets_line ON tickets(fifo, state, seq) WHERE state <> 3;
CREATE INDEX tickets_deadline ON tickets(deadline)
  WHERE state <> 3 AND deadline IS NOT NULL;
CREATE INDEX tickets_ended ON tickets(deadline) WHERE state = 3;

CREATE TABLE queues(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL UNIQUE,
  name BLOB NOT NULL UNIQUE,
  ephemeral INTEGER NOT NULL,
  capacity INTEGER,
  overflow INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  dead_letter BLOB NOT NULL,
  created INTEGER NOT NULL,
  bin INTEGER NOT NULL UNIQUE,
  next_place INTEGER NOT NULL,
  size INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  delayed INTEGER NOT NULL
);

CREATE TABLE bins(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  purge INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX bins_purge ON bins(id) WHERE purge;

-- What can be read. id is bin << 36 | place: a queue's messages lie together
-- and in order, and the first and the last are one step away. What is hidden
-- is kept apart, so that nobody ever steps over it.
CREATE TABLE messages(
  id INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  expires INTEGER,
  type BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX messages_expire ON messages(expires) WHERE expires IS NOT NULL;

CREATE TABLE hidden(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  lease BLOB UNIQUE,
  until INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  expires INTEGER,
  type BLOB NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX hidden_until ON hidden(until);

-- How many messages there are in each span of 32, 1024, ... places: the way
-- to an index in the middle.
CREATE TABLE counts(
  bin INTEGER NOT NULL,
  level INTEGER NOT NULL,
  span INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY(bin, level, span)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys(
  queue INTEGER NOT NULL,
  key BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY(queue, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_expire ON idempotency_keys(expires);
)sql";

// The order of queues in lists. Where a dead letter comes from; null of a
// message that is alive.
constexpr const char* kVersion2 = R"sql(
CREATE INDEX queues_rank ON queues(created, uuid);
ALTER TABLE messages ADD COLUMN dead_queue BLOB;
ALTER TABLE messages ADD COLUMN dead_attempts INTEGER;
ALTER TABLE messages ADD COLUMN dead_reason BLOB;
ALTER TABLE messages ADD COLUMN dead_since INTEGER;
ALTER TABLE hidden ADD COLUMN dead_queue BLOB;
ALTER TABLE hidden ADD COLUMN dead_attempts INTEGER;
ALTER TABLE hidden ADD COLUMN dead_reason BLOB;
ALTER TABLE hidden ADD COLUMN dead_since INTEGER;
)sql";

// Turns that have ended are kept for longer than other tickets: they are a
// FIFO's history. A FIFO may give no turns for a while, and a ticket stand in
// front of those drawn before it. When a message was pushed; null of those that
// were stored before. Queues that give nothing out.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE tickets ADD COLUMN granted INTEGER;
ALTER TABLE tickets ADD COLUMN status INTEGER;
ALTER TABLE tickets ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX tickets_ended;
CREATE INDEX tickets_ended ON tickets(deadline)
  WHERE state = 3 AND granted IS NULL;
CREATE INDEX turns_ended ON tickets(fifo, seq)
  WHERE state = 3 AND granted IS NOT NULL;

ALTER TABLE fifos ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
DROP INDEX tickets_line;
CREATE INDEX tickets_line ON tickets(fifo, state, rank, seq) WHERE state <> 3;

ALTER TABLE messages ADD COLUMN pushed INTEGER;
ALTER TABLE hidden ADD COLUMN pushed INTEGER;
ALTER TABLE queues ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
)sql";

// Tickets have priorities, and what is moved to the front stands before all of
// those. Shared ones have their turn together.
constexpr const char* kVersion4 = R"sql(
ALTER TABLE tickets ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fifos ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
)sql";

// Queues have limits of how many messages are in flight, and how fast they go.
// Messages may be in a group, in which they go one after the other. A ticket
// may take several slots of a FIFO at once, and these may have names: lists,
// with commas between their members.
constexpr const char* kVersion5 = R"sql(
ALTER TABLE queues ADD COLUMN in_flight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queues ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queues ADD COLUMN rate_per INTEGER NOT NULL DEFAULT 0;

ALTER TABLE queues ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN in_group BLOB;
ALTER TABLE hidden ADD COLUMN in_group BLOB;
CREATE TABLE message_groups(
  bin INTEGER NOT NULL,
  name BLOB NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY(bin, name, place)
) WITHOUT ROWID;

ALTER TABLE tickets ADD COLUMN take INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN more_slots BLOB NOT NULL DEFAULT X'';
ALTER TABLE tickets ADD COLUMN slot_names BLOB NOT NULL DEFAULT X'';
ALTER TABLE fifos ADD COLUMN extra INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fifos ADD COLUMN slot_names BLOB NOT NULL DEFAULT X'';
CREATE INDEX tickets_take ON tickets(fifo, state, take)
  WHERE take > 1 AND state <> 3;
)sql";

// Tickets that were drawn together, in several FIFOs. Those that have ended
// stay in the index: without their state in it, no end of a ticket looks at it.
constexpr const char* kVersion6 = R"sql(
ALTER TABLE tickets ADD COLUMN lead INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tickets_group ON tickets(lead) WHERE lead <> 0;
)sql";

}  // namespace

const std::array<Migration, kNewest> kMigrations = {
    Migration{kVersion1},
    Migration{kVersion2},
    Migration{kVersion3, "UPDATE tickets SET granted = since WHERE state = 2"},
    Migration{kVersion4, "UPDATE tickets SET rank = rank - 100 WHERE rank < 0"},
    Migration{kVersion5},
    Migration{kVersion6},
};

}  // namespace syncq
