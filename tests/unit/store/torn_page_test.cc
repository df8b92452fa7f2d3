// A page that was written in part only, or overwritten: what can be saved, and
// that nothing is taken for what it is not.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "daemon/store/doctor.h"
#include "tests/unit/fifo/fifo_fixture.h"
#include "tests/unit/files.h"
#include "tests/unit/queue/queue_fixture.h"

namespace syncq::test {
namespace {

constexpr std::size_t kPage = 4096;
constexpr int kSmall = 60;   // messages, several a page
constexpr int kLarge = 6;    // messages, several pages each
constexpr int kHidden = 20;  // leased and delayed ones

std::string small(int number) {
  return fmt::format("small {} {}", number,
                     std::string(static_cast<std::size_t>(300 + number), '.'));
}

std::string large(int number) {
  return fmt::format("large {} {}", number,
                     std::string(static_cast<std::size_t>(9000 + number), '+'));
}

std::string hidden(int number) {
  return fmt::format("hidden {} {}", number,
                     std::string(static_cast<std::size_t>(500 + number), '-'));
}

struct Torn {
  const char* name;
  std::size_t at;
  std::size_t size;
  char with;  // '?': random bytes; '<': what the page before has there
  bool messages_only = false;
};

constexpr std::array kTorn = {
    Torn{"all of it zeros", 0, kPage, '\0'},
    Torn{"the first half zeros", 0, kPage / 2, '\0', true},
    Torn{"the second half zeros", kPage / 2, kPage / 2, '\0'},
    Torn{"all of it random", 0, kPage, '?', true},
    Torn{"the second half another's", kPage / 2, kPage / 2, '<', true},
    Torn{"the middle random", kPage / 4, kPage / 2, '?', true},
};

// Something in every table.
class Full {
 public:
  Full() {
    {
      QueueFixture f(path);
      f.push("other", "x");
      for (int i = 0; i < kSmall; ++i) push(f, small(i));
      for (int i = 0; i < kLarge; ++i) push(f, large(i));
      for (int i = 0; i < kHidden; ++i) {
        Push later;
        later.delay = 1h;
        sent_.insert(hidden(i));
        f.push("q", hidden(i), later);
      }
      for (int i = 0; i < 300; ++i) {
        Push keyed;
        keyed.key = fmt::format("key {}", i);
        f.push("keyed", "x", keyed);
      }
      now_ = f.now;
    }
    FifoFixture f(path);
    for (int i = 0; i < 60; ++i) {
      std::string name = f.named(fmt::format("fifo{}", i));
      f.ticket(name);
      f.done(name, f.ticket(name));
    }
    f.settle();
    fifo_now_ = f.now;
  }

  // The last page of each kind of each table.
  std::map<std::string, std::size_t> pages() {
    std::map<std::string, std::size_t> found;
    auto db = open_store(path);
    sqlite::Statement each(*db,
                           "SELECT name || ' ' || pagetype, max(pageno) FROM "
                           "dbstat WHERE name IN (SELECT name FROM "
                           "sqlite_master WHERE type = 'table') AND pagetype "
                           "<> 'internal' GROUP BY 1");
    for (sqlite::Cursor row = each.query(); row.next();) {
      found[row.text(0)] = static_cast<std::size_t>(row.integer(1));
    }
    return found;
  }

  void tear(std::size_t page, const Torn& how) {
    std::string bytes = read_file(path);
    std::mt19937 random(static_cast<unsigned>(page));
    for (std::size_t i = 0; i < how.size; ++i) {
      std::size_t at = (page - 1) * kPage + how.at + i;
      char byte = how.with;
      if (how.with == '?') byte = static_cast<char>(random());
      if (how.with == '<') byte = bytes[at - kPage];
      bytes[at] = byte;
    }
    write_file(path, bytes);
  }

  // Takes all that is there. A byte that is another can't be noticed, but what
  // is cut off is.
  std::size_t take_all() {
    std::multiset<std::size_t> sizes;
    for (const std::string& each : sent_) sizes.insert(each.size());
    QueueFixture f(path);
    f.now = now_;
    f.engine->recover(f.now);
    f.advance(2h);
    std::size_t taken = 0;
    while (f.engine->show("q") && f.queue("q").size > 0) {
      std::string body = f.pop("q");
      INFO(body.substr(0, 100));
      auto one = sizes.find(body.size());
      REQUIRE(one != sizes.end());
      sizes.erase(one);
      ++taken;
    }
    f.push("q", "it works");
    CHECK(f.pop("q") == "it works");
    return taken;
  }

  void use_fifos() {
    FifoFixture f(path);
    f.now = fifo_now_;
    f.engine->recover(f.now, false);
    f.settle();
    for (const Fifo& fifo : f.store->list_fifos(0, 100)) {
      f.ticket(fifo.uuid.text());
    }
    f.advance(7h);
    f.named("fresh");
    CHECK(f.wait("fresh", f.ticket("fresh"), 1));
  }

  std::size_t sent() const { return sent_.size(); }

  TempDir dir;
  std::string path = dir / "syncq.db";

 private:
  void push(QueueFixture& f, const std::string& body) {
    sent_.insert(body);
    f.push("q", body);
  }

  std::set<std::string> sent_;
  Instant now_;
  Instant fifo_now_;
};

TEST_CASE("Of a store with a torn page all else is saved, and whole") {
  Full whole;
  const std::string bytes = read_file(whole.path);
  const auto pages = whole.pages();
  REQUIRE(pages.size() >= 8);
  for (const auto& [name, page] : pages) {
    for (const Torn& how : kTorn) {
      bool theirs = name.starts_with("messages") || name.starts_with("hidden");
      if (how.messages_only && !name.starts_with("messages")) continue;
      INFO(name << ", page " << page << ": " << how.name);
      write_file(whole.path, bytes);
      whole.tear(page, how);
      repair_store(whole.path);
      CHECK(examine_store(whole.path).empty());
      whole.use_fifos();
      std::size_t taken = whole.take_all();
      // Nobody else's are lost, and few if it is not the way to the others.
      bool all = !theirs && !name.starts_with("queues");
      if (all) CHECK(taken >= whole.sent());
      if (name == "messages leaf") CHECK(taken + 15 > whole.sent());
    }
  }
}

TEST_CASE("A store whose first page is torn is refused and kept") {
  Full whole;
  const Torn& how = kTorn[GENERATE(0, 1, 3)];
  INFO(how.name);
  whole.tear(1, how);
  const std::string torn = read_file(whole.path);
  CHECK_FALSE(examine_store(whole.path).empty());
  CHECK_THROWS_WITH(repair_store(whole.path),
                    Catch::Matchers::Contains("nothing of it can be read"));
  CHECK(read_file(whole.path) == torn);
}

}  // namespace
}  // namespace syncq::test
