import Language
import Reporting
import Session
import Training

extension TrainingRequest {
  /// What a call asks for.
  init(_ call: Call) {
    let end: TrainingEnd
    if let condition = call.condition("stop").flatMap(EndCondition.init) {
      end = .condition(condition)
    } else if let seconds = call.number("time") {
      end = .condition(.elapsed(seconds))
    } else {
      let count = call.int("count") ?? 1
      end = call.has("epoch") || call.has("epochs") ? .epochs(count) : .steps(count)
    }
    self.init(end)
    dataName = call.name("data")
    teacher = call.name("teacher")
    limit = call.number("limit")
    folder = call.text("folder")
    pause = call.int("pause")
    source = Source(call)
  }
}

extension SavedTraining {
  /// The training as it goes on by a call, whose text is what the record of runs has of it.
  func asked(by call: Call) -> SavedTraining {
    var asked = self
    asked.request.source = TrainingRequest.Source(call)
    return asked
  }
}

extension TrainingRequest.Source {
  /// The command of a call.
  init(_ call: Call) {
    let name =
      switch call.file.origin {
      case .file(let path): path
      case .cell(let number): "cell \(number)"
      }
    self.init(command: call.line, scriptName: name, text: call.file.text)
  }
}

extension EndCondition {
  /// A condition of the language; nil for a metric that training does not know, which the parser
  /// has refused.
  fileprivate init?(_ condition: Condition) {
    switch condition {
    case .stalls(let name, let checks):
      guard let metric = TrainingMetric(rawValue: name) else { return nil }
      self = .stalls(metric, checks: checks)
    case .comparison(let name, let sign, let number):
      guard let metric = TrainingMetric(rawValue: name),
        let comparison = Comparison(rawValue: sign.rawValue)
      else { return nil }
      self = .comparison(metric, comparison, number)
    case .elapsed(let seconds): self = .elapsed(seconds)
    }
  }

  /// The condition as it is typed.
  var text: String {
    switch self {
    case .stalls(let metric, let checks): "\(metric.rawValue) stalls for \(checks)"
    case .comparison(let metric, let sign, let number):
      "\(metric.rawValue) \(sign.rawValue) \(Quantity(number, .exact).text)"
    case .elapsed(let seconds): Value.duration(seconds).source
    }
  }
}
