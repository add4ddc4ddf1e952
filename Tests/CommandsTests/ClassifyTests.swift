import Language
import Testing

/// A classifier is trained, measured and asked in one form.
@Suite("Classifying") struct ClassifyTests {
  private static let rows = (0..<40).map { index in
    let isLight = index % 3 == 0
    return
      #"{"text":"\#(isLight ? "day" : "night") \#(index)","label":"\#(isLight ? "light" : "dark")"}"#
  }.joined(separator: "\n")

  private static let training = """
    load data "bad.jsonl" split 30/10
    set lr 1e-2, adapter none
    train 16 epochs

    """

  private static func trained(_ more: String = "") async throws -> (Workbench, Value) {
    let bench = try Workbench()
    try bench.write("bad.jsonl", rows)
    return (bench, try await bench.run(Workbench.preparation + training + more))
  }

  private static func field(_ value: Value, _ name: String) -> Value? {
    if case .record(let record) = value { record[name] } else { nil }
  }

  @Test func rowsGetTheShareRightThatEvalMeasures() async throws {
    let (bench, measured) = try await Self.trained("eval dev by label")
    #expect(Self.field(measured, "accuracy") == .number(1))
    let labelled = try await bench.run("classify on dev")
    #expect(Self.field(labelled, "accuracy") == .number(1))
    #expect(Self.field(labelled, "rows") == .number(10))
    let one = try await bench.run("classify \"night 71\"")
    #expect(Self.field(one, "label") == .string("dark"))
    let base = try await bench.run("classify \"night 71\" using base")
    guard case .number(let tuned)? = Self.field(one, "probability"),
      case .number(let untuned)? = Self.field(base, "probability")
    else {
      Issue.record("\(one) \(base)")
      return
    }
    #expect(tuned > 0.5 && untuned < 1e-3, "\(tuned) \(untuned)")
    #expect(bench.screen.contains("the model would hardly write any of them"))
    // What is asked with `sample` is asked in the same form, and says so.
    let answer = try await bench.run("sample \"night 71\" at temperature 0 length 8")
    #expect(Self.field(answer, "text") == .string(" dark"))
    #expect(bench.screen.contains("asked as the model was trained, `{text}\\nLabel: {label}`"))
    _ = try await bench.run("show data")
    #expect(bench.screen.contains("`{text}\\nLabel: {label}`"))
    #expect(bench.screen.contains("dark, light"))
    // Base has learned no labels.
    _ = try await bench.run("reset\nunload bad")
    #expect(await bench.errorText("classify \"night 71\"").hasPrefix("error[D251]"))
  }

  @Test("form and labels come back with what was saved", arguments: [true, false])
  func saved(isAdapter: Bool) async throws {
    let bench = try Workbench()
    try bench.write("bad.jsonl", Self.rows)
    let saving = isAdapter ? "save adapter \"out/a\"" : "save model \"out/m\""
    let asked = try await bench.run(
      Workbench.preparation + """
        save model "out/base"
        load model "out/base"
        load data "bad.jsonl" split 30/10
        set lr 1e-2, adapter \(isAdapter ? "lora" : "none")
        train 4 epochs
        \(saving)
        unload bad
        classify "night 71"
        """)
    let loading =
      isAdapter ? "load model \"out/base\"\nload adapter \"out/a\"" : "load model \"out/m\""
    let again = try await bench.run(loading + "\nclassify \"night 71\"")
    #expect(Self.field(asked, "choices") == Self.field(again, "choices"))
    let file = try bench.text("out/\(isAdapter ? "a" : "m")/classifier.json")
    #expect(file.contains(#""form": "{text}\nLabel: {label}""#) && file.contains("\"dark\""))
    guard isAdapter else { return }
    let card = try bench.text("out/a/README.md")
    #expect(
      card.contains(#""{text}\nLabel: {label}""#) && card.contains(#"["dark","light"]"#)
        || card.contains(#"["dark", "light"]"#))
    // What is trained next on other rows has no labels.
    _ = try await bench.run("load data \"rows.jsonl\"\ntrain 1 step\nsave adapter \"out/a\"")
    #expect(throws: (any Error).self) { try bench.text("out/a/classifier.json") }
  }

  @Test func aFileIsLabelled() async throws {
    let (bench, _) = try await Self.trained()
    _ = try await bench.run("save tokens \"out/t.jsonl\"")
    try bench.write("out/new.txt", "night 1, \"quoted\"\n\nday 3\n")
    let result = try await bench.run("classify data \"out/new.txt\" to \"out/labels.csv\"")
    let lines = try bench.text("out/labels.csv").split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == "line,text,label,share,probability")
    #expect(lines[1].hasPrefix(#"1,"night 1, ""quoted""","#))
    #expect(lines[2].hasPrefix("3,day 3,light,"))
    guard case .list(let labels)? = Self.field(result, "labels") else {
      Issue.record("\(result)")
      return
    }
    #expect(labels.count == 2 && labels[1] == .string("light"))
    _ = try await bench.run("classify data \"out/new.txt\" to \"out/labels.jsonl\"")
    #expect(try bench.text("out/labels.jsonl").contains(#""text":"day 3","label":"light""#))
    let text = await bench.errorText("classify data \"out/new.txt\" to \"out/../out/new.txt\"")
    #expect(text.hasPrefix("error[R202]"), "\(text)")
  }

  @Test(
    "a file that is no classifier's is refused",
    arguments: [
      #"{"form": "{text}", "labels": ["a", "b"]}"#, #"{"form": "{text}{label}", "labels": ["a"]}"#,
      #"{"labels": ["a", "b"]}"#, "[]", "{",
    ])
  func damaged(file: String) async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation + "save model \"out/m\"")
    try bench.forgetManifest(of: "out/m")
    try bench.write("out/m/classifier.json", file)
    let text = await bench.errorText("load model \"out/m\"")
    #expect(text.hasPrefix("error[M104]") && text.contains("classifier.json"), "\(text)")
  }
}
