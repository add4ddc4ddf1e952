import Foundation

/// Runs what blocks its thread on one of its own: Swift's pool may have two, and needs them.
package func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: body()) }.start()
  }
}
