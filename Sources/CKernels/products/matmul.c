// The matrix product: how it is cut into blocks, and the blocks between threads.
#include <string.h>

#include "ft_kernels.h"
#include "products/packed.h"
#include "paths/paths.h"
#include "threads/threads.h"

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
  const ft_matmul_job *job;
  const ft_path_table *path;
} product;

/// The rows and columns of the product that `work` names, block by block, on one thread.
static void multiply(ft_matmul_work work, const ft_path_table *path, size_t thread) {
  size_t end = work.column + work.columns, k = work.job->k;
  // Packed weights are met by whole panels and blocks.
  bool packed = ft_is_packed(work.job);
  size_t columns = block_size(work.columns, packed ? FT_PANEL_OUTPUTS : path->matmul.columns,
                              path->matmul.block_columns);
  size_t steps = block_size(k, packed ? FT_PANEL_OUTPUTS : 16, path->matmul.depth);
  for (; work.column < end; work.column += work.columns) {
    work.columns = smaller(columns, end - work.column);
    for (work.step = 0; work.step < k; work.step += work.steps) {
      work.steps = smaller(steps, k - work.step);
      path->matmul_block(&work, ft_scratch(thread));
    }
  }
}

static void rows_share(const void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  ft_matmul_work work = {
      .job = p->job, .row = begin, .rows = end - begin, .columns = p->job->n};
  multiply(work, p->path, thread);
}

static void columns_share(const void *context, size_t begin, size_t end, size_t thread) {
  const product *p = context;
  ft_matmul_work work = {
      .job = p->job, .rows = p->job->m, .column = begin, .columns = end - begin};
  multiply(work, p->path, thread);
}

static void few_share(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const product *p = context;
  p->path->matmul_few(p->job, begin, end);
}

enum { most_side_by_side = 4 };

/// Products of a few rows by packed weights, done in one region.
typedef struct {
  const ft_matmul_job *jobs[most_side_by_side];
  size_t count;
  const ft_path_table *path;
} few_products;

/// Panels `from..<to` of a product: as many rows at a time as go through registers, a panel for all
/// rows before the next, so that only the first of them read it from far.
static void multiply_panels(const ft_matmul_job *job, size_t from, size_t to,
                            const ft_path_table *path) {
  size_t most = path->matmul.packed_few;
  if (job->m <= most) {
    path->packed_few(job, from, to);
    return;
  }
  for (size_t panel = from; panel < to; panel++)
    for (size_t row = 0; row < job->m; row += most) {
      ft_matmul_job part = *job;
      part.c += row * job->ldc;
      part.a.start += row * job->a.stride;
      part.m = smaller(most, job->m - row);
      path->packed_few(&part, panel, panel + 1);
    }
}

/// The range is of panels, those of one product after those of another.
static void packed_few_share(const void *context, size_t begin, size_t end, size_t thread) {
  (void)thread;
  const few_products *few = context;
  for (size_t i = 0, first = 0; i < few->count && first < end; i++) {
    size_t panels = parts(few->jobs[i]->n, FT_PANEL_OUTPUTS);
    size_t from = begin > first ? begin - first : 0;
    size_t to = smaller(end - first, panels);
    if (from < to) multiply_panels(few->jobs[i], from, to, few->path);
    first += panels;
  }
}

static double multiply_adds(const ft_matmul_job *job) {
  return (double)job->m * (double)job->n * (double)job->k;
}

static void multiply_few(const few_products *few) {
  size_t panels = 0;
  double operations = 0;
  for (size_t i = 0; i < few->count; i++) {
    panels += parts(few->jobs[i]->n, FT_PANEL_OUTPUTS);
    operations += multiply_adds(few->jobs[i]);
  }
  ft_parallel(panels, operations < least_shared ? panels : 1, packed_few_share, few);
}

/// A product of no steps: zeros, or c as it was.
static void multiply_nothing(const ft_matmul_job *job) {
  for (size_t i = 0; i < job->m && !job->accumulate; i++)
    memset(job->c + i * job->ldc, 0, job->n * sizeof(float));
}

/// Cuts the product between threads: its rows, or its columns.
///
/// Each thread packs what it needs, in one region: two threads pack the smaller operand twice
/// (some percent of a product too small to matter), and never wait for each other in between.
static void multiply_shared(const product *p) {
  const ft_matmul_job *job = p->job;
  bool alone = multiply_adds(job) < least_shared;
  size_t grain = ft_is_packed(job) ? FT_PANEL_OUTPUTS : p->path->matmul.columns;
  if (!ft_is_packed(job) && job->m <= FT_MATMUL_FEW && !job->b.k_is_rows)
    ft_parallel(job->n, alone ? job->n : 16, few_share, p);
  else if (job->m >= job->n)
    ft_parallel(job->m, alone ? job->m : p->path->matmul.rows, rows_share, p);
  else
    ft_parallel(job->n, alone ? job->n : grain, columns_share, p);
}

/// Times that a panel may go through registers, where these hold enough rows for a whole tile: float32
/// is read as it lies, other formats are widened anew each time.
static size_t most_times(const ft_matmul_job *job, const ft_path_table *path) {
  if (path->matmul.packed_few < 8) return 1;
  return job->packed.format == FT_WEIGHTS_F32 ? 4 : 2;
}

/// Whether packed weights go through registers, panel by panel.
static bool has_few_rows(const ft_matmul_job *job, const ft_path_table *path) {
  return ft_is_packed(job) && !job->is_turned &&
         job->m <= most_times(job, path) * path->matmul.packed_few;
}

void ft_matmul(const ft_matmul_job *jobs, size_t count) {
  few_products few = {.path = ft_path()};
  for (size_t i = 0; i < count; i++) {
    const ft_matmul_job *job = &jobs[i];
    if (job->m == 0 || job->n == 0) continue;
    if (job->k == 0) {
      multiply_nothing(job);
    } else if (!has_few_rows(job, few.path)) {
      multiply_shared(&(product){job, few.path});
    } else {
      few.jobs[few.count++] = job;
      if (few.count < most_side_by_side) continue;
      multiply_few(&few);
      few.count = 0;
    }
  }
  if (few.count > 0) multiply_few(&few);
}
