import Autograd
import Datasets
import Generation
import Models
import Tensors
import TestSupport
import Testing

/// Decoding from a cache is the full forward pass, to the bit.
@Suite("The cache of keys and values") struct CacheTests {
  /// 150 tokens are several of attention's key blocks; the pieces begin and end within them.
  @Test(
    "logits are those of one full pass, however the tokens come",
    arguments: [
      [150], [1, 149], [64, 64, 22], [63, 2, 85], [149, 1], Array(repeating: 1, count: 150),
    ], [true, false])
  func pieces(counts: [Int], isTied: Bool) throws {
    let model = try TinyModel.make(isTied: isTied)
    let ids = TinyModel.examples(lengths: [150])[0].ids
    let full = model.logits(ofAll: ids).bits
    let cache = model.makeCache(sequenceCount: 1, capacity: 150)
    var (start, bits): (Int, [UInt32]) = (0, [])
    for count in counts {
      bits += step(model, cache, [Array(ids[start..<start + count])])
      start += count
    }
    #expect(bits == full)
    #expect(cache.lengths == [150])
  }

  /// Windows of 7 and of 70 tokens, soft caps, norms of heads: 100 tokens are two key blocks.
  @Test(
    "so are those of every family",
    arguments: GoldenModel.withGradients,
    [[100], [64, 36], [30, 1, 69], Array(repeating: 1, count: 100)])
  func families(golden: GoldenModel, counts: [Int]) throws {
    let model = try golden.model()
    let ids = try #require(golden.examples().first).ids
    let cache = model.makeCache(sequenceCount: 1, capacity: 100)
    var (start, bits): (Int, [UInt32]) = (0, [])
    for count in counts {
      bits += step(model, cache, [Array(ids[start..<start + count])])
      start += count
    }
    #expect(bits == model.logits(ofAll: ids).bits)
  }

  @Test("sequences of one batch do not know of each other") func batch() throws {
    let model = try TinyModel.make(isTied: false)
    let sequences = TinyModel.examples(lengths: [90, 7, 33]).map(\.ids)
    let cache = model.makeCache(sequenceCount: 3, capacity: 90)
    var rows = sequences.map { _ in [UInt32]() }
    // Each has a prompt of its own length, then one token a pass, until it is at its end.
    var (places, counts) = ([0, 0, 0], [50, 3, 1])
    while counts.contains(where: { $0 > 0 }) {
      let new = (0..<3).map { Array(sequences[$0][places[$0]..<places[$0] + counts[$0]]) }
      let bits = step(model, cache, new)
      var row = 0
      for index in 0..<3 {
        let width = TinyModel.vocabularySize
        rows[index] += bits[row * width..<(row + counts[index]) * width]
        row += counts[index]
        places[index] += counts[index]
        counts[index] = places[index] < sequences[index].count ? 1 : 0
      }
    }
    #expect(rows == sequences.map { model.logits(ofAll: $0).bits })
  }

  @Test(
    "greedy decoding takes the largest logit of a full pass, up to the context limit",
    arguments: GoldenModel.all, [1, 13, 63])
  func greedy(golden: GoldenModel, promptLength: Int) throws {
    let model = try golden.model()
    let generator = try Generator(
      model: model, tokenizer: CountingModel.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maximumTokens = 1000
    var ids = (0..<Int32(promptLength)).map { $0 * 7 % 97 }
    let answer = generator.generate(ids, settings)
    #expect(answer.tokens.count == 64 - promptLength && answer.stopReason == .length)
    for token in answer.tokens {
      let logits = Array(model.logits(ofAll: ids).values.suffix(97))
      #expect(logits.firstIndex(of: logits.max() ?? 0) == Int(token))
      ids.append(token)
    }
  }

  /// Runs new tokens of each sequence; returns the bits of their logits.
  private func step(_ model: DecoderModel, _ cache: KeyValueCache, _ new: [[Int32]]) -> [UInt32] {
    let tape = Tape(arena: Arena(), isRecording: false)
    let pass = ForwardPass(tape: tape, layout: cache.append(new.map(\.count)), cache: cache)
    let hidden = model.hidden(new.flatMap { $0 }, pass)
    return model.logits(hidden, rows: Array(0..<pass.layout.rowCount)).bits
  }
}
