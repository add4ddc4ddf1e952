import Foundation
import Lessons
import Notebook

/// A lesson that is on, and what waits until it ends.
struct LessonVisit {
  /// The user's own session, as the prompt left it.
  struct Home {
    let runner: Runner
    let cell: Int
    let ownFiles: Set<String>
    /// The working folder.
    let folder: String
  }

  let player: LessonPlayer
  let home: Home
  /// The folder that the lesson's commands work in; nil when it is the user's own.
  let folder: String?
  var progress: LessonProgress
  var isTranscriptWritten = false

  /// Whether the learner has saved something in the lesson's folder.
  var hasFiles: Bool {
    let names = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) }
    return names?.isEmpty == false
  }

  /// Removes the lesson's folder if nothing was saved in it.
  func removeEmptyFolder() {
    // The system removes no folder that has something in it.
    if let folder { rmdir(folder) }
  }
}
