import Datasets
import Evaluation
package import Language
import Objectives
import Reporting
import Scoring
package import Session

/// The command `compare base tuned on dev`.
package struct Compare: Command {
  package static let signature = Signature(
    "compare", "Measure base and tuned on the same rows, side by side.",
    details: [
      "The difference has its own 95 % interval, from the rows in pairs; when that holds 0 the "
        + "difference may be noise, and about how many rows would show it is told: four times in five, "
        + "were it as large as it looks. Then come answers of both to the first rows, or, of queries with "
        + "texts, how well both find these.",
      "`with` compares more, as `eval … with` measures it: both answer the same rows. `forgetting` "
        + "measures both on neutral text that is part of ft, about many things in plain words: what "
        + "training unlearned.",
    ],
    patterns: [
      "[base tuned] {on <data:data> | showing <count:int> | with <metrics:choices> | forgetting}"
    ],
    slots: [
      "data": .fallback("dev"),
      "count": .range(0...1000).fallback("2").about("answers to show side by side"),
      "metrics": .choices(TextMetric.all.map(\.name)).about("what else is compared"),
    ],
    needs: ["model", "data"], synonyms: ["diff", "versus"],
    result: [
      .init("base", "loss of the model as loaded"), .init("tuned", "loss of it now"),
      .init("difference", "tuned less base"), .init("low", "lower end of its 95 % interval"),
      .init("high", "upper end"), .init("better", "whether the whole interval is below 0"),
      .init("wins", "rows that tuned has at less loss"), .init("losses", "rows at more"),
      .init("ties", "rows at the same"),
      .init("needed", "about how many rows would show the difference; null where there is none"),
      .init(
        "scores",
        "for each measure `base`, `tuned`, `difference`, `low`, `high`, `wins`, `losses`, `ties`, `needed`",
        when: "with measures, or of queries with texts"),
      .init(
        "forgetting", "the same of the loss on neutral text", when: "with `forgetting`"),
    ],
    examples: [
      "compare base tuned on dev", "compare base tuned on dev showing 0",
      "compare base tuned on dev with chrf, exact", "compare base tuned on dev forgetting",
    ],
    seeAlso: ["eval", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let tell = session.teller(measuring: { "\($0.rawValue) on \(name)" })
    let comparison = try session.compare(
      on: name, by: (call.names("metrics") ?? []).compactMap(TextMetric.named), tell: tell)
    session.show(
      .report(.group([.table(table(comparison)), .text(verdict(comparison))])))
    if !comparison.scores.isEmpty { session.show(.report(.table(table(comparison.scores)))) }
    let forgetting = call.has("forgetting") ? try session.forgetting(tell: tell) : nil
    if let forgetting { session.show(.report(.text(sentence(forgetting)))) }
    for answer in try session.compareAnswers(on: name, count: call.int("count") ?? 2) {
      session.show(.report(.group([.text("\n"), .fields(fields(answer))])))
    }
    var value = record(comparison)
    value["better"] = .bool(comparison.isBetter)
    if !comparison.scores.isEmpty {
      value["scores"] = .record(
        Record(comparison.scores.map { ($0.measure.name, .record($0.record)) }))
    }
    if let forgetting { value["forgetting"] = .record(record(forgetting)) }
    return .record(value)
  }

  private static func record(_ comparison: ModelComparison) -> Record {
    Record.comparing(
      base: comparison.base.report.loss, tuned: comparison.tuned.report.loss,
      comparison.difference, comparison.rows)
  }

  private static func table(_ comparison: ModelComparison) -> Table {
    let kind = comparison.base.kind
    let shareName =
      switch kind {
      case .supervised, .distil: "right tokens"
      case .dpo, .ipo, .orpo, .simpo, .kto: "preferences met"
      case .classify: "right"
      case .retrieve: "own text first"
      case .similarity: ""
      }
    var table = Table(columns: [
      .init("on \(comparison.base.name)"), .init("loss", .right), .init("95 % interval", .right),
    ])
    // A squared error says nothing else.
    if kind != .similarity {
      table.columns += [
        .init(kind.isOfPreferences ? "margin" : "perplexity", .right), .init(shareName, .right),
      ]
    }
    for side in [comparison.base, comparison.tuned] {
      let (report, estimate) = (side.report, side.estimate)
      let ends = [estimate.lower, estimate.upper].map { Quantity($0, .loss).text }
      let cells: [Table.Cell] = [
        .text(side.state.rawValue), .quantity(Quantity(estimate.mean, .loss)),
        .text(ends.joined(separator: " to ")),
        .quantity(
          side.margin.map { Quantity($0.mean, .loss) }
            ?? Quantity(report.perplexity, .decimals(2))),
        .quantity(Quantity(report.accuracy, .percent)),
      ]
      table.append(Array(cells.prefix(table.columns.count)))
    }
    return table
  }

  /// What the difference says, and how many rows would say more.
  private static func verdict(_ comparison: ModelComparison) -> String {
    guard comparison.isConclusive else { return "one row is too few to tell base from tuned" }
    return Wording.verdict(comparison.difference, comparison.rows, of: "tuned")
  }

  /// What training unlearned.
  private static func sentence(_ forgetting: ModelComparison) -> String {
    let losses = [forgetting.base, forgetting.tuned].map { Quantity($0.report.loss, .loss).text }
    let verdict =
      if forgetting.difference.lower > 0 {
        "it writes other things less well than before"
      } else if forgetting.difference.upper < 0 {
        "it writes other things better than before"
      } else {
        "no forgetting to be seen"
      }
    return "on neutral text: base \(losses[0]), tuned \(losses[1]), "
      + "a change of \(Wording.range(forgetting.difference)); \(verdict)"
  }

  /// Other measures, each with how many rows tuned does better.
  private static func table(_ scores: [PairedScore]) -> Table {
    var table = Table(columns: [
      .init("measure"), .init("base", .right), .init("tuned", .right),
      .init("difference", .right), .init("95 % interval", .right), .init("rows"), .init("tuned is"),
    ])
    for score in scores {
      let quantity = score.measure.quantity
      let ends = [score.difference.lower, score.difference.upper].map { quantity($0).text }
      table.append([
        .text(score.measure.name), .quantity(quantity(score.base.mean)),
        .quantity(quantity(score.tuned.mean)), .quantity(quantity(score.difference.mean)),
        .text(ends.joined(separator: " to ")), .text(score.rows.sentence),
        .text(
          score.isBetter
            ? "better"
            : score.isWorse
              ? "worse"
              : "not told apart"
                + Wording.needed(score.difference.neededCount(from: score.rows.count))),
      ])
    }
    return table
  }

  private static func fields(_ answer: ComparedAnswer) -> [Report.Field] {
    let texts = [
      ("prompt", answer.row.input), ("wanted", answer.row.target), ("base", answer.base),
      ("tuned", answer.tuned),
    ]
    return texts.map { Report.Field($0.0, .text(Wording.oneLine($0.1))) }
  }
}

extension PairedScore.Measure {
  /// A value of it, as it is shown.
  fileprivate var quantity: (Double) -> Quantity {
    switch self {
    case .texts(let metric): metric.quantity
    case .ranks: { Quantity($0, .decimals(4)) }
    }
  }
}

extension PairedScore {
  fileprivate var record: Record {
    Record.comparing(base: base.mean, tuned: tuned.mean, difference, rows)
  }
}

extension Record {
  /// Base and tuned on the same rows, as scripts see it.
  fileprivate static func comparing(
    base: Double, tuned: Double, _ difference: Estimate, _ rows: RowTally
  ) -> Record {
    [
      "base": .number(base), "tuned": .number(tuned), "difference": .number(difference.mean),
      "low": .number(difference.lower), "high": .number(difference.upper),
      "wins": .integer(rows.wins), "losses": .integer(rows.losses), "ties": .integer(rows.ties),
      "needed": difference.neededCount(from: rows.count).map { Value.integer($0) } ?? .null,
    ]
  }
}
