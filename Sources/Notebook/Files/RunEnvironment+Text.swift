import Foundation
package import Session

/// How notebook files write what they were made on: a field a line, with two spaces or
/// more between name and value.
extension RunEnvironment {
  /// The lines, without the fence around them.
  package var text: String {
    let lines = [("ft", version), ("vector path", vectorPath), ("threads", "\(threadCount)")]
    let files = inputs.map { ("\($0.kind) \($0.name)", "sha256 \($0.sha256 ?? "unknown")") }
    let width = (lines + files).map(\.0.count).max() ?? 0
    return (lines + files).map { name, value in
      let gap = String(repeating: " ", count: width - name.count + 2)
      return name.split(whereSeparator: \.isNewline).joined(separator: " ") + gap + value + "\n"
    }.joined()
  }

  /// Reads what ``text`` wrote; a line of another form is passed over.
  package init(text: String) {
    var fields: [String: String] = [:]
    var inputs: [Input] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let gap = line.range(of: "  ", options: .backwards) else { continue }
      var name = String(line[..<gap.lowerBound])
      while name.last == " " { name.removeLast() }
      let value = String(line[gap.upperBound...])
      guard value.hasPrefix("sha256 "), let space = name.firstIndex(of: " ") else {
        fields[name] = value
        continue
      }
      let hash = String(value.dropFirst(7))
      inputs.append(
        Input(
          kind: String(name[..<space]), name: String(name[name.index(after: space)...]),
          sha256: hash == "unknown" ? nil : hash))
    }
    self.init(
      version: fields["ft"] ?? "", vectorPath: fields["vector path"] ?? "",
      threadCount: fields["threads"].flatMap { Int($0) } ?? 0, inputs: inputs)
  }
}
