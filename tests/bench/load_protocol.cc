#include "tests/bench/load_protocol.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace syncq::bench {
namespace {

std::size_t number_at(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

[[noreturn]] void unexpected(std::string_view data) {
  throw std::runtime_error(
      fmt::format("the server answered '{}'", data.substr(0, 200)));
}

// Operations: push, pop, tail, peek:INDEX, consume:INDEX; the queue is
// "bench".
class Syncq final : public Protocol {
 public:
  std::string request(std::string_view operation, const std::string& body,
                      std::size_t) const override {
    if (operation == "push") {
      return fmt::format(
          "PUT /queues/bench HTTP/1.1\r\nHost: x\r\nContent-Length: "
          "{}\r\n\r\n{}",
          body.size(), body);
    }
    std::string path = operation == "pop" ? "head" : std::string(operation);
    std::size_t colon = path.find(':');
    if (colon != path.npos) path[colon] = '/';
    return fmt::format("GET /queues/bench/{} HTTP/1.1\r\nHost: x\r\n\r\n",
                       path);
  }
  std::optional<std::size_t> answer(std::string_view data) const override {
    std::size_t end = data.find("\r\n\r\n");
    if (end == data.npos) return std::nullopt;
    if (!data.starts_with("HTTP/1.1 20")) unexpected(data);
    std::size_t length = data.find("Content-Length: ");
    if (length == data.npos || length > end) unexpected(data);
    std::size_t whole = end + 4 + number_at(data.substr(length + 16));
    if (data.size() < whole) return std::nullopt;
    return whole;
  }
};

class Redis final : public Protocol {
 public:
  std::string request(std::string_view operation, const std::string& body,
                      std::size_t) const override {
    if (operation == "push") {
      return fmt::format("*3\r\n$5\r\nLPUSH\r\n$5\r\nbench\r\n${}\r\n{}\r\n",
                         body.size(), body);
    }
    return "*2\r\n$4\r\nRPOP\r\n$5\r\nbench\r\n";
  }
  std::optional<std::size_t> answer(std::string_view data) const override {
    std::size_t line = data.find("\r\n");
    if (line == data.npos) return std::nullopt;
    if (data[0] == ':') return line + 2;
    if (data[0] != '$' || data[1] == '-') unexpected(data);
    std::size_t whole = line + 2 + number_at(data.substr(1)) + 2;
    if (data.size() < whole) return std::nullopt;
    return whole;
  }
};

// A pop is reserve and delete, the cost of an acknowledged take there. Two
// answers are one operation.
class Beanstalkd final : public Protocol {
 public:
  std::string request(std::string_view operation, const std::string& body,
                      std::size_t number) const override {
    if (operation == "push") {
      return fmt::format("put 0 0 60 {}\r\n{}\r\n", body.size(), body);
    }
    // Jobs are numbered from 1 in the order of their puts, but any connection
    // may reserve one: each deletes the job it reserved, by number.
    return fmt::format("reserve-job {}\r\ndelete {}\r\n", number + 1,
                       number + 1);
  }
  std::optional<std::size_t> answer(std::string_view data) const override {
    std::size_t line = data.find("\r\n");
    if (line == data.npos) return std::nullopt;
    if (data.starts_with("INSERTED")) return line + 2;
    if (!data.starts_with("RESERVED ")) unexpected(data);
    std::size_t size = data.find(' ', 9);
    std::size_t body = line + 2 + number_at(data.substr(size + 1)) + 2;
    std::size_t deleted = data.find("\r\n", body);
    if (data.size() <= body || deleted == data.npos) return std::nullopt;
    if (!data.substr(body).starts_with("DELETED"))
      unexpected(data.substr(body));
    return deleted + 2;
  }
};

}  // namespace

std::unique_ptr<Protocol> make_protocol(const std::string& name) {
  if (name == "syncq") return std::make_unique<Syncq>();
  if (name == "redis") return std::make_unique<Redis>();
  if (name == "beanstalkd") return std::make_unique<Beanstalkd>();
  throw std::runtime_error(fmt::format("no protocol '{}'", name));
}

}  // namespace syncq::bench
