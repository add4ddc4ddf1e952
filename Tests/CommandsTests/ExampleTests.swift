import Commands
import Language
import Reporting
import TestSupport
import Testing

/// Every command's declaration, held against what it promises.
@Suite("Examples of commands") struct ExampleTests {
  static let signatures = CommandList.table.signatures
  static let examples = signatures.flatMap { signature in
    signature.examples.map { (signature.name, $0) }
  }

  @Test("parses", arguments: examples)
  func parses(command: String, example: String) {
    let (script, problems) = Script.parse(
      SourceFile(.cell(1), example), commands: CommandList.table)
    #expect(problems.map(\.plainText) == [])
    #expect(script.statements.count == 1)
  }

  @Test("every prefix is classified", arguments: examples)
  func prefixes(command: String, example: String) {
    for length in 0...example.count {
      let prefix = String(example.prefix(length))
      // Reaching the end without a trap is the test; the whole is complete.
      let entry = Entry.classify(text: prefix, commands: CommandList.table)
      if length == example.count { #expect(entry == .complete) }
    }
  }

  @Test("every word of every form stands in an example", arguments: signatures.map(\.name))
  func options(command: String) throws {
    let signature = try #require(Self.signatures.first { $0.name == command })
    let text = signature.examples.joined(separator: " ").split(separator: " ").map(String.init)
    for word in signature.patterns.flatMap(\.words) {
      #expect(text.contains(word), "`\(word)` of \(command) has no example")
    }
  }

  @Test("has a page of help that shows its examples", arguments: signatures.map(\.name))
  func help(command: String) throws {
    let page = try #require(Help(CommandList.table).page(command))
    for example in Self.signatures.first(where: { $0.name == command })?.examples ?? [] {
      #expect(page.contains(example))
    }
  }

  /// Each example runs after a tiny model was made and trained for a step.
  ///
  /// Left out are those that load the bundled model, which the scripts' tests run.
  @Test("runs", arguments: examples.filter { !["load model", "quit", "lesson"].contains($0.0) })
  func runs(command: String, example: String) async throws {
    let bench = try Workbench()
    let untrained = ["save model", "load adapter", "new model"].contains(command)
    var script = Workbench.preparation
    if command == "load adapter" {
      script += "train 1 step\nsave adapter \"out/adapter\"\nreset\n"
    } else if command == "resume" {
      script += "train 3 steps checkpoint \"out/run\" each 1 step { stop }\n"
    } else if command == "classify" {
      script += "load data \"reviews.csv\" split 90/10\n"
    } else if !untrained {
      script += "train 1 step\n"
    }
    _ = try await bench.run(script + example)
  }

  @Test("a lesson is for the prompt", arguments: examples.filter { $0.0 == "lesson" })
  func lesson(command: String, example: String) async throws {
    let bench = try Workbench()
    let problem = await #expect(throws: Diagnostic.self) { try await bench.run(example) }
    #expect(problem?.code == "N108")
  }

  @Test("quits") func quits() async throws {
    let bench = try Workbench()
    await #expect(throws: QuitRequest.self) { try await bench.run("quit") }
  }
}
