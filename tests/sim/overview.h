#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "tests/sim/look.h"
#include "tests/sim/model.h"

namespace syncq::sim {

// What an overview can show at one moment: all but what time alone changes, and
// what only a look at connections and processes tells.
class View {
 public:
  explicit View(const Stored& stored);

 private:
  friend class Told;

  struct Ticket {
    Id id = 0;
    std::string text;
  };
  struct Item {  // a FIFO or a queue
    Id id = 0;
    std::string name;
    std::string text;
    std::size_t held = 0;
    std::vector<Ticket> tickets;  // held ones, then those who wait
  };
  std::vector<Item> fifos_;
  std::vector<Item> queues_;
};

// An overview that a client has got.
class Told {
 public:
  explicit Told(const nlohmann::json& overview);

  // "" if each FIFO and queue is as one of the views has it, none is there that
  // no view has, and none is missing that all have.
  std::string fault(std::span<const View> views, const Wanted& wanted,
                    const Names& names) const;

 private:
  struct Item {
    std::string uuid;
    std::string name;
    std::string text;
    std::vector<std::pair<std::string, std::string>> tickets;
  };
  static bool same(const Item& item, const View::Item& seen,
                   const Wanted& wanted, const Names& names);
  static std::string compare(const std::vector<Item>& items,
                             std::span<const View> views,
                             std::vector<View::Item> View::*of,
                             const Wanted& wanted, const Names& names);

  std::vector<Item> fifos_;
  std::vector<Item> queues_;
};

}  // namespace syncq::sim
