import Foundation
import Reporting
import Testing

/// What must be refused with words, not end the program.
@Suite("Refusals") struct RefusalTests {
  @Test("a model that memory cannot hold, before anything is allocated")
  func tooLarge() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Workbench.preparation
        + "new model w {hidden: 65536, layers: 1000, heads: 256} tokenizer \"tokenizer.json\"")
    #expect(text.hasPrefix("error[R401]: the model needs "), "\(text)")
  }

  @Test("a prompt that the chat template writes nothing for") func emptyPrompt() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save model \"out/model\"")
    try bench.forgetManifest(of: "out/model")
    try bench.write("out/model/chat_template.jinja", "\n")
    let text = await bench.errorText("load model \"out/model\"\nsample \"hi\"")
    #expect(text.hasPrefix("error[D242]"), "\(text)")
    _ = try await bench.run("sample \"hi\" raw length 2")
  }

  @Test("a model folder whose config leaves layers out") func leftOut() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(
      Workbench.preparation
        + "new model w {hidden: 16, layers: 2, heads: 2} tokenizer \"tokenizer.json\"\n"
        + "save model \"out/model\"")
    #expect(text == "no error")
    try bench.forgetManifest(of: "out/model")
    let path = bench.folder + "/out/model/config.json"
    let config = try String(contentsOfFile: path, encoding: .utf8)
    try bench.write(
      "out/model/config.json",
      config.replacingOccurrences(of: "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1"))
    #expect(await bench.errorText("load model \"out/model\"").contains("no place for"))
  }

  @Test("a saved model one of whose files was changed since") func changedFile() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save model \"out/model\"")
    try bench.write("out/model/chat_template.jinja", "\n")
    let text = await bench.errorText("load model \"out/model\"")
    #expect(text.hasPrefix("error[M108]") && text.contains("chat_template.jinja has 1 bytes"))
    #expect(text.contains("remove out/model/model-manifest.json"), "\(text)")
  }

  @Test("two trainings that keep their state in one folder") func folderInUse() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "train 1 step checkpoint \"out/run\"")
    // Another process holds the lock: as `flock` counts per opened file, so does this one.
    let descriptor = open(bench.folder + "/out/run/lock", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let text = await bench.errorText("reset\ntrain 1 step checkpoint \"out/run\"")
    #expect(text.hasPrefix("error[R801]"), "\(text)")
  }

  @Test("a damaged checkpoint") func damagedCheckpoint() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "train 1 step checkpoint \"out/run\"")
    try bench.write("out/run/step-1.safetensors", "cut off")
    let text = await bench.errorText("reset\ntrain 1 step checkpoint \"out/run\"")
    #expect(text.hasPrefix("error[R902]") && text.contains("remove the file"), "\(text)")
  }

  @Test("one row to compare on") func oneRow() async throws {
    let bench = try Workbench()
    try bench.write("bad.jsonl", #"{"prompt":"number 3","completion":"it is 21"}"#)
    _ = try await bench.run(
      Workbench.preparation + "train 1 step\nload data \"bad.jsonl\"\ncompare on bad showing 0")
    #expect(bench.screen.contains("one row is too few"))
  }

  @Test("a loaded adapter is trained on") func adapterGoesOn() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 1 step\nsave adapter \"out/a\"\nreset\nload adapter \"out/a\"\ntrain 1 step")
    #expect(bench.screen.contains("adapter "))
  }

  @Test("an adapter whose config names another rank than its matrices have")
  func otherRank() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "set rank 4\ntrain 1 step\nsave adapter \"out/a\"\nreset")
    try bench.forgetManifest(of: "out/a")
    let config = try String(
      contentsOfFile: bench.folder + "/out/a/adapter_config.json", encoding: .utf8)
    try bench.write(
      "out/a/adapter_config.json", config.replacingOccurrences(of: "\"r\": 4", with: "\"r\": 8"))
    let text = await bench.errorText("load adapter \"out/a\"")
    #expect(text.hasPrefix("error[M104]") && text.contains("instead of [8, 16]"), "\(text)")
  }

  @Test("the language has a page", arguments: ["language", "let", "proc", "strings"])
  func languagePage(topic: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run("help \(topic)")
    #expect(bench.screen.contains("The language, by example"))
  }
}
