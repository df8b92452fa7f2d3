#pragma once

namespace syncq {

// Has git(1), as a reader, take no lock that it could do without: a writer that
// comes upon it would fail. By the environment; what that says already stays.
void keep_from_locking();

}  // namespace syncq
