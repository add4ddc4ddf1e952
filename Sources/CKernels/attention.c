// Attention: threads divide blocks of queries forward, key heads of sequences backward.
#include "attention_items.h"
#include "paths.h"
#include "range_kernels.h"

static void run_forward(ft_attention_job *job) {
  job->item_heads = ft_choose_item_heads(job);
  size_t items = 0;
  for (size_t i = 0; i < job->sequence_count; i++)
    items += ft_sequence_items(job, &job->sequences[i]);
  ft_parallel(items, 1, ft_path()->attention_forward, job);
}

void ft_attention_forward(float *restrict out, float *restrict log_sum, const float *restrict q,
                          size_t q_stride, const float *restrict k, size_t k_stride,
                          const float *restrict v, size_t v_stride, const ft_sequence *sequences,
                          size_t sequence_count, size_t heads, size_t key_heads,
                          size_t head_width, ft_attention_options options) {
  ft_attention_job job = {.out = out,
                          .log_sum_out = log_sum,
                          .q = q,
                          .k = k,
                          .v = v,
                          .q_stride = q_stride,
                          .k_stride = k_stride,
                          .v_stride = v_stride,
                          .sequences = sequences,
                          .sequence_count = sequence_count,
                          .heads = heads,
                          .key_heads = key_heads,
                          .head_width = head_width,
                          .options = options};
  run_forward(&job);
}

void ft_attention_cached(float *restrict out, float *restrict log_sum, const float *restrict q,
                         size_t q_stride, const ft_key_cache *cache, const ft_sequence *sequences,
                         size_t sequence_count, size_t heads, size_t key_heads,
                         size_t head_width, ft_attention_options options) {
  ft_attention_job job = {.out = out,
                          .log_sum_out = log_sum,
                          .q = q,
                          .q_stride = q_stride,
                          .cache = cache,
                          .sequences = sequences,
                          .sequence_count = sequence_count,
                          .heads = heads,
                          .key_heads = key_heads,
                          .head_width = head_width,
                          .options = options};
  run_forward(&job);
}

/// Numbers that are rounded at a time.
enum { stretch = 256 };

static void cache_rounded_key(uint16_t *restrict column, const float *restrict key, size_t width) {
  for (size_t first = 0; first < width; first += stretch) {
    size_t count = width - first < stretch ? width - first : stretch;
    uint16_t rounded[stretch];
    ft_f32_to_bf16(rounded, key + first, count);
    for (size_t c = 0; c < count; c++) column[(first + c) * FT_KEY_BLOCK] = rounded[c];
  }
}

/// Channel by channel: the keys of a prompt fill lines of the block one after the other.
static void cache_plain_keys(float *restrict columns, const float *restrict keys, size_t count,
                             size_t width) {
  for (size_t c = 0; c < width; c++)
    for (size_t i = 0; i < count; i++) columns[c * FT_KEY_BLOCK + i] = keys[i * width + c];
}

void ft_cache_keys(void *restrict block_keys, bool is_bf16, const float *restrict keys,
                   size_t first, size_t count, size_t width) {
  if (!is_bf16) return cache_plain_keys((float *)block_keys + first, keys, count, width);
  for (size_t i = 0; i < count; i++)
    cache_rounded_key((uint16_t *)block_keys + first + i, keys + i * width, width);
}

void ft_attention_backward(float *restrict dq, float *restrict dk, float *restrict dv,
                           const float *restrict dout, const float *restrict out,
                           const float *restrict log_sum, const float *restrict q,
                           size_t q_stride, const float *restrict k, size_t k_stride,
                           const float *restrict v, size_t v_stride,
                           const ft_sequence *sequences, size_t sequence_count, size_t heads,
                           size_t key_heads, size_t head_width, ft_attention_options options) {
  ft_attention_job job = {.dq = dq,
                          .dk = dk,
                          .dv = dv,
                          .dout = dout,
                          .out_in = out,
                          .log_sum = log_sum,
                          .q = q,
                          .k = k,
                          .v = v,
                          .q_stride = q_stride,
                          .k_stride = k_stride,
                          .v_stride = v_stride,
                          .sequences = sequences,
                          .sequence_count = sequence_count,
                          .heads = heads,
                          .key_heads = key_heads,
                          .head_width = head_width,
                          .options = options};
  ft_parallel(sequence_count * key_heads, 1, ft_path()->attention_backward, &job);
}
