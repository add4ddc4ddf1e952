/// Where entries come from: a person at a terminal, or a pipe or file.
package protocol LineSource: AnyObject {
  /// Waits for the next entry, all of its lines.
  func next() throws(TerminalError) -> LineInput

  /// Puts a text into the next entry, to be edited; false where nothing can be edited.
  func prefill(_ text: String) -> Bool

  /// Has keys that are pressed from now on kept for the next entry, without being shown before it is
  /// read, so that they break no progress line.
  func hideTyping()
}

extension LineSource {
  package func hideTyping() {}
}

/// What came from a line source.
package enum LineInput: Hashable, Sendable {
  /// One entry: its lines without the last line feed, and the number of its first line, from 1.
  case entry(String, firstLine: Int)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  /// Nothing more will come.
  case end
  /// The system asks the program to end, by this signal.
  case signal(Int32)
}

/// What a source needs to know of the language whose entries it reads.
package struct EntryRules {
  /// The prompt for an entry as typed so far.
  package var prompt: (_ text: String) -> String
  /// Nil when the entry is complete; else the spaces that its next line begins with.
  package var continuation: (_ text: String) -> Int?
  /// What could stand at a place, given in bytes of UTF-8 from the start.
  package var completions: (_ text: String, _ cursor: Int) -> Completions

  package init(
    prompt: @escaping (String) -> String,
    continuation: @escaping (String) -> Int?,
    completions: @escaping (String, Int) -> Completions
  ) {
    self.prompt = prompt
    self.continuation = continuation
    self.completions = completions
  }
}

/// Words that could stand before the cursor.
package struct Completions: Hashable, Sendable {
  /// Whole words, in the order to show them.
  package var candidates: [String]
  /// How many bytes of UTF-8 before the cursor a candidate takes the place of.
  package var replacedBytes: Int

  /// Nothing fits, and nothing is replaced.
  package static let none = Completions([], replacing: 0)

  package init(_ candidates: [String], replacing replacedBytes: Int) {
    self.candidates = candidates
    self.replacedBytes = replacedBytes
  }
}
