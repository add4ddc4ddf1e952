package import Autograd
import CKernels
import Tensors

/// How a cache keeps its numbers.
package enum CacheFormat: String, Sendable {
  /// As computed: the bits of a forward pass over the whole sequence.
  case float32 = "f32"
  /// Rounded: half the memory, and half of what a long sequence reads for each token.
  case bfloat16 = "bf16"
}

/// Keys and values of the tokens so far, for any number of sequences.
///
/// It grows a block of 64 tokens at a time, as long as a sequence is: a block holds for each layer
/// keys, `[G · D, 64]`, and values, `[64, G · D]`; see `ft_key_cache`. Blocks of sequences that are
/// gone are used again.
package final class KeyValueCache {
  private let layerCount: Int
  /// The width of a row of keys, G · D.
  private let width: Int
  private let format: CacheFormat
  private let arena = Arena()
  /// The blocks that the last layout reads, sequence after sequence: held, so that they stay.
  private var held: [Storage] = []
  /// Where they begin.
  private var starts: [UnsafeRawPointer?] = []

  package init(layerCount: Int, width: Int, format: CacheFormat) {
    self.layerCount = layerCount
    self.width = width
    self.format = format
  }

  /// Bytes of all blocks, in use or waiting to be.
  package var byteCount: Int { arena.highWater * 4 }

  /// Bytes that a token needs.
  package var bytesPerToken: Int { 2 * layerCount * width * elementSize }

  private var elementSize: Int { format == .float32 ? 4 : 2 }

  /// Elements of the keys, or values, of a layer's block.
  private var blockElements: Int { CachedKeys.blockLength * width }

  /// Makes an empty sequence.
  package func makeSequence() -> CachedSequence { CachedSequence() }

  /// Lays out `count` new tokens of each sequence behind what it holds, and makes room for them.
  ///
  /// The sequences are distinct. The layout is that of the next pass alone.
  package func append(_ growth: [(sequence: CachedSequence, count: Int)]) -> SequenceLayout {
    var positions: [Int32] = []
    var stretches: [SequenceLayout.Stretch] = []
    // A block that only a sequence holds is its own to write in.
    held.removeAll(keepingCapacity: true)
    for (sequence, count) in growth where count > 0 {
      let length = sequence.length + count
      makeRoom(in: sequence, for: length)
      stretches.append(
        SequenceLayout.Stretch(
          query_start: positions.count, query_count: count,
          key_start: held.count * CachedKeys.blockLength, key_count: length))
      held += sequence.blocks
      positions.append(contentsOf: Int32(sequence.length)..<Int32(length))
      sequence.length = length
    }
    starts = held.map { UnsafeRawPointer($0.start) }
    return SequenceLayout(positions: positions, sequences: stretches)
  }

  /// Gives a sequence blocks of its own from its end up to `length` tokens.
  private func makeRoom(in sequence: CachedSequence, for length: Int) {
    let filled = sequence.length % CachedKeys.blockLength
    let last = sequence.blocks.count - 1
    if filled > 0, !isKnownUniquelyReferenced(&sequence.blocks[last]) {
      sequence.blocks[last] = copy(sequence.blocks[last])
    }
    while sequence.blocks.count * CachedKeys.blockLength < length {
      sequence.blocks.append(makeBlock())
    }
  }

  private var blockBytes: Int { 2 * layerCount * blockElements * elementSize }

  private func makeBlock() -> Storage { arena.storage((blockBytes + 3) / 4) }

  /// Returns a copy of a block.
  private func copy(_ block: Storage) -> Storage {
    let copy = makeBlock()
    withExtendedLifetime((copy, block)) {
      UnsafeMutableRawPointer(copy.start).copyMemory(from: block.start, byteCount: blockBytes)
    }
    return copy
  }

  /// Puts the new rows of a layer in their places, and returns where the layer's keys lie.
  func store(_ key: Variable, _ value: Variable, layer: Int, layout: SequenceLayout) -> CachedKeys {
    let keyOffset = 2 * layer * blockElements
    for stretch in layout.sequences {
      storeRows(stretch, keys: key.value, values: value.value, at: keyOffset)
    }
    return CachedKeys(
      blocks: starts, keyOffset: keyOffset,
      valueOffset: keyOffset + blockElements, isBfloat16: format == .bfloat16)
  }

  /// Writes the stretch's new rows into its blocks, where the layer's part begins at `offset`.
  private func storeRows(
    _ stretch: SequenceLayout.Stretch, keys: Tensor, values: Tensor, at offset: Int
  ) {
    var row = stretch.query_start
    var place = stretch.key_start + stretch.key_count - stretch.query_count
    let end = stretch.key_start + stretch.key_count
    while place < end {
      let within = place % CachedKeys.blockLength
      let count = min(CachedKeys.blockLength - within, end - place)
      // Safety: `append` made room for the stretch, and `held` keeps the blocks.
      let block = UnsafeMutableRawPointer(held[place / CachedKeys.blockLength].start)
      withExtendedLifetime((keys, values)) {
        ft_cache_keys(
          block + offset * elementSize, format == .bfloat16, keys.data + row * width, within,
          count, width)
        let target = block + (offset + blockElements + within * width) * elementSize
        let source = values.data + row * width
        switch format {
        case .float32: target.copyMemory(from: source, byteCount: count * width * 4)
        case .bfloat16: ft_f32_to_bf16(target, source, count * width)
        }
      }
      row += count
      place += count
    }
  }
}
