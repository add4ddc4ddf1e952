import Autograd

/// Which worker keeps the optimizer's state of which parameter, and adds up its gradient.
///
/// Parameters go whole, as an optimizer may need all of a matrix at once; the largest first, each to
/// the worker that has the least so far.
struct StateSlices {
  /// The worker of each parameter, in their order.
  let owners: [Int]
  /// What each worker owns, in stretches that are sent at a time.
  let chunks: [[[Piece]]]

  /// A stretch of a parameter's numbers.
  struct Piece {
    /// The parameter's place.
    let parameter: Int
    let range: Range<Int>
  }

  /// The most that a chunk may have: what is on the way takes memory.
  private static let sizeLimit = 1 << 18

  /// Divides parameters of these counts of numbers.
  init(counts: [Int], workers: Int) {
    var owners = counts.map { _ in 0 }
    var loads = [Int](repeating: 0, count: workers)
    for parameter in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
      let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      owners[parameter] = least
      loads[least] += counts[parameter]
    }
    self.owners = owners
    chunks = (0..<workers).map { worker in
      Self.chunks(counts.indices.filter { owners[$0] == worker }, counts)
    }
  }

  /// The most numbers of any chunk.
  var chunkSize: Int { chunks.joined().map(\.numberCount).max() ?? 0 }

  /// The most chunks that a worker has.
  var chunkCount: Int { chunks.map(\.count).max() ?? 0 }

  /// Chunk `index` of a worker; empty when it has fewer.
  func chunk(_ index: Int, of worker: Int) -> [Piece] {
    index < chunks[worker].count ? chunks[worker][index] : []
  }

  /// The most that a worker has of something of which each parameter has so much.
  func largest(of sizes: [Int]) -> Int {
    var loads = [Int](repeating: 0, count: chunks.count)
    for (size, owner) in zip(sizes, owners) { loads[owner] += size }
    return loads.max() ?? 0
  }

  private static func chunks(_ parameters: [Int], _ counts: [Int]) -> [[Piece]] {
    var chunks: [[Piece]] = []
    var chunk: [Piece] = []
    var room = sizeLimit
    for parameter in parameters {
      var start = 0
      while start < counts[parameter] {
        let range = start..<min(counts[parameter], start + room)
        chunk.append(Piece(parameter: parameter, range: range))
        room -= range.count
        start = range.upperBound
        guard room == 0 else { continue }
        chunks.append(chunk)
        (chunk, room) = ([], sizeLimit)
      }
    }
    return chunk.isEmpty ? chunks : chunks + [chunk]
  }
}

extension [StateSlices.Piece] {
  /// The numbers of all pieces.
  var numberCount: Int { reduce(0) { $0 + $1.range.count } }
}
