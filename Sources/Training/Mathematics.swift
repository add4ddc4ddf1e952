import CKernels

/// The cosine, by the engine's own series: the same bits on every machine.
func cosine(_ x: Double) -> Double { ft_cos64(x) }

/// Returns `base`, above 0, to the power of `-exponent`, by the engine's own series.
func inversePower(_ base: Double, _ exponent: Double) -> Double {
  base == 1 ? 1 : ft_exp64(-exponent * ft_log64(base))
}

/// Returns `base` to a whole power by repeated squaring: multiplications only, the same bits on
/// every machine.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, left) = (1.0, base, exponent)
  while left > 0 {
    if left & 1 == 1 { result *= square }
    square *= square
    left >>= 1
  }
  return result
}
