import Datasets
import Execution
import Synchronization
import Testing

/// Rows that several threads encode.
@Suite("Encoding on threads") struct EncodingThreadsTests {
  /// Rows of all fates: kept, cut, without anything trained, too long.
  private static let rows = (0..<1000).map { number in
    let word = String(repeating: "ab", count: number % 13 + 1)
    let content: Example.Content =
      switch number % 4 {
      case 0: .text(word)
      case 1: .completion(prompt: word, completion: "yes")
      case 2: .conversation([Turn(.user, word), Turn(.assistant, "b", weight: number % 3)])
      default: .text(word + "[E]")
      }
    return Example(content, line: number + 1)
  }

  private func encoder(
    threads: Int, badRows: DatasetFile.BadRowPolicy
  ) throws -> ExampleEncoder {
    var options = ExampleEncoder.Options(maximumLength: 20, endID: 2)
    options.badRows = badRows
    options.threadCount = threads
    return ExampleEncoder(LetterEncoder(), template: try template(tags), options: options)
  }

  @Test("rows, and what is said of them, are the same on any number", arguments: [2, 3, 8])
  func threads(count: Int) throws {
    let alone = try encoder(threads: 1, badRows: .skip).encode(Self.rows, file: "a")
    #expect(alone.skipped.count > ProblemList.limit && !alone.cutLines.isEmpty)
    #expect(alone.examples.count > 500)
    #expect(try encoder(threads: count, badRows: .skip).encode(Self.rows, file: "a") == alone)
    let refusals = [1, count].map { threads in
      #expect(throws: DatasetError.self) {
        try encoder(threads: threads, badRows: .refuse).encode(Self.rows, file: "a")
      }
    }
    #expect(refusals[0] == refusals[1])
  }

  @Test("each part is done once, on no more threads than were asked for")
  func parts() {
    let running = Atomic(0)
    let most = Atomic(0)
    let results = ParallelWork.map(200, threads: 3) { part in
      let now = running.add(1, ordering: .relaxed).newValue
      most.max(now, ordering: .relaxed)
      defer { running.subtract(1, ordering: .relaxed) }
      return part * part
    }
    #expect(results == (0..<200).map { $0 * $0 })
    #expect((1...3).contains(most.load(ordering: .relaxed)))
    #expect(ParallelWork.map(0, threads: 4) { $0 } == [])
  }
}
