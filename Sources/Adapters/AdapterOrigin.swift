import Checkpoints
import Tensors

/// What an adapter was read from, and what of it is written again as it was.
struct AdapterOrigin {
  /// The file's settings.
  let config: AdapterConfig
  /// Tensors that are not trained here, by their names in the file.
  var kept: [String: Tensor] = [:]
  /// Learned tensors that files have with rows and columns exchanged, by name.
  var turned: Set<String> = []
  /// Names under which files have learned tensors once more, turned or not, with the learned one's:
  /// those of a head that is the table of tokens.
  var copies: [String: (name: String, isTurned: Bool)] = [:]
  /// Layers of experts whose matrices the file keeps together.
  var stacks: [ExpertStack] = []
  /// The SHA-256 of the weights that it was trained on, where the folder notes it.
  let baseHash: String?

  init(config: AdapterConfig, baseHash: String? = nil) {
    self.config = config
    self.baseHash = baseHash
  }

  /// The tensors of a file, those that were learned being `learned`.
  func tensors(_ learned: [String: Tensor]) -> [String: Tensor] {
    var tensors = kept.merging(learned) { $1 }
    for (name, copy) in copies {
      tensors[name] = learned[copy.name].map { copy.isTurned ? $0.turned : $0 }
    }
    for name in turned { tensors[name] = learned[name]?.turned }
    return tensors
  }
}

extension AdapterKind {
  /// What adapters of the kind are called in messages.
  func name(_ settings: LowRankSettings) -> String {
    switch self {
    case .lowRank: settings.kindName
    case .adaptiveRank: "adalora"
    case .sharedMatrices: "vera"
    case .elementwiseProduct: "loha"
    case .kroneckerProduct: "lokr"
    case .factors: "ia3"
    case .norms: "norms"
    case .tokens: "tokens"
    }
  }
}
