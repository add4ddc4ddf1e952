import Foundation
import Synchronization

/// A socket with a thread of its own, to which any thread may give messages to send.
package final class Channel: Sendable {
  private let inbox: Mutex<Socket>
  private let end = DispatchSemaphore(value: 0)

  /// What ends the thread: no message of any protocol is a single empty frame.
  private static let farewell: [[UInt8]] = [[]]

  /// Listens, and begins the thread.
  ///
  /// - Parameters:
  ///   - kind: what the socket does.
  ///   - address: where it listens.
  ///   - context: that of the program's sockets.
  ///   - received: told every message that comes, on the channel's thread.
  /// - Throws: ``MessagingError`` when nothing can listen there.
  package init(
    _ kind: Socket.Kind, at address: String, in context: SocketContext,
    received: @escaping @Sendable (_ frames: [[UInt8]], _ channel: Channel) -> Void
  ) throws(MessagingError) {
    let outer = try Socket(kind, in: context)
    try outer.bind(address)
    // A way for other threads into this one: a socket belongs to a single thread.
    let name = "inproc://\(UUID().uuidString)"
    let outbox = try Socket(.pull, in: context)
    try outbox.bind(name)
    let inbox = try Socket(.push, in: context)
    try inbox.connect(name)
    self.inbox = Mutex(inbox)
    let thread = Thread { [self] in
      serve(outer, outbox, received)
      end.signal()
    }
    thread.name = "messages"
    thread.start()
  }

  /// Has a message sent, after those given before.
  package func send(_ frames: [[UInt8]]) {
    // Within the program nothing fails but after the channel was closed.
    inbox.withLock { try? $0.send(frames) }
  }

  /// Sends what was given, then closes the socket.
  package func close() {
    send(Self.farewell)
    end.wait()
    end.signal()
  }

  private func serve(
    _ outer: Socket, _ outbox: Socket, _ received: ([[UInt8]], Channel) -> Void
  ) {
    while let ready = try? Socket.wait(for: [outbox, outer]) {
      if ready[0], let frames = try? outbox.receive() {
        if frames == Self.farewell { return }
        // A client that is gone, or a reply that nobody asked for, ends no kernel.
        try? outer.send(frames)
      }
      if ready[1], let frames = try? outer.receive() { received(frames, self) }
    }
  }
}
