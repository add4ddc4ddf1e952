package import Serialization

/// A message of Jupyter's protocol.
package struct Message: Hashable, Sendable {
  /// The ways back to who sent it, as the router of a socket adds and takes them.
  package var identities: [[UInt8]]
  /// What it is, who sent it and when.
  package var header: JSONObject
  /// The header of the message that it answers; empty for none.
  package var parent: JSONObject
  /// What else there is to say about it.
  package var metadata: JSONObject
  /// What it says.
  package var content: JSONObject

  package init(
    identities: [[UInt8]] = [], header: JSONObject, parent: JSONObject = [:],
    metadata: JSONObject = [:], content: JSONObject
  ) {
    self.identities = identities
    self.header = header
    self.parent = parent
    self.metadata = metadata
    self.content = content
  }

  /// What it is, such as `execute_request`.
  package var type: String { header["msg_type"]?.string ?? "" }

  // MARK: On the wire

  /// What stands between the identities and the rest.
  private static let delimiter = Array("<IDS|MSG>".utf8)

  /// The frames of the message, signed.
  package func frames(signedBy signer: MessageSigner) -> [[UInt8]] {
    let parts = [header, parent, metadata, content].map { Array(JSONValue.object($0).text.utf8) }
    return identities + [Self.delimiter, signer.signature(of: parts)] + parts
  }

  /// Reads frames; nil for those that are no message, or that somebody else signed.
  ///
  /// Buffers after the content are passed over: no message to a kernel needs them.
  package init?(_ frames: [[UInt8]], signer: MessageSigner) {
    guard let place = frames.firstIndex(of: Self.delimiter), frames.count >= place + 6 else {
      return nil
    }
    let parts = frames[(place + 2)..<(place + 6)]
    guard signer.isSignature(frames[place + 1], of: parts) else { return nil }
    let objects = parts.compactMap { (try? JSONValue(parsing: $0))?.object }
    guard objects.count == 4, objects[0]["msg_type"]?.string != nil else { return nil }
    self.init(
      identities: Array(frames[..<place]), header: objects[0], parent: objects[1],
      metadata: objects[2], content: objects[3])
  }
}
