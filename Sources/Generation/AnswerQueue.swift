import Models

/// The requests that wait for their turn, and what those of one prompt share.
///
/// A prompt that several requests have is read once; each of them goes on from a copy of its
/// sequence, which shares the memory.
struct AnswerQueue {
  private let requests: [GenerationRequest]
  private var next = 0
  /// Of each prompt, how many requests for it are waiting.
  private var waiting: [[Int32]: Int] = [:]
  /// Prompts read, but for their last token, that more requests wait for.
  private var prefixes: [[Int32]: CachedSequence] = [:]

  init(_ requests: [GenerationRequest]) {
    self.requests = requests
    for request in requests { waiting[request.prompt, default: 0] += 1 }
  }

  /// The next request and its number; nil when all were taken.
  var first: (index: Int, request: GenerationRequest)? {
    next < requests.count ? (next, requests[next]) : nil
  }

  /// Takes the next request; returns a sequence that holds the beginning of its prompt.
  mutating func removeFirst(_ decoder: CachedDecoder) -> CachedSequence {
    let prompt = requests[next].prompt
    next += 1
    let left = (waiting[prompt] ?? 1) - 1
    waiting[prompt] = left
    if let prefix = prefixes[prompt] {
      if left == 0 { prefixes[prompt] = nil }
      return prefix.fork()
    }
    let sequence = decoder.makeSequence(for: prompt)
    let opening = decoder.opening(of: prompt)
    guard left > 0, opening.count > 1 || sequence.prompt != nil else { return sequence }
    decoder.read([CachedDecoder.Feed(sequence: sequence, tokens: opening.dropLast())])
    prefixes[prompt] = sequence
    return sequence.fork()
  }

  /// Leaves the next request out.
  mutating func skipFirst() {
    waiting[requests[next].prompt, default: 1] -= 1
    next += 1
  }
}
