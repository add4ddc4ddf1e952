import CKernels

/// A learning rate for adapters of a model `hiddenSize` wide: 5e-4 · (2000 / width)^0.78, kept
/// within 1e-4 to 5e-3 and rounded to two digits, so that it reads like a number one would type.
package func automaticAdapterRate(hiddenSize: Int) -> Double {
  let exact = 5e-4 * ft_exp64(0.781 * ft_log64(2000 / Double(max(1, hiddenSize))))
  let rate = min(max(exact, 1e-4), 5e-3)
  // Divided, not multiplied, by a power of ten: 31 / 10,000 is 0.0031 to the last bit.
  var parts = 1e6
  while rate * parts >= 100 { parts /= 10 }
  return (rate * parts).rounded() / parts
}
