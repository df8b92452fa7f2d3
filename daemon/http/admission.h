#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http_request_parser.h"
#include "common/result.h"
#include "common/tcp_address.h"
#include "daemon/http/token_file.h"

namespace syncq {

// Whom the daemon lets in over TCP. Everybody on this machine, and every page
// in its users' browsers, can reach a loopback address: so each request has to
// bear the token, name the daemon by a name that is its own (else a page could
// have its name resolved to 127.0.0.1, DNS rebinding), and come from no other
// page. One thread.
class Admission {
 public:
  struct Rules {
    std::vector<TcpAddress> bound;
    // More names that Host may have: "NAME" or "NAME:PORT".
    std::vector<std::string> hosts;
    bool token = true;
  };

  Admission(Rules rules, std::string token_path);

  // Asked for each request, once its head is there. Refuses with
  // kForbiddenHost, kForbiddenOrigin or kUnauthorized.
  Result<> admit(const RequestHead& head);

 private:
  bool is_own_host(std::string_view host) const;

  Rules rules_;
  TokenFile token_;
};

// Whether a browser may have been led to send this by a page of another site:
// it adds the token by itself, as a password, and to an address that is not
// encrypted it may say nothing of where the request comes from. Such a request
// must not change anything.
bool may_be_led(const RequestHead& head);

}  // namespace syncq
