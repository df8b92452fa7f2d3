#include "tests/e2e/harness/raw_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <sstream>

namespace syncq::e2e {
namespace {

constexpr int kPatience = 20;

void read_head(const std::string& head, Call& call) {
  std::istringstream lines(head);
  std::string version;
  lines >> version >> call.status;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char each) { return std::tolower(each); });
    call.fields[name] = line.substr(colon + 2, line.find('\r') - colon - 2);
  }
}

}  // namespace

Time time_now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

bool RawClient::connect() {
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{kPatience, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_.c_str(), sizeof address.sun_path - 1);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
      0) {
    return true;
  }
  hang_up();
  return false;
}

void RawClient::hang_up() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Call RawClient::call(const std::string& method, const std::string& target,
                     const std::string& body) {
  Call call;
  call.called = time_now();
  if (fd_ < 0 && !connect()) return call;
  const std::string request =
      method + " " + target +
      " HTTP/1.1\r\nHost:\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  // A peer that has ended takes none of it; one that lives takes all of so few
  // bytes.
  if (send(fd_, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    hang_up();
    return call;
  }
  call.fate = Call::Fate::kLost;
  if (read_answer(call)) {
    call.fate = Call::Fate::kAnswered;
    call.answered = time_now();
    if (call.fields["connection"] == "close") hang_up();
  } else {
    hang_up();
  }
  return call;
}

bool RawClient::read_answer(Call& call) {
  std::string bytes;
  std::size_t head = bytes.npos;
  std::size_t whole = bytes.npos;
  while (bytes.size() < whole) {
    char buffer[4096];
    ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (head != bytes.npos) continue;
    head = bytes.find("\r\n\r\n");
    if (head == bytes.npos) continue;
    read_head(bytes.substr(0, head + 2), call);
    whole = head + 4 + std::stoul(call.fields["content-length"]);
  }
  call.body = bytes.substr(head + 4);
  return true;
}

}  // namespace syncq::e2e
