import Tensors

/// The keys and values of one sequence's tokens, in a ``KeyValueCache``.
///
/// Blocks are shared between a sequence and its copies, and copied when one of them goes on
/// writing; they go back to the cache's arena with the last sequence that holds them.
package final class CachedSequence {
  /// Tokens held.
  package internal(set) var length = 0
  /// Tokens that it is known to have in the end, or fewer.
  package var plannedLength = 0
  /// What was planned when the keys that it holds were turned.
  package var turnedLength = 0
  /// Its tokens, where they may have to be read again.
  package var tokens: [Int32] = []
  /// What the reading half made of the prompt that the tokens answer; nil in models of one half.
  package var prompt: EncodedPrompts?
  /// The last rows of what each convolution reads, which the next tokens' are joined to.
  var rows: [Int: Tensor] = [:]
  /// The states of each layer that has some, after its tokens.
  var states: [Int: Tensor] = [:]
  /// Blocks of ``CachedKeys/blockLength`` tokens, the last one partly filled.
  var blocks: [Storage] = []

  init() {}

  /// Makes a sequence that begins with the same tokens; nothing is computed or copied.
  package func fork() -> CachedSequence { fork(length: length) }

  /// Makes a sequence that begins with the first `length` of its tokens.
  package func fork(length: Int) -> CachedSequence {
    let copy = CachedSequence()
    copy.length = min(length, self.length)
    copy.plannedLength = length < self.length ? copy.length : plannedLength
    copy.turnedLength = turnedLength
    copy.tokens = Array(tokens.prefix(copy.length))
    let blockCount = (copy.length + CachedKeys.blockLength - 1) / CachedKeys.blockLength
    copy.blocks = Array(blocks.prefix(blockCount))
    if copy.length == self.length { (copy.rows, copy.states) = (rows, states) }
    copy.prompt = prompt
    return copy
  }

  /// Forgets its last `count` tokens; not where a layer keeps rows or states of the last ones alone.
  package func forget(_ count: Int) {
    guard count > 0, rows.isEmpty, states.isEmpty else { return }
    length = max(0, length - count)
    tokens = Array(tokens.prefix(length))
    let blockCount = (length + CachedKeys.blockLength - 1) / CachedKeys.blockLength
    blocks.removeLast(max(0, blocks.count - blockCount))
  }

  /// Forgets what was computed of its tokens, and which they are.
  package func clear() {
    length = 0
    blocks = []
    rows = [:]
    states = [:]
    tokens = []
  }
}
