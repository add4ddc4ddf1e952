import CMathematics

// Mathematics by the engine's own series: the same bits on every machine, which the C library's
// functions do not promise. Relative errors are below 1e-14 for arguments of ordinary size.

/// The exponential.
package func exponential(_ x: Double) -> Double { ft_exp64(x) }

/// The natural logarithm.
package func logarithm(_ x: Double) -> Double { ft_log64(x) }

/// The cosine; NaN beyond ±2³⁰.
package func cosine(_ x: Double) -> Double { ft_cos64(x) }

/// Returns `base`, above 0, to the power of `exponent`.
package func power(_ base: Double, _ exponent: Double) -> Double {
  base == 1 ? 1 : ft_exp64(exponent * ft_log64(base))
}

/// Returns `base` to a whole power by repeated squaring: multiplications only.
package func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, left) = (1.0, base, exponent)
  while left > 0 {
    if left & 1 == 1 { result *= square }
    square *= square
    left >>= 1
  }
  return result
}
