// A program in a terminal of its own, for tests: what Swift's import of the C library leaves out.
#ifndef PSEUDO_TERMINAL_H
#define PSEUDO_TERMINAL_H

#include <sys/types.h>

/// Starts `program` in `folder` with a new terminal of `columns` by `rows` as its own.
///
/// `environment` holds `NAME=value` texts and ends with NULL. Returns the terminal's other end, to
/// be closed by the caller, and the process in `process`; or -1 with errno.
int pseudo_terminal_start(
    const char *program, const char *folder, char *const *environment, int columns, int rows,
    pid_t *process);

/// Changes the size, which the program is told by SIGWINCH.
void pseudo_terminal_resize(int terminal, int columns, int rows);

#endif
