#include "cli/client/row_fields.h"

#include <algorithm>

namespace syncq {
namespace {

using Fields = std::vector<std::string>;

Fields& operator+=(Fields& fields, const Fields& more) {
  for (const std::string& each : more) {
    // Those that FIFOs and queues share are there once.
    if (std::find(fields.begin(), fields.end(), each) == fields.end()) {
      fields.push_back(each);
    }
  }
  return fields;
}

Fields within(const std::string& object, const Fields& fields) {
  Fields names;
  for (const std::string& each : fields) names.push_back(object + "." + each);
  return names;
}

Fields of_fifo_in_overview() {
  return {"uuid", "name",        "slots",   "slot_names", "rate",
          "held", "slots_taken", "waiting", "paused",     "fence"};
}

Fields of_ticket() {
  return {"ticket",      "state",
          "place",       "priority",
          "passed",      "shared",
          "take",        "slot",
          "slots",       "slot_names",
          "with",        "fence",
          "age_ms",      "state_ms",
          "deadline_ms", "expected_run_ms",
          "label",       "expected_wait_ms",
          "pid",         "cwd",
          "attached",    "stopped",
          "settles_ms"};
}

}  // namespace

Fields fields_of_ls() {
  Fields fields{"kind"};
  fields += of_fifo_in_overview();
  fields += fields_of_queue_ls();
  return fields += {"in", "out", "in_per_s", "out_per_s"};
}

Fields fields_of_ps() {
  Fields fields = of_ticket();
  return fields += within("fifo", of_fifo_in_overview());
}

Fields fields_of_history() {
  return {"fifo",        "ticket", "fence",     "priority", "shared",
          "take",        "label",  "cwd",       "pid",      "end",
          "exit_status", "signal", "waited_ms", "ran_ms",   "ended_at"};
}

Fields fields_of_fifo_ls() {
  Fields fields = of_fifo_in_overview();
  fields += {"allow_overrides", "created_at"};
  fields += within("timeouts", {"wait", "accept", "done", "unused_destroy"});
  return fields += within("holder", {"label", "cwd", "pid", "held_ms",
                                     "expected_run_ms", "stopped"});
}

Fields fields_of_fifo_show() {
  Fields fields = of_ticket();
  return fields += within("fifo", fields_of_fifo_ls());
}

Fields fields_of_queue_ls() {
  return {"id",     "name",         "ephemeral",   "capacity",  "size",
          "leased", "delayed",      "blocked",     "overflow",  "created_at",
          "paused", "max_attempts", "dead_letter", "in_flight", "rate"};
}

Fields fields_of_queue_show() {
  Fields fields{"index", "id",   "age_ms", "attempts", "type",
                "size",  "text", "lease",  "due_ms",   "group"};
  fields += within("dead", {"from", "attempts", "reason", "since"});
  return fields += within("queue", fields_of_queue_ls());
}

}  // namespace syncq
