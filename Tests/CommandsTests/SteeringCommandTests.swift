import Language
import Notebook
import Reporting
import Session
import Testing

/// Pausing, changing settings on the way, going back, and branches, as they are typed.
@Suite("Steering by commands") struct SteeringCommandTests {
  /// Runs lines on the prepared data, and hashes what the session is afterwards.
  private func end(
    _ lines: String..., checking body: (Workbench) throws -> Void = { _ in }
  ) async throws -> String {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + lines.joined(separator: "\n"))
    try body(bench)
    return await bench.runner.session.fingerprint()
  }

  @Test(
    "a training that pauses and goes on ends as a straight one",
    arguments: ["", "set adapter none\n", "set adapter dora\n", "set optimizer lion\n"])
  func resumes(setting: String) async throws {
    let straight = try await end(setting + "train 5 steps")
    for way in [
      "train 5 steps pause at 2\nresume", "train 5 steps pause at 2\nresume 1 step\nresume",
      "train 5 steps pause at 1\nsample \"number 3\"\neval dev\nresume 2 steps\nresume",
      "train 5 steps each 1 step { if it.step == 3 { pause } }\nresume",
      "train 5 steps\nrewind 2\nresume", "train 5 steps pause at 4\nrewind 0\nresume",
      "train 5 steps\nrewind 2\nrewind 5",
      "train 5 steps pause at 3\nbranch hot\nresume 1 step\nbranch main\nresume\nkeep branch main",
    ] {
      #expect(try await end(setting + way) == straight, "\(way)")
    }
  }

  @Test("a setting that changes on the way gives the same bits however it comes") func steers()
    async throws
  {
    let change = "set lr 5e-4, clip 0.5, schedule linear"
    let straight = try await end(
      "train 6 steps each 1 step { if it.step == 3 { \(change) } }")
    let plain = try await end("train 6 steps\n" + change)
    #expect(straight != plain)
    for way in [
      "train 6 steps pause at 3\n\(change)\nresume",
      "train 6 steps pause at 3\n\(change)\nresume 2 steps\nrewind 1\nresume",
      "train 6 steps\nrewind 3\n\(change)\nresume",
      "train 6 steps\nrewind 3\nbranch other\n\(change)\nresume\nkeep branch other",
    ] {
      #expect(try await end(way) == straight, "\(way)")
    }
  }

  @Test("a script that changes settings on the way repeats itself from a checkpoint")
  func scripts() async throws {
    let line =
      "train 6 steps checkpoint \"out/run\" each 1 step { if it.step == 3 { set lr 5e-4 } }"
    let straight = try await end(line)
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 6 steps checkpoint \"out/run\" each 1 step { if it.step == 3 { set lr 5e-4 }; "
        + "if it.step == 4 { stop } }")
    let other = try Workbench(sharing: bench)
    _ = try await other.run(Workbench.preparation + line.replacing("stop", with: "") + "\nresume")
    #expect(await other.runner.session.fingerprint() == straight)
  }

  @Test("a branch leaves the way it parts from, and both are measured on the same rows")
  func branches() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        train 6 steps
        rewind 2
        branch hot
        set lr 0.01
        resume
        compare branches main hot on dev
        """)
    guard case .record(let record) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(record["first"] != record["second"])
    #expect(bench.screen.contains("`hot` parts from `main` at step 2"))
    let straight = try await end("train 6 steps")
    _ = try await bench.run("keep branch main")
    #expect(await bench.runner.session.fingerprint() == straight)
    #expect(await bench.errorText("keep branch hot").hasPrefix("error[R907]"))
    let runs = try await bench.run("runs")
    #expect("\(runs)".contains("id") && bench.screen.contains("after step 2: lr 0.01"))
  }

  @Test("`rewind best` goes to the least loss on dev") func best() async throws {
    let bench = try Workbench()
    // At such a rate the last weights are not the best ones.
    let value = try await bench.run(
      Workbench.preparation
        + "set evaluate 1, lr 0.9, adapter none, schedule rising\ntrain 8 steps\nrewind best")
    guard case .record(let record) = value,
      case .list(let losses)? = try? await bench.run("run.dev_losses")
    else {
      Issue.record("\(value)")
      return
    }
    let numbers = losses.compactMap { if case .number(let loss) = $0 { loss } else { nil } }
    let best = try #require(numbers.min())
    #expect(record["dev_loss"] == .number(best) && numbers.count == 8 && numbers.last != best)
    #expect(record["step"] == .integer((numbers.firstIndex(of: best) ?? 0) + 1))
  }

  @Test(
    "what cannot be is refused by name",
    arguments: [
      ("pause", "error[T406]"), ("rewind 2", "error[R905]"), ("resume 3 steps", "error[R905]"),
      ("train 4 steps\nrewind 5", "error[R906]"), ("train 4 steps\nresume 1 step", "error[R903]"),
      ("train 4 steps\nresume", "error[R903]"), ("resume", "error[R903]"),
      ("train 4 steps pause at 2\nset rank 4\nresume", "error[T407]"),
      ("train 4 steps pause at 2\nreset\nresume 1 step", "error[R905]"),
      ("train 4 steps each 1 step { set rank 4 }", "error[T405]"),
      ("train 4 steps each 1 step { rewind 1 }", "error[T405]"),
      ("train 4 steps each 1 step { branch hot }", "error[T405]"),
      ("compare branches main hot", "error[R907]"),
      ("set snapshots 0\ntrain 4 steps\nrewind 1", "error[R904]"),
    ])
  func refuses(lines: String, code: String) async throws {
    let text = try await Workbench().errorText(Workbench.preparation + lines)
    #expect(text.hasPrefix(code), "\(text)")
  }
}
