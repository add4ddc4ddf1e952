import Checkpoints
import Models
import Tensors

/// Layers of all experts whose matrices files keep in two tensors, as peft has them: see
/// ``AdapterReader/ExpertLayers``.
struct ExpertStack {
  /// What peft calls the module of the two.
  let module: String
  /// The layers in it, expert after expert: one of each, or gate and factor, which have one A.
  let experts: [[Linear]]

  /// The stacks of a new adapter of some layers: those of experts whose own files keep them so.
  static func ofNew(_ changed: [Linear], _ model: Transformer) -> [ExpertStack] {
    let paths = Set(changed.map(\.path))
    var stacks: [ExpertStack] = []
    for layers in AdapterReader.experts(of: model)
    where layers.experts.first?.first?.isStacked == true {
      // The gates' tensor is wrapped first, where both are.
      let names = AdapterReader.modules(of: layers)
      let places = [0, 1].filter { place in
        layers.experts.allSatisfy { paths.contains($0[place].path) }
      }
      for place in places {
        let module = place == 0 && places.count == 2 ? names[1] : names[0]
        stacks.append(ExpertStack(module: module, experts: layers.experts.map { [$0[place]] }))
      }
    }
    return stacks
  }

  /// Takes the matrices of the layers out of `tensors`, and puts the two that hold them there.
  func gather(in tensors: inout [String: Tensor]) {
    let pairs = experts.compactMap { linears -> (a: Tensor, b: [Tensor])? in
      guard let first = linears.first,
        let a = tensors.removeValue(forKey: AdapterDirectory.nameOfA(first.path))
      else { return nil }
      let b = linears.compactMap {
        tensors.removeValue(forKey: AdapterDirectory.nameOfB($0.path))
      }
      return b.count == linears.count ? (a, b) : nil
    }
    guard let first = pairs.first, pairs.count == experts.count else { return }
    let (rank, count, device) = (first.a.rows, pairs.count, first.a.device)
    let outputs = first.b.reduce(0) { $0 + $1.rows }
    let allA = Tensor(uninitialized: [count * rank, first.a.columns], on: device)
    let allB = Tensor(zeros: [outputs, rank * count], on: device)
    for (index, pair) in pairs.enumerated() {
      allA.rows(index * rank..<(index + 1) * rank).assign(pair.a)
      var row = 0
      for b in pair.b {
        let rows = allB.rows(row..<row + b.rows)
        device.addColumns(rows, b, ColumnBlocks(start: index, width: 1, stride: count))
        row += b.rows
      }
    }
    tensors[AdapterDirectory.nameOfA(module)] = allA
    tensors[AdapterDirectory.nameOfB(module)] = allB
  }
}
