/// What an adapter does to the weights: PEFT's `peft_type`, as far as it is read here.
package enum AdapterKind: String, CaseIterable, Hashable, Sendable {
  /// Adds a product of two narrow matrices; with magnitudes, DoRA.
  case lowRank = "LORA"
  /// Adds such a product with a learned factor in the middle of each rank.
  case adaptiveRank = "ADALORA"
  /// Adds such a product of matrices that all layers share, scaled for each.
  case sharedMatrices = "VERA"
  /// Adds the elementwise product of two low-rank matrices.
  case elementwiseProduct = "LOHA"
  /// Adds the Kronecker product of two small matrices.
  case kroneckerProduct = "LOKR"
  /// Multiplies the inputs or the outputs of layers by learned factors.
  case factors = "IA3"
  /// Trains norms whole.
  case norms = "LN_TUNING"
  /// Trains the vectors of single tokens.
  case tokens = "TRAINABLE_TOKENS"
}

/// What becomes of an adapter of a kind, or with a setting, that is not read here.
package enum AdapterRemedy: Hashable, Sendable {
  /// In Python it can be merged into the weights, or saved as a plain one.
  case merge
  /// It works on what is read, not on weights: another one has to be trained.
  case trainAnother
}

extension AdapterKind {
  /// Why a `peft_type` is not read, and what can be done about it.
  static func refusal(of type: String) -> (reason: String, remedy: AdapterRemedy) {
    let known = allCases.map(\.rawValue).joined(separator: ", ")
    if let what = withoutWeights[type] { return ("\(what), and changes no weights", .trainAnother) }
    return ("the kinds that are read are \(known)", .merge)
  }

  /// Kinds that no weights can stand for, and what they do.
  private static let withoutWeights = [
    "PROMPT_TUNING": "it puts learned vectors before the text",
    "MULTITASK_PROMPT_TUNING": "it puts learned vectors before the text",
    "P_TUNING": "it puts learned vectors before the text",
    "PREFIX_TUNING": "it puts learned keys and values before the text",
    "CPT": "it puts learned vectors before the text",
    "CARTRIDGE": "it puts learned keys and values before the text",
    "ADAPTION_PROMPT": "it puts learned vectors into attention",
    "XLORA": "it chooses among adapters token by token",
    "POLY": "it chooses among adapters task by task",
  ]
}
