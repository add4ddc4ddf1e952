// Loops over lanes for template files, and loads of fewer than sixteen.
#ifndef FT_LOOPS_H
#define FT_LOOPS_H

#include "lanes/lanes.h"

#ifndef FT_EACH_LANES
/// Runs the statements for every sixteen elements of `begin..<end`; there `i` is the first
/// element, and `count` how many there are: a constant 16, but for the last part.
#define FT_EACH_LANES(i, count, begin, end, ...)            \
  do {                                                      \
    size_t i = (begin);                                     \
    const size_t last_ = (end);                             \
    for (; i + FT_LANES <= last_; i += FT_LANES) {          \
      const size_t count = FT_LANES;                        \
      __VA_ARGS__                                           \
    }                                                       \
    if (i < last_) {                                        \
      const size_t count = last_ - i;                       \
      __VA_ARGS__                                           \
    }                                                       \
  } while (0)
#endif

/// The first `count` lanes from memory, the others 0.
FT_INLINE v16 v16_load_some(const float *p, size_t count) {
  return count == FT_LANES ? v16_load(p) : v16_load_part(p, count, 0);
}

FT_INLINE void v16_store_some(float *p, v16 x, size_t count) {
  if (count == FT_LANES)
    v16_store(p, x);
  else
    v16_store_part(p, x, count);
}

/// Keeps the first `count` lanes of x and sets the others to `pad`.
FT_INLINE v16 v16_keep(v16 x, size_t count, float pad) {
  return v16_select(i16_lanes() < i16_splat((int32_t)count), x, v16_splat(pad));
}

/// Where the lane vector that holds element i begins.
FT_INLINE size_t vector_start(size_t i) { return i / FT_LANES * FT_LANES; }

FT_INLINE v16 v16_sqrt(v16 x) { return __builtin_elementwise_sqrt(x); }

#endif
