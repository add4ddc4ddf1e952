// Philox4x32-10 in lanes, and what is made of its words: uniform, normal, dropout.
//
// Sixteen blocks of four words at a time: words 64·j to 64·j + 63 of the stream, whatever the
// range asked for, so that an element's value depends on its index alone.
// Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
#include "lanes/lane_math.h"
#include "lanes/loops.h"
#include "paths/range_kernels.h"

enum { ft_group = 4 * FT_LANES };

typedef uint64_t w8 __attribute__((vector_size(64), aligned(64)));

FT_INLINE u16 u16_splat(uint32_t x) { return (u16)i16_splat((int32_t)x); }

/// The high and low words of the products a · factor. Lanes are taken in pairs, the even and the
/// odd of which are multiplied apart, as machines have it (the lower lane is the lower half).
FT_INLINE void multiply_wide(u16 *high, u16 *low, u16 a, uint32_t factor) {
  const w8 lower = (w8)(u16){~0u, 0, ~0u, 0, ~0u, 0, ~0u, 0, ~0u, 0, ~0u, 0, ~0u, 0, ~0u, 0};
  const uint64_t f = factor;
  w8 even = ((w8)a & lower) * f;
  w8 odd = ((w8)a >> 32) * f;
  *high = (u16)((even >> 32) | (odd & ~lower));
  *low = (u16)((even & lower) | (odd << 32));
}

/// Ten rounds on sixteen counters at once.
FT_INLINE void philox_rounds(u16 c[4], uint64_t seed) {
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    u16 high0, low0, high2, low2;
    multiply_wide(&high0, &low0, c[0], 0xd2511f53u);
    multiply_wide(&high2, &low2, c[2], 0xcd9e8d57u);
    c[0] = high2 ^ c[1] ^ u16_splat(key0);
    c[1] = low2;
    c[2] = high0 ^ c[3] ^ u16_splat(key1);
    c[3] = low0;
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
}

/// The 64 words from `first` on, a multiple of 64, in their order.
FT_INLINE void philox_words(u16 words[4], const ft_stream *stream, uint64_t first) {
  // 16 divides the first block, so adding the lane number carries into no higher word.
  uint64_t block = first / 4;
  u16 c[4] = {u16_splat((uint32_t)block) + (u16)i16_lanes(), u16_splat((uint32_t)(block >> 32)),
              u16_splat(stream->purpose), u16_splat(stream->step)};
  philox_rounds(c, stream->seed);
  u16 a = __builtin_shufflevector(c[0], c[1], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                  22, 7, 23);
  u16 b = __builtin_shufflevector(c[0], c[1], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30,
                                  15, 31);
  u16 d = __builtin_shufflevector(c[2], c[3], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                  22, 7, 23);
  u16 e = __builtin_shufflevector(c[2], c[3], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30,
                                  15, 31);
  words[0] = __builtin_shufflevector(a, d, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
  words[1] = __builtin_shufflevector(a, d, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30,
                                     31);
  words[2] = __builtin_shufflevector(b, e, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
  words[3] = __builtin_shufflevector(b, e, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30,
                                     31);
}

/// The upper 24 bits of each word, as an integer of float.
FT_INLINE v16 upper_bits(u16 words) { return __builtin_convertvector((i16)(words >> 8), v16); }

/// The part of a range that lies in one group of 64 words.
typedef struct {
  uint64_t first;  ///< word that begins the group
  size_t skipped;  ///< words of the group before the part
  size_t count;
} group_part;

FT_INLINE group_part part_at(size_t i, size_t end, uint64_t offset) {
  uint64_t word = offset + i;
  size_t skipped = (size_t)(word % ft_group);
  size_t room = ft_group - skipped;
  return (group_part){word - skipped, skipped, end - i < room ? end - i : room};
}

FT_RANGE_KERNEL(random_uniform) {
  const ft_random_job *job = context;
  float values[ft_group];
  for (size_t i = begin; i < end;) {
    group_part part = part_at(i, end, job->stream.offset);
    u16 words[4];
    philox_words(words, &job->stream, part.first);
    for (size_t j = 0; j < 4; j++)
      v16_store(values + FT_LANES * j, upper_bits(words[j]) * v16_splat(0x1p-24f));
    memcpy(job->out + i, values + part.skipped, part.count * sizeof(float));
    i += part.count;
  }
}

/// Two vectors of words to two of normals: pairs (0, 1), (2, 3), … give radius and angle.
FT_INLINE void normal_pairs(float *values, u16 a, u16 b, v16 deviation) {
  u16 even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26,
                                     28, 30);
  u16 odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27,
                                    29, 31);
  // In (0, 1], so that the logarithm is finite.
  v16 chance = (upper_bits(even) + v16_splat(1)) * v16_splat(0x1p-24f);
  v16 radius = v16_sqrt(v16_splat(-2) * v16_log(chance)) * deviation;
  v16 sine, cosine;
  v16_sincos_turns(&sine, &cosine, upper_bits(odd) * v16_splat(0x1p-24f));
  sine *= radius;
  cosine *= radius;
  v16_store(values, __builtin_shufflevector(cosine, sine, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                            6, 22, 7, 23));
  v16_store(values + FT_LANES, __builtin_shufflevector(cosine, sine, 8, 24, 9, 25, 10, 26, 11, 27,
                                                       12, 28, 13, 29, 14, 30, 15, 31));
}

FT_RANGE_KERNEL(random_normal) {
  const ft_random_job *job = context;
  v16 deviation = v16_splat(job->parameter);
  float values[ft_group];
  for (size_t i = begin; i < end;) {
    group_part part = part_at(i, end, job->stream.offset);
    u16 words[4];
    philox_words(words, &job->stream, part.first);
    normal_pairs(values, words[0], words[1], deviation);
    normal_pairs(values + 2 * FT_LANES, words[2], words[3], deviation);
    memcpy(job->out + i, values + part.skipped, part.count * sizeof(float));
    i += part.count;
  }
}

/// An element is kept when its uniform number is p or more.
FT_RANGE_KERNEL(dropout) {
  const ft_random_job *job = context;
  v16 p = v16_splat(job->parameter);
  v16 kept = v16_splat(1 / (1 - job->parameter));
  float factors[ft_group];
  for (size_t i = begin; i < end;) {
    group_part part = part_at(i, end, job->stream.offset);
    u16 words[4];
    philox_words(words, &job->stream, part.first);
    for (size_t j = 0; j < 4; j++) {
      v16 uniform = upper_bits(words[j]) * v16_splat(0x1p-24f);
      v16_store(factors + FT_LANES * j, v16_select(uniform < p, v16_splat(0), kept));
    }
    FT_EACH_LANES(j, count, 0, part.count, {
      v16 factor = v16_load_some(factors + part.skipped + j, count);
      v16_store_some(job->out + i + j, v16_load_some(job->x + i + j, count) * factor, count);
    });
    i += part.count;
  }
}
