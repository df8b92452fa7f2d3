// Apart from the rest: a simulation links its own, which repeats itself.

#include <algorithm>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>

#include "common/uuid.h"

namespace syncq {

Uuid Uuid::random() {
  // The pure generator asks the kernel each time: a forked child can never
  // repeat its parent's numbers.
  static boost::uuids::random_generator_pure generator;
  Uuid uuid;
  boost::uuids::uuid made = generator();
  std::copy(made.begin(), made.end(), uuid.bytes.begin());
  return uuid;
}

}  // namespace syncq
