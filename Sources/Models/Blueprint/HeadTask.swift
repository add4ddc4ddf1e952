/// What a head's logits are of.
package enum HeadTask: Hashable, Sendable {
  /// The token that comes next.
  case nextToken
  /// The token that stands at a place, where another hides it.
  case maskedToken
  /// Labels of a text, or of each of its tokens.
  case labels(LabelTask)
  /// Nothing: the files have no head, and hidden states are all there is.
  case nothing
}

/// Which labels a head chooses from, and what it looks at.
package struct LabelTask: Hashable, Sendable {
  /// What of the hidden states is given to the head.
  package enum Reading: Hashable, Sendable {
    /// Every token's: each has a label of its own.
    case eachToken
    /// The first token's, for the whole text.
    case firstToken
    /// The mean over the text.
    case mean
  }

  /// The labels, a logit each.
  package let names: [String]
  /// What it looks at.
  package let reading: Reading
}
