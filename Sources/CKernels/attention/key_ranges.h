// Which keys a query sees, and which queries see a key.
#ifndef FT_KEY_RANGES_H
#define FT_KEY_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "ft_kernels.h"

/// Keys of a block. Part of the numerics contract: maxima and sums are joined block by block.
#define FT_KEY_BLOCK ((size_t)64)

/// Keys, or queries, `begin..<end` of a sequence. Both grow with the other's position.
typedef struct {
  size_t begin, end;
} ft_key_range;

static inline ft_key_range ft_range(size_t begin, size_t end) {
  ft_key_range range = {begin, end};
  return range;
}

static inline size_t ft_least(size_t a, size_t b) { return a < b ? a : b; }

/// The part of `keys` that lies in the block that begins at `block`, counted from there.
static inline ft_key_range keys_in_block(ft_key_range keys, size_t block) {
  size_t end = keys.end > block ? ft_least(keys.end - block, FT_KEY_BLOCK) : 0;
  size_t begin = keys.begin > block ? ft_least(keys.begin - block, end) : 0;
  return ft_range(begin, end);
}

/// Whether every query sees every key, wherever it stands.
static inline bool ft_sees_all(const ft_attention_job *job) {
  return !job->options.causal && job->options.window == 0;
}

/// What the query at `position` sees.
static inline ft_key_range ft_seen_keys(const ft_attention_job *job, const ft_sequence *sequence,
                                        size_t position) {
  size_t count = sequence->key_count, window = job->options.window;
  if (ft_sees_all(job)) return ft_range(0, count);
  if (window == 0 || window > count) window = count;
  size_t end = job->options.causal ? position + 1 : position + window;
  return ft_range(position + 1 > window ? position + 1 - window : 0, end < count ? end : count);
}

/// The queries that see any of the keys `first..<end`: the reverse of `ft_seen_keys`.
static inline ft_key_range ft_seeing_queries(const ft_attention_job *job,
                                             const ft_sequence *sequence, size_t first,
                                             size_t end) {
  size_t count = sequence->key_count, window = job->options.window;
  if (ft_sees_all(job)) return ft_range(0, sequence->query_count);
  if (window == 0 || window > count) window = count;
  size_t earliest = first + 1 > window ? first + 1 - window : 0;
  size_t begin = job->options.causal ? first : earliest;
  size_t last = end - 1 + window < count ? end - 1 + window : count;
  size_t before = count - sequence->query_count;  // keys no query stands at
  return ft_range(begin > before ? begin - before : 0, last > before ? last - before : 0);
}

/// The numbers of a head's bias, from that of key `key` as the query at `position` sees it.
static inline size_t ft_bias_place(const ft_attention_job *job, size_t head, size_t position,
                                   size_t key) {
  return head * job->bias.stride + job->bias.origin + key - position;
}


static inline size_t ft_shared_heads(const ft_attention_job *job) {
  return job->heads / job->key_heads;
}

#endif
