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

  /// Whether the learner has saved something in the lesson's folder; an empty one is removed.
  func hasFiles() -> Bool {
    guard let folder else { return false }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    if names.isEmpty { rmdir(folder) }
    return !names.isEmpty
  }
}
