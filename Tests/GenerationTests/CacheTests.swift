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
    let cache = model.makeCache()
    let sequence = cache.makeSequence()
    #expect(feed(model, cache, [sequence], [ids], counts: counts) == [full])
    #expect(sequence.length == 150)
  }

  /// Windows of 7 and of 70 tokens, soft caps, norms of heads: 100 tokens are two key blocks.
  ///
  /// Where the length of a sequence decides how positions turn, the first piece has to know it:
  /// see ``longSequences(promptLength:)``.
  @Test(
    "so are those of every family",
    arguments: GoldenModel.families.filter {
      (try? $0.config().blueprint.shortLength ?? 99) ?? 0 > 50
    },
    [[100], [64, 36], [30, 1, 69], Array(repeating: 1, count: 100)])
  func families(golden: GoldenModel, counts: [Int]) throws {
    let model = try golden.model()
    let ids = try #require(golden.examples().first).ids
    let cache = model.makeCache()
    let bits = feed(model, cache, [cache.makeSequence()], [ids], counts: counts)
    #expect(bits == [model.logits(ofAll: ids).bits])
  }

  /// Of 32 tokens trained on: prompts and answers that stay below, cross it, and begin beyond.
  @Test("a sequence that becomes a long one is read again", arguments: [3, 20, 32, 33, 50])
  func longSequences(promptLength: Int) throws {
    let model = try GoldenModel.longrope.model()
    #expect(model.blueprint.shortLength == 32)
    let generator = try Generator(
      model: model, tokenizer: CountingModel.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maximumTokens = 40
    var ids = (0..<Int32(promptLength)).map { $0 * 7 % 61 }
    for token in generator.generate(ids, settings).tokens {
      let logits = Array(model.logits(ofAll: ids).values.suffix(61))
      #expect(logits.firstIndex(of: logits.max() ?? 0) == Int(token))
      ids.append(token)
    }
    #expect(ids.count == promptLength + 40)
  }

  @Test(
    "greedy decoding goes on as transformers does",
    arguments: GoldenModel.families.filter { (try? $0.numbers("greedy").isEmpty) == false })
  func greedyGolden(golden: GoldenModel) throws {
    let expected = try golden.numbers("greedy").map { Int32($0) }
    let generator = try Generator(
      model: golden.model(), tokenizer: CountingModel.tokenizer(), endTokens: [])
    var settings = SamplingSettings()
    settings.temperature = 0
    settings.maximumTokens = expected.count
    let prompt = Array(try #require(golden.examples().first).ids.prefix(7))
    #expect(generator.generate(prompt, settings).tokens == expected)
  }

  /// Keys in blocks, rows that convolutions go on from, and states.
  private static let models: [GoldenModel] = [.gemma2, .convolved, .withStates]

  @Test("sequences of one batch do not know of each other", arguments: models)
  func batch(golden: GoldenModel) throws {
    let model = try golden.model()
    let sequences = TinyModel.examples(lengths: [90, 7, 33]).map(\.ids)
    let cache = model.makeCache()
    let held = sequences.map { _ in cache.makeSequence() }
    var rows = sequences.map { _ in [UInt32]() }
    // Each has a prompt of its own length, then one token a pass, until it is at its end.
    var (places, counts) = ([0, 0, 0], [50, 3, 1])
    while counts.contains(where: { $0 > 0 }) {
      let new = (0..<3).map { Array(sequences[$0][places[$0]..<places[$0] + counts[$0]]) }
      for (index, bits) in step(model, cache, Array(zip(held, new))).enumerated() {
        rows[index] += bits
        places[index] += counts[index]
        counts[index] = places[index] < sequences[index].count ? 1 : 0
      }
    }
    #expect(rows == sequences.map { model.logits(ofAll: $0).bits })
  }

  /// 70 tokens fill a block and begin another, which a copy must not write into.
  @Test(
    "a copy goes on by itself, and so does what it was copied from", arguments: [1, 64, 70], models)
  func fork(length: Int, golden: GoldenModel) throws {
    let model = try golden.model()
    let ids = TinyModel.examples(lengths: [length, 20, 30]).map(\.ids)
    let cache = model.makeCache()
    let first = cache.makeSequence()
    _ = step(model, cache, [(first, ids[0])])
    let second = first.fork()
    let bytes = cache.byteCount
    #expect(second.length == length)
    var found: [[UInt32]] = [[], []]
    for start in stride(from: 0, to: 20, by: 5) {
      let new = [
        (first, Array(ids[1][start..<start + 5])), (second, Array(ids[2][start..<start + 5])),
      ]
      for (index, bits) in step(model, cache, new).enumerated() { found[index] += bits }
    }
    let width = model.config.vocabularySize
    for (index, tokens) in [ids[1], Array(ids[2].prefix(20))].enumerated() {
      #expect(found[index] == Array(model.logits(ofAll: ids[0] + tokens).bits.suffix(20 * width)))
    }
    // Of the tokens in common no full block is there twice; each of the two has states of its own.
    let block = cache.bytesPerToken * 64
    let states = model.blueprint.layers.reduce(0) { sum, layer in
      guard case .deltaNet(let plan) = layer.mixer else { return sum }
      return sum + 4 * plan.shape.stateShape.reduce(1, *)
    }
    #expect(
      cache.byteCount - bytes <= (length % 64 == 0 ? 2 : 3) * (block + block / 8) + 2 * states)
  }

  @Test("blocks of sequences that are gone serve again") func reuse() throws {
    let model = try TinyModel.make(isTied: true)
    let ids = TinyModel.examples(lengths: [130])[0].ids
    let cache = model.makeCache()
    #expect(cache.byteCount == 0)
    _ = step(model, cache, [(cache.makeSequence(), ids)])
    let bytes = cache.byteCount
    #expect(bytes > 0)
    for _ in 0..<3 { _ = step(model, cache, [(cache.makeSequence(), ids)]) }
    // The last pass holds its blocks until the next one is laid out.
    #expect(cache.byteCount == bytes)
  }

  @Test("after the first pass of a size no memory is taken") func arena() throws {
    let model = try TinyModel.make(isTied: false)
    let (cache, arena) = (model.makeCache(), Arena())
    let sequences = (0..<3).map { _ in cache.makeSequence() }
    var capacities: [Int] = []
    for token in 0..<Int32(20) {
      let tape = Tape(arena: arena, isRecording: false)
      let pass = ForwardPass(
        tape: tape, layout: cache.append(sequences.map { ($0, 1) }), cache: cache)
      _ = model.logits(model.hidden([token, 1, 2], pass), rows: [0, 1, 2], in: arena)
      capacities.append(arena.highWater)
    }
    #expect(capacities[0] > 0 && Set(capacities).count == 1)
  }

  @Test("rounded to bfloat16 it takes half the memory, and the answer hardly moves")
  func rounded() throws {
    let model = try TinyModel.make(isTied: false)
    let ids = TinyModel.examples(lengths: [150])[0].ids
    let (whole, half) = (model.makeCache(), model.makeCache(.bfloat16))
    let exact = feed(model, whole, [whole.makeSequence()], [ids], counts: [150])[0]
    let rounded = feed(model, half, [half.makeSequence()], [ids], counts: [150])[0]
    #expect(half.byteCount * 2 == whole.byteCount && rounded != exact)
    let values = [exact, rounded].map { $0.map { Float(bitPattern: $0) } }
    let range = (values[0].max() ?? 0) - (values[0].min() ?? 0)
    expectClose(values[1], values[0], within: 2e-2 * range)
    for counts in [[64, 64, 22], [63, 2, 85], Array(repeating: 1, count: 150)] {
      #expect(feed(model, half, [half.makeSequence()], [ids], counts: counts) == [rounded])
    }
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

  /// Runs the tokens of each sequence in pieces of `counts`; returns the bits of their logits.
  private func feed(
    _ model: Transformer, _ cache: KeyValueCache, _ sequences: [CachedSequence],
    _ ids: [[Int32]], counts: [Int]
  ) -> [[UInt32]] {
    var bits = sequences.map { _ in [UInt32]() }
    var start = 0
    for count in counts {
      let new = zip(sequences, ids).map { ($0, Array($1[start..<start + count])) }
      for (index, more) in step(model, cache, new).enumerated() { bits[index] += more }
      start += count
    }
    return bits
  }

  /// Runs new tokens of each sequence; returns the bits of each one's logits.
  private func step(
    _ model: Transformer, _ cache: KeyValueCache, _ new: [(CachedSequence, [Int32])]
  ) -> [[UInt32]] {
    let tape = Tape(arena: Arena(), isRecording: false)
    let layout = cache.append(new.map { ($0, $1.count) })
    let hidden = model.hidden(
      new.flatMap(\.1), ForwardPass(tape: tape, layout: layout, cache: cache))
    var bits = model.logits(hidden, rows: Array(0..<layout.rowCount), in: Arena()).bits[...]
    return new.map { _, tokens in
      let count = tokens.count * TinyModel.vocabularySize
      defer { bits.removeFirst(count) }
      return Array(bits.prefix(count))
    }
  }
}
