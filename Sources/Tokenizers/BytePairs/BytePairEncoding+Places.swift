extension BytePairEncoding {
  /// Appends the ids of the words of `text` with their places in it.
  ///
  /// `vocabulary` is that of the file; it tells what a token is spelled with.
  func encode(
    _ words: [Range<Int>], of text: [UInt8], into tokens: inout PlacedTokens,
    cache: inout WordCache, _ vocabulary: Vocabulary
  ) {
    var workspace = MergeWorkspace()
    forEachPiece(of: words, text) { piece in
      let first = tokens.ids.count
      encode(piece, of: text, into: &tokens.ids, &cache, &workspace)
      guard !appendByCounting(tokens.ids[first...], piece, to: &tokens.places) else { return }
      tokens.places += places(of: tokens.ids[first...], piece, text, vocabulary)
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

  /// Returns the places of ids by following the symbols they were merged from: for pieces with
  /// characters that no token stands for.
  private func places(
    of ids: ArraySlice<Int32>, _ piece: Range<Int>, _ text: [UInt8], _ vocabulary: Vocabulary
  ) -> [Range<Int>] {
    if ids.count == 1, !wholeWords.isEmpty { return [piece] }
    var symbols: [(id: Int32, place: Range<Int>)] = []
    forEachSymbol(of: text[piece]) { symbols.append((id: $0, place: $1)) }
    var next = 0
    return ids.map { id in
      // A merge's token is spelled with the tokens it joins, one after the other.
      let length = vocabulary.token(of: id)?.count ?? 0
      var (spelled, place): (Int, Range<Int>?) = (0, nil)
      while next < symbols.count, place == nil || spelled < length {
        let symbol = symbols[next]
        spelled += vocabulary.token(of: symbol.id)?.count ?? 0
        place = place.map { $0.joined(with: symbol.place) } ?? symbol.place
        next += 1
      }
      return place ?? piece.upperBound..<piece.upperBound
    }
  }
}

extension Range<Int> {
  /// The range from the first place of both to the last.
  func joined(with other: Range<Int>) -> Range<Int> {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
