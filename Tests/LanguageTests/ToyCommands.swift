import Language
import Reporting
import Synchronization
import TestSupport

/// Eleven verbs like those of the product, so that the language is tested without it.
let toyCommands = CommandTable(
  [
    Signature(
      "load model", "Load a model.", patterns: ["<model:model>"], effects: ["changes the model"],
      examples: ["load model tiny"]),
    Signature(
      "load data", "Load examples.",
      patterns: ["<file:path> {split <split:ratio> | as <name:newName>}"],
      examples: ["load data \"support.jsonl\" split 90/10 as data"]),
    Signature(
      "set", "Change settings.", patterns: ["", "<changes:setting>"],
      examples: ["set lr 2e-4, rank 8"]),
    Signature(
      "train", "Fine-tune the current model on the current data.",
      patterns: [
        "<count:int> (epoch|epochs|step|steps) {on <data:data> | seed <seed:int>}",
        "until <stop:condition> {on <data:data> | within <limit:duration>}",
        "<count:int> (epoch|epochs|step|steps) each (epoch | <every:int> steps) <body:block>",
      ],
      slots: [
        "count": .range(1...1_000_000).about("how long"), "data": .fallback("the current data"),
      ],
      needs: ["a model", "data"], synonyms: ["fit", "finetune", "learn"],
      result: [.init("loss", "mean loss"), .init("seconds", "time", isVolatile: true)],
      examples: ["train 3 epochs", "train until dev.loss stalls for 2"], seeAlso: ["eval"]),
    Signature(
      "eval", "Measure the loss.", patterns: ["[<data:data>] {using <model:model>}"],
      examples: ["eval dev"]),
    Signature(
      "sample", "Write a text.",
      patterns: [
        "<prompt:text> {using <model:model> | at temperature <temperature:float> | top <top:int> | "
          + "length <length:int> | times <times:int>}"
      ], examples: ["sample \"Hello\" at temperature 0.7"]),
    Signature(
      "compare", "Compare two models.", patterns: ["<first:model> <second:model> on <data:data>"],
      examples: ["compare base tuned on dev"]),
    Signature(
      "save", "Save.", patterns: ["(model|adapter) <folder:path> [as <format:choice>]"],
      slots: ["format": .choices("safetensors", "gguf")], examples: ["save adapter \"out/\""]),
    Signature("show", "Show a value.", patterns: ["<what:expr>"], examples: ["show run"]),
    Signature(
      "keep", "Keep some rows.",
      patterns: ["<data:data> where <filter:rowExpr> [as <name:newName>]"],
      examples: ["keep data where row.lang == \"en\" as clean"]),
    Signature(
      "plot", "Draw a curve.", patterns: ["<what:expr> {title <title:text> | to <file:path>}"],
      examples: ["plot run.losses to \"loss.svg\""]),
    Signature("check data", "Look for problems.", patterns: [""], examples: ["check data"]),
    Signature("stop", "End a training from its block.", patterns: [""], examples: ["stop"]),
  ],
  settings: [
    SettingSignature("lr", .float, about: "step size", synonyms: ["stepsize"]),
    SettingSignature("rank", .int, about: "size of the adapter"),
    SettingSignature("warmup", .percent, about: "share of warm-up"),
    SettingSignature("adapter", .choice, choices: ["lora", "none"], about: "kind of adapter"),
  ],
  metrics: ["dev.loss", "dev.accuracy"],
  names: ["base", "tuned", "data", "dev", "run", "settings"])

/// The block of the language's design: every kind of statement and slot.
let showcase = #"""
  load model tiny
  load data "support.jsonl" split 90/10 as data
  set lr 2e-4, rank 8
  train 3 epochs
  train until dev.loss stalls for 2
  eval dev
  sample "My parcel is late." at temperature 0.7
  compare base tuned on dev
  save adapter "out/"
  let n = 3
  let name = "run-\(n)"
  train (n + 1) epochs on data
  let r = eval dev using tuned
  print "loss \(r.loss), was \((eval dev using base).loss)"
  let best = null
  for k in [4, 8, 16] {
    with lr 1e-4, rank (k) {
      train 1 epoch
      let r = eval dev
      if best == null or r.loss < best.loss { best = {rank: k, loss: r.loss} }
    }
  }
  proc fit(data, rank = 8, epochs = 1) {
    with rank (rank) { train (epochs) epochs on (data) }
    return eval dev
  }
  let a = fit(data, rank: 16)
  use sweep
  let table = sweep.grid({rank: [4, 8], lr: [1e-4, 2e-4]}) do { train 1 epoch; eval dev }
  show table
  keep data where length(row.reply) < 800 and row.lang == "en" as clean
  while r.loss > 1.2 { train 100 steps; r = eval dev }
  check r.loss < 2.0, "dev loss should fall below 2"
  plot run.losses title "Loss" to "loss.svg"
  try { load data "missing.jsonl" } catch e { print e.message }
  sample '{"intent": "refund"}' times 3 top 40 at temperature 0
  set lr = 2e-4, warmup 10%
  train until dev.loss < 1.5 within 10min
  let j = {"a": [1, 2.5, true, null], "b": {"c": "x"}}
  let m = "tiny"; load model (m)
  """#

/// Notes each command and pretends that the loss falls with each training.
final class ToyRunner: CommandRunner, NameResolver {
  private struct State {
    var calls: [String] = []
    var settings: [[String]] = []
    var losses: [Double] = []
    var stopsAfter = Int.max
  }

  private let state = Mutex(State())
  let modules: [String: String]

  init(modules: [String: String] = [:]) { self.modules = modules }

  /// What ran, as verbs with their slots.
  var calls: [String] { state.withLock { $0.calls } }

  func stop(after calls: Int) { state.withLock { $0.stopsAfter = calls } }

  var isStopRequested: Bool { state.withLock { $0.calls.count >= $0.stopsAfter } }

  func run(_ call: Call) async throws -> Value {
    let slots = call.slots.map { "\($0.name)=\(text(of: $0.value))" }
    state.withLock { state in
      let scope = state.settings.last.map { " with " + $0.joined(separator: " ") } ?? ""
      state.calls.append(
        ([call.words.joined(separator: " ")] + slots).joined(separator: " ") + scope)
    }
    switch call.signature.verb {
    case "train":
      state.withLock { $0.losses.append(2.0 / Double($0.losses.count + 1)) }
      if let body = call.block("body") {
        for epoch in 1...2 { _ = try await body.call([.integer(epoch)]) }
      }
      return .null
    case "eval": return .record(["loss": .number(state.withLock { $0.losses.last ?? 4 })])
    case "load":
      if call.text("file") == "missing.jsonl" {
        throw Diagnostic(code: "D204", "there is no file `missing.jsonl`.")
      }
      return .null
    case "keep":
      guard let filter = call.row("filter") else { return .null }
      return try await filter.evaluate(
        row: .record(["reply": .string("yes"), "lang": .string("en")]))
    default: return .null
    }
  }

  private func text(of value: Call.SlotValue) -> String {
    switch value {
    case .value(let value): value.source
    case .word(let word): word
    case .ratio(let parts): parts.map { NumberText.shortest($0) }.joined(separator: "/")
    case .weights(let weights):
      weights.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    case .settings(let changes):
      changes.map { "\($0.name):\($0.value.source)" }.joined(separator: ",")
    case .condition(.stalls(let metric, let checks)): "\(metric) stalls \(checks)"
    case .condition(.comparison(let metric, let comparison, let number)):
      "\(metric)\(comparison.rawValue)\(number)"
    case .condition(.elapsed(let seconds)): "\(seconds)s"
    case .row(let row): row.source
    case .block: "{}"
    }
  }

  func pushSettings(_ changes: [SettingChange]) async throws {
    state.withLock { $0.settings.append(changes.map { "\($0.name)=\($0.value.source)" }) }
  }

  func popSettings() async { state.withLock { _ = $0.settings.popLast() } }

  func value(of name: String) async throws -> Value? {
    switch name {
    case "data", "dev", "base", "tuned", "run": .handle(Handle(kind: "a thing", name: name))
    case "settings": .record(["lr": .number(2e-4)])
    default: nil
    }
  }

  func member(_ name: String, of handle: Handle) async throws -> Value? {
    guard handle.name == "run", name == "losses" else { return nil }
    return .list(state.withLock { $0.losses.map { .number($0) } })
  }

  func items(of handle: Handle) async throws -> [Value]? {
    handle.name == "data" ? [.integer(7), .integer(8)] : nil
  }

  func module(_ source: UseSyntax.Source, from file: SourceFile) async throws -> SourceFile? {
    guard case .standard(let name) = source, let text = modules[name] else { return nil }
    return SourceFile(.file("stdlib/\(name).ft"), text)
  }
}

/// Collects printed lines.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// What a script printed, gave and asked for.
struct Outcome {
  var printed: [String]
  var value: Value
  var calls: [String]
}

/// Parses, checks and runs a script.
func runScript(_ text: String, runner: ToyRunner = ToyRunner()) async throws -> Outcome {
  let (script, problems) = Script.parse(SourceFile(.cell(1), text), commands: toyCommands)
  if let first = problems.first { throw first }
  let checked = Checker(commands: toyCommands).check(script)
  if let first = checked.first(where: { $0.severity == .error }) { throw first }
  let lines = Lines()
  let interpreter = Interpreter(
    commands: toyCommands, runner: runner, names: runner, output: { lines.add($0) })
  let value = try await interpreter.run(script)
  return Outcome(printed: lines.all, value: value, calls: runner.calls)
}

/// The text of a script's first diagnostic, from parsing, checking or running; empty when it has none.
func firstDiagnostic(_ text: String, runner: ToyRunner = ToyRunner()) async throws -> String {
  do {
    _ = try await runScript(text, runner: runner)
    return ""
  } catch let diagnostic as Diagnostic {
    return diagnostic.plainText
  }
}
