// What wakes the reader while it waits for a key: signals and messages, through one pipe.
//
// libedit's own signal handling sends each signal to the whole process group, and its reader
// cannot be woken. Here a handler writes the signal's number to a pipe, and the reader waits for
// the terminal and the pipe at once.
#ifndef FT_WAKE_H
#define FT_WAKE_H

#include <stdbool.h>

/// Makes the pipe; false when none can be made.
bool ft_wake_open(void);
void ft_wake_close(void);
/// The end of the pipe that the reader waits at; a byte from it is a signal's number, or 0.
int ft_wake_reader(void);
/// Wakes the reader to show messages: writes a 0.
void ft_wake_for_messages(void);
/// Leads the signals to the pipe, but those that are ignored.
void ft_wake_take_signals(void);
/// Leads the signals where they went before.
void ft_wake_return_signals(void);

#endif
