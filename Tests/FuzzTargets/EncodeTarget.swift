import Tokenizers

extension FuzzTarget {
  /// A text: the first byte chooses a tokenizer, which encodes the rest; with and without places it
  /// has to give the same ids.
  static let encode = FuzzTarget("encode") { bytes in
    guard let first = bytes.first, !tokenizers.isEmpty else { return }
    let tokenizer = tokenizers[Int(first) % tokenizers.count]
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    let ids = tokenizer.encode(text)
    precondition(ids == tokenizer.encodeWithPlaces(text).ids, "places change the ids")
    _ = tokenizer.decode(ids, skippingSpecialTokens: false)
  }
}

/// A small tokenizer of each kind.
private let tokenizers = descriptions.compactMap {
  try? Tokenizer(fileContents: Array($0.utf8))
}

private let descriptions = [
  // As GPT-2: bytes, split into words first.
  """
  {"added_tokens":[{"id":9,"content":"<|end|>","special":true}],"pre_tokenizer":{"type":"ByteLevel",
  "add_prefix_space":false,"use_regex":true},"decoder":{"type":"ByteLevel"},"model":{"type":"BPE",
  "vocab":{"a":0,"b":1,"Ġ":2,"c":3,"ab":4,"Ġa":5,"Ġab":6,"Ã":7,"©":8},
  "merges":["a b","Ġ a","Ġa b"]}}
  """,
  // As Llama 2: the whole text, bytes for what is not in the vocabulary.
  """
  {"added_tokens":[{"id":0,"content":"<unk>","special":true}],"normalizer":{"type":"Sequence",
  "normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},
  "content":"▁"}]},"decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]},
  "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
  "vocab":{"<unk>":0,"a":1,"b":2,"▁":3,"ab":4,"▁a":5,"▁ab":6},"merges":["a b","▁ a","▁a b"]}}
  """,
]
