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
/// It grows a block of 64 tokens at a time, as long as a sequence is: a block holds
/// `[layers, 2, 64, G · D]`, keys before values. Blocks of sequences that are gone are used again.
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
      sequence.blocks[last] = copy(sequence.blocks[last], tokens: filled)
    }
    while sequence.blocks.count * CachedKeys.blockLength < length {
      sequence.blocks.append(makeBlock())
    }
  }

  private func makeBlock() -> Storage {
    let bytes = 2 * layerCount * blockElements * elementSize
    return arena.storage((bytes + 3) / 4)
  }

  /// Returns a copy of the first tokens of a block.
  private func copy(_ block: Storage, tokens: Int) -> Storage {
    let copy = makeBlock()
    let (stride, used) = (blockElements * elementSize, tokens * width * elementSize)
    for part in 0..<2 * layerCount {
      // Safety: both blocks have 2 · layerCount parts of `stride` bytes, and tokens ≤ 64.
      withExtendedLifetime((copy, block)) {
        UnsafeMutableRawPointer(copy.start).advanced(by: part * stride)
          .copyMemory(
            from: UnsafeRawPointer(block.start).advanced(by: part * stride), byteCount: used)
      }
    }
    return copy
  }

  /// Puts the new rows of a layer in their places, and returns where the layer's keys lie.
  func store(_ key: Variable, _ value: Variable, layer: Int, layout: SequenceLayout) -> CachedKeys {
    let keyOffset = 2 * layer * blockElements
    for stretch in layout.sequences {
      store(key.value, at: keyOffset, stretch)
      store(value.value, at: keyOffset + blockElements, stretch)
    }
    return CachedKeys(
      blocks: starts, keyOffset: keyOffset,
      valueOffset: keyOffset + blockElements, isBfloat16: format == .bfloat16)
  }

  /// Writes the stretch's new rows `offset` elements into its blocks.
  private func store(_ rows: Tensor, at offset: Int, _ stretch: SequenceLayout.Stretch) {
    var row = stretch.query_start
    var place = stretch.key_start + stretch.key_count - stretch.query_count
    let end = stretch.key_start + stretch.key_count
    while place < end {
      let within = place % CachedKeys.blockLength
      let count = min(CachedKeys.blockLength - within, end - place)
      // Safety: `append` made room for the stretch, and `held` keeps the blocks.
      withExtendedLifetime(rows) {
        let target = UnsafeMutableRawPointer(held[place / CachedKeys.blockLength].start)
          .advanced(by: (offset + within * width) * elementSize)
        let source = rows.data + row * width
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
