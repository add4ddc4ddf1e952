import Evaluation
package import Language
import Reporting
package import Session

/// The command `advise`.
package struct Advise: Command {
  package static let signature = Signature(
    "advise", "Say, from measurements, whether and how to fine-tune on the current data.",
    details: [
      "It looks at the number of rows, doubles and leaks, lengths, the loss of the model on dev beside "
        + "that of counting tokens, and what simple methods answer: a look-up, a search, and for labels "
        + "a classifier of words; of queries with texts, how well these are found by vectors and by "
        + "words. Nothing is trained.",
      "The verdict is `train`, `more data`, `mend the data` or `do not train`, each for a reason that "
        + "was measured: labels that no word tells better than chance are often wrong, and a task that a "
        + "classifier of words does needs no language model.",
    ],
    patterns: [""], needs: ["model", "data"], synonyms: ["recommend", "tips"],
    result: [
      .init("verdict", "`train`, `more data`, `mend the data` or `do not train`"),
      .init("concerns", "how many things speak against training now"),
      .init("advice", "the sentences, as a list"),
    ],
    examples: ["advise"], seeAlso: ["check data", "baseline"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let advice = try session.advise(tell: session.teller(measuring: { _ in "eval dev" }))
    session.show(.report(.text(advice.text)))
    return .record([
      "verdict": .string(advice.verdict.rawValue), "concerns": .integer(advice.concernCount),
      "advice": .list(advice.remarks.map { .string($0.text) }),
    ])
  }
}

extension Advice {
  fileprivate var text: String {
    let marked = remarks.map { ($0.isConcern ? "! " : "  ") + $0.text }
    return (marked + [sentence]).joined(separator: "\n")
  }

  private var sentence: String {
    let count = Wording.count(concernCount, "thing")
    return switch verdict {
    case .train where concernCount == 0:
      "nothing speaks against it: train until dev.loss stalls for 2"
    case .train: "\(count) to look at before training"
    case .moreData:
      "get more data first: with so few rows neither learning nor measuring is sure (\(count) to look at)"
    case .mendData: "mend the data first (\(count) to look at)"
    case .doNotTrain:
      "do not fine-tune: what needs no training does it already (\(count) to look at)"
    }
  }
}

extension Advice.Remark {
  fileprivate var text: String {
    switch self {
    case .fewRows(let count):
      "\(Wording.count(count, "row")) to train on is few: some hundreds of good ones are usual; try "
        + "prompts first"
    case .rows(let count): "\(Wording.count(count, "row")) to train on"
    case .noDev(let data):
      "no dev rows: nothing can tell whether it helps (`split \(data) 90/10`)"
    case .doubles(let count):
      "\(Wording.count(count, "row")) there more than once weigh too much"
    case .conflicts(let count): "\(Wording.count(count, "input")) with different answers"
    case .leaks(let count):
      "\(Wording.count(count, "row")) held out whose input is in train"
    case .longRows(let count, let limit):
      "\(Wording.count(count, "row")) longer than the context of \(limit) tokens "
        + "(`set long cut`, or `keep data where row.tokens <= \(limit)`)"
    case .isFarAway(let loss, let pairs, let isTuned):
      Self.beside(loss, pairs, isTuned)
        + ": the task is far from what it knows, and much has to be learned from these rows"
    case .isNearlyRight(let accuracy, let isTuned):
      "\(Self.name(isTuned)) already writes \(Quantity(accuracy, .percent).text) of the tokens: "
        + "there is little to gain"
    case .isNear(let loss, let pairs, let isTuned): Self.beside(loss, pairs, isTuned)
    case .fewDev(let count, let half):
      "dev has \(Wording.count(count, "row")): what is right half the time shows as anything from "
        + "\(Quantity(half.lower, .percent).text) to \(Quantity(half.upper, .percent).text)"
    case .isChance(let classifier, let majority):
      "no word tells the labels: a classifier of words gets \(classifier.shown), \(majority.name) "
        + "\(Quantity(majority.estimate.mean, .percent).text): are the labels right, and can they be told "
        + "from the text?"
    case .finding(let vectors, let words, let isTuned):
      "vectors of \(Self.name(isTuned)) find what belongs with nDCG@10 \(Self.shown(vectors)), a search "
        + "by words \(Self.shown(words))"
        + (isConcern ? ": that may be enough" : ", without training")
    case .lookUp(let score):
      "\(score.name) gives \(score.shown), \(score.measureName)"
        + (isConcern ? ": that may be enough" : ", without training")
    }
  }

  private static func shown(_ estimate: Estimate) -> String {
    let texts = [estimate.mean, estimate.lower, estimate.upper].map {
      Quantity($0, .decimals(2)).text
    }
    return "\(texts[0]) (\(texts[1]) to \(texts[2]))"
  }

  private static func name(_ isTuned: Bool) -> String {
    isTuned ? "the model as tuned" : "the model as loaded"
  }

  private static func beside(_ loss: Double, _ pairs: Double, _ isTuned: Bool) -> String {
    let texts = [loss, pairs].map { Quantity($0, .loss).text }
    return "\(name(isTuned)) has loss \(texts[0]) on dev, counting pairs of tokens \(texts[1])"
  }
}
