// Attention: threads divide blocks of queries forward, key heads of sequences backward.
#include "attention/attention_items.h"
#include "paths/paths.h"
#include "paths/range_kernels.h"

void ft_attention_forward(const ft_attention_job *job) {
  ft_attention_items items = {job, ft_choose_item_heads(job)};
  size_t count = 0;
  for (size_t i = 0; i < job->sequence_count; i++)
    count += ft_sequence_items(&items, &job->sequences[i]);
  ft_parallel(count, 1, ft_path()->attention_forward, &items);
}

void ft_attention_backward(const ft_attention_backward_job *job) {
  size_t count = job->forward.sequence_count * job->forward.key_heads;
  ft_parallel(count, 1, ft_path()->attention_backward, job);
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

/// Channel by channel: the keys of a prompt fill lines of the block one after the other. A key alone
/// has a number in a line of each channel, which are asked for before the first of them is written.
static void cache_plain_keys(float *restrict columns, const float *restrict keys, size_t count,
                             size_t width) {
  for (size_t c = 0; c < width; c++) __builtin_prefetch(columns + c * FT_KEY_BLOCK, 1);
  for (size_t c = 0; c < width; c++)
    for (size_t i = 0; i < count; i++) columns[c * FT_KEY_BLOCK + i] = keys[i * width + c];
}

void ft_cache_keys(void *restrict block_keys, bool is_bf16, const float *restrict keys,
                   size_t first, size_t count, size_t width) {
  if (!is_bf16) return cache_plain_keys((float *)block_keys + first, keys, count, width);
  for (size_t i = 0; i < count; i++)
    cache_rounded_key((uint16_t *)block_keys + first + i, keys + i * width, width);
}
