import Foundation
import Language
import Testing

/// Vectors of texts, from loading rows to finding texts, by commands.
@Suite("Texts that are found by their vectors") struct RetrieveTests {
  private static let topics = ["sun", "rain", "wind", "snow", "fog", "hail"]

  /// A query of each of six topics several times, with a text of its own.
  private static func rows(_ fields: (String, Int) -> String) -> String {
    (0..<24).map { fields(topics[$0 % 6], $0) }.joined(separator: "\n")
  }

  private static let matches = rows {
    #"{"anchor":"\#($1) will there be \#($0)","positive":"\#($0) \#($0) tomorrow \#($1)","negative":"no \#($1)"}"#
  }
  private static let questions = rows {
    #"{"question":"will there be \#($0) \#($1)","answer":"\#($0) \#($0) tomorrow \#($1)"}"#
  }
  private static let scores = rows {
    #"{"sentence1":"\#($0) \#($1)","sentence2":"\#($0) again","score":\#($1 % 6 < 3 ? 0.9 : -0.5)}"#
  }

  /// A bench with other rows as the current data.
  private func bench(_ rows: String) async throws -> Workbench {
    let bench = try Workbench()
    try bench.write("rows.jsonl", rows)
    _ = try await bench.run(
      """
      load data "rows.jsonl" split 18/6
      train tokenizer 300 to "tokenizer.json"
      new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"
      set batch 6, lr 1e-2
      """)
    return bench
  }

  @Test(
    "rows of queries teach vectors, by an adapter and all weights", arguments: ["lora", "none"])
  func matches(adapter: String) async throws {
    let bench = try await bench(Self.matches)
    _ = try await bench.run("set adapter \(adapter)\nplan 1 epoch")
    let before = try record(try await bench.run("eval dev"))
    #expect(before["objective"] == .string("retrieve"))
    #expect(before["queries"] == .integer(6) && before["texts"] == .integer(48))
    let trained = try record(try await bench.run("train 60 steps"))
    let dev = try record(try await bench.run("eval dev"))
    #expect(try number(dev, "loss") < number(before, "loss") - 0.5)
    #expect(try abs(number(dev, "loss") - number(trained, "dev_loss")) < 1e-5)
    for measure in ["ndcg_10", "mrr_10", "recall_10", "bm25_ndcg_10"] {
      #expect(try number(dev, measure + "_low") <= number(dev, measure))
      #expect(try number(dev, measure) <= number(dev, measure + "_high"))
    }
    #expect(bench.screen.contains("6 queries among 48 texts"))
    let comparison = try record(try await bench.run("compare base tuned"))
    guard case .record(let scores)? = comparison["scores"] else {
      Issue.record("no ranks were compared")
      return
    }
    for name in ["ndcg_10", "mrr_10", "recall_1", "recall_10"] {
      let score = try record(scores[name] ?? .null)
      #expect(score["base"] == before[name] && score["tuned"] == dev[name])
      let change = try number(dev, name) - number(before, name)
      #expect(try abs(number(score, "difference") - change) < 1e-12)
    }
    let found = try record(try await bench.run("search \"will there be fog\" in rows top 3"))
    #expect(found["count"] == .integer(48))
    guard case .list(let texts)? = found["texts"], case .string(let first)? = texts.first else {
      Issue.record("nothing was found")
      return
    }
    #expect(texts.count == 3 && first.contains("fog"))
  }

  @Test("what needs no training is a search by words") func untrained() async throws {
    let bench = try await bench(Self.matches)
    let measured = try record(try await bench.run("eval dev"))
    #expect(try record(try await bench.run("baseline dev")) == measured)
    let advice = try record(try await bench.run("advise"))
    guard case .list(let sentences)? = advice["advice"], case .string(let last)? = sentences.last
    else {
      Issue.record("no advice")
      return
    }
    #expect(last.hasPrefix("vectors of the model as loaded find what belongs with nDCG@10 0."))
    #expect(advice["verdict"] == .string("more data"))
  }

  @Test("a model that was saved finds the same", arguments: ["lora", "none"])
  func saved(adapter: String) async throws {
    let bench = try await bench(Self.matches)
    _ = try await bench.run("set adapter \(adapter), widths [16, 4]\ntrain 20 steps")
    let before = try record(try await bench.run("eval dev"))
    _ = try await bench.run("save model \"out/saved\"")
    if adapter == "lora" { _ = try await bench.run("save adapter \"out/adapter\"") }
    _ = try await bench.run("load model \"out/saved\"")
    let after = try record(try await bench.run("eval dev"))
    #expect(try abs(number(after, "loss") - number(before, "loss")) < 1e-4)
    #expect(after["ndcg_10"] == before["ndcg_10"])
    guard adapter == "lora" else { return }
    _ = try await bench.run(
      """
      new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"
      load adapter "out/adapter"
      """)
    let again = try record(try await bench.run("eval dev"))
    #expect(again["loss"] == before["loss"])
  }

  @Test("the files of sentence-transformers are kept, also where a folder is saved over")
  func kept() async throws {
    let bench = try await bench(Self.matches)
    _ = try await bench.run("save model \"out/saved\"")
    try bench.forgetManifest(of: "out/saved")
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/out/saved/1_Pooling", withIntermediateDirectories: true)
    let modules = ["Transformer", "Pooling"].enumerated().map { place, type in
      #"{"idx":\#(place),"name":"\#(place)","path":"\#(place == 0 ? "" : "1_Pooling")","#
        + #""type":"sentence_transformers.models.\#(type)"}"#
    }
    try bench.write("out/saved/modules.json", "[\(modules.joined(separator: ","))]")
    try bench.write("out/saved/1_Pooling/config.json", #"{"pooling_mode":"lasttoken"}"#)
    _ = try await bench.run("load model \"out/saved\"\ntrain 3 steps")
    let before = try record(try await bench.run("eval dev"))
    for _ in 0..<2 { _ = try await bench.run("save model \"out/again\"") }
    for name in ["modules.json", "1_Pooling/config.json"] {
      #expect(try bench.text("out/again/\(name)") == bench.text("out/saved/\(name)"))
    }
    let after = try record(try await bench.run("load model \"out/again\"\neval dev"))
    #expect(try abs(number(after, "loss") - number(before, "loss")) < 1e-4)
  }

  @Test("questions and answers do so where that is asked for") func questions() async throws {
    let bench = try await bench(Self.questions)
    let plain = try record(try await bench.run("eval dev"))
    #expect(plain["ndcg_10"] == nil)
    let dev = try record(try await bench.run("set objective retrieve\ntrain 2 steps\neval dev"))
    #expect(dev["texts"] == .integer(24))
  }

  @Test("two sentences with a score teach their cosine") func scores() async throws {
    let bench = try await bench(Self.scores)
    let before = try record(try await bench.run("eval dev"))
    #expect(before["objective"] == .string("similarity"))
    let dev = try record(try await bench.run("train 60 steps\neval dev"))
    #expect(try number(dev, "rmse") < number(before, "rmse"))
    #expect(try number(dev, "pearson") > 0.5)
  }

  @Test("a file is searched line by line") func file() async throws {
    let bench = try await bench(Self.matches)
    try bench.write("help.txt", "rain again\n\nsun and fog\nwind\n")
    let found = try record(
      try await bench.run("search \"fog\" data \"\(bench.folder)/help.txt\" using base"))
    #expect(found["count"] == .integer(3))
  }

  @Test(
    "what does not suit is refused in a sentence with a line that does",
    arguments: [
      ("set objective similarity\ntrain 1 step", "set objective auto"),
      ("set widths [8, 64]\ntrain 1 step", "have 16 numbers"),
      ("set widths [0]\ntrain 1 step", "whole numbers from 1"),
      ("set objective dpo\ntrain 1 step", "queries with texts that belong to them"),
      ("search \"\" in rows", "no tokens"),
    ])
  func refused(script: String, words: String) async throws {
    let bench = try await bench(Self.matches)
    let text = await bench.errorText(script)
    #expect(text.contains(words), "\(text)")
  }
}
