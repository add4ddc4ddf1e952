import Synchronization

/// A form that an answer is held to, such as a JSON schema, for the tokens of one vocabulary.
///
/// It can be shared by any number of answers, which keep a ``ConstraintState`` each. What has been
/// worked out of it is kept, and never changes a result.
package final class Constraint: Sendable {
  /// What the answers are held to.
  package let grammar: Grammar
  /// What the tokens write.
  package let texts: TokenTexts
  private let work: Mutex<Work>

  /// Bytes of sets of tokens that are kept, at most.
  private static let maskByteLimit = 64 << 20

  private struct Work {
    var automaton: Automaton
    var masks: [Automaton.State: TokenMask] = [:]
    /// How often all was forgotten: numbers of states from before mean nothing.
    var age = 0
  }

  /// Holds answers to a grammar.
  package init(_ grammar: Grammar, _ texts: TokenTexts) {
    self.grammar = grammar
    self.texts = texts
    work = Mutex(Work(automaton: Automaton(grammar)))
  }

  /// Where an answer begins.
  package func start() -> ConstraintState {
    work.withLock { ConstraintState(state: $0.automaton.start, age: $0.age) }
  }

  /// Returns the tokens that may come next; none when no token can write what has to.
  ///
  /// The tokens that end an answer are not among them: they may come when ``ConstraintState/isComplete``.
  package func allowedTokens(_ state: inout ConstraintState) -> TokenMask {
    var mask = work.withLock { work in
      refresh(&state, &work)
      if let known = work.masks[state.state] { return known }
      let mask = work.automaton.allowedTokens(state.state, texts)
      let limit = Self.maskByteLimit / max(1, mask.words.count * 8)
      if work.masks.count >= limit { work.masks = [:] }
      work.masks[state.state] = mask
      return mask
    }
    if grammar.hasFreeKeys { state.keys.removeRepetitions(from: &mask, texts) }
    return mask
  }

  /// Takes a token; returns false, and leaves the state as it was, when it may not come next.
  package func append(_ token: Int32, to state: inout ConstraintState) -> Bool {
    let bytes = texts.bytes(of: token)
    guard !bytes.isEmpty else { return false }
    return work.withLock { work in
      refresh(&state, &work)
      var after = state
      for byte in bytes {
        after.state = work.automaton.next(after.state, byte)
        guard after.state != Automaton.dead else { return false }
        guard !grammar.hasFreeKeys || after.keys.append(byte) else { return false }
      }
      after.written += bytes
      after.isComplete = work.automaton.isComplete(after.state)
      after.isFinished = work.automaton.isFinished(after.state)
      state = after
      return true
    }
  }

  /// Forgets the states when there are many, and finds that of an answer from before again.
  private func refresh(_ state: inout ConstraintState, _ work: inout Work) {
    if work.automaton.stateCount > Automaton.stateLimit {
      work = Work(automaton: Automaton(grammar), age: work.age + 1)
    }
    guard state.age != work.age else { return }
    state.age = work.age
    state.state = state.written.reduce(work.automaton.start) { work.automaton.next($0, $1) }
  }
}

/// How far an answer that is held to a ``Constraint`` has come.
package struct ConstraintState: Sendable {
  fileprivate var state: Automaton.State
  fileprivate var age: Int
  /// All that was written, from which the state can be found again.
  package fileprivate(set) var written: [UInt8] = []
  fileprivate var keys = KeyHistory()
  /// Whether the answer may end here.
  package fileprivate(set) var isComplete = false
  /// Whether the answer can only end here.
  package fileprivate(set) var isFinished = false

  fileprivate init(state: Automaton.State, age: Int) {
    self.state = state
    self.age = age
  }
}
