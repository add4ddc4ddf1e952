/// The special tokens of models made here, and the template that writes a conversation with them.
enum ChatTokens {
  /// Ends a text; id 0.
  static let endOfText = "<|endoftext|>"
  static let system = "<|system|>"
  static let user = "<|user|>"
  static let assistant = "<|assistant|>"
  /// Ends a turn.
  static let end = "<|end|>"

  static let all = [endOfText, system, user, assistant, end]

  /// Each turn is its role's token, its text and the end token, with nothing between: a small
  /// model has no room for ornaments.
  static let template =
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + "
    + "'<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
}
