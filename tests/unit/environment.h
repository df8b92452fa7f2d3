#pragma once

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syncq::test {

// Sets environment variables, or unsets them (nullptr), for as long as it
// lives.
class Environment {
 public:
  using Variables = std::vector<std::pair<const char*, const char*>>;

  explicit Environment(const Variables& wanted) {
    for (const auto& [name, value] : wanted) {
      const char* old = std::getenv(name);
      before_.try_emplace(name, old != nullptr ? std::optional<std::string>(old)
                                               : std::nullopt);
      set(name, value);
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : before_) {
      set(name.c_str(), value ? value->c_str() : nullptr);
    }
  }

 private:
  static void set(const char* name, const char* value) {
    if (value != nullptr) {
      setenv(name, value, 1);
    } else {
      unsetenv(name);
    }
  }

  std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace syncq::test
