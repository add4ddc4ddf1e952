// What the whole program does when the system gives it no memory, or no thread.
#ifndef FT_MEMORY_H
#define FT_MEMORY_H

/// Makes every refusal of memory or of a thread end the program with the exit code 6 and a line on
/// standard error, from now on.
///
/// Swift and the libraries below it cannot go on without memory: they trap, or wait for ever for a
/// thread that was not made. The functions of the C library are defined anew in the program (which
/// its documentation provides for), call the usual ones, and look at what these give.
void ft_end_when_memory_is_refused(void);

#endif
