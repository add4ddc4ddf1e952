import Execution
import Foundation
import Language
import Notebook
import Reporting
import Session
import Synchronization
import Testing

@Suite("What was worked out before") struct RecollectionTests {
  private let folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString

  private static let cells = [
    "load model finch", "load data \"support.jsonl\" split 97/3",
    "set batch 4, rank 2, seed 3", "train 4 steps", "let m = eval dev",
    "set lr 1e-2", "train 3 steps pause at 2",
  ]

  /// A session that keeps what it works out, and how often it had to train though it was recalling.
  private final class Bench: Sendable {
    let recollection: Recollection
    let runner: Runner
    private let misses: Counter

    final class Counter: Sendable {
      let value = Mutex(0)
    }

    var missCount: Int { misses.value.withLock { $0 } }

    init(_ folder: String, recalls: Bool) {
      recollection = Recollection(folder: folder + "/lesson")
      runner = Runner(
        resources: Resources(executable: "", home: TinyNotebook.checkout),
        recollection: recollection, report: { _ in })
      let misses = Counter()
      self.misses = misses
      if recalls { recollection.recall(tellMiss: { misses.value.withLock { $0 += 1 } }) }
    }

    func run(_ cells: [String]) async throws -> [Value] {
      var values: [Value] = []
      for cell in cells {
        runner.stop.clear()
        let (script, problems) = await runner.prepare(SourceFile(.cell(1), cell))
        let outcome = await runner.run(
          try #require(script, "\(problems)"), asCell: runner.transcript.nextNumber)
        guard case .finished(let value) = outcome else {
          Issue.record("\(cell): \(outcome)")
          continue
        }
        values.append(value)
      }
      return values
    }

    /// The curves that a saved notebook would have.
    var figures: [String] { runner.transcript.cells.flatMap(\.figures).map(\.svg) }
  }

  private var keptPaths: [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.map { folder + "/" + $0 }
  }

  @Test("the session is that of having trained, and goes on and back alike")
  func isTheSame() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = Bench(folder, recalls: false)
    let values = try await first.run(Self.cells)
    let second = Bench(folder, recalls: true)
    // Of `train` the seconds too: they are those of the training that there was.
    #expect(try await second.run(Self.cells) == values)
    #expect(second.missCount == 0)
    #expect(await second.runner.fingerprint() == first.runner.fingerprint())
    #expect(second.figures == first.figures)
    let further = [
      "sample \"Hello\" length 8 at temperature 0.7 seed 5", "rewind 1", "set lr 3e-3", "resume",
      "eval dev", "show worst 3",
    ]
    let (there, here) = (try await first.run(further), try await second.run(further))
    #expect(there.map(Self.lasting) == here.map(Self.lasting))
    #expect(await second.runner.fingerprint() == first.runner.fingerprint())
  }

  /// A value without the seconds that it took.
  private static func lasting(_ value: Value) -> String {
    guard case .record(let record) = value else { return value.source }
    return record.fields.filter { $0.name != "seconds" }.map { "\($0.name)=\($0.value.source)" }
      .joined(separator: " ")
  }

  @Test(
    "what is damaged, or of other settings, is worked out again",
    arguments: [true, false])
  func damagedOrOther(isDamaged: Bool) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try await Bench(folder, recalls: false).run(Self.cells)
    var cells = Self.cells
    if isDamaged {
      for path in keptPaths {
        guard var data = FileManager.default.contents(atPath: path), !data.isEmpty else { continue }
        data[data.count / 2] ^= 1
        try data.write(to: URL(fileURLWithPath: path))
      }
    } else {
      cells[2] = "set batch 4, rank 2, seed 4"
    }
    let straight = Bench(folder + "-straight", recalls: false)
    defer { try? FileManager.default.removeItem(atPath: folder + "-straight") }
    let again = Bench(folder, recalls: true)
    _ = try await straight.run(cells)
    _ = try await again.run(cells)
    #expect(again.missCount == 1)
    #expect(await again.runner.fingerprint() == straight.runner.fingerprint())
    // It is kept as it is now.
    let third = Bench(folder, recalls: true)
    _ = try await third.run(cells)
    #expect(third.missCount == 0)
    #expect(await third.runner.fingerprint() == straight.runner.fingerprint())
  }

  @Test("a measurement is that of the model at hand, whatever stands in the same line")
  func followsTheWay() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cells = ["load model finch", "load data \"support.jsonl\" split 97/3"]
    let measured = ["set batch 8", "eval dev"]
    _ = try await Bench(folder, recalls: false).run(cells + measured)
    let other = Bench(folder, recalls: true)
    let values = try await other.run(cells + ["train 2 steps"] + measured)
    let straight = Bench(folder + "-straight", recalls: false)
    defer { try? FileManager.default.removeItem(atPath: folder + "-straight") }
    #expect(
      try await straight.run(cells + ["train 2 steps"] + measured).last.map(Self.lasting)
        == values.last.map(Self.lasting))
  }

  @Test("a training that a clock ends is not kept") func clocksCannotBeRepeated() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try await Bench(folder, recalls: false).run([
      "load model finch", "load data \"support.jsonl\" split 97/3", "set batch 4", "train 1s",
    ])
    #expect(!keptPaths.contains { $0.hasSuffix(".safetensors") })
  }

  @Test("what was not used for longest goes first") func staysWithinItsRoom() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lessons = ["one", "two"].map { Recollection(folder: "\(folder)/\($0)", limit: 2_500) }
    let keys = (0..<3).map { lessons[0].key(["number": "\($0)"]) }
    let bytes = [UInt8](repeating: 7, count: 1_000)
    lessons[0].keep(bytes, as: keys[0])
    lessons[1].keep(bytes, as: keys[1])
    let early = Date(timeIntervalSinceNow: -60)
    try FileManager.default.setAttributes(
      [.modificationDate: early], ofItemAtPath: "\(folder)/one/\(keys[0])")
    try FileManager.default.setAttributes(
      [.modificationDate: early.addingTimeInterval(-60)],
      ofItemAtPath: "\(folder)/two/\(keys[1])")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/two/a file of somebody's"))
    #expect(lessons[1].bytes(of: keys[1]) == bytes)
    lessons[0].keep(bytes, as: keys[2])
    #expect(lessons[0].bytes(of: keys[0]) == nil)
    #expect(lessons[1].bytes(of: keys[1]) == bytes)
    #expect(lessons[0].bytes(of: keys[2]) == bytes)
    #expect(FileManager.default.fileExists(atPath: folder + "/two/a file of somebody's"))
    lessons[1].forgetAll()
    #expect(lessons[1].bytes(of: keys[1]) == nil)
  }
}
