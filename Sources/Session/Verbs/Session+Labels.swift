import Checkpoints
package import Datasets
package import Evaluation
import Execution
package import Generation
import Models
import Objectives

/// Asking the model for labels.
extension Session {
  // MARK: Rows that have labels

  /// Measures how often the model gives rows their label, choosing of all labels of the data.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: the weights to measure; nil means those of now.
  ///   - tell: told of rows left out, and how far it is.
  /// - Returns: which labels were given to which rows.
  /// - Throws: ``SessionError/notLabelled(name:_:)``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/allTooLong``.
  package func evaluateLabels(
    on name: String = "dev", using asked: ModelState? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LabelEvaluation {
    let model = try writingModel()
    let rows = try rows(named: name)
    let labels = try labels(of: rows, named: name)
    let encoder = model.encoder(settings)
    var (questions, right): ([Question], [Int]) = ([], [])
    for row in rows {
      do throws(ProblemReason) {
        guard let question = try encoder.question(row, among: labels) else { continue }
        questions.append(question)
        right.append(labels.firstIndex(of: row.target) ?? 0)
      } catch { throw .unwritable(.row(line: row.line), error) }
    }
    try note(leftOut: rows.count - questions.count, of: rows.count, tell)
    let state = asked ?? model.state
    let report = try with(state, of: model) { () throws(SessionError) in
      LabelEvaluator.report(
        of: model.model, questions, right: right, labels: labels, stop: stop, team: team,
        progress: { tell(.measuring(state, fraction: $0)) })
    }
    tell(.measured)
    guard let report else { throw .stopped }
    guard report.isFinite else { throw .notNumbers(NotNumbers(.likelihood, from: model)) }
    return LabelEvaluation(name: name, state: state, report: report)
  }

  /// The labels of a whole data set, so that one that no measured row has may be chosen too.
  private func labels(of rows: [Example], named name: String) throws(SessionError) -> [String] {
    let all = rows + (dataAndPart(named: name)?.data.dataset.examples ?? [])
    let labels = Set(all.map(\.target)).sorted()
    let isLabelled = all.allSatisfy { if case .labelled = $0.content { true } else { false } }
    let limit = isLabelled ? LabelForm.labelLimit : LabelForm.answerLimit
    if labels.contains("") { throw .notLabelled(name: name, .missing) }
    if labels.count < 2 { throw .notLabelled(name: name, .allEqual) }
    if labels.count > limit {
      throw .notLabelled(name: name, .tooMany(count: labels.count, limit: limit))
    }
    return labels
  }

  // MARK: Texts to be labelled

  /// How the model is asked for labels: as it was trained, else as the named rows are written, or
  /// those of the current data, which is told.
  ///
  /// - Throws: ``SessionError/noLabels``.
  package func labelForm(
    forRows name: String? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LabelForm {
    if let labels = try loadedModel().labelSet { return LabelForm(.head, labels: labels.names) }
    if let form = try writingModel().labelForm { return form }
    let current = currentData.flatMap { LabelForm(of: $0.dataset.examples) }
    let named = name.flatMap { dataAndPart(named: $0) }
      .flatMap { LabelForm(of: $0.data.dataset.examples) }
    guard let form = named ?? current else { throw .noLabels }
    tell(.labelsOfData(form))
    return form
  }

  /// How likely the model holds each label of a text.
  ///
  /// - Throws: ``SessionError/noText``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/tooLong(_:tokenCount:limit:)``.
  package func classify(
    _ text: String, in form: LabelForm, using state: ModelState = .tuned
  ) throws(SessionError) -> AnswerShares {
    if form.kind == .head {
      return AnswerShares(shares: LabelShares.ofOne(try headScores(text, using: state)))
    }
    let model = try writingModel()
    guard !text.isEmpty else { throw .noText }
    guard let question = try question(form.example(text), form, model) else {
      let limit = model.model.config.maximumPositions
      throw .tooLong(.text, tokenCount: limit + 1, limit: limit)
    }
    return try shares(of: question, state, model)
  }

  /// Gives each row the label that the model holds for the likeliest.
  ///
  /// - Parameters:
  ///   - rows: what is to be labelled.
  ///   - name: what they are called.
  ///   - form: how the model is asked.
  ///   - state: which weights are asked.
  ///   - tell: told of rows left out, and how far it is.
  /// - Returns: the rows that are short enough, each with its label.
  /// - Throws: ``SessionError/unwritable(_:_:)``, ``SessionError/allTooLong``,
  ///   ``SessionError/notNumbers(_:)``, ``SessionError/stopped``.
  package func classify(
    _ rows: [Example], named name: String, in form: LabelForm, using state: ModelState = .tuned,
    tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LabelledRows {
    if let labels = try loadedModel().labelSet {
      return try headLabels(rows, named: name, of: labels, using: state, tell: tell)
    }
    let model = try writingModel()
    var (asked, questions): ([Example], [Question]) = ([], [])
    for row in rows {
      if stop.isRequested { throw .stopped }
      let example = form.kind == .chat && row.isOneTurn ? row : form.example(row.input)
      guard let question = try question(example, form, model) else { continue }
      questions.append(question)
      asked.append(row)
    }
    try note(leftOut: rows.count - asked.count, of: rows.count, tell)
    let scores = try with(state, of: model) { () throws(SessionError) in
      AnswerScorer(model: model.model).scores(
        questions, stop: stop, progress: { tell(.measuring(state, fraction: $0)) })
    }
    guard let scores else { throw .stopped }
    tell(.measured)
    var labelled: [LabelledRow] = []
    for (row, scores) in zip(asked, scores) {
      guard let shares = AnswerShares(scores) else {
        throw .notNumbers(NotNumbers(.likelihood, from: model))
      }
      labelled.append(LabelledRow(row, shares, of: form))
    }
    return LabelledRows(name: name, form: form, rows: labelled)
  }

  /// Reads the rows of a file that are to be labelled; of plain text its lines, as one text a line is
  /// meant.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - name: how it was asked for.
  ///   - column: the column or key that has the text; nil tells it by itself.
  /// - Returns: the rows, of which only the text counts.
  /// - Throws: `DatasetError`.
  package func rowsToLabel(
    inFile path: String, named name: String, column: String? = nil
  ) throws(DatasetError) -> [Example] {
    var options = DatasetFile.Options()
    options.fields = column.map { .text($0) }
    let dataset = try DatasetFile(options).load(path: path)
    note(InputFile(kind: "data", name: name, path: path))
    guard dataset.shape == .document else { return dataset.examples }
    return dataset.examples.flatMap { document in
      document.input.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .filter { !$1.allSatisfy(\.isWhitespace) }
        .map { Example(.text(String($1)), line: document.line + $0) }
    }
  }

  // MARK: Questions

  /// A row and all labels as tokens; nil when that is longer than the model's context.
  private func question(
    _ row: Example, _ form: LabelForm, _ model: LoadedModel
  ) throws(SessionError) -> Question? {
    do throws(ProblemReason) {
      return try model.encoder(settings).question(row, among: form.labels)
    } catch { throw .unwritable(.text, error) }
  }

  /// How likely the model holds each answer to a question.
  func shares(
    of question: Question, _ state: ModelState, _ model: LoadedModel
  ) throws(SessionError) -> AnswerShares {
    let scores = try with(state, of: model) { () throws(SessionError) in
      AnswerScorer(model: model.model).scores([question])[0]
    }
    guard let shares = AnswerShares(scores) else {
      throw .notNumbers(NotNumbers(.likelihood, from: model))
    }
    return shares
  }

  func note(
    leftOut count: Int, of all: Int, _ tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard count < all else { throw .allTooLong }
    if count > 0 { tell(.rows(.leftOut(count))) }
  }
}

/// How often a model gives rows their label.
package struct LabelEvaluation: Sendable {
  /// What the rows are called.
  package let name: String
  /// Which weights were measured.
  package let state: ModelState
  /// Which labels were given.
  package let report: LabelReport
}

extension ExampleEncoder {
  /// A row and answers to choose from; nil when that is longer than rows may be.
  fileprivate func question(
    _ row: Example, among answers: [String]
  ) throws(ProblemReason) -> Question? {
    let asked = try self.answers(to: row, among: answers)
    guard !asked.prompt.isEmpty else { throw .trainsNothing }
    let question = Question(
      prompt: asked.prompt, answers: asked.answers, isApart: options.answerStartID != nil)
    return question.length <= options.maximumLength ? question : nil
  }
}

extension Example {
  /// Whether the row is one question and its answer.
  fileprivate var isOneTurn: Bool {
    if case .conversation(let turns) = content { return turns.last?.role == .assistant }
    return false
  }
}
