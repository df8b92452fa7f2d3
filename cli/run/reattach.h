#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/client/client.h"
#include "cli/run/hold_stream.h"

namespace syncq {

// Attaches to a ticket anew after its connection was lost, on a thread of
// its own: starting a daemon may take seconds, and the command's signals
// must not wait for it. Signals stay blocked in the thread as they are in
// its maker.
class Reattach {
 public:
  // Begins. Tries until `give_up`, a little slower each time. `client` must
  // not be used by others until it has ended, and must outlive it: it is
  // let run where this object is destroyed.
  Reattach(Client& client, HoldQuery query, Deadline give_up);

  // Readable when it has ended.
  int fd() const;

  // The new stream; nullopt where it failed for good: failure() says why.
  // Only when fd() is readable.
  std::optional<HoldStream> take();
  const std::string& failure() const;

 private:
  struct Work;
  std::shared_ptr<Work> work_;
};

}  // namespace syncq
