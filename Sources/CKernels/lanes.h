// Sixteen float lanes, on every machine.
//
// A kernel is written once against these types and compiled once for each vector path
// (`path_portable.c`, `path_avx2.c`, `path_avx512.c`): there a lane vector is four, two or one
// registers. Since every operation below is IEEE and acts on each lane alone, and since the
// joining tree is fixed, all paths give the same bits by construction.
#ifndef FT_LANES_H
#define FT_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FT_LANES 16

typedef float v16 __attribute__((vector_size(64), aligned(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t i16 __attribute__((vector_size(64), aligned(64)));
typedef uint32_t u16 __attribute__((vector_size(64), aligned(64)));

#define FT_INLINE static inline __attribute__((always_inline))

#endif
