import Foundation
import Testing

/// Scripts run by several workers under Open MPI, against the same by one process.
@Suite("Workers", .serialized) struct WorkersSlow {
  private static let data = """
    load model finch
    load data "support.jsonl" split 90/10
    keep train where row.tokens < 80
    """
  private static let lowRank = """
    \(data)
    set adapter lora, rank 4, lr 2e-3, batch 11, seed 1, shards 8, dropout 0.1
    train 2 steps
    let measured = eval dev
    let written = sample "Hello" times 3 length 8 seed 7
    let compared = compare base tuned on dev
    save adapter "out"
    print "begin"
    print measured
    print written
    print compared
    print "end"
    """
  private static let whole = """
    \(data)
    set adapter none, optimizer adafactor, lr 1e-3, batch 6, seed 1, shards 4
    train 2 steps
    save model "out"
    """
  /// Long enough to be killed in its midst.
  private static let long = """
    \(data)
    set adapter lora, rank 4, lr 2e-3, batch 4, seed 1, shards 4, checkpoint 1
    train 30 steps checkpoint "state"
    save adapter "out"
    """

  private static let adapterFile = "out/adapter_model.safetensors"

  // MARK: The same bits

  @Test("give the adapter and the losses of one process", arguments: [2, 3, 8])
  func adapter(count: Int) throws {
    let job = try WorkerJob()
    try job.write(Self.lowRank, to: "lab.ft")
    let alone = try job.run("lab.ft", by: 1)
    let expected = try #require(job.bytes(of: Self.adapterFile), "\(alone.output)")
    job.removeFolder("out")
    let (code, output) = try job.run("lab.ft", by: count)
    #expect(code == 0, "\(output)")
    #expect(job.bytes(of: Self.adapterFile) == expected)
    #expect(Self.words(of: output) == Self.words(of: alone.output))
    #expect(Self.words(of: output).count > 10, "\(output)")
    #expect(output.components(separatedBy: "finch: 3.6 M").count == 2, "one worker shows")
  }

  @Test("give the weights of one process where all are trained") func weights() throws {
    let job = try WorkerJob()
    try job.write(Self.whole, to: "lab.ft")
    _ = try job.run("lab.ft", by: 1)
    let expected = try #require(job.bytes(of: "out/model.safetensors"))
    job.removeFolder("out")
    let (code, output) = try job.run("lab.ft", by: 3)
    #expect(code == 0, "\(output)")
    #expect(job.bytes(of: "out/model.safetensors") == expected)
  }

  /// What a script printed from `begin` to `end`, however lines are broken: mpirun gives a terminal.
  private static func words(of output: String) -> [Substring] {
    let words = output.split { $0.isWhitespace }
    guard let begin = words.firstIndex(of: "begin"), let end = words.lastIndex(of: "end") else {
      return []
    }
    return Array(words[begin...end])
  }

  @Test("give the labels of one process") func labels() throws {
    let job = try WorkerJob()
    try job.write(
      """
      load model finch
      load data "reviews.csv" split 90/10
      let found = eval dev by label
      print "begin"
      print found
      print "end"
      """, to: "lab.ft")
    let alone = try job.run("lab.ft", by: 1)
    let together = try job.run("lab.ft", by: 2)
    #expect(Self.words(of: alone.output).count > 5, "\(alone.output)")
    #expect(Self.words(of: together.output) == Self.words(of: alone.output))
  }

  // MARK: Ends

  @Test("all end when one is killed (M01), and any number goes on (M03, M06)", arguments: [0, 1])
  func killed(worker: Int) throws {
    let job = try WorkerJob()
    try job.write(Self.long, to: "lab.ft")
    _ = try job.run("lab.ft", by: 1)
    let expected = try #require(job.bytes(of: Self.adapterFile))
    job.removeFolder("out")
    job.removeFolder("state")
    try job.begin("lab.ft", by: 2)
    let workers = job.workersAfterState(in: "state")
    let clock = ContinuousClock()
    let start = clock.now
    kill(try #require(workers[worker]), SIGKILL)
    let (code, output) = try job.end()
    #expect(code != 0)
    #expect(clock.now - start < .seconds(10))
    #expect(output.contains("rank \(worker) ") && output.contains("signal 9"), "\(output)")
    // The launcher may be gone a moment before the last of them.
    while clock.now - start < .seconds(10), !workers.values.allSatisfy(isGone) {
      Thread.sleep(forTimeInterval: 0.05)
    }
    #expect(workers.values.allSatisfy(isGone))
    #expect(job.bytes(of: Self.adapterFile) == nil, "it was to be killed before its end")
    let (after, text) = try job.run("lab.ft", by: 3)
    #expect(after == 0, "\(text)")
    #expect(job.bytes(of: Self.adapterFile) == expected)
  }

  /// Whether a process has ended, though its parent may not have asked for its code yet.
  private func isGone(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0 else { return true }
    let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return state?.contains(") Z ") ?? true
  }

  @Test("stop together when one is told to (M05), and one process goes on") func stopped() throws {
    let job = try WorkerJob()
    try job.write(Self.long, to: "lab.ft")
    _ = try job.run("lab.ft", by: 1)
    let expected = try #require(job.bytes(of: Self.adapterFile))
    job.removeFolder("out")
    job.removeFolder("state")
    try job.begin("lab.ft", by: 2)
    kill(try #require(job.workersAfterState(in: "state")[1]), SIGTERM)
    let (code, output) = try job.end()
    #expect(code != 0)
    #expect(output.contains("stopped at "), "\(output)")
    #expect(job.bytes(of: Self.adapterFile) == nil)
    #expect(try job.run("lab.ft", by: 1).code == 0)
    #expect(job.bytes(of: Self.adapterFile) == expected)
  }

  @Test("end when nothing is heard of one for the set time (M02)") func silent() throws {
    let job = try WorkerJob()
    try job.write(Self.long, to: "lab.ft")
    try job.begin("lab.ft", by: 2, environment: ["FT_WORKER_PATIENCE": "2"])
    kill(try #require(job.workersAfterState(in: "state")[1]), SIGSTOP)
    let (code, output) = try job.end()
    #expect(code != 0)
    #expect(output.contains("error[R281]: worker 1 has not been heard of for 2 s"), "\(output)")
  }

  // MARK: Differences (M04)

  @Test("that have other settings are refused") func otherSettings() throws {
    let job = try WorkerJob()
    try job.write("print 1", to: "lab.ft")
    let (code, output) = try job.run(parts: [
      ["-n", "1", "FT", "run", "lab.ft", "--set", "seed=1"],
      ["-n", "1", "FT", "run", "lab.ft", "--set", "seed=2"],
    ])
    #expect(code != 0)
    #expect(output.contains("--set (seed=1; worker 1: seed=2)"), "\(output)")
  }

  @Test("that have another script are refused") func otherScript() throws {
    let job = try WorkerJob()
    try job.write("print 1", to: "one.ft")
    try job.write("print 2", to: "two.ft")
    let (code, output) = try job.run(parts: [
      ["-n", "1", "FT", "run", "one.ft"], ["-n", "1", "FT", "run", "two.ft"],
    ])
    #expect(code != 0)
    #expect(output.contains("error[R282]: workers do not have the same: script ("), "\(output)")
  }

  @Test("that have other rows are refused, and one that has none is named") func otherRows() throws
  {
    let job = try WorkerJob()
    let script = """
      load model finch
      load data "rows.jsonl"
      set adapter lora, shards 2
      train 1 step
      """
    try job.write(script, to: "lab.ft")
    for (name, answer) in [("a", "yes"), ("b", "no")] {
      let rows = (0..<8).map { #"{"prompt":"number \#($0)","completion":"\#(answer)"}"# }
      try job.write(rows.joined(separator: "\n"), to: "\(name)/rows.jsonl")
    }
    let lab = job.folder + "/lab.ft"
    func run(_ first: String, _ second: String) throws -> (code: Int32, output: String) {
      try job.run(parts: [
        ["-n", "1", "--wdir", "\(job.folder)/\(first)", "FT", "run", lab],
        ["-n", "1", "--wdir", "\(job.folder)/\(second)", "FT", "run", lab],
      ])
    }
    let other = try run("a", "b")
    #expect(other.code != 0)
    #expect(other.output.contains("workers do not have the same: data ("), "\(other.output)")
    let none = try run("a", ".")
    #expect(none.code != 0)
    #expect(
      none.output.contains(#"error[R283]: worker 1: there is no file "rows.jsonl""#),
      "\(none.output)")
  }

  @Test("that alone cannot write end all with its error") func unwritable() throws {
    let job = try WorkerJob()
    try job.write(
      """
      \(Self.data)
      set adapter lora, rank 4, batch 4, shards 2
      train 2 steps checkpoint "lab.ft/state"
      """, to: "lab.ft")
    let (code, output) = try job.run("lab.ft", by: 2)
    #expect(code == 5)
    #expect(output.contains("cannot create") && output.contains("lab.ft/state"), "\(output)")
  }

  // MARK: Beginnings

  @Test("are refused where another launcher started them, and without a script")
  func refused() throws {
    let job = try WorkerJob()
    try job.write("print 1", to: "lab.ft")
    let other = try job.runAlone(["run", "lab.ft"], environment: ["PMI_SIZE": "2"])
    #expect(other.code == 6)
    #expect(other.output.contains("error[R405]"), "\(other.output)")
    let alone = try job.runAlone(["run", "lab.ft"], environment: ["OMPI_COMM_WORLD_SIZE": "1"])
    #expect(alone.code == 0)
  }
}
