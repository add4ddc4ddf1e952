import Checkpoints
import Execution
import Foundation

/// A file that is fetched: it lies beside its target until it is whole and its hash is right.
///
/// What came stays when fetching ends early, and the next time goes on from there.
struct Download {
  /// Where it is asked for.
  let request: HTTPClient.Request
  /// What people call it.
  let name: String
  /// Where it will stand.
  let target: String
  /// Its size in bytes, where it is known beforehand.
  let byteCount: Int?
  /// What its bytes are checked against; nil when nothing is known of them.
  let hash: ExpectedHash?
  /// What a refusal means; nil where its number says all.
  var refusal: ((HTTPReply, WebAddress) -> FetchError?)?

  /// A hash that was announced.
  enum ExpectedHash: Hashable, Sendable {
    /// Of the bytes.
    case sha256(String)
    /// As git has it: the SHA-1 of `blob`, the size, a zero byte and the bytes.
    case gitBlob(String)

    /// Reads the tag of a file of the hub: 64 digits for large files, 40 for those kept in git.
    init?(tag: String) {
      guard tag.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
      switch tag.utf8.count {
      case 64: self = .sha256(tag.lowercased())
      case 40: self = .gitBlob(tag.lowercased())
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .sha256(let text), .gitBlob(let text): text
      }
    }

    /// The hash of a file, of the same kind.
    func actual(of path: String) throws(CheckpointError) -> String {
      switch self {
      case .sha256: try ContentHash.ofFile(at: path)
      case .gitBlob: try ContentHash.gitBlob(at: path)
      }
    }
  }

  /// Fetches it, unless it is there; `progress` is told how many bytes there are.
  func run(
    _ client: HTTPClient, progress: (Int) -> Void
  ) throws(FetchError) {
    guard !isThere else { return }
    try onFiles { () throws(CheckpointError) in try makeFolder(around: target) }
    let part = try PartFile(path: target + ".incomplete")
    // Another process may have ended just before the lock was ours.
    guard !isThere else { return part.remove() }
    try checkRoom(beyond: part.byteCount)
    try receive(client, into: part, progress: progress)
    do throws(FetchError) { try check(part) } catch {
      part.remove()
      throw error
    }
    try part.move(to: target)
  }

  private var isThere: Bool { FileManager.default.fileExists(atPath: target) }

  /// Refuses what the disk cannot hold, before any of it is asked for.
  private func checkRoom(beyond done: Int) throws(FetchError) {
    let folder = parentFolder(of: target)
    guard let byteCount, let free = freeRoom(at: folder) else { return }
    guard byteCount - done <= free else {
      throw .noRoom(folder: folder, needed: byteCount - done, available: free)
    }
  }

  /// Asks for what is missing, again when the server breaks off, a little later each time.
  private func receive(
    _ client: HTTPClient, into part: PartFile, progress: (Int) -> Void
  ) throws(FetchError) {
    var failures = 0
    while part.byteCount != byteCount {
      let before = part.byteCount
      do throws(FetchError) {
        if try receiveOnce(client, into: part, progress: progress), byteCount == nil { return }
      } catch .unreachable(let address, let detail) {
        // A server that goes on with each try is not given up.
        failures = part.byteCount > before ? 1 : failures + 1
        guard failures < 5 else { throw .unreachable(address: address, detail: detail) }
        try client.wait(seconds: Double(1 << failures) / 4)
      }
    }
  }

  /// Asks once for all that is missing; false when it is to be asked for again from the start.
  private func receiveOnce(
    _ client: HTTPClient, into part: PartFile, progress: (Int) -> Void
  ) throws(FetchError) -> Bool {
    if let byteCount, part.byteCount > byteCount { try part.restart() }
    let start = part.byteCount
    var request = request
    request.headers.append((name: "Accept-Encoding", value: "identity"))
    if start > 0 { request.headers.append((name: "Range", value: "bytes=\(start)-")) }
    var isFirst = true
    let (address, reply) = try client.ask(request) { (reply, bytes) throws(FetchError) in
      if isFirst, start > 0, !Self.goesOn(reply, from: start) { try part.restart() }
      isFirst = false
      if let byteCount, part.byteCount + bytes.count > byteCount {
        throw .tooLong(address: request.address.text, limit: byteCount)
      }
      try part.add(bytes)
      progress(part.byteCount)
    }
    // More was asked for than there is: the part is of another file.
    if reply.status == 416, start > 0 {
      try part.restart()
      return false
    }
    guard reply.isSuccess else {
      guard reply.isPassing else {
        throw refusal?(reply, address) ?? .refused(address: address.text, status: reply.status)
      }
      throw .unreachable(
        address: address.text, detail: "it answered with the status \(reply.status)")
    }
    if let byteCount, part.byteCount < byteCount {
      throw .unreachable(
        address: address.text, detail: "it ended at byte \(part.byteCount) of \(byteCount)")
    }
    return true
  }

  /// Whether a reply continues at a byte, rather than beginning anew.
  private static func goesOn(_ reply: HTTPReply, from start: Int) -> Bool {
    reply.status == 206
      && reply.headers["content-range"]?.hasPrefix("bytes \(start)-") == true
  }

  /// Refuses bytes that are not those that were announced.
  private func check(_ part: PartFile) throws(FetchError) {
    guard let hash else { return }
    let actual = try onFiles { () throws(CheckpointError) in try hash.actual(of: part.path) }
    guard actual == hash.text else {
      throw .otherBytes(name: name, hash: actual, expected: hash.text)
    }
  }
}

extension HTTPClient {
  /// Waits before another try, unless a stop is asked for.
  func wait(seconds: Double) throws(FetchError) {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if stop.isRequested { throw .stopped }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}

/// Does something with files, whose errors are told as errors of fetching.
func onFiles<Result>(_ body: () throws(CheckpointError) -> Result) throws(FetchError) -> Result {
  do throws(CheckpointError) { return try body() } catch { throw .file(error) }
}
