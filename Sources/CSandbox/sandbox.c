#define _GNU_SOURCE
#include "ft_sandbox.h"

#if defined(__linux__)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock: which files. Its header may be older than the kernel, so the few numbers of its interface
// that are needed stand here.

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

struct path_rule {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

enum {
  create_ruleset = 444,
  add_rule = 445,
  restrict_self = 446,
  ask_version = 1,
  rule_of_path = 1,
};

enum {
  execute = 1 << 0,
  write_file = 1 << 1,
  read_file = 1 << 2,
  read_folder = 1 << 3,
  // Removing and making of each kind of file, but for devices.
  remove_folder = 1 << 4,
  remove_file = 1 << 5,
  make_device = 1 << 6 | 1 << 11,
  make_folder = 1 << 7,
  make_file = 1 << 8,
  make_socket = 1 << 9,
  make_pipe = 1 << 10,
  make_link = 1 << 12,
  // Moving between folders, from version 2 on; cutting short, from 3 on.
  refer = 1 << 13,
  truncate_file = 1 << 14,
};

int ft_sandbox_version(void) {
  long version = syscall(create_ruleset, NULL, 0, ask_version);
  return version < 0 ? 0 : (int)version;
}

static uint64_t known_rights(int version) {
  uint64_t rights = execute | write_file | read_file | read_folder | remove_folder | remove_file |
                    make_device | make_folder | make_file | make_socket | make_pipe | make_link;
  if (version >= 2) rights |= refer;
  if (version >= 3) rights |= truncate_file;
  return rights;
}

static int allow(int ruleset, const ft_sandbox_path *path, uint64_t known) {
  int parent = open(path->path, O_PATH | O_CLOEXEC);
  if (parent < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
  struct stat state;
  if (fstat(parent, &state) != 0) {
    int error = errno;
    close(parent);
    return error;
  }
  uint64_t rights = read_file | read_folder;
  if (path->may_write)
    rights |= write_file | remove_folder | remove_file | make_folder | make_file | refer | truncate_file;
  if (!S_ISDIR(state.st_mode)) rights &= read_file | write_file | truncate_file;
  struct path_rule rule = {.allowed = rights & known, .parent = parent};
  int error = syscall(add_rule, ruleset, rule_of_path, &rule, 0) == 0 ? 0 : errno;
  close(parent);
  return error;
}

static int restrict_files(const ft_sandbox_path *paths, size_t count) {
  int version = ft_sandbox_version();
  if (version == 0) return ENOSYS;
  uint64_t known = known_rights(version);
  // Connecting and listening by TCP, from version 4 on; sockets by name and signals to others, from 6 on.
  struct ruleset rules = {
      .files = known, .network = version >= 4 ? 3 : 0, .scopes = version >= 6 ? 3 : 0};
  size_t size = version >= 6 ? sizeof rules : version >= 4 ? 16 : 8;
  int ruleset = (int)syscall(create_ruleset, &rules, size, 0);
  if (ruleset < 0) return errno;
  int error = 0;
  for (size_t i = 0; i < count && error == 0; i++) error = allow(ruleset, &paths[i], known);
  if (error == 0 && syscall(restrict_self, ruleset, 0) != 0) error = errno;
  close(ruleset);
  return error;
}

// Seccomp: no sockets, and no processes. Landlock knows of TCP alone, and lets a program fork.

#if defined(__x86_64__)
#define own_architecture AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define own_architecture AUDIT_ARCH_AARCH64
#endif

#define field(name) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, name))
#define answer(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define refuse(error) answer(SECCOMP_RET_ERRNO | (error))
#define refused(number)                                                                            \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), refuse(EPERM)

static int restrict_calls(void) {
#ifndef own_architecture
  return ENOSYS;
#else
  struct sock_filter code[] = {
      field(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own_architecture, 1, 0),
      refuse(EPERM),
      field(nr),
#if defined(__x86_64__)
      // The second set of numbers, for pointers of 32 bits.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      refuse(EPERM),
      refused(__NR_fork),
      refused(__NR_vfork),
#endif
      refused(__NR_socket),
      refused(__NR_socketpair),
      refused(__NR_connect),
      refused(__NR_bind),
      refused(__NR_execve),
      refused(__NR_execveat),
      refused(__NR_ptrace),
      refused(__NR_process_vm_readv),
      refused(__NR_process_vm_writev),
      refused(__NR_io_uring_setup),
      // The C library tries the newer call first, whose flags cannot be looked at here, and falls back.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
      refuse(ENOSYS),
      // A thread may be started, a process may not.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3),
      field(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x10000, 1, 0),
      refuse(EPERM),
      answer(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
  long result = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
  // Above 0 it is the number of a thread that has a filter of its own.
  return result == 0 ? 0 : result < 0 ? errno : EBUSY;
#endif
}

// The kernel shows every process the environment that it began with, as a file: keys among it. The
// variables are moved to memory of their own, and what is shown is cleared.
static int hide_environment(void) {
  size_t count = 0;
  while (environ[count] != NULL) count++;
  char **moved = calloc(count + 1, sizeof *moved);
  if (moved == NULL) return ENOMEM;
  for (size_t i = 0; i < count; i++) {
    moved[i] = strdup(environ[i]);
    if (moved[i] == NULL) return ENOMEM;
    memset(environ[i], 0, strlen(environ[i]));
  }
  environ = moved;
  return 0;
}

int ft_sandbox_enter(const ft_sandbox_path *paths, size_t count) {
  int hidden = hide_environment();
  if (hidden != 0) return hidden;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  int error = restrict_files(paths, count);
  return error != 0 ? error : restrict_calls();
}

#else

#include <errno.h>

int ft_sandbox_version(void) { return 0; }

int ft_sandbox_enter(const ft_sandbox_path *paths, size_t count) {
  (void)paths;
  (void)count;
  return ENOSYS;
}

#endif
