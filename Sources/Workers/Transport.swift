import Foundation

/// Messages between the workers, and the signs of life that each gives while it computes.
///
/// `@unchecked Sendable`: MPI is called, and `lastHeard` touched, under the lock alone.
final class Transport: @unchecked Sendable {
  /// The number of this worker, the first being 0, and how many there are.
  let rank: Int
  let count: Int
  private let functions: MPIFunctions
  private let patience: Duration
  private let lock = NSLock()
  private var lastHeard: [SuspendingClock.Instant] = []
  private var isOver = false
  private let clock = SuspendingClock()
  /// What a sign of life consists of, which stays where it is.
  private let sign = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  private static let dataTag: CInt = 1
  private static let signTag: CInt = 2
  private static let secondsBetweenSigns: TimeInterval = 0.5
  /// MPI counts bytes in 32 bits: longer messages go in pieces.
  private static let longestPiece = 1 << 30

  /// Bytes for another worker.
  struct Outgoing {
    let worker: Int
    let bytes: UnsafeRawBufferPointer
  }

  /// Room for bytes of another worker, which sends as many.
  struct Incoming {
    let worker: Int
    let bytes: UnsafeMutableRawBufferPointer
  }

  /// How a worker waits for others.
  enum Wait {
    /// They may still compute: the processor is left to them.
    case long
    /// They send as well as they can.
    case short
  }

  /// Joins the processes that were started together.
  ///
  /// - Parameter patience: after what time a worker that gives no sign of life is lost.
  /// - Throws: ``WorkersError``.
  init(patience: Duration) throws(WorkersError) {
    let functions = try MPIFunctions.ofMachine()
    func check(_ code: CInt, _ name: String) throws(WorkersError) {
      guard code == 0 else { throw .failed(function: name, code: Int(code)) }
    }
    var level: CInt = 0
    try check(functions.begin(nil, nil, MPIFunctions.serialized, &level), "MPI_Init_thread")
    guard level >= MPIFunctions.serialized else {
      throw .failed(function: "MPI_Init_thread", code: Int(level))
    }
    try check(
      functions.setErrorHandler(functions.world, functions.errorsReturn),
      "MPI_Comm_set_errhandler")
    var rank: CInt = 0
    var count: CInt = 0
    try check(functions.rank(functions.world, &rank), "MPI_Comm_rank")
    try check(functions.size(functions.world, &count), "MPI_Comm_size")
    self.functions = functions
    self.patience = patience
    self.rank = Int(rank)
    self.count = Int(count)
    sign.pointee = 1
    lastHeard = Array(repeating: clock.now, count: self.count)
    let thread = Thread { [self] in giveSigns() }
    thread.name = "signs of life"
    thread.start()
  }

  // MARK: Messages

  /// Sends and receives, and returns when all of it is done.
  ///
  /// Messages between two workers arrive in the order in which they are listed.
  func transfer(
    _ outgoing: [Outgoing], _ incoming: [Incoming], wait: Wait
  ) throws(WorkersError) {
    var requests: [MPIFunctions.Handle?] = []
    try locked { () throws(WorkersError) in
      for message in incoming {
        for piece in Self.pieces(message.bytes.count) {
          var request: MPIFunctions.Handle?
          let code = functions.receive(
            message.bytes.baseAddress?.advanced(by: piece.lowerBound), CInt(piece.count),
            functions.byte, CInt(message.worker), Self.dataTag, functions.world, &request)
          guard code == 0 else { throw .failed(function: "MPI_Irecv", code: Int(code)) }
          requests.append(request)
        }
      }
      for message in outgoing {
        for piece in Self.pieces(message.bytes.count) {
          var request: MPIFunctions.Handle?
          let code = functions.send(
            message.bytes.baseAddress?.advanced(by: piece.lowerBound), CInt(piece.count),
            functions.byte, CInt(message.worker), Self.dataTag, functions.world, &request)
          guard code == 0 else { throw .failed(function: "MPI_Isend", code: Int(code)) }
          requests.append(request)
        }
      }
    }
    try complete(
      &requests, wait, others: Set(incoming.map(\.worker) + outgoing.map(\.worker)))
  }

  private static func pieces(_ byteCount: Int) -> [Range<Int>] {
    stride(from: 0, to: byteCount, by: longestPiece).map {
      $0..<min($0 + longestPiece, byteCount)
    }
  }

  /// Waits for messages, as long as there are signs of life of all `others`.
  private func complete(
    _ requests: inout [MPIFunctions.Handle?], _ wait: Wait, others: Set<Int>
  ) throws(WorkersError) {
    var tries = 0
    while true {
      var isDone: CInt = 0
      let code = lock.withLock {
        // Safety: the messages' bytes stay where they are until the caller has all of them.
        functions.testAll(CInt(requests.count), &requests, &isDone, nil)
      }
      guard code == 0 else { throw .failed(function: "MPI_Testall", code: Int(code)) }
      if isDone != 0 { return }
      tries += 1
      if tries % 1000 == 0, let silent = silentWorker(among: others) {
        throw .silent(worker: silent, seconds: Int(patience.components.seconds))
      }
      switch wait {
      case .short where tries < 100_000: sched_yield()
      case .long where tries < 100: sched_yield()
      // Longer naps the longer it takes: others may need this processor.
      default: usleep(tries < 1000 ? 50 : 200)
      }
    }
  }

  private func locked<Result>(
    _ body: () throws(WorkersError) -> Result
  ) throws(WorkersError) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  // MARK: Signs of life

  /// A worker of which nothing was heard for too long.
  private func silentWorker(among others: Set<Int>) -> Int? {
    lock.withLock {
      let now = clock.now
      return others.sorted().first { now - lastHeard[$0] > patience }
    }
  }

  /// Tells the others now and then that this worker is there, whatever it computes.
  private func giveSigns() {
    while true {
      lock.lock()
      guard !isOver else { return lock.unlock() }
      takeSigns()
      for other in 0..<count where other != rank {
        var request: MPIFunctions.Handle?
        let code = functions.send(
          sign, 1, functions.byte, CInt(other), Self.signTag, functions.world, &request)
        // One that cannot be sent is missed by the other, which says so.
        if code == 0 { _ = functions.forget(&request) }
      }
      lock.unlock()
      Thread.sleep(forTimeInterval: Self.secondsBetweenSigns)
    }
  }

  /// Takes in the signs that have come; under the lock.
  private func takeSigns() {
    for other in 0..<count where other != rank {
      while hasSign(of: other) {
        var byte: UInt8 = 0
        let code = functions.receiveNow(
          &byte, 1, functions.byte, CInt(other), Self.signTag, functions.world, nil)
        guard code == 0 else { return }
        lastHeard[other] = clock.now
      }
    }
  }

  private func hasSign(of other: Int) -> Bool {
    var hasCome: CInt = 0
    let code = functions.probe(CInt(other), Self.signTag, functions.world, &hasCome, nil)
    return code == 0 && hasCome != 0
  }

  // MARK: The end

  /// Leaves, as all workers do.
  func end() {
    lock.lock()
    isOver = true
    takeSigns()
    _ = functions.end()
    lock.unlock()
  }

  /// Ends all workers at once.
  func abort(code: Int32) -> Never {
    // Without the lock: what holds it may wait for ever.
    _ = functions.abort(functions.world, code)
    exit(code)
  }
}
