import Autograd
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
  /// What is on the way to others and from them: a chunk for each worker.
  private var outgoing: [Float]
  private var incoming: [Float]
  /// A chunk that came, where the device can add it.
  private let arrived: Tensor

  init(_ team: Team, _ parameters: [Parameter], on device: any Device) {
    self.team = team
    self.parameters = parameters
    let slices = StateSlices(counts: parameters.map(\.count), workers: team.count)
    self.slices = slices
    sums = Dictionary(
      uniqueKeysWithValues: parameters.enumerated()
        .filter { slices.owners[$0.offset] == team.rank }
        .map { ($0.offset, Tensor(zeros: $0.element.shape, on: device)) })
    outgoing = Array(repeating: 0, count: team.count * slices.chunkSize)
    incoming = outgoing
    arrived = Tensor(zeros: [slices.chunkSize], on: device)
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
    team.assemble(.shards)
    for index in 0..<slices.chunkCount {
      let own = slices.chunk(index, of: team.rank)
      var sent: [Team.Stretch] = []
      if team.rank < givers {
        for other in others {
          let chunk = slices.chunk(index, of: other)
          fill(stretch(of: other, chunk), with: gradients, chunk)
          sent.append(stretch(of: other, chunk))
        }
      }
      let received = others.filter { $0 < givers }.map { stretch(of: $0, own) }
      team.exchange(outgoing, sent, into: &incoming, received)
      for giver in 0..<givers {
        let replaces = isFirst && giver == 0
        if giver == team.rank {
          for piece in own { add(gradients[piece.parameter], piece, replaces: replaces) }
        } else {
          add(arrivedOf: giver, own, replaces: replaces)
        }
      }
    }
  }

  private func add(_ gradient: Tensor, _ piece: StateSlices.Piece, replaces: Bool) {
    guard let sum = sums[piece.parameter]?.elements(piece.range) else { return }
    let part = gradient.elements(piece.range)
    if replaces { sum.assign(part) } else { sum.add(part) }
  }

  private func add(arrivedOf giver: Int, _ pieces: [StateSlices.Piece], replaces: Bool) {
    let stretch = stretch(of: giver, pieces)
    arrived.elements(0..<stretch.range.count).set(incoming[stretch.range])
    var start = 0
    for piece in pieces {
      let part = arrived.elements(start..<start + piece.range.count)
      start += piece.range.count
      guard let sum = sums[piece.parameter]?.elements(piece.range) else { continue }
      if replaces { sum.assign(part) } else { sum.add(part) }
    }
  }

  /// The squares' sum of each parameter's gradient, of which this worker knows those that it owns.
  func joined(squares: [Double]) -> [Double] {
    let all = team.gather(.norms, squares)
    return squares.indices.map { all[slices.owners[$0]][$0] }
  }

  // MARK: Weights

  /// Gives all workers the weights that their owners have updated.
  func spreadWeights() {
    team.assemble(.weights)
    let values = parameters.map(\.value)
    for index in 0..<slices.chunkCount {
      let own = slices.chunk(index, of: team.rank)
      let place = stretch(of: team.rank, own)
      fill(place, with: values, own)
      let received = others.map { stretch(of: $0, slices.chunk(index, of: $0)) }
      team.exchange(
        outgoing, others.map { .init(worker: $0, range: place.range) }, into: &incoming, received)
      for stretch in received {
        var start = stretch.range.lowerBound
        for piece in slices.chunk(index, of: stretch.worker) {
          values[piece.parameter].elements(piece.range)
            .set(incoming[start..<start + piece.range.count])
          start += piece.range.count
        }
      }
    }
  }

  /// Where a chunk of a worker lies while it is on the way.
  private func stretch(of worker: Int, _ chunk: [StateSlices.Piece]) -> Team.Stretch {
    let start = worker * slices.chunkSize
    return Team.Stretch(worker: worker, range: start..<start + chunk.numberCount)
  }

  private func fill(_ place: Team.Stretch, with tensors: [Tensor], _ chunk: [StateSlices.Piece]) {
    outgoing.withUnsafeMutableBufferPointer { outgoing in
      var start = place.range.lowerBound
      for piece in chunk {
        let end = start + piece.range.count
        let part = UnsafeMutableBufferPointer(rebasing: outgoing[start..<end])
        let tensor = tensors[piece.parameter].elements(piece.range)
        // Safety: the part has as many floats as the piece.
        tensor.device.withHostElements(of: tensor) { _ = part.update(from: $0) }
        start = end
      }
    }
  }

  // MARK: State

  /// Brings the tensors of a parameter that its owner has to the first worker.
  ///
  /// - Parameters:
  ///   - tensors: those that its owner has; none at other workers.
  ///   - parameter: its place.
  ///   - shapes: those of the tensors.
  /// - Returns: the tensors at the first worker, none at others.
  func bring(_ tensors: [Tensor], of parameter: Int, _ shapes: [[Int]]) -> [Tensor] {
    let owner = slices.owners[parameter]
    guard owner != 0 else { return team.isFirst ? tensors : [] }
    var none: [Float] = []
    if team.rank == owner {
      for tensor in tensors {
        team.exchange(tensor.values, [.init(worker: 0, range: 0..<tensor.count)], into: &none, [])
      }
    }
    guard team.isFirst else { return [] }
    return shapes.map { shape in
      let tensor = Tensor(uninitialized: shape, on: arrived.device)
      var values = [Float](repeating: 0, count: tensor.count)
      team.exchange([], [], into: &values, [.init(worker: owner, range: 0..<tensor.count)])
      tensor.set(values[...])
      return tensor
    }
  }
}

extension Tensor {
  /// Puts numbers in the place of its own, as many.
  fileprivate func set(_ numbers: ArraySlice<Float>) {
    device.withMutableHostElements(of: self) { _ = $0.update(from: numbers) }
  }
}
