import Checkpoints
import Models

/// How an adapter of experts' layers, or of what chooses experts, names its targets, so that peft finds
/// them.
///
/// Transformers 5 keeps the layers of all experts in one tensor. peft takes names such as `w1` or
/// `gate_proj` for that tensor, and finds no other layer of the name then: where there is one, tensors
/// are named instead, and the rank of gate and factor together is said. What chooses experts is no
/// linear layer there: its tensor is named.
struct ExpertTargets {
  /// What peft finds modules by.
  let modules: [String]
  /// What it finds tensors by.
  let parameters: [String]
  /// Whether those of all experts are among them.
  fileprivate let namesExperts: Bool

  /// The targets of an adapter that changes `linears` of `model`; nil where none has to do with experts.
  init?(_ linears: [Linear], of model: Transformer) {
    func names(_ linears: [Linear]) -> Set<String> {
      Set(linears.compactMap { $0.path.split(separator: ".").last.map(String.init) })
    }
    let routers = Set(model.blueprint.layers.compactMap(\.experts?.router.path))
    let ofRouters = names(linears.filter { routers.contains($0.path) }).map { "\($0).weight" }
      .sorted()
    let ofExperts = names(linears.filter { $0.tokenShare < 1 })
    guard !ofExperts.isEmpty || !ofRouters.isEmpty else { return nil }
    let ofOthers = names(linears.filter { $0.tokenShare == 1 && !routers.contains($0.path) })
    namesExperts = !ofExperts.isDisjoint(with: ofOthers)
    guard namesExperts else {
      modules = ofExperts.union(ofOthers).sorted()
      parameters = ofRouters
      return
    }
    modules = ofOthers.subtracting(ofExperts).sorted()
    parameters =
      ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
      + ofExperts.intersection(ofOthers).map { "\($0).weight" }.sorted() + ofRouters
  }
}

extension AdapterConfig {
  /// This config for a new adapter that changes experts' layers, of which peft drops no inputs.
  func targeting(_ targets: ExpertTargets) -> AdapterConfig {
    var config = self
    config.dropout = 0
    config.targets = .modules(targets.modules)
    config.targetParameters = targets.parameters
    guard targets.namesExperts else { return config }
    config.rankPattern[Self.expertGates] = 2 * rank
    config.alphaPattern[Self.expertGates] = 2 * alpha
    return config
  }

  /// How peft's patterns name the tensor of experts' gates and factors.
  private static let expertGates = #".*\.experts\.gate_up_proj"#
}
