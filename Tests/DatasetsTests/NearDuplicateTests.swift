import Datasets
import Mathematics
import Testing

/// Texts that are nearly the same, found by few of their pieces.
@Suite("Near duplicates") struct NearDuplicateTests {
  private static let text =
    "Please tell me how I can send back the lamp that I ordered last week, as its shade is too small "
    + "for the room and I would like a larger one."

  @Test("a word of a long text may differ, no number may") func near() {
    let texts = [
      Self.text, Self.text.replacing("larger", with: "bigger"), "Something else entirely.",
      Self.text.uppercased(), Self.text + " My order is 12.", Self.text + " My order is 13.",
    ]
    #expect(NearDuplicates(texts).groupOfRow == [0, 0, 1, 0, 2, 3])
    #expect(NearDuplicates(texts).repeated == [[0, 1, 3]])
  }

  @Test("short texts are the same or not") func short() {
    let texts = ["yes", "Yes!", "yet", "", "", "no"]
    #expect(NearDuplicates(texts).groupOfRow == [0, 0, 1, 2, 2, 3])
    #expect(NearDuplicates([]).groupOfRow.isEmpty)
  }

  /// Random texts of forty words, each with a copy in which one word differs.
  @Test("copies with one word changed are found among many") func many() {
    let words = (0..<500).map { number in
      String(
        (0..<6).map { place in
          Character(
            Unicode.Scalar(
              UInt8(
                97 + CounterRandom(seed: 1, stream: UInt64(number)).bits(at: UInt64(place)) % 26)))
        })
    }
    var texts: [String] = []
    for row in 0..<300 {
      let random = CounterRandom(seed: 2, stream: UInt64(row))
      var chosen = (0..<40).map { words[Int(random.bits(at: UInt64($0)) % 500)] }
      texts.append(chosen.joined(separator: " "))
      chosen[Int(random.bits(at: 99) % 40)] = "changed"
      texts.append(chosen.joined(separator: " "))
    }
    let groups = NearDuplicates(texts).groupOfRow
    let found = (0..<300).count { groups[2 * $0] == groups[2 * $0 + 1] }
    #expect(found >= 298, "\(found) of 300")
    #expect(Set(groups).count == 600 - found)
  }

  @Test("strata have their shares in each part, and near rows one side") func strata() throws {
    let rows = (0..<60).map { row in
      // Each third row is nearly the one before.
      let text =
        Self.text + " I live in \(["Ulm", "Rome", "Oslo", "Bath"][row / 3 % 4])"
        + String(repeating: " near the harbour and the hills", count: row / 12 + 1)
        + " number \(row / 3)" + (row % 3 == 2 ? "!" : row % 3 == 1 ? " please" : "")
      return Example(.labelled(text: text, label: row < 45 ? "a" : "b"), line: row + 1)
    }
    let split = try Split(
      rows, strata: rows.map(\.target), ratios: [80, 20], seed: 3)
    #expect(split.train.count + split.dev.count == 60)
    #expect(split.dev.count { rows[$0].target == "a" } == 9)
    #expect(split.dev.count { rows[$0].target == "b" } == 3)
    let near = NearDuplicates(rows.map(\.input)).groupOfRow
    #expect(Set(split.train.map { near[$0] }).isDisjoint(with: split.dev.map { near[$0] }))
    #expect(throws: DatasetError.self) {
      try Split(rows, strata: rows.map(\.target), ratios: [80], seed: 3)
    }
  }
}
