import Datasets
import Evaluation
import Execution
import Generation
import Models
package import Scoring
import Tokenizers

/// Measuring a model by what it writes, and by its losses row by row.
extension Session {
  /// Groups of rows up to which an attribute divides them.
  private static let groupLimit = 50

  /// Measures the rows that a name means, all together and group by group.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: the weights to measure; nil means those of now.
  ///   - metrics: what is measured; answers are written for those that need them.
  ///   - grouping: by what rows are divided; nil leaves them together.
  ///   - tell: told what became of rows, and how far it is.
  /// - Returns: the scores, each with its interval.
  /// - Throws: ``SessionError/noAnswers(name:)``, ``SessionError/noAttribute(_:known:)``,
  ///   ``SessionError/tooManyGroups(_:count:limit:)``, and what measuring the loss throws.
  package func evaluate(
    on name: String = "dev", using asked: ModelState? = nil, by metrics: [TextMetric],
    groups grouping: RowGrouping? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> TextEvaluation {
    let model = try writingModel()
    let rows = try rows(named: name)
    let state = asked ?? model.state
    let examples = try written(rows, named: name, of: model, tell: tell)
    let groups = try self.groups(of: rows, by: grouping, lengths: examples.examples)
    var measured = rows.indices.map { MeasuredRow(group: groups.places[$0]) }
    if metrics.contains(where: { !$0.needsAnswers }) {
      let report = try measure(state, of: model, on: examples, tell: tell)
      for (row, loss) in model.losses(of: examples.examples, report) {
        measured[row].loss = loss
      }
    }
    if metrics.contains(where: \.needsAnswers) {
      for (row, answer) in try answers(to: rows, named: name, state, of: model, tell: tell) {
        measured[row].answer = answer
      }
    }
    return TextEvaluation(
      name: name, state: state, scores: measured.scores(metrics),
      groups: groups.names.indices.map { place in
        let members = measured.filter { $0.group == place }
        return TextEvaluation.Group(
          name: groups.names[place], rowCount: members.count, scores: members.scores(metrics))
      })
  }

  // MARK: Answers

  /// What the model writes to the prompts of rows, choosing the likeliest token each time, by the rows'
  /// places: to all of them, or to as many as the settings let it.
  ///
  /// Rows whose prompt fills the model's context are left out.
  func answers(
    to rows: [Example], named name: String, _ state: ModelState, of model: LoadedModel,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [(row: Int, answer: WrittenAnswer)] {
    let encoder = model.encoder(settings)
    var (asked, requests): ([Int], [GenerationRequest]) = ([], [])
    var sampling = settings.sampling
    sampling.temperature = 0
    var tooLongCount = 0
    for place in chosen(rows, named: name, tell: tell) where !rows[place].target.isEmpty {
      do throws(ProblemReason) {
        let prompt = try encoder.options.checked(encoder.prompt(of: rows[place].written))
        guard !prompt.isEmpty else { continue }
        guard prompt.count < model.model.config.maximumPositions else {
          tooLongCount += 1
          continue
        }
        asked.append(place)
        requests.append(GenerationRequest(prompt, sampling))
      } catch { throw .unwritable(.row(line: rows[place].line), error) }
    }
    guard !asked.isEmpty else { throw tooLongCount > 0 ? .allTooLong : .noAnswers(name: name) }
    if tooLongCount > 0 { tell(.rows(.leftOut(tooLongCount))) }
    let texts = try write(requests, state, of: model, tell: tell)
    return zip(asked, texts).map { place, text in
      (
        place,
        WrittenAnswer(
          text.text, references: [rows[place].target],
          endedItself: text.stopReason == .endOfText || text.stopReason == .stopText)
      )
    }
  }

  /// The rows that are answered: all of them, or, of too many, some that what they say decides.
  private func chosen(
    _ rows: [Example], named name: String, tell: (VerbEvent) -> Void
  ) -> [Int] {
    let limit = settings.run.answerLimit
    guard rows.count > limit else { return Array(rows.indices) }
    tell(.rows(.unanswered(limit: limit, of: rows.count, name: name)))
    return Split.portion(
      of: rows, share: Double(limit) / Double(rows.count), seed: settings.seed)
  }

  private func write(
    _ requests: [GenerationRequest], _ state: ModelState, of model: LoadedModel,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [GeneratedText] {
    var endedCount = 0
    let texts = try with(state, of: model) { () throws(SessionError) in
      model.generator(settings).generate(
        requests, stop: stop,
        onEnd: { _ in
          endedCount += 1
          tell(.answering(state, done: endedCount, of: requests.count))
        })
    }
    tell(.measured)
    if stop.isRequested { throw .stopped }
    guard texts.allSatisfy({ $0.stopReason != .notNumbers }) else {
      throw .notNumbers(NotNumbers(.nextToken, from: model))
    }
    return texts
  }

  // MARK: Groups

  /// The groups that rows are in: their names, and the place of each row's among these.
  private func groups(
    of rows: [Example], by grouping: RowGrouping?, lengths examples: [EncodedExample]
  ) throws(SessionError) -> (names: [String], places: [Int?]) {
    switch grouping {
    case nil: return ([], rows.map { _ in nil })
    case .attribute(let key): return try groups(of: rows, byAttribute: key)
    case .length: return groupsByLength(examples, rowCount: rows.count)
    }
  }

  private func groups(
    of rows: [Example], byAttribute key: String
  ) throws(SessionError) -> (names: [String], places: [Int?]) {
    let values = rows.map { $0.attributes[key] ?? $0.label(named: key) }
    let names = Set(values.compactMap(\.self)).sorted()
    guard !names.isEmpty else {
      throw .noAttribute(key, known: Set(rows.flatMap(\.attributes.keys)).sorted())
    }
    guard names.count <= Self.groupLimit else {
      throw .tooManyGroups(key, count: names.count, limit: Self.groupLimit)
    }
    return (names, values.map { $0.flatMap(names.firstIndex) })
  }

  /// Quarters of the rows by their number of tokens; rows as long as another are in its quarter.
  private func groupsByLength(
    _ examples: [EncodedExample], rowCount: Int
  ) -> (names: [String], places: [Int?]) {
    var lengths = [Int](repeating: 0, count: rowCount)
    for example in examples { lengths[example.row] += example.length }
    let sorted = lengths.filter { $0 > 0 }.sorted()
    let ends = Set((1...4).map { sorted[max(0, sorted.count * $0 / 4 - 1)] }).sorted()
    let places = lengths.map { length in length > 0 ? ends.firstIndex { length <= $0 } : nil }
    let names = ends.indices.map { place in
      let members = zip(lengths, places).filter { $0.1 == place }.map(\.0)
      let (first, last) = (members.min() ?? 0, members.max() ?? 0)
      return first == last ? "\(first) tokens" : "\(first) to \(last) tokens"
    }
    return (names, places)
  }
}

extension Example {
  /// The row's label, where it is called so.
  fileprivate func label(named key: String) -> String? {
    guard case .labelled(_, let label) = content, key == "label" else { return nil }
    return label
  }
}

extension LoadedModel {
  /// The losses of rows by their places, windows of one row added.
  func losses(
    of examples: [EncodedExample], _ report: LossReport
  ) -> [Int: TextLoss] {
    var losses: [Int: TextLoss] = [:]
    for (index, example) in examples.enumerated() {
      let trained = zip(example.ids, example.lossMask).dropFirst().filter(\.1).map(\.0)
      let before = losses[example.row]
      losses[example.row] = TextLoss(
        nats: (before?.nats ?? 0) + report.sums[index],
        tokenCount: (before?.tokenCount ?? 0) + report.tokenCounts[index],
        correctCount: (before?.correctCount ?? 0) + report.correctCounts[index],
        byteCount: (before?.byteCount ?? 0) + byteCount(of: trained))
    }
    return losses
  }

  /// The bytes of text that tokens write.
  private func byteCount(of ids: [Int32]) -> Int {
    let count = ids.reduce(0) { $0 + (tokenizer.writtenBytes(of: $1)?.count ?? 0) }
    // Tokens of some tokenizers write nothing by themselves.
    return count > 0 ? count : tokenizer.decode(ids).utf8.count
  }
}
