import Foundation
import Language
import Reporting
import Testing

/// Trainings that end at a condition, and blocks that run in their midst.
@Suite("Trainings with a condition") struct TrainUntilTests {
  /// A rate at which the tiny model overfits its eight rows within a few epochs.
  private static let hot = Workbench.preparation + "set lr 3e-2, rank 4\n"

  @Test("a stall keeps the weights of the best measurement") func stalls() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Self.hot + "let r = train until dev.loss stalls for 2\nlet e = eval dev\n"
        + "[r.stopped, r.steps, r.kept_step, r.dev_loss, e.loss, run.dev_losses]")
    guard case .list(let items) = value, case .number(let steps) = items[1],
      case .number(let kept) = items[2], case .number(let best) = items[3],
      case .number(let loss) = items[4], case .list(let losses) = items[5]
    else { return #expect(Bool(false), "\(value)") }
    #expect(items[0] == .string("condition"))
    // Two epochs of two steps were measured after the best one, and none was better.
    #expect(kept == steps - 4)
    let measured = losses.compactMap { if case .number(let loss) = $0 { loss } else { nil } }
    #expect(measured.min() == best && measured.suffix(2).allSatisfy { $0 >= best })
    #expect(measured.count == Int(steps) / 2)
    #expect(abs(loss - best) < 1e-6)
    #expect(bench.screen.contains("kept the weights of step \(Int(kept))"))
  }

  @Test("a number to fall below ends it at the measurement that is") func below() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Self.hot
        + "let r = train until dev.loss < 5.68\n[r.stopped, r.dev_loss < 5.68, r.kept_step == r.steps]"
    )
    #expect(value == .list([.string("condition"), .bool(true), .bool(true)]))
  }

  @Test("says when the model is worse than before") func worse() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "set adapter none, lr 1\ntrain 1 epoch")
    let note = """
      note[T502]: this training made the model worse: on its first rows the loss was 5.5786, and is \
      11.4997 now.
        try: reset
        try: set lr auto      0.0005 for this model; then train again

      """
    #expect(bench.screen.contains(note))
  }

  @Test("says nothing of a training that helps") func better() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.hot + "train 2 epochs")
    #expect(!bench.screen.contains("T502"))
  }

  @Test("`set evaluate` measures within an epoch") func interval() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation + "set evaluate 1\ntrain 3 steps\nlength(run.dev_losses)")
    #expect(value == .integer(3))
  }

  @Test("a time ends it", arguments: ["train 1ms", "train until dev.loss < 0 within 1ms"])
  func time(line: String) async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation + "let r = \(line)\n[r.stopped, r.steps >= 1 and r.steps < 200]")
    #expect(value == .list([.string("time"), .bool(true)]))
  }

  @Test("what never comes is not waited for beyond 100 epochs") func limit() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation + "set lr 1e-8\nlet r = train until loss < 0\n[r.stopped, r.steps]")
    #expect(value == .list([.string("limit"), .integer(200)]))
  }

  @Test("dev must have rows to be waited for") func noDev() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Workbench.preparation + "load data \"rows.jsonl\"\ntrain until dev.loss stalls for 1")
    #expect(text.hasPrefix("error[D250]: `dev.loss` is measured on dev"), "\(text)")
  }

  @Test("an unknown metric is an error before anything runs") func metric() async throws {
    let bench = try Workbench()
    let text = await bench.errorText("train until dev.los < 1")
    #expect(text.hasPrefix("error[L128]: there is no metric `dev.los`."), "\(text)")
  }

  // MARK: Blocks

  @Test("a block runs after each epoch and sees the training") func eachEpoch() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        let seen = []
        train 3 epochs each epoch { seen += [[it.step, it.epoch, length(run.losses), (eval dev).loss == it.dev_loss]] }
        seen
        """)
    let rows = (1...3).map { epoch -> Value in
      .list([.integer(2 * epoch), .integer(epoch), .integer(2 * epoch), .bool(true)])
    }
    // dev_loss is kept in float32, which the loss of `eval` is not.
    guard case .list(let seen) = value else { return #expect(Bool(false), "\(value)") }
    for (row, expected) in zip(seen, rows) {
      guard case .list(let items) = row, case .list(let wanted) = expected else { continue }
      #expect(items.prefix(3) == wanted.prefix(3))
    }
    #expect(seen.count == 3)
  }

  @Test("`stop` ends it cleanly, and the script goes on") func stops() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + "let r = train 9 epochs each 1 step { if it.step == 3 { stop } }\n[r.stopped, r.steps]")
    #expect(value == .list([.string("block"), .integer(3)]))
  }

  @Test("a block changes no bit of the training", arguments: ["adapter", "model"])
  func sameBits(kind: String) async throws {
    let save = "save \(kind) \"out/a\""
    let prepared = Workbench.preparation + (kind == "model" ? "set adapter none\n" : "")
    let plain = try await Workbench().run(prepared + "train 3 epochs\n\(save)")
    let watched = try await Workbench().run(
      prepared
        + "train 3 epochs each 1 step { eval dev; eval dev using base; sample \"a\" }\n\(save)")
    #expect(Self.hash(plain) == Self.hash(watched) && Self.hash(plain) != nil)
  }

  static func hash(_ value: Value) -> Value? {
    if case .record(let record) = value { return record["sha256"] }
    return nil
  }

  @Test(
    "what would change the training is refused in its block",
    arguments: ["reset", "train 1 step", "set rank 4", "unload model", "load model finch"])
  func refused(line: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Workbench.preparation + "train 2 steps each 1 step { \(line) }")
    #expect(text.hasPrefix("error[T405]"), "\(text)")
  }

  @Test("an error in the block ends the training with its weights") func errorInBlock() async throws
  {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        try { train 9 steps each 2 steps { print 1 / 0 } } catch e { print e.code }
        [length(run.losses), (eval dev).loss != (eval dev using base).loss]
        """)
    #expect(value == .list([.integer(2), .bool(true)]))
    #expect(bench.screen.contains("L150"))
  }

  @Test("`stop` outside has nothing to stop") func nothingToStop() async throws {
    let text = await (try Workbench()).errorText("stop")
    #expect(text.hasPrefix("error[T404]"), "\(text)")
  }

  @Test("settings of `with` in a block last as long as it") func with() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + "train 2 steps each 1 step { with temperature 0 { sample \"a\" } }\nsettings.temperature")
    #expect(value == .number(0.7))
  }

  // MARK: Resuming

  /// A training is stopped by its block after `steps`, as Ctrl-C would, and goes on in a new session.
  private func resumed(_ line: String, after steps: Int, by resuming: String) async throws -> Value?
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.hot + "\(line) checkpoint \"out/run\" each 1 step { if it.step == \(steps) { stop } }")
    return Self.hash(
      try await bench.run(
        // Its settings are in the folder, and need not be set here.
        Workbench.preparation + "\(resuming)\nsave adapter \"out/a\""))
  }

  @Test("`resume` has the bits of a training that was not stopped", arguments: [1, 2, 3])
  func resumes(steps: Int) async throws {
    let unbroken = try await Workbench().run(
      Self.hot + "train until dev.loss stalls for 2\nsave adapter \"out/a\"")
    let found = try await resumed(
      "train until dev.loss stalls for 2", after: steps, by: "resume \"out/run\"")
    #expect(found == Self.hash(unbroken) && found != nil)
  }

  @Test("`resume` alone goes on in the same session") func resumesHere() async throws {
    let unbroken = try await Workbench().run(
      Self.hot + "train 3 epochs\nsave adapter \"out/a\"")
    let bench = try Workbench()
    let found = try await bench.run(
      Self.hot + "train 3 epochs checkpoint \"out/run\" each 1 step { if it.step == 3 { stop } }\n"
        + "resume\nsave adapter \"out/a\"")
    #expect(Self.hash(found) == Self.hash(unbroken) && Self.hash(found) != nil)
  }

  @Test("a finished training gives its weights again") func finished() async throws {
    let bench = try Workbench()
    let first = try await bench.run(
      Self.hot + "train until dev.loss stalls for 2 checkpoint \"out/run\"\nsave adapter \"out/a\"")
    let again = try await bench.run("reset\nresume \"out/run\"\nsave adapter \"out/b\"")
    #expect(Self.hash(first) == Self.hash(again) && Self.hash(first) != nil)
  }

  @Test("without a state there is nothing to go on with") func nothingThere() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(Workbench.preparation + "resume")
    #expect(text.hasPrefix("error[R903]"), "\(text)")
    let other = await bench.errorText("resume \"out/none\"")
    #expect(other.hasPrefix("error[R903]"), "\(other)")
  }
}
