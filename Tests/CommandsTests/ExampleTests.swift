import Commands
import Datasets
import Foundation
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

  /// Each example runs after a tiny model was made and trained for a step, and gives the fields that
  /// its command declares: those with a condition in one example at least, all others in each.
  ///
  /// Left out are those that load the bundled model, which the scripts' tests run, and those that
  /// need a network, which the tests of fetching run on a server of their own.
  @Test(
    "runs, and gives what is declared",
    arguments: signatures.map(\.name).filter {
      ![
        "load model", "get model", "quit", "lesson", "upload data", "start job", "watch job",
        "cancel job", "download job", "serve",
      ].contains($0)
    })
  func runs(name: String) async throws {
    let signature = try #require(Self.signatures.first { $0.name == name })
    var given: Set<String> = []
    for example in signature.examples {
      for preparation in try Self.preparations(for: example, of: name) {
        let value = try await Workbench().run(preparation + example)
        let fields = try Self.fields(of: value)
        let command = try Self.command(of: example)
        let always = command.result.filter { $0.condition == nil }.map(\.name)
        #expect(fields.subtracting(command.result.map(\.name)) == [], "more: \(example)")
        #expect(Set(always).subtracting(fields) == [], "less: \(example)")
        given.formUnion(fields)
      }
    }
    #expect(Set(signature.result.map(\.name)).subtracting(given) == [], "in no example of \(name)")
  }

  /// The command that an example is: that of `stop` is a training, whose block stops.
  private static func command(of example: String) throws -> Signature {
    let (script, _) = Script.parse(SourceFile(.cell(1), example), commands: CommandList.table)
    guard case .expression(let expression) = try #require(script.statements.first).kind,
      case .command(let command) = expression.kind
    else { throw Diagnostic(code: nil, "`\(example)` is no command") }
    return signatures[command.signature]
  }

  private static func fields(of value: Value) throws -> Set<String> {
    switch value {
    case .record(let record): Set(record.names)
    case .null: []
    default: throw Diagnostic(code: nil, "a result is a record, not \(value.kindName)")
    }
  }

  /// What runs before an example; for some it is tried on labels, plain text or an open end as well.
  private static func preparations(for example: String, of command: String) throws -> [String] {
    let untrained = Workbench.preparation
    let usual = untrained + "train 1 step\n"
    let labels = usual + "set long cut\nload data \"reviews.csv\" split 90/10\n"
    let texts = usual + "set long cut\nload data \"reviews.csv\" text \"text\" split 90/10\n"
    let pairs = "set long cut, waive truncation\nload data \"preferences.jsonl\" split 8/4/188\n"
    let stopped = "checkpoint \"out/run\" each 1 step { stop }\n"
    return switch (command, example) {
    case ("save model", _), ("new model", _): [untrained]
    case ("load adapter", _): [usual + "save adapter \"out/adapter\"\nreset\n"]
    case ("set adapters", _), ("compare adapters", _):
      [
        usual + "save adapter \"out/adapter\"\nreset\n"
          + "load adapter \"out/adapter\" as a\nload adapter \"out/adapter\" as b\n"
      ]
    case ("undo", _): [usual, usual + "drop 1\n"]
    case ("compare run", _): [usual + "train 1 step\n", usual + "train 1 step on dev\n"]
    case ("resume", "resume"):
      ["train 3 steps ", "train until dev.loss stalls for 1 "].map { untrained + $0 + stopped }
        + [untrained + pairs + "train 3 steps " + stopped]
    case ("resume", _): [untrained + "train 3 steps " + stopped]
    case ("classify", "classify \"Hello\""):
      [labels, try headed(.one), try headed(.several), try headed(.number)]
    case ("classify", _): [labels]
    case ("baseline", "baseline dev shots 2"): [usual]
    case ("baseline", "baseline dev"): [usual, labels, usual + "set objective retrieve\n"]
    case ("baseline", _): [usual, labels]
    case ("eval", "eval dev"):
      [
        usual, texts, usual + pairs, usual + "set objective retrieve\n", try headed(.one),
        try headed(.several), try headed(.number),
      ]
    case (_, "eval dev by topic with exact"): [usual + "load data \"topics.jsonl\" split 6/6\n"]
    case (_, "eval dev"): [usual, texts, usual + pairs]
    case (_, "train 1 epoch"): [usual, usual + pairs]
    case ("train", "train 1 epoch from teacher \"out/big\""): [usual + "save model \"out/big\"\n"]
    default: [usual]
    }
  }

  /// A model with a head that was trained a step on labels, or on numbers.
  private static func headed(_ kind: LabelSet.Kind) throws -> String {
    let rows = (0..<20).map {
      #"{"text":"number \#($0)","label":\#(kind == .number ? "\(Double($0) / 4)" : #""is \#($0 % 2)""#)}"#
    }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "tunebook-examples-\(UUID().uuidString).jsonl")
    try Data(rows.joined(separator: "\n").utf8).write(to: path)
    return Workbench.preparation
      + "load data \"\(path.path(percentEncoded: false))\" split 12/8\n"
      + "set objective classify, label_kind \(kind.rawValue)\ntrain 1 step\n"
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
