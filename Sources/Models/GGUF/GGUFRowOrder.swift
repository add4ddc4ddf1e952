/// Where the rows of a matrix lie in a GGUF file: element i is the file's row of output i.
///
/// The outputs are those of a Hugging Face folder.
package enum GGUFRowOrder {
  /// Of queries or keys whose pairs of positions lie side by side: in a head of width D, outputs i
  /// and D / 2 + i are rows 2i and 2i + 1.
  ///
  /// Source: llama.cpp's converter, `permute`.
  package static func interleaved(heads: Int, width: Int) -> [Int32] {
    (0..<heads).flatMap { head in
      (0..<width).map { place in
        let (half, index) = place.quotientAndRemainder(dividingBy: width / 2)
        return Int32(head * width + 2 * index + half)
      }
    }
  }

  /// Of one matrix for queries, keys and values: in the folder, for each head of keys, the queries that
  /// share it, the key and the value; in the file all queries, all keys, all values.
  package static func grouped(heads: Int, keyHeads: Int, width: Int) -> [Int32] {
    let share = heads / keyHeads
    return (0..<keyHeads).flatMap { group in
      let own = (0..<share).map { group * share + $0 } + [heads + group, heads + keyHeads + group]
      return own.flatMap { head in (0..<width).map { Int32(head * width + $0) } }
    }
  }

  /// The other way: element i is the output that is the file's row i.
  package static func inverse(_ order: [Int32]) -> [Int32] {
    var inverse = [Int32](repeating: 0, count: order.count)
    for (output, row) in order.enumerated() { inverse[Int(row)] = Int32(output) }
    return inverse
  }
}
