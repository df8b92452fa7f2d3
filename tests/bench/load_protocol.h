#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace syncq::bench {

// How to request an operation from one server, and where its answer ends.
class Protocol {
 public:
  virtual ~Protocol() = default;
  // The bytes of one request.
  virtual std::string request(std::string_view operation,
                              const std::string& body,
                              std::size_t number) const = 0;
  // The length of the first answer in `data`; nullopt if it is not whole.
  // Throws std::runtime_error for an error.
  virtual std::optional<std::size_t> answer(std::string_view data) const = 0;
};

// "syncq", "redis" or "beanstalkd"; throws std::runtime_error for others.
std::unique_ptr<Protocol> make_protocol(const std::string& name);

}  // namespace syncq::bench
