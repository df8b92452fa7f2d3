#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/client/client.h"

namespace syncq {

// How many messages a queue has, leased and delayed ones too; nullopt: there is
// no such queue. Throws a Failure that begins with `doing`.
std::optional<std::uint64_t> count_messages(Client& client,
                                            const std::string& queue,
                                            std::string_view doing);

// "1 message", "3,000,000 messages".
std::string messages_text(std::uint64_t count);

}  // namespace syncq
