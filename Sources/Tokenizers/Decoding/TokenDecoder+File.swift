extension TokenDecoder {
  private static let supported = [
    "Sequence", "ByteLevel", "ByteFallback", "Fuse", "Replace", "Strip", "Metaspace", "WordPiece",
    "BPEDecoder", "CTC",
  ]

  init(_ section: FileSection) throws(TokenizerError) {
    switch try section.string("type") {
    case "Sequence":
      var steps: [TokenDecoder] = []
      for step in try section.sections("decoders") { steps.append(try TokenDecoder(step)) }
      self = .sequence(steps)
    case "ByteLevel": self = .byteLevel
    case "ByteFallback": self = .byteFallback
    case "Fuse": self = .fuse
    case "Replace":
      let content = try section.string("content")
      self = .replace(try section.pattern("pattern"), with: Array(content.utf8))
    case "Strip":
      let content = String(try section.character("content", default: nil))
      self = .strip(
        content: Array(content.utf8), start: try section.integer("start"),
        stop: try section.integer("stop"))
    case "Metaspace": self = .metaspace(try Metaspace(section))
    case "WordPiece":
      self = .wordPiece(
        prefix: Array((try section.optionalString("prefix") ?? "##").utf8),
        cleansUp: try section.bool("cleanup", default: true))
    case "BPEDecoder":
      self = .bytePairs(suffix: Array((try section.optionalString("suffix") ?? "</w>").utf8))
    case "CTC": self = .alignment(try AlignmentDecoder(section))
    case let type:
      throw .unsupported(component: "decoder", type: type, supported: Self.supported)
    }
  }
}
