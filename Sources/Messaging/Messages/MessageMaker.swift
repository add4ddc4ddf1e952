import Foundation
package import Serialization
import Synchronization

/// Makes the messages of one program: each with a number and the time.
package final class MessageMaker: Sendable {
  /// The version of the protocol that is spoken.
  package static let protocolVersion = "5.4"

  private let session = UUID().uuidString.lowercased()
  private let user: String
  private let count = Atomic<Int>(0)

  /// - Parameter user: the name of who sends.
  package init(user: String) { self.user = user }

  /// A message, in answer to another or to none.
  package func message(
    _ type: String, _ content: JSONObject, to request: Message? = nil, metadata: JSONObject = [:],
    identities: [[UInt8]] = []
  ) -> Message {
    let number = count.add(1, ordering: .relaxed).newValue
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return Message(
      identities: identities,
      header: [
        "msg_id": .string("\(session)_\(number)"), "session": .string(session),
        "username": .string(user), "date": .string(Date.now.formatted(style)),
        "msg_type": .string(type), "version": .string(Self.protocolVersion),
      ],
      parent: request?.header ?? [:], metadata: metadata, content: content)
  }
}
