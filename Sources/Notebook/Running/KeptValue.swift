import Commands
import Language
import Reporting
import Serialization
import Session

/// What a command gave, and the texts that it showed, as bytes.
struct KeptValue {
  let value: Value
  let texts: [String]
  /// The hash of the files that it wrote; nil when it wrote none.
  let files: String?

  /// Keeps a value and what was shown; nil for what bytes do not hold: handles, procedures, pictures.
  init?(_ value: Value, shown events: [SessionEvent], files: String?) {
    guard SharedValue.isWhole(value) else { return nil }
    var texts: [String] = []
    for event in events {
      switch event {
      case .report(let report):
        guard CellOutput.report(report).figures.isEmpty else { return nil }
        texts.append(report.plainText)
      case .progress, .progressEnded: break
      case .generated, .devMeasured: return nil
      }
    }
    (self.value, self.texts, self.files) = (value, texts, files)
  }

  /// Reads what ``bytes`` wrote.
  init?(_ bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes), let value = json["value"]?.string,
      let texts = json["texts"]?.array
    else { return nil }
    self.value = SharedValue.value(of: Array(value.utf8), own: .null)
    self.texts = texts.compactMap(\.string)
    files = json["files"]?.string
  }

  /// The value, all bits of its numbers, and the texts.
  var bytes: [UInt8] {
    let value = String(decoding: SharedValue.bytes(of: value), as: UTF8.self)
    var fields: JSONObject = [
      "value": .string(value), "texts": .array(texts.map { .string($0) }),
    ]
    fields["files"] = files.map { .string($0) }
    return Array(JSONValue.object(fields).text.utf8)
  }
}
