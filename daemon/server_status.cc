// What the daemon reports about itself.

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/version.h"
#include "daemon/http/json_text.h"
#include "daemon/server.h"

namespace syncq {
namespace {

std::int64_t file_size(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_size : 0;
}

std::string metric_head(std::string_view name, std::string_view type,
                        std::string_view help) {
  return fmt::format("# HELP syncq_{0} {2}\n# TYPE syncq_{0} {1}\n", name, type,
                     help);
}

std::string metric(std::string_view name, std::string_view type,
                   std::string_view help, std::int64_t value) {
  return metric_head(name, type, help) +
         fmt::format("syncq_{} {}\n", name, value);
}

// Each action is there from the start, with 0.
template <typename Actions>
std::string actions_metric(std::string_view name, std::string_view help,
                           const Actions& actions, const ActionCounts& counts) {
  std::string text = metric_head(name, "counter", help);
  for (std::string_view action : actions) {
    auto found = counts.find(action);
    text += fmt::format("syncq_{}{{action=\"{}\"}} {}\n", name, action,
                        found == counts.end() ? 0 : found->second);
  }
  return text;
}

}  // namespace

std::string Server::status_json(const Totals& totals) {
  const Paths& paths = options_.paths;
  auto uptime =
      std::chrono::duration_cast<std::chrono::milliseconds>(now() - started_);
  JsonObject tickets;
  tickets.add("live", totals.live)
      .add("waiting", totals.live - totals.held)
      .add("held", totals.held);
  JsonObject queues;
  queues.add("queues", totals.queues).add("messages", totals.messages);
  JsonObject lost;
  lost.add("ephemeral_messages", totals.ephemeral_messages)
      .add("connection_turns", fifos_.connection_turns());
  return JsonObject()
      .add("version", kVersion)
      .add("pid", getpid())
      .add("uptime_ms", uptime.count())
      .add("socket", paths.socket)
      .add("activated", inherited_)
      .add_raw("tcp", remote_.addresses_json())
      .add("state_dir", paths.state_dir)
      .add("log", paths.log())
      .add("durability", options_.durability)
      .add("fifos", totals.fifos)
      .add("tickets", tickets)
      .add("queues", queues)
      .add("connections", connections_.size())
      .add("parked_callers", fifos_.parked() + queues_.parked())
      .add("lost_by_restart", lost)
      .add("in_flight_bytes", in_flight_.used())
      .add("store_bytes",
           file_size(paths.store()) + file_size(paths.store() + "-wal"))
      .line();
}

std::string Server::metrics_text(const Totals& totals) {
  auto count = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  return metric("fifos", "gauge", "FIFOs there are.", totals.fifos) +
         metric("fifos_paused", "gauge", "FIFOs that give no turns.",
                totals.paused) +
         metric("tickets_waiting", "gauge", "Tickets in line.",
                totals.live - totals.held) +
         metric("tickets_held", "gauge", "Tickets whose turn it is.",
                totals.held) +
         metric("queues", "gauge", "Queues there are.", totals.queues) +
         metric("messages", "gauge", "Messages that can be read.",
                totals.messages) +
         metric("messages_leased", "gauge", "Messages in hand.",
                totals.leased) +
         metric("messages_delayed", "gauge", "Messages that can't be read yet.",
                totals.delayed) +
         metric("messages_blocked", "gauge",
                "Messages that wait for an earlier one of their group.",
                totals.blocked) +
         metric("idempotency_keys", "gauge", "Idempotency keys remembered.",
                queues_.keys()) +
         metric("connections", "gauge", "Open connections.",
                count(connections_.size())) +
         metric("parked_callers", "gauge", "Callers waiting for an answer.",
                count(fifos_.parked() + queues_.parked())) +
         metric("event_listeners", "gauge", "Callers of GET /events.",
                count(feed_.listeners())) +
         metric("in_flight_bytes", "gauge",
                "Requests and answers that are under way.",
                count(in_flight_.used())) +
         metric("connections_total", "counter", "Connections accepted.",
                count(counters_.connections)) +
         metric("commits_total", "counter",
                "Transactions written to the store.",
                count(counters_.commits)) +
         metric("syncs_total", "counter", "Commits that waited for the disk.",
                count(database_->syncs())) +
         metric("aborted_transactions_total", "counter",
                "Transactions the store failed.", count(counters_.aborts)) +
         metric("tickets_expired_total", "counter",
                "Tickets ended by a timeout.", count(counters_.expired)) +
         actions_metric("fifo_steering_total",
                        "What people changed of FIFOs and their lines.",
                        kFifoActions, counters_.steered) +
         actions_metric("queue_steering_total",
                        "What people changed of queues.", kQueueActions,
                        counters_.queue_steered) +
         metric("refused_peers_total", "counter", "Connections of other users.",
                count(counters_.refused_peers)) +
         metric("tcp_connections", "gauge", "Open connections over TCP.",
                count(connections_.remote())) +
         metric("refused_requests_total", "counter",
                "Requests over TCP that were not let in.",
                count(remote_.refused()));
}

}  // namespace syncq
