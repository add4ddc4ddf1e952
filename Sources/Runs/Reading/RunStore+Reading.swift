/// What can be asked of the record.
extension RunStore {
  /// Every run, the first one first.
  package func runs() throws(RunStoreError) -> [RecordedRun] {
    try read { (database) throws(RunStoreError) in
      var settings: [Int: [RunStart.Setting]] = [:]
      for row in try database.rows("SELECT * FROM setting ORDER BY run, name") {
        settings[row["run"].int ?? 0, default: []].append(RunStart.Setting(row))
      }
      return try database.rows(RecordedRun.query + " ORDER BY run.id").map { row in
        RecordedRun(row, settings[row["id"].int ?? 0] ?? [])
      }
    }
  }

  /// The run of a number; the last one when there is no number.
  ///
  /// - Throws: ``RunStoreError/noRun(_:known:)``, ``RunStoreError/noRuns(path:)``.
  package func run(_ number: Int? = nil) throws(RunStoreError) -> RecordedRun {
    let runs = try runs()
    let found = number.map { number in runs.first { $0.number == number } } ?? runs.last
    if let found { return found }
    if let number, !runs.isEmpty { throw .noRun(number, known: runs.map(\.number)) }
    throw .noRuns(path: path)
  }

  /// All that is recorded of a run.
  package func details(of run: RecordedRun) throws(RunStoreError) -> RunDetails {
    let number = [DatabaseValue(run.number)]
    return try read { (database) throws(RunStoreError) in
      func rows(_ table: String, _ order: String) throws(RunStoreError) -> [DatabaseRow] {
        try database.rows("SELECT * FROM \(table) WHERE run = ? ORDER BY \(order)", number)
      }
      let epochs = try rows("epoch", "epoch")
      let lines = try rows("example_lines", "run").first?["lines"].text ?? ""
      return RunDetails(
        inputs: try rows("input", "kind, name").map(RunStart.Input.init),
        steps: try rows("step", "step").map(RunLog.Step.init),
        evaluations: try rows("evaluation", "step").map(RunLog.Evaluation.init),
        events: try rows("event", "rowid").map(RunDetails.Event.init),
        samples: try rows("sample", "rowid").map(RunDetails.Sample.init),
        artefacts: try rows("artefact", "rowid").map(RunDetails.Artefact.init),
        examples: RunDetails.Examples(
          lines: lines.split(separator: ",").compactMap { Int($0) },
          losses: epochs.map { $0["losses"].floats },
          accuracies: epochs.map { $0["accuracies"].floats }))
    }
  }
}

extension RunStart.Setting {
  fileprivate init(_ row: DatabaseRow) {
    self.init(
      name: row["name"].text ?? "", value: row["value"].text ?? "",
      origin: RunStart.Origin(rawValue: row["origin"].text ?? "") ?? .fallback)
  }
}

extension RunStart.Input {
  fileprivate init(_ row: DatabaseRow) {
    self.init(
      kind: row["kind"].text ?? "", name: row["name"].text ?? "", sha256: row["sha256"].text)
  }
}

extension RunLog.Step {
  fileprivate init(_ row: DatabaseRow) {
    self.init(
      step: row["step"].int ?? 0, loss: row["loss"].double ?? .nan,
      learningRate: row["learning_rate"].double ?? 0)
    accuracy = row["accuracy"].double
    gradientNorm = row["gradient_norm"].double
    tokenCount = row["tokens"].int
    seconds = row["seconds"].double
  }
}

extension RunLog.Evaluation {
  fileprivate init(_ row: DatabaseRow) {
    self.init(
      step: row["step"].int ?? 0, loss: row["loss"].double ?? .nan,
      accuracy: row["accuracy"].double ?? .nan, sums: row["sums"].floats.map(Double.init),
      counts: row["counts"].floats.compactMap { Int(exactly: $0) })
  }
}

extension RunDetails.Event {
  fileprivate init(_ row: DatabaseRow) {
    time = row["at"].double ?? 0
    step = row["step"].int ?? 0
    kind = row["kind"].text ?? ""
    text = row["text"].text ?? ""
  }
}

extension RunDetails.Sample {
  fileprivate init(_ row: DatabaseRow) {
    step = row["step"].int ?? 0
    prompt = row["prompt"].text ?? ""
    answer = row["answer"].text ?? ""
  }
}

extension RunDetails.Artefact {
  fileprivate init(_ row: DatabaseRow) {
    time = row["at"].double ?? 0
    kind = row["kind"].text ?? ""
    path = row["path"].text ?? ""
    sha256 = row["sha256"].text
  }
}
