import Autograd
package import Checkpoints
import Serialization
package import Tensors

/// A model as a GGUF file is to have it: the settings of its architecture, and its tensors.
///
/// What llama.cpp would compute otherwise than the model is refused.
package struct GGUFPlan {
  /// A tensor of the file, and what becomes of the model's own on the way there.
  package struct Item {
    /// What it is called in the file.
    package let name: String
    /// The tensor of the model, or those of all experts in order.
    var plans: [TensorPlan]
    /// Whether it is of all experts, who are its first dimension.
    var isStack = false
    /// Row i of the file is row `order[i]` of the model's; nil where they are the same.
    var order: [Int32]?
    /// What is added to each number.
    var offset: Float = 0

    /// Whether it may be rounded: matrices are, while norms, biases and positions stay float32.
    package var isMatrix: Bool { plans.allSatisfy(\.isPackable) }

    /// Whether it is the table of tokens or the head.
    package var isTable: Bool { name == "token_embd.weight" || name == "output.weight" }

    /// The sizes, outermost first.
    package var shape: [Int] { (isStack ? [plans.count] : []) + plans[0].shape }

    /// Whether it is a tensor of the model, as one of the file.
    func isWhole(_ tensor: String) -> Bool { !isStack && plans[0].name == tensor }
  }

  /// How files of its kind are laid out.
  package let architecture: GGUFArchitecture
  /// The settings whose keys begin with the architecture's name.
  package let settings: [(key: String, value: GGUFWriter.Value)]
  /// The tensors that come from the model's.
  package let items: [Item]
  /// The context in the file where a window ends it; nil where it is the model's.
  package let contextLimit: Int?
  /// By how much the frequency of each pair of a head is divided; empty where by nothing.
  package let rotaryFactors: [Float]

  /// Finds what the file of a model has in it.
  ///
  /// - Throws: `CheckpointError.notForLlamaCpp(reason:)`.
  package init(_ config: ModelConfig) throws(CheckpointError) {
    guard
      let architecture = GGUFArchitecture.of(
        modelType: config.modelType, tensors: config.blueprint.tensors.map(\.name)),
      architecture.isWritten
    else {
      throw .notForLlamaCpp(
        reason: "models of the family \(config.modelType) are not written; those of "
          + GGUFArchitecture.writtenTypes.joined(separator: ", ")
          + " are")
    }
    self.architecture = architecture
    let blueprint = config.blueprint
    if let reason = architecture.fault(of: blueprint) { throw .notForLlamaCpp(reason: reason) }
    settings = try architecture.settings(of: config)
    contextLimit = architecture.contextLimit(of: blueprint)
    rotaryFactors = Self.rotaryFactors(of: blueprint)
    var items: [Item] = []
    let orders = architecture.rowOrders(of: blueprint)
    var plans = blueprint.tensors
    if blueprint.head.isEmbedding, architecture.needsHead {
      plans.append(
        TensorPlan(
          blueprint.head.weight.name, blueprint.embedding.tokens.shape, .matrix))
    }
    for plan in plans {
      guard let name = architecture.fileName(of: plan.name) else {
        throw .notForLlamaCpp(reason: "the tensor `\(plan.name)` has no name there")
      }
      if let place = items.lastIndex(where: { $0.name == name }) {
        items[place].plans.append(plan)
        continue
      }
      var item = Item(name: name, plans: [plan], order: orders[plan.name])
      item.isStack = architecture.module(of: plan.name)?.isOfAllExperts == true
      if architecture.normsIncludeOne, case .norm(let start) = plan.role { item.offset = 1 - start }
      items.append(item)
    }
    self.items = items
  }

  /// The numbers of a tensor as the file has them, those of `weights` being the model's.
  package func tensor(
    _ item: Item, of model: Transformer, replacing weights: [String: Tensor]
  ) -> Tensor {
    func own(_ name: String) -> Tensor {
      let tied = name == model.blueprint.head.weight.name ? model.embedding.tokens : nil
      let own = model.tensors.first { $0.plan.name == name }?.parameter ?? tied
      guard let tensor = weights[name] ?? own?.weights.tensor else {
        preconditionFailure("a model without its tensor \(name)")
      }
      return tensor
    }
    guard item.isStack else { return item.changed(own(item.plans[0].name)) }
    let whole = Tensor(uninitialized: item.shape, on: model.device)
    let size = item.plans[0].count
    for (expert, plan) in item.plans.enumerated() {
      whole.elements(expert * size..<(expert + 1) * size).assign(own(plan.name))
    }
    return whole
  }

  /// The factors of llama 3's stretched positions, which stand in a tensor of their own.
  private static func rotaryFactors(of blueprint: Blueprint) -> [Float] {
    guard let rotary = blueprint.rotaries.first(where: \.hasFactors) else { return [] }
    let plain = RotaryPlan(theta: rotary.theta, width: rotary.width).frequencies
    return zip(plain, rotary.frequencies).map { Float($0 / $1) }
  }
}

extension GGUFPlan.Item {
  /// A tensor of the model with its rows in the file's order, and with what is added.
  package func changed(_ tensor: Tensor) -> Tensor {
    guard order != nil || offset != 0 else { return tensor }
    let values = tensor.values
    let width = max(1, tensor.count / max(1, order?.count ?? 1))
    var changed = values
    for (row, source) in (order ?? []).enumerated() {
      // Biases are rows of one number.
      for column in 0..<width {
        changed[row * width + column] = values[Int(source) * width + column]
      }
    }
    if offset != 0 { changed = changed.map { $0 + offset } }
    return Tensor(changed, shape: tensor.shape, on: tensor.device)
  }
}

extension RotaryPlan {
  /// Whether the stretching differs from pair to pair, as llama 3's.
  fileprivate var hasFactors: Bool {
    if case .llama3 = scaling { true } else { false }
  }
}
