import Autograd
import Checkpoints
import Models
import Tensors

/// Adapters on the tensors in which transformers 5 keeps the layers of all experts: peft's
/// `target_parameters`.
///
/// Of E experts and rank R, A is `[E · R, in]`, an expert's rows together, and B `[out, R · E]`, an
/// expert's columns E apart. Gates and factors, one tensor there, have one A: the two layers here have
/// it together.
extension AdapterReader {
  /// The experts of a layer: the module that holds them, and the layers of each in turn.
  struct ExpertLayers {
    let module: String
    let experts: [[Linear]]
  }

  /// The experts of all layers.
  static func experts(of model: Transformer) -> [ExpertLayers] {
    var layers: [(module: String, experts: [[Linear]])] = []
    for linear in model.linears where linear.tokenShare < 1 {
      let parts = linear.path.split(separator: ".")
      let module = parts.dropLast(2).joined(separator: ".")
      if layers.last?.module != module { layers.append((module, [])) }
      let isOfLast = layers[layers.count - 1].experts.last?.first.map {
        $0.path.split(separator: ".").dropLast() == parts.dropLast()
      }
      if isOfLast == true {
        layers[layers.count - 1].experts[layers[layers.count - 1].experts.count - 1].append(linear)
      } else {
        layers[layers.count - 1].experts.append([linear])
      }
    }
    return layers.map { ExpertLayers(module: $0.module, experts: $0.experts) }
  }

  /// Names of modules that stand for the tensors of all experts: the second is of the tensor that was
  /// wrapped first.
  static func modules(of layers: ExpertLayers) -> [String] {
    [layers.module, layers.module + ".base_layer"]
  }

  /// Reads what is for the tensors of all experts.
  mutating func readExperts() throws(AdapterError) {
    for layers in Self.experts(of: sites.model) {
      for module in Self.modules(of: layers) {
        guard let a = directory.entry(.lowRankA, of: module),
          let b = directory.entry(.lowRankB, of: module)
        else { continue }
        try readExperts(layers, a, b)
      }
    }
  }

  private mutating func readExperts(
    _ layers: ExpertLayers, _ a: AdapterTensor, _ b: AdapterTensor
  ) throws(AdapterError) {
    guard let first = layers.experts.first, let last = first.last else { return }
    let gates = Array(first.dropLast())
    let (inputs, outputs) = (directory.shape(a).last ?? 0, directory.shape(b).first ?? 0)
    let gateOutputs = gates.reduce(0) { $0 + $1.outputWidth }
    let isOfGates = inputs == gates.first?.inputWidth && outputs == gateOutputs
    guard isOfGates || (inputs == last.inputWidth && outputs == last.outputWidth) else {
      throw .file(
        .wrongShape(
          tensor: a.nameInPEFT, path: directory.path, found: [outputs, inputs],
          expected: [gateOutputs, gates.first?.inputWidth ?? 0]))
    }
    let name = layers.module + (isOfGates ? ".gate_up_proj" : ".down_proj")
    let (rank, count) = (rule.rank(of: name), layers.experts.count)
    let (allA, allB) = (
      try tensor(a, shape: [count * rank, inputs]), try tensor(b, shape: [outputs, rank * count])
    )
    let own = layers.experts.map { isOfGates ? Array($0.dropLast()) : Array($0.suffix(1)) }
    origin.stacks.append(ExpertStack(module: a.moduleInPEFT ?? a.module, experts: own))
    let scale = settings.scale(rank: rank, alpha: rule.alpha(of: name))
    for (index, linears) in own.enumerated() {
      let together = Tensor(uninitialized: [outputs, rank], on: device)
      device.takeColumns(
        together, allB, ColumnBlocks(start: index, width: 1, stride: count))
      let sharedA = Parameter(
        name: AdapterDirectory.nameOfA(linears[0].path),
        value: allA.rows(index * rank..<(index + 1) * rank).copy())
      var row = 0
      for (place, linear) in linears.enumerated() {
        let rows = row..<row + linear.outputWidth
        row = rows.upperBound
        let ownB = Parameter(
          name: AdapterDirectory.nameOfB(linear.path), value: together.rows(rows).copy())
        terms.append(
          (
            linear,
            LowRankTerm(
              a: sharedA, isSecondUseOfA: place > 0, b: ownB, scale: scale, dropout: 0,
              index: terms.count)
          ))
      }
    }
  }
}
