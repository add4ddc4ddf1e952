import Foundation
package import Lessons
package import Reporting
package import Sandbox
package import Session

/// What the prompt gives lessons with: where they are, where a learner's things are kept, and how
/// texts look.
package struct Classroom: Sendable {
  let resources: Resources
  let page: LessonRenderer
  /// The one lesson that is given, of somebody else; nil for those that come with the program.
  private let guest: Lesson?
  /// What lessons may use of files; nil for all.
  let limits: FileLimits?
  /// Where progress, transcripts and the files of lessons are kept; nil to keep nothing.
  private let stateFolder: String?
  /// Makes a folder the working one; false when it cannot be.
  let enter: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - resources: where lessons, models and data are.
  ///   - page: shows what lessons say.
  ///   - stateFolder: where progress and transcripts are kept; nil to keep nothing.
  ///   - guest: the one lesson that is given, of somebody else; nil for those that come with the program.
  ///   - limits: what lessons may use of files; nil for all.
  ///   - enter: makes a folder the working one, which is that of the whole process.
  package init(
    resources: Resources, page: LessonRenderer, stateFolder: String?,
    guest: Lesson? = nil, limits: FileLimits? = nil,
    enter: @escaping @Sendable (String) -> Bool = {
      FileManager.default.changeCurrentDirectoryPath($0)
    }
  ) {
    self.resources = resources
    self.page = page
    self.stateFolder = stateFolder
    self.guest = guest
    self.limits = limits
    self.enter = enter
  }

  /// The lessons there are.
  ///
  /// - Throws: `N109` when there are none, and what is wrong with one.
  package func course() throws(Diagnostic) -> Course {
    if let guest { return Course([guest]) }
    let course = try resources.lessons.map { folder throws(Diagnostic) in
      try Course(folder: folder)
    }
    guard let course, !course.lessons.isEmpty else {
      throw Diagnostic(
        code: .noLesson, "no lessons were found beside `stdlib`.",
        hints: [.help("set FT_HOME to the folder that has `stdlib` and `tutorials` in it")])
    }
    return course
  }

  /// The lesson of a number.
  ///
  /// - Throws: `N109`.
  func lesson(_ number: Int) throws(Diagnostic) -> Lesson {
    let course = try course()
    guard let lesson = course.lesson(number) else {
      throw Diagnostic(
        code: .noLesson,
        "there is no lesson \(number); they go to \(course.lessons.last?.number ?? 0).",
        hints: [.type("lesson list")])
    }
    return lesson
  }

  // MARK: Progress

  private var progressPath: String? { stateFolder.map { $0 + "/lessons.json" } }

  /// How far the learner is.
  ///
  /// - Throws: `N110`.
  func progress() throws(Diagnostic) -> LessonProgress {
    guard let progressPath else { return LessonProgress() }
    do throws(ProgressError) { return try LessonProgress(reading: progressPath) } catch {
      throw Diagnostic(error)
    }
  }

  /// Writes how far the learner is.
  ///
  /// - Throws: `N110`.
  func keep(_ progress: LessonProgress) throws(Diagnostic) {
    guard let progressPath else { return }
    do throws(ProgressError) { try progress.write(to: progressPath) } catch {
      throw Diagnostic(error)
    }
  }

  // MARK: Folders

  /// What was worked out when a lesson was taken before; nil when nothing is kept.
  func recollection(of lesson: Lesson) -> Recollection? {
    let name = lesson.id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    return stateFolder.map { Recollection(folder: "\($0)/kept/\(name.isEmpty ? "lesson" : name)") }
  }

  /// Makes the folder that a lesson's commands work in; nil when that cannot be.
  func workFolder(for lesson: Lesson) -> String? {
    let base = stateFolder ?? NSTemporaryDirectory() + "tunebook"
    let folder = base + "/lessons/\(lesson.number)"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch { return nil }
    return folder
  }

  /// Where the transcript of a lesson goes; nil when nothing is kept.
  func transcriptPath(of lesson: Lesson) -> String? {
    stateFolder.map { "\($0)/lesson-\(lesson.number).ft.md" }
  }
}

extension DiagnosticCode {
  /// A lesson that is not there.
  package static let noLesson = DiagnosticCode(
    "N109", "no such lesson",
    "Lessons are the files of the folder `tutorials`, beside `stdlib`, and go by the numbers of "
      + "their names. `lesson list` shows them. When there are none, set FT_HOME to the folder "
      + "that holds both.")
}
