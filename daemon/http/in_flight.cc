#include "daemon/http/in_flight.h"

#include <cassert>

namespace syncq {

bool InFlight::admits(std::size_t size, std::size_t own) const {
  std::size_t room = size > kSmall ? limit_ - limit_ / 8 : limit_;
  return used_ - own + size <= room;
}

void InFlight::count(std::size_t& counted, std::size_t now) {
  assert(used_ >= counted);
  used_ += now - counted;
  counted = now;
}

std::shared_ptr<const std::string> InFlight::share(std::string text,
                                                   std::string_view id) {
  std::string key(id);
  if (auto found = shared_.find(key); found != shared_.end()) {
    auto held = found->second.lock();
    if (held && *held == text) return held;
  }
  used_ += text.size();
  auto* made = new std::string(std::move(text));
  std::shared_ptr<const std::string> shared(
      made, [this, key](const std::string* gone) {
        used_ -= gone->size();
        delete gone;
        auto found = shared_.find(key);
        if (found != shared_.end() && found->second.expired()) {
          shared_.erase(found);
        }
      });
  if (!key.empty()) shared_[key] = shared;
  return shared;
}

}  // namespace syncq
