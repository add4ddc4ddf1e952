#define _GNU_SOURCE
#include "pseudo_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct winsize size(int columns, int rows) {
  return (struct winsize){.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
}

int pseudo_terminal_start(
    const char *program, const char *folder, char *const *environment, int columns, int rows,
    pid_t *process) {
  struct winsize window = size(columns, rows);
  int terminal = -1;
  *process = forkpty(&terminal, NULL, NULL, &window);
  if (*process == 0) {
    // What whoever runs the tests ignores, the program shall not.
    static const int signals[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) signal(signals[i], SIG_DFL);
    char *arguments[] = {(char *)program, NULL};
    if (chdir(folder) == 0) execve(program, arguments, environment);
    _exit(127);
  }
  if (*process < 0) return -1;
  fcntl(terminal, F_SETFD, FD_CLOEXEC);
  return terminal;
}

void pseudo_terminal_resize(int terminal, int columns, int rows) {
  struct winsize window = size(columns, rows);
  ioctl(terminal, TIOCSWINSZ, &window);
}
