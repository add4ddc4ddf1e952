/// Why no card can be used.
package enum CUDAError: Error, Hashable, Sendable {
  /// There is no `libcuda.so.1`.
  case noDriver
  /// The driver has no function of this name.
  case driverLacks(function: String)
  /// The driver finds no card; its word for it.
  case noCard(reason: String)
  /// There are fewer cards than the number that was asked for, from 0 on, needs.
  case noSuchCard(number: Int, count: Int)
  /// The card is older than the kernels' text: its compute capability.
  case oldCard(name: String, major: Int, minor: Int)
  /// The driver refused to begin; its word for it.
  case refused(reason: String)
}
