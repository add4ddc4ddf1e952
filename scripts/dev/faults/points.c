// Stands between a program and the C library's calls that change files, and has one of them fail, or
// the program killed there. Loaded with LD_PRELOAD by scripts/dev/fault.
//
//   FT_FAULT_PATH   counted are calls on paths that contain this
//   FT_FAULT_AT     the number of the call, from 1
//   FT_FAULT        `kill`, `short` for writes of a part, or the number of an error; with `+` after it,
//                   of all calls from then on
//   FT_NO_EXCHANGE  folders cannot be exchanged, as on file systems that lack it
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int seen;

/// What becomes of a call: it is done, it fails, or, of a write, a part of it is done.
enum { DONE, FAILS, SHORT };

/// What becomes of this call; `errno` is set when it fails.
static int fails(const char *path) {
  const char *part = getenv("FT_FAULT_PATH"), *at = getenv("FT_FAULT_AT");
  const char *fault = getenv("FT_FAULT");
  if (!part || !at || !fault || !path || !strstr(path, part)) return 0;
  int number = atomic_fetch_add(&seen, 1) + 1, wanted = atoi(at);
  int is_sticky = fault[strlen(fault) - 1] == '+';
  if (number != wanted && !(is_sticky && number > wanted)) return 0;
  if (strcmp(fault, "kill") == 0) kill(getpid(), SIGKILL);
  if (strncmp(fault, "short", 5) == 0) return SHORT;
  errno = atoi(fault);
  return FAILS;
}

static int fails_on(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
  return fails(path);
}

#define USUAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(const char *path, int flags, int mode) {
  if (fails(path) == FAILS) return -1;
  return USUAL(open)(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

/// How much of `count` bytes is written; -1 for a failure.
static ssize_t part(int descriptor, size_t count) {
  int fate = fails_on(descriptor);
  if (fate == FAILS) return -1;
  return fate == SHORT && count > 1 ? (ssize_t)(count / 2) : (ssize_t)count;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  ssize_t written = part(descriptor, count);
  return written < 0 ? -1 : USUAL(write)(descriptor, bytes, written);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  ssize_t written = part(descriptor, count);
  return written < 0 ? -1 : USUAL(pwrite64)(descriptor, bytes, written, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  ssize_t written = part(descriptor, count);
  return written < 0 ? -1 : USUAL(pwrite)(descriptor, bytes, written, offset);
}

int ftruncate64(int descriptor, off64_t length) {
  return fails_on(descriptor) == FAILS ? -1 : USUAL(ftruncate64)(descriptor, length);
}

int fsync(int descriptor) { return fails_on(descriptor) == FAILS ? -1 : USUAL(fsync)(descriptor); }

int fdatasync(int descriptor) {
  return fails_on(descriptor) == FAILS ? -1 : USUAL(fdatasync)(descriptor);
}

int rename(const char *from, const char *to) {
  return fails(to) == FAILS ? -1 : USUAL(rename)(from, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  if (getenv("FT_NO_EXCHANGE")) {
    errno = EINVAL;
    return -1;
  }
  return fails(to) == FAILS ? -1 : USUAL(renameat2)(a, from, b, to, flags);
}

int mkdir(const char *path, mode_t mode) {
  return fails(path) == FAILS ? -1 : USUAL(mkdir)(path, mode);
}

int rmdir(const char *path) { return fails(path) == FAILS ? -1 : USUAL(rmdir)(path); }

int unlink(const char *path) { return fails(path) == FAILS ? -1 : USUAL(unlink)(path); }

int link(const char *from, const char *to) {
  return fails(to) == FAILS ? -1 : USUAL(link)(from, to);
}
