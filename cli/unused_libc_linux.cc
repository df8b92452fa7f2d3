// glibc's static dlopen, getaddrinfo and getpwuid_r load shared libraries of
// the very glibc that the program was linked with, and the linker warns of
// each. libuv and SQLite refer to them in functions that syncq never calls
// (uv_dlopen, uv_getaddrinfo, uv_os_get_passwd, sqlite3_load_extension). Linked
// with --wrap, these take their place: the linker has nothing to warn of, and a
// call made after all fails as the manual pages say it may.

#include <netdb.h>
#include <pwd.h>

#include <cerrno>
#include <cstddef>

extern "C" {

void* __wrap_dlopen(const char*, int);
int __wrap_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
int __wrap_getpwuid_r(uid_t, passwd*, char*, std::size_t, passwd**);

void* __wrap_dlopen(const char*, int) { return nullptr; }

int __wrap_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  return EAI_FAIL;
}

int __wrap_getpwuid_r(uid_t, passwd*, char*, std::size_t, passwd** result) {
  *result = nullptr;
  return ENOENT;
}
}
