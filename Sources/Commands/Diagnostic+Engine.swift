import Adapters
import Benchmarks
import Checkpoints
import Datasets
import Language
package import Reporting
package import Session
import Tokenizers
import Training

/// The engine's typed errors in the user's words: code, sentence, place, and a line to type.
extension Diagnostic {
  /// `part` is what the rows are called that were to become tokens.
  init(_ error: DatasetError, of part: String = "data") {
    let hints = error.hint.map { [Hint.help($0)] } ?? []
    switch error {
    case .badRows(_, _, let problems), .noGoodRows(_, let problems):
      self.init(problems, summary: error.message, of: part)
    default:
      self.init(code: DiagnosticCode(error.code), Diagnostic.sentence(error.message), hints: hints)
    }
  }

  /// The first bad row in full, and how many more there are.
  private init(_ problems: ProblemList, summary: String, of part: String) {
    guard let first = problems.shown.first else {
      self.init(code: "D101", Diagnostic.sentence(summary))
      return
    }
    var hints = first.reason.hint.map { [Hint.help($0)] } ?? []
    if case .tooLong(_, let limit) = first.reason {
      hints = Self.hintsForLongRows(of: part, limit: limit)
    }
    if problems.count > 1 {
      let others = problems.shown.dropFirst().prefix(3).map(\.place).joined(separator: ", ")
      hints.append(Hint("more", "\(summary): also \(others)"))
    }
    let source = SourceFile(
      .file(first.file), first.excerpt.text, firstLine: first.line,
      firstColumn: first.column - first.excerpt.column + 1)
    let start = first.excerpt.text.prefix(first.excerpt.column - 1).utf8.count
    self.init(
      code: DiagnosticCode(first.reason.code), Diagnostic.sentence(first.message),
      at: Label(source, SourceSpan(start, start + 1), first.reason.detail ?? ""), hints: hints)
  }

  /// The lines that make a training take rows of which some are too long.
  static func hintsForLongRows(of part: String, limit: Int) -> [Hint] {
    [
      .type("set long cut", remark: "keeps the beginning of long rows"),
      .type("keep \(part) where row.tokens <= \(limit)", remark: "leaves long rows out"),
    ]
  }

  init(_ error: CheckpointError, hints: [Hint] = []) {
    self.init(
      code: DiagnosticCode(error.code), Diagnostic.sentence(error.message),
      hints: hints + error.hints)
  }

  package init(_ error: ModelError) {
    switch error {
    case .checkpoint(let error): self.init(error)
    case .tooLarge:
      self.init(
        code: "R401", Diagnostic.sentence(error.message),
        hints: [.help("nothing was loaded; take a smaller model")])
    case .baseIsGone:
      self.init(
        code: "M140", Diagnostic.sentence(error.message),
        hints: [.help("load the model again; `save model` keeps what was trained")])
    case .tokenizer, .template, .vocabularyTooLarge:
      self.init(code: "M120", Diagnostic.sentence(error.message))
    }
  }

  init(_ error: AdapterError) {
    switch error {
    case .file(let error): self.init(error)
    case .alreadyAttached:
      self.init(
        code: "T401", "the model has an adapter of another shape already.",
        hints: [.type("reset", remark: "back to base; then train again")])
    case .noSuchModule, .rankTooLarge:
      self.init(
        code: "S302", Diagnostic.sentence(error.message), hints: [.type("set targets all, rank 8")])
    case .unusedTensors, .wholeTensors:
      self.init(code: "M130", Diagnostic.sentence(error.message))
    }
  }

  init(_ error: TrainingError) {
    switch error {
    case .adapter(let error): self.init(error)
    case .file(let error): self.init(error)
    case .inUse:
      self.init(
        code: "R801", Diagnostic.sentence(error.message),
        hints: [.help("wait for it, or name another folder")])
    case .badCheckpoint(let error):
      self.init(
        code: "R902", Diagnostic.sentence(error.message),
        hints: [.help("remove the file to begin anew, or name another folder")])
    case .frozenBase:
      self.init(
        code: "T403", Diagnostic.sentence(error.message),
        hints: [
          .type("set adapter lora", remark: "trains beside them"),
          .help("or `set base f32`, and load the model again"),
        ])
    case .noExamples: self.init(code: "D250", Diagnostic.sentence(error.message))
    case .otherCheckpoint:
      self.init(
        code: "R901", Diagnostic.sentence(error.message),
        hints: [.help("name another folder, or make the settings and data as they were")])
    case .diverged(let step, _, let rate):
      let lower = Hint.type(
        "set lr \(Wording.digits(rate / 10))", remark: "then train again")
      let damaged = Hint.help("the weights were not numbers before: `reset`, or load them again")
      self.init(
        .stopped, code: "T501", Diagnostic.sentence(error.message),
        hints: [.help("the weights are those before that step"), step > 1 ? lower : damaged])
    }
  }

  init(_ error: BenchmarkError) {
    switch error {
    case .file(let error): self.init(error)
    case .adapter(let error): self.init(error)
    case .training(let error): self.init(error)
    case .noRows: self.init(code: "D103", Diagnostic.sentence(error.message))
    case .badRow:
      self.init(
        code: "D201", Diagnostic.sentence(error.message),
        hints: [.help("a row is {\"input_ids\": [5, 7, 9], \"completion_mask\": [0, 1, 1]}")])
    }
  }

  /// The message as a sentence of its own.
  static func sentence(_ message: String) -> String {
    message.hasSuffix(".") || message.hasSuffix("?") ? message : message + "."
  }
}

extension DatasetError {
  /// The code that `help` explains.
  fileprivate var code: String {
    switch self {
    case .zeroInPath, .notFound, .notAFile, .unreadable, .tooLarge: "D101"
    case .notText: "D102"
    case .empty: "D103"
    case .badRows, .noGoodRows: "D201"
    case .unknownColumns, .missingColumn: "D104"
    case .badRatio, .tooFewRows: "D105"
    case .noChatTemplate: "D107"
    case .noEnd: "D245"
    }
  }
}

extension CheckpointError {
  /// What to do about it, where that follows from the error alone.
  fileprivate var hints: [Diagnostic.Hint] {
    switch self {
    case .mixedFolder(let path, _, _, let manifest):
      return [
        .help("save it again; or, if you changed the file yourself, remove \(path)/\(manifest)")
      ]
    case .filePointer(let path):
      let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      return [
        .help(
          "in the shell: `cd \(folder.isEmpty ? "." : folder.joined(separator: "/")) && git lfs pull`; "
            + "then load it again")
      ]
    case .unwritable:
      return [
        .type("reset", remark: "back to the model as loaded; then train with a smaller rate")
      ]
    case .notFinite:
      return [.help("fetch the file again, or take one from before the training diverged")]
    case .pickleCheckpoint(let folder, let file):
      let (python, line) =
        file.hasPrefix("adapter")
        ? ("peft.PeftModel.from_pretrained(base, \"\(folder)\")", "load adapter")
        : ("transformers.AutoModelForCausalLM.from_pretrained(\"\(folder)\")", "load model")
      return [
        .help(
          "in Python: \(python).save_pretrained(\"new-folder\"), and the tokenizer in the same way; "
            + "then `\(line) \"new-folder\"`")
      ]
    default: return []
    }
  }

  fileprivate var code: String {
    switch self {
    case .fileSystem(.open, _, _), .missingFile, .notAFile: "M101"
    case .fileSystem: "R201"
    case .notAModelFolder, .shardedModelThere: "R202"
    case .pickleCheckpoint, .noWeights: "M102"
    case .mixedFolder: "M108"
    case .unknownModelType, .unsupported: "M103"
    case .notFinite: "M105"
    case .filePointer: "M106"
    case .unwritable: "T503"
    default: "M104"
    }
  }
}
