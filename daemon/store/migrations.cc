#include "daemon/store/migrations.h"

namespace syncq {
namespace {

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

// Tickets that were drawn together, in several FIFOs. FIFOs have a rate at
// which they give turns.
constexpr const char* kVersion6 = R"sql(
ALTER TABLE tickets ADD COLUMN lead INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tickets_group ON tickets(lead) WHERE lead <> 0;
ALTER TABLE fifos ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fifos ADD COLUMN rate_per INTEGER NOT NULL DEFAULT 0;
)sql";

}  // namespace

const std::array<Migration, kNewest - 1> kMigrations = {
    Migration{kVersion2},
    Migration{kVersion3, "UPDATE tickets SET granted = since WHERE state = 2"},
    Migration{kVersion4, "UPDATE tickets SET rank = rank - 100 WHERE rank < 0"},
    Migration{kVersion5},
    Migration{kVersion6},
};

}  // namespace syncq
