package import Autograd
package import Models
package import Tensors

/// Runs new tokens of several sequences through a model, one pass for all of them.
///
/// A row's numbers do not depend on the other rows of its pass, so a sequence gets the same bits
/// alone, beside others, and in whatever pieces its tokens come. Memory is taken from one arena:
/// passes of the same size take none anew.
package struct CachedDecoder {
  let model: Transformer
  /// Where the sequences that are fed come from.
  package let cache: KeyValueCache
  /// Records nothing; its arena holds what the last pass gave.
  package let tape: Tape

  /// Tokens of a pass, at most: it bounds the memory of a prompt, never a result.
  static let tokensPerPass = 1024

  /// New tokens of a sequence.
  package struct Feed {
    let sequence: CachedSequence
    let tokens: ArraySlice<Int32>

    package init(sequence: CachedSequence, tokens: ArraySlice<Int32>) {
      self.sequence = sequence
      self.tokens = tokens
    }

    /// Notes how long the sequence will be with these tokens.
    func plan() {
      sequence.plannedLength = max(sequence.plannedLength, sequence.length + tokens.count)
    }
  }

  /// Begins with an empty cache, whose elements are kept in `format`; `activations` are what rows become
  /// for products by weights of few bits.
  package init(
    model: Transformer, format: CacheFormat, activations: ActivationFormat = .float
  ) {
    self.model = model
    cache = model.makeCache(format)
    tape = Tape(arena: Arena(model.device), isRecording: false, activations: activations)
  }

  /// The tokens of a prompt that the model goes on from: all of them, or, where another half reads the
  /// prompt, the one that answers begin with.
  func opening(of prompt: [Int32]) -> [Int32] {
    model.blueprint.reader.map { [Int32($0.startID)] } ?? prompt
  }

  /// Makes an empty sequence for answers to a prompt, which is read where another half does.
  func makeSequence(for prompt: [Int32]) -> CachedSequence {
    let sequence = cache.makeSequence()
    sequence.prompt = model.read([prompt], on: tape)
    return sequence
  }

  /// Runs the feeds; returns the hidden states of all their tokens, one feed after the other.
  package func hidden(_ feeds: [Feed]) -> Variable {
    prepare(feeds)
    let layout = cache.append(feeds.map { ($0.sequence, $0.tokens.count) })
    let pass = ForwardPass(
      tape: tape, layout: layout, cache: cache, prompts: feeds.compactMap(\.sequence.prompt))
    let tokens = feeds.flatMap(\.tokens)
    guard tokens.count <= Self.tokensTogether else { return model.hidden(tokens, pass) }
    return model.device.together { model.hidden(tokens, pass) }
  }

  /// Tokens of a pass whose operations are so small that to ask for them is what takes time.
  private static let tokensTogether = 64

  /// Where positions turn keys of long sequences otherwise: reads what a sequence holds again when it
  /// grows from a short to a long one.
  private func prepare(_ feeds: [Feed]) {
    guard let limit = model.blueprint.shortLength else { return }
    for feed in feeds {
      let sequence = feed.sequence
      feed.plan()
      if sequence.length > 0, sequence.turnedLength <= limit, sequence.plannedLength > limit {
        let past = sequence.tokens[...]
        sequence.clear()
        read([Feed(sequence: sequence, tokens: past)])
      }
      sequence.turnedLength = sequence.plannedLength
      sequence.tokens += feed.tokens
    }
  }

  /// Runs feeds of any length, `tokensPerPass` tokens at a time, for what the cache keeps.
  func read(_ feeds: [Feed]) {
    var (pass, room): ([Feed], Int) = ([], CachedDecoder.tokensPerPass)
    for feed in feeds {
      feed.plan()
      var rest = feed.tokens
      while !rest.isEmpty {
        let piece = rest.prefix(room)
        pass.append(Feed(sequence: feed.sequence, tokens: piece))
        room -= piece.count
        rest = rest.dropFirst(piece.count)
        guard room == 0 else { continue }
        _ = hidden(pass)
        (pass, room) = ([], CachedDecoder.tokensPerPass)
      }
    }
    if !pass.isEmpty { _ = hidden(pass) }
  }

  /// Returns the logits of chosen rows of hidden states, `[rows, V]`.
  package func logits(_ hidden: Variable, rows: [Int]) -> Tensor {
    model.logits(hidden, rows: rows, in: tape.arena, activations: tape.activations)
  }
}
