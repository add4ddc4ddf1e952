package import Mathematics

/// Filling tensors with random numbers, drawn by address: see ``RandomStream``.
package protocol RandomOperations: Sendable {
  /// Normal numbers of mean 0: element i uses pair (offset + i) / 2 of the stream (Box–Muller).
  func fillNormal(_ x: Tensor, deviation: Float, _ stream: RandomStream, offset: Int)
  /// Numbers uniform in `-limit..<limit`, of 24 bits each.
  func fillUniform(_ x: Tensor, limit: Float, _ stream: RandomStream, offset: Int)
}
