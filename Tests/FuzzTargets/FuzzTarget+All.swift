/// In a file of its own: a program that fuzzes one target has no code of the others.
extension FuzzTarget {
  /// Every one: a line each.
  package static let all = [
    language, safetensors, config, gguf, tokenizer, sentencepiece, encode, template,
    schema, parquet,
  ]
}
