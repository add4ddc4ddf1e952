import Autograd
import Foundation
import Tensors
import Workers

/// What workers do together in a training: each owns a slice of what is trained.
///
/// The owner of a parameter adds up its gradients, keeps its optimizer's state, updates it, and gives
/// the new numbers to all.
final class Partnership {
  let team: Team
  let slices: StateSlices
  /// Room for the sums of the gradients that this worker owns, by the parameters' places.
  let sums: [Int: Tensor]
  private let parameters: [Parameter]

  init(_ team: Team, _ parameters: [Parameter]) {
    self.team = team
    self.parameters = parameters
    let slices = StateSlices(counts: parameters.map(\.count), workers: team.count)
    self.slices = slices
    sums = Dictionary(
      uniqueKeysWithValues: parameters.enumerated()
        .filter { slices.owners[$0.offset] == team.rank }
        .map { ($0.offset, Tensor(zeros: $0.element.shape, on: $0.element.weights.device)) })
  }

  /// Whether this worker owns the parameter at a place.
  func owns(_ parameter: Int) -> Bool { slices.owners[parameter] == team.rank }

  private var others: [Int] { (0..<team.count).filter { $0 != team.rank } }

  // MARK: Gradients

  /// Adds gradients of finished shards to ``sums``, in the order of the workers that computed them.
  ///
  /// - Parameters:
  ///   - gradients: those of this worker's shard; of a worker that had none they are not read.
  ///   - givers: how many workers, from the first on, have computed one.
  ///   - isFirst: whether these begin the sums.
  func add(_ gradients: [Tensor], givers: Int, isFirst: Bool) {
    let rank = team.rank
    _ = team.gather(.shards, [UInt8]())
    for index in 0..<slices.chunkCount {
      let own = slices.chunk(index, of: rank)
      let outgoing =
        rank < givers
        ? others.map { (worker: $0, floats: floats(gradients, slices.chunk(index, of: $0))) }
          .filter { !$0.floats.isEmpty } : []
      let incoming =
        own.isEmpty
        ? [] : others.filter { $0 < givers }.map { (worker: $0, count: own.numberCount) }
      let received = team.exchange(outgoing, incoming)
      guard !own.isEmpty else { continue }
      var places = received.makeIterator()
      for giver in 0..<givers {
        let floats = giver == rank ? floats(gradients, own) : places.next() ?? []
        add(floats, own, replaces: isFirst && giver == 0)
      }
    }
  }

  private func add(_ floats: [Float], _ pieces: [StateSlices.Piece], replaces: Bool) {
    var start = 0
    for piece in pieces {
      let part = floats[start..<start + piece.range.count]
      start += piece.range.count
      guard let sum = sums[piece.parameter]?.elements(piece.range) else { continue }
      if replaces { sum.set(part) } else { sum.add(sum.filled(with: part)) }
    }
  }

  private func floats(_ tensors: [Tensor], _ pieces: [StateSlices.Piece]) -> [Float] {
    pieces.flatMap { tensors[$0.parameter].elements($0.range).values }
  }

  /// The squares' sum of each parameter's gradient, of which this worker knows those that it owns.
  func joined(squares: [Double]) -> [Double] {
    let all = team.gather(.norms, squares)
    return squares.indices.map { all[slices.owners[$0]][$0] }
  }

  // MARK: Weights

  /// Gives all workers the weights that their owners have updated.
  func spreadWeights() {
    _ = team.gather(.weights, [UInt8]())
    let values = parameters.map(\.value)
    for index in 0..<slices.chunkCount {
      let own = slices.chunk(index, of: team.rank)
      let givers = others.filter { !slices.chunk(index, of: $0).isEmpty }
      let floats = floats(values, own)
      let received = team.exchange(
        own.isEmpty ? [] : others.map { (worker: $0, floats: floats) },
        givers.map { (worker: $0, count: slices.chunk(index, of: $0).numberCount) })
      for (giver, floats) in zip(givers, received) {
        var start = 0
        for piece in slices.chunk(index, of: giver) {
          values[piece.parameter].elements(piece.range)
            .set(floats[start..<start + piece.range.count])
          start += piece.range.count
        }
      }
    }
  }

  // MARK: State

  /// Brings tensors of a parameter that its owner has to the first worker; they are zeros of `shapes`
  /// there, unless it owns them itself.
  ///
  /// - Returns: the tensors at the first worker, none at others.
  func bring(_ tensors: [Tensor], of parameter: Int, _ shapes: [[Int]]) -> [Tensor] {
    let owner = slices.owners[parameter]
    guard owner != 0 else { return team.isFirst ? tensors : [] }
    if team.rank == owner {
      for tensor in tensors { _ = team.exchange([(worker: 0, floats: tensor.values)], []) }
    }
    guard team.isFirst else { return [] }
    return shapes.map { shape in
      let tensor = Tensor(uninitialized: shape, on: parameters[parameter].weights.device)
      let received = team.exchange([], [(worker: owner, count: tensor.count)])
      tensor.set((received.first ?? [])[...])
      return tensor
    }
  }
}

extension Tensor {
  /// Puts numbers in the place of its own, as many.
  fileprivate func set(_ numbers: ArraySlice<Float>) {
    device.withMutableHostElements(of: self) { _ = $0.update(from: numbers) }
  }

  /// A tensor of its shape with other numbers, as many.
  fileprivate func filled(with numbers: ArraySlice<Float>) -> Tensor {
    let tensor = Tensor(uninitialized: shape, on: device)
    tensor.set(numbers)
    return tensor
  }
}
