/// Something that reads what strangers wrote, to be given any bytes: it must come to an end, quickly
/// and in little memory, with a result or an error.
///
/// `scripts/dev/fuzz NAME` gives it inputs without end, and the tests those that were kept.
package struct FuzzTarget: Sendable {
  /// What it is called, and its corpus and dictionary.
  package let name: String
  /// Gives it an input.
  package let run: @Sendable (UnsafeBufferPointer<UInt8>) -> Void

  init(_ name: String, _ run: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Void) {
    self.name = name
    self.run = run
  }
}
