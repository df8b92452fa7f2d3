// Bytes of three clients, one of them remote, to connections with all that is
// behind them, as in the simulation: nobody ends the daemon, and what it sends
// is HTTP.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http_response_parser.h"
#include "tests/sim/daemon.h"
#include "tests/unit/store/faulty_disk.h"

namespace {

using namespace syncq;

// What stands behind this byte is no client's.
constexpr char kControl = '\xff';

const std::string kStore = std::string(test::FaultyDisk::kFaulty) + "fuzz.db";

class Client {
 public:
  Client(sim::Daemon& daemon, pid_t pid) : daemon_(daemon), pid_(pid) {
    connect();
  }

  void send(std::string_view bytes) {
    has_asked_for_heads_ |= bytes.find("HEAD") != bytes.npos;
    wire_->send(bytes);
  }
  void deliver() {
    wire_->deliver(64 * 1024);
    read(wire_->take());
  }
  // Leaves in one way or another, and comes again.
  void leave(int how) {
    if (how == 0) return wire_->shut();
    how == 1 ? wire_->close() : wire_->reset();
    deliver();
    connect();
  }

 private:
  void connect() {
    daemon_.connect(pid_, wire_);
    parser_.reset();
    unread_.clear();
    has_asked_for_heads_ = false;
  }
  void read(const std::string& bytes) {
    // The parser does not know what an answer without a body answers.
    if (has_asked_for_heads_) return;
    unread_ += bytes;
    for (std::size_t taken = 1; taken > 0 && !unread_.empty();) {
      taken = parser_.feed(unread_);
      unread_.erase(0, taken);
      if (parser_.state() == ResponseParser::State::kFailed) abort();
      if (parser_.state() == ResponseParser::State::kDone) parser_.reset();
    }
  }

  sim::Daemon& daemon_;
  pid_t pid_;
  sim::Wire* wire_ = nullptr;
  ResponseParser parser_;
  std::string unread_;
  bool has_asked_for_heads_ = false;
};

void iterate(sim::Daemon& daemon, std::array<Client, 3>& clients) {
  daemon.resume();
  for (Client& each : clients) each.deliver();
  if (daemon.end_iteration() != Outcome::kCommitted) abort();
  daemon.finish_closing();
}

void run(std::string_view input, sim::Machine& machine, sim::Daemon& daemon) {
  auto pid = [&] { return machine.spawn(1).pid; };
  std::array<Client, 3> clients = {Client(daemon, pid()), Client(daemon, pid()),
                                   Client(daemon, 0)};
  std::size_t who = 0;
  while (!input.empty()) {
    std::string_view bytes = input.substr(0, input.find(kControl));
    clients.at(who).send(bytes);
    input.remove_prefix(bytes.size());
    iterate(daemon, clients);
    iterate(daemon, clients);
    if (input.size() < 2) break;
    auto control = static_cast<unsigned char>(input[1]);
    input.remove_prefix(2);
    who = control % clients.size();
    int event = control / 8 % 8;
    if (event < 3) clients.at(who).leave(event);
    if (event == 3) machine.pass(std::chrono::seconds(1 << control / 64));
  }
  for (Client& each : clients) each.leave(1);
  iterate(daemon, clients);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static test::FaultyDisk disk;
  // To make the tables takes longer than most inputs.
  static const test::Files fresh = [] {
    open_store(kStore);
    return disk.as_seen();
  }();
  disk.put(test::FaultyDisk::kFaulty, fresh);
  sim::Machine machine(1);
  sim::Witness witness;
  witness.caller_gone = [](ConnectionId, Parting) {};
  witness.process_ended = [](std::int64_t) {};
  for (auto* each : {&witness.committed, &witness.aborted, &witness.ticking,
                     &witness.dismissed}) {
    *each = [] {};
  }
  sim::Daemon daemon(kStore, machine, false, witness);
  daemon.recover();
  run({reinterpret_cast<const char*>(data), size}, machine, daemon);
  return 0;
}
