#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/store/small_daemon.h"
#include "tests/unit/store/stored.h"

namespace syncq::test {

// Of the daemons that follow a script.
inline constexpr WallMillis kWall = 1'700'000'000'000;

// What is said to the caller, for comparison.
inline std::string reply(const Result<>& result) {
  return result ? "done" : std::string(error_name(result.refusal().code));
}

inline std::string reply(const Granted& granted) {
  return "slot " + std::to_string(granted.slot) + ", fence " +
         std::to_string(granted.fence);
}

inline std::string reply(const Delivered& message) {
  return message.id + " " + message.type + " " +
         std::to_string(message.attempt) + (message.lease ? " leased " : " ") +
         (message.dead ? message.dead->reason + " " : "") + message.body;
}

inline std::string reply(const HoldReply& hold) {
  return "position " + std::to_string(hold.position) +
         (hold.granted ? ", " + reply(*hold.granted) : "");
}

template <typename T>
inline std::string reply(const std::optional<T>& value) {
  return value ? reply(*value) : "parked";
}

template <typename T>
inline std::string reply(const Result<T>& result) {
  return result ? reply(*result)
                : std::string(error_name(result.refusal().code));
}

// The steps, in words.
class Script {
 public:
  Step& ask(std::string name, Ask ask) {
    Step& step = steps_.emplace_back();
    step.name = std::move(name);
    step.ask = std::move(ask);
    return step;
  }
  void restart(Step::Kind how) {
    ask(how == Step::Kind::kStop ? "restart" : "kill -9", {}).kind = how;
    // The first iteration commits what the start has written.
    pass(Duration());
  }
  void pass(Duration time) {
    Step& step = ask("time passes", [](SmallDaemon&) { return ""; });
    step.after = time;
    step.promise = false;
  }

  // FIFOs.
  void make(NewFifo fifo) {
    ask("new FIFO", [fifo](SmallDaemon& d) {
      return d.fifos().create(fifo, d.now(), kWall) ? "made" : "refused";
    });
  }
  void draw(std::string fifo, std::string name, Overrides overrides = {}) {
    ask("ticket " + name, [=](SmallDaemon& d) -> std::string {
      Result<Uuid> ticket = d.fifos().ticket(fifo, overrides, {}, d.now());
      if (!ticket) return std::string(error_name(ticket.refusal().code));
      d.around().tickets[name] = *ticket;
      return "drawn";
    });
  }
  void wait(std::string fifo, std::string name, ConnectionId caller,
            std::optional<Duration> limit = {}) {
    ask("wait " + name, [=](SmallDaemon& d) {
      return reply(d.fifos().wait(fifo, d.around().tickets[name], caller, limit,
                                  d.now()));
    }).waits = caller;
  }
  void done(std::string fifo, std::string name) {
    ask("done " + name, [=](SmallDaemon& d) {
      return reply(
          d.fifos().done(fifo, d.around().tickets[name], {}, d.now(), 0));
    });
  }
  void front(std::string fifo, std::string name) {
    ask("front " + name, [=](SmallDaemon& d) {
      return reply(d.fifos().front(fifo, d.around().tickets[name], d.now()));
    });
  }
  void set(std::string fifo, NewFifo wanted) {
    ask("set " + fifo, [=](SmallDaemon& d) {
      return reply(d.fifos().set(fifo, wanted, d.now()));
    });
  }
  void pause(std::string fifo, bool paused) {
    ask(paused ? "pause" : "resume", [=](SmallDaemon& d) {
      return reply(d.fifos().pause(fifo, paused, d.now()));
    });
  }
  // Its process, if it has one on this machine, becomes the command.
  void hold(std::string fifo, std::string name, ConnectionId caller, pid_t pid,
            bool nowait = false) {
    HoldRequest call;
    call.create = true;
    call.nowait = nowait;
    call.ticket = uuid_named(name);
    call.label = "make " + name;
    call.exec = pid != 0;
    Step& step = ask("hold " + name, [=](SmallDaemon& d) mutable {
      if (pid != 0) call.owner = d.around().processes.start(pid);
      return reply(d.fifos().hold(fifo, call, caller, d.now(), kWall));
    });
    step.promise = pid == 0;
    step.waits = caller;
  }
  Step& gone(ConnectionId caller) {
    return ask("a caller is gone", [=](SmallDaemon& d) {
      d.fifos().caller_gone(caller);
      d.queues().caller_gone(caller);
      return "";
    });
  }
  void end_process(pid_t pid) {
    ask("a process ends", [=](SmallDaemon& d) {
      for (auto key : d.around().processes.end(pid))
        d.fifos().process_ended(key, {});
      return "";
    }).promise = false;
  }

  // Queues.
  void make(QueueConfig config) {
    ask("new queue", [config](SmallDaemon& d) {
      return d.queues().create(config, kWall) ? "made" : "refused";
    });
  }
  void push(std::string queue, std::string body, Push push = {}) {
    push.body = std::move(body);
    ask("push " + queue, [=](SmallDaemon& d) {
      return reply(d.queues().push(queue, push, d.now(), kWall));
    });
  }
  void take(std::string queue, Take how = {}, ConnectionId caller = 99) {
    ask("pop " + queue, [=](SmallDaemon& d) {
      return reply(d.queues().take(queue, how, caller, d.now()));
    }).waits = caller;
    if (how.lease) steps_.back().promise = false;
  }
  void lease(std::string queue, std::string id,
             Duration length = std::chrono::seconds(30)) {
    Take how;
    how.lease = length;
    how.lease_id = uuid_named(id);
    take(queue, how);
  }
  void nack(std::string queue, std::string id, Nack how) {
    ask("nack " + id, [=](SmallDaemon& d) {
      return reply(d.queues().nack(queue, uuid_named(id), how, d.now(), kWall));
    });
  }
  void ack(std::string queue, std::string id) {
    ask("ack " + id, [=](SmallDaemon& d) {
      return reply(d.queues().ack(queue, uuid_named(id), d.now()));
    });
  }
  void extend(std::string queue, std::string id, Duration by) {
    ask("extend " + id, [=](SmallDaemon& d) {
      return reply(d.queues().extend(queue, uuid_named(id), by, d.now()));
    }).promise = false;
  }
  void peek(std::string queue, std::int64_t index) {
    ask("peek " + queue, [=](SmallDaemon& d) {
      return reply(d.queues().peek(queue, index, d.now()));
    });
  }
  void consume(std::string queue, std::int64_t index) {
    ask("consume " + queue, [=](SmallDaemon& d) {
      return reply(d.queues().consume(queue, index, 99, d.now()));
    });
  }
  void purge(std::string queue) {
    ask("purge " + queue,
        [=](SmallDaemon& d) { return reply(d.queues().empty(queue)); });
  }
  void destroy(std::string name) {
    ask("rm " + name, [=](SmallDaemon& d) {
      d.queues().destroy(name);
      return reply(d.fifos().destroy(name));
    });
  }

  std::vector<Step> steps() && { return std::move(steps_); }

 private:
  std::vector<Step> steps_;
};

}  // namespace syncq::test
