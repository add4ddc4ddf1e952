import Foundation
import Language
import Reporting
import Runs
import Session
import SettingDeclarations

/// A recorded run as scripts see it.
extension RecordedRun {
  /// Its fields.
  var record: Record {
    var record: Record = [
      "id": .integer(number), "started": .string(startedText), "state": .string(state.word),
      "model": .string(model), "data": .string(data), "steps": .integer(steps),
      "loss": Self.value(loss), "dev": .record(dev), "lr": .number(learningRate),
      "seed": .setting(seed), "seconds": Self.value(seconds),
      "tokens": tokenCount.map { .integer($0) } ?? .null, "command": .string(command),
    ]
    record["script"] = script.map { .string($0.name) } ?? .null
    record["script_sha256"] = script.map { .string($0.sha256) } ?? .null
    record["folder"] = folder.map { .string($0) } ?? .null
    record["settings"] = .record(Record(settings.map { ($0.name, .setting($0.value)) }))
    return record
  }

  /// What a condition over runs calls by name: its fields, and its settings where no field is
  /// called so.
  ///
  /// A number that it does not have is none, which no comparison holds for.
  var names: Record {
    var names = Record(settings.map { ($0.name, .setting($0.value)) })
    for (name, value) in record.fields { names[name] = value == .null ? .number(.nan) : value }
    names["dev"] = .record(
      Record(dev.fields.map { ($0.name, $0.value == .null ? .number(.nan) : $0.value) }))
    return names
  }

  /// The names of ``names``.
  static let knownNames =
    [
      "id", "started", "state", "model", "data", "steps", "loss", "dev", "lr", "seed", "seconds",
      "tokens", "command", "script", "script_sha256", "folder", "settings",
    ] + Settings.all.map(\.name)

  private var dev: Record {
    [
      "loss": Self.value(devLoss), "accuracy": Self.value(devAccuracy),
      "perplexity": Self.value(devLoss.map { exp($0) }),
    ]
  }

  private static func value(_ number: Double?) -> Value { number.map { .number($0) } ?? .null }

  /// When it began, in universal time.
  var startedText: String {
    Date(timeIntervalSince1970: started).formatted(.iso8601)
  }
}

extension Value {
  /// The value of a setting from its text.
  fileprivate static func setting(_ text: String) -> Value {
    Double(text).map { .number($0) } ?? .string(text)
  }
}
