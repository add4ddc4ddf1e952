extension SettingKind {
  /// Whether a value is one of those that the setting may have.
  func accepts(_ value: SettingValue) -> Bool {
    switch (self, value) {
    case (.integer(let range), .number(let number)),
      (.automaticInteger(let range), .number(let number)):
      Int(exactly: number).map(range.contains) ?? false
    case (.number(let range), .number(let number)), (.share(let range), .number(let number)),
      (.seconds(let range), .number(let number)),
      (.automaticNumber(let range), .number(let number)):
      range.contains(number)
    case (.choice(let words), .text(let word)): words.contains(word)
    case (.automaticInteger, .text(let word)), (.automaticNumber, .text(let word)): word == "auto"
    case (.text, .text(let text)): !text.isEmpty
    case (.names, .text(let word)): word == "all"
    case (.names, .list(let names)): !names.isEmpty
    default: false
    }
  }
}
