import Checkpoints
import Datasets
import Evaluation
package import Language
import Models
import Reporting
package import Session

/// The command `advise`.
package struct Advise: Command {
  package static let signature = Signature(
    "advise", "Say, from measurements, whether and how to fine-tune on the current data.",
    details: [
      "It looks at the number of rows, doubles and leaks, lengths, the loss of the model on dev beside "
        + "that of counting tokens, and how well the nearest row would answer. Nothing is trained."
    ],
    patterns: [""], needs: ["model", "data"], synonyms: ["recommend", "tips"],
    result: [
      .init("concerns", "how many things speak against training now"),
      .init("advice", "the sentences, as a list"),
    ],
    examples: ["advise"], seeAlso: ["check data", "baseline"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("advise")
    let data = try session.neededData("advise")
    var advice = Advice()
    advice.consider(DataFindings(data, encoder: model.encoder(session.settings)))
    if !data.dev.isEmpty {
      let dev = try session.encodedToLook(data.dev, of: data.dataset.file, for: model)
      let train = try session.encodedToLook(data.train, of: data.dataset.file, for: model)
      let counts = TokenCounts(train, vocabularySize: model.model.config.vocabularySize)
      advice.consider(
        model: try session.measure(model, dev, label: "eval dev"),
        counting: counts.report(dev, withTokenBefore: true), isTuned: model.isTuned)
      advice.consider(AnswerBaselines(train: data.train, rows: data.dev).lines)
    }
    session.show(.report(.text(advice.text)))
    return .record([
      "concerns": .integer(advice.concernCount),
      "advice": .list(advice.lines.map { .string($0.text) }),
    ])
  }
}

/// What the measurements come to.
private struct Advice {
  private(set) var lines: [(isConcern: Bool, text: String)] = []

  var concernCount: Int { lines.count { $0.isConcern } }

  var text: String {
    let marked = lines.map { ($0.isConcern ? "! " : "  ") + $0.text }
    let verdict =
      concernCount == 0
      ? "nothing speaks against it: train until dev.loss stalls for 2"
      : "\(Wording.count(concernCount, "thing")) to look at before training"
    return (marked + [verdict]).joined(separator: "\n")
  }

  private mutating func add(_ text: String, isConcern: Bool = true) {
    lines.append((isConcern, text))
  }

  /// Few rows, rows that are there twice, rows that do not fit.
  mutating func consider(_ findings: DataFindings) {
    let count = findings.data.train.count
    let rows = Wording.count(count, "row")
    if count < 100 {
      add("\(rows) to train on is few: some hundreds of good ones are usual; try prompts first")
    } else {
      add("\(rows) to train on", isConcern: false)
    }
    if findings.data.dev.isEmpty {
      add("no dev rows: nothing can tell whether it helps (`split \(findings.data.name) 90/10`)")
    }
    let doubles = findings.summary.duplicates
    if doubles.extraCount * 50 > count {
      add("\(Wording.count(doubles.extraCount, "row")) there more than once weigh too much")
    }
    if !doubles.conflicts.isEmpty {
      add("\(Wording.count(doubles.conflicts.count, "input")) with different answers")
    }
    if !findings.leakLines.isEmpty {
      add("\(Wording.count(findings.leakLines.count, "row")) held out whose input is in train")
    }
    if !findings.longLines.isEmpty, let limit = findings.limit {
      add(
        "\(Wording.count(findings.longLines.count, "row")) longer than the context of \(limit) tokens "
          + "(`set long cut`, or `keep data where row.tokens <= \(limit)`)")
    }
  }

  /// How the model does beside counting pairs of tokens in the same rows.
  mutating func consider(model: LossReport, counting: LossReport, isTuned: Bool) {
    let (loss, pairs) = (model.estimate(seed: 0), counting.estimate(seed: 0))
    let texts = [loss.mean, pairs.mean].map { Quantity($0, .loss).text }
    let name = isTuned ? "the model as tuned" : "the model as loaded"
    if model.difference(from: counting, seed: 0).lower > 0 {
      add(
        "\(name) has loss \(texts[0]) on dev, counting pairs of tokens \(texts[1]): the task is far "
          + "from what it knows, and much has to be learned from these rows")
    } else if model.accuracy > 0.9 {
      add(
        "\(name) already writes \(Quantity(model.accuracy, .percent).text) of the tokens: there is "
          + "little to gain")
    } else {
      add(
        "\(name) has loss \(texts[0]) on dev, counting pairs of tokens \(texts[1])",
        isConcern: false)
    }
  }

  /// A look-up that already does it.
  mutating func consider(_ baselines: [BaselineLine]) {
    for line in baselines {
      let value = line.quantity(line.estimate.mean).text
      let text = "\(line.name) gives \(value) (\(line.measure))"
      let isEnough = line.estimate.lower > 0.8
      add(
        isEnough ? text + ": a look-up may be enough" : text + " without training",
        isConcern: isEnough)
    }
  }
}
