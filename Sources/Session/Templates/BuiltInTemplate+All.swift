/// The templates of ours, each in the form that models of its name were trained with.
///
/// A system's text has a turn of its own where the form has one, and else stands before the first
/// message of a user.
extension BuiltInTemplate {
  /// Roles as special tokens, each turn with an end of its own.
  static let chatml = BuiltInTemplate(
    name: "chatml", about: "<|im_start|>role … <|im_end|>", tokens: ["<|im_start|>", "<|im_end|>"]
  ) { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}\
    {{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + \(marks.turnEnd) + '\\n' }}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
    """
  }

  /// Roles between header tokens, a blank line, and an end of each turn.
  static let llama3 = BuiltInTemplate(
    name: "llama3", about: "<|start_header_id|>role<|end_header_id|> … <|eot_id|>",
    tokens: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
  ) { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}\
    {{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' \
    + message['content']|trim + \(marks.turnEnd) }}{% endfor %}\
    {% if add_generation_prompt %}\
    {{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}
    """
  }

  /// The assistant is called model, and a system's text goes with the user's first message.
  static let gemma = BuiltInTemplate(
    name: "gemma", about: "<start_of_turn>role … <end_of_turn>",
    tokens: ["<start_of_turn>", "<end_of_turn>"]
  ) { marks in
    """
    {{ \(marks.begin) }}\(systemFirst)\
    {{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else 'user') + '\\n' \
    + ns.system + message['content']|trim + \(marks.turnEnd) + '\\n' }}\(systemDone)\
    {% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}
    """
  }

  /// A token for each role.
  static let phi3 = BuiltInTemplate(
    name: "phi3", about: "<|role|> … <|end|>",
    tokens: ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
  ) { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}\
    {{ '<|' + message['role'] + '|>\\n' + message['content'] + \(marks.turnEnd) + '\\n' }}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}
    """
  }

  /// Roles in such signs, which are words to most tokenizers; the end of the text ends each turn.
  static let zephyr = BuiltInTemplate(
    name: "zephyr", about: "<|role|> … and the end of the text"
  ) { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}\
    {{ '<|' + message['role'] + '|>\\n' + message['content'] + \(marks.end) + '\\n' }}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}
    """
  }

  /// Instructions in brackets; an answer ends with the end of the text.
  static let mistral = BuiltInTemplate(
    name: "mistral", about: "[INST] … [/INST] …"
  ) { marks in
    """
    {{ \(marks.begin) }}\(systemFirst)\
    {% if message['role'] == 'assistant' %}{{ ' ' + message['content']|trim + \(marks.end) }}\
    {% else %}{{ '[INST] ' + ns.system + message['content'] + '[/INST]' }}{% endif %}\(systemDone)
    """
  }

  /// Instructions in brackets, the system's text in signs of its own; each exchange begins anew.
  static let llama2 = BuiltInTemplate(
    name: "llama2", about: "[INST] <<SYS>> … <</SYS>> … [/INST] …"
  ) { marks in
    """
    {% set ns = namespace(system='') %}{% for message in messages %}\
    {% if message['role'] == 'system' %}\
    {% set ns.system = '<<SYS>>\\n' + message['content']|trim + '\\n<</SYS>>\\n\\n' %}\
    {% elif message['role'] == 'assistant' %}{{ ' ' + message['content']|trim + ' ' + \(marks.end) }}\
    {% else %}\
    {{ \(marks.begin) + '[INST] ' + ns.system + message['content']|trim + ' [/INST]' }}\
    {% set ns.system = '' %}{% endif %}{% endfor %}
    """
  }

  /// Headings in words.
  static let alpaca = BuiltInTemplate(
    name: "alpaca", about: "### Instruction: … ### Response: …"
  ) { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}{% if message['role'] == 'system' %}\
    {{ message['content']|trim + '\\n\\n' }}{% elif message['role'] == 'assistant' %}\
    {{ '### Response:\\n' + message['content']|trim + \(marks.end) + '\\n\\n' }}{% else %}\
    {{ '### Instruction:\\n' + message['content']|trim + '\\n\\n' }}{% endif %}{% endfor %}\
    {% if add_generation_prompt %}{{ '### Response:\\n' }}{% endif %}
    """
  }

  /// Roles as words, a line a turn; what a tokenizer ends texts with ends an answer.
  static let plain = BuiltInTemplate(name: "plain", about: "User: … Assistant: …") { marks in
    """
    {{ \(marks.begin) }}{% for message in messages %}{% if message['role'] == 'assistant' %}\
    {{ 'Assistant: ' + message['content'] + \(marks.end) + '\\n' }}\
    {% elif message['role'] == 'user' %}\
    {{ 'User: ' + message['content'] + '\\n' }}{% else %}\
    {{ message['content'] + '\\n' }}{% endif %}{% endfor %}\
    {% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
    """
  }

  /// Goes through the messages, a system's text kept for the user's first.
  private static let systemFirst = """
    {% set ns = namespace(system='') %}{% for message in messages %}\
    {% if message['role'] == 'system' %}{% set ns.system = message['content']|trim + '\\n\\n' %}\
    {% else %}
    """
  private static let systemDone = "{% set ns.system = '' %}{% endif %}{% endfor %}"
}
