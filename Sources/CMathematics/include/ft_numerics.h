// Mathematics of single numbers, and random numbers from a counter: the same bits on every machine.
//
// What tables, schedules and statistics on the host are made with; kernels that draw or tabulate
// use the same functions.
#ifndef FT_NUMERICS_H
#define FT_NUMERICS_H

#include <stdint.h>

/// The natural logarithm and powers in double, from our own series (no libm). Relative error below
/// 1e-14 for arguments of ordinary size; cosine and sine are NaN beyond 2^30.
double ft_log64(double x);
double ft_exp64(double x);
double ft_cos64(double x);
double ft_sin64(double x);

/// Four 32-bit words of the stream (seed, purpose, step) at block `block`: key = the seed's low
/// and high word, counter = (block low, block high, purpose, step). Philox4x32-10.
void ft_philox(uint32_t out[4], uint64_t seed, uint32_t purpose, uint32_t step, uint64_t block);

#endif
