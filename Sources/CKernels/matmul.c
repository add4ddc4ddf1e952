// The matrix product: how it is cut into blocks, and the blocks between threads.
#include <string.h>

#include "ft_kernels.h"
#include "paths.h"
#include "threads.h"

// Room for the packed block of b that all threads read: 8 MiB, untouched until used.
enum { shared_floats = 2 * 1024 * 1024 };
static float shared_b[shared_floats] __attribute__((aligned(4096)));

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t parts(size_t count, size_t size) { return count / size + (count % size != 0); }

/// Steps of k a block has: as even as can be, multiples of the lanes, at most the path's depth.
static size_t block_steps(size_t k, size_t depth) {
  size_t even = parts(k, parts(k, depth));
  return smaller(k, parts(even, 16) * 16);
}

/// What a share of the work is told. The path is chosen once for the whole product: a choice made
/// meanwhile would find panels of another size.
typedef struct {
  ft_matmul_work work;
  const ft_path_table *path;
} product;

// --- Many rows: threads share the packed b and divide the rows ---------------------------------

static void pack_share(void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const product *p = context;
  p->path->matmul_pack_b(&p->work, begin, end);
}

static void rows_share(void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  p->path->matmul_rows(&p->work, begin, end, ft_scratch(thread));
}

static void divide_rows(product *p) {
  ft_matmul_geometry cut = p->path->matmul;
  ft_matmul_work *work = &p->work;
  size_t steps = block_steps(work->k, cut.depth);
  size_t columns = shared_floats / steps / cut.columns * cut.columns;
  ft_acquire_pool();
  work->packed_b = shared_b;
  for (work->column = 0; work->column < work->n; work->column += work->columns) {
    work->columns = smaller(columns, work->n - work->column);
    for (work->step = 0; work->step < work->k; work->step += work->steps) {
      work->steps = smaller(steps, work->k - work->step);
      ft_parallel(parts(work->columns, cut.columns), 1, pack_share, p);
      ft_parallel(work->m, cut.rows, rows_share, p);
    }
  }
  ft_release_pool();
}

// --- Few rows: threads divide the columns and pack their own b ---------------------------------

static void columns_share(void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  ft_matmul_work work = p->work;
  size_t steps = block_steps(work.k, p->path->matmul.depth);
  work.column = begin;
  work.columns = end - begin;
  for (work.step = 0; work.step < work.k; work.step += work.steps) {
    work.steps = smaller(steps, work.k - work.step);
    p->path->matmul_columns(&work, ft_scratch(thread));
  }
}

static void few_share(void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const product *p = context;
  p->path->matmul_few(&p->work, begin, end);
}

/// Whether to divide rows rather than columns between the threads: when there are many, or
/// when they come out more even.
static bool rows_divide_better(size_t row_panels, size_t column_panels) {
  size_t threads = ft_thread_count();
  if (ft_in_region()) return false;  // the shared b is another's there
  if (row_panels >= 8 * threads) return true;
  if (row_panels <= 4) return false;  // b would be packed for few uses
  return parts(row_panels, threads) * column_panels <= parts(column_panels, threads) * row_panels;
}

void ft_matmul(float *restrict c, size_t ldc, const float *restrict a, size_t lda,
               bool a_transposed, const float *restrict b, size_t ldb, bool b_transposed, size_t m,
               size_t n, size_t k, bool accumulate) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    for (size_t i = 0; i < m && !accumulate; i++) memset(c + i * ldc, 0, n * sizeof(float));
    return;
  }
  product p = {.path = ft_path(),
               .work = {.c = c,
                        .ldc = ldc,
                        .a = {a, lda, a_transposed},
                        .b = {b, ldb, !b_transposed},
                        .m = m,
                        .n = n,
                        .k = k,
                        .accumulate = accumulate}};
  ft_matmul_geometry cut = p.path->matmul;
  if (m <= FT_MATMUL_FEW && b_transposed)
    ft_parallel(n, 16, few_share, &p);
  else if (rows_divide_better(parts(m, cut.rows), parts(n, cut.columns)))
    divide_rows(&p);
  else
    ft_parallel(n, cut.columns, columns_share, &p);
}
