// What is typed while nothing is read: the terminal's echo, off while a command draws its progress, and
// Ctrl-D, which would be lost.
#include "ft_line_editor.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

/// Whether typing is hidden; the handler of Ctrl-Z looks at it.
static volatile sig_atomic_t is_hiding;
static struct sigaction before;

/// A job in the background must leave the terminal alone: the system would stop it.
static bool owns_terminal(void) { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

/// Sets how the terminal takes what nobody reads yet.
///
/// It would not keep the character that ends a file, as it does others, but the end itself, which is a
/// NUL to whoever reads keys next. While typing is hidden, no character ends anything.
static void set_hidden(bool is_hidden) {
  // Only whoever holds the terminal changes it: the reading thread, or the handler that interrupts it.
  static cc_t usual_end = _POSIX_VDISABLE;
  struct termios modes;
  if (!owns_terminal() || tcgetattr(STDIN_FILENO, &modes) != 0) return;
  if (is_hidden) {
    if (modes.c_cc[VEOF] != _POSIX_VDISABLE) usual_end = modes.c_cc[VEOF];
    modes.c_lflag &= ~(tcflag_t)ECHO;
    modes.c_cc[VEOF] = _POSIX_VDISABLE;
  } else {
    modes.c_lflag |= ECHO;
    if (modes.c_cc[VEOF] == _POSIX_VDISABLE) modes.c_cc[VEOF] = usual_end;
  }
  tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

/// Ctrl-Z: the shell gets its terminal back. All that is called is safe in a handler.
static void suspend(int signal) {
  set_hidden(false);
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
  if (is_hiding) set_hidden(true);
}

void ft_line_editor_hide_typing(ft_line_editor *editor, bool is_hidden) {
  (void)editor;
  if (is_hiding == is_hidden) return;
  is_hiding = is_hidden;
  set_hidden(is_hidden);
  if (is_hidden) {
    struct sigaction action = {.sa_handler = suspend, .sa_flags = SA_RESTART};
    sigaction(SIGTSTP, NULL, &before);
    if (before.sa_handler != SIG_IGN) sigaction(SIGTSTP, &action, NULL);
  } else {
    sigaction(SIGTSTP, &before, NULL);
  }
}
