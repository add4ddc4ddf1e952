package import Autograd
package import Tensors

/// How a cache keeps its numbers.
package enum CacheFormat: String, CaseIterable, Sendable {
  /// As computed: the bits of a forward pass over the whole sequence.
  case float32 = "f32"
  /// Rounded: half the memory, and half of what a long sequence reads for each token.
  case bfloat16 = "bf16"
}

/// Keys and values of the tokens so far, for any number of sequences.
///
/// It grows a block of 64 tokens at a time, as long as a sequence is: a block holds for each layer
/// keys, `[G · D, 64]`, and values, `[64, G · D]`; see ``CachedKeys``. Blocks of sequences that are
/// gone are used again.
package final class KeyValueCache {
  private let layerCount: Int
  /// The width of a row of keys, G · D.
  private let width: Int
  private let format: CacheFormat
  let arena: Arena
  /// The sequences of the last layout, in its order.
  private(set) var sequences: [CachedSequence] = []
  /// The blocks that the last layout reads, sequence after sequence: held, so that they stay.
  private var held: [Storage] = []
  /// Where they begin.
  private var starts: [DeviceAddress] = []

  /// Makes an empty cache for `layerCount` layers with keys `width` wide, G · D.
  package init(layerCount: Int, width: Int, format: CacheFormat, on device: any Device) {
    arena = Arena(device)
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

  /// Lays out `count` new tokens of each sequence after what it holds, and makes room for them.
  ///
  /// The sequences are distinct. The layout is that of the next pass alone.
  package func append(_ growth: [(sequence: CachedSequence, count: Int)]) -> SequenceLayout {
    var positions: [Int32] = []
    var stretches: [AttentionStretch] = []
    var lengths: [Int] = []
    // A block that only a sequence holds is its own to write in.
    held.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    for (sequence, count) in growth where count > 0 {
      let length = sequence.length + count
      makeRoom(in: sequence, for: length)
      stretches.append(
        AttentionStretch(
          queryStart: positions.count, queryCount: count,
          keyStart: held.count * CachedKeys.blockLength, keyCount: length))
      held += sequence.blocks
      positions.append(contentsOf: Int32(sequence.length)..<Int32(length))
      lengths.append(max(length, sequence.plannedLength))
      sequence.length = length
      sequences.append(sequence)
    }
    starts = held.map(\.address)
    return SequenceLayout(positions: positions, sequences: stretches, lengths: lengths)
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
      arena.device.copyBytes(copy.address, from: block.address, blockBytes)
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
    _ stretch: AttentionStretch, keys: Tensor, values: Tensor, at offset: Int
  ) {
    var row = stretch.queryStart
    var place = stretch.keyStart + stretch.keyCount - stretch.queryCount
    let end = stretch.keyStart + stretch.keyCount
    while place < end {
      let within = place % CachedKeys.blockLength
      let count = min(CachedKeys.blockLength - within, end - place)
      // `append` made room for the stretch, and `held` keeps the blocks.
      arena.device.store(
        keys: keys, values: values, rows: row..<row + count,
        at: CachedPlace(
          block: held[place / CachedKeys.blockLength].address, keyOffset: offset,
          valueOffset: offset + blockElements, first: within,
          isBfloat16: format == .bfloat16))
      row += count
      place += count
    }
  }
}
