package import Checkpoints
package import Datasets
import Models

extension LoadedModel {
  /// Reads how a model or an adapter is asked for labels.
  ///
  /// - Throws: `CheckpointError.setting`, as ``ModelError/checkpoint(_:)``.
  package static func form(_ file: ClassifierFile?) throws(ModelError) -> LabelForm? {
    guard let file, file.form != ClassifierFile.head else { return nil }
    guard let form = LabelForm(source: file.form, labels: file.labels) else {
      throw .checkpoint(
        .setting(
          path: ClassifierFile.name, key: "form", value: file.form,
          allowed: "a text with {text} and then {label}, for at most \(LabelForm.labelLimit) labels"
        ))
    }
    return form
  }

  /// What is saved beside an adapter of how the model is asked for labels: peft has no place for those
  /// of a head.
  package var adapterClassifierFile: ClassifierFile? {
    guard let task = model.config.labelTask else { return classifierFile }
    return ClassifierFile(
      form: ClassifierFile.head, labels: task.names, problemType: task.kind.rawValue)
  }

  /// What is saved beside the weights of how the model is asked for labels.
  package var classifierFile: ClassifierFile? {
    labelForm.map { ClassifierFile(form: $0.source, labels: $0.labels) }
  }
}
