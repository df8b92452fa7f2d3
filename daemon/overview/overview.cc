#include "daemon/overview/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "daemon/fifo/fifo_json.h"
#include "daemon/http/long_answer.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

// How many FIFOs in use one step looks at, each with its tickets and their
// processes, or destroyed ones whose tickets are not ended yet.
constexpr int kInUseSlice = 10;

// As rates are shown.
std::string tenths(double rate) { return fmt::format("{:.1f}", rate); }

void append(std::string& list, std::string_view item) {
  if (!list.empty()) list += ',';
  list += item;
}

}  // namespace

Overview::Overview(FifoEngine& fifos, QueueEngine& queues, QueueRates& rates,
                   OverviewWanted wanted)
    : fifos_(fifos),
      queues_(queues),
      rates_(rates),
      wanted_(std::move(wanted)),
      limit_(static_cast<std::size_t>(wanted_.limit)),
      tickets_left_(wanted_.limit) {}

bool Overview::step(Instant now) {
  if (!wanted_.only.empty()) {
    make_only(now);
  } else if (stage_ == Stage::kInUse) {
    step_in_use(now);
  } else if (stage_ == Stage::kAll) {
    step_all(now);
  } else {
    step_queues(now);
  }
  return stage_ != Stage::kComplete;
}

void Overview::make_only(Instant now) {
  if (auto view = fifos_.show(wanted_.only, now)) add_fifo(view->fifo, now);
  if (auto queue = queues_.show(wanted_.only)) add_queue(*queue, now);
  stage_ = Stage::kComplete;
}

void Overview::step_in_use(Instant now) {
  for (int i = 0; i < kInUseSlice; ++i) {
    std::optional<FifoEngine::InUse> next = fifos_.next_in_use(last_fifo_);
    if (!next || (next->fifo && !add_fifo(*next->fifo, now))) {
      stage_ = more_fifos_ ? Stage::kQueues : Stage::kAll;
      last_fifo_ = 0;
      return;
    }
    last_fifo_ = next->id;
  }
}

// Those that are not in use, or were not when the others were looked for.
void Overview::step_all(Instant now) {
  std::vector<Fifo> rows = fifos_.rows(last_fifo_, kSlice);
  bool room = true;
  for (const Fifo& fifo : rows) {
    last_fifo_ = fifo.id;
    room = added_.contains(fifo.id) || add_fifo(fifo, now);
    if (!room) break;
  }
  if (!room || rows.size() < kSlice) stage_ = Stage::kQueues;
}

void Overview::step_queues(Instant now) {
  std::vector<Queue> rows = queues_.list(last_queue_, kSlice);
  for (const Queue& queue : rows) {
    last_queue_ = queue.rank();
    add_queue(queue, now);
  }
  if (rows.size() == kSlice) return;
  stage_ = Stage::kComplete;
  std::size_t room = limit_ - used_queues_.size();
  if (idle_queues_.size() > room) {
    more_queues_ = true;
    idle_queues_.resize(room);
  }
}

// Returns false if there is no room for it.
bool Overview::add_fifo(const Fifo& fifo, Instant now) {
  if (added_.size() == limit_) {
    more_fifos_ = true;
    return false;
  }
  added_.insert(fifo.id);
  for (std::int64_t value :
       {fifo.id, fifo.fence, fifo.live, std::int64_t{fifo.held},
        std::int64_t{fifo.paused}, std::int64_t{fifo.config.slots},
        fifo.config.rate.count, fifo.config.rate.per.count()}) {
    note(value);
  }
  for (const std::string& name : fifo.config.slot_names) {
    note(static_cast<std::int64_t>(std::hash<std::string>()(name)));
  }
  append(fifos_made_,
         JsonObject()
             .add("uuid", fifo.uuid.text())
             .add_or_null("name", fifo.name)
             .add("slots", fifo.config.slots)
             .add_raw("slot_names", names_json(fifo.config.slot_names))
             .add_or_null("rate", format_rate(fifo.config.rate))
             .add("held", fifo.held)
             .add("slots_taken", fifo.slots_taken())
             .add("waiting", fifo.waiting())
             .add("paused", fifo.paused)
             .add("fence", fifo.fence)
             .add_raw("tickets", fmt::format("[{}]", tickets_of(fifo, now)))
             .text());
  return true;
}

std::string Overview::tickets_of(const Fifo& fifo, Instant now) {
  std::string made;
  if (fifo.live == 0) return made;
  auto waiting = std::min<std::int64_t>(wanted_.waiting, fifo.waiting());
  int all = fifo.held + static_cast<int>(waiting);
  int count = std::min(all, tickets_left_);
  more_tickets_ |= count < all;
  if (count == 0) return made;
  auto views = fifos_.live_tickets(fifo, count, now, looks_left_);
  // Those that are held are there in any case.
  if (views.size() > static_cast<std::size_t>(count)) views.resize(count);
  for (const FifoEngine::TicketView& view : views) {
    append(made, ticket_json(view, now));
    note(view);
    --tickets_left_;
    --looks_left_;
  }
  return made;
}

void Overview::add_queue(const Queue& queue, Instant now) {
  std::optional<QueueRates::Rates> rates = rates_.see(queue, now);
  double in = rates ? rates->in : 0;
  double out = rates ? rates->out : 0;
  bool has_rates = std::max(in, out) > 0;
  bool used = has_rates || queue.stored() > 0;
  std::vector<std::string>& made = used ? used_queues_ : idle_queues_;
  if (made.size() == limit_) {
    more_queues_ = true;
    return;
  }
  has_rates_ |= has_rates || (!rates && rates_.knows(queue));
  for (std::int64_t value :
       {queue.generation, queue.next_offset, queue.size, queue.leased,
        queue.delayed, queue.blocked, std::int64_t{queue.paused},
        queue.config.capacity.value_or(0), queue.config.in_flight,
        queue.config.rate.count, queue.config.rate.per.count(),
        std::int64_t{rates.has_value()}, std::int64_t{std::lround(in * 10)},
        std::int64_t{std::lround(out * 10)}}) {
    note(value);
  }
  JsonObject json = queue_json(queue);
  json.add("in", messages_in(queue)).add("out", messages_out(queue));
  json.add_raw("in_per_s", rates ? tenths(in) : "null");
  json.add_raw("out_per_s", rates ? tenths(out) : "null");
  made.push_back(json.text());
  queues_size_ += made.back().size();
}

void Overview::add_to(JsonObject& object) const {
  std::string queues;
  queues.reserve(queues_size_);
  for (const auto* made : {&used_queues_, &idle_queues_}) {
    for (const std::string& queue : *made) append(queues, queue);
  }
  object.add_raw("fifos", fmt::format("[{}]", fifos_made_))
      .add_raw("queues", fmt::format("[{}]", queues))
      .add("more", JsonObject()
                       .add("fifos", more_fifos_)
                       .add("queues", more_queues_)
                       .add("tickets", more_tickets_));
}

std::size_t Overview::size() const { return fifos_made_.size() + queues_size_; }

// The mixing step of MurmurHash2's 64-bit version.
void Overview::note(std::int64_t value) {
  constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995;
  std::uint64_t mixed = static_cast<std::uint64_t>(value) * kFactor;
  fingerprint_ = (fingerprint_ ^ mixed ^ (mixed >> 47)) * kFactor;
}

void Overview::note(const FifoEngine::TicketView& view) {
  const Ticket& ticket = view.ticket;
  note(ticket.seq);
  note(ticket.rank);
  note(static_cast<std::int64_t>(ticket.state));
  note(ticket.since.time_since_epoch().count());
  note(ticket.deadline ? ticket.deadline->time_since_epoch().count() : 0);
  note(process_of(ticket).pid);
  note(view.attached);
  note(view.stopped ? 1 + *view.stopped : 0);
}

}  // namespace syncq
