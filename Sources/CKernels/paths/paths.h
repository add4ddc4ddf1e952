// One table of functions a vector path, filled from one list.
//
// A kernel is a function in a template file (`NAME.inc.h`, included by `templates.inc.h`) that
// does a range of the work on one thread, a line in `FT_PATH_KERNELS` below, and a public wrapper
// that cuts the work with `ft_parallel` and calls `ft_path()->NAME`.
#ifndef FT_PATHS_H
#define FT_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ft_kernels.h"
#include "products/matmul.h"
#include "paths/range_kernels.h"

/// X(result, name, parameters)
#define FT_PATH_KERNELS(X)                                                    \
  FT_RANGE_KERNELS(X)                                                         \
  X(void, matmul_block, (const ft_matmul_work *work, float *scratch))         \
  X(void, matmul_few, (const ft_matmul_job *job, size_t begin, size_t end))   \
  X(void, packed_few, (const ft_matmul_job *job, size_t begin, size_t end))   \
  X(void, integer_panels, (const ft_integer_job *job, size_t begin, size_t end))

typedef struct {
  ft_isa isa;
  ft_matmul_geometry matmul;
#define FT_PATH_MEMBER(result, name, parameters) result(*name) parameters;
  FT_PATH_KERNELS(FT_PATH_MEMBER)
#undef FT_PATH_MEMBER
} ft_path_table;

/// The table of the path in force.
const ft_path_table *ft_path(void);

extern const ft_path_table ft_path_portable;
#if defined(__x86_64__)
extern const ft_path_table ft_path_avx2;
extern const ft_path_table ft_path_avx512;
extern const ft_path_table ft_path_avx512_vnni;
void ft_integer_panels_vnni(const ft_integer_job *job, size_t begin, size_t end);
#endif
#if defined(__aarch64__)
extern const ft_path_table ft_path_neon;
#endif

#endif
