import Models

/// Prompts that are read but for their last token, each beginning with a copy of what one before it read
/// of the same tokens.
///
/// What is computed for a prompt has the bits that it has alone.
struct ReadPrompts {
  let decoder: CachedDecoder
  /// Tokens of prompts that went through the model.
  private(set) var tokensRead = 0
  private var kept: KeptPrompts

  /// A prompt whose tokens are read, but for the last one that the model goes on from.
  struct Prompt {
    let sequence: CachedSequence
    let lastToken: ArraySlice<Int32>
  }

  /// Has read nothing; `keptTokens` are kept for prompts to come, and the latest prompt in any case.
  init(_ model: Transformer, keptTokens: Int) {
    decoder = CachedDecoder(model: model, format: .float32)
    kept = KeptPrompts(tokenLimit: keptTokens, reading: model.blueprint)
  }

  /// Reads prompts, in one go all whose beginning is not about to be read for another one.
  mutating func read(_ prompts: [[Int32]]) -> [Prompt] {
    let openings = prompts.map { decoder.opening(of: $0) }
    var sequences: [Int: CachedSequence] = [:]
    var waiting = Array(prompts.indices)
    while !waiting.isEmpty {
      // The first of those that wait is never worth waiting for itself, so each round reads some.
      var now: [(index: Int, source: KeptPrompt)] = []
      for index in waiting {
        let (prompt, opening) = (prompts[index], openings[index])
        let known = kept.sources.map { kept.shared($0, with: prompt, opening) }.max() ?? 0
        let later = now.map { kept.shared($0.source, with: prompt, opening) }.max() ?? 0
        guard later - known < KeptPrompts.worthWaiting else { continue }
        let sequence =
          kept.fork(for: prompt, opening, of: kept.sources) ?? decoder.makeSequence(for: prompt)
        sequences[index] = sequence
        now.append(
          (index, KeptPrompt(tokens: opening.dropLast(), sequence: sequence, prompt: prompt)))
      }
      let feeds = now.map { _, source in
        CachedDecoder.Feed(
          sequence: source.sequence, tokens: source.tokens.dropFirst(source.sequence.length))
      }
      tokensRead += feeds.reduce(0) { $0 + $1.tokens.count }
      decoder.read(feeds.filter { !$0.tokens.isEmpty })
      for (_, source) in now { kept.add(source.tokens, source.sequence, prompt: source.prompt) }
      waiting.removeAll { sequences[$0] != nil }
    }
    return prompts.indices.compactMap { index in
      sequences[index].map { Prompt(sequence: $0, lastToken: openings[index].suffix(1)) }
    }
  }
}
