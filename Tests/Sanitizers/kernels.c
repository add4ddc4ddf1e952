// Runs the matrix kernels over odd sizes and checks them against plain loops, and attention over a
// cache against attention over rows that lie together, for `scripts/dev/sanitize`, which compiles
// it and the kernels with the address and undefined behaviour sanitizers. Every array is a heap
// block of exactly its size, so that a read or write beyond is seen.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ft_kernels.h"

static int failures;

static void fail(const char *what, ft_isa path, size_t m, size_t outputs, size_t channels) {
  failures++;
  printf("%s: path %d, m %zu, O %zu, C %zu\n", what, (int)path, m, outputs, channels);
}

static float *random_floats(size_t count, uint32_t seed) {
  float *x = malloc(count * sizeof *x);
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
    if ((seed & 0x700) == 0) x[i] *= 0x1p-20f;
  }
  return x;
}

/// c = a · b by the definition; b is read as [k, n] with the given strides.
static void chain(float *c, const float *a, const float *b, size_t b_k, size_t b_n, size_t m,
                  size_t n, size_t k, bool accumulate) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      float sum = accumulate ? c[i * n + j] : 0;
      for (size_t l = 0; l < k; l++) sum = fmaf(a[i * k + l], b[l * b_k + j * b_n], sum);
      c[i * n + j] = sum;
    }
}

static bool same(const float *x, const float *y, size_t count) {
  return count == 0 || memcmp(x, y, count * sizeof *x) == 0;
}

/// Packs blocks of a GGUF file, of bytes in which no half is infinite.
static bool pack_blocks(void *packed, ft_weight_format format, size_t outputs, size_t channels) {
  size_t block = format == FT_WEIGHTS_Q8_0 ? 34 : format == FT_WEIGHTS_Q4_0 ? 18 : 20;
  size_t count = outputs * channels / 32 * block;
  uint8_t *blocks = malloc(count);
  for (size_t i = 0; i < count; i++) blocks[i] = (uint8_t)(i * 37 % 101);
  bool is_packed = ft_pack_blocks(packed, format, blocks, NULL, outputs, channels);
  free(blocks);
  return is_packed;
}

static void check_packed(ft_isa path, ft_weight_format format, size_t m, size_t outputs,
                         size_t channels) {
  bool are_blocks = format > FT_WEIGHTS_Q4;
  if (are_blocks) channels = (channels + 31) / 32 * 32;
  size_t count = outputs * channels;
  float *w = random_floats(count, 7), *wide = malloc(count * sizeof *wide);
  void *packed = malloc(ft_packed_size(format, outputs, channels));
  if (!(are_blocks ? pack_blocks(packed, format, outputs, channels)
                   : ft_pack(packed, format, w, outputs, channels)))
    fail("refused", path, m, outputs, channels);
  ft_packed_matrix matrix = {packed, format, outputs, channels};
  int32_t *rows = malloc(outputs * sizeof *rows);
  for (size_t i = 0; i < outputs; i++) rows[i] = (int32_t)i;
  ft_unpack_rows(wide, &matrix, rows, outputs);
  if (format == FT_WEIGHTS_F32 && !same(w, wide, count))
    fail("unpacked", path, m, outputs, channels);
  for (int form = 0; form < 4; form++) {
    bool turned = form & 1, accumulate = form & 2;
    size_t n = turned ? channels : outputs, k = turned ? outputs : channels;
    float *a = random_floats(m * k, 11), *c = random_floats(m * n, 13);
    float *expected = random_floats(m * n, 13);
    chain(expected, a, wide, turned ? channels : 1, turned ? 1 : channels, m, n, k, accumulate);
    ft_matmul_job job = {.c = c,
                         .ldc = n,
                         .a = {a, k, false},
                         .packed = matrix,
                         .is_turned = turned,
                         .m = m,
                         .n = n,
                         .k = k,
                         .accumulate = accumulate};
    ft_matmul(&job, 1);
    if (!same(c, expected, m * n))
      fail(turned ? "turned product" : "product", path, m, outputs, channels);
    free(a), free(c), free(expected);
  }
  free(w), free(wide), free(packed), free(rows);
}

static void check_plain(ft_isa path, size_t m, size_t n, size_t k) {
  for (int form = 0; form < 8; form++) {
    bool a_turned = form & 1, b_turned = form & 2, accumulate = form & 4;
    float *a = random_floats(m * k, 3), *b = random_floats(k * n, 5);
    float *stored = malloc(m * k * sizeof *stored);
    for (size_t i = 0; i < m; i++)
      for (size_t l = 0; l < k; l++) stored[a_turned ? l * m + i : i * k + l] = a[i * k + l];
    float *c = random_floats(m * n, 13), *expected = random_floats(m * n, 13);
    chain(expected, a, b, b_turned ? 1 : n, b_turned ? k : 1, m, n, k, accumulate);
    ft_matmul_job job = {.c = c,
                         .ldc = n,
                         .a = {stored, a_turned ? m : k, a_turned},
                         .b = {b, b_turned ? k : n, !b_turned},
                         .m = m,
                         .n = n,
                         .k = k,
                         .accumulate = accumulate};
    ft_matmul(&job, 1);
    if (!same(c, expected, m * n)) fail("matmul", path, m, n, k);
    free(a), free(b), free(stored), free(c), free(expected);
  }
}

/// A block of a cache that ends with the last of `count` values: keys [row, 64], values [64, row].
static void *cache_block(const float *k, const float *v, size_t count, size_t row, bool is_bf16) {
  size_t size = is_bf16 ? 2 : 4, values = 64 * row * size;
  char *block = malloc(values + count * row * size);
  ft_cache_keys(block, is_bf16, k, 0, count, row);
  if (is_bf16)
    ft_f32_to_bf16(block + values, v, count * row);
  else
    memcpy(block + values, v, count * row * size);
  return block;
}

static void check_cache(ft_isa path, size_t queries, size_t keys, size_t width, bool is_bf16) {
  enum { heads = 4, key_heads = 2, block_limit = 8 };
  size_t row = key_heads * width, wide = heads * width;
  float *q = random_floats(queries * wide, 3);
  float *k = random_floats(keys * row, 5), *v = random_floats(keys * row, 7);
  for (size_t i = 0; i < keys * row && is_bf16; i++) {
    uint16_t half;
    ft_f32_to_bf16(&half, &k[i], 1), ft_bf16_to_f32(&k[i], &half, 1);
    ft_f32_to_bf16(&half, &v[i], 1), ft_bf16_to_f32(&v[i], &half, 1);
  }
  void *blocks[block_limit];
  size_t count = (keys + 63) / 64;
  for (size_t b = 0; b < count; b++) {
    size_t held = keys - 64 * b < 64 ? keys - 64 * b : 64;
    blocks[b] = cache_block(k + 64 * b * row, v + 64 * b * row, held, row, is_bf16);
  }
  ft_key_cache cache = {(const void *const *)blocks, 0, 64 * row, is_bf16};
  ft_sequence sequence = {0, queries, 0, keys};
  ft_attention_options options = {.scale = 0.3f, .causal = true, .window = keys / 2 + 1};
  float *expected = malloc(queries * wide * sizeof *q), *out = malloc(queries * wide * sizeof *q);
  float *log_sum = malloc(queries * heads * sizeof *q);
  ft_attention_job job = {.out = expected,
                          .log_sum = log_sum,
                          .q = q,
                          .k = k,
                          .v = v,
                          .q_stride = wide,
                          .k_stride = row,
                          .v_stride = row,
                          .sequences = &sequence,
                          .sequence_count = 1,
                          .heads = heads,
                          .key_heads = key_heads,
                          .head_width = width,
                          .options = options};
  ft_attention_forward(&job);
  job.out = out;
  job.cache = &cache;
  ft_attention_forward(&job);
  if (!same(out, expected, queries * wide)) fail("cached attention", path, queries, keys, width);
  for (size_t b = 0; b < count; b++) free(blocks[b]);
  free(q), free(k), free(v), free(expected), free(out), free(log_sum);
}

int main(void) {
  static const ft_isa paths[] = {FT_ISA_PORTABLE, FT_ISA_AVX2, FT_ISA_AVX512, FT_ISA_NEON};
  static const size_t rows[] = {0, 1, 3, 8, 9, 40, 101};
  static const size_t sizes[][2] = {{1, 1},   {31, 33}, {32, 32},  {33, 31}, {64, 100},
                                    {5, 300}, {97, 70}, {70, 417}, {417, 40}};
  for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
    if (!ft_select_isa(paths[p])) continue;
    for (size_t threads = 1; threads <= 3; threads += 2) {
      ft_set_thread_count(threads);
      for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
          for (int format = FT_WEIGHTS_F32; format <= FT_WEIGHTS_Q4_1; format++)
            check_packed(paths[p], (ft_weight_format)format, rows[i], sizes[j][0], sizes[j][1]);
          check_plain(paths[p], rows[i], sizes[j][0], sizes[j][1]);
        }
      for (size_t width = 2; width <= 64; width += width < 10 ? 3 : 11)
        for (size_t keys = 1; keys <= 200; keys += 33)
          for (int is_bf16 = 0; is_bf16 <= 1; is_bf16++) {
            check_cache(paths[p], 1, keys, width, is_bf16);
            check_cache(paths[p], keys, keys, width, is_bf16);
          }
    }
  }
  ft_set_thread_count(1);
  printf(failures == 0 ? "all results have the bits they should\n" : "%d failures\n", failures);
  return failures != 0;
}
