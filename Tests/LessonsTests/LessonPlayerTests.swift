import Foundation
import Language
import Lessons
import Notebook
import Reporting
import Synchronization
import Testing

@Suite struct LessonPlayerTests {
  /// A learner at a prompt, and what they were told.
  private struct Learner {
    let player: LessonPlayer
    private let told: Told

    private final class Told: Sendable {
      let texts = Mutex<[String]>([])
    }

    init(_ lesson: Lesson? = nil, progress: LessonProgress = LessonProgress()) throws {
      let told = Told()
      self.told = told
      player = LessonPlayer(
        try lesson ?? Toy.lesson, progress: progress, resources: Toy.resources, report: { _ in },
        show: { text in told.texts.withLock { $0.append(Self.name(text)) } })
    }

    private static func name(_ text: LessonText) -> String {
      switch text {
      case .introduction: "introduction"
      case .step(let step, _, _): "step \(step.id)"
      case .passed(let step, let result): "\(result) \(step.id)"
      case .remark(let text), .hint(let text), .solution(let text), .notice(let text): text
      case .whereabouts(_, _, let index): "at \(index)"
      case .finished: "finished"
      }
    }

    /// Types entries one after the other, and returns what was said.
    func type(_ entries: String...) async -> [String] {
      told.texts.withLock { $0 = [] }
      for (number, entry) in entries.enumerated() where await player.answer(entry) == .cell {
        let (script, _) = await player.runner.prepare(SourceFile(.cell(number + 1), entry))
        guard let script else { continue }
        await player.cellEnded(await player.runner.run(script, asCell: number + 1).problem)
      }
      return told.texts.withLock { $0 }
    }

    func begin() async -> [String] {
      _ = await player.begin()
      return told.texts.withLock { $0 }
    }
  }

  @Test("a remark is said again only after the same command") func remarksOnce() async throws {
    let text = Toy.text.replacing(
      "when n < 0 => That is below nothing.", with: "when settings.batch == 99 => That is many.")
    let file = SourceFile(.file("01-counting.ft.md"), text)
    let learner = try Learner(try LessonReader.read(file, number: 1))
    _ = await learner.begin()
    #expect(await learner.type("set batch 99") == ["That is many."])
    #expect(await learner.type("show 1 + 2") == [])
    #expect(await learner.type("set batch 99") == ["That is many."])
  }

  @Test func leadsThroughTheStepsInOrder() async throws {
    let learner = try Learner()
    #expect(await learner.begin() == ["introduction", "step name"])
    #expect(await learner.type("let n = 7") == ["done name", "step think"])
    #expect(await learner.type("2") == ["done think", "step setting"])
    #expect(await learner.type("set batch 7") == ["done setting", "finished"])
  }

  @Test func saysWhatFitsAWrongTry() async throws {
    let learner = try Learner()
    _ = await learner.begin()
    #expect(await learner.type("let n = -1") == ["That is below nothing."])
    #expect(await learner.type("let n = 1") == [])
    #expect(await learner.type("let n = 2") == ["Type the line as it stands."])
    #expect(await learner.type("hint") == ["let n = 3"])
    #expect(await learner.type("hint").first?.contains("last hint") == true)
    _ = await learner.type("let n = 3")
    #expect(await learner.type("1") == ["Count again."])
    #expect(await learner.type("9") == ["Type the number of one of the 2 answers."])
  }

  @Test func againAndBackRestoreTheSession() async throws {
    let learner = try Learner()
    _ = await learner.begin()
    _ = await learner.type("let n = 5", "2", "set batch 9, rank 3")
    #expect(await learner.type("again") == ["step setting"])
    let batch = try await learner.player.runner.evaluate(
      SourceFile(.cell(1), "settings.rank"), with: [])
    #expect(batch != .integer(3))
    #expect(await learner.type("back", "back") == ["step think", "step name"])
    await #expect(throws: Diagnostic.self) {
      _ = try await learner.player.runner.evaluate(SourceFile(.cell(1), "n"), with: [])
    }
  }

  @Test func skipDoesTheStepAndShowsHow() async throws {
    let learner = try Learner()
    _ = await learner.begin()
    #expect(await learner.type("skip") == ["let n = 3", "skipped name", "step think"])
    #expect(
      await learner.type("skip") == ["The answer is 2.", "skipped think", "step setting"])
  }

  @Test("words are taken as people type them", arguments: ["skip()", " Skip ", "SKIP"])
  func words(word: String) async throws {
    let learner = try Learner()
    _ = await learner.begin()
    #expect(await learner.type(word).contains("skipped name"))
  }

  @Test func hintsOnlyAtAnEndOfItsLines() async throws {
    let text = Toy.text.replacingOccurrences(
      of: "let n = 3\n```", with: "let a = 1\nlet b = 1\nlet c = 1\nlet n = 3\n```")
    let learner = try Learner(LessonReader.read(SourceFile(.file("x"), text), number: 1))
    _ = await learner.begin()
    #expect(await learner.type("let a = 1", "let b = 1", "let c = 1") == [])
    #expect(await learner.type("let d = 1", "let e = 1") == [])
    #expect(await learner.type("let f = 1") == ["Type the line as it stands."])
  }

  @Test func wordsAtTheEndSayThatItIsTheEnd() async throws {
    let learner = try Learner()
    _ = await learner.begin()
    _ = await learner.type("skip", "skip", "skip")
    #expect(await learner.type("hint") == ["The lesson is done; there is nothing to hint at."])
    #expect(await learner.type("skip") == ["The lesson is done; there is nothing to skip."])
    #expect(await learner.type("again") == ["All is as the last step left it."])
    #expect(await learner.type("back") == ["step setting"])
  }

  @Test func comesBackToTheStepThatWasLeft() async throws {
    let first = try Learner()
    _ = await first.begin()
    _ = await first.type("let n = 8", "2")
    let second = try Learner(progress: await first.player.progress)
    #expect(await second.begin().last == "step setting")
    // The session is what the solutions leave.
    #expect(await second.type("set batch 3") == ["done setting", "finished"])
  }
}
