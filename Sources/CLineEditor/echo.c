// What is typed while nothing is read: the terminal's echo, off while a command draws its progress.
#include "ft_line_editor.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

/// Whether the echo is off by our doing; the handler of Ctrl-Z looks at it.
static volatile sig_atomic_t is_off;
static struct sigaction before;

/// A job in the background must leave the terminal alone: the system would stop it.
static bool owns_terminal(void) { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

static void set_echo(bool is_on) {
  struct termios modes;
  if (!owns_terminal() || tcgetattr(STDIN_FILENO, &modes) != 0) return;
  modes.c_lflag = is_on ? modes.c_lflag | ECHO : modes.c_lflag & ~(tcflag_t)ECHO;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

/// Ctrl-Z: the shell gets its echo back. All that is called is safe in a handler.
static void suspend(int signal) {
  set_echo(true);
  struct sigaction usual = {.sa_handler = SIG_DFL}, own;
  sigaction(signal, &usual, &own);
  sigset_t only, masked;
  sigemptyset(&only);
  sigaddset(&only, signal);
  raise(signal);
  // It is held back while its handler runs: here the program stops.
  sigprocmask(SIG_UNBLOCK, &only, &masked);
  sigprocmask(SIG_SETMASK, &masked, NULL);
  sigaction(signal, &own, NULL);
  if (is_off) set_echo(false);
}

void ft_line_editor_hide_typing(ft_line_editor *editor, bool is_hidden) {
  (void)editor;
  if (is_off == is_hidden) return;
  is_off = is_hidden;
  set_echo(!is_hidden);
  if (is_hidden) {
    struct sigaction action = {.sa_handler = suspend, .sa_flags = SA_RESTART};
    sigaction(SIGTSTP, NULL, &before);
    if (before.sa_handler != SIG_IGN) sigaction(SIGTSTP, &action, NULL);
  } else {
    sigaction(SIGTSTP, &before, NULL);
  }
}
