#define _GNU_SOURCE
#include "sandbox_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ft_sandbox.h"

static int try_it(enum sandbox_trial trial, const char *path) {
  char byte;
  int file = -1, pair[2];
  switch (trial) {
  case trial_read:
    file = open(path, O_RDONLY | O_CLOEXEC);
    return file >= 0 && read(file, &byte, 1) >= 0 ? 0 : errno;
  case trial_write:
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return file >= 0 && write(file, "x", 1) == 1 ? 0 : errno;
  case trial_remove: return unlink(path) == 0 ? 0 : errno;
  case trial_rename: {
    char other[4096];
    snprintf(other, sizeof other, "%s-renamed", path);
    return rename(path, other) == 0 ? 0 : errno;
  }
  case trial_truncate: return truncate(path, 0) == 0 ? 0 : errno;
  case trial_socket: return socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 0 : errno;
  case trial_socketpair: return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 0 : errno;
  case trial_execute: {
    char *const arguments[] = {(char *)path, NULL};
    execv(path, arguments);
    return errno;
  }
  case trial_environment: {
    file = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    while (file >= 0 && read(file, &byte, 1) == 1)
      if (byte != 0) return 0;
    // The program itself still has it.
    return file >= 0 && getenv("PATH") != NULL ? ENODATA : 0;
  }
  case trial_fork: {
    pid_t child = fork();
    if (child == 0) _exit(0);
    return child > 0 ? 0 : errno;
  }
  }
  return EINVAL;
}

int ft_sandbox_trial(const char *readable, const char *writable, enum sandbox_trial trial,
                     const char *path) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    ft_sandbox_path paths[] = {{readable, 0}, {writable, 1}, {"/usr", 0}, {"/lib", 0}, {"/proc", 0}};
    if (ft_sandbox_enter(paths, sizeof paths / sizeof paths[0]) != 0) _exit(255);
    _exit(try_it(trial, path) & 0x7f);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) && WEXITSTATUS(status) != 255 ? WEXITSTATUS(status) : -1;
}
