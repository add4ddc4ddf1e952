extension ExampleEncoder {
  /// Returns the tokens that generation starts from for a row, and those that it would have to
  /// write for each of several answers: what training on that answer would train.
  package func answers(
    to example: Example, among texts: [String]
  ) throws(ProblemReason) -> (prompt: [Int32], answers: [[Int32]]) {
    let prompt = try prompt(of: example)
    var answers: [[Int32]] = []
    for text in texts {
      guard let row = try encode(example.answered(by: text), row: 0).last else { break }
      let end = row.lossMask.lastIndex(of: true) ?? prompt.count
      answers.append(Array(row.ids[..<(end + 1)].dropFirst(prompt.count)))
    }
    return (prompt, answers)
  }
}

extension Example {
  /// Returns the row with another answer in place of ``target``; plain text has none.
  func answered(by text: String) -> Example {
    switch content {
    case .text: return self
    case .labelled(let input, _): return Example(.labelled(text: input, label: text), line: line)
    case .completion(let prompt, _):
      return Example(.completion(prompt: prompt, completion: text), line: line)
    case .conversation(var turns):
      guard let last = turns.lastIndex(where: { $0.role == .assistant }) else { return self }
      turns[last] = Turn(.assistant, text)
      return Example(.conversation(turns), line: line, fields: fields)
    }
  }
}
