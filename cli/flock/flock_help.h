#pragma once

#include <string_view>

namespace syncq {

// What `syncq flock --help` says around the options.

inline constexpr std::string_view kFlockUsage =
    "syncq flock [OPTIONS] FILE CMD [ARG...]\n"
    "       syncq flock [OPTIONS] FILE -c CMD\n"
    "       syncq flock [OPTIONS] FD";

inline constexpr std::string_view kFlockAbout =
    "Take the turn of a file, with the command lines of flock(1).";

inline constexpr std::string_view kFlockHelp =
    "A script that calls `flock` calls `syncq flock` instead, and its commands "
    "have\ntheir turns in the order in which they asked. With the turn, the "
    "file is locked by\nflock(2) as well: programs that still use flock, and "
    "other users, are kept out.\n\n"
    "With a descriptor alone, the turn lasts as long as what is open there, in "
    "whichever\nprocess. A process that syncq leaves behind holds it.\n\n"
    "The turn is that of the FIFO flock:PATH:OF:THE:FILE, which `syncq ps` "
    "and the\nothers show. Differences from flock: syncq-flock(1).\n\n"
    "Examples:\n"
    "  syncq flock /tmp/deploy.lock make deploy\n"
    "  syncq flock -n /tmp/backup.lock ./backup       skip it if one runs\n"
    "  syncq flock -w 10 -E 75 db.lock -c 'dump | gzip >db.gz'\n"
    "  (syncq flock 9; make deploy) 9>/tmp/deploy.lock\n\n"
    "Exit codes: the command's own, and\n"
    "  1   the turn was not had in time (-n, -w); -E changes it\n"
    "  64  usage                  65  the descriptor can't be locked\n"
    "  66  FILE can't be opened   69  the command can't be executed\n"
    "  71  the system or syncq failed: the command did not run\n"
    "  73  FILE can't be made\n\n";

}  // namespace syncq
