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
    /// The last token's, which has seen all others.
    case lastToken
    /// The mean over the text.
    case mean
  }

  /// What a text has of the labels, by the words of config.json's `problem_type`.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// One of them.
    case one = "single_label_classification"
    /// Any number of them.
    case several = "multi_label_classification"
    /// A number, which the only logit is.
    case number = "regression"
  }

  /// The labels, a logit each.
  package let names: [String]
  /// What it looks at.
  package let reading: Reading
  /// What a text has of the labels.
  package var kind = Kind.one

  /// Whether labels are those of whole texts.
  package var isOfTexts: Bool { reading != .eachToken }
}
