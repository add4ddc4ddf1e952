// What kernels ask of the thread pool beyond `ft_parallel`.
#ifndef FT_THREADS_H
#define FT_THREADS_H

#include <stdbool.h>
#include <stddef.h>

#define FT_THREAD_LIMIT 64

/// Floats of scratch memory a thread has: 512 KiB.
#define FT_SCRATCH_FLOATS ((size_t)128 * 1024)

/// The scratch memory of a pool thread, 64-byte aligned; its content lasts until the end of the
/// parallel region. `thread` is the number that the region's body was given.
float *ft_scratch(size_t thread);

/// Whether the calling thread is inside a parallel region; there, a further region runs serially
/// on it, and it owns no scratch memory but that of its own thread.
bool ft_in_region(void);

/// Keeps other threads' regions out until `ft_release_pool`, so that the memory which is shared
/// by all of the pool's threads can be used over several regions. Regions started in between by
/// the calling thread run as usual. Not to be called from inside a region.
void ft_acquire_pool(void);
void ft_release_pool(void);

#endif
