import Models

extension HeadTask {
  /// What a model with such a head does, after its name in a sentence.
  var sentence: String {
    switch self {
    case .nextToken: "writes text"
    case .maskedToken: "is an encoder that finds hidden tokens"
    case .labels(let task):
      "is a classifier of \(task.reading == .eachToken ? "tokens" : "texts"), with "
        + "\(Wording.count(task.names.count, "label"))"
    case .nothing: "is an encoder without a head"
    }
  }
}
