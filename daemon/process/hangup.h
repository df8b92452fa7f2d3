#pragma once

namespace syncq {

// SIGHUP asks a running daemon to make its socket again. One that only starts
// or already ends is asked too, by whoever finds it in the way, and must not
// die of it: from hold_hangups() on the signal waits, until take_hangups().
// For a process of one thread.
void hold_hangups();
void take_hangups();

}  // namespace syncq
