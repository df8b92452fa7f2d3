#include "cli/process/pipe.h"

#include <fcntl.h>
#include <unistd.h>

namespace syncq {

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  UniqueFd low_reader(ends[0]);
  UniqueFd low_writer(ends[1]);
  Pipe pipe{above_stdio(std::move(low_reader)),
            above_stdio(std::move(low_writer))};
  if (!pipe.reader || !pipe.writer) return std::nullopt;
  return pipe;
}

}  // namespace syncq
