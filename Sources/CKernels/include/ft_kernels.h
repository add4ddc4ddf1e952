// The whole C interface of the engine's kernels, and their contract.
//
// Letters for sizes: B batch, T time, C channels, H heads, D head width, F feed-forward,
// V vocabulary, R rank, N rows (B × T, packed), O outputs.
//
// Every kernel keeps the numerics contract: its result is a function of its arguments and of
// nothing else: not of the number of threads, not of the vector width. A sum is either one chain
// `acc = fma(a, b, acc)` in index order, or, where a row is reduced, sixteen virtual lanes (lane
// i takes the elements i, i + 16, …) joined by a fixed tree (8 apart, 4, 2, 1). Matrices are
// row-major float32. No kernel allocates: scratch memory belongs to the thread pool.
//
// A kernel of more than six arguments takes them as one struct, its job, which the threads read
// where the caller filled it. Unless it is said, outputs overlap nothing else that a job names. Jobs that
// public functions make of fewer arguments are in `ft_range_jobs.h`.
#ifndef FT_KERNELS_H
#define FT_KERNELS_H

#include "ft_attention.h"
#include "ft_elementwise.h"
#include "ft_optimizers.h"
#include "ft_products.h"
#include "ft_rows.h"
#include "ft_threads.h"

#endif
