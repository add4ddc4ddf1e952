import Commands
import Foundation
import Language
import Models
import Notebook
import Reporting
import Testing

/// Words of the field lead somewhere: to what there is, or to its absence and what to do instead.
@Suite("Words of the field") struct ConceptTests {
  static let words = Concept.all.flatMap { concept in concept.words.map { ($0, concept.name) } }

  /// What people of the field have asked for by these words.
  static let asked = [
    "dpo", "gguf", "ollama", "serve", "system", "accuracy", "f1", "metrics", "early stopping",
    "packing", "gradient accumulation", "classify", "dedupe", "bleu", "merge", "history",
    "notebook",
    "batch size", "epochs", "perplexity", "checkpoint", "quantization", "gpu", "cuda", "lora",
    "qlora", "rag", "few-shot", "rouge", "learning rate", "warmup", "scheduler", "overfitting",
    "dropout", "tokenizer", "vocab", "context length", "padding", "truncation", "mask",
    "system prompt", "chat template", "export", "deploy", "api", "openai", "jsonl", "csv",
    "parquet",
    "hugging face", "download", "seed", "reproducibility", "resume", "logging", "wandb",
    "tensorboard", "loss", "validation", "test set", "cross validation", "hyperparameter search",
    "baseline", "embedding", "retrieval", "translation", "summarization", "sentiment", "rlhf",
    "ppo",
    "reward", "distillation", "pruning", "freeze layers", "adapter", "prefix tuning", "memory",
    "speed", "threads", "optimizer", "adamw", "momentum", "temperature", "top_p", "beam search",
    "repetition penalty", "stop sequence", "hallucination", "confusion matrix", "jupyter", "python",
    "fine-tune", "finetuning", "LoRA", "early_stopping", "k-fold", "zero shot", "chain of thought",
    "mixture of experts", "continued pretraining", "from scratch", "mixed precision",
    "cross entropy",
    "weight decay", "gradient clipping", "gradient checkpointing", "class imbalance", "streaming",
    "vllm", "llama.cpp", "onnx", "safetensors", "peft", "token", "label", "prompt", "chat",
    "answer",
  ]

  @Test("there are at least 150 words, each of one meaning")
  func count() {
    let all = Self.words.map(\.0)
    #expect(all.count >= 150)
    let twice = Dictionary(grouping: all) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice.isEmpty, "\(twice)")
    // A command or setting has its own page; a concept of its name would never be seen.
    let declared =
      CommandList.table.signatures.map(\.name) + CommandList.table.settings.map(\.name)
    let hidden = Set(all).intersection(declared).subtracting(["classify"])
    #expect(hidden.isEmpty, "\(hidden.sorted())")
  }

  @Test(
    "models that load are there, under the name of each type", arguments: ModelConfig.knownTypes)
  func families(type: String) {
    let word = ConceptSignature.normalized(type)
    let concepts = Concept.all.filter { $0.words.contains(word) }
    #expect(concepts.map(\.isThere) == [true])
  }

  @Test("each leads to a page") func pages() async throws {
    let bench = try Workbench()
    for word in Self.words.map(\.0) + Self.asked {
      // A type is asked for as configs have it: a number by itself, as in `ernie4 5`, is no word.
      let type = ModelConfig.knownTypes.first { ConceptSignature.normalized($0) == word }
      let word = type ?? word
      let text = await bench.errorText("help \(word)")
      #expect(text == "no error", "help \(word)")
    }
  }

  @Test("each line to type is read and checked") func lines() {
    let known = KnownNames(variables: ["r"])
    for concept in Concept.all {
      if !concept.isThere { #expect(!concept.about.isEmpty) }
      if concept.isThere { #expect(!concept.lines.isEmpty, "\(concept.name)") }
      for line in concept.lines where !Self.comes(line) {
        let (script, problems) = Script.parse(
          SourceFile(.cell(1), line), commands: CommandList.table)
        let found = problems + Checker(commands: CommandList.table, known: known).check(script)
        #expect(found.isEmpty, "\(line): \(found.map(\.message))")
      }
    }
  }

  /// Whether a line begins with a command that this build has not.
  private static func comes(_ line: String) -> Bool {
    ["classify", "drop"].contains { line.hasPrefix($0) && !CommandList.table.isVerb($0) }
  }

  @Test("each line that asks for help gets it") func helpLines() async throws {
    let bench = try Workbench()
    for line in Concept.all.flatMap(\.lines) where line.hasPrefix("help ") {
      #expect(await bench.errorText(line) == "no error", "\(line)")
    }
  }

  @Test("typed as commands or settings, they say the same and change no meaning")
  func asCommands() async throws {
    let bench = try Workbench()
    for (line, part) in [
      ("dpo", "load data \"preferences.jsonl\" split 90/10"), ("grpo", "ft has no rewards"),
      ("openai 8080", "OpenAI API"),
      ("early stopping", "Training ends by itself"), ("set patience 3", "Training ends by itself"),
      ("set early stopping 3", "Training ends by itself"), ("gguf \"out\"", "export gguf"),
      ("sample \"x\" system \"y\"", "help system prompt"), ("rag", "looks nothing up"),
    ] {
      let text = await bench.errorText(line)
      #expect(text.contains(part), "\(text)")
      #expect(!text.contains("try: stop") && !text.contains("sample \"x\" stop"), "\(text)")
    }
  }

  @Test("completion offers them after `help`") func completion() async throws {
    let bench = try Workbench()
    let known = await bench.runner.knownNames()
    let found = Completion.candidates(
      text: "help early ", cursor: 11, commands: CommandList.table, known: known)
    #expect(found.candidates.map(\.text) == ["stopping"])
  }
}

/// What errors say to type.
@Suite("Lines to try") struct TryLineTests {
  /// The lines that stand in the program's source as they are shown.
  static let constants: [String] = {
    var lines: Set<String> = []
    let root = Workbench.checkout + "/Sources"
    for path in FileNamesUnder.swift(root) {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
      for match in text.matches(of: /\.type\(\s*"((?:[^"\\]|\\")*)"/) {
        lines.insert(String(match.1).replacing("\\\"", with: "\""))
      }
    }
    return lines.sorted()
  }()

  @Test("each constant line is read without an error") func constantLines() {
    #expect(Self.constants.count >= 20)
    for line in Self.constants
    where !line.hasPrefix("ft ") && !line.hasPrefix(":") && !line.contains("…") {
      let (_, problems) = Script.parse(SourceFile(.cell(1), line), commands: CommandList.table)
      #expect(problems.isEmpty, "\(line): \(problems.map(\.message))")
    }
  }

  @Test(
    "each line of an exact error text does something else",
    arguments: ErrorTests.cases.map(\.script))
  func exactTexts(script: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(script)
    let head = text.split(separator: "\n").first
    for line in text.split(separator: "\n") where line.hasPrefix("  try: ") {
      let typed = String(line.dropFirst("  try: ".count))
      let end = typed.firstRange(of: "      ")?.lowerBound ?? typed.endIndex
      let next = await bench.errorText(String(typed[..<end]))
      #expect(next.split(separator: "\n").first != head, "\(typed)")
    }
  }

  @Test(
    "an error line never turns into something else",
    arguments: [
      "sample \"x\" system \"y\"", "sample \"x\" 5", "save model \"out\" as safetensors",
      "eval dev by f1", "compare base tuned by dev", "sample \"x\" max 5", "plan 3 hours",
      "save export \"x\"", "load tokenizer \"x\"", "serve model", "test model", "split data evenly",
    ])
  func meaning(line: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(line)
    let typed = Set(line.split(separator: " "))
    for hint in text.split(separator: "\n") where hint.hasPrefix("  try: ") {
      let words = hint.dropFirst("  try: ".count).split(separator: " ")
      // Either an example or a page, which share little with what was typed, or its words kept.
      let lost = typed.subtracting(words)
      let isRewritten = typed.intersection(words).contains("\"x\"") || lost.count < 1
      #expect(!isRewritten || lost.allSatisfy { Self.small.contains($0) }, "\(line) -> \(hint)")
    }
  }

  private static let small: Set<Substring> = ["by", "as", "the", "for"]
}
