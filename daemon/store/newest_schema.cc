// The store's tables, as they are now.

#include "daemon/store/migrations.h"

namespace syncq {

// Times are nanoseconds on the daemon's timeline, UUIDs 16 bytes. What came
// with a later version has a default, for those rows that there were.
//
// The partial indices name `state` the way the queries of the store do: SQLite
// uses one only if its condition is in the query.
const char* const kNewestSchema = R"sql(
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
  created INTEGER NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  shared INTEGER NOT NULL DEFAULT 0,
  extra INTEGER NOT NULL DEFAULT 0,
  slot_names BLOB NOT NULL DEFAULT X'',
  rate INTEGER NOT NULL DEFAULT 0,
  rate_per INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX fifos_deadline ON fifos(deadline) WHERE deadline IS NOT NULL;

-- No AUTOINCREMENT: that writes one more page a ticket, and a number that
-- comes back after every later ticket was forgotten orders as well. The turns
-- that have ended are kept for longer than other tickets: they are a FIFO's
-- history. more_slots and slot_names are lists, with commas between their
-- members. Tickets that were drawn together have the seq of the first as lead.
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
  cwd BLOB NOT NULL,
  granted INTEGER,
  status INTEGER,
  ended_at INTEGER NOT NULL DEFAULT 0,
  rank INTEGER NOT NULL DEFAULT 0,
  shared INTEGER NOT NULL DEFAULT 0,
  take INTEGER NOT NULL DEFAULT 1,
  more_slots BLOB NOT NULL DEFAULT X'',
  slot_names BLOB NOT NULL DEFAULT X'',
  lead INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tickets_group ON tickets(lead) WHERE lead <> 0;
CREATE INDEX tickets_line ON tickets(fifo, state, rank, seq) WHERE state <> 3;
CREATE INDEX tickets_take ON tickets(fifo, state, take)
  WHERE take > 1 AND state <> 3;
CREATE INDEX tickets_deadline ON tickets(deadline)
  WHERE state <> 3 AND deadline IS NOT NULL;
CREATE INDEX tickets_ended ON tickets(deadline)
  WHERE state = 3 AND granted IS NULL;
CREATE INDEX turns_ended ON tickets(fifo, seq)
  WHERE state = 3 AND granted IS NOT NULL;

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
  delayed INTEGER NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  in_flight INTEGER NOT NULL DEFAULT 0,
  rate INTEGER NOT NULL DEFAULT 0,
  rate_per INTEGER NOT NULL DEFAULT 0,
  blocked INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX queues_rank ON queues(created, uuid);

CREATE TABLE bins(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  purge INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX bins_purge ON bins(id) WHERE purge;

-- What can be read. id is bin << 36 | place: a queue's messages lie together
-- and in order, and the first and the last are one step away. What is hidden
-- is kept apart, so that nobody ever steps over it. dead_...: where a dead
-- letter comes from; null of a message that is alive.
CREATE TABLE messages(
  id INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  expires INTEGER,
  type BLOB NOT NULL,
  body BLOB NOT NULL,
  dead_queue BLOB,
  dead_attempts INTEGER,
  dead_reason BLOB,
  dead_since INTEGER,
  pushed INTEGER,
  in_group BLOB
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
  body BLOB NOT NULL,
  dead_queue BLOB,
  dead_attempts INTEGER,
  dead_reason BLOB,
  dead_since INTEGER,
  pushed INTEGER,
  in_group BLOB
);
CREATE INDEX hidden_until ON hidden(until);

-- Those of a group go one after the other.
CREATE TABLE message_groups(
  bin INTEGER NOT NULL,
  name BLOB NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY(bin, name, place)
) WITHOUT ROWID;

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

}  // namespace syncq
