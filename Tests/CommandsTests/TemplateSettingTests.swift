import Foundation
import Testing

/// `set template`: a chat template of ours for models that have none.
@Suite("The setting template") struct TemplateSettingTests {
  /// A saved model without a template, and two conversations.
  private func bench() async throws -> Workbench {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save model \"out/model\"")
    try bench.forgetManifest(of: "out/model")
    try FileManager.default.removeItem(
      atPath: bench.folder + "/out/model/chat_template.jinja")
    let path = bench.folder + "/out/model/tokenizer_config.json"
    let config = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    var object = config as? [String: Any] ?? [:]
    object["chat_template"] = nil
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    try bench.write(
      "bad.jsonl",
      (0..<4).map {
        #"{"messages":[{"role":"user","content":"number \#($0)"},"#
          + #"{"role":"assistant","content":"it is \#($0 * 7)"}]}"#
      }.joined(separator: "\n"))
    return bench
  }

  @Test("conversations are one line away from training") func offered() async throws {
    let bench = try await bench()
    let text = await bench.errorText(
      "load model \"out/model\"\nload data \"bad.jsonl\"\ntrain 1 step")
    #expect(text.hasPrefix("error[D107]") && text.contains("try: set template plain"), "\(text)")
    // This tokenizer has no token <|im_start|>.
    #expect(!text.contains("chatml"), "\(text)")
    _ = try await bench.run("set template plain\ntrain 1 step\nsample \"number 2\" length 2")
    #expect(bench.screen.contains("chat template plain, User: … Assistant: …"))
  }

  @Test("it is saved with the model and with the adapter, and read again") func saved() async throws
  {
    let bench = try await bench()
    _ = try await bench.run(
      """
      load model "out/model"
      load data "bad.jsonl"
      set template plain
      train 2 steps
      let before = eval train
      save adapter "out/a"
      save model "out/tuned"
      set template own
      load model "out/tuned"
      let whole = eval train
      load model "out/model"
      load adapter "out/a"
      let beside = eval train
      check beside.loss == before.loss
      check whole.loss - before.loss < 1e-4 and before.loss - whole.loss < 1e-4
      """)
    let template = try String(
      contentsOfFile: bench.folder + "/out/a/chat_template.jinja", encoding: .utf8)
    #expect(
      template.contains("'Assistant: ' + message['content'] + '<|endoftext|>'"), "\(template)")
  }

  @Test("without new tokens they are spelled out, and the model's own end is kept")
  func missingTokens() async throws {
    let bench = try await bench()
    _ = try await bench.run(
      "load model \"out/model\"\nload data \"bad.jsonl\"\nset template chatml, new_tokens off\n"
        + "train 1 step\nsave model \"out/tuned\"")
    #expect(bench.screen.contains("`<|im_start|>`, `<|im_end|>` are no tokens"), "\(bench.screen)")
    let template = try bench.text("out/tuned/chat_template.jinja")
    #expect(template.contains("'<|im_start|>' + message['role']"), "\(template)")
    #expect(template.contains("message['content'] + '<|endoftext|>'"), "\(template)")
  }

  /// What each of our templates writes, with the ends of this tokenizer.
  static let ours: [(name: String, text: String)] = [
    (
      "chatml",
      "<|im_start|>user\nnumber 0<|im_end|>\n<|im_start|>assistant\nit is 0<|im_end|>"
    ),
    (
      "llama3",
      "<|start_header_id|>user<|end_header_id|>\n\nnumber 0<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\nit is 0<|eot_id|>"
    ),
    (
      "gemma",
      "<start_of_turn>user\nnumber 0<end_of_turn>\n<start_of_turn>model\nit is 0<end_of_turn>"
    ),
    ("zephyr", "<|user|>\nnumber 0<|endoftext|>\n<|assistant|>\nit is 0<|endoftext|>"),
    ("mistral", "[INST] number 0[/INST] it is 0<|endoftext|>"),
    ("llama2", "[INST] number 0 [/INST] it is 0 <|endoftext|>"),
    ("alpaca", "### Instruction:\nnumber 0\n\n### Response:\nit is 0<|endoftext|>"),
    ("plain", "User: number 0\nAssistant: it is 0<|endoftext|>"),
  ]

  @Test("ours have the forms of their names", arguments: ours)
  func forms(name: String, text: String) async throws {
    let bench = try await bench()
    _ = try await bench.run(
      "load model \"out/model\"\nload data \"bad.jsonl\"\nset template \(name)\n"
        + "save tokens \"out/t.jsonl\"\nshow mask 1")
    let mask = try #require(bench.screen.components(separatedBy: "\n").last { $0.contains("*") })
    // Tokens are letters or more; a space is spelled as the vocabulary has it.
    let written = mask.replacing("*", with: "").replacing(" ", with: "")
      .replacing("Ġ", with: " ").replacing("Ċ", with: "\n")
    #expect(written.hasPrefix(text), "\(written)")
  }

  @Test("a file is one too, and a missing one is told") func file() async throws {
    let bench = try await bench()
    try bench.write(
      "own.jinja", "{% for m in messages %}[{{ m.role }}] {{ m.content }};{% endfor %}")
    _ = try await bench.run(
      "load model \"out/model\"\nload data \"bad.jsonl\"\nset template \"\(bench.folder)/own.jinja\"\n"
        + "save tokens \"out/t.jsonl\"\nsave model \"out/tuned\"")
    #expect(try bench.text("out/tuned/chat_template.jinja").hasPrefix("{% for m in messages %}[{{"))
    let text = await bench.errorText("set template \"\(bench.folder)/none.jinja\"")
    #expect(text.contains("there is no chat template to read at"), "\(text)")
  }

  @Test("it holds for the commands of a `with`") func withBlock() async throws {
    let bench = try await bench()
    let loaded = "load model \"out/model\"\nload data \"bad.jsonl\"\n"
    _ = try await bench.run(loaded + "with template plain { train 1 step }")
    let text = await bench.errorText("reset\ntrain 1 step")
    #expect(text.hasPrefix("error[D107]"), "\(text)")
  }

  /// Gives the saved model two templates of other names than `default`.
  private func nameTemplates(_ bench: Workbench) throws {
    let path = bench.folder + "/out/model/tokenizer_config.json"
    let config = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    var object = config as? [String: Any] ?? [:]
    let source = "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n' }}{% endfor %}"
    object["chat_template"] = [
      ["name": "rag", "template": source], ["name": "tool_use", "template": "T " + source],
    ]
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
  }

  @Test("of several names without a default one has to be chosen") func named() async throws {
    let bench = try await bench()
    try nameTemplates(bench)
    let lines = "load model \"out/model\"\nload data \"bad.jsonl\"\n"
    let text = await bench.errorText(lines + "train 1 step")
    #expect(text.hasPrefix("error[D107]"), "\(text)")
    #expect(text.contains("try: set template \"rag\""), "\(text)")
    #expect(text.contains("try: set template \"tool_use\""), "\(text)")
    #expect(bench.screen.contains("none is the default"), "\(bench.screen)")
    let unknown = await bench.errorText(lines + "set template \"tools\"")
    #expect(unknown.contains("which has `rag`, `tool_use`"), "\(unknown)")
    _ = try await bench.run(
      lines + "set template \"tool_use\"\ntrain 1 step\nsave model \"out/tuned\"")
    let saved = try bench.text("out/tuned/chat_template.jinja")
    #expect(saved.hasPrefix("T "), "\(saved)")
  }

  @Test("a list stays in the folder as long as its default is in force") func kept() async throws {
    let bench = try await bench()
    try nameTemplates(bench)
    _ = try await bench.run("load model \"out/model\"\nsave model \"out/copy\"")
    #expect(try bench.text("out/copy/tokenizer_config.json").contains("tool_use"))
  }
}
