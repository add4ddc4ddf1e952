#ifndef SANDBOX_TRIAL_H
#define SANDBOX_TRIAL_H

/// What a process tries that is held to two folders.
enum sandbox_trial {
  trial_read,
  trial_write,
  trial_remove,
  trial_rename,
  trial_truncate,
  trial_socket,
  trial_socketpair,
  trial_execute,
  trial_fork,
  // Whether /proc shows the environment that the process began with; of no path.
  trial_environment,
};

/// Has a child process enter the sandbox, with `readable` to read and `writable` to write, and try
/// something with `path`.
///
/// Returns 0 when it could do it, the number of the error when not, and -1 when there was no child, or
/// the sandbox could not be entered.
int ft_sandbox_trial(const char *readable, const char *writable, enum sandbox_trial trial,
                     const char *path);

#endif
