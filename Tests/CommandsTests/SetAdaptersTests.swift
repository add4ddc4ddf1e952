import Testing

/// Several adapters under names, and which of them are in force.
@Suite("set adapters") struct SetAdaptersTests {
  /// Two adapters of one model, in folders, with what each has as loss on dev.
  private static let two =
    Workbench.preparation + """
      save model "out/base"
      load model "out/base"
      set rank 2, lr 1e-2
      train 4 steps
      let one = eval dev
      save adapter "out/one"
      reset
      set seed 5
      train 6 steps
      let two = eval dev
      save adapter "out/two"
      reset

      """

  private static let named =
    two + """
      load adapter "out/one" as a
      load adapter "out/two" as b

      """

  /// Tolerance: two ways of adding up the same weights in float32.
  @Test("the last is in force alone; any can be, and several with weights") func mixes()
    async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.named + """
        let last = eval dev
        check last.loss == two.loss, "b is not in force alone"
        set adapters a
        let first = eval dev
        check first.loss == one.loss, "a is not in force alone"
        set adapters a 0.7, b -0.3
        let mixed = eval dev
        check mixed.loss != one.loss and mixed.loss != two.loss, "nothing was mixed"
        show model
        save model "out/mixed"
        load model "out/mixed"
        let read = eval dev
        check mixed.loss - read.loss < 1e-4 and read.loss - mixed.loss < 1e-4, "not the same"
        """)
    #expect(bench.screen.contains("weight 0.7") && bench.screen.contains("weight -0.3"))
  }

  @Test("two are compared on the same rows, and what was in force stays so") func compares()
    async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.named + """
        set adapters a 0.7, b -0.3
        let before = eval dev
        let both = compare adapters a b on dev
        check both.first == one.loss and both.second == two.loss, "other losses"
        check both.wins + both.losses + both.ties == 4, "other rows"
        let after = eval dev
        check before.loss == after.loss, "others are in force"
        let same = compare adapters a a
        check same.difference == 0 and same.ties == 4 and not same.better and same.needed == null, "not the same"
        """)
    #expect(bench.screen.contains("0 won, 0 lost, 4 tied"), "\(bench.screen)")
  }

  static let refused: [(line: String, words: String)] = [
    ("set adapters c 1", "there is no adapter `c`"), ("set adapters a 1, a 2", "twice"),
    ("load adapter \"out/one\"", "load adapter \"out/one\" as other"),
    ("load adapter \"out/one\" as b", "called `b`"),
    ("set adapters a, b; train 1 step", "set adapters a"),
    ("set adapters a 0.5; save adapter \"out/mix\"", "save model"),
    ("reset; set adapters a", "no adapter"),
    ("compare adapters a c", "there is no adapter `c`"),
    ("reset; compare adapters a b", "no adapter"),
  ]

  @Test("what cannot be is told with a line to type", arguments: refused)
  func refuses(line: String, words: String) async throws {
    let text = await (try Workbench()).errorText(Self.named + line)
    #expect(text.contains(words), "\(text)")
  }

  @Test("one of several goes on being trained") func trains() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.named + """
        set adapters a
        train 4 steps
        let more = eval dev
        check more.loss != one.loss, "nothing was trained"
        set adapters b
        let other = eval dev
        check other.loss == two.loss, "the other was trained too"
        set adapters a
        let again = eval dev
        check again.loss == more.loss, "what was trained is gone"
        """)
  }

  @Test("beside other weights both hashes are told, and beside the same nothing") func base()
    async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Self.two + """
        load adapter "out/one"
        """)
    #expect(!bench.screen.contains("SHA-256 "))
    _ = try await bench.run(
      """
      reset
      set adapter none, lr 1e-2
      train 1 step
      save model "out/other"
      load model "out/other"
      load adapter "out/one"
      """)
    #expect(bench.screen.contains("trained on other weights: SHA-256 "))
  }
}
