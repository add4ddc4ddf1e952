/// Rotary positions and attention.
package protocol AttentionOperations: Sendable {
  /// Fills cosine and sine, `[T, W / 2]`, for angle t · inverseFrequencies[i]; computed in double.
  func rotaryTable(cosine: Tensor, sine: Tensor, inverseFrequencies: [Double])

  /// Turns the first W numbers of each head of x, `[N, H · D]`, in place by the rows of the table
  /// that `positions` name; pairs are (i, i + W / 2), or neighbours where they are interleaved.
  /// `isInverse` turns back: the backward pass.
  func rotate(
    _ x: Tensor, positions: [Int32], cosine: Tensor, sine: Tensor, isInverse: Bool,
    isInterleaved: Bool, headCount: Int, headWidth: Int)

  /// Attention of grouped heads over stretches of rows of different lengths.
  ///
  /// Shapes: `query` and `out` are `[N, H · D]`, `key` and `value` `[M, G · D]`, `logSum` `[N, H]`.
  /// Runs over blocks of 64 keys counted from the start of a stretch, those outside the window left
  /// out, with a running maximum; scores are chains over D, a block's probabilities are summed in
  /// sixteen lanes, values are chains over the keys of a block. A row's result does not depend on
  /// the other rows of the call. `keyScores`, `[H, ·]`, where there is one, is added to the scores
  /// of a head with each key after they are capped; its rows reach a multiple of 64 past all keys.
  func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions)

  /// Adds the gradients of ``attention(_:logSum:query:key:value:keyScores:_:_:_:)``: dQuery is a chain over
  /// ascending keys, dKey and dValue over ascending (head in its group, query).
  func attentionBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, _ dout: Tensor, out: Tensor, logSum: Tensor,
    query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions)

  /// Attention to keys and values in a cache: with one of float32, the same bits.
  func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, cached: CachedKeys, keyScores: Tensor?,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions)

  /// Puts rows of keys and values into a cache's block, from `place` on.
  func store(keys: Tensor, values: Tensor, rows: Range<Int>, at place: CachedPlace)
}

/// The sizes of grouped-query attention.
package struct AttentionShape: Hashable, Sendable {
  /// Query heads, H.
  package let headCount: Int
  /// Key and value heads, G; H is a multiple of it.
  package let keyValueHeadCount: Int
  /// Head width, D.
  package let headWidth: Int

  package init(headCount: Int, keyValueHeadCount: Int, headWidth: Int) {
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headWidth = headWidth
  }
}

/// A stretch of the packed rows that attends to itself, or to a stretch of a cache, alone.
package struct AttentionStretch: Hashable, Sendable {
  /// The first row of the queries, and of what attention gives.
  package let queryStart: Int
  /// Rows of queries, one a token.
  package let queryCount: Int
  /// The first row of the keys and values.
  package let keyStart: Int
  /// At least the queries; query i stands at position `keyCount − queryCount + i`.
  package let keyCount: Int

  package init(queryStart: Int, queryCount: Int, keyStart: Int, keyCount: Int) {
    self.queryStart = queryStart
    self.queryCount = queryCount
    self.keyStart = keyStart
    self.keyCount = keyCount
  }
}

/// Which tokens a token attends to, and how scores are made.
package struct AttentionOptions: Hashable, Sendable {
  /// What q · k is multiplied by.
  package let scale: Float
  /// Scores become `softCap · tanh(score / softCap)`; nil for none.
  package let softCap: Float?
  /// Whether tokens after a token's own are hidden from it; false in an encoder.
  package let isCausal: Bool
  /// A token sees those fewer than this many places from its own; nil for all.
  package let window: Int?

  /// Attention to all of the past, unless it is said otherwise; a window or cap is positive.
  package init(
    scale: Float, softCap: Float? = nil, isCausal: Bool = true, window: Int? = nil
  ) {
    precondition((window ?? 1) > 0 && (softCap ?? 1) > 0, "a window or cap that is not positive")
    self.scale = scale
    self.softCap = softCap
    self.isCausal = isCausal
    self.window = window
  }
}

/// Where the keys and values of a layer lie in a cache: in blocks of 64 tokens, anywhere.
///
/// Row r of the values, `[·, G · D]`, begins `valueOffset + (r % 64) · G · D` elements into block
/// r / 64. Keys lie there turned, `[G · D, 64]`, as scores are computed: channel c of row r is
/// element `keyOffset + c · 64 + r % 64`. The memory belongs to the cache, which outlives the pass
/// that reads it.
package struct CachedKeys: Sendable {
  /// The beginnings of the blocks; rows `64 · b ..< 64 · (b + 1)` of a layout lie in block b.
  package let blocks: [DeviceAddress]
  /// Elements from the beginning of a block to the layer's keys.
  package let keyOffset: Int
  /// Elements from the block's beginning to the layer's values.
  package let valueOffset: Int
  /// Whether elements are bfloat16; float32 otherwise.
  package let isBfloat16: Bool

  package init(blocks: [DeviceAddress], keyOffset: Int, valueOffset: Int, isBfloat16: Bool) {
    self.blocks = blocks
    self.keyOffset = keyOffset
    self.valueOffset = valueOffset
    self.isBfloat16 = isBfloat16
  }

  /// Tokens of a block: those that attention works on at a time.
  package static let blockLength = 64
}

/// Where new rows go in a block of a cache.
package struct CachedPlace: Sendable {
  /// The beginning of the block.
  package let block: DeviceAddress
  /// Elements from the block's beginning to the layer's keys.
  package let keyOffset: Int
  /// Elements from the block's beginning to the layer's values.
  package let valueOffset: Int
  /// The place of the first row, below ``CachedKeys/blockLength``.
  package let first: Int
  /// Whether elements are rounded to bfloat16 on the way.
  package let isBfloat16: Bool

  package init(
    block: DeviceAddress, keyOffset: Int, valueOffset: Int, first: Int, isBfloat16: Bool
  ) {
    self.block = block
    self.keyOffset = keyOffset
    self.valueOffset = valueOffset
    self.first = first
    self.isBfloat16 = isBfloat16
  }
}
