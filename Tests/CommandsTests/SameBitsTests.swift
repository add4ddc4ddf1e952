import CPU
import Language
import Reporting
import Tensors
import Testing

/// The promise a script makes: the same hash, however the machine computes.
///
/// Path and threads belong to the process; other suites run meanwhile, and must not care: that
/// they do not is the promise itself.
@Suite("The same script gives the same bits", .serialized) struct SameBitsTests {
  static let paths = VectorPath.allCases.filter { path in
    let before = VectorPath.current
    defer { _ = before.select() }
    return path.select()
  }

  /// The hash that a training and a save print.
  static func hash(method: String, microbatch: Int) async throws -> String {
    let bench = try Workbench()
    let script = """
      \(Workbench.preparation)
      set adapter \(method), rank 4, dropout 10%, microbatch \(microbatch), decay 0.1, seed 3
      train 6 steps
      let saved = \(method == "none" ? "save model" : "save adapter") "out/kept"
      print saved.sha256
      """
    _ = try await bench.run(script)
    return bench.screen.split(separator: "\n").last.map(String.init) ?? ""
  }

  @Test("on every path, with 1 to 3 threads (T09)", arguments: ["lora", "dora", "none"])
  func pathsAndThreads(method: String) async throws {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = path.select()
      Parallelism.setThreadCount(threads)
    }
    let expected = try await Self.hash(method: method, microbatch: 4096)
    #expect(expected.count == 64)
    for path in Self.paths {
      for count in 1...3 {
        #expect(path.select())
        Parallelism.setThreadCount(count)
        let found = try await Self.hash(method: method, microbatch: 4096)
        #expect(found == expected, "\(path) with \(count) threads")
      }
    }
  }

  @Test("for every micro-batch", arguments: ["lora", "dora", "none"], [16, 40, 4096])
  func microbatches(method: String, tokens: Int) async throws {
    let expected = try await Self.hash(method: method, microbatch: 64)
    #expect(try await Self.hash(method: method, microbatch: tokens) == expected)
  }

  @Test("when a training is stopped and goes on") func continued() async throws {
    let script = """
      set adapter none
      train 5 steps checkpoint "out/run"
      let saved = save model "out/kept"
      print saved.sha256
      """
    let whole = try Workbench()
    _ = try await whole.run("set seed 5\n" + Workbench.preparation + script)
    // The second bench finds the state of a run that ended; the third one in its middle would
    // need a kill, which the trainer's own tests do step by step.
    let again = try Workbench()
    for _ in 1...2 { _ = try await again.run("set seed 5\n" + Workbench.preparation + script) }
    #expect(again.screen.contains("going on from step 5 of 5"))
    let hashes = (whole.screen + again.screen).split(separator: "\n")
      .filter { $0.count == 64 && $0.allSatisfy(\.isHexDigit) }
    #expect(hashes.count == 3)
    #expect(Set(hashes).count == 1)
  }
}
