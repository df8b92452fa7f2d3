#include "cli/run/farewell.h"

#include <sys/wait.h>

#include <string>

#include "cli/base/failure.h"

namespace syncq {

void post_done(Client& client, const HoldQuery& hold, Deadline deadline,
               std::optional<int> status) {
  RequestTarget done("/fifo");
  done.segment(hold.first_fifo()).segment("done").segment(hold.ticket);
  if (status && WIFEXITED(*status)) {
    done.add("exit_status", std::to_string(WEXITSTATUS(*status)));
  } else if (status) {
    done.add("signal", std::to_string(WTERMSIG(*status)));
  }
  DaemonConnection connection = client.connect(deadline);
  connection.send(plain_request("POST", done, client.target()));
  ResponseParser parser;
  while (parser.state() != ResponseParser::State::kDone &&
         connection.receive(parser, deadline)) {
  }
}

void Farewell::leave_if_told() {
  constexpr Duration kBound = std::chrono::seconds(1);
  std::optional<signalfd_siginfo> signal = signals_.take();
  if (!signal) return;
  try {
    post_done(client_, hold_, Deadline::after(kBound));
  } catch (const Failure&) {
    // The daemon finds out by itself.
  }
  signals_.restore();
  auto number = static_cast<int>(signal->ssi_signo);
  reraise_default(number);
  // The first process of a container is not ended by it.
  throw Failure("it was told to end", kExitSignalBase + number);
}

}  // namespace syncq
