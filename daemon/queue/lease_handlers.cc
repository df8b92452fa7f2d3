// What becomes of leased messages: of one, named in the path, or of many, named
// in the body.

#include <fmt/format.h>

#include "common/characters.h"
#include "daemon/http/json_object.h"
#include "daemon/queue/queue_handlers.h"

namespace syncq {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxReason = 1000;
constexpr std::string_view kUseLease =
    "use the Syncq-Lease that head?lease= answered with";

// Does it to one lease.
using Deed = std::function<Result<>(const Uuid& lease)>;
// What the parameters ask for. The arguments must outlive the deed.
using ReadDeed = Result<Deed> (*)(QueueEngine& engine, const Request& request);

Result<Deed> read_ack(QueueEngine& engine, const Request& request) {
  return Deed([&](const Uuid& lease) {
    return engine.ack(request.path[0], lease, request.now);
  });
}

Result<Deed> read_nack(QueueEngine& engine, const Request& request) {
  auto delay = request.query.duration("delay");
  if (!delay) return delay.refusal();
  auto dead = request.query.boolean("dead");
  if (!dead) return dead.refusal();
  auto uncounted = request.query.boolean("uncounted");
  if (!uncounted) return uncounted.refusal();
  Nack how{*delay, dead->value_or(false), uncounted->value_or(false),
           request.query.text("reason")};
  if (how.reason.size() > kMaxReason || !is_field_value(how.reason)) {
    return Refusal{ErrorCode::kBadRequest,
                   fmt::format("the reason must have no control characters "
                               "and at most {} bytes",
                               kMaxReason)};
  }
  return Deed([&, how = std::move(how)](const Uuid& lease) {
    return engine.nack(request.path[0], lease, how, request.now, request.wall);
  });
}

Result<Deed> read_extend(QueueEngine& engine, const Request& request) {
  auto by = read_positive(request.query, "by");
  if (!by) return by.refusal();
  if (!*by) {
    return Refusal{ErrorCode::kInvalidDuration,
                   "by is missing: say how long the lease is to last from "
                   "now, like by=30s"};
  }
  return Deed([&, by = **by](const Uuid& lease) {
    return engine.extend(request.path[0], lease, by, request.now);
  });
}

Refusal no_leases() {
  return {ErrorCode::kInvalidJson,
          fmt::format("the body must be like {{\"leases\": [\"UUID\", ...]}}, "
                      "with 1 to {} of them",
                      kMaxBatch)};
}

Result<std::vector<Uuid>> read_leases(std::string_view body) {
  Result<json> parsed = parse_object(body);
  if (!parsed) return parsed.refusal();
  if (parsed->size() != 1 || !parsed->contains("leases")) return no_leases();
  const json& leases = (*parsed)["leases"];
  if (!leases.is_array() || leases.empty() || leases.size() > kMaxBatch) {
    return no_leases();
  }
  std::vector<Uuid> all;
  for (const json& lease : leases) {
    if (!lease.is_string()) return no_leases();
    Result<Uuid> uuid = read_uuid(lease.get<std::string>(), "lease", kUseLease);
    if (!uuid) return uuid.refusal();
    all.push_back(*uuid);
  }
  return all;
}

Parked to_one(QueueEngine& engine, Request& request, ReplyWriter& out,
              ReadDeed read) {
  Result<Uuid> lease = read_uuid(request.path[1], "lease", kUseLease);
  if (!lease) return refuse(out, lease.refusal());
  Result<Deed> deed = read(engine, request);
  if (!deed) return refuse(out, deed.refusal());
  return answer(out, (*deed)(*lease));
}

// A lease that is over keeps none of the others from it.
Parked to_many(QueueEngine& engine, Request& request, ReplyWriter& out,
               ReadDeed read) {
  Result<std::vector<Uuid>> leases = read_leases(request.body);
  if (!leases) return refuse(out, leases.refusal());
  Result<Deed> deed = read(engine, request);
  if (!deed) return refuse(out, deed.refusal());
  std::int64_t done = 0;
  json expired = json::array();
  for (const Uuid& lease : *leases) {
    Result<> did = (*deed)(lease);
    if (did) {
      ++done;
    } else if (did.refusal().code == ErrorCode::kExpired) {
      expired.push_back(lease.text());
    } else {
      Refusal why = did.refusal();
      if (done > 0) why.message += fmt::format("; done with {} before", done);
      return refuse(out, why);
    }
  }
  return answer(
      out,
      JsonObject().add("done", done).add_raw("expired", expired.dump()).line());
}

void add(Router& router, QueueEngine& engine, std::string_view one,
         std::string_view many, std::vector<std::string_view> parameters,
         ReadDeed read) {
  router.add({{Method::kPost},
              one,
              parameters,
              [&engine, read](Request& request, ReplyWriter& out) {
                return to_one(engine, request, out, read);
              }});
  Route route{{Method::kPost},
              many,
              std::move(parameters),
              [&engine, read](Request& request, ReplyWriter& out) {
                return to_many(engine, request, out, read);
              }};
  route.takes_json = true;
  router.add(std::move(route));
}

}  // namespace

void add_lease_routes(Router& router, QueueEngine& engine) {
  add(router, engine, "/queues/{}/ack/{}", "/queues/{}/ack", {}, read_ack);
  add(router, engine, "/queues/{}/nack/{}", "/queues/{}/nack",
      {"delay", "dead", "uncounted", "reason"}, read_nack);
  add(router, engine, "/queues/{}/extend/{}", "/queues/{}/extend", {"by"},
      read_extend);
}

}  // namespace syncq
