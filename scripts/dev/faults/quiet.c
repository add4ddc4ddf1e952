// Writes down every socket, connection and process that a program asks for, and refuses them. Loaded
// with LD_PRELOAD by scripts/dev/quiet; FT_QUIET_LOG names the file.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refused(const char *call) {
  const char *log = getenv("FT_QUIET_LOG");
  int file = log ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  if (file >= 0) {
    syscall(SYS_write, file, call, strlen(call));
    syscall(SYS_write, file, "\n", (size_t)1);
    syscall(SYS_close, file);
  }
  errno = EPERM;
  return -1;
}

int socket(int a, int b, int c) { return refused("socket"); }
int connect(int a, const struct sockaddr *b, socklen_t c) { return refused("connect"); }
int bind(int a, const struct sockaddr *b, socklen_t c) { return refused("bind"); }
pid_t fork(void) { return refused("fork"); }
pid_t vfork(void) { return refused("vfork"); }
int execve(const char *a, char *const b[], char *const c[]) { return refused("execve"); }
int execv(const char *a, char *const b[]) { return refused("execv"); }
int execvp(const char *a, char *const b[]) { return refused("execvp"); }
int system(const char *a) { return refused("system"); }

int posix_spawn(pid_t *a, const char *b, const posix_spawn_file_actions_t *c,
                const posix_spawnattr_t *d, char *const e[], char *const f[]) {
  refused("posix_spawn");
  return EPERM;
}

int posix_spawnp(pid_t *a, const char *b, const posix_spawn_file_actions_t *c,
                 const posix_spawnattr_t *d, char *const e[], char *const f[]) {
  refused("posix_spawnp");
  return EPERM;
}
