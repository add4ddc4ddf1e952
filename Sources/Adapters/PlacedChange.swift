import Autograd
import Models
import Tensors

/// Where in a model a change of weights belongs.
enum Site: Hashable {
  /// A tensor by its name in model files.
  case tensor(String)
  /// The output head, where the model has it as the table of tokens.
  case head
}

/// What an adapter does to one tensor of a model.
struct PlacedChange {
  /// Which tensor.
  let site: Site
  /// What takes the place of its numbers.
  let change: any WeightChange
  /// Whether a change of the table of tokens is one of the head too, where the two are one.
  var isOfBoth = false
}

/// The tensors of a model, found by the names that adapters call them by.
struct ModelSites {
  let model: Transformer
  private let tensors: [String: PlannedParameter]

  init(_ model: Transformer) {
    self.model = model
    tensors = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.plan.name, $0) })
  }

  /// Whether the head is the table of tokens.
  var isTied: Bool { model.blueprint.head.isEmbedding }

  /// The name of the table that tokens are looked up in.
  var tableName: String { model.blueprint.embedding.tokens.name }

  /// The name of the head's matrix.
  var headName: String { model.blueprint.head.weight.name }

  /// The place of a tensor; nil when the model has none of that name.
  func site(_ name: String) -> Site? {
    if isTied, name == headName { return .head }
    return tensors[name].map { .tensor($0.plan.name) }
  }

  /// Whether rows of the tensor are looked up, rather than all of it multiplied by.
  func isTable(_ site: Site) -> Bool {
    let embedding = model.blueprint.embedding
    return site == .tensor(embedding.tokens.name)
      || embedding.positions.map { site == .tensor($0.name) } ?? false
  }

  /// What the blueprint says of the tensor.
  func plan(_ site: Site) -> TensorPlan {
    guard case .tensor(let name) = site, let tensor = tensors[name] else {
      return model.blueprint.head.weight
    }
    return tensor.plan
  }

  /// The parameter of the tensor; the head's is parted from the table for it.
  func parameter(_ site: Site) -> Parameter {
    guard case .tensor(let name) = site, let tensor = tensors[name] else { return model.partHead() }
    return tensor.parameter
  }

  /// The tensor's own numbers, as they are now.
  func ownWeights(_ site: Site) -> Weights {
    guard case .tensor(let name) = site, let tensor = tensors[name] else {
      return model.embedding.tokens.ownWeights
    }
    return tensor.parameter.ownWeights
  }
}
