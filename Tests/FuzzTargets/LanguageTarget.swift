import Language
import Reporting

/// Breaks the language: whatever the text, the lexer, the parser, the checker, the classification of
/// an entry, completion and help must come to an end.
///
/// Each text is parsed and checked, and then one of the others has it, which is chosen by its sum: so
/// many more texts are tried in the same time.
extension FuzzTarget {
  static let language = FuzzTarget("language") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let file = SourceFile(.cell(1), text)
    let (script, problems) = Script.parse(file, commands: commands)
    for problem in problems { _ = problem.plainText }
    if problems.isEmpty {
      for note in Checker(commands: commands).check(script) { _ = note.plainText }
      _ = script.pieces
    }
    let sum = bytes.reduce(0) { ($0 &* 31) &+ Int($1) } & 15
    switch sum {
    case 0: _ = Help(commands).page(text)
    case 1...5: _ = Entry.classify(text: text, commands: commands)
    case 6...10: complete(text, at: text.utf8.count)
    default: complete(text, at: text.utf8.count * Int(bytes.first ?? 0) / 256)
    }
  }
}

/// Commands of every kind of slot, so that each is met.
private let commands = CommandTable(
  [
    Signature("load model", "", patterns: ["<model:model>"], examples: []),
    Signature(
      "load data", "",
      patterns: ["<file:path> {split <parts:ratio> | skip bad | as <name:newName>}"],
      examples: []),
    Signature("set", "", patterns: ["", "<changes:setting>"], examples: []),
    Signature(
      "train", "",
      patterns: [
        "<count:int> (epoch | epochs | step | steps) {on <data:data>} [each (epoch | <every:int> steps) "
          + "<body:block>]",
        "until <stop:condition> {within <limit:duration> | on <data:data>}",
        "<time:duration> {on <data:data>}",
      ],
      slots: ["count": .range(1...1_000_000)], needs: ["model"], synonyms: ["fit"], examples: []),
    Signature(
      "sample", "",
      patterns: [
        "<prompt:text> {at temperature <t:float> | top <k:int> | using <which:choice> | raw}"
      ],
      slots: ["which": .choices("base", "tuned")], examples: []),
    Signature(
      "keep", "",
      patterns: [
        "<data:data> where <filter:rowExpr> [as <name:newName>]", "<share:percent> of <data:data>",
      ], examples: []),
    Signature("split", "", patterns: ["<data:data> <parts:ratio>"], examples: []),
    Signature("check data", "", patterns: ["[<data:data>]"], examples: []),
    Signature(
      "make", "",
      patterns: ["<shape:record> {of <items:list> | like <row:rowExpr> | to <file:path>}"],
      examples: []),
    Signature("show", "", patterns: ["", "<what:expr> [title <title:text>]"], examples: []),
    Signature("help", "", patterns: ["", "<topic:word> [<second:word>]"], examples: []),
    Signature("forget", "", patterns: ["<name:settingName>"], examples: []),
  ],
  settings: [
    SettingSignature("lr", .float, about: ""), SettingSignature("rank", .int, about: ""),
    SettingSignature("adapter", .choice, choices: ["lora", "none"], about: ""),
  ],
  metrics: ["dev.loss", "loss"], names: ["data", "dev", "run", "settings"])

/// Completes at a place, with names of every kind that begin in many ways.
private func complete(_ text: String, at place: Int) {
  _ = Completion.candidates(text: text, cursor: place, commands: commands, known: known)
}

private let known = KnownNames(
  variables: ["best", "table"], models: ["finch"], data: ["support", "dev"],
  members: ["run": ["losses", "steps"], "row": ["text", "answer"]])
