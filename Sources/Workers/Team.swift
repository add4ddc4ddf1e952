package import Execution
import Foundation
import Synchronization

/// The processes that run the same script together, and this one's place among them.
///
/// All run the same commands in the same order and meet now and then: at a meeting each gives its bytes
/// to all. Nothing that may differ between them, such as a clock or a signal, may decide what is run
/// next unless they have met about it.
///
/// A worker that cannot go on with the others ends all of them: each holds a part of the state.
package final class Team: Sendable {
  /// Set at a meeting when any worker wishes to stop: at the same point in all.
  package let stop: StopFlag
  /// This process's wish to stop.
  package let wish: StopFlag
  private let transport: Transport
  private let failure = Mutex<WorkerFailure?>(nil)
  /// Whether a worker has failed and left, so that nobody is to be met any more.
  private let hasSomeoneLeft = Mutex(false)
  private let whenLost: @Sendable (WorkersError) -> Int32

  /// What workers meet about: all about the same, or they have come apart.
  package enum Meeting: UInt64, Sendable {
    case comparing, agreement, outcome, shards, norms, weights, states, evaluation, answers, end
  }

  /// Joins the workers that were started with this one.
  ///
  /// - Parameters:
  ///   - stop: what the script is stopped by, which only a meeting sets.
  ///   - wish: what this process's signals set.
  ///   - patience: after what time a worker that gives no sign of life is lost.
  ///   - whenLost: says that the workers cannot go on, and gives the code to end with.
  /// - Throws: ``WorkersError``.
  package init(
    stop: StopFlag, wish: StopFlag, patience: Duration,
    whenLost: @escaping @Sendable (WorkersError) -> Int32
  ) throws(WorkersError) {
    transport = try Transport(patience: patience)
    self.stop = stop
    self.wish = wish
    self.whenLost = whenLost
  }

  /// The number of this worker, the first being 0.
  package var rank: Int { transport.rank }
  /// How many there are.
  package var count: Int { transport.count }
  /// Whether this is the one that shows, records and writes files.
  package var isFirst: Bool { rank == 0 }

  /// Which of `count` things, in order, this worker does: consecutive ones, as many as each.
  package func share(of count: Int) -> Range<Int> {
    count * rank / self.count..<count * (rank + 1) / self.count
  }

  // MARK: Meetings

  /// What a worker brings to a meeting beside its bytes.
  private struct Header {
    static let wishes: UInt64 = 1
    static let failed: UInt64 = 2
    var meeting: UInt64 = 0
    var flags: UInt64 = 0
    var byteCount: UInt64 = 0
  }

  /// Gives this worker's bytes to all, and returns those of each, in their order.
  ///
  /// Nil when a worker has failed while this one has not: then ``takeFailure()`` has it, and what
  /// this worker is doing is to be given up.
  package func meet(_ meeting: Meeting, _ bytes: [UInt8] = []) -> [[UInt8]]? {
    meet(meeting, bytes, isFailure: false)
  }

  /// Tells all that this worker failed; they give up what they do.
  package func fail(codeID: String, message: String) {
    _ = meet(.outcome, Array((codeID + "\n" + message).utf8), isFailure: true)
  }

  private func meet(_ meeting: Meeting, _ bytes: [UInt8], isFailure: Bool) -> [[UInt8]]? {
    var own = Header(meeting: meeting.rawValue, byteCount: UInt64(bytes.count))
    if wish.isRequested { own.flags |= Header.wishes }
    if isFailure { own.flags |= Header.failed }
    let headers = headers(own)
    if headers.contains(where: { $0.flags & Header.wishes != 0 }) { stop.request() }
    let texts = texts(bytes, headers)
    let failed = headers.indices.filter { headers[$0].flags & Header.failed != 0 }
    if let worker = failed.first {
      if !isFailure { note(failureOf: worker, texts[worker]) }
      if failed.contains(where: { headers[$0].meeting == Meeting.end.rawValue }) {
        hasSomeoneLeft.withLock { $0 = true }
      }
      return nil
    }
    if let other = headers.indices.first(where: { headers[$0].meeting != meeting.rawValue }) {
      lose(.apart(worker: other))
    }
    return texts
  }

  /// The headers of all workers.
  private func headers(_ own: Header) -> [Header] {
    var headers = Array(repeating: Header(), count: count)
    headers[rank] = own
    let size = MemoryLayout<Header>.stride
    headers.withUnsafeMutableBytes { all in
      // Safety: each worker's header has a stretch of its own, and `all` outlives the transfer.
      let parts = (0..<count).map { all[$0 * size..<($0 + 1) * size] }
      transfer(
        others.map { .init(worker: $0, bytes: UnsafeRawBufferPointer(rebasing: parts[rank])) },
        others.map {
          .init(worker: $0, bytes: UnsafeMutableRawBufferPointer(rebasing: parts[$0]))
        },
        wait: .long)
    }
    return headers
  }

  /// The bytes of all workers, whose lengths are known.
  private func texts(_ own: [UInt8], _ headers: [Header]) -> [[UInt8]] {
    var starts = [0]
    for header in headers { starts.append(starts[starts.count - 1] + Int(header.byteCount)) }
    var all = [UInt8](repeating: 0, count: starts[count])
    all.replaceSubrange(starts[rank]..<starts[rank + 1], with: own)
    all.withUnsafeMutableBytes { all in
      // Safety: as of headers.
      let parts = (0..<count).map {
        UnsafeMutableRawBufferPointer(rebasing: all[starts[$0]..<starts[$0 + 1]])
      }
      transfer(
        others.map { .init(worker: $0, bytes: UnsafeRawBufferPointer(parts[rank])) },
        others.map { .init(worker: $0, bytes: parts[$0]) }, wait: .short)
    }
    return (0..<count).map { Array(all[starts[$0]..<starts[$0 + 1]]) }
  }

  private var others: [Int] { (0..<count).filter { $0 != rank } }

  /// Checks that all workers have the same values of these names, which all list alike.
  ///
  /// - Throws: ``WorkersError/different(_:)``, at all of them.
  package func checkSame(_ fields: [(name: String, value: String)]) throws(WorkersError) {
    let text = fields.map { $0.name + "\u{0}" + $0.value }.joined(separator: "\u{1}")
    guard let all = meet(.comparing, Array(text.utf8)) else { throw metFailure }
    let lists = all.map { Self.fields(String(decoding: $0, as: UTF8.self)) }
    var differences: [WorkersError.Difference] = []
    for (worker, list) in lists.enumerated().dropFirst() {
      for name in Set(lists[0].keys).union(list.keys).sorted() {
        let (first, other) = (lists[0][name] ?? "none", list[name] ?? "none")
        if first != other {
          differences.append(.init(name: name, worker: worker, first: first, other: other))
        }
      }
    }
    guard differences.isEmpty else { throw .different(differences) }
  }

  private static func fields(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "\u{1}").map {
      $0.split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    return Dictionary(
      pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }, uniquingKeysWith: { $1 })
  }

  /// The number that the first worker has, for all; wishes to stop are met as well.
  ///
  /// - Throws: ``WorkersError/workerFailed(_:)``.
  package func agree(on number: Double) throws(WorkersError) -> Double {
    let bytes = withUnsafeBytes(of: number.bitPattern) { Array($0) }
    guard let all = meet(.agreement, bytes), let first = all.first else { throw metFailure }
    return Double(
      bitPattern: first.reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// What a meeting told of a failure, which whoever runs the command takes.
  private var metFailure: WorkersError {
    failure.withLock { $0 }.map { .workerFailed($0) } ?? .apart(worker: 0)
  }

  // MARK: Failures

  private func note(failureOf worker: Int, _ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    failure.withLock {
      $0 = WorkerFailure(
        worker: worker, codeID: parts.first.map(String.init) ?? "",
        message: parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// The failure of another worker that a meeting told of, once.
  package func takeFailure() -> WorkerFailure? {
    failure.withLock { failure in
      defer { failure = nil }
      return failure
    }
  }

  // MARK: Numbers

  /// Gives the numbers of each worker, in their order; a worker that fails meanwhile ends all.
  package func gather<Number: BitwiseCopyable>(
    _ meeting: Meeting, _ numbers: [Number]
  ) -> [[Number]] {
    let bytes = numbers.withUnsafeBytes { Array($0) }
    guard let all = meet(meeting, bytes) else {
      lose(takeFailure().map { .workerFailed($0) } ?? .apart(worker: 0))
    }
    return all.map { bytes in
      // Safety: the bytes are those of such numbers, and need no alignment.
      bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / MemoryLayout<Number>.stride).map {
          bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.stride, as: Number.self)
        }
      }
    }
  }

  /// A stretch of an array of floats that goes to a worker, or comes from it.
  package struct Stretch: Sendable {
    /// The worker at the other end.
    package let worker: Int
    /// Its place in the array.
    package let range: Range<Int>

    package init(worker: Int, range: Range<Int>) { (self.worker, self.range) = (worker, range) }
  }

  /// Sends stretches of floats to workers, and receives such of them into stretches that do not
  /// overlap; the workers at the other ends do the same.
  package func exchange(
    _ outgoing: [Float], _ sent: [Stretch], into incoming: inout [Float], _ received: [Stretch]
  ) {
    outgoing.withUnsafeBufferPointer { outgoing in
      incoming.withUnsafeMutableBufferPointer { incoming in
        // Safety: both buffers outlive the transfer.
        transfer(
          sent.map {
            .init(
              worker: $0.worker,
              bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: outgoing[$0.range])))
          },
          received.map {
            .init(
              worker: $0.worker,
              bytes: UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: incoming[$0.range])))
          },
          wait: .short)
      }
    }
  }

  /// Waits until all are at the same point, and will send and receive without delay.
  package func assemble(_ meeting: Meeting) { _ = gather(meeting, [UInt8]()) }

  private func transfer(
    _ outgoing: [Transport.Outgoing], _ incoming: [Transport.Incoming], wait: Transport.Wait
  ) {
    do throws(WorkersError) { try transport.transfer(outgoing, incoming, wait: wait) } catch {
      lose(error)
    }
  }

  // MARK: The end

  /// Leaves when all have come to the end of the script; a worker that ended before its end, as the
  /// others did not, tells them.
  package func leave(hasFailed: Bool) {
    if !hasSomeoneLeft.withLock({ $0 }) {
      let message = hasFailed ? "it ended before the others" : ""
      _ = meet(.end, Array(("\n" + message).utf8), isFailure: hasFailed)
    }
    transport.end()
  }

  /// Ends all workers, as they cannot go on together.
  private func lose(_ error: WorkersError) -> Never {
    // All find it out at about the same time, and one of them should say it.
    Thread.sleep(forTimeInterval: 0.5 * Double(rank))
    transport.abort(code: whenLost(error))
  }
}
