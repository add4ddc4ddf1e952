import Foundation

/// The record of one training while it runs.
///
/// What happens is kept here and written a few times a second, in one transaction each, so that
/// steps of a millisecond are not held up. A process that is killed loses less than a second of it,
/// which the training writes once more when it goes on from its checkpoint.
package final class RunLog {
  /// A step that was taken; what an earlier process did of it is not all known.
  package struct Step: Hashable, Sendable {
    /// From 1.
    package let step: Int
    /// In nats per trained token.
    package let loss: Double
    /// The share of tokens held the likeliest.
    package var accuracy: Double?
    /// The norm of the gradient before clipping.
    package var gradientNorm: Double?
    /// The rate that it was taken with.
    package let learningRate: Double
    /// Tokens computed.
    package var tokenCount: Int?
    /// Seconds since the process began with the training.
    package var seconds: Double?

    package init(step: Int, loss: Double, learningRate: Double) {
      (self.step, self.loss, self.learningRate) = (step, loss, learningRate)
    }
  }

  /// A measurement of dev.
  package struct Evaluation: Hashable, Sendable {
    /// Steps taken by then.
    package let step: Int
    /// In nats per trained token.
    package let loss: Double
    /// The share of tokens held the likeliest.
    package let accuracy: Double
    /// The sum of the losses of each row, in nats.
    package let sums: [Double]
    /// The trained tokens of each row.
    package let counts: [Int]

    package init(step: Int, loss: Double, accuracy: Double, sums: [Double], counts: [Int]) {
      (self.step, self.loss, self.accuracy) = (step, loss, accuracy)
      (self.sums, self.counts) = (sums, counts)
    }
  }

  /// How a training ended.
  package struct End: Hashable, Sendable {
    /// Why, in one word.
    package let ending: String
    /// The mean loss of its last steps.
    package let loss: Double
    /// The loss on dev of the weights kept.
    package let devLoss: Double?
    /// The share of tokens of dev held the likeliest.
    package let devAccuracy: Double?
    /// The step whose weights are kept.
    package let keptStep: Int
    /// Seconds taken in all.
    package let seconds: Double
    /// Tokens computed in all.
    package let tokenCount: Int

    package init(
      ending: String, loss: Double, devLoss: Double?, devAccuracy: Double?, keptStep: Int,
      seconds: Double, tokenCount: Int
    ) {
      (self.ending, self.loss, self.devLoss) = (ending, loss, devLoss)
      (self.devAccuracy, self.keptStep) = (devAccuracy, keptStep)
      (self.seconds, self.tokenCount) = (seconds, tokenCount)
    }
  }

  fileprivate enum Entry {
    case step(Step)
    /// A step of an earlier process, of which more may be recorded already.
    case earlier(Step)
    case evaluation(Evaluation)
    case event(at: Double, step: Int, kind: String, text: String)
    case sample(step: Int, prompt: String, answer: String)
    case epoch(Int, losses: [Float], accuracies: [Float])
  }

  /// The kind of the event that has what was found of the rows before the first step.
  package static let provedEvent = "proved"

  /// The longest that an entry waits, in seconds.
  private static let delay = 0.5

  private let store: RunStore
  /// The number that people call the run by.
  package let number: Int
  private var entries: [Entry] = []
  private var lastWrite = ContinuousClock.now

  /// Begins a record, or goes on with that of a training that goes on.
  ///
  /// - Parameters:
  ///   - start: what is known of it.
  ///   - stepCount: its steps, or the most there may be.
  ///   - parameterCount: how many numbers are trained.
  ///   - store: where it is kept.
  /// - Throws: ``RunStoreError`` when it cannot be written.
  package init(
    _ start: RunStart, stepCount: Int, parameterCount: Int, in store: RunStore
  ) throws(RunStoreError) {
    self.store = store
    number = try store.write { (database) throws(RunStoreError) in
      try database.transaction { () throws(RunStoreError) in
        try RunLog.begin(
          start, stepCount: stepCount, parameterCount: parameterCount, in: database)
      }
    }
  }

  private static func begin(
    _ start: RunStart, stepCount: Int, parameterCount: Int, in database: Database
  ) throws(RunStoreError) -> Int {
    let process = RunProcess.current
    let known = try database.rows("SELECT id FROM run WHERE uuid = ?", [.text(start.identity)])
    if let number = known.first?["id"].int {
      try database.run(
        "UPDATE run SET host = ?, pid = ?, process_start = ?, ended = NULL, ending = NULL "
          + "WHERE id = ?",
        [
          .text(process.host), DatabaseValue(process.number), DatabaseValue(process.start),
          DatabaseValue(number),
        ])
      return number
    }
    let machine = start.machine
    let values: [(String, DatabaseValue)] = [
      ("uuid", .text(start.identity)), ("parent", DatabaseValue(start.parent)),
      ("started", .real(Date().timeIntervalSince1970)), ("command", .text(start.command)),
      ("script_name", DatabaseValue(start.script?.name)),
      ("script", DatabaseValue(start.script?.text)),
      ("script_sha256", DatabaseValue(start.script?.sha256)), ("model", .text(start.model)),
      ("data", .text(start.data)), ("folder", DatabaseValue(start.folder)),
      ("seed", .text(String(start.seed))), ("version", .text(machine.version)),
      ("host", .text(process.host)), ("processor", .text(Processor.name)),
      ("device", .text(machine.device)), ("vector_path", .text(machine.vectorPath)),
      ("threads", DatabaseValue(machine.threadCount)), ("pid", DatabaseValue(process.number)),
      ("process_start", DatabaseValue(process.start)), ("planned_steps", DatabaseValue(stepCount)),
      ("parameters", DatabaseValue(parameterCount)),
      ("learning_rate", .real(start.learningRate)), ("dev_sha256", DatabaseValue(start.devHash)),
    ]
    let names = values.map(\.0).joined(separator: ", ")
    let marks = values.map { _ in "?" }.joined(separator: ", ")
    try database.run("INSERT INTO run (\(names)) VALUES (\(marks))", values.map(\.1))
    let number = database.lastInsertedRow
    for setting in start.settings {
      try database.run(
        "INSERT INTO setting VALUES (?, ?, ?, ?)",
        [
          DatabaseValue(number), .text(setting.name), .text(setting.value),
          .text(setting.origin.rawValue),
        ])
    }
    for input in start.inputs {
      try database.run(
        "INSERT OR REPLACE INTO input VALUES (?, ?, ?, ?)",
        [
          DatabaseValue(number), .text(input.kind), .text(input.name), DatabaseValue(input.sha256),
        ])
    }
    try database.run(
      "INSERT INTO example_lines VALUES (?, ?)",
      [DatabaseValue(number), .text(start.lines.map(String.init).joined(separator: ","))])
    return number
  }

  // MARK: On the way

  /// Notes a step.
  package func note(_ step: Step) throws(RunStoreError) { try add(.step(step)) }

  /// Notes a step of an earlier process, unless that noted it itself.
  package func note(earlier step: Step) throws(RunStoreError) { try add(.earlier(step)) }

  /// Notes a measurement of dev; a later one of the same step takes its place.
  package func note(_ evaluation: Evaluation) throws(RunStoreError) {
    try add(.evaluation(evaluation))
  }

  /// Notes that something happened.
  package func note(event kind: String, _ text: String, step: Int) throws(RunStoreError) {
    try add(.event(at: Date().timeIntervalSince1970, step: step, kind: kind, text: text))
  }

  /// Notes an answer of the model on its way.
  package func note(answer: String, to prompt: String, step: Int) throws(RunStoreError) {
    try add(.sample(step: step, prompt: prompt, answer: answer))
  }

  /// Notes what each example cost in an epoch, from 0; those that were not met have no number.
  package func note(
    epoch: Int, losses: [Float], accuracies: [Float]
  ) throws(RunStoreError) {
    try add(.epoch(epoch, losses: losses, accuracies: accuracies))
  }

  /// Notes the end, and writes all that waits.
  package func end(_ end: End) throws(RunStoreError) {
    try write()
    try store.write { (database) throws(RunStoreError) in
      try database.run(
        "UPDATE run SET ended = ?, ending = ?, loss = ?, dev_loss = ?, dev_accuracy = ?, "
          + "kept_step = ?, seconds = ?, tokens = ? WHERE id = ?",
        [
          .real(Date().timeIntervalSince1970), .text(end.ending), DatabaseValue(end.loss),
          DatabaseValue(end.devLoss), DatabaseValue(end.devAccuracy), DatabaseValue(end.keptStep),
          DatabaseValue(end.seconds), DatabaseValue(end.tokenCount), DatabaseValue(self.number),
        ])
    }
  }

  private func add(_ entry: Entry) throws(RunStoreError) {
    entries.append(entry)
    guard ContinuousClock.now - lastWrite >= .seconds(Self.delay) else { return }
    do throws(RunStoreError) { try write() } catch  where error.isBusy {
      // Another process writes; what waits is written with what comes next.
    }
    lastWrite = .now
  }

  /// Writes what waits.
  package func write() throws(RunStoreError) {
    guard !entries.isEmpty else { return }
    let waiting = entries
    let number = DatabaseValue(number)
    try store.write { (database) throws(RunStoreError) in
      try database.transaction { () throws(RunStoreError) in
        for entry in waiting { try entry.write(of: number, in: database) }
      }
    }
    entries = []
  }
}

extension RunLog.Entry {
  fileprivate func write(of run: DatabaseValue, in database: Database) throws(RunStoreError) {
    switch self {
    case .step(let step): try Self.write(step, orElse: "REPLACE", of: run, in: database)
    case .earlier(let step): try Self.write(step, orElse: "IGNORE", of: run, in: database)
    case .evaluation(let evaluation):
      try database.run(
        "INSERT OR REPLACE INTO evaluation VALUES (?, ?, ?, ?, ?, ?)",
        [
          run, DatabaseValue(evaluation.step), DatabaseValue(evaluation.loss),
          DatabaseValue(evaluation.accuracy), DatabaseValue(evaluation.sums.map(Float.init)),
          DatabaseValue(evaluation.counts.map(Float.init)),
        ])
    case .event(let time, let step, let kind, let text):
      try database.run(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
        [run, .real(time), DatabaseValue(step), .text(kind), .text(text)])
    case .sample(let step, let prompt, let answer):
      try database.run(
        "INSERT INTO sample VALUES (?, ?, ?, ?)",
        [run, DatabaseValue(step), .text(prompt), .text(answer)])
    case .epoch(let epoch, let losses, let accuracies):
      try database.run(
        "INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?)",
        [run, DatabaseValue(epoch), DatabaseValue(losses), DatabaseValue(accuracies)])
    }
  }

  /// Writes a step; `resolution` says what becomes of two records of it.
  private static func write(
    _ step: RunLog.Step, orElse resolution: String, of run: DatabaseValue, in database: Database
  ) throws(RunStoreError) {
    try database.run(
      "INSERT OR \(resolution) INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        run, DatabaseValue(step.step), DatabaseValue(step.loss), DatabaseValue(step.accuracy),
        DatabaseValue(step.gradientNorm), DatabaseValue(step.learningRate),
        DatabaseValue(step.tokenCount), DatabaseValue(step.seconds),
      ])
  }
}
