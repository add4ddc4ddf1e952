#define _GNU_SOURCE
#include "ft_memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && defined(__GLIBC__)
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

// The C library's own functions, under the names that it keeps for programs that define theirs.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static atomic_bool is_watching;
static atomic_flag has_told = ATOMIC_FLAG_INIT;

void ft_end_when_memory_is_refused(void) {
  struct rlimit limit;
  // Each further arena of the allocator reserves 64 MiB of addresses, which a limit counts.
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    mallopt(M_ARENA_MAX, 1);
  atomic_store(&is_watching, true);
}

/// Writes the line and ends; no memory is asked for on the way, and nothing else is run but what gives
/// the terminal back: whatever was being written has another name until it is whole.
static void end_program(const char *what) {
  if (!atomic_load(&is_watching)) return;
  if (atomic_flag_test_and_set(&has_told)) _exit(6);
  static const char start[] = "\nerror[R402]: the system refused ";
  static const char end[] =
      ".\n  help: end other programs, raise `ulimit -v`, take a smaller model or context, or "
      "--threads 1\n";
  char line[400];
  size_t length = 0;
  const char *parts[] = {start, what, end};
  for (size_t i = 0; i < 3; i++) {
    size_t count = strlen(parts[i]);
    memcpy(line + length, parts[i], count);
    length += count;
  }
  if (write(STDERR_FILENO, line, length) < 0) _exit(6);
  quick_exit(6);
}

static void *checked(void *memory) {
  if (memory == NULL) end_program("more memory");
  return memory;
}

void *malloc(size_t size) { return checked(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return checked(__libc_calloc(count, size)); }

void *realloc(void *memory, size_t size) {
  void *grown = __libc_realloc(memory, size);
  // Of no bytes, NULL means that the block was freed.
  return size == 0 ? grown : checked(grown);
}

void *memalign(size_t alignment, size_t size) { return checked(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
    return EINVAL;
  void *found = memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *memory = found;
  return 0;
}

void free(void *memory) { __libc_free(memory); }

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                   void *(*body)(void *), void *restrict argument) {
  typedef int create(pthread_t *restrict, const pthread_attr_t *restrict, void *(*)(void *),
                     void *restrict);
  static create *_Atomic usual;
  create *known = atomic_load(&usual);
  if (known == NULL) {
    known = (create *)dlsym(RTLD_NEXT, "pthread_create");
    if (known == NULL) return EAGAIN;
    atomic_store(&usual, known);
  }
  int code = known(thread, attributes, body, argument);
  if (code == EAGAIN || code == ENOMEM) end_program("another thread");
  return code;
}

#else

void ft_end_when_memory_is_refused(void) {}

#endif
