import Checkpoints
import Models
import Tensors

/// The tensors of an adapter of experts whose layers files keep together, as peft has them: see
/// ``AdapterReader/ExpertLayers``.
enum StackedExperts {
  /// `tensors` with those of each expert's layers put together.
  static func stacked(
    _ tensors: [String: Tensor], _ model: Transformer
  ) -> [String: Tensor] {
    var tensors = tensors
    for layers in AdapterReader.experts(of: model)
    where layers.experts.first?.first?.isStacked == true {
      // The gates' tensor is wrapped first, where both are.
      let names = AdapterReader.modules(of: layers)
      let places = [0, 1].filter { place in
        layers.experts.allSatisfy { tensors[AdapterDirectory.nameOfA($0[place].path)] != nil }
      }
      for place in places {
        let module = place == 0 && places.count == 2 ? names[1] : names[0]
        let linears = layers.experts.map { $0[place] }
        for (name, tensor) in stacked(linears, module, &tensors) { tensors[name] = tensor }
      }
    }
    return tensors
  }

  /// The two matrices of one layer of each expert; theirs are taken out of `tensors`.
  private static func stacked(
    _ linears: [Linear], _ module: String, _ tensors: inout [String: Tensor]
  ) -> [String: Tensor] {
    let pairs = linears.compactMap { linear -> (a: Tensor, b: Tensor)? in
      guard let a = tensors.removeValue(forKey: AdapterDirectory.nameOfA(linear.path)),
        let b = tensors.removeValue(forKey: AdapterDirectory.nameOfB(linear.path))
      else { return nil }
      return (a, b)
    }
    guard let first = pairs.first, pairs.count == linears.count else { return [:] }
    let (rank, count, device) = (first.a.rows, pairs.count, first.a.device)
    let allA = Tensor(uninitialized: [count * rank, first.a.columns], on: device)
    let allB = Tensor(zeros: [first.b.rows, rank * count], on: device)
    for (index, pair) in pairs.enumerated() {
      allA.rows(index * rank..<(index + 1) * rank).assign(pair.a)
      device.addColumns(allB, pair.b, ColumnBlocks(start: index, width: 1, stride: count))
    }
    return [AdapterDirectory.nameOfA(module): allA, AdapterDirectory.nameOfB(module): allB]
  }
}
