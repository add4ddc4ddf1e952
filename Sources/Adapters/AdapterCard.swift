import Checkpoints
import Serialization

/// The README.md beside an adapter, as hubs show it: what it is, and how to use it elsewhere.
struct AdapterCard {
  /// The folder or name of the model it was trained on.
  let baseModel: String?
  /// How it is asked for labels; nil when it was not trained on any.
  var classifier: ClassifierFile?
  /// Whether its tokenizer has tokens that the base does not have.
  var addsTokens = false

  /// What tells a card of ours, which a later save may replace, from one written by a person.
  static let marker = "<!-- written by Tunebook; without this line a save leaves the file alone -->"

  var text: String {
    // JSON is YAML: a name with quotes or line breaks cannot end the heading.
    let base = JSONValue.string(baseModel ?? "").text
    return """
      ---
      base_model: \(base)
      library_name: peft
      pipeline_tag: text-generation
      ---
      \(AdapterCard.marker)
      # A low-rank adapter

      Changes the model named above; `adapter_config.json` says which of its layers, and how. In
      Tunebook: `load model` that model, then `load adapter` this folder. In Python, with transformers
      and peft, `model` being the base model and `folder` this folder:

      ```python
      \(addsTokens ? Self.adding : "")model = peft.PeftModel.from_pretrained(model, folder)
      ```

      """ + (classifier.map(labels) ?? "")
  }

  /// What makes room for the tokens in the base, where it has none to spare.
  private static let adding = """
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = model.get_input_embeddings().num_embeddings
    model.resize_token_embeddings(max(rows, len(tokenizer)))

    """

  /// Which labels its head chooses from.
  private func head(_ classifier: ClassifierFile) -> String {
    let labels = classifier.labels.map { JSONValue.string($0).text }.joined(separator: ", ")
    return """

      It has a head that chooses labels of texts, so that the base model is read in Python with
      `AutoModelForSequenceClassification.from_pretrained(base, num_labels=\(classifier.labels.count))`.
      The labels, in their order (`\(ClassifierFile.name)` has them too):

      ```json
      [\(labels)]
      ```

      In Tunebook: `classify "some text"`.

      """
  }

  /// How it is asked for labels.
  private func labels(_ classifier: ClassifierFile) -> String {
    guard classifier.form != ClassifierFile.head else { return head(classifier) }
    // JSON shows where lines break, and its quotes where a text ends.
    let form = JSONValue.string(classifier.form).text
    let labels = classifier.labels.map { JSONValue.string($0).text }.joined(separator: ", ")
    return """

      It labels texts. Each row was written as

      ```json
      \(form)
      ```

      with one of these labels, and the end token after it (`\(ClassifierFile.name)` says so too):

      ```json
      [\(labels)]
      ```

      In Tunebook: `classify "some text"`.

      """
  }
}
