extension Automaton {
  /// Walks over all texts that may be written from a state; returns the tokens that write them.
  mutating func allowedTokens(_ state: State, _ texts: TokenTexts) -> TokenMask {
    var walk = Walk(from: state, over: texts)
    while let (state, byte) = walk.goOn(over: texts, grammar, table) { _ = next(state, byte) }
    return walk.mask
  }

  /// A walk over the beginnings of texts, as far as the states that they lead to are known.
  private struct Walk {
    private(set) var mask: TokenMask
    /// The state after each number of bytes of the beginning.
    private var path: [State]
    private var place = 0

    init(from state: State, over texts: TokenTexts) {
      mask = TokenMask(count: texts.count)
      path = [State](repeating: state, count: texts.longest + 1)
    }

    /// Goes on to the end; returns, where it does not know, from which state which byte leads.
    mutating func goOn(
      over texts: TokenTexts, _ grammar: Grammar, _ table: [State]
    ) -> (State, UInt8)? {
      let (nodes, states, classes) = (texts.nodes.span, table.span, grammar.classes.span)
      while place < nodes.count {
        let node = nodes[place]
        let before = path[Int(node.depth) - 1]
        let next = states[Int(before) * grammar.classCount + Int(classes[Int(node.byte)])]
        guard next >= 0 else {
          if next == Automaton.unknown { return (before, node.byte) }
          place = Int(node.end)
          continue
        }
        path[Int(node.depth)] = next
        if node.token >= 0 {
          mask.insert(node.token)
          if node.hasTwins { for token in texts.tokens(of: node) { mask.insert(token) } }
        }
        place += 1
      }
      return nil
    }
  }
}
