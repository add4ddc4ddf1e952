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
  /// Where tensors lie in the file, by their names in the folder.
  private let places: [String: GGUFPlace]
  private let heads: (queries: Int, keys: Int)

  /// Opens a file, or the first of several, and reads its settings.
  package init(path: String) throws(CheckpointError) {
    try self.init(GGUFParts(path: path))
  }

  /// What opened files hold.
  package init(_ opened: GGUFParts) throws(CheckpointError) {
    var parts = opened
    let reading = try GGUFReading(parts)
    architecture = reading.architecture
    contents = try reading.contents()
    heads = try reading.heads()
    parts.forgetSettings()
    self.parts = parts
    places = architecture.places(in: parts)
    tensorNames = places.keys.sorted()
  }

  package var path: String { parts.path }

  package var sources: WeightSources? { parts.sources }

  package func checkUnchanged() throws(CheckpointError) { try parts.checkUnchanged() }

  package func tensor(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    switch places[name] {
    case .whole(let file): return try whole(plan, file, on: device)
    case .member(let file, let expert):
      return try piece(file, member: expert, shape: plan.shape, on: device)
    case .turns(let one, let other, let expert):
      return try turns(plan, [one, other], expert, on: device)
    case .heads(let turned, let other): return try heads(plan, turned, other, on: device)
    case nil: throw missing(name)
    }
  }

  /// Files have no tensor that is one in the folder and several in a model.
  package func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor {
    throw missing(name)
  }

  package func ownFormat(_ plan: TensorPlan, named name: String) -> WeightFormat? {
    switch places[name] {
    case .whole(let file), .member(let file, _): parts.entry(named: file)?.type.packedFormat
    case .turns, .heads, nil: nil
    }
  }

  package func packed(
    _ plan: TensorPlan, named name: String, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix? {
    switch places[name] {
    case .whole(let file):
      try check(file, member: nil, shape: plan.shape)
      return try parts.packed(named: file, order: rowOrder(plan, file), on: device)
    case .member(let file, let expert):
      try check(file, member: expert, shape: plan.shape)
      return try parts.packed(named: file, member: expert, on: device)
    case .turns, .heads, nil: return nil
    }
  }

  /// Converters leave the copy of a tied head out: what is there is a head of its own.
  package func areEqual(_ one: String, _ other: String) throws(CheckpointError) -> Bool { false }

  private func missing(_ name: String) -> CheckpointError {
    .missingTensor(name: architecture.fileName(of: name) ?? name, path: path)
  }
}

// MARK: The forms in which tensors lie

extension GGUFModel {
  /// A tensor by itself, its rows in the folder's order, norms without the 1 that is added to them.
  private func whole(
    _ plan: TensorPlan, _ file: String, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let order = rowOrder(plan, file)
    // Rows of a vector are its numbers.
    let isVector = plan.shape.count == 1
    let tensor = try piece(file, shape: plan.shape, order: isVector ? nil : order, on: device)
    guard isVector else { return tensor }
    var values = tensor.values
    if let order { values = order.map { values[Int($0)] } }
    if architecture.normsIncludeOne, case .norm = plan.role { values = values.map { $0 - 1 } }
    return Tensor(values, shape: plan.shape, on: device)
  }

  /// Rows of an expert's two tensors, in turn.
  private func turns(
    _ plan: TensorPlan, _ files: [String], _ expert: Int, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let half = [plan.shape[0] / 2] + plan.shape.dropFirst()
    let width = plan.shape.dropFirst().reduce(1, *)
    let whole = Tensor(uninitialized: [plan.shape[0], width], on: device)
    for (place, file) in files.enumerated() {
      let tensor = try piece(file, member: expert, shape: half, on: device)
      for row in 0..<half[0] {
        let target = (2 * row + place) * width
        whole.elements(target..<target + width).assign(
          tensor.elements(row * width..<(row + 1) * width))
      }
    }
    return whole.shaped(plan.shape)
  }

  /// The rows of heads: those of `turned`, `[H, S, P]`, and of `other`, `[H, V, S]`.
  private func heads(
    _ plan: TensorPlan, _ turned: String, _ other: String, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let (count, width) = (heads.queries, plan.shape[1])
    let ownRows = (parts.entry(named: turned)?.shape.last ?? 0)
    let otherRows = plan.shape[0] / count - ownRows
    guard ownRows > 0, otherRows > 0 else {
      throw .wrongShape(
        tensor: turned, path: path, found: parts.entry(named: turned)?.shape ?? [],
        expected: [count, width, plan.shape[0] / count])
    }
    let whole = Tensor(uninitialized: plan.shape, on: device)
    for head in 0..<count {
      let own = try piece(turned, member: head, shape: [width, ownRows], count: count, on: device)
      let rest = try piece(
        other, member: head, shape: [otherRows, width], count: count, on: device)
      let start = head * (ownRows + otherRows) * width
      let middle = start + ownRows * width
      whole.elements(start..<middle).assign(own.turned)
      whole.elements(middle..<middle + otherRows * width).assign(rest)
    }
    return whole
  }

  /// Reads a tensor of the file, or a member of it, as one of `shape`.
  private func piece(
    _ file: String, member: Int? = nil, shape: [Int], count: Int? = nil, order: [Int32]? = nil,
    on device: any Device
  ) throws(CheckpointError) -> Tensor {
    try check(file, member: member, shape: shape, count: count)
    return try parts.tensor(named: file, member: member, order: order, on: device).shaped(shape)
  }

  /// Refuses a tensor of another shape than a plan's; the file has matrices the way they are in
  /// memory, also where folders keep them turned, and may leave out a dimension of 1.
  private func check(
    _ file: String, member: Int?, shape: [Int], count: Int? = nil
  ) throws(CheckpointError) {
    guard let entry = parts.entry(named: file) else {
      throw .missingTensor(name: file, path: path)
    }
    let own = member == nil ? entry.shape : Array(entry.shape.dropFirst())
    let isThere = member.map { entry.shape.count > 1 && $0 < entry.shape[0] } ?? true
    let isComplete = count.map { $0 == entry.shape[0] } ?? true
    let hasSizes = own.drop(while: { $0 == 1 }) == shape.drop(while: { $0 == 1 })
    guard isThere, isComplete, hasSizes else {
      let expected = member == nil ? shape : [count ?? entry.shape[0]] + shape
      throw .wrongShape(tensor: file, path: path, found: entry.shape, expected: expected)
    }
  }

  /// Where the outputs of a plan lie in the file; nil where they lie in order.
  private func rowOrder(_ plan: TensorPlan, _ file: String) -> [Int32]? {
    guard let rows = plan.shape.first else { return nil }
    if architecture.interleavesPairs {
      for (module, heads) in [(".attn_q.", heads.queries), (".attn_k.", heads.keys)]
      where file.contains(module) && rows % (2 * heads) == 0 {
        return GGUFRowOrder.interleaved(heads: heads, width: rows / heads)
      }
    }
    let groups = heads.queries + 2 * heads.keys
    if architecture.groupsHeads, file.contains(".attn_qkv."), rows % groups == 0,
      heads.queries % heads.keys == 0
    {
      return GGUFRowOrder.grouped(
        heads: heads.queries, keyHeads: heads.keys, width: rows / groups)
    }
    return nil
  }
}
