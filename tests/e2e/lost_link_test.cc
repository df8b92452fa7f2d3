// A network that drops everything without a word, between a daemon and its
// clients: a turn passes on in a bounded time, and never to a second holder.

#include <catch2/catch.hpp>

#include "tests/e2e/harness/eventually.h"
#include "tests/e2e/harness/sandbox.h"
#include "tests/e2e/harness/ssh_server.h"
#include "tests/e2e/harness/tested_build.h"
#include "tests/skip.h"

using namespace syncq::e2e;

namespace {

// Runs a script in a network of its own, if this system allows one; see
// network.sh. `unshare`: how it gets that.
void in_network(Sandbox& box, const std::string& script,
                const std::string& unshare = "unshare -rn") {
  if (box.sh(unshare + " bash -c 'ip link add x type veth peer name y && "
                       "echo 1 >/proc/sys/net/ipv4/ip_forward && "
                       "unshare -n true'")
          .code() != 0) {
    syncq::skip(
        "it takes unshare(1), ip(8), and a network namespace of one's own");
    return;
  }
  write_file(
      box.path("script"),
      ". " + source_file("tests/e2e/harness/network.sh") + "\n" + script);
  Outcome outcome = box.sh(unshare + " bash -e script");
  INFO(outcome.out + outcome.err);
  CHECK(outcome.code() == 0);
}

// The daemon on one machine and the environment of a client on the other; a
// holder whose command notes each tenth of a second that it runs.
const std::string kHolder = R"(
  export SYNCQ_TCP=10.9.1.2:7077 SYNCQ_TCP_TIMEOUT=${TIMEOUT-6s}
  on $A syncq daemon start
  unset SYNCQ_TCP
  export SYNCQ_ENDPOINT=http://10.9.1.2:7077 SYNCQ_TOKEN_FILE=state/token
  now() { date +%s%N; }
  on $B syncq run q -- bash -c 'trap "" TERM; touch begun
    until [ -e end ]; do date +%s%N >ran.new; mv ran.new ran; sleep 0.1; done' \
    2>message &
  holder=$!
  until [ -e begun ]; do sleep 0.05; done
)";

// A holder that can't be reached loses its turn, after its end. Where the
// network is back after so many seconds, that is too late: what is left of the
// old connection may yet be answered.
void expect_loss(const std::string& back) {
  Sandbox box;
  in_network(box, kHolder + (back.empty() ? "" : "BACK=" + back) + R"(
    cut; began=$(now)
    if [ "${BACK-}" ]; then (sleep $BACK; mend) & fi
    SYNCQ_ENDPOINT= on $A syncq run q -- bash -c 'date +%s%N >next'
    wait $holder && exit 1 || [ $? = 125 ]
    grep -q "can't be reached" message
    # Not before the last sign of the old one, nor much too late.
    [ $(cat next) -gt $(cat ran) ]
    [ $(($(cat next) - began)) -lt 20000000000 ]
    # Where the network is back, the client's `done` may be there before.
    [ "${BACK-}" ] || grep -q 'gone without a word' state/daemon.log
    SYNCQ_ENDPOINT= syncq daemon stop
  )");
}

// Over ssh both ends are silent.
void cut_ssh(const std::string& then) {
  Sandbox box;
  box.env()["SYNCQ_TCP_TIMEOUT"] = "6s";
  SshServer ssh(box);
  if (!ssh.works()) return;
  // What sshd starts for a connection outlives it, and the link: it ends with
  // its process namespace. It has to be root to become another user.
  if (!is_root()) {
    syncq::skip("root is needed");
    return;
  }
  const std::string holder = R"sh(
    sed -i 's/127.0.0.1/10.9.1.2/' ssh/*
    on $A $(type -p sshd || echo /usr/sbin/sshd) -f $PWD/ssh/server
    on $A syncq daemon start
    (
      begin
      on $B syncq run q -- bash -c 'trap "" TERM; touch begun
        until [ -e end ]; do date +%s%N >ran.new; mv ran.new ran; sleep 0.1
        done' 2>message
    ) &
    holder=$!
    until [ -e begun ]; do sleep 0.05; done
    cut; began=$(date +%s%N)
  )sh";
  in_network(box,
             "begin() {\n" + SshServer::kClient + "}\n" + holder + then +
                 "on $A syncq daemon stop\n",
             "unshare -npmf --kill-child --mount-proc");
}

}  // namespace

TEST_CASE("the turn of a holder that can't be reached passes on, after its end",
          "[slow]") {
  expect_loss("");
}

TEST_CASE("a link that is back when it is too late changes nothing", "[slow]") {
  expect_loss("4.2");
}

TEST_CASE("a link that is back much too late changes nothing", "[slow]") {
  expect_loss("5");
}

TEST_CASE("a link that comes back in time loses no turn", "[slow]") {
  Sandbox box;
  in_network(box, "TIMEOUT=12s\n" + kHolder + R"(
    on $B syncq run q -- touch next &
    second=$!
    until SYNCQ_ENDPOINT= syncq fifo show q -o json | jq -e '.fifo.waiting == 1'
    do sleep 0.05; done
    # The client has noticed, and tries to come back.
    cut; sleep 5; mend; sleep 4
    [ ! -e next ]
    SYNCQ_ENDPOINT= syncq fifo show q -o json |
      jq -e '.fifo.waiting == 1 and .fifo.held == 1'
    touch end
    wait $holder
    wait $second
    [ -e next ]
    SYNCQ_ENDPOINT= syncq daemon stop
  )");
}

TEST_CASE("ssh: the turn of a holder that can't be reached passes on",
          "[slow]") {
  cut_ssh(R"sh(
    on $A syncq run q -- bash -c 'date +%s%N >next'
    wait $holder && exit 1 || [ $? = 125 ]
    grep -q "can't be reached" message
    [ $(cat next) -gt $(cat ran) ]
    [ $(($(cat next) - began)) -lt 20000000000 ]
  )sh");
}

TEST_CASE("ssh: a link that comes back in time loses no turn", "[slow]") {
  cut_ssh(R"sh(
    sleep 1.5; mend
    on $A syncq run -w 9s q -- touch next && exit 1 || [ $? = 75 ]
    touch end
    wait $holder
  )sh");
}
