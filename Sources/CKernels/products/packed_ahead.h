// Asking memory for packed weights, where they go through registers once: decoding.
//
// A machine's own prefetching stops at the end of a page, and begins anew in the next after some
// misses: 32 outputs of f32 are through a page in 32 steps. Lines are asked for a page ahead into the
// second cache, for the nearest can wait for few at a time, and a little ahead from there: so one row by
// 113 MB of weights in f32 reads as fast as `ft_read_memory`, bf16 and int8 at 0.9 of that. All at once
// into the nearest cache f32 got 0.95, bf16 and int8 0.8; without any asking int8 0.45.
#ifndef FT_PACKED_AHEAD_H
#define FT_PACKED_AHEAD_H

#include "lanes/lanes.h"

/// How far ahead, in bytes, lines are asked into the second cache, and into the nearest.
#define FT_PACKED_FAR 4096
#define FT_PACKED_NEAR 1024

/// Asks for what comes after `bytes` bytes of a panel.
FT_INLINE void packed_ask_ahead(const char *panel, const size_t bytes) {
#pragma clang loop unroll(full)
  for (size_t line = 0; line < bytes; line += 64) {
    __builtin_prefetch(panel + FT_PACKED_FAR + line, 0, 2);
    __builtin_prefetch(panel + FT_PACKED_NEAR + line);
  }
}

#endif
