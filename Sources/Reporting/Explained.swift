/// An error that says itself how it is told: its code, sentence, place and hints are in one room.
package protocol Explained: Error {
  /// What the user is told.
  var diagnostic: Diagnostic { get }
}

extension Explained {
  /// What is wrong, without a full stop, for a place inside another sentence.
  package var message: String { diagnostic.clause }
}

extension Diagnostic {
  /// What the user is told of an error.
  package init(_ error: some Explained) { self = error.diagnostic }

  /// The message without its full stop.
  fileprivate var clause: String { message.hasSuffix(".") ? String(message.dropLast()) : message }
}
