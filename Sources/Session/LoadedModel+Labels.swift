package import Checkpoints
package import Datasets

extension LoadedModel {
  /// Reads how a model or an adapter is asked for labels.
  ///
  /// - Throws: `CheckpointError.setting`, as ``ModelError/checkpoint(_:)``.
  package static func form(_ file: ClassifierFile?) throws(ModelError) -> LabelForm? {
    guard let file else { return nil }
    guard let form = LabelForm(source: file.form, labels: file.labels) else {
      throw .checkpoint(
        .setting(
          path: ClassifierFile.name, key: "form", value: file.form,
          allowed: "a text with {text} and then {label}, for at most \(LabelForm.labelLimit) labels"
        ))
    }
    return form
  }

  /// What is saved beside the weights of how the model is asked for labels.
  package var classifierFile: ClassifierFile? {
    labelForm.map { ClassifierFile(form: $0.source, labels: $0.labels) }
  }
}
