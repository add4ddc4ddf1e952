// How attention is cut for threads.
//
// Forward, an item is a block of queries of one sequence, for the heads that share a key head (so
// that a block of keys is laid out once for all of them). A row's result does not depend on how
// rows are cut into items. Backward, an item is a key head of a sequence, whose gradients are one
// chain.
#ifndef FT_ATTENTION_ITEMS_H
#define FT_ATTENTION_ITEMS_H

#include "attention/key_ranges.h"
#include "paths/range_kernels.h"

/// Rows (queries × heads) of a forward item at most.
#define FT_ATTENTION_ROWS ((size_t)64)
#define FT_HEAD_WIDTH_LIMIT ((size_t)256)

typedef struct {
  const ft_sequence *sequence;
  size_t key_head;
  size_t first_head, head_count;
  size_t first_query, query_count;
  size_t first_position;  ///< of the first query in its sequence
} ft_attention_item;

/// How a forward job is cut into items.
typedef struct {
  const ft_attention_job *job;
  size_t item_heads;  ///< heads of an item
} ft_attention_items;

/// A place in the list of items: sequences outermost, then key heads, parts of the heads, queries.
typedef struct {
  size_t sequence, within;
} ft_attention_cursor;

/// Items below which threads would wait for each other.
#define FT_FEW_ITEMS ((size_t)16)

/// Heads of an item: all that share a key head, or as many as fit. One alone where a sequence or
/// two write a token each: their few items would not divide evenly between threads, and keys of a
/// float32 cache need no laying out that heads could share.
static inline size_t ft_choose_item_heads(const ft_attention_job *job) {
  bool is_cut = job->cache != NULL && !job->cache->is_bf16 &&
                job->sequence_count * job->key_heads < FT_FEW_ITEMS;
  for (size_t i = 0; i < job->sequence_count; i++)
    is_cut = is_cut && job->sequences[i].query_count <= 1;
  size_t shared = is_cut ? 1 : ft_shared_heads(job);
  return shared < FT_ATTENTION_ROWS ? shared : FT_ATTENTION_ROWS;
}

static inline size_t ft_head_parts(const ft_attention_items *items) {
  return (ft_shared_heads(items->job) + items->item_heads - 1) / items->item_heads;
}

/// Queries of an item.
static inline size_t ft_item_queries(const ft_attention_items *items) {
  return FT_ATTENTION_ROWS / items->item_heads;
}

static inline size_t ft_query_blocks(const ft_attention_items *items, const ft_sequence *sequence) {
  return (sequence->query_count + ft_item_queries(items) - 1) / ft_item_queries(items);
}

static inline size_t ft_sequence_items(const ft_attention_items *items,
                                       const ft_sequence *sequence) {
  return items->job->key_heads * ft_head_parts(items) * ft_query_blocks(items, sequence);
}

static inline ft_attention_cursor ft_attention_start(const ft_attention_items *items,
                                                     size_t index) {
  ft_attention_cursor cursor = {0, index};
  while (cursor.sequence < items->job->sequence_count) {
    size_t count = ft_sequence_items(items, &items->job->sequences[cursor.sequence]);
    if (cursor.within < count) break;
    cursor.within -= count;
    cursor.sequence++;
  }
  return cursor;
}

/// The item at the cursor, which moves on. Blocks of queries go first, last, second, last but
/// one, …: later queries see more keys, and each thread's contiguous share is to have both.
static inline ft_attention_item ft_attention_next(const ft_attention_items *items,
                                                  ft_attention_cursor *cursor) {
  const ft_sequence *sequences = items->job->sequences;
  while (ft_sequence_items(items, &sequences[cursor->sequence]) == 0) cursor->sequence++;
  const ft_sequence *sequence = &sequences[cursor->sequence];
  size_t blocks = ft_query_blocks(items, sequence);
  size_t turn = cursor->within % blocks;
  size_t block = turn % 2 == 0 ? turn / 2 : blocks - 1 - turn / 2;
  size_t part = cursor->within / blocks % ft_head_parts(items);
  size_t key_head = cursor->within / blocks / ft_head_parts(items);
  size_t first_query = block * ft_item_queries(items);
  size_t queries_left = sequence->query_count - first_query;
  size_t first_head = part * items->item_heads;
  size_t heads_left = ft_shared_heads(items->job) - first_head;
  ft_attention_item item = {
      .sequence = sequence,
      .key_head = key_head,
      .first_head = key_head * ft_shared_heads(items->job) + first_head,
      .head_count = heads_left < items->item_heads ? heads_left : items->item_heads,
      .first_query = first_query,
      .query_count = queries_left < ft_item_queries(items) ? queries_left : ft_item_queries(items),
      .first_position = sequence->key_count - sequence->query_count + first_query};
  cursor->within++;
  if (cursor->within == ft_sequence_items(items, sequence)) {
    cursor->sequence++;
    cursor->within = 0;
  }
  return item;
}

#endif
