#include "cli/client/print_reply.h"

#include <nlohmann/json.hpp>

#include "cli/base/failure.h"
#include "cli/base/output.h"

namespace syncq {

void print_reply(const DaemonReply& reply, const ClientOptions& options,
                 const char* key) {
  if (options.json()) {
    if (!reply.body.empty()) print_line(reply.body);
    return;
  }
  if (*key == '\0') return;
  auto body = nlohmann::json::parse(reply.body, nullptr, false);
  if (!body.is_object() || !body.contains(key) || !body[key].is_string()) {
    throw Failure(std::string("reading the daemon's answer: it has no '") +
                  key + "'; check that it really is a syncq daemon");
  }
  print_line(body[key].get_ref<const std::string&>());
}

void print_json(const nlohmann::ordered_json& object) {
  print_line(
      object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace syncq
