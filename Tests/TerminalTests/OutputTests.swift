import Foundation
import Terminal
import Testing

@Suite("TextStream") struct TextStreamTests {
  @Test("writes all, however little the reader takes at a time")
  func shortWrites() async throws {
    let pipe = Pipe()
    let writer = pipe.fileHandleForWriting.fileDescriptor
    // Non-blocking, so that a full pipe shows as a short write and then as one that must wait.
    _ = fcntl(writer, F_SETFL, O_NONBLOCK)
    let text = String(repeating: "λ123456789\n", count: 50_000)
    let reading = Task.detached { () -> Data in
      let data = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
      return data ?? Data()
    }
    try TextStream(descriptor: writer).write(text)
    try pipe.fileHandleForWriting.close()
    #expect(await reading.value == Data(text.utf8))
  }

  @Test("a reader that is gone, and a full device, are errors of their own (I04)")
  func failures() throws {
    OutputStreams.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    #expect(throws: TerminalError.outputClosed) { try TextStream(descriptor: ends[1]).write("a") }
    close(ends[1])
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(throws: TerminalError.outputFull) { try TextStream(descriptor: full).write("a") }
    let readOnly = open("/dev/null", O_RDONLY)
    defer { close(readOnly) }
    #expect(throws: TerminalError.writeFailed(code: EBADF)) {
      try TextStream(descriptor: readOnly).write("a")
    }
  }
}

@Suite("Theme") struct ThemeTests {
  @Test("colours need a terminal that is not dumb, and no NO_COLOR")
  func colors() {
    let usual = ["TERM": "xterm-256color", "LANG": "de_DE.UTF-8"]
    #expect(
      Theme(environment: usual, isTerminal: true).paint("a", .error) == "\u{1b}[1;31ma\u{1b}[0m")
    #expect(Theme(environment: usual, isTerminal: false) == .plain)
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "")] {
      var environment = usual
      environment[name] = value
      let theme = Theme(environment: environment, isTerminal: true)
      #expect(theme.paint("a", .error) == "a")
      #expect(theme.allowsRedraw == (name == "NO_COLOR"))
    }
    #expect(
      Theme(environment: usual.merging(["NO_COLOR": ""]) { $1 }, isTerminal: true).allowsColor)
  }

  @Test(
    "letters beyond ASCII follow the locale that counts",
    arguments: [
      ([:], true), (["LANG": "C"], false), (["LANG": "C", "LC_ALL": "C.UTF-8"], true),
      (["LC_ALL": "", "LC_CTYPE": "de_DE@euro", "LANG": "en_US.utf8"], false),
    ] as [([String: String], Bool)])
  func letters(environment: [String: String], expected: Bool) {
    #expect(Theme(environment: environment, isTerminal: true).allowsUnicode == expected)
  }

  @Test("style sequences in a prompt are marked, its letters are not")
  func marking() {
    let prompt = ANSI.styled("ftm>", [.bold, .cyan]) + " "
    #expect(ANSI.marking(prompt, with: "|") == "|\u{1b}[1;36m|ftm>|\u{1b}[0m| ")
  }
}

@Suite("VisibleText") struct VisibleTextTests {
  @Test("spells out what would act on the terminal or hide")
  func spells() {
    #expect(VisibleText.of("a\u{1b}]0;title\u{7}\r\n\tλ") == "a\\x1b]0;title\\x07\\x0d\n\tλ")
    #expect(VisibleText.of("\u{9b}2J\u{202e}\u{feff}") == "\\x9b2J\\u{202e}\\u{feff}")
    #expect(VisibleText.of("日本 👩‍🔬 é") == "日本 👩‍🔬 é")
  }

  @Test("cuts between letters, wide ones whole")
  func cuts() {
    #expect(VisibleText.cut("日本語", to: 6, ending: "…") == "日本語")
    #expect(VisibleText.cut("日本語", to: 5, ending: "…") == "日本…")
    #expect(VisibleText.cut("日本語", to: 4, ending: "…") == "日…")
    #expect(VisibleText.cut("abc", to: 1, ending: "...") == "")
  }
}

@Suite("PastedTexts") struct PastedTextsTests {
  @Test(
    "leaves out prompts, colours and control characters",
    arguments: [
      ("ft[3]> train 3 epochs\nft[12]{ }\n", "train 3 epochs\n}\n"),
      ("ft[3]>", ""), ("ft[x]> a", "ft[x]> a"), ("let a = ft[3]> b", "let a = ft[3]> b"),
      ("\u{1b}[1;31mred\u{1b}[0m\u{7}\tλ\n", "red\tλ\n"),
    ])
  func cleans(pasted: String, expected: String) {
    var pastes = PastedTexts()
    #expect(pastes.insertion(for: pasted) == expected)
    #expect(pastes.expanding(expected) == expected)
  }

  @Test("keeps long texts aside until the entry is run")
  func long() {
    var pastes = PastedTexts()
    let texts = ["a", "b"].map { String(repeating: "\($0) [pasted 1 lines]\n", count: 2000) }
    #expect(
      texts.map { pastes.insertion(for: $0) } == ["[pasted 2001 lines]", "[pasted 2001 lines, 2]"])
    let entry = "load {[pasted 2001 lines]} [x] [pasted 2001 lines, 2] ["
    #expect(pastes.expanding(entry) == "load {\(texts[0])} [x] \(texts[1]) [")
  }
}

@Suite("LineEditor") struct LineEditorTests {
  @Test("does not open where there is no terminal")
  func needsTerminal() {
    let rules = EntryRules(
      prompt: { _ in "> " }, continuation: { _ in nil }, completions: { _, _ in .none })
    guard isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 else { return }
    #expect(throws: TerminalError.noTerminal) {
      _ = try LineEditor(rules: rules, allowsEscapes: true)
    }
  }
}
