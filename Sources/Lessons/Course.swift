import Foundation
import Notebook
package import Reporting

/// The lessons of a folder, in the order of their numbers.
package struct Course: Sendable {
  /// Sorted by number.
  package let lessons: [Lesson]

  /// These lessons.
  package init(_ lessons: [Lesson]) { self.lessons = lessons }

  /// Reads every `NN-name.ft.md` of a folder.
  ///
  /// - Throws: a diagnostic with the code `L195`, `L190` or `R290`, for the first that is none.
  package init(folder: String) throws(Diagnostic) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var lessons: [Lesson] = []
    for name in names.sorted() where name.hasSuffix(".ft.md") {
      lessons.append(try Course.lesson(path: folder + "/" + name))
    }
    self.lessons = lessons.sorted { $0.number < $1.number }
  }

  /// Reads one lesson; one whose file's name has no number is the first.
  ///
  /// - Throws: as ``init(folder:)``.
  package static func lesson(path: String) throws(Diagnostic) -> Lesson {
    let file = try ScriptText.read(path: path)
    let digits = (path as NSString).lastPathComponent.prefix { ("0"..."9").contains($0) }
    let number = Int(digits) ?? 1
    return try LessonReader.read(file, number: (1...99).contains(number) ? number : 1)
  }

  /// The lesson of a number.
  package func lesson(_ number: Int) -> Lesson? { lessons.first { $0.number == number } }

  /// The lesson to take: the first that is not wholly passed; nil when all are.
  package func next(_ progress: LessonProgress) -> Lesson? {
    lessons.first { progress.passedCount(in: $0) < $0.steps.count }
  }
}
