import Checkpoints
import Datasets
import Evaluation
import Execution
import Generation
import Models
import Session
import TestSupport
import Testing
import Training

/// A model that reads prompts with one half and writes with another, by the session's verbs.
@Suite("A model of two halves by its verbs") struct PairVerbTests {
  @Test("is trained, measured, compared and asked") func trains() async throws {
    let desk = try await Desk(isHalved: true)
    let session = desk.session
    let before = try await session.evaluate().report
    let result = try await session.train(TrainingRequest(.epochs(8)))
    #expect(result.outcome.summary.ending == .finished)
    let after = try await session.evaluate().report
    #expect(after.loss < before.loss)
    #expect(result.outcome.keptEvaluation?.loss == Float(after.loss))
    let comparison = try await session.compare()
    #expect(comparison.base.report.sums == before.sums)
    #expect(try await session.compareAnswers(count: 2).count == 2)
    let asked = SampleRequest("number 3", SamplingSettings())
    #expect(try await session.sample(asked).count == 1)
    #expect(try await session.baselines().count >= 3)
    #expect(try await session.advise().remarks.isEmpty == false)
  }

  @Test("its rows are prompts and answers") func rows() async throws {
    let desk = try await Desk(isHalved: true)
    let mask = try await desk.session.mask(ofRow: 1)
    let tokens = try #require(mask.sequences.first)
    let first = try #require(tokens.firstIndex { $0.isTrained })
    // The token that answers begin with is before the answer, and its end in it.
    #expect(tokens[first - 1].id == 0 && tokens.last?.id == 0)
    #expect(tokens[first...].allSatisfy(\.isTrained) && first > 1)
    let path = desk.folder.path + "/tokens.jsonl"
    _ = try await desk.session.saveTokens(to: path)
    let file = String(decoding: try desk.folder.bytes(of: "tokens.jsonl"), as: UTF8.self)
    #expect(file.contains(#""prompt":["#))
  }

  @Test("a message and its answer are a row, without any chat template") func chats() async throws {
    let chats = (0..<12).map {
      #"{"messages":[{"role":"user","content":"number \#($0)"},"#
        + #"{"role":"assistant","content":"it is \#($0 * 7)"}]}"#
    }
    let (chat, plain) = (
      try await Desk(isHalved: true, rows: chats), try await Desk(isHalved: true)
    )
    #expect(try await chat.session.evaluate().report.loss > 0)
    #expect(
      try await chat.session.mask(ofRow: 2).sequences == plain.session.mask(ofRow: 2).sequences)
  }

  @Test("is asked for labels as it was taught them") func labels() async throws {
    let desk = try await Desk(isLabelled: true, isHalved: true)
    _ = try await desk.session.train(TrainingRequest(.epochs(2)))
    let report = try await desk.session.evaluateLabels().report
    #expect(report.labels == ["even", "odd"] && report.rowCount == 4)
    // The likelihood of a label is the loss of the row that has it.
    let losses = try await desk.session.evaluate().report
    let rows = try await desk.session.rows(named: "dev")
    let form = try await desk.session.labelForm()
    let labelled = try await desk.session.classify(rows, named: "dev", in: form)
    #expect(labelled.rows.count == losses.sums.count)
  }

  @Test("goes on from its folder with the numbers of one that was never stopped")
  func resumes() async throws {
    let (whole, desk) = (try await Desk(isHalved: true), try await Desk(isHalved: true))
    let unbroken = try await whole.session.train(TrainingRequest(.epochs(2)))
    var request = TrainingRequest(.epochs(2))
    request.folder = desk.folder.path + "/run"
    let session = desk.session
    _ = try await session.train(request) { event in
      if case .training(.stepped(let at)) = event, at.report.step == 3 { session.stop.request() }
    }
    session.stop.clear()
    let rest = try await session.resume(session.savedTraining())
    #expect(rest.outcome.summary.losses == unbroken.outcome.summary.losses)
    #expect(rest.outcome.keptEvaluation == unbroken.outcome.keptEvaluation)
  }

  @Test("is saved with its adapter, and computes the same again") func saves() async throws {
    let desk = try await Desk(isHalved: true)
    let (session, folder) = (desk.session, desk.folder.path)
    _ = try await session.train(TrainingRequest(.epochs(2)))
    let tuned = try await session.evaluate().report
    _ = try await session.saveAdapter(to: folder + "/adapter")
    _ = try await session.saveModel(to: folder + "/merged")
    let device = await session.device
    let merged = try LoadedModel(reading: folder + "/merged", name: "merged", on: device)
    #expect(merged.model.blueprint.reader != nil)
    await session.use(merged)
    expectClose(try await session.evaluate().report.loss, tuned.loss, withinShare: 1e-5)
  }

  // MARK: What it refuses

  @Test("refuses rows that have no prompt, and to train prompts") func refusals() async throws {
    let desk = try await Desk(
      isHalved: true, rows: (0..<12).map { #"{"text":"number \#($0) is a number"}"# })
    await #expect {
      _ = try await desk.session.evaluate()
    } throws: { error in
      guard case SessionError.rows(.badRows(_, _, let problems), _) = error else { return false }
      return problems.shown.first?.reason == .textWithoutPrompt
    }
    let other = try await Desk(isHalved: true)
    await other.session.trainEverything()
    await #expect {
      _ = try await other.session.evaluate()
    } throws: { error in
      if case SessionError.rows(.promptsAreRead, _) = error { true } else { false }
    }
  }

  @Test("refuses longer conversations without a chat template") func conversations() async throws {
    let rows = (0..<12).map { row in
      let turns = ["user", "assistant", "user", "assistant"].map {
        #"{"role":"\#($0)","content":"word \#(row)"}"#
      }
      return #"{"messages":[\#(turns.joined(separator: ","))]}"#
    }
    let desk = try await Desk(isHalved: true, rows: rows)
    await #expect {
      _ = try await desk.session.evaluate()
    } throws: { error in
      if case SessionError.rows(.noChatTemplate, _) = error { true } else { false }
    }
  }
}

extension Session {
  fileprivate func use(_ model: LoadedModel) { self.model = model }

  fileprivate func trainEverything() { settings.data.trainedPart = .everything }
}
