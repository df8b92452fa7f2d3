#include "daemon/remote_access.h"

#include <stdexcept>
#include <utility>

#include "common/token.h"
#include "daemon/http/json_text.h"
#include "daemon/http/tcp_socket.h"

namespace syncq {
namespace {

constexpr Duration kLogEvery = std::chrono::minutes(1);

void ensure_token(const std::string& path) {
  Result<std::string> token = get_or_make_token(path);
  if (!token) throw std::runtime_error(token.refusal().message);
}

// It may be gone already.
std::string peer_text(int fd) {
  try {
    return peer_address(fd).ip();
  } catch (const std::runtime_error&) {
    return "a client that is gone";
  }
}

}  // namespace

void RemoteAccess::serve(
    uv_loop_t* loop, const TcpOptions& options, const std::string& token_path,
    const std::function<bool()>& full,
    const std::function<void(uv_stream_t* server)>& accept) {
  token_ = options.token;
  if (token_ && !options.addresses.empty()) ensure_token(token_path);
  for (const TcpAddress& address : options.addresses) {
    UniqueFd fd = listen_on(address);
    bound_.push_back(bound_address(fd.get()));
    listeners_.push_back(
        Listener::serve(loop, std::move(fd), Transport::kTcp, full, accept));
    log_.info("listening on {}{}", bound_.back().text(),
              token_ ? "" : ", without a token");
  }
  admission_ = std::make_unique<Admission>(
      Admission::Rules{bound_, options.hosts, options.token}, token_path);
}

void RemoteAccess::resume() {
  for (auto& listener : listeners_) listener->resume();
}

void RemoteAccess::close() {
  for (auto& listener : listeners_) Listener::close(std::move(listener));
  listeners_.clear();
}

std::string RemoteAccess::addresses_json() const {
  std::string all;
  for (const TcpAddress& address : bound_) {
    if (!all.empty()) all += ',';
    all += JsonObject()
               .add("address", address.text())
               .add("reach", address.is_loopback() ? "machine" : "network")
               .add("token", token_)
               .text();
  }
  return '[' + all + ']';
}

Result<> RemoteAccess::admit(const RequestHead& head, int fd, Instant now) {
  Result<> admitted = admission_->admit(head);
  if (admitted) return admitted;
  ++refused_;
  if (now >= quiet_until_) {
    quiet_until_ = now + kLogEvery;
    log_.warn("refused a request of {} ({} refused so far): {}", peer_text(fd),
              refused_, error_name(admitted.refusal().code));
  }
  return admitted;
}

}  // namespace syncq
