import Execution
import Foundation
package import Messaging
package import Notebook
import Serialization
import Session
import Synchronization
package import Terminal

/// A session that Jupyter's front ends talk to: another front of the runner that the prompt uses.
///
/// Requests of `shell` are answered one after the other by the thread that calls ``run()``; those of
/// `control`, and wishes to stop wherever they come from, at once.
package final class Kernel: Sendable {
  /// The session.
  package let runner: Runner
  let outputs: CellOutputs
  let history: CellHistory
  let connection: ConnectionFile
  private let publisher: Publisher
  private let queue = RequestQueue()
  /// The number of the next cell.
  let nextNumber = Mutex(1)

  /// - Parameters:
  ///   - connection: where to listen.
  ///   - publisher: publishes there.
  ///   - outputs: what `runner` reports to.
  ///   - runner: the session.
  ///   - history: earlier entries; nil to keep none.
  package init(
    _ connection: ConnectionFile, publisher: Publisher, outputs: CellOutputs, runner: Runner,
    history: HistoryFile?
  ) {
    self.connection = connection
    self.publisher = publisher
    self.outputs = outputs
    self.runner = runner
    self.history = CellHistory(history)
  }

  /// Answers requests until somebody asks for the end.
  ///
  /// - Throws: ``MessagingError`` when it cannot listen.
  package func run() throws(MessagingError) {
    let echo = try listen(.reply, .heartbeat) { frames, channel in channel.send(frames) }
    // The language asks nobody for input: what comes here is for no one.
    let stdin = try listen(.router, .stdin) { _, _ in }
    let control = try listen(.router, .control) { [self] in take($0, on: $1, isControl: true) }
    let shell = try listen(.router, .shell) { [self] in take($0, on: $1, isControl: false) }
    publisher.publish(state: "starting", for: nil)
    while let call = queue.next() { answer(call) }
    for channel in [shell, control, stdin, echo] { channel.close() }
    publisher.close()
  }

  private func listen(
    _ kind: Socket.Kind, _ port: ConnectionFile.Port,
    _ received: @escaping @Sendable ([[UInt8]], Channel) -> Void
  ) throws(MessagingError) -> Channel {
    try Channel(
      kind, at: connection.address(of: port), in: publisher.context, received: received)
  }

  /// Answers a message at once or in its turn; what is no request, or not signed, is nobody's.
  private func take(_ frames: [[UInt8]], on channel: Channel, isControl: Bool) {
    guard let message = Message(frames, signer: publisher.signer),
      let type = RequestType(rawValue: message.type)
    else { return }
    let call = KernelCall(type: type, request: message, channel: channel)
    if type.isWish || isControl && !type.needsSession { answer(call) } else { queue.add(call) }
  }

  private func answer(_ call: KernelCall) {
    publisher.publish(state: "busy", for: call.request)
    let content = content(for: call)
    publisher.publish(state: "idle", for: call.request)
    if let content { reply(content, to: call) }
    switch call.type {
    case .shutdown: end()
    case .execute where content?["status"] == "error": abortWaiting(after: call)
    default: break
    }
  }

  private func reply(_ content: JSONObject, to call: KernelCall) {
    let message = publisher.maker.message(
      call.type.reply, content, to: call.request, identities: call.request.identities)
    call.channel.send(message.frames(signedBy: publisher.signer))
  }

  /// Answers the cells that wait without running them, as they build on the one that failed.
  private func abortWaiting(after call: KernelCall) {
    guard call.request.content["stop_on_error"]?.bool ?? true else { return }
    for waiting in queue.takeAll(.execute) {
      publisher.publish(state: "busy", for: waiting.request)
      publisher.publish(state: "idle", for: waiting.request)
      reply(["status": "aborted"], to: waiting)
    }
  }

  /// Publishes a message that is not part of a cell's output.
  func publish(_ type: String, _ content: JSONObject, for request: Message) {
    publisher.publish(type, content, for: request)
  }

  // MARK: Stopping

  /// Asks the cell that is running to stop, as Ctrl-C does at the prompt.
  package func interrupt() { runner.stop.request() }

  /// Ends, after the cell that is running has stopped.
  package func end() {
    queue.end()
    interrupt()
  }
}
