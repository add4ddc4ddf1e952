// A graphics card that is not there: the driver's functions, which run the kernels of
// Sources/CUDAKernels, compiled for the processor.
#ifndef FT_EMULATED_H
#define FT_EMULATED_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The driver's function of this name, as `dlsym` finds it in `libcuda.so.1`; NULL when the
/// emulation has none.
const void *ft_emulated_function(const char *name);

/// Whether this processor can run the emulation: it needs a fused multiply-add.
bool ft_emulation_runs_here(void);

/// Sets the compute capability, but for its half, of cards that are opened from now on.
void ft_emulated_set_capability(int whole);

/// Sets the bytes of memory that the card has.
void ft_emulated_set_memory(size_t byte_count);

/// Bytes that are allocated.
size_t ft_emulated_held_bytes(void);

/// How often this thread waited for the card since it was last asked.
size_t ft_emulated_take_waits(void);

/// How often this thread made a stream wait for another since it was last asked.
size_t ft_emulated_take_meetings(void);

/// How many kernels, copies and graphs this thread asked the card for since it last asked for their
/// number.
size_t ft_emulated_take_calls(void);

#ifdef __cplusplus
}
#endif

#endif
