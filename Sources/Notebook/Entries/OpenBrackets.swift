/// The brackets that a text leaves open, the innermost last: for the prompt and the indent.
///
/// Whether an entry is complete is the parser's to say; this only has to look right.
package struct OpenBrackets {
  /// In the order of the text.
  package private(set) var all: [Character] = []

  /// The blanks that a line which goes on begins with.
  package var indent: Int { 2 * all.count }

  /// Looks through a text, past what is in quotes and comments.
  package init(_ text: String) {
    let closing: [Character: Character] = [")": "(", "]": "[", "}": "{"]
    var quote: Character?
    var isEscaped = false
    var isComment = false
    for character in text {
      if isComment {
        isComment = character != "\n"
      } else if let open = quote {
        if !isEscaped, character == open { quote = nil }
        isEscaped = open == "\"" && character == "\\" && !isEscaped
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#" {
        isComment = true
      } else if "([{".contains(character) {
        all.append(character)
      } else if let opening = closing[character], all.last == opening {
        all.removeLast()
      }
    }
  }
}
