import Checkpoints
import Foundation
package import Reporting
import Serialization

/// What a learner has done, in one JSON file that may be copied to another machine.
///
/// Written after each step, whole or not at all. A step whose text changed since counts as not
/// done; the others stay.
package struct LessonProgress: Sendable, Equatable {
  /// How a step was passed.
  package enum Result: String, Sendable {
    case done, skipped
  }

  private struct Entry: Equatable {
    let result: Result
    /// The SHA-256 of what the step asked then.
    let text: String
  }

  private var lessons: [String: [String: Entry]] = [:]

  package init() {}

  /// How a step was passed; nil when it was not, or asks something else now.
  package func result(of step: LessonStep, in lesson: Lesson) -> Result? {
    guard let entry = lessons[lesson.id]?[step.id], entry.text == step.fingerprint else {
      return nil
    }
    return entry.result
  }

  /// The number of steps passed.
  package func passedCount(in lesson: Lesson) -> Int {
    lesson.steps.count { result(of: $0, in: lesson) != nil }
  }

  /// Notes that a step was passed.
  package mutating func note(_ result: Result, _ step: LessonStep, in lesson: Lesson) {
    lessons[lesson.id, default: [:]][step.id] = Entry(result: result, text: step.fingerprint)
  }

  /// Forgets a lesson.
  package mutating func reset(_ lesson: Lesson) { lessons[lesson.id] = nil }

  // MARK: The file

  /// Reads the file; nothing was done when there is none.
  ///
  /// - Throws: ``ProgressError`` for a file that cannot be read or is none of these.
  package init(reading path: String) throws(ProgressError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20,
      let json = try? JSONValue(parsing: [UInt8](data)),
      let lessons = json["lessons"]?.object
    else { throw .notProgress(path: path) }
    for (lesson, steps) in lessons.entries {
      for (step, entry) in steps.object?.entries ?? [] {
        guard let result = entry["result"]?.string.flatMap(Result.init(rawValue:)),
          let text = entry["text"]?.string
        else { throw .notProgress(path: path) }
        self.lessons[lesson, default: [:]][step] = Entry(result: result, text: text)
      }
    }
  }

  /// Writes the file, and the folder it stands in when there is none.
  ///
  /// - Throws: ``ProgressError/notWritten(_:)``.
  package func write(to path: String) throws(ProgressError) {
    let folder = (path as NSString).deletingLastPathComponent
    do throws(CheckpointError) {
      try makeFolder(folder)
      try AtomicFile.write(Array(json.prettyText.utf8) + [UInt8(ascii: "\n")], to: path)
    } catch { throw .notWritten(error.message) }
  }

  private var json: JSONValue {
    var all = JSONObject()
    for (lesson, steps) in lessons.sorted(by: { $0.key < $1.key }) {
      var object = JSONObject()
      for (step, entry) in steps.sorted(by: { $0.key < $1.key }) {
        object[step] = .object([
          "result": .string(entry.result.rawValue), "text": .string(entry.text),
        ])
      }
      all[lesson] = .object(object)
    }
    return .object(["version": .integer(1), "lessons": .object(all)])
  }
}

/// Why progress cannot be kept.
package enum ProgressError: Error, Equatable {
  case notProgress(path: String)
  case notWritten(String)
}

extension ProgressError: Explained {
  package var diagnostic: Diagnostic {
    let message =
      switch self {
      case .notProgress(let path): "\(path) does not hold a learner's progress"
      case .notWritten(let reason): "your progress is not kept: \(reason)"
      }
    return Diagnostic(
      code: .unkeptProgress, message,
      hints: [.type("lesson reset all", remark: "writes it anew: every lesson from its start")])
  }
}

extension LessonStep {
  /// Changes when the step asks something else.
  fileprivate var fingerprint: String {
    let hash = ContentHash()
    var text = instruction
    if case .cells(_, let check, _) = task { text += "\n" + check.text }
    Array(text.utf8).withUnsafeBytes { hash.add($0) }
    return String(hash.text.prefix(16))
  }
}
