import Foundation
import Testing

/// `load model` and `load adapter` of what is none: what it is, and a line that reads it.
@Suite("Loading what is no model") struct LoadPlaceTests {
  private static let saved =
    Workbench.preparation + "train 1 step\nsave adapter \"out/a\"\nsave model \"out/model\"\n"

  private func move(_ bench: Workbench, _ name: String, to target: String) throws {
    let path = bench.folder + "/" + target
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: bench.folder + "/" + name, toPath: path)
  }

  @Test("files and folders of other kinds") func others() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.saved)
    try move(bench, "out/model/tokenizer.json", to: "out/tok/tokenizer.json")
    for (path, says) in [
      ("out/tok", "is a folder with a tokenizer and no model."),
      ("out", "try: load model \"out/model\""),
      ("out/a", "is an adapter, which belongs to a model."),
      ("out/a", "its base is `wren`, which is not on this machine"),
      ("out/a", "try: load adapter \"out/a\""),
      ("out/model/config.json", "is no folder of a model."),
    ] {
      let place = path == "out" ? "\(bench.folder)/out" : path
      let text = await bench.errorText("load model \"\(place)\"")
      #expect(text.hasPrefix("error[M107]") && text.contains(says), "\(path): \(text)")
    }
    let text = await bench.errorText("reset\nload adapter \"out/model\"")
    #expect(
      text.contains("is a model, and no adapter") && text.contains("try: load model"), "\(text)")
  }

  @Test("an adapter's folder is loaded after its base") func base() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.saved)
    try bench.forgetManifest(of: "out/a")
    func rename(_ base: String) throws {
      let config = try bench.text("out/a/adapter_config.json")
      let old = config.components(separatedBy: "\"base_model_name_or_path\": \"")[1]
        .components(separatedBy: "\"")[0]
      try bench.write(
        "out/a/adapter_config.json",
        config.replacingOccurrences(of: "path\": \"\(old)\"", with: "path\": \"\(base)\""))
    }
    try rename("model")
    _ = try await bench.run("load model \"out/a\"\nload model \"out/a/adapter_model.safetensors\"")
    #expect(
      bench.screen.components(separatedBy: "adapter of the folder: lora rank 16").count == 3,
      "\(bench.screen)")
    // Found, and another model: the adapter is refused, not the folder.
    try rename("finch")
    let text = await bench.errorText("load model \"out/a\"")
    #expect(text.contains("error[M1") && !text.contains("M107"), "\(text)")
    try rename("org/base")
    let remote = await bench.errorText("load model \"out/a\"")
    #expect(remote.contains("try: get model \"org/base\""), "\(remote)")
  }

  @Test("a path to the file of weights means its folder") func file() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.saved + "load model \"out/model/model.safetensors\"")
    #expect(bench.screen.contains("model: "), "\(bench.screen)")
  }

  @Test("a folder of the hub's cache is the model of its revision") func cache() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.saved)
    try move(bench, "out/model", to: "out/models--org--name/snapshots/abc")
    _ = try await bench.run("load model \"out/models--org--name\"")
    #expect(bench.screen.contains("org/name: "), "\(bench.screen)")
    try move(bench, "out/model", to: "out/models--org--name/snapshots/def")
    let text = await bench.errorText("load model \"out/models--org--name\"")
    #expect(text.contains("several revisions"), "\(text)")
    #expect(text.contains("try: load model \"out/models--org--name/snapshots/abc\""), "\(text)")
  }

  @Test("a pointer of git-lfs") func pointer() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Self.saved)
    try bench.forgetManifest(of: "out/model")
    try bench.write(
      "out/model/model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    let text = await bench.errorText("load model \"out/model\"")
    #expect(text.hasPrefix("error[M106]") && text.contains("git lfs pull"), "\(text)")
  }

  @Test("a head of its own in a tied model is told of, used and saved") func otherHead()
    async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + """
        new model w {hidden: 16, layers: 1, heads: 2, context: 128, tied: false} tokenizer "tokenizer.json"
        let before = eval dev
        save model "out/model"
        """)
    try bench.forgetManifest(of: "out/model")
    let path = bench.folder + "/out/model/config.json"
    let config = try String(contentsOfFile: path, encoding: .utf8)
    try bench.write(
      "out/model/config.json",
      config.replacingOccurrences(
        of: "\"tie_word_embeddings\": false", with: "\"tie_word_embeddings\": true"))
    _ = try await bench.run(
      """
      load model "out/model"
      let read = eval dev
      check read.loss == before.loss
      save model "out/again"
      load model "out/again"
      let again = eval dev
      check again.loss == before.loss
      """)
    #expect(bench.screen.contains("holds another head"), "\(bench.screen)")
    let written = try String(
      contentsOfFile: bench.folder + "/out/again/config.json", encoding: .utf8)
    #expect(written.contains("\"tie_word_embeddings\": false"))
  }
}
