// A program in a terminal of its own, for tests: what Swift's import of the C library leaves out.
#ifndef PSEUDO_TERMINAL_H
#define PSEUDO_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

/// Starts a program in `folder` with a new terminal of `columns` by `rows` as its own.
///
/// `arguments`, of which the first is the program's path, and `environment`, of `NAME=value` texts,
/// end with NULL. The program ignores and blocks no signal, whatever the caller does. Returns the
/// terminal's other end, which does not block and is the caller's to close, and the process in
/// `process`; or -1 with errno.
int pseudo_terminal_start(
    char *const *arguments, const char *folder, char *const *environment, int columns, int rows,
    pid_t *process);

/// Changes the size, which the program is told by SIGWINCH.
void pseudo_terminal_resize(int terminal, int columns, int rows);

/// Whether the terminal gathers lines and echoes, as it does when no program edits lines.
bool pseudo_terminal_is_cooked(int terminal);

#endif
