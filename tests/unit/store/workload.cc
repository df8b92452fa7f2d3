#include "tests/unit/store/workload.h"

#include <utility>

#include "tests/unit/store/script.h"

namespace syncq::test {
namespace {

using namespace std::chrono_literals;

std::string of_size(std::string body, std::size_t size) {
  body.resize(size, '.');
  return body;
}

void tickets(Script& s) {
  NewFifo deploy;
  deploy.name = "deploy";
  deploy.slots = 2;
  deploy.allow_overrides = true;
  s.make(deploy);
  s.draw("deploy", "a");
  s.draw("deploy", "b");
  s.draw("deploy", "c");
  Overrides hurried;
  hurried.wait = 10s;
  s.draw("deploy", "d", hurried);
  s.wait("deploy", "a", 1);
  s.wait("deploy", "c", 3);
  s.wait("deploy", "d", 4);
  s.ask("touch a", [](SmallDaemon& d) {
    return reply(d.fifos().touch("deploy", d.around().tickets["a"], d.now()));
  });
  s.pass(20s);
  s.pause("deploy", true);
  NewFifo narrow;
  narrow.slots = 1;
  narrow.timeouts.wait = 1h;
  s.set("deploy", narrow);
  s.done("deploy", "b");
  s.draw("deploy", "e");
  s.front("deploy", "e");
  s.wait("deploy", "e", 5, 5s);
  s.pass(10s);
  s.wait("deploy", "e", 5);
  s.restart(Step::Kind::kKill);
  s.wait("deploy", "e", 5);
  s.pause("deploy", false);
  s.done("deploy", "a");
  s.draw("deploy", "f");
  s.wait("deploy", "f", 6);
  s.destroy("deploy");
  s.pass(0s);
  NewFifo again;
  again.name = "deploy";
  again.unused_destroy = 1h;
  s.make(again);
  s.draw("deploy", "g");
  s.pass(2min);
  s.pass(2h);
}

void holds(Script& s) {
  s.hold("build", "h1", 11, 100);
  s.hold("build", "h2", 12, 101);
  s.hold("build", "h3", 13, 0);
  s.hold("build", "h4", 14, 102, true);
  s.hold("build", "h5", 15, 103);
  s.gone(15);
  s.gone(11);
  s.end_process(100);
  s.ask("the command of h2", [](SmallDaemon& d) {
     d.fifos().announce(12, d.around().processes.start(110));
     return "";
   }).promise = false;
  s.ask("h3 is lost", [](SmallDaemon& d) {
    d.fifos().caller_lost(13, true, d.now() + 30s);
    return "";
  });
  s.gone(12);
  s.restart(Step::Kind::kStop);
  s.hold("build", "h3", 23, 0);
  s.end_process(110);
  s.hold("build", "h6", 16, 104);
  s.ask("cancel h6", [](SmallDaemon& d) {
    return reply(d.fifos().done("build", uuid_named("h6"),
                                {.force = true, .status = {}}, d.now(), 0));
  });
  s.hold("build", "h7", 17, 105);
  // Nobody holds h3's turn open any more.
  s.restart(Step::Kind::kKill);
  s.pass(30s);
  s.pass(5min);
}

void messages(Script& s) {
  QueueConfig jobs;
  jobs.name = "jobs";
  jobs.capacity = 4;
  s.make(jobs);
  for (const char* body : {"1", "2", "3", "4", "5"}) {
    s.push("jobs", of_size(body, 1500));
  }
  s.push("big", of_size("big", 9000));
  Push typed;
  typed.type = "text/plain";
  typed.key = "k";
  s.push("plain", "typed", typed);
  s.push("plain", "typed again", typed);
  Push stream;
  stream.key = "s";
  for (std::int64_t number : {1, 2, 2, 4, 3}) {
    stream.sequence = number;
    s.push("plain", "line " + std::to_string(number), stream);
  }
  Push later;
  later.delay = 1min;
  s.push("plain", "later", later);
  Push brief;
  brief.ttl = 30s;
  s.push("plain", "brief", brief);
  s.peek("plain", 1);
  s.take("jobs");
  Take tail;
  tail.end = QueueEnd::kTail;
  s.take("jobs", tail);
  s.consume("plain", 1);
  s.pass(40s);
  s.restart(Step::Kind::kKill);
  s.pass(30s);
  s.peek("plain", 2);
  s.purge("plain");
  s.pass(0s);
  s.pass(0s);
  s.push("plain", "k is known still", typed);
  s.destroy("plain");
  s.pass(0s);
  s.pass(25h);
}

void leases(Script& s) {
  QueueConfig work;
  work.name = "work";
  work.max_attempts = 2;
  work.dead_letter = "failed";
  work.capacity = 3;
  work.overflow = Overflow::kReject;
  s.make(work);
  for (const char* body : {"w1", "w2", "w3", "w4"}) s.push("work", body);
  s.lease("work", "l1");
  s.lease("work", "l1");
  s.lease("work", "l2");
  s.extend("work", "l1", 10min);
  s.ack("work", "l1");
  s.ack("work", "l1");
  s.pass(40s);
  s.lease("work", "l3");
  Nack rest;
  rest.delay = 10s;
  rest.uncounted = true;
  s.nack("work", "l3", rest);
  s.lease("work", "l4");
  s.restart(Step::Kind::kStop);
  s.pass(40s);
  Nack dead;
  dead.dead = true;
  dead.reason = "no such file";
  s.nack("work", "l4", dead);
  s.pass(20s);
  s.lease("work", "l5");
  s.nack("work", "l5", {});
  s.ask("redrive failed", [](SmallDaemon& d) {
    auto walk = d.queues().begin_walk("failed", MessageState::kDead, 0, 1);
    std::int64_t moved = 0;
    return reply(d.queues().redrive(*walk, "big", 100, moved));
  });
  s.take("big");
  for (bool paused : {true, false}) {
    s.ask("pause or resume work", [paused](SmallDaemon& d) {
      return reply(d.queues().set_paused("work", paused));
    });
    s.take("work");
  }
  s.ask("configure work", [](SmallDaemon& d) {
    QueueConfig config = d.queues().show("work")->config;
    config.capacity = 100;
    config.in_flight = 5;
    return d.queues().configure("work", config) ? "done" : "refused";
  });
  s.take("failed");
  for (std::int64_t offset : {0, 1, 2, 3}) {
    s.ask("remove", [offset](SmallDaemon& d) {
      Result<Queue> work = d.queues().show("work");
      return reply(d.queues().remove("work", {work->generation, offset}));
    });
  }
  Take patient;
  patient.wait = 0s;
  patient.lease = 30s;
  patient.lease_id = uuid_named("l6");
  s.take("work", patient, 31);
  s.push("work", "for who waits");
  s.take("work", patient, 32);
  s.gone(32);
  s.ack("work", "l6");
}

void groups(Script& s) {
  Push in_group;
  in_group.group = "g";
  for (const char* body : {"g1", "g2", "g3"}) s.push("ordered", body, in_group);
  in_group.delay = 10s;
  s.push("ordered", "g4", in_group);
  s.lease("ordered", "l8");
  s.take("ordered");
  Nack rest;
  rest.delay = 5s;
  s.nack("ordered", "l8", rest);
  s.restart(Step::Kind::kKill);
  s.pass(5s);
  s.lease("ordered", "l9");
  s.ack("ordered", "l9");
  s.take("ordered");
  s.take("ordered");
  s.pass(10s);
  s.push("ordered", "g5", in_group);
  s.purge("ordered");
  s.pass(0s);
  s.pass(0s);
}

void ephemerals(Script& s) {
  QueueConfig scratch;
  scratch.name = "scratch";
  scratch.ephemeral = true;
  s.make(scratch);
  for (const char* body : {"e1", "e2", "e3", "e4"}) s.push("scratch", body);
  s.lease("scratch", "l7");
  s.ack("scratch", "l7");
  s.take("scratch");
  s.ask("both kinds", [](SmallDaemon& d) {
    Push push;
    push.body = "mixed";
    return reply(d.queues().push("scratch", push, d.now(), kWall)) +
           reply(d.queues().push("big", push, d.now(), kWall)) +
           reply(d.queues().take("scratch", {}, 99, d.now()));
  });
  s.take("scratch");
  s.purge("scratch");
  s.restart(Step::Kind::kStop);
  s.take("scratch");
}

}  // namespace

std::vector<Step> workload() {
  Script script;
  tickets(script);
  holds(script);
  messages(script);
  leases(script);
  groups(script);
  ephemerals(script);
  return std::move(script).steps();
}

}  // namespace syncq::test
