extension BytePairEncoding {
  /// Appends the ids of the words of `text` with their places in it.
  func encode(
    _ words: [Range<Int>], of text: [UInt8], into tokens: inout PlacedTokens,
    cache: inout WordCache
  ) {
    var workspace = MergeWorkspace()
    forEachPiece(of: words, text) { piece in
      let first = tokens.ids.count
      encode(piece, of: text, into: &tokens.ids, &cache, &workspace)
      guard !appendByCounting(tokens.ids[first...], piece, to: &tokens.places) else { return }
      tokens.places += places(of: tokens.ids[first...], piece, text, &workspace)
    }
  }

  /// Appends the places of ids that each stand for a known number of bytes, which make up `piece`;
  /// else returns false and appends nothing.
  private func appendByCounting(
    _ ids: ArraySlice<Int32>, _ piece: Range<Int>, to places: inout [Range<Int>]
  ) -> Bool {
    let first = places.count
    var start = piece.lowerBound
    for id in ids {
      let count = byteCounts.indices.contains(Int(id)) ? Int(byteCounts[Int(id)]) : 0
      guard count > 0, count <= piece.upperBound - start else {
        places.removeLast(places.count - first)
        return false
      }
      places.append(start..<start + count)
      start += count
    }
    guard start == piece.upperBound else {
      places.removeLast(places.count - first)
      return false
    }
    return true
  }

  /// Returns the places of ids by merging once more and following the symbols: for pieces with
  /// tokens that do not tell what they stand for.
  private func places(
    of ids: ArraySlice<Int32>, _ piece: Range<Int>, _ text: [UInt8],
    _ workspace: inout MergeWorkspace
  ) -> [Range<Int>] {
    if ids.count == 1, !wholeWords.isEmpty { return [piece] }
    var symbols: [Int32] = []
    var places: [Range<Int>] = []
    forEachSymbol(of: piece, in: text) {
      symbols.append($0)
      places.append($1)
    }
    let firsts = workspace.tracedMerge(symbols, by: merges).map(\.first)
    return zip(firsts, firsts.dropFirst() + [symbols.count]).map { first, end in
      // A character that no token stands for can be written after the bytes of the next.
      places[first..<end].reduce(places[first]) { $0.joined(with: $1) }
    }
  }
}

extension Range<Int> {
  /// The range from the first place of both to the last.
  func joined(with other: Range<Int>) -> Range<Int> {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
