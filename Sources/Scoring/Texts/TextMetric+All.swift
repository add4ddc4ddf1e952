import Serialization

/// The measures of texts: a declaration each.
extension TextMetric {
  /// All measures, in the order in which they are listed.
  package static let all: [TextMetric] = ofLosses + ofAnswers + ofTranslations + ofSummaries

  /// The measure of this name; nil when there is none.
  package static func named(_ name: String) -> TextMetric? { all.first { $0.name == name } }

  /// The mean loss of a trained token.
  package static let loss = TextMetric(
    name: "loss", about: "mean loss of a trained token", unit: .nats,
    measure: .losses(TextLoss.loss), prefersLess: true)

  private static let ofLosses = [
    loss,
    TextMetric(
      name: "perplexity", about: "among how many equally likely tokens it seems to choose",
      unit: .number, measure: .losses(TextLoss.perplexity), prefersLess: true),
    TextMetric(
      name: "token_accuracy", about: "share of trained tokens that were the likeliest",
      unit: .share, measure: .losses(TextLoss.accuracy)),
    TextMetric(
      name: "bits_per_byte", about: "bits that a byte of the trained text costs", unit: .number,
      measure: .losses(TextLoss.bitsPerByte), prefersLess: true),
  ]

  private static let ofAnswers = [
    TextMetric(
      name: "exact",
      about: "share of answers that are the wanted text, white space around it aside",
      unit: .share,
      measure: .share { answer in answer.references.contains { isSame($0, answer.text) } }),
    TextMetric(
      name: "squad_exact",
      about: "share that is the wanted text without case, punctuation and articles", unit: .share,
      measure: .share { SQuAD.exact($0.text, $0.references) == 1 }),
    TextMetric(
      name: "squad_f1", about: "words shared with the wanted text, as SQuAD counts them",
      unit: .share, measure: .mean { SQuAD.f1($0.text, $0.references) }),
    TextMetric(
      name: "stops", about: "share of answers that ended by themselves", unit: .share,
      measure: .share(\.endedItself)),
    TextMetric(
      name: "json", about: "share of answers that are valid JSON", unit: .share,
      measure: .share { (try? JSONValue(parsing: Array($0.text.utf8))) != nil }),
  ]

  private static let ofTranslations =
    [
      bleu("bleu", .standard, "sacrebleu's BLEU, tokenizer 13a"),
      bleu("bleu_intl", .international, "BLEU, words divided by Unicode"),
      bleu("bleu_char", .characters, "BLEU of characters"),
      bleu("bleu_none", .words, "BLEU, words divided at white space alone"),
    ] + [
      chrF("chrf", ChrF(), "sacrebleu's chrF2: runs of characters"),
      chrF("chrfpp", ChrF(wordOrder: 2), "sacrebleu's chrF2++: runs of characters and words"),
    ]

  private static let ofSummaries = [false, true].flatMap { stems in
    [
      rouge("rouge1", .runs(1), stems, "ROUGE-1, words shared"),
      rouge("rouge2", .runs(2), stems, "ROUGE-2, pairs of words shared"),
      rouge("rougel", .sequence, stems, "ROUGE-L, longest common sequence of words"),
      rouge("rougelsum", .lines, stems, "ROUGE-Lsum, the same line by line"),
    ]
  }

  private static func bleu(_ name: String, _ tokens: BLEUTokens, _ about: String) -> TextMetric {
    TextMetric(
      name: name, about: about, unit: .points,
      measure: .corpus(
        counts: { BLEU.counts($0.text, $0.references, by: tokens) }, score: BLEU.score))
  }

  private static func chrF(_ name: String, _ chrF: ChrF, _ about: String) -> TextMetric {
    TextMetric(
      name: name, about: about, unit: .points,
      measure: .corpus(counts: { chrF.counts($0.text, $0.references) }, score: chrF.score))
  }

  private static func rouge(
    _ name: String, _ kind: ROUGE.Kind, _ stems: Bool, _ about: String
  ) -> TextMetric {
    let rouge = ROUGE(kind, stems: stems)
    return TextMetric(
      name: stems ? name + "_stem" : name, about: about + (stems ? ", by their stems" : ""),
      unit: .share, measure: .mean { rouge.score($0.text, $0.references) })
  }

  /// Whether two texts are the same but for white space at their ends.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    let texts = [one, other].map { text in
      let start = text.unicodeScalars.drop(while: \.isPythonSpace)
      return start.dropLast(start.reversed().prefix(while: \.isPythonSpace).count)
    }
    return texts[0].elementsEqual(texts[1])
  }
}
