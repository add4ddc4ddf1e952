import Autograd
package import Checkpoints
package import Tensors

/// A low-rank adapter as a GGUF file has it: two matrices beside each tensor that it changes.
package struct GGUFAdapter {
  /// A matrix of the file.
  package struct Item {
    /// Its name, sizes and type.
    package let entry: GGUFWriter.Entry
    /// Its numbers.
    package let tensor: Tensor
  }

  /// How files of its base are laid out.
  package let architecture: GGUFArchitecture
  /// The matrices.
  package let items: [Item]

  /// The ends of the matrices' names, after that of the tensor they change.
  package static let (endOfA, endOfB) = (".lora_a", ".lora_b")

  /// Lays out matrices `a`, `[R, C]`, and `b`, `[O, R]`, with their scale worked in.
  ///
  /// - Throws: `CheckpointError.notForLlamaCpp(reason:)`.
  package init(
    _ matrices: [(linear: Linear, a: Tensor, b: Tensor)], of config: ModelConfig
  ) throws(CheckpointError) {
    let model = try GGUFPlan(config)
    architecture = model.architecture
    var items: [Item] = []
    for (linear, a, b) in matrices {
      guard let target = model.items.first(where: { $0.isWhole(linear.weight.name) }) else {
        throw .notForLlamaCpp(reason: "the layer `\(linear.path)` has no name there")
      }
      for (end, tensor) in [(Self.endOfA, a), (Self.endOfB, target.changed(b))] {
        items.append(
          Item(
            entry: .init(name: target.name + end, shape: tensor.shape, type: .f32), tensor: tensor))
      }
    }
    self.items = items
  }
}
