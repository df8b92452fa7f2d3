#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/daemon.h"
#include "daemon/http/admission.h"
#include "daemon/http/listener.h"
#include "daemon/process/log.h"

namespace syncq {

// The daemon's side of TCP: where it listens, whom it lets in, and what it
// tells of that. One thread.
class RemoteAccess {
 public:
  explicit RemoteAccess(Log& log) : log_(log) {}

  // Serves the addresses, if there are any; makes a token if one is asked for
  // and there is none. `full` and `accept` as Listener has them. Throws
  // std::runtime_error for people.
  void serve(uv_loop_t* loop, const TcpOptions& options,
             const std::string& token_path, const std::function<bool()>& full,
             const std::function<void(uv_stream_t* server)>& accept);
  void resume();
  void close();

  // As Admission::admit(); logs a refusal, one a minute. `fd`: the client's.
  Result<> admit(const RequestHead& head, int fd, Instant now);

  // Where it listens and who can reach that, as a JSON array.
  std::string addresses_json() const;
  std::uint64_t refused() const { return refused_; }

 private:
  Log& log_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<TcpAddress> bound_;
  bool token_ = true;
  std::unique_ptr<Admission> admission_;
  std::uint64_t refused_ = 0;
  Instant quiet_until_;
};

}  // namespace syncq
