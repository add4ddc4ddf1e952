package import Messaging
import Serialization

/// Publishes what happens to everybody who listens to the kernel.
package final class Publisher: Sendable {
  let signer: MessageSigner
  let maker: MessageMaker
  let context: SocketContext
  private let channel: Channel

  /// Begins to listen for listeners; each is welcomed, so that it knows that it misses nothing more.
  ///
  /// - Throws: ``MessagingError``.
  package init(_ connection: ConnectionFile) throws(MessagingError) {
    let signer = MessageSigner(key: connection.key)
    let maker = MessageMaker(user: "tunebook")
    context = try SocketContext()
    self.signer = signer
    self.maker = maker
    channel = try Channel(
      .publisher, at: connection.address(of: .iopub), in: context
    ) { frames, channel in
      // A one and a topic: somebody subscribes.
      guard let frame = frames.first, frame.first == 1 else { return }
      let topic = Array(frame.dropFirst())
      let welcome = maker.message(
        "iopub_welcome", ["subscription": .string(String(decoding: topic, as: UTF8.self))],
        identities: [topic])
      channel.send(welcome.frames(signedBy: signer))
    }
  }

  /// Publishes a message, as caused by a request or by nothing.
  func publish(_ type: String, _ content: JSONObject, for request: Message?) {
    let message = maker.message(
      type, content, to: request, identities: [Array(type.utf8)])
    channel.send(message.frames(signedBy: signer))
  }

  /// Says whether the kernel works on a request: `starting`, `busy` or `idle`.
  func publish(state: String, for request: Message?) {
    publish("status", ["execution_state": .string(state)], for: request)
  }

  /// Publishes what is left, and no more.
  func close() { channel.close() }
}
