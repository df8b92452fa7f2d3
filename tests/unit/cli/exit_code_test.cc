#include <catch2/catch.hpp>
#include <cerrno>

#include "cli/base/exit_code.h"
#include "cli/base/failure.h"
#include "cli/client/client.h"

namespace syncq {
namespace {

TEST_CASE("exit codes for the daemon's answers", "[cli][exit]") {
  CHECK(exit_code_for_status(200) == 0);
  CHECK(exit_code_for_status(204) == 0);
  CHECK(exit_code_for_status(408) == 75);
  for (int status : {400, 404, 409, 410, 500, 503, 507}) {
    CAPTURE(status);
    CHECK(exit_code_for_status(status) == 1);
  }
}

TEST_CASE("exit codes for an exec that fails", "[cli][exit]") {
  CHECK(exit_code_for_exec(ENOENT) == 127);
  CHECK(exit_code_for_exec(EACCES) == 126);
  CHECK(exit_code_for_exec(E2BIG) == 126);
  CHECK(exit_code_for_exec(ENOEXEC) == 126);
}

DaemonReply refused(int status, const std::string& body) {
  DaemonReply reply;
  reply.status = status;
  reply.body = body;
  return reply;
}

TEST_CASE("a refusal keeps the daemon's words", "[cli][exit]") {
  DaemonReply reply =
      refused(410, R"({"error":"expired","message":"too late"})");
  CHECK(error_code(reply) == "expired");
  CHECK(error_message(reply) == "too late");
  CHECK_THROWS_WITH(require_ok(reply, "ending"), "ending: too late");
  CHECK_THAT(error_message(refused(500, "<html>")),
             Catch::Contains("status 500"));
}

}  // namespace
}  // namespace syncq
