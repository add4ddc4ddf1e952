import Foundation
import Jupyter
import Messaging
import Notebook
import Serialization
import Session
import Synchronization
import Terminal
import TestSupport
import Testing

/// A kernel in this process, and a client that talks to it through sockets.
final class TestKernel {
  /// The checkout these tests belong to.
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  /// How long a message may take before it counts as lost, in seconds: tests that train beside this one
  /// may keep the few threads of the machine for minutes.
  private static let patience = 900

  let folder: TemporaryFolder
  let kernel: Kernel
  let signer = MessageSigner(key: Array("secret".utf8))
  let maker = MessageMaker(user: "tester")
  let shell: Socket
  let control: Socket
  let iopub: Socket
  let heartbeat: Socket
  private let end = DispatchSemaphore(value: 0)
  /// What was published and not looked at yet.
  private var published: [Message] = []

  /// Starts a kernel, and waits until it publishes to this client.
  init(history: String? = nil) async throws {
    folder = try TemporaryFolder()
    // Addresses in a folder, as ports could be somebody else's.
    let json: JSONValue = [
      "transport": "ipc", "ip": .string(folder.path + "/k"), "key": "secret",
      "signature_scheme": "hmac-sha256", "shell_port": 1, "control_port": 2, "stdin_port": 3,
      "iopub_port": 4, "hb_port": 5,
    ]
    let connection = try ConnectionFile(Array(json.text.utf8), path: "connection.json")
    let publisher = try Publisher(connection)
    let outputs = CellOutputs(publisher)
    let runner = Runner(resources: Resources(executable: "", home: Self.checkout)) {
      outputs.report($0)
    }
    let kernel = Kernel(
      connection, publisher: publisher, outputs: outputs, runner: runner,
      history: history.map { [folder] in HistoryFile(path: folder.path + "/" + $0) })
    self.kernel = kernel
    Thread { [end] in
      try? kernel.run()
      end.signal()
    }.start()
    let context = try SocketContext()
    func connect(_ kind: Socket.Kind, _ port: ConnectionFile.Port) throws -> Socket {
      let socket = try Socket(kind, in: context)
      try socket.connect(connection.address(of: port))
      return socket
    }
    shell = try connect(.dealer, .shell)
    control = try connect(.dealer, .control)
    iopub = try connect(.subscriber, .iopub)
    heartbeat = try connect(.request, .heartbeat)
    iopub.subscribeToAll()
    while try await publishedMessage().type != "iopub_welcome" {}
  }

  deinit { kernel.end() }

  /// Whether the kernel ends.
  func hasEnded() async -> Bool {
    await onThread { [end] in end.wait(timeout: .now() + .seconds(Self.patience)) == .success }
  }

  // MARK: Messages

  /// Sends a request.
  @discardableResult
  func send(
    _ type: String, _ content: JSONObject = [:], on socket: Socket? = nil
  ) throws -> Message {
    let message = maker.message(type, content)
    try (socket ?? shell).send(message.frames(signedBy: signer))
    return message
  }

  /// The frames of a socket's next message.
  func frames(of socket: Socket) async throws -> [[UInt8]] {
    // Waiting would keep the kernel's own work from the few threads that there are.
    let frames = await onThread { () -> [[UInt8]]? in
      let ready = try? Socket.wait(for: [socket], milliseconds: 1000 * Self.patience)
      return ready == [true] ? try? socket.receive() : nil
    }
    return try #require(frames)
  }

  /// The next message of a socket.
  func receive(_ socket: Socket) async throws -> Message {
    try #require(Message(await frames(of: socket), signer: signer))
  }

  /// The answer to a request, which must be the next one.
  func reply(to request: Message, on socket: Socket? = nil) async throws -> JSONObject {
    let reply = try await receive(socket ?? shell)
    #expect(reply.parent == request.header)
    return reply.content
  }

  /// Asks on `shell`, and waits for the answer.
  func ask(_ type: String, _ content: JSONObject = [:]) async throws -> JSONObject {
    try await reply(to: send(type, content))
  }

  func publishedMessage() async throws -> Message { try await receive(iopub) }

  /// What is published for a request, from `busy` to `idle`, both left out.
  func publications(for request: Message) async throws -> [Message] {
    var found: [Message] = []
    while true {
      let message: Message
      if let place = published.firstIndex(where: { $0.parent == request.header }) {
        message = published.remove(at: place)
      } else {
        let next = try await publishedMessage()
        guard next.parent == request.header else {
          published.append(next)
          continue
        }
        message = next
      }
      found.append(message)
      if message.content["execution_state"] == "idle" { break }
    }
    #expect(found.first?.content["execution_state"] == "busy")
    return Array(found.dropFirst().dropLast())
  }

  // MARK: Cells

  /// A cell that was run.
  struct Run {
    let reply: JSONObject
    /// What was published, `execute_input` left out.
    let outputs: [Message]

    var status: String { reply["status"]?.string ?? "" }
  }

  func run(_ code: String) async throws -> Run {
    let request = try send("execute_request", ["code": .string(code)])
    let reply = try await reply(to: request)
    let messages = try await publications(for: request)
    #expect(messages.first?.type == "execute_input")
    return Run(reply: reply, outputs: Array(messages.dropFirst()))
  }

  /// Makes a tiny untrained model and loads a few rows.
  func prepare() async throws {
    let rows = (0..<12).map { #"{"prompt":"number \#($0)","completion":"it is \#($0 * 7)"}"# }
    try folder.put("rows.jsonl", Array(rows.joined(separator: "\n").utf8))
    let run = try await run(Self.preparation(in: folder.path))
    try #require(run.status == "ok", "\(run.reply)")
  }

  /// The cell that makes them.
  static func preparation(in folder: String) -> String {
    """
    load data "\(folder)/rows.jsonl" split 8/4
    train tokenizer 300 to "\(folder)/tokenizer.json"
    new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "\(folder)/tokenizer.json"
    set batch 4, tokens 4
    """
  }
}
