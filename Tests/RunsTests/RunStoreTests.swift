import Foundation
import Reporting
import Runs
import TestSupport
import Testing

/// Trainings are written down, and read back by whoever asks.
@Suite("Record of runs") struct RunStoreTests {
  /// What is known of a small training when it begins.
  static func start(_ identity: String = "one") -> RunStart {
    RunStart(
      identity: identity, command: "train 2 steps", model: "wren", data: "train", seed: 7,
      learningRate: 1e-3,
      settings: [
        .init(name: "rank", value: "8", origin: .set),
        .init(name: "batch", value: "4", origin: .fallback),
        .init(name: "lr", value: "0.001", origin: .chosen),
      ],
      inputs: [.init(kind: "data", name: "rows.jsonl", sha256: "ab")],
      machine: .init(version: "1", device: "cpu", vectorPath: "portable", threadCount: 2),
      devHash: "dd", lines: [1, 2, 20_000_001])
  }

  static func end(_ ending: String = "finished", loss: Double = 1.5) -> RunLog.End {
    .init(
      ending: ending, loss: loss, devLoss: 2, devAccuracy: 0.5, keptStep: 2, seconds: 3,
      tokenCount: 40)
  }

  private func log(_ store: RunStore, _ identity: String = "one") throws -> RunLog {
    try RunLog(Self.start(identity), stepCount: 2, parameterCount: 10, in: store)
  }

  @Test("what is written is read") func roundTrip() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/a?b#c/runs.sqlite")
    let log = try log(store)
    var step = RunLog.Step(step: 1, loss: 2.5, learningRate: 1e-3)
    step.accuracy = 0.25
    step.gradientNorm = .infinity
    step.tokenCount = 20
    step.seconds = 1
    try log.note(step)
    let second = RunLog.Step(step: 2, loss: 1.5, learningRate: 5e-4)
    try log.note(second)
    let evaluation = RunLog.Evaluation(
      step: 2, loss: 2, accuracy: 0.5, sums: [3, 0.5], counts: [1, 2])
    try log.note(evaluation)
    try log.note(answer: "a\0b \u{1F600}", to: "what?", step: 2)
    try log.note(epoch: 0, losses: [1, .nan, 3], accuracies: [0, .nan, 1])
    try log.end(Self.end())
    try store.note(artefact: "save adapter", at: "out/a", sha256: "ff", of: log.number)

    let run = try RunStore(path: store.path).run()
    #expect(run.number == 1 && run.identity == "one" && run.state == .ended("finished"))
    #expect(run.steps == 2 && run.plannedSteps == 2 && run.parameterCount == 10)
    #expect(run.loss == 1.5 && run.devLoss == 2 && run.devAccuracy == 0.5 && run.keptStep == 2)
    #expect(run.seed == "7" && run.settings.map(\.name) == ["batch", "lr", "rank"])
    #expect(run.settings.map(\.origin) == [.fallback, .chosen, .set])
    let details = try store.details(of: run)
    #expect(details.steps == [step, second])
    #expect(details.evaluations == [evaluation])
    #expect(details.inputs.map(\.sha256) == ["ab"])
    #expect(details.artefacts.map(\.path) == ["out/a"])
    #expect(details.examples.lines == [1, 2, 20_000_001])
    #expect(details.examples.losses.map { $0.map(\.isNaN) } == [[false, true, false]])
    #expect(details.samples.map(\.step) == [2])
  }

  @Test("without a record there are no runs, and none is made by asking") func nothing() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/.tunebook/runs.sqlite")
    #expect(throws: RunStoreError.noRuns(path: store.path)) { try store.runs() }
    #expect(try folder.names == [])
  }

  @Test("a number that no run has is refused with those there are") func unknownNumber() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    _ = try log(store)
    _ = try log(store, "two")
    #expect(throws: RunStoreError.noRun(7, known: [1, 2])) { try store.run(7) }
  }

  @Test("a training that goes on is the same run, its steps counted once") func goingOn() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    let first = try log(store)
    var step = RunLog.Step(step: 1, loss: 2.5, learningRate: 1e-3)
    step.accuracy = 0.25
    try first.note(step)
    try first.write()
    let second = try log(RunStore(path: store.path))
    #expect(second.number == first.number)
    // Of the checkpoint the loss alone is known; the one written before says more.
    try second.note(earlier: RunLog.Step(step: 1, loss: 2.5, learningRate: 1e-3))
    try second.note(earlier: RunLog.Step(step: 2, loss: 2, learningRate: 1e-3))
    try second.end(Self.end())
    let details = try store.details(of: try store.run())
    #expect(details.steps.map(\.step) == [1, 2])
    #expect(details.steps.map(\.accuracy) == [0.25, nil])
    #expect(try store.runs().count == 1)
  }

  @Test("a run whose process is gone was killed") func killed() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    _ = try log(store)
    #expect(try store.run().state == .running)
    try sqlite(store.path, "UPDATE run SET process_start = process_start + 1")
    #expect(try store.run().state == .killed)
    try sqlite(store.path, "UPDATE run SET host = 'elsewhere'")
    #expect(try store.run().state == .elsewhere)
  }

  // MARK: Files that are not as they should be

  @Test("another program's database is left as it is") func foreign() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs.sqlite"
    try sqlite(path, "CREATE TABLE notes (text)")
    let before = try folder.bytes(of: "runs.sqlite")
    let store = RunStore(path: path)
    #expect(throws: RunStoreError.foreign(path: path)) { try store.runs() }
    #expect(throws: RunStoreError.foreign(path: path)) { try log(store) }
    #expect(try folder.bytes(of: "runs.sqlite") == before)
  }

  @Test("a later version's record is left as it is, and named") func newer() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    _ = try log(store)
    try sqlite(store.path, "PRAGMA user_version = 9")
    let other = RunStore(path: store.path)
    let error = #expect(throws: RunStoreError.self) { try other.runs() }
    #expect(error == .newer(path: store.path, version: 9, known: 1))
    #expect(throws: RunStoreError.self) { try log(other) }
  }

  @Test(
    "a file that is no database, or a damaged one, is an error with a page",
    arguments: [
      "", "this is no database!", "SQLite format 3\0", String(repeating: "garbage ", count: 600),
    ])
  func damaged(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.put("runs.sqlite", Array(text.utf8))
    let store = RunStore(path: folder.path + "/runs.sqlite")
    let error = #expect(throws: RunStoreError.self) { try store.runs() }
    #expect(error?.diagnostic.code != nil)
    guard !text.isEmpty else { return }
    #expect(throws: RunStoreError.self) { try log(store) }
  }

  @Test("flipped bits are an error or harmless, never a crash", arguments: 0..<40)
  func flipped(place: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs.sqlite"
    for number in 0..<5 { try log(RunStore(path: path), "run \(number)").end(Self.end()) }
    try sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
    var bytes = try folder.bytes(of: "runs.sqlite")
    bytes[place * (bytes.count - 1) / 39] ^= 1 << (place % 8)
    try folder.put("flipped.sqlite", bytes)
    let broken = RunStore(path: folder.path + "/flipped.sqlite")
    do throws(RunStoreError) {
      for run in try broken.runs() { _ = try broken.details(of: run) }
    } catch { #expect(error.diagnostic.code != nil) }
  }

  @Test("a folder that nothing can be made in is read all the same") func readOnly() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    try log(store).end(Self.end())
    try sqlite(store.path, "PRAGMA wal_checkpoint(TRUNCATE)")
    for name in try folder.names where name != "runs.sqlite" {
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    }
    #expect(try RunStore(path: store.path).runs().count == 1)
  }

  // MARK: Several at once

  @Test("two prompts write and read one record at once", .timeLimit(.minutes(2)))
  func twoAtOnce() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs.sqlite"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          let store = RunStore(path: path)
          let log = try RunLog(
            Self.start("writer \(writer)"), stepCount: 50, parameterCount: 1, in: store)
          for step in 1...50 {
            try log.note(RunLog.Step(step: step, loss: 1 / Double(step), learningRate: 1))
            try log.write()
          }
          try log.end(Self.end())
        }
      }
      group.addTask {
        for _ in 0..<50 {
          do throws(RunStoreError) {
            let store = RunStore(path: path)
            for run in try store.runs() { _ = try store.details(of: run) }
          } catch .noRuns { continue }
        }
      }
      try await group.waitForAll()
    }
    let store = RunStore(path: path)
    #expect(try store.runs().map(\.steps) == [50, 50, 50])
  }

  @Test("a reader in the middle of its reading holds up no writer") func reader() throws {
    let folder = try TemporaryFolder()
    let store = RunStore(path: folder.path + "/runs.sqlite")
    let log = try log(store)
    try log.note(RunLog.Step(step: 1, loss: 2, learningRate: 1))
    try log.write()
    let reading = Process()
    reading.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    reading.arguments = [
      "-c",
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        + "c.execute('BEGIN'); print(c.execute('SELECT count(*) FROM step').fetchone()[0], "
        + "flush=True); sys.stdin.read()", store.path,
    ]
    let (input, output) = (Pipe(), Pipe())
    (reading.standardInput, reading.standardOutput) = (input, output)
    try reading.run()
    #expect(output.fileHandleForReading.availableData.first == UInt8(ascii: "1"))
    let clock = ContinuousClock()
    let took = try clock.measure {
      for step in 2...20 {
        try log.note(RunLog.Step(step: step, loss: 2, learningRate: 1))
        try log.write()
      }
    }
    #expect(took < .seconds(1), "writing took \(took) beside a reader")
    try input.fileHandleForWriting.close()
    reading.waitUntilExit()
    #expect(try store.run().steps == 20)
  }

  /// Runs statements with another program's library.
  private func sqlite(_ path: String, _ script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [
      "-c",
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); "
        + "c.commit()", path, script,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
