/// The shape as a template of Go's `text/template`, which Ollama reads.
extension ConversationShape {
  /// The template, in which texts stand as constants, so that no white space is lost or added.
  ///
  /// Source: github.com/ollama/ollama, docs/template.md, for the names.
  var goTemplate: String {
    let before =
      "{{ if eq $i 0 }}\(Self.quoted(begin)){{ end }}"
      + (takesSystem
        ? "{{ if and (eq $i 1) $.System }}\(Self.quoted(systemEnd)){{ else }}"
          + "\(Self.quoted(userBegin)){{ end }}"
        : Self.quoted(userBegin))
    var branches = [
      "if eq .Role \"user\" }}\(before){{ .Content }}\(Self.quoted(userEnd))"
        + "{{ if $last }}\(Self.quoted(generation)){{ end }}",
      "if eq .Role \"assistant\" }}\(Self.quoted(assistantBegin)){{ .Content }}"
        + "{{ if not $last }}\(Self.quoted(assistantEnd)){{ end }}",
    ]
    if takesSystem {
      branches.insert(
        "if eq .Role \"system\" }}\(Self.quoted(systemBegin)){{ .Content }}", at: 0)
    }
    return """
      {{- range $i, $_ := .Messages }}
      {{- $last := eq (len (slice $.Messages $i)) 1 }}
      {{- \(branches.joined(separator: "\n{{- else "))
      {{- end }}
      {{- end }}
      """
  }

  /// A text as a constant of Go; nothing for no text.
  private static func quoted(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    var quoted = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "{{ \"\(quoted)\" }}"
  }
}
