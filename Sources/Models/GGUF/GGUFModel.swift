package import Checkpoints
import Serialization
package import Tensors

/// A GGUF file that is understood: what a Hugging Face folder of the model would hold.
///
/// Its tensors go by the names of the folder, in the folder's form: rows in its order, norms less
/// the 1 that is added to them.
package struct GGUFModel: WeightFiles {
  /// All but the weights.
  package let contents: ModelContents
  package let tensorNames: [String]
  private let parts: GGUFParts
  private let architecture: GGUFArchitecture
  /// The names in the file of tensors, by those of the folder.
  private let fileNames: [String: String]
  private let heads: (queries: Int, keys: Int)

  /// Opens a file, or the first of several, and reads its settings.
  package init(path: String) throws(CheckpointError) {
    var parts = try GGUFParts(path: path)
    let reading = try GGUFReading(parts)
    architecture = reading.architecture
    contents = try reading.contents()
    heads = try reading.heads()
    parts.forgetSettings()
    self.parts = parts
    var fileNames: [String: String] = [:]
    for name in parts.tensorNames where !GGUFArchitecture.derivedTensors.contains(name) {
      // A name that the architecture does not have stays, so that it is refused as unused.
      fileNames[architecture.tensorName(ofFile: name) ?? name] = name
    }
    self.fileNames = fileNames
    tensorNames = fileNames.keys.sorted()
  }

  package var path: String { parts.path }

  package func checkUnchanged() throws(CheckpointError) { try parts.checkUnchanged() }

  package func tensor(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let fileName = try checkedName(plan, name)
    // Rows of a vector are its numbers.
    let order = rowOrder(plan, name)
    let isVector = plan.shape.count == 1
    let tensor = try parts.tensor(named: fileName, order: isVector ? nil : order, on: device)
    guard isVector else { return tensor }
    var values = tensor.values
    if let order { values = order.map { values[Int($0)] } }
    if architecture.normsIncludeOne, case .norm = plan.role { values = values.map { $0 - 1 } }
    return Tensor(values, shape: plan.shape, on: device)
  }

  /// No family that is read from such files has its tensors in stacks there.
  package func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor {
    throw .missingTensor(name: name, path: path)
  }

  package func ownFormat(_ plan: TensorPlan, named name: String) -> WeightFormat? {
    fileNames[name].flatMap { parts.entry(named: $0)?.type.packedFormat }
  }

  package func packed(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix? {
    try parts.packed(
      named: try checkedName(plan, name), order: rowOrder(plan, name), on: device)
  }

  /// Converters leave the copy of a tied head out: what is there is a head of its own.
  package func areEqual(_ one: String, _ other: String) throws(CheckpointError) -> Bool { false }

  /// The name in the file of a tensor whose shape is that of the plan; the file has matrices the
  /// way they are in memory, also where folders keep them turned.
  private func checkedName(_ plan: TensorPlan, _ name: String) throws(CheckpointError) -> String {
    guard let fileName = fileNames[name], let entry = parts.entry(named: fileName) else {
      throw .missingTensor(name: architecture.fileName(of: name) ?? name, path: path)
    }
    guard entry.shape == plan.shape else {
      throw .wrongShape(tensor: fileName, path: path, found: entry.shape, expected: plan.shape)
    }
    return fileName
  }

  /// Where the outputs of a plan lie in the file; nil where they lie in order.
  private func rowOrder(_ plan: TensorPlan, _ name: String) -> [Int32]? {
    guard let file = fileNames[name], let rows = plan.shape.first else { return nil }
    if architecture.interleavesPairs {
      for (module, heads) in [(".attn_q.", heads.queries), (".attn_k.", heads.keys)]
      where file.contains(module) && rows % (2 * heads) == 0 {
        return GGUFRowOrder.interleaved(heads: heads, width: rows / heads)
      }
    }
    if architecture.groupsHeads, file.contains(".attn_qkv."), rows % (3 * heads.queries) == 0 {
      return GGUFRowOrder.grouped(heads: heads.queries, width: rows / (3 * heads.queries))
    }
    return nil
  }
}
