package import Reporting

/// Codes of rows that cannot be used, in the order of the reasons.
extension DiagnosticCode {
  /// A row that is not JSON.
  package static let rowIsNotJSON = DiagnosticCode(
    "D201", "a row is not valid JSON",
    "Each line of a JSON Lines file is one object. The carets show where reading stopped; the "
      + "mistake is there or just before. `load data … skip bad` leaves such lines out.")

  static let rowIsNotUTF8 = DiagnosticCode(
    "D202", "a row is not UTF-8",
    "Text is read as UTF-8 alone, so that nothing is guessed. The byte at fault is named; an "
      + "editor's \"save as UTF-8\" mends the file.")

  static let zeroByteInRow = DiagnosticCode(
    "D203", "a row has a zero byte",
    "Text has no zero bytes, so the file is of another kind, or was damaged on its way.")

  static let lineTooLong = DiagnosticCode(
    "D204", "a line is too long",
    "Each row is one line, and this one is longer than any model could read. Perhaps line ends "
      + "were lost.")

  static let rowIsNoObject = DiagnosticCode(
    "D205", "a row is not an object",
    "Each row of JSON Lines is an object, `{…}` with named fields, and not a list, a text or a "
      + "number.")

  static let rowOverSeveralLines = DiagnosticCode(
    "D206", "a row goes on over several lines",
    "In JSON Lines each row is one line. A whole file that is one array `[…]` works too.")

  static let unknownKeys = DiagnosticCode(
    "D207", "the keys of a row are not known",
    "Rows have messages, prompt and completion, text, text and label, instruction and output, or chosen "
      + "and rejected answers.")

  static let mixedRows = DiagnosticCode(
    "D208", "rows of different kinds",
    "All rows of a file are of the kind of the first one, so that a loss or a count means one "
      + "thing. Put the others into a file of their own.")

  static let sameAnswers = DiagnosticCode(
    "D209", "a preference for neither answer",
    "The better and the worse answer of a row are the same, so that there is nothing to prefer. Leave "
      + "the row out: `load data … skip bad`.")

  static let missingKey = DiagnosticCode(
    "D210", "a key is missing",
    "The message names the key, and the object that lacks it; the row's other keys say of what "
      + "kind it is.")

  static let wrongType = DiagnosticCode(
    "D211", "a value is of the wrong type",
    "The message says what the value is and what it should be: contents are texts, messages a "
      + "list.")

  static let emptyText = DiagnosticCode(
    "D212", "a text is empty",
    "An empty text is nothing to read, or nothing to learn. Leave the row out: `load data … skip "
      + "bad`.")

  static let commaAfterRow = DiagnosticCode(
    "D213", "a comma after a row",
    "In JSON Lines nothing stands between the rows but the line ends. A file with commas between "
      + "its rows is an array: put `[` before the first and `]` after the last.")

  static let rowsInsideObject = DiagnosticCode(
    "D214", "the rows are inside an object",
    "The file, or a row, is an object that wraps the rows, such as {\"data\": [{…}, {…}]}. The "
      + "list alone is a file of rows.")

  static let messagesElsewhere = DiagnosticCode(
    "D215", "messages stand elsewhere",
    "A list of messages is one conversation, and a row has it under `messages`: {\"messages\": "
      + "[{\"role\": \"user\", \"content\": \"Hi\"}, …]}.")

  static let noMessages = DiagnosticCode(
    "D220", "a conversation without messages",
    "The list of messages is empty. A conversation needs a user's message and the assistant's "
      + "answer.")

  static let unknownRole = DiagnosticCode(
    "D221", "an unknown role",
    "Messages are of system, user, assistant, developer or tool. Other names are mostly misspelt.")

  static let wrongWeight = DiagnosticCode(
    "D222", "a weight is neither 0 nor 1",
    "The weight of an assistant's message is 1 when it is trained, and 0 when it is only context.")

  static let weightOfOtherRole = DiagnosticCode(
    "D223", "a weight on another role",
    "A weight of 1 says that a message is trained, and only the assistant's are: the others need "
      + "none, or 0.")

  static let unreadableCall = DiagnosticCode(
    "D224", "a call that cannot be read",
    "A message from `function_call` has JSON for its value, {\"name\": …, \"arguments\": …} or a "
      + "list of such. Leave other rows out: `load data … skip bad`.")

  static let noAssistantMessage = DiagnosticCode(
    "D225", "no assistant message",
    "The model learns to write the assistant's messages; without one the row teaches nothing.")

  static let wrongFieldCount = DiagnosticCode(
    "D230", "the wrong number of fields",
    "Each row of a table has as many fields as its header. A comma inside a field needs quotes "
      + "around it.")

  static let openQuote = DiagnosticCode(
    "D231", "a quote is never closed",
    "A quoted field goes on to the next quote, over line ends too. Quotes inside it are written "
      + "twice.")

  static let textAfterQuote = DiagnosticCode(
    "D232", "text after a closing quote",
    "A field is quoted as a whole or not at all; quotes inside a quoted field are written twice.")

  /// A row of more tokens than the model sees at once.
  package static let rowTooLong = DiagnosticCode(
    "D240", "a row is too long",
    "It has more tokens than the model can see at once. `set long cut` keeps its beginning, `set "
      + "long drop` leaves it out; plain text is split into pieces by itself.")

  static let rowTrainsNothing = DiagnosticCode(
    "D241", "a row trains nothing",
    "None of its tokens is trained: the answer is empty, or was cut off because the prompt fills "
      + "the model's context.")

  static let chatTemplateFailed = DiagnosticCode(
    "D242", "the chat template failed",
    "The model's chat template refused the conversation; what it says is shown. Some take no "
      + "system message, or want turns to alternate.")

  static let templateRewritesTurns = DiagnosticCode(
    "D243", "the template rewrites earlier turns",
    "What it writes for a longer conversation does not begin with what it wrote for a shorter "
      + "one, so training would not see what generation sees.")

  static let templateDropsAnswer = DiagnosticCode(
    "D244", "the template leaves part of an answer out",
    "What the template writes lacks a part of the answer, so the model would be trained on less "
      + "than the row says.")

  static let templateDropsCall = DiagnosticCode(
    "D247", "the template leaves a call out",
    "The assistant's message calls a tool, and the model's chat template does not write the call: "
      + "the model would learn to answer without it. Templates of models that were trained with "
      + "tools write calls.")

  static let tokenWithoutVector = DiagnosticCode(
    "D249", "a token that the model has no vector for",
    "Tokenizers of models for texts and images have a few tokens more than the model has vectors: "
      + "they stand for an image, and no text has them unless they are spelled out in it.")

  static let severalAnswers = DiagnosticCode(
    "D254", "a judged answer of several texts",
    "The row's answer has several messages of the assistant, and the model's chat template writes a "
      + "message in another way once it is history. Such an answer is several texts, and has no "
      + "likelihood of its own. Of one message it has.")

  static let unknownLabel = DiagnosticCode(
    "D255", "a label that the model does not choose from",
    "The head of a classifier has one output for each label that was trained. A row with another "
      + "label can be neither learned nor measured: correct the label, or leave the row out.")

  static let labelIsNoNumber = DiagnosticCode(
    "D256", "a label that is no number",
    "With `set label_kind number` the model learns a number for each text, such as a rating, and every "
      + "row's label is to be one.")

  static let textWithoutPrompt = DiagnosticCode(
    "D252", "a row without a prompt",
    "A model such as T5 reads a prompt with one half and writes an answer to it with the other. Plain "
      + "text is neither; rows of `prompt` and `completion` train such a model, and those of a user's "
      + "message and its answer. Of a table, `load data … text \"en\" answer \"de\"` takes two columns."
  )
}
