// What kernels ask of the thread pool beyond `ft_parallel`.
#ifndef FT_THREADS_H
#define FT_THREADS_H

#include <stddef.h>

#define FT_THREAD_LIMIT 64

/// Floats of scratch memory a thread has: 2 MiB.
#define FT_SCRATCH_FLOATS ((size_t)512 * 1024)

/// The scratch memory of a pool thread, 64-byte aligned. `thread` is the number that the region's
/// body was given. The content lasts until the body ends or starts a region of its own, which
/// then runs serially on the same thread.
float *ft_scratch(size_t thread);

#endif
