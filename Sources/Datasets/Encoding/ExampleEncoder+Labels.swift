extension ExampleEncoder {
  /// Returns the text of a row as the model reads it, with its label; `isCut` says that the text was
  /// longer than rows may be, and its end is left out.
  func labelled(
    _ example: Example, _ labels: LabelSet, row: Int
  ) throws(ProblemReason) -> (sequence: EncodedExample, isCut: Bool) {
    let target = try labels.target(of: example)
    let cutting = options.longRows == .cut
    let limit = cutting ? options.maximumLength : .max
    let (ids, isCut) = encoder.encode(example.input, limit: limit)
    guard !ids.isEmpty else { throw .trainsNothing }
    return (
      EncodedExample(
        ids: try options.checked(ids), lossMask: ids.map { _ in false }, row: row,
        goal: .label(target)), isCut
    )
  }
}

extension TextEncoder {
  /// Returns the tokens of a text with those that the tokenizer puts around it, at most `limit`: of more
  /// the text's own last ones are left out.
  package func encode(_ text: String, limit: Int) -> (ids: [Int32], isCut: Bool) {
    let ids = encode(text, addingSpecialTokens: true)
    let surplus = ids.count - limit
    guard surplus > 0 else { return (ids, false) }
    let own = encode(text, addingSpecialTokens: false)
    let added = ids.count - own.count
    // How many of the added ones come first.
    let before = (0...max(0, added)).first { ids[$0...].starts(with: own) } ?? 0
    let end = max(before, before + own.count - surplus)
    return (Array((ids[..<end] + ids[(before + own.count)...]).prefix(limit)), true)
  }
}
