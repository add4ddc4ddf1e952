#define _GNU_SOURCE
#include "pseudo_terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct winsize size(int columns, int rows) {
  return (struct winsize){.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
}

/// A shell's background jobs ignore Ctrl-C, and what is ignored stays so in every child.
static void restore_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

int pseudo_terminal_start(
    char *const *arguments, const char *folder, char *const *environment, int columns, int rows,
    pid_t *process) {
  struct winsize window = size(columns, rows);
  int terminal = -1;
  *process = forkpty(&terminal, NULL, NULL, &window);
  if (*process == 0) {
    restore_signals();
    if (chdir(folder) == 0) execve(arguments[0], arguments, environment);
    _exit(127);
  }
  if (*process < 0) return -1;
  fcntl(terminal, F_SETFD, FD_CLOEXEC);
  fcntl(terminal, F_SETFL, O_NONBLOCK);
  return terminal;
}

void pseudo_terminal_resize(int terminal, int columns, int rows) {
  struct winsize window = size(columns, rows);
  ioctl(terminal, TIOCSWINSZ, &window);
}

bool pseudo_terminal_is_cooked(int terminal) {
  struct termios modes;
  return tcgetattr(terminal, &modes) == 0 && (modes.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}
