package import Language
package import Session

/// A command: its declaration, and what it does.
///
/// One file each; ``CommandList`` is the only other place that names it.
package protocol Command: Sendable {
  /// All that is known of it: parsing, completion, help and tests come from here.
  static var signature: Signature { get }

  /// Whether of several workers the first alone runs it, as what writes files or asks other machines;
  /// the others take its value.
  static var isOfFirstWorker: Bool { get }

  /// Refuses a call whose `needs` are not there.
  static func checkNeeds(_ call: Call, in session: isolated Session) throws

  /// Does it, and gives its value, null when it has none.
  ///
  /// - Throws: `Diagnostic`; one without a place gets that of the command.
  static func run(_ call: Call, in session: isolated Session) async throws -> Value
}

extension Command {
  package static var isOfFirstWorker: Bool {
    !signature.effects.allSatisfy { $0 != "file" && $0 != "service" }
  }

  package static func checkNeeds(_ call: Call, in session: isolated Session) throws {
    try session.checkNeeds(call)
  }
}
