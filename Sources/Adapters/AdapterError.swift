package import Checkpoints
package import Reporting

/// Why an adapter could not be attached, read or saved.
package enum AdapterError: Error, Sendable {
  case noSuchModule(pattern: String, known: [String])
  case rankTooLarge(rank: Int, limit: Int, module: String)
  /// Experts' layers cannot have magnitudes.
  case decomposedExperts
  case alreadyAttached
  /// The adapter has tensors that no layer of the model takes.
  case unusedTensors(names: [String])
  /// The config says that a module is trained whole, and the file does not have it.
  case missingModule(String, path: String)
  /// Two parts of the adapter change the same tensor.
  case changedTwice(tensor: String)
  /// A table or head of the adapter has another number of tokens than the model's.
  case resized(tensor: String, rows: Int, expected: Int)
  /// A token whose vector is trained is none of the model's.
  case unknownToken(Int, module: String, rows: Int)
  /// The file has the base's own table or head, and it is not this model's.
  case otherBase(tensor: String)
  /// How the adapter began can be worked out from weights in float32 only.
  case needsPlainBase(String)
  /// The matrices that all layers share are not in the file.
  case noSharedMatrices
  /// The adapter adds a bias to the head, or to a table.
  case biasOfHead(module: String)
  /// The adapter adds a bias to a layer that has none, so that it cannot be worked in.
  case biasWithoutPlace(module: String)
  /// The adapter is of a kind that is read and not trained.
  case notTrainable(kind: String)
  /// Several adapters are in force, of which none can be trained or saved; `name` is the first.
  case severalInForce(Purpose, name: String)
  /// All weights cannot be trained while the adapter changes some of them.
  case inTheWay(kind: String)
  /// Two adapters that are mixed both have tensors in the place of the same one.
  case bothReplace(tensor: String)
  case file(CheckpointError)

  /// What is done with one adapter only.
  package enum Purpose: String, Hashable, Sendable {
    case training = "trained"
    case saving = "saved"
  }
}

extension AdapterError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .noSuchModule(let pattern, let known):
      Diagnostic(
        code: .unfitAdapterSettings,
        "the model has no layer `\(pattern)`; its layers are \(known.joined(separator: ", "))",
        hints: [.type("set targets all, rank 8")])
    case .rankTooLarge(let rank, let limit, let module):
      Diagnostic(
        code: .unfitAdapterSettings,
        "rank \(rank) is larger than \(module) allows: at most \(limit)",
        hints: [.type("set targets all, rank 8")])
    case .decomposedExperts:
      Diagnostic(
        code: .unfitAdapterSettings,
        "the layers of experts cannot have magnitudes (DoRA): peft would refuse such an adapter",
        hints: [.type("set targets [\"q_proj\", \"k_proj\", \"v_proj\", \"o_proj\"]")])
    case .alreadyAttached:
      Diagnostic(
        code: .adapterIsAttached, "the model has an adapter of another shape already",
        hints: [.type("reset", remark: "back to base; then train again")])
    case .unusedTensors(let names):
      unfit(
        "the adapter changes layers this model does not have: "
          + names.prefix(3).map { shown($0) }.joined(separator: ", "))
    case .missingModule(let module, let path):
      unfit(
        "\(shown(path)): `modules_to_save` names `\(shown(module))`, and the file has no such tensors"
      )
    case .changedTwice(let tensor):
      unfit("two parts of the adapter change `\(shown(tensor))`")
    case .resized(let tensor, let rows, let expected):
      unfit(
        "the adapter's `\(shown(tensor))` has \(rows) tokens and the model \(expected): it was trained "
          + "after tokens were added", hints: [Self.merging])
    case .unknownToken(let token, let module, let rows):
      unfit("the adapter trains token \(token) of `\(shown(module))`, which has \(rows)")
    case .otherBase(let tensor):
      unfit(
        "the file's `\(shown(tensor))` of the base is not this model's: it was trained on another",
        hints: [.help("load the model that the adapter was trained on first")])
    case .needsPlainBase(let start):
      unfit(
        "an adapter that began as \(start) is read beside weights in f32, of layers it fits: what it "
          + "took out of them is worked out again", hints: [.type("set base f32")])
    case .noSharedMatrices:
      unfit(
        "the file has no vera_A and vera_B, which all layers share: it was saved with "
          + "save_projection off", hints: [Self.merging])
    case .biasOfHead(let module):
      unfit("the adapter adds a bias to `\(shown(module))`", hints: [Self.merging])
    case .biasWithoutPlace(let module):
      Diagnostic(
        code: .unfitAdapter,
        "the adapter adds a bias to `\(shown(module))`, which has none: it cannot be worked into the "
          + "weights", hints: [.type("save adapter \"out/adapter\"", remark: "keeps it apart")])
    case .notTrainable(let kind):
      Diagnostic(
        code: .adapterIsAttached,
        "an adapter of the kind \(kind) is read and used, and not trained",
        hints: [
          .type("save model \"out/model\"", remark: "works it into the weights; then load that")
        ])
    case .severalInForce(let purpose, let name):
      Diagnostic(
        code: .adapterIsAttached,
        "several adapters are in force at once, or with a weight: one alone can be "
          + purpose.rawValue,
        hints: [
          .type("set adapters \(name)", remark: "one of them alone"),
          .type("save model \"out/model\"", remark: "all of them, worked into the weights"),
        ])
    case .inTheWay(let kind):
      Diagnostic(
        code: .adapterIsAttached,
        "all weights cannot be trained while an adapter (\(kind)) changes some of them",
        hints: [
          .type("save model \"out/model\"", remark: "works it into the weights; then load that"),
          .type("set adapter lora", remark: "trains on the adapter"),
        ])
    case .bothReplace(let tensor):
      unfit(
        "two of the adapters have weights in the place of `\(shown(tensor))`, which cannot be mixed"
      )
    case .file(let error): error.diagnostic
    }
  }

  private func unfit(_ message: String, hints: [Diagnostic.Hint] = []) -> Diagnostic {
    Diagnostic(code: .unfitAdapter, message, hints: hints)
  }

  private static let merging = Diagnostic.Hint.help(
    "in Python: merge_and_unload() of peft's model, save_pretrained(\"merged\"); then "
      + "`load model \"merged\"`")
}

extension DiagnosticCode {
  /// Every code of adapters.
  package static let ofAdapters: [DiagnosticCode] = [
    .unfitAdapter, .unfitAdapterSettings, .adapterIsAttached,
  ]

  static let unfitAdapter = DiagnosticCode(
    "M130", "the adapter does not fit the model",
    "It was trained on another model, or on one that was changed before, or changes what cannot be "
      + "changed here. The message names the part.")

  static let unfitAdapterSettings = DiagnosticCode(
    "S302", "the adapter's settings do not fit the model",
    "Its targets name layers of the model, and its rank is at most the width of the narrowest.")

  /// A second adapter, where a model carries one.
  package static let adapterIsAttached = DiagnosticCode(
    "T401", "an adapter is attached already",
    "Adapters that are loaded under names (`load adapter \"folder\" as a`) can be in force together: "
      + "`set adapters a 0.7, b 0.3`. `save adapter` keeps the one there is, `reset` takes all off."
  )
}
