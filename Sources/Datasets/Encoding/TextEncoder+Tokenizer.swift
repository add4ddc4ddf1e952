package import Tokenizers

extension Tokenizer: TextEncoder {}
