// System calls that Swift's own headers do not give.
#ifndef FT_FOLDERS_H
#define FT_FOLDERS_H

/// Exchanges what two paths of one file system name, in one step that nobody sees halfway.
///
/// Returns 0, or -1 with `errno`: `ENOSYS`, `EINVAL` or `ENOTSUP` where the system or the file
/// system cannot.
int ft_exchange(const char *first, const char *second);

/// Whether a file of this folder that is removed stays whole for those that have mapped it, whoever
/// removes it: not on file systems that another machine may change, nor on those not known here.
int ft_keeps_removed_files(const char *folder);

#endif
