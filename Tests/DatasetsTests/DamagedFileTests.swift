import Mathematics
import Reporting
import Testing

@testable import Datasets

@Suite("Damaged files") struct DamagedFileTests {
  private static let seeds = [
    #"{"messages":[{"role":"user","content":"a\né"},{"role":"assistant","content":"b"}]}"# + "\n",
    #"[{"text":"a","label":1},{"text":"b\\","label":true}]"#,
    "text,label\r\n\"a,\"\"b\"\"\r\nc\",d\r\ne,f\r\n",
    "prompt\tcompletion\n\"a\tb\nc\t\"d\"\n",
    "\u{FEFF}one\n\n<|endoftext|>\ntwo 漢字\n",
  ]

  /// Each file is changed in up to eight places, 400 times; the changes are the same every time.
  @Test("whatever the bytes, there is a data set or an error", arguments: seeds.indices)
  func mutations(seed: Int) {
    let original = Array(Self.seeds[seed].utf8)
    for trial in 0..<400 {
      let random = CounterRandom(seed: UInt64(seed), stream: UInt64(trial))
      let bytes = Self.damaged(original, by: random)
      for policy in [DatasetFile.BadRowPolicy.refuse, .skip] {
        var options = DatasetFile.Options()
        options.badRows = policy
        let result = Result { try DatasetFile(options).parse(bytes, name: "rows") }
        switch result {
        case .success(let dataset): #expect(!dataset.examples.isEmpty)
        case .failure(let error):
          #expect((error as? DatasetError)?.message.isEmpty == false)
          check(error as? DatasetError, in: bytes)
        }
      }
    }
  }

  /// Every problem lies inside the file.
  private func check(_ error: DatasetError?, in bytes: [UInt8]) {
    guard case .badRows(_, _, let problems)? = error else { return }
    let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
    for problem in problems.shown {
      #expect((1...lines).contains(problem.line))
      #expect((1...(bytes.count + 1)).contains(problem.column))
      #expect((1...(problem.excerpt.text.count + 1)).contains(problem.excerpt.column))
    }
  }

  private static func damaged(_ original: [UInt8], by random: CounterRandom) -> [UInt8] {
    var bytes = original
    let common = Array("\"\\{}[],:\n\r\t\u{0}".utf8) + [0xFF, 0xC3, 0xEF]
    for change in 0..<(1 + random.bits(at: 0) % 8) where !bytes.isEmpty {
      let bits = random.bits(at: change + 1)
      let place = Int(bits >> 8) % bytes.count
      let byte = common[Int(bits >> 40) % common.count]
      switch bits % 4 {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(byte, at: place)
      case 2: bytes[place] = byte
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
