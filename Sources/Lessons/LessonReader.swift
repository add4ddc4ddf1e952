package import Reporting

/// Reads a lesson file; what it must have is checked here, what it claims by `LessonChecker`.
///
///     # Title
///     <!-- ft lesson id=hello minutes=6 -->
///     ## A step
///     <!-- ft step id=load -->
///     What to do, with the lines to type in fences marked `ft`.
///     <!-- ft check: model.name == "finch" -->
///     <!-- ft wrong: load model swan -->
///     <!-- ft hint: A word more. -->
///     <!-- ft when settings.lr > 1 => That is far too much. -->
///     What is said when it is done.
///
/// A question has numbered choices in its text and, instead of a check,
/// `<!-- ft question answer=2 -->`, with `<!-- ft reply 1 => … -->` for wrong choices.
package struct LessonReader {
  private let file: SourceFile
  private var steps: [LessonStep] = []

  /// Reads a lesson; its number is that of the file's name, as 3 in `03-did-it-help.ft.md`.
  ///
  /// - Throws: a diagnostic with the code `L195`, at the place that is wrong.
  package static func read(_ file: SourceFile, number: Int) throws(Diagnostic) -> Lesson {
    var reader = LessonReader(file: file)
    return try reader.read(number: number)
  }

  private init(file: SourceFile) { self.file = file }

  private mutating func read(number: Int) throws(Diagnostic) -> Lesson {
    let blocks = LessonMarkup.blocks(of: file.text)
    let starts = blocks.indices.filter { blocks[$0].isHeading(level: 2) }
    let head = blocks[..<(starts.first ?? blocks.endIndex)]
    guard case .heading(level: 1, let title, _) = head.first else {
      throw problem("a lesson begins with its title, as `# Hello`.", line: 1, write: "# Hello")
    }
    guard case .directive("lesson", let text, let line)? = head.dropFirst().first else {
      throw problem(
        "`<!-- ft lesson id=… minutes=… -->` stands under the title.", line: 1,
        write: "<!-- ft lesson id=hello minutes=5 -->")
    }
    let fields = Self.fields(text)
    guard let id = fields["id"], let minutes = fields["minutes"].flatMap({ Int($0) }) else {
      throw problem(
        "a lesson has an `id` and its `minutes`.", line: line,
        write: "<!-- ft lesson id=\(fields["id"] ?? "hello") minutes=5 -->")
    }
    for (place, start) in starts.enumerated() {
      let end = place + 1 < starts.count ? starts[place + 1] : blocks.endIndex
      let step = try LessonStepReader(file: file, blocks: blocks[start..<end]).read()
      guard !steps.contains(where: { $0.id == step.id }) else {
        throw problem(
          "two steps are called `\(step.id)`.", line: blocks[start].line,
          write: "<!-- ft step id=\(step.id)-2 -->")
      }
      steps.append(step)
    }
    guard !steps.isEmpty else {
      throw problem("a lesson has steps, as `## Load it`.", line: line, write: "## Load it")
    }
    let introduction = head.compactMap(\.prose).joined(separator: "\n\n")
    return Lesson(
      number: number, id: id, title: title, minutes: minutes, introduction: introduction,
      steps: steps)
  }

  private func problem(_ message: String, line: Int, write example: String) -> Diagnostic {
    .lesson(message, file, line: line, write: example)
  }

  /// `id=hello minutes=6` as a dictionary.
  static func fields(_ text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    return fields
  }
}

extension LessonBlock {
  /// The number of its first line, from 1; 1 for prose, which has none.
  var line: Int {
    switch self {
    case .heading(_, _, let line), .fence(_, _, let line, _), .picture(_, let line),
      .directive(_, _, let line):
      line
    case .prose: 1
    }
  }

  func isHeading(level wanted: Int) -> Bool {
    if case .heading(let level, _, _) = self { return level == wanted }
    return false
  }

  var prose: String? {
    if case .prose(let text) = self { return text }
    return nil
  }
}

extension Diagnostic {
  /// A lesson file that is none, at the start of a line; `example` is what may be written there.
  static func lesson(
    _ message: String, _ file: SourceFile, line: Int, write example: String? = nil
  ) -> Diagnostic {
    let offset =
      file.bytes.indices.lazy.filter { file.bytes[$0] == UInt8(ascii: "\n") }
      .dropFirst(max(0, line - 2)).first.map { $0 + 1 } ?? 0
    let span = file.lineSpan(at: line <= 1 ? 0 : offset)
    return Diagnostic(
      code: .notALesson, message, at: .init(file, span),
      hints: example.map { [.help("write: \($0)")] } ?? [])
  }
}
