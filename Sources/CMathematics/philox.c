// Philox4x32-10: a counter and a key in, four random words out.
//
// Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
#include "ft_numerics.h"

void ft_philox(uint32_t out[4], uint64_t seed, uint32_t purpose, uint32_t step, uint64_t block) {
  uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = purpose, c3 = step;
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t product0 = (uint64_t)c0 * 0xd2511f53u;
    uint64_t product2 = (uint64_t)c2 * 0xcd9e8d57u;
    c0 = (uint32_t)(product2 >> 32) ^ c1 ^ key0;
    c1 = (uint32_t)product2;
    c2 = (uint32_t)(product0 >> 32) ^ c3 ^ key1;
    c3 = (uint32_t)product0;
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
