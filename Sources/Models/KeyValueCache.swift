package import Autograd
import CKernels
import Tensors

/// Keys and values of the tokens generated so far, for several sequences at once.
///
/// Sequence s owns the rows `s · capacity ..< (s + 1) · capacity` of each layer's tensors.
package final class KeyValueCache {
  /// Tokens a sequence may grow to.
  package let capacity: Int
  /// Tokens each sequence holds.
  package private(set) var lengths: [Int]
  private let keys: [Tensor]
  private let values: [Tensor]

  /// Makes an empty cache; `width` is G · D, the width of a key row.
  package init(layerCount: Int, sequenceCount: Int, capacity: Int, width: Int) {
    self.capacity = capacity
    lengths = Array(repeating: 0, count: sequenceCount)
    let shape = [sequenceCount * capacity, width]
    keys = (0..<layerCount).map { _ in Tensor(uninitialized: shape) }
    values = (0..<layerCount).map { _ in Tensor(uninitialized: shape) }
  }

  /// Lays out `counts[s]` new tokens of each sequence s behind what it holds, and makes room.
  package func append(_ counts: [Int]) -> SequenceLayout {
    precondition(
      counts.count == lengths.count, "\(counts.count) counts, \(lengths.count) sequences")
    var positions: [Int32] = []
    var sequences: [SequenceLayout.Stretch] = []
    for (sequence, count) in counts.enumerated() where count > 0 {
      let length = lengths[sequence] + count
      precondition(length <= capacity, "\(length) tokens in a cache of \(capacity)")
      sequences.append(
        SequenceLayout.Stretch(
          query_start: positions.count, query_count: count, key_start: sequence * capacity,
          key_count: length))
      positions.append(contentsOf: Int32(lengths[sequence])..<Int32(length))
      lengths[sequence] = length
    }
    return SequenceLayout(positions: positions, sequences: sequences)
  }

  /// Puts the new rows in their places and returns the whole cache of the layer.
  func store(_ key: Variable, _ value: Variable, layer: Int, layout: SequenceLayout)
    -> (Variable, Variable)
  {
    for stretch in layout.sequences {
      let new = stretch.query_start..<stretch.query_start + stretch.query_count
      let end = stretch.key_start + stretch.key_count
      let place = end - stretch.query_count..<end
      keys[layer].rows(place).assign(key.value.rows(new))
      values[layer].rows(place).assign(value.value.rows(new))
    }
    return (
      Variable(keys[layer], needsGradient: false), Variable(values[layer], needsGradient: false)
    )
  }
}
