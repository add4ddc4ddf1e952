// The kernels for x86-64 with AVX2 and FMA: a lane vector is two registers.
#if defined(__x86_64__)

#include <math.h>
#include <string.h>

#include "paths.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "templates.inc.h"
#pragma clang attribute pop

const ft_path_table ft_path_avx2 = FT_PATH_TABLE(FT_ISA_AVX2);

#endif
