#include "tests/e2e/harness/ssh_server.h"

#include <catch2/catch.hpp>

#include "tests/e2e/harness/whole_request_proxy.h"
#include "tests/skip.h"

namespace syncq::e2e {
namespace {

// sshd starts commands with an environment of its own.
const std::string kSetUp = R"sh(
  set -e
  mkdir -m 700 client ssh there
  # As the package's own unit has it; only root's sshd asks for it.
  if [ $(id -u) = 0 ]; then mkdir -p /run/sshd; fi
  ssh-keygen -q -t ed25519 -N '' -f ssh/host
  ssh-keygen -q -t ed25519 -N '' -f ssh/key
  cp ssh/key.pub ssh/authorized
  echo "[127.0.0.1]:$SSH_PORT $(cat ssh/host.pub)" >ssh/known
  cat >ssh/server <<END
Port $SSH_PORT
ListenAddress 127.0.0.1
HostKey $PWD/ssh/host
AuthorizedKeysFile $PWD/ssh/authorized
StrictModes no
UsePAM no
PidFile none
# The default takes a tenth of a second.
KexAlgorithms curve25519-sha256
SetEnv SYNCQ_STATE_DIR=$PWD/state SYNCQ_SOCKET=$PWD/s SYNCQ_CONFIG= HOME=$HOME PATH=$PWD/there:$PATH ASAN_OPTIONS=${ASAN_OPTIONS-} SYNCQ_TCP_TIMEOUT=${SYNCQ_TCP_TIMEOUT-30s}
END
  cat >ssh/config <<END
Host box
  HostName 127.0.0.1
  Port $SSH_PORT
  IdentityFile $PWD/ssh/key
  IdentitiesOnly yes
  UserKnownHostsFile $PWD/ssh/known
  GlobalKnownHostsFile none
END
)sh";

}  // namespace

const std::string SshServer::kClient =
    "export SYNCQ_STATE_DIR=$PWD/client SYNCQ_SOCKET=$PWD/client.s "
    "SYNCQ_SSH=\"ssh -F $PWD/ssh/config\" SYNCQ_ENDPOINT=ssh://box\n";

SshServer::SshServer(Sandbox& box) : box_(box) {
  if (box.sh("[ -x /usr/sbin/sshd ] && command -v ssh").code() != 0) {
    skip("openssh-server is not installed");
    return;
  }
  box.env()["SSH_PORT"] = std::to_string(free_port());
  box.ok(kSetUp);
  server_.emplace(box.start("exec /usr/sbin/sshd -D -e -f $PWD/ssh/server"));
  REQUIRE(eventually([&] {
    return server_->err().find("Server listening") != std::string::npos;
  }));
}

SshServer::~SshServer() {
  if (!works()) return;
  thaw();
  // A client that has given up may leave an ssh that still logs in, and that
  // is then shared itself.
  const std::string pid = std::to_string(server_->pid());
  const std::string children = "/proc/" + pid + "/task/" + pid + "/children";
  CHECK(eventually([&] {
    end_shared();
    return read_file(children).empty();
  }));
}

Outcome SshServer::sh(const std::string& script, Milliseconds within) {
  return box_.sh(kClient + script, within);
}

std::string SshServer::ok(const std::string& script, Milliseconds within) {
  return box_.ok(kClient + script, within);
}

Process SshServer::start(const std::string& script) {
  return box_.start(kClient + script);
}

int SshServer::logins() const {
  return count_of(server_->err(), "Accepted publickey");
}

void SshServer::end_shared() {
  box_.sh(
      "for each in client/ssh-*; do"
      " [ ! -S $each ] || ssh -F ssh/config -O exit -S $each box; rm -f $each; "
      "done");
}

}  // namespace syncq::e2e
