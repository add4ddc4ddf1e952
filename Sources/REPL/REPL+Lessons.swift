import Commands
import Execution
import Foundation
import Language
import Lessons
import Notebook
import Reporting
import Session

/// Lessons at the prompt: beginning one, leading through it, and going back to the user's session.
extension REPL {
  /// Does what a `lesson` entry asks for.
  func take(_ call: LessonCall) {
    do throws(Diagnostic) {
      guard let classroom else {
        throw Diagnostic(code: .noLesson, "there are no lessons here.", hints: [.type("help")])
      }
      switch call {
      case .next: try takeNext(in: classroom)
      case .list: classroom.page.show(try classroom.course(), try progress(in: classroom))
      case .take(let number): begin(try classroom.lesson(number), try progress(in: classroom))
      case .reset(let number): try reset(number, in: classroom)
      case .resetAll: try forget(try classroom.course().lessons, in: classroom)
      }
    } catch { renderer.show(error) }
  }

  /// How far the learner is, in the lesson that is on or as it is kept.
  private func progress(in classroom: Classroom) throws(Diagnostic) -> LessonProgress {
    if let visit { return visit.progress }
    return try classroom.progress()
  }

  private func takeNext(in classroom: Classroom) throws(Diagnostic) {
    let course = try classroom.course()
    let progress = try progress(in: classroom)
    guard let lesson = course.next(progress) else {
      classroom.page.show(course, progress)
      return renderer.notice("All done. `lesson 1` takes one again.\n")
    }
    if visit == nil { classroom.page.show(course, progress, beginning: lesson) }
    begin(lesson, progress)
  }

  private func reset(_ number: Int?, in classroom: Classroom) throws(Diagnostic) {
    if let number {
      try forget([try classroom.lesson(number)], in: classroom)
    } else if let visit {
      try forget([visit.player.lesson], in: classroom)
    } else {
      throw Diagnostic(
        code: .unknownWord, "`lesson reset` needs the number of a lesson, or `all`.",
        hints: [.type("lesson reset 1"), .type("lesson reset all")])
    }
  }

  /// Forgets how far the learner is in lessons; the one that is on begins anew.
  private func forget(_ lessons: [Lesson], in classroom: Classroom) throws(Diagnostic) {
    var progress = (try? progress(in: classroom)) ?? LessonProgress()
    for lesson in lessons {
      progress.reset(lesson)
      classroom.recollection(of: lesson)?.forgetAll()
    }
    try classroom.keep(progress)
    let names = lessons.map { "\($0.number)" }.joined(separator: ", ")
    renderer.say("forgotten: how far you were in \(names)")
    guard let lesson = visit?.player.lesson else { return }
    if lessons.contains(where: { $0.id == lesson.id }) { begin(lesson, progress) }
  }

  // MARK: In and out

  /// Begins a lesson, in a session and a folder of its own.
  private func begin(_ lesson: Lesson, _ progress: LessonProgress) {
    guard let classroom, !isStopping() else { return }
    if visit != nil { endVisit() }
    let player = LessonPlayer(
      lesson, progress: progress, resources: classroom.resources,
      limits: classroom.limits, recollection: classroom.recollection(of: lesson),
      report: { [renderer] in renderer.report($0) }, show: { classroom.page.show($0) })
    let home = LessonVisit.Home(
      runner: runner, cell: prompt.cell, ownFiles: ownFiles,
      folder: FileManager.default.currentDirectoryPath)
    let folder = classroom.workFolder(for: lesson)
    if folder.map(classroom.enter) != true {
      renderer.say("note: files of this lesson go where you are: \(home.folder)")
    }
    visit = LessonVisit(player: player, home: home, folder: folder, progress: progress)
    work(in: player.runner)
    ownFiles = []
    guard ask({ await $0.begin() }) == true else {
      renderer.notice("stopped; `lesson \(lesson.number)` begins it again\n")
      return leave()
    }
    settle()
  }

  /// Leaves the lesson that is on and says what is kept.
  func leave() {
    guard let visit else { return }
    let number = visit.player.lesson.number
    let hasFiles = visit.hasFiles
    endVisit()
    var text = "Back at your own session. `lesson \(number)` goes on where you left."
    if hasFiles, let folder = visit.folder { text += " The files you saved in it are in \(folder)" }
    classroom?.page.show(.notice(text))
  }

  /// Puts the user's own session, numbers and folder back.
  private func endVisit() {
    guard let visit else { return }
    visit.removeEmptyFolder()
    _ = classroom?.enter(visit.home.folder)
    self.visit = nil
    work(in: visit.home.runner)
    ownFiles = visit.home.ownFiles
    prompt.place = .session
    prompt.cell = visit.home.cell
    refreshNames()
  }

  // MARK: On the way

  /// Gives an entry to the lesson that is on; false when it is to be run as a cell.
  func isForLesson(_ text: String) -> Bool {
    guard visit != nil, !text.isEmpty, !isStopping(), let reply = ask({ await $0.answer(text) })
    else { return false }
    switch reply {
    case .cell: return false
    case .taken: settle()
    case .leave: leave()
    }
    return true
  }

  /// Tells the lesson that is on how a cell ended.
  func tellLesson(_ problem: Diagnostic?, wasStopped: Bool) {
    guard visit != nil else { return }
    _ = ask { await $0.cellEnded(problem, wasStopped: wasStopped) }
    settle()
  }

  /// Lets the player do something while Ctrl-C is heard; nil when the user would not wait for it.
  private func ask<Answer: Sendable>(
    _ question: @escaping @Sendable (LessonPlayer) async -> Answer
  ) -> Answer? {
    guard let player = visit?.player else { return nil }
    renderer.mute(false)
    let answer = interrupts.wait {
      player.runner.stop.clear()
      return await question(player)
    }
    renderer.finish()
    return answer
  }

  /// Keeps what was passed, and makes the prompt that of the step.
  private func settle() {
    guard var visit, let classroom else { return }
    let player = visit.player
    guard
      let now = ask({ player in await (progress: player.progress, index: player.stepIndex) })
    else { return }
    if now.progress != visit.progress {
      visit.progress = now.progress
      self.visit = visit
      do throws(Diagnostic) { try classroom.keep(now.progress) } catch { renderer.show(error) }
    }
    let isOver = now.index == player.lesson.steps.count
    prompt.place = .lesson(player.lesson.number, step: isOver ? nil : now.index + 1)
    prompt.cell = runner.transcript.nextNumber
    if isOver { writeTranscript() }
    refreshNames()
  }

  /// Writes what was asked, typed and came out, once the lesson is done.
  private func writeTranscript() {
    guard let visit, !visit.isTranscriptWritten,
      let path = classroom?.transcriptPath(of: visit.player.lesson),
      let environment = interrupts.wait(for: { [runner] in await runner.session.environment() })
    else { return }
    self.visit?.isTranscriptWritten = true
    do throws(Diagnostic) {
      try NotebookWriter(runner.transcript.entries, environment: environment).write(to: path)
      classroom?.page.show(
        .notice(
          "What you did is written down in \(path) (`:save \"name.ft.md\"` with a path of yours "
            + "writes it elsewhere)."))
    } catch { renderer.show(error) }
  }
}
