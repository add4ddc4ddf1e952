import Foundation
import Language
import Testing

/// Learning from a larger model, by commands.
@Suite("A teacher at the prompt") struct DistilCommandTests {
  private static let big = """
    new model big {hidden: 32, layers: 2, heads: 2, context: 128} tokenizer "tokenizer.json"
    train 4 steps
    save model "out/big"

    """
  private static let small = """
    new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"

    """

  @Test("is named for one training, or for all") func named() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + Self.big + Self.small + "set lr 5e-3")
    let trained = try record(try await bench.run("train 20 steps from teacher \"out/big\""))
    // The loss is a divergence, which is far below that of the rows.
    let first = try number(trained, "loss")
    #expect(first > 0 && first < 2)
    let dev = try record(try await bench.run("eval dev"))
    #expect(try number(dev, "loss") > 2)
    let set = try record(
      try await bench.run("reset\nset objective distil, teacher \"out/big\"\ntrain 20 steps"))
    #expect(set["loss"] == trained["loss"])
    let measured = try record(try await bench.run("eval dev"))
    #expect(try abs(number(measured, "loss") - number(set, "dev_loss")) < 1e-5)
  }

  @Test("a training from it goes on where it was") func resumed() async throws {
    let bench = try Workbench()
    let line = "train 6 steps from teacher \"out/big\" checkpoint \"out/run\""
    _ = try await bench.run(
      Workbench.preparation + Self.big + Self.small + line + " each 1 step { stop }")
    let resumed = try record(try await bench.run("resume \"out/run\""))
    let straight = try record(
      try await bench.run("reset\ntrain 6 steps from teacher \"out/big\""))
    #expect(resumed["loss"] == straight["loss"])
  }

  @Test("of other tokens, or none, is refused") func refused() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + Self.big
        + """
        train tokenizer 262 to "out/other.json"
        new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "out/other.json"
        """)
    let other = await bench.errorText("train 1 step from teacher \"out/big\"")
    #expect(other.contains("does not have the tokens of wren"), "\(other)")
    let none = await bench.errorText("set objective distil\ntrain 1 step")
    #expect(none.contains("from teacher"), "\(none)")
    let missing = await bench.errorText("train 1 step from teacher \"out/nothing\"")
    #expect(missing.contains("out/nothing"), "\(missing)")
  }
}
