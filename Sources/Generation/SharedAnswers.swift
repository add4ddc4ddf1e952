import Workers

/// Answers that several workers wrote, brought to all of them.
enum SharedAnswers {
  /// Gives all of `count` answers, which the workers wrote in turn; `own` are those of this one.
  ///
  /// Likelihoods of tokens stay where they are: nobody who asks for them has workers.
  static func of(_ own: [GeneratedText], count: Int, by team: Team) -> [GeneratedText] {
    let texts = own.map { Array($0.text.utf8) }
    let heads = team.gather(
      .answers,
      zip(own, texts).flatMap { answer, text in
        [
          StopReason.allCases.firstIndex(of: answer.stopReason) ?? 0, answer.tokens.count,
          text.count,
        ]
      })
    let tokens = team.gather(.answers, own.flatMap(\.tokens))
    let bytes = team.gather(.answers, texts.flatMap(\.self))
    var tokenStarts = [Int](repeating: 0, count: team.count)
    var byteStarts = tokenStarts
    return (0..<count).map { index in
      let (place, worker) = index.quotientAndRemainder(dividingBy: team.count)
      let (reason, tokenCount) = (heads[worker][3 * place], heads[worker][3 * place + 1])
      let tokenRange = tokenStarts[worker]..<tokenStarts[worker] + tokenCount
      let byteRange = byteStarts[worker]..<byteStarts[worker] + heads[worker][3 * place + 2]
      (tokenStarts[worker], byteStarts[worker]) = (tokenRange.upperBound, byteRange.upperBound)
      return GeneratedText(
        text: String(decoding: bytes[worker][byteRange], as: UTF8.self),
        tokens: Array(tokens[worker][tokenRange]), stopReason: StopReason.allCases[reason])
    }
  }
}
