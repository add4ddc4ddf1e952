import Foundation
import TestSupport
import Testing

/// What a script may rely on, wherever and however it runs: rows of the catalogue of reliability, by
/// their names.
@Suite("What scripts may rely on") struct ScriptPromiseTests {
  private static let training = """
    load model finch
    load data "support.jsonl" split 90/10
    set batch 2
    """

  private static func bytes(_ path: String) -> Data? {
    FileManager.default.contents(atPath: path)
  }

  @Test("a mistake in the last of 500 lines is found before the first runs (S01)") func checked()
    throws
  {
    let folder = try TemporaryFolder()
    let lines = ["print \"first\"", "train tokenizer 300 to \"tokenizer.json\""]
    for last in ["print nobody", "print (", "sav model \"x\""] {
      let text = (lines + Array(repeating: "print 1", count: 497) + [last]).joined(separator: "\n")
      let outcome = try ProgramRun.script(text, in: folder.path)
      #expect(outcome.code == 3 && outcome.text.contains("lab.ft:500"), "\(outcome.text)")
      #expect(!outcome.text.contains("first"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/tokenizer.json"))
    }
  }

  @Test("a failure at any line stops there, with what came before done (S02)") func stops() throws {
    let folder = try TemporaryFolder()
    for failing in 1...6 {
      let lines = (1...6).map {
        $0 == failing ? "load data \"none.jsonl\"" : "print \"line \($0)\""
      }
      let outcome = try ProgramRun.script(lines.joined(separator: "\n"), in: folder.path)
      #expect(outcome.code == 4 && outcome.text.contains("lab.ft:\(failing)"), "\(outcome.text)")
      for line in 1...6 where line != failing {
        #expect(outcome.text.contains("line \(line)\n") == (line < failing))
      }
    }
  }

  @Test("another folder, language, time zone or mask gives the same bits (S08)") func surroundings()
    throws
  {
    var hashes: Set<Data> = []
    for environment in [
      [:], ["LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE"], ["TZ": "Pacific/Apia", "LANG": "C"],
      ["HOME": "/nonexistent", "TERM": "dumb"],
    ] {
      let folder = try TemporaryFolder()
      let outcome = try ProgramRun.script(
        Self.training + "\ntrain 1 step\nsave adapter \"out\"", in: folder.path,
        environment: environment)
      #expect(outcome.code == 0, "\(outcome.text)")
      hashes.insert(
        try #require(Self.bytes(folder.path + "/out/adapter_model.safetensors"), "\(environment)"))
    }
    #expect(hashes.count == 1)
    let folder = try TemporaryFolder()
    let comma = try ProgramRun.script(
      "set lr 2,5", in: folder.path, environment: ["LC_ALL": "de_DE.UTF-8"])
    #expect(comma.code == 3, "\(comma.text)")
  }

  @Test("names of any kind are saved to and loaded from (S09)") func names() throws {
    let folder = try TemporaryFolder()
    let names = [
      "with space", "it's", "-rf", "*", "a?b[c]", "$HOME", "`id`", "tab\\there", "line\\nbreak",
      "\\\"quoted\\\"", "é", "数据", "😀", ".hidden", "~", "{x}", String(repeating: "n", count: 255),
    ]
    let lines = names.map { "save adapter \"\($0)\"\nreset\nload adapter \"\($0)\"" }
    let outcome = try ProgramRun.script(
      (["load model finch", "load data \"support.jsonl\"", "set batch 2", "train 1 step"] + lines)
        .joined(separator: "\n"), in: folder.path)
    #expect(outcome.code == 0, "\(outcome.text)")
    let made = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(made).count == names.count + 2, "\(made)")
  }

  @Test("a script that is edited while it runs goes on as it was (S10)") func edited() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/lab.ft"
    try (Self.training + "\ntrain 2 steps each 1 step { print it.step }\nprint \"as it was\"")
      .write(
        toFile: path, atomically: true, encoding: .utf8)
    let run = try ProgramRun(["run", "lab.ft"], in: folder.path)
    Thread.sleep(forTimeInterval: 1)
    try "print \"edited\"".write(toFile: path, atomically: false, encoding: .utf8)
    let outcome = run.end()
    #expect(outcome.code == 0 && outcome.text.contains("as it was"), "\(outcome.text)")
    #expect(!outcome.text.contains("edited"))
  }

  // MARK: A folder of checkpoints

  private static let kept = training + "\ntrain 2 steps checkpoint \"run\""

  @Test(
    "a link or a pipe that was planted there is not followed, and not waited for (R14)",
    arguments: ["lock", "step-1.safetensors", "step-2.json", "step-9.json"], [true, false])
  func planted(name: String, isLink: Bool) throws {
    let folder = try TemporaryFolder()
    let run = folder.path + "/run"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    let victim = folder.path + "/victim"
    try "mine".write(toFile: victim, atomically: true, encoding: .utf8)
    if isLink {
      try FileManager.default.createSymbolicLink(
        atPath: run + "/" + name, withDestinationPath: victim)
    } else {
      #expect(mkfifo(run + "/" + name, 0o600) == 0)
    }
    let outcome = try ProgramRun.script(Self.kept, in: folder.path)
    #expect([0, 5, 9].contains(outcome.code), "\(outcome.text)")
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "mine")
  }

  @Test("of several that train into one folder at once one does, and the others say so (R15)")
  func together() throws {
    let folder = try TemporaryFolder()
    try Self.kept.write(toFile: folder.path + "/lab.ft", atomically: true, encoding: .utf8)
    let runs = try (0..<4).map { _ in try ProgramRun(["run", "lab.ft"], in: folder.path) }
    let outcomes = runs.map { $0.end() }
    #expect(outcomes.contains { $0.code == 0 })
    // One that came when the first was done has nothing left to do.
    for outcome in outcomes where outcome.code != 0 {
      #expect(outcome.code == 8 && outcome.text.contains("error[R801]"), "\(outcome.text)")
    }
    #expect(try ProgramRun.script(Self.kept, in: folder.path).code == 0)
  }
}
