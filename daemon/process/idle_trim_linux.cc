#include <malloc.h>

#include "daemon/process/idle_trim.h"

namespace syncq {

// free(3) alone returns only what lies at the end of the heap.
void trim_free_memory() { malloc_trim(0); }

}  // namespace syncq
