#ifndef FT_SANDBOX_H
#define FT_SANDBOX_H

#include <stddef.h>

/// A file or folder that may still be used, with all that is in it.
typedef struct {
  /// Its path, with links resolved.
  const char *path;
  /// Whether it may be changed, beside being read.
  int may_write;
} ft_sandbox_path;

/// The version of Landlock that the kernel has; 0 when it has none.
///
/// Source: Linux, Documentation/userspace-api/landlock.rst.
int ft_sandbox_version(void);

/// From now on, and for good, this thread and all that it starts may use these paths and nothing else of
/// the file system, open no socket and start no process. The environment stays for the program, and is
/// no longer shown as a file of /proc.
///
/// Call it before any other thread is there: threads that run already are not held to the paths. A path
/// that does not exist is left out. Descriptors that are open stay so.
///
/// Returns 0, or the number of the error; then the program should end, as part of it may be in force.
int ft_sandbox_enter(const ft_sandbox_path *paths, size_t count);

#endif
