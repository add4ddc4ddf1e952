import CKernels

/// The exponential, by the engine's own series: the same bits on every machine.
package func exponential(_ x: Double) -> Double { ft_exp64(x) }

/// The natural logarithm, by the engine's own series.
package func logarithm(_ x: Double) -> Double { ft_log64(x) }
