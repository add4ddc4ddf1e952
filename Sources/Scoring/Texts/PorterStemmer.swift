/// Takes the endings off English words, so that forms of one word are the same.
///
/// Source: Porter 1980, "An algorithm for suffix stripping", with the changes that NLTK makes and
/// rouge_score so uses: irregular words, `ies` and `ied`, `y` after a consonant, `alli`, `fulli` and
/// `logi`, and stems of two letters.
package enum PorterStemmer {
  typealias Word = [UInt8]

  /// The stem of a word in small letters of ASCII.
  package static func stem(_ word: String) -> String {
    String(decoding: stem(Array(word.utf8)), as: UTF8.self)
  }

  /// The stem of a word in small letters, as bytes.
  static func stem(_ word: Word) -> Word {
    if let known = irregular[word] { return known }
    guard word.count > 2 else { return word }
    return withoutLastE(step4(step3(step2(finalY(participle(plural(word)))))))
  }

  private static let irregular: [Word: Word] = {
    let forms = [
      ("sky", ["sky", "skies"]), ("die", ["dying"]), ("lie", ["lying"]), ("tie", ["tying"]),
      ("news", ["news"]), ("inning", ["innings", "inning"]), ("outing", ["outings", "outing"]),
      ("canning", ["cannings", "canning"]), ("howe", ["howe"]), ("proceed", ["proceed"]),
      ("exceed", ["exceed"]), ("succeed", ["succeed"]),
    ]
    let pairs = forms.flatMap { stem, words in words.map { (Word($0.utf8), Word(stem.utf8)) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }()

  // MARK: Steps

  private static func plural(_ word: Word) -> Word {
    if word.ends(with: "ies"), word.count == 4 { return word.shorter(by: 1) }
    for (ending, written) in [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")]
    where word.ends(with: ending) {
      return word.replacing(ending, with: written)
    }
    return word
  }

  private static func participle(_ word: Word) -> Word {
    if word.ends(with: "ied") { return word.replacing("ied", with: word.count == 4 ? "ie" : "i") }
    if word.ends(with: "eed") {
      return measure(word.shorter(by: 3)) > 0 ? word.shorter(by: 1) : word
    }
    let stems = ["ed", "ing"].filter { word.ends(with: $0) }
      .map { word.shorter(by: $0.utf8.count) }
    guard let stem = stems.first(where: { isConsonant($0).contains(false) }), let last = stem.last
    else { return word }
    if let ending = ["at", "bl", "iz"].first(where: { stem.ends(with: $0) }) {
      return stem.replacing(ending, with: ending + "e")
    }
    if endsInDouble(stem) {
      return "lsz".utf8.contains(last) ? stem : stem.shorter(by: 1)
    }
    return measure(stem) == 1 && endsInShortSyllable(stem) ? stem + Word("e".utf8) : stem
  }

  private static func finalY(_ word: Word) -> Word {
    let stem = word.shorter(by: 1)
    guard word.ends(with: "y"), stem.count > 1, isConsonant(stem).last == true else {
      return word
    }
    return word.replacing("y", with: "i")
  }

  private static func step2(_ word: Word) -> Word {
    if word.ends(with: "alli"), measure(word.shorter(by: 4)) > 0 {
      return step2(word.replacing("alli", with: "al"))
    }
    let endings = [
      ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
      ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
      ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
      ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
      ("fulli", "ful"),
    ]
    if let (ending, written) = endings.first(where: { word.ends(with: $0.0) }) {
      return word.replacing(ending, with: written, ifMeasureAbove: 0)
    }
    // The `l` stays, and counts as part of what is measured.
    return word.ends(with: "logi") && measure(word.shorter(by: 3)) > 0 ? word.shorter(by: 1) : word
  }

  private static func step3(_ word: Word) -> Word {
    let endings = [
      ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""),
      ("ness", ""),
    ]
    guard let (ending, written) = endings.first(where: { word.ends(with: $0.0) }) else {
      return word
    }
    return word.replacing(ending, with: written, ifMeasureAbove: 0)
  }

  private static func step4(_ word: Word) -> Word {
    let endings = [
      "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
      "ism", "ate", "iti", "ous", "ive", "ize",
    ]
    guard let ending = endings.first(where: { word.ends(with: $0) }) else { return word }
    if ending == "ion", !word.shorter(by: 3).ends(with: "s"), !word.shorter(by: 3).ends(with: "t") {
      return word
    }
    return word.replacing(ending, with: "", ifMeasureAbove: 1)
  }

  private static func withoutLastE(_ word: Word) -> Word {
    var word = word
    let stem = word.shorter(by: 1)
    if word.ends(with: "e") {
      let measure = measure(stem)
      if measure > 1 || (measure == 1 && !endsInShortSyllable(stem)) { word = stem }
    }
    return word.ends(with: "ll") && measure(word.shorter(by: 1)) > 1 ? word.shorter(by: 1) : word
  }

  // MARK: Letters

  /// Whether each letter is a consonant; a `y` is one at the start and after a vowel.
  private static func isConsonant(_ word: Word) -> [Bool] {
    var flags: [Bool] = []
    for letter in word {
      flags.append(
        letter == UInt8(ascii: "y") ? !(flags.last ?? false) : !"aeiou".utf8.contains(letter))
    }
    return flags
  }

  /// How often a vowel is followed by a consonant.
  fileprivate static func measure(_ word: Word) -> Int {
    let flags = isConsonant(word)
    return zip(flags, flags.dropFirst()).count { !$0 && $1 }
  }

  private static func endsInDouble(_ word: Word) -> Bool {
    let last = word.suffix(2)
    return last.count == 2 && last.first == last.last && isConsonant(word).last == true
  }

  /// Consonant, vowel and a consonant other than `w`, `x` and `y`, or a vowel and a consonant alone.
  private static func endsInShortSyllable(_ word: Word) -> Bool {
    let flags = isConsonant(word)
    if flags.count == 2 { return flags == [false, true] }
    guard flags.suffix(3) == [true, false, true], let last = word.last else { return false }
    return !"wxy".utf8.contains(last)
  }
}

extension [UInt8] {
  fileprivate func ends(with ending: String) -> Bool {
    suffix(ending.utf8.count).elementsEqual(ending.utf8)
  }

  /// The word with another ending, where the rest has more than so many syllables.
  fileprivate func replacing(
    _ ending: String, with written: String, ifMeasureAbove limit: Int = -1
  ) -> [UInt8] {
    let stem = shorter(by: ending.utf8.count)
    guard limit < 0 || PorterStemmer.measure(stem) > limit else { return self }
    return stem + Array(written.utf8)
  }

  fileprivate func shorter(by count: Int) -> [UInt8] { Array(dropLast(count)) }
}
