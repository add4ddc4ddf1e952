// Stands between a program and the C library's calls that change files, and has one of them fail, or
// the program killed there, or writes down what they did. Loaded with LD_PRELOAD by scripts/dev/fault.
//
//   FT_FAULT_PATH   meant are calls on paths that contain this
//   FT_FAULT_AT     the number of the call, from 1
//   FT_FAULT        `kill`, `short` for writes of a part, or the number of an error; with `+` after it,
//                   of all calls from then on
//   FT_NO_EXCHANGE  folders cannot be exchanged, as on file systems that lack it
//   FT_ROOM         the bytes that these paths' file system has room for
//   FT_APART        each folder is a file system of its own: nothing moves from one into another
//   FT_LOG          a file that the calls are written to, in order, with the bytes of each write
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
#include <sys/statvfs.h>
#include <sys/syscall.h>
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

static void path_of(int descriptor, char path[4096]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, 4095);
  path[length > 0 ? length : 0] = 0;
}

static int fails_on(int descriptor) {
  char path[4096];
  path_of(descriptor, path);
  return fails(path);
}

/// Whether a path is one of those that are meant.
static int is_meant(const char *path) {
  const char *part = getenv("FT_FAULT_PATH");
  return part && strstr(path, part) != NULL;
}

/// Writes down a call that was done: its name, paths and offset in a line, then its bytes.
static void note(const char *call, const char *path, const char *other, off64_t offset,
                 const void *bytes, size_t count) {
  const char *log = getenv("FT_LOG");
  if (!log || !(is_meant(path) || is_meant(other))) return;
  static atomic_int file = -1;
  if (atomic_load(&file) < 0)
    atomic_store(&file, (int)syscall(SYS_openat, AT_FDCWD, log,
                                     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  char *entry = malloc(9000 + count);
  if (!entry) abort();
  int length = snprintf(entry, 9000, "%s\t%s\t%s\t%lld\t%zu\n", call, path, other,
                        (long long)offset, count);
  if (count) memcpy(entry + length, bytes, count);
  // One call, so that those of several threads stand one after the other.
  if (syscall(SYS_write, atomic_load(&file), entry, length + count) != (long)(length + count)) abort();
  free(entry);
}

/// What the files that are meant have taken of the room.
static atomic_llong taken;

/// Takes room for bytes, which were written; false when there is none.
static int takes(const char *path, long long count) {
  const char *room = getenv("FT_ROOM");
  if (!room || !is_meant(path)) return 1;
  if (atomic_fetch_add(&taken, count) + count <= atoll(room)) return 1;
  atomic_fetch_sub(&taken, count);
  errno = ENOSPC;
  return 0;
}

/// Gives back the room of a file that is about to go.
static void gives_back(const char *path) {
  struct stat found;
  if (getenv("FT_ROOM") && is_meant(path) && lstat(path, &found) == 0 && S_ISREG(found.st_mode))
    atomic_fetch_sub(&taken, found.st_size);
}

static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) : 0;
}

/// Whether two paths are in folders that are file systems of their own; one in the other is none.
static int is_apart(const char *from, const char *to) {
  size_t one = folder_length(from), two = folder_length(to);
  if (!getenv("FT_APART") || !(is_meant(from) || is_meant(to))) return 0;
  if (strncmp(from, to, one < two ? one : two) == 0) return 0;
  errno = EXDEV;
  return 1;
}

#define USUAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(const char *path, int flags, int mode) {
  if (fails(path) == FAILS) return -1;
  if (flags & O_TRUNC) gives_back(path);
  int isNew = flags & O_CREAT && access(path, F_OK) != 0, code = errno;
  errno = code;
  int descriptor = USUAL(open)(path, flags, mode);
  if (descriptor >= 0 && (isNew || flags & O_TRUNC) && getenv("FT_LOG")) {
    char full[4096];
    path_of(descriptor, full);
    note(isNew ? "create" : "cut", full, "", 0, NULL, 0);
  }
  return descriptor;
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

/// How much of `count` bytes is written to the file `path`; -1 for a failure.
static ssize_t part(const char *path, size_t count) {
  int fate = fails(path);
  if (fate == FAILS) return -1;
  count = fate == SHORT && count > 1 ? count / 2 : count;
  return takes(path, count) ? (ssize_t)count : -1;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  char path[4096];
  path_of(descriptor, path);
  ssize_t written = part(path, count);
  if (written < 0) return -1;
  off64_t place = getenv("FT_LOG") ? lseek64(descriptor, 0, SEEK_CUR) : 0;
  written = USUAL(write)(descriptor, bytes, written);
  if (written > 0) note("write", path, "", place, bytes, written);
  return written;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  char path[4096];
  path_of(descriptor, path);
  ssize_t written = part(path, count);
  if (written < 0) return -1;
  written = USUAL(pwrite64)(descriptor, bytes, written, offset);
  if (written > 0) note("write", path, "", offset, bytes, written);
  return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return pwrite64(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t length) {
  if (fails_on(descriptor) == FAILS) return -1;
  int code = USUAL(ftruncate64)(descriptor, length);
  char path[4096];
  path_of(descriptor, path);
  if (code == 0) note("size", path, "", length, NULL, 0);
  return code;
}

static int flushed(int descriptor, int code) {
  char path[4096];
  path_of(descriptor, path);
  if (code == 0) note("flush", path, "", 0, NULL, 0);
  return code;
}

int fsync(int descriptor) {
  return fails_on(descriptor) == FAILS ? -1 : flushed(descriptor, USUAL(fsync)(descriptor));
}

int fdatasync(int descriptor) {
  return fails_on(descriptor) == FAILS ? -1 : flushed(descriptor, USUAL(fdatasync)(descriptor));
}

/// Writes down what a call did that succeeded.
static int noted(int code, const char *call, const char *path, const char *other) {
  if (code == 0) note(call, path, other, 0, NULL, 0);
  return code;
}

int rename(const char *from, const char *to) {
  if (fails(to) == FAILS || is_apart(from, to)) return -1;
  gives_back(to);
  return noted(USUAL(rename)(from, to), "rename", from, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  if (getenv("FT_NO_EXCHANGE")) {
    errno = EINVAL;
    return -1;
  }
  if (fails(to) == FAILS || is_apart(from, to)) return -1;
  const char *call = flags & RENAME_EXCHANGE ? "exchange" : "rename";
  return noted(USUAL(renameat2)(a, from, b, to, flags), call, from, to);
}

int mkdir(const char *path, mode_t mode) {
  return fails(path) == FAILS ? -1 : noted(USUAL(mkdir)(path, mode), "folder", path, "");
}

int rmdir(const char *path) {
  return fails(path) == FAILS ? -1 : noted(USUAL(rmdir)(path), "remove", path, "");
}

int unlink(const char *path) {
  if (fails(path) == FAILS) return -1;
  gives_back(path);
  return noted(USUAL(unlink)(path), "remove", path, "");
}

int link(const char *from, const char *to) {
  if (fails(to) == FAILS || is_apart(from, to)) return -1;
  return noted(USUAL(link)(from, to), "link", from, to);
}

/// The room that is left is told as the file system's.
static void tell_room(const char *path, struct statvfs *found) {
  const char *room = getenv("FT_ROOM");
  if (!room || !is_meant(path)) return;
  long long left = atoll(room) - atomic_load(&taken);
  found->f_frsize = found->f_bsize = 1;
  found->f_bavail = found->f_bfree = left > 0 ? left : 0;
}

int statvfs(const char *path, struct statvfs *found) {
  int code = USUAL(statvfs)(path, found);
  if (code == 0) tell_room(path, found);
  return code;
}

int statvfs64(const char *path, struct statvfs64 *found) {
  int code = USUAL(statvfs64)(path, found);
  if (code == 0) tell_room(path, (struct statvfs *)found);
  return code;
}
