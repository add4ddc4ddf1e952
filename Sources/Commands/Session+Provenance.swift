import Language
import Reporting
import Session

extension Session {
  /// Remembers a command that made or changed what is loaded.
  func noteProvenance(_ call: Call) {
    let name = call.signature.name
    let effects = Set(call.signature.effects.map(\.name))
    switch name {
    case "reset": provenance.forgetTraining()
    case "unload" where call.slot("data") == nil: provenance.forgetModel()
    default:
      let isFresh = ["load model", "new model", "load data"].contains(name)
      if effects.contains("model") {
        let part = isFresh ? Provenance.Part.model : .training
        provenance.note(
          call.line, made: part, isFresh: isFresh,
          settings: settings.lines(ofLoading: isFresh))
      } else if effects.contains("data") {
        provenance.note(
          call.line, made: .data(currentData?.name ?? ""), isFresh: isFresh,
          settings: settings.lines(ofLoading: true))
      }
    }
  }
}

extension Call {
  /// The command as a line that can be typed in another session: what variables gave stands for
  /// them.
  var line: String {
    var text: [UInt8] = []
    var place = span.start
    for slot in slots.sorted(by: { $0.span.start < $1.span.start })
    where slot.span.start >= place && slot.span.end <= span.end {
      guard case .value(let value) = slot.value else { continue }
      let typed = file.text(of: slot.span)
      let isPlain = typed.first.map { $0 == "\"" || $0.isNumber } ?? false
      guard !isPlain || typed.contains("\\") else { continue }
      text += file.bytes[place..<slot.span.start] + Array(value.source.utf8)
      place = slot.span.end
    }
    text += file.bytes[place..<span.end]
    return String(decoding: text, as: UTF8.self)
      .split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
  }
}
