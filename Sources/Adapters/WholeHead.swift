import Autograd
import Checkpoints
package import Models
import Tensors

/// What a new adapter learns whole of a head that chooses labels: peft's `modules_to_save`.
///
/// Those are the modules that peft saves of every classifier, and those that were drawn for this head,
/// which no file has.
package struct WholeHead {
  private let model: Transformer

  /// That of `model`; nothing where its head chooses no labels of texts.
  package init(_ model: Transformer) { self.model = model }

  /// How peft knows the modules of a classifier: their names end so.
  private static let names = ["classifier", "score"]

  private var tensors: [PlannedParameter] {
    guard model.config.labelTask != nil else { return [] }
    return model.headTensors.filter { tensor in
      model.givenHead[tensor.plan.name] != nil
        || Self.isSaved(tensor.plan.name.split(separator: ".").dropLast())
    }
  }

  private static func isSaved(_ path: some Sequence<Substring>) -> Bool {
    path.contains { part in names.contains { part.hasSuffix($0) } }
  }

  /// The tensors, to be learned, as they are now.
  var changes: [PlacedChange] {
    tensors.map { tensor in
      let plan = tensor.plan
      let role: AdapterTensor.Role = plan.name.hasSuffix(".bias") ? .bias : .weight
      let part = Parameter(
        name: AdapterTensor.name(of: role, Self.module(plan.name)),
        value: tensor.parameter.ownWeights.tensor.copy())
      return PlacedChange(site: .tensor(plan.name), change: ReplacedWeights(part))
    }
  }

  /// The shapes of what is learned.
  package var shapes: [[Int]] { tensors.map(\.plan.shape) }

  /// How adapter_config.json names the modules: as peft does, and those that it would not know.
  var modulesToSave: [String] {
    let all = tensors.map { Self.module($0.plan.name) }
    guard !all.isEmpty else { return [] }
    let unknown = all.filter { !Self.isSaved($0.split(separator: ".")) }
    return Set(Self.names + unknown).sorted()
  }

  /// Whether a layer is learned whole, and so gets no matrices beside it.
  func has(_ linear: Linear) -> Bool {
    tensors.contains { $0.plan.name == linear.weight.name }
  }

  private static func module(_ tensor: String) -> String {
    tensor.split(separator: ".").dropLast().joined(separator: ".")
  }
}
