// Functions of one double: series after range reduction, of IEEE operations only, so that tables
// and schedules have the same bits on every machine.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "ft_numerics.h"

// ln 2 and π / 2, each as a double and what that leaves out.
static const double ln2_high = 0x1.62e42fee00000p-1;  // its low 21 bits are 0: k · it is exact
static const double ln2_low = 0x1.a39ef35793c76p-33;
static const double half_pi_high = 0x1.921fb54442d18p+0;
static const double half_pi_low = 0x1.1a62633145c07p-54;

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// 2^k for a normal power.
static double power_of_two(int64_t k) { return from_bits((uint64_t)(k + 1023) << 52); }

/// x rounded to an integer, for |x| < 2⁵¹.
static double nearest(double x) { return x + 0x1.8p52 - 0x1.8p52; }

/// x = k · ln 2 + r, e^r by its Taylor series: at |r| ≤ ½ ln 2 the next term is below 10⁻¹⁷.
double ft_exp64(double x) {
  if (x != x) return x;
  if (x > 710) return (double)INFINITY;
  if (x < -750) return 0;
  double k = nearest(x * 0x1.71547652b82fep+0);
  double r = fma(k, -ln2_low, fma(k, -ln2_high, x));
  double sum = 1;
  for (int n = 14; n >= 1; n--) sum = fma(sum, r / n, 1);
  // In two halves, so that a subnormal result is rounded once.
  int64_t half = (int64_t)k / 2;
  return sum * power_of_two(half) * power_of_two((int64_t)k - half);
}

/// x = 2^e · m with m in [√½, √2); log m = 2 artanh(s), s = (m − 1) / (m + 1), by its series.
double ft_log64(double x) {
  if (x != x || x == (double)INFINITY) return x;
  if (x < 0) return (double)NAN;
  if (x == 0) return -(double)INFINITY;
  double lifted = x < 0x1p-1022 ? x * 0x1p54 : x;
  uint64_t bits;
  memcpy(&bits, &lifted, sizeof bits);
  int64_t e = (int64_t)(bits >> 52) - 1023;
  double m = from_bits((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m /= 2;
    e += 1;
  }
  if (x < 0x1p-1022) e -= 54;
  double s = (m - 1) / (m + 1);
  double square = s * s;
  double series = 0;
  for (int n = 25; n >= 3; n -= 2) series = fma(series, square, 1.0 / n);
  double small = 2 * s * square * series;
  return fma((double)e, ln2_high, 2 * s + fma((double)e, ln2_low, small));
}

/// sin(r) for |r| ≤ π / 4, by its Taylor series.
static double sine_series(double r) {
  double square = r * r;
  double sum = 1;
  for (int n = 18; n >= 2; n -= 2) sum = fma(sum, -square / (n * (n + 1)), 1);
  return r * sum;
}

/// cos(r) for |r| ≤ π / 4, by its Taylor series.
static double cosine_series(double r) {
  double square = r * r;
  double sum = 1;
  for (int n = 17; n >= 1; n -= 2) sum = fma(sum, -square / (n * (n + 1)), 1);
  return sum;
}

/// sin(x + quarter · π / 2). Beyond 2³⁰ the reduction would lose its accuracy: NaN.
static double sine_of_quarters(double x, int64_t quarter) {
  if (!(fabs(x) < 0x1p30)) return (double)NAN;
  double k = nearest(x * 0x1.45f306dc9c883p-1);
  double r = fma(k, -half_pi_low, fma(k, -half_pi_high, x));
  uint64_t turn = (uint64_t)((int64_t)k + quarter);
  double value = (turn & 1) != 0 ? cosine_series(r) : sine_series(r);
  return (turn & 2) != 0 ? -value : value;
}

double ft_cos64(double x) { return sine_of_quarters(x, 1); }
double ft_sin64(double x) { return sine_of_quarters(x, 0); }
