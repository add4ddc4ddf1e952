/// What sockets that talk within a program have in common; it ends after all of them.
///
/// `@unchecked Sendable`: libzmq's contexts may be used by any thread.
package final class SocketContext: @unchecked Sendable {
  let functions: ZeroMQFunctions
  let handle: ZeroMQFunctions.Handle

  /// Opens libzmq.
  ///
  /// - Throws: ``MessagingError``.
  package init() throws(MessagingError) {
    functions = try ZeroMQFunctions.ofMachine()
    guard let handle = functions.newContext() else { throw functions.failure("zmq_ctx_new") }
    self.handle = handle
  }

  deinit { _ = functions.endContext(handle) }
}
