import Datasets
import Evaluation
import Generation
import Session
import TestSupport
import Testing
import Training

/// Measuring and asking by the session's verbs, without any command.
@Suite("Asking without a command") struct AskingVerbTests {
  @Test("a comparison needs a training, and has its interval") func compares() async throws {
    let desk = try await Desk()
    await #expect {
      _ = try await desk.session.compare()
    } throws: {
      if case SessionError.notTuned = $0 { true } else { false }
    }
    let before = try await desk.session.evaluate()
    _ = try await desk.session.train(TrainingRequest(.epochs(2)))
    let comparison = try await desk.session.compare()
    #expect(before.state == .base && comparison.base.report.sums == before.report.sums)
    #expect(
      comparison.difference.mean
        == comparison.tuned.report.difference(
          from: comparison.base.report, seed: 0
        ).mean)
    let answers = try await desk.session.compareAnswers(count: 3)
    #expect(answers.count == 3 && answers.allSatisfy { !$0.row.target.isEmpty })
  }

  @Test("text is told as it is written, and is the answer") func samples() async throws {
    let desk = try await Desk()
    let (answers, told) = try await desk.session.written("number 3", count: 2)
    #expect(answers.count == 2)
    #expect(told == answers.map { $0.text + "\n" }.joined())
  }

  @Test("answers to choose from are two different texts or more") func chooses() async throws {
    let desk = try await Desk()
    let request = SampleRequest("number 3", SamplingSettings())
    for texts in [[], ["a"], ["a", "a"], ["a", ""]] {
      await #expect {
        _ = try await desk.session.choose(among: texts, request)
      } throws: {
        if case SessionError.noChoice = $0 { true } else { false }
      }
    }
    let chosen = try await desk.session.choose(among: ["it is 7", "it is 21", "no"], request)
    #expect(abs(chosen.shares.shares.reduce(0, +) - 1) < 1e-12)
    #expect(Set(chosen.shares.order) == [0, 1, 2])
  }

  @Test("a label is the one that measuring by label gives") func labels() async throws {
    let desk = try await Desk(isLabelled: true)
    let report = try await desk.session.evaluateLabels().report
    #expect(report.labels == ["even", "odd"] && report.rowCount == 4)
    let form = try await desk.session.labelForm()
    let rows = try await desk.session.rows(named: "dev")
    let labelled = try await desk.session.classify(rows, named: "dev", in: form)
    #expect(labelled.accuracy?.mean == report.accuracy.mean)
    for row in labelled.rows {
      let shares = try await desk.session.classify(row.row.input, in: form)
      #expect(form.labels[shares.order[0]] == row.label)
    }
    let path = desk.folder.path + "/out/labels.csv"
    #expect(try labelled.write(to: path).count == 64)
  }

  @Test("a text with a token that the model has no vector for has none itself")
  func tokenWithoutVector() async throws {
    let desk = try await Desk(missingVectors: 200)
    await #expect {
      _ = try await desk.session.embed(["number 3"])
    } throws: {
      if case SessionError.unwritable(.text, .tokenWithoutVector) = $0 { true } else { false }
    }
  }

  @Test("rows without labels have none to tell apart") func noLabels() async throws {
    let desk = try await Desk()
    await desk.session.forgetData()
    await #expect {
      _ = try await desk.session.labelForm()
    } throws: {
      if case SessionError.noLabels = $0 { true } else { false }
    }
  }

  @Test("baselines and advice measure and train nothing") func advises() async throws {
    let desk = try await Desk(isLabelled: true)
    let scores = try await desk.session.baselines()
    #expect(scores.map(\.isOfLabels) == [true, true, true, true, false, false, false])
    await #expect {
      _ = try await desk.session.baselines(on: "train")
    } throws: {
      if case SessionError.nothingToLearnFrom("rows") = $0 { true } else { false }
    }
    let advice = try await desk.session.advise()
    #expect(advice.verdict == .moreData)
    #expect(advice.concernCount > 0 && advice.remarks.count >= 3)
    guard case .fewRows(8) = advice.remarks[0] else {
      return #expect(Bool(false), "\(advice.remarks)")
    }
    #expect(await !desk.session.isTuned)
  }
}

extension Session {
  /// What is written to a prompt, and what was told of it.
  fileprivate func written(_ prompt: String, count: Int) throws -> ([GeneratedText], String) {
    var request = SampleRequest(prompt, settings.sampling)
    request.count = count
    var told = ""
    let answers = try sample(request) { if case .text(let text) = $0 { told += text } }
    return (answers, told)
  }

  fileprivate func forgetData() { removeData(named: "rows") }
}
