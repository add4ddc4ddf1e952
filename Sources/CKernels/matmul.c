// The matrix product: how it is cut into blocks, and the blocks between threads.
#include <string.h>

#include "ft_kernels.h"
#include "packed.h"
#include "paths.h"
#include "threads.h"

/// Multiply-adds below which one thread is as quick: about two microseconds of work, when to wake
/// another thread takes up to a hundred.
static const double least_shared = 100e3;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t parts(size_t count, size_t size) { return count / size + (count % size != 0); }

/// The size of even blocks of `count`, multiples of `unit`, at most `limit` (a multiple too).
static size_t block_size(size_t count, size_t unit, size_t limit) {
  size_t even = parts(count, parts(count, limit));
  return smaller(count, parts(even, unit) * unit);
}

/// What a share of the work is told. The path is chosen once for the whole product: a choice made
/// meanwhile would find panels of another size.
typedef struct {
  ft_matmul_work work;
  const ft_path_table *path;
} product;

/// The rows and columns of the product that `work` names, block by block, on one thread.
static void multiply(ft_matmul_work work, const ft_path_table *path, size_t thread) {
  size_t end = work.column + work.columns;
  // Packed weights are met by whole panels and blocks.
  bool packed = work.packed != NULL;
  size_t columns = block_size(work.columns, packed ? FT_PANEL_OUTPUTS : path->matmul.columns,
                              path->matmul.block_columns);
  size_t steps = block_size(work.k, packed ? FT_PANEL_OUTPUTS : 16, path->matmul.depth);
  for (; work.column < end; work.column += work.columns) {
    work.columns = smaller(columns, end - work.column);
    for (work.step = 0; work.step < work.k; work.step += work.steps) {
      work.steps = smaller(steps, work.k - work.step);
      path->matmul_block(&work, ft_scratch(thread));
    }
  }
}

static void rows_share(void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  ft_matmul_work work = p->work;
  work.row = begin;
  work.rows = end - begin;
  multiply(work, p->path, thread);
}

static void columns_share(void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  ft_matmul_work work = p->work;
  work.column = begin;
  work.columns = end - begin;
  multiply(work, p->path, thread);
}

static void few_share(void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const product *p = context;
  p->path->matmul_few(&p->work, begin, end);
}

enum { most_side_by_side = 4 };

/// Products of a few rows by packed weights, done in one region.
typedef struct {
  product each[most_side_by_side];
  size_t count;
} few_products;

/// The range is of panels, those of one product after those of another.
static void packed_few_share(void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const few_products *all = context;
  for (size_t i = 0, first = 0; i < all->count && first < end; i++) {
    const product *p = &all->each[i];
    size_t panels = parts(p->work.n, FT_PANEL_OUTPUTS);
    size_t from = begin > first ? begin - first : 0;
    size_t to = smaller(end - first, panels);
    if (from < to) p->path->packed_few(&p->work, from, to);
    first += panels;
  }
}

static void multiply_few(few_products *all) {
  size_t panels = 0;
  double operations = 0;
  for (size_t i = 0; i < all->count; i++) {
    const ft_matmul_work *work = &all->each[i].work;
    panels += parts(work->n, FT_PANEL_OUTPUTS);
    operations += (double)work->m * (double)work->n * (double)work->k;
  }
  ft_parallel(panels, operations < least_shared ? panels : 1, packed_few_share, all);
}

/// A product of no steps: zeros, or c as it was.
static void multiply_nothing(float *c, size_t ldc, size_t m, size_t n, bool accumulate) {
  for (size_t i = 0; i < m && !accumulate; i++) memset(c + i * ldc, 0, n * sizeof(float));
}

/// Cuts the product between threads: its rows, or its columns by multiples of `grain`.
///
/// Each thread packs what it needs, in one region: two threads pack the smaller operand twice
/// (some percent of a product too small to matter), and never wait for each other in between.
static void multiply_shared(product *p, size_t grain) {
  const ft_matmul_work *work = &p->work;
  bool alone = (double)work->m * (double)work->n * (double)work->k < least_shared;
  if (work->m >= work->n)
    ft_parallel(work->m, alone ? work->m : p->path->matmul.rows, rows_share, p);
  else
    ft_parallel(work->n, alone ? work->n : grain, columns_share, p);
}

void ft_matmul(float *restrict c, size_t ldc, const float *restrict a, size_t lda,
               bool a_transposed, const float *restrict b, size_t ldb, bool b_transposed, size_t m,
               size_t n, size_t k, bool accumulate) {
  if (m == 0 || n == 0) return;
  if (k == 0) return multiply_nothing(c, ldc, m, n, accumulate);
  product p = {.path = ft_path(),
               .work = {.c = c,
                        .ldc = ldc,
                        .a = {a, lda, a_transposed},
                        .b = {b, ldb, !b_transposed},
                        .m = m,
                        .n = n,
                        .k = k,
                        .rows = m,
                        .columns = n,
                        .accumulate = accumulate}};
  bool alone = (double)m * (double)n * (double)k < least_shared;
  if (m <= FT_MATMUL_FEW && b_transposed)
    ft_parallel(n, alone ? n : 16, few_share, &p);
  else
    multiply_shared(&p, p.path->matmul.columns);
}

/// The product of a by packed weights, whole.
static product packed_product(float *c, size_t ldc, const float *a, size_t lda,
                              const ft_packed_matrix *w, bool is_turned, size_t m,
                              bool accumulate) {
  size_t n = is_turned ? w->channels : w->outputs;
  return (product){.path = ft_path(),
                   .work = {.c = c,
                            .ldc = ldc,
                            .a = {a, lda, false},
                            .packed = w,
                            .is_turned = is_turned,
                            .m = m,
                            .n = n,
                            .k = is_turned ? w->outputs : w->channels,
                            .rows = m,
                            .columns = n,
                            .accumulate = accumulate}};
}

/// Whether the weights go through registers, once.
static bool has_few_rows(const product *p) {
  const ft_matmul_work *work = &p->work;
  return !work->is_turned && work->m <= p->path->matmul.packed_few;
}

void ft_matmul_packed(float *restrict c, size_t ldc, const float *restrict a, size_t lda,
                      const ft_packed_matrix *w, bool is_turned, size_t m, bool accumulate) {
  product p = packed_product(c, ldc, a, lda, w, is_turned, m, accumulate);
  if (m == 0 || p.work.n == 0) return;
  if (p.work.k == 0) return multiply_nothing(c, ldc, m, p.work.n, accumulate);
  if (!has_few_rows(&p)) return multiply_shared(&p, FT_PANEL_OUTPUTS);
  few_products alone = {.each = {p}, .count = 1};
  multiply_few(&alone);
}

void ft_matmul_packed_several(const ft_packed_product *products, size_t count,
                              const float *restrict a, size_t lda, size_t m) {
  few_products together = {.count = 0};
  for (size_t i = 0; i < count; i++) {
    const ft_packed_matrix *w = &products[i].w;
    product p = packed_product(products[i].c, w->outputs, a, lda, w, false, m, false);
    if (!has_few_rows(&p) || m == 0 || p.work.n == 0 || p.work.k == 0) {
      ft_matmul_packed(products[i].c, w->outputs, a, lda, w, false, m, false);
      continue;
    }
    together.each[together.count++] = p;
    if (together.count < most_side_by_side) continue;
    multiply_few(&together);
    together.count = 0;
  }
  if (together.count > 0) multiply_few(&together);
}
