import Reporting

/// Reads one step of a lesson file: its heading and what stands below.
struct LessonStepReader {
  let file: SourceFile
  let blocks: ArraySlice<LessonBlock>

  func read() throws(Diagnostic) -> LessonStep {
    guard case .heading(_, let title, let line)? = blocks.first else {
      throw problem("a step begins with a heading.", line: 1, write: "## Load it")
    }
    guard case .directive("step", let text, _)? = blocks.dropFirst().first,
      let id = LessonReader.fields(text)["id"]
    else {
      throw problem(
        "`<!-- ft step id=… -->` stands under a step's heading.", line: line,
        write: "<!-- ft step id=load -->")
    }
    let task = try task(line: line)
    return LessonStep(
      id: id, title: title, instruction: instruction, afterword: afterword, task: task,
      picture: blocks.lazy.compactMap(\.picturePath).first,
      hints: directives("hint").map(\.text),
      remarks: try conditionals("when").map {
        LessonStep.Remark(condition: excerpt($0.condition, line: $0.line), text: $0.text)
      })
  }

  private func task(line: Int) throws(Diagnostic) -> LessonStep.Task {
    if let question = directives("question").first { return try self.question(question) }
    let fences = blocks.compactMap(\.cell)
    guard let first = fences.first else {
      throw problem("a step has a cell to type, or a question.", line: line, write: "```ft … ```")
    }
    guard let check = directives("check").first else {
      throw problem(
        "a step with cells has a `check`.", line: line,
        write: "<!-- ft check: model.name == \"finch\" -->")
    }
    return .cells(
      solution: excerpt(fences.map(\.text).joined(separator: "\n"), line: first.line),
      check: excerpt(check.text, line: check.line),
      wrong: directives("wrong").map { excerpt($0.text, line: $0.line) })
  }

  private func question(_ directive: Directive) throws(Diagnostic) -> LessonStep.Task {
    let choices = instruction.split(separator: "\n").filter {
      $0.first?.isNumber == true && $0.contains(". ")
    }.count
    guard let answer = LessonReader.fields(directive.text)["answer"].flatMap({ Int($0) }),
      (1...max(1, choices)).contains(answer), choices > 1
    else {
      throw problem(
        "a question has numbered choices and the right one.", line: directive.line,
        write: "1. this, 2. that, each on a line, and then <!-- ft question answer=2 -->")
    }
    var replies: [Int: String] = [:]
    for reply in try conditionals("reply") {
      guard let number = Int(reply.condition), (1...choices).contains(number) else {
        throw problem(
          "a reply names the choice that it is for.", line: reply.line,
          write: "<!-- ft reply 1 => Count again. -->")
      }
      replies[number] = reply.text
    }
    return .question(answer: answer, choices: choices, replies: replies)
  }

  // MARK: Texts

  /// Where the learner acts: the last cell, or the question; what stands below is said afterwards.
  private var actionIndex: Int? {
    blocks.lastIndex { block in
      if case .directive("question", _, _) = block { return true }
      return block.cell != nil
    }
  }

  private var instruction: String {
    blocks[..<((actionIndex ?? blocks.startIndex) + 1)].compactMap(\.shown)
      .joined(separator: "\n\n")
  }

  private var afterword: String {
    guard let actionIndex else { return "" }
    return blocks[(actionIndex + 1)...].compactMap(\.prose).joined(separator: "\n\n")
  }

  // MARK: Directives

  private struct Directive {
    let text: String
    let line: Int
  }

  private func directives(_ wanted: String) -> [Directive] {
    blocks.compactMap { block in
      guard case .directive(wanted, let text, let line) = block else { return nil }
      return Directive(text: text, line: line)
    }
  }

  /// Directives of the form `condition => text`.
  private func conditionals(
    _ wanted: String
  ) throws(Diagnostic) -> [(condition: String, text: String, line: Int)] {
    var found: [(condition: String, text: String, line: Int)] = []
    for directive in directives(wanted) {
      guard let arrow = directive.text.firstRange(of: "=>") else {
        throw problem(
          "`\(wanted)` is written `\(wanted) … => text`.", line: directive.line,
          write:
            "<!-- ft \(wanted) \(wanted == "when" ? "settings.lr > 1" : "1") => That is not it. -->"
        )
      }
      found.append(
        (
          trimmed(directive.text[..<arrow.lowerBound]),
          trimmed(directive.text[arrow.upperBound...]),
          directive.line
        ))
    }
    return found
  }

  private func excerpt(_ text: String, line: Int) -> SourceFile {
    SourceFile(file.origin, text, firstLine: line)
  }

  private func problem(_ message: String, line: Int, write example: String) -> Diagnostic {
    .lesson(message, file, line: line, write: example)
  }
}

extension LessonBlock {
  /// The lines of a fence that the learner types.
  fileprivate var cell: (text: String, line: Int)? {
    guard case .fence("ft", let text, let line, _) = self else { return nil }
    return (text, line)
  }

  fileprivate var picturePath: String? {
    if case .picture(let path, _) = self { path } else { nil }
  }

  /// What a learner sees of the block; output and solutions are not shown.
  fileprivate var shown: String? {
    switch self {
    case .prose(let text): text
    case .fence("ft", let text, _, isHidden: false): "```ft\n\(text)\n```"
    case .fence, .heading, .directive, .picture: nil
    }
  }
}
