import Foundation
import Language
import Notebook
import Session
import Testing

/// `chat` and `show mask`: what a conversation is to the model.
@Suite("Talking, and looking at masks") struct ChatTests {
  @Test("a talk goes on, and begins anew when it is asked to") func talk() async throws {
    let bench = try Workbench()
    let turns = try await bench.run(
      Workbench.preparation
        + """
        let a = chat "Hello" length 4
        let b = chat "And now?" length 4
        let c = chat "Again" fresh system "Be brief." length 4
        check a.turns == 2 and b.turns == 4 and c.turns == 3
        let d = chat "{}" as tool length 4
        check d.turns == 5
        c.text
        """)
    #expect("\(turns)" != "")
  }

  /// What was computed for the turns before serves the next one, as long as the model is what it was;
  /// each answer is the one of a model that reads the whole talk anew.
  @Test("an answer does not depend on what was computed before", arguments: ["0", "0.8"])
  func keys(temperature: String) async throws {
    let options = "length 6 at temperature \(temperature)"
    let messages = ["Hello", "And now?", "Why is that so?"]
    let whole = try Workbench()
    _ = try await whole.run(Workbench.preparation + "train 2 steps")
    let anew = try Workbench()
    _ = try await anew.run(Workbench.preparation + "train 2 steps")
    var answers: [[Value]] = [[], []]
    for message in messages {
      answers[0].append(try await whole.run("chat \"\(message)\" \(options)"))
      await anew.runner.session.forgetTalkKeys()
      answers[1].append(try await anew.run("chat \"\(message)\" \(options)"))
    }
    answers[0].append(try await whole.run("chat again \(options)"))
    await anew.runner.session.forgetTalkKeys()
    answers[1].append(try await anew.run("chat again \(options)"))
    #expect(answers[0] == answers[1])
    let read = await whole.runner.session.talkTokensRead
    // What the last answer alone read, without the answers before, is nearly all of the talk.
    #expect(read < 3 * (await anew.runner.session.talkTokensRead))
    // The model is another one after a step: nothing of before may serve it.
    _ = try await whole.run("train 1 step")
    _ = try await anew.run("train 1 step")
    #expect(await whole.runner.session.talkTokensRead == 0)
    let next = "chat \"Once more\" \(options)"
    #expect(try await whole.run(next) == anew.run(next))
  }

  @Test("answers are drawn again, and taken back") func again() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + """
        let a = chat "Hello" length 8 at temperature 0.9 seed 4
        let b = chat again length 8 at temperature 0.9 seed 4
        let c = chat again length 8 at temperature 0 seed 4
        let d = chat again length 8 at temperature 0 seed 4
        check a.turns == 2 and b.turns == 2 and a.text != b.text and c.text == d.text
        let e = chat "And?" length 4
        let f = chat undo
        check e.turns == 4 and f.turns == 2
        let g = chat undo
        check g.turns == 0
        """)
    for command in ["chat again", "chat undo", "save chat \"out/talk.jsonl\""] {
      let text = await bench.errorText(command)
      #expect(text.contains("S308") && text.contains("chat \"Hello\""), "\(text)")
    }
  }

  @Test("the model as loaded answers beside, and is no part of the talk") func beside() async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation)
    #expect(await bench.errorText("chat \"Hello\" beside base").contains("T402"))
    for adapter in ["lora", "none"] {
      _ = try await bench.run(
        """
        reset
        set adapter \(adapter), lr 1e-1
        let a = chat "Hello" fresh length 6
        train 3 steps
        let b = chat "Hello" fresh length 6 beside base
        check b.base == a.text and b.turns == 2
        let c = chat "And?" length 6
        let d = chat again length 6 beside base
        check c.text != "" and d.turns == 4
        """)
    }
    #expect(bench.screen.contains("base:") && bench.screen.contains("tuned:"))
  }

  @Test("a talk becomes rows") func saved() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + """
        chat "Hello" system "Be brief." length 4
        save chat "out/talks.jsonl"
        chat "And?" length 4
        let s = save chat "out/talks.jsonl"
        check s.rows == 2
        load data "out/talks.jsonl" as talks
        show talks
        """)
    #expect("\(value)" != "")
    #expect(
      try bench.text("out/talks.jsonl").hasPrefix(
        #"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"},"#)
    )
    #expect(
      await bench.errorText("save chat \"out/talks.json\"").contains(
        "save chat \"out/talks.jsonl\""))
  }

  @Test("a talk that is longer than the context says so, and what to type") func full() async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "chat \"Hello\" length 4")
    let long = String(repeating: "number ", count: 100)
    let text = await bench.errorText("chat \"\(long)\"")
    #expect(text.contains("S304") && text.contains("the model's context is 128"), "\(text)")
    #expect(text.contains("fresh") && text.contains("chat undo"), "\(text)")
    // The talk is as it was.
    _ = try await bench.run("let a = chat \"And?\" length 4\ncheck a.turns == 4")
  }

  @Test("a mask shows every token, the trained ones marked") func mask() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "load data \"rows.jsonl\" as rows\nlet m = show mask 3\n"
        + "check m.trained > 0 and m.trained < m.tokens and m.line == 3")
    #expect(bench.screen.contains("row 3, line 3:"), "\(bench.screen)")
    #expect(bench.screen.contains(" *"), "\(bench.screen)")
    let text = await bench.errorText("show mask 13")
    #expect(text.contains("there is no row 13: `rows` has 12 rows"), "\(text)")
  }
}
