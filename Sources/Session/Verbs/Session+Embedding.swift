import Checkpoints
import Datasets
import Models

/// Vectors of texts.
extension Session {
  /// Makes a vector of each text, after the prompt that the model's folder has for all of them.
  ///
  /// - Throws: ``SessionError/nothingToEmbed``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/notNumbers(_:)``, ``SessionError/file(_:)``.
  package func embed(_ texts: [String]) throws(SessionError) -> [[Float]] {
    try loadedModel().vectors(of: texts)
  }
}

extension LoadedModel {
  /// How many tokens a text has as it is made a vector.
  package func sentenceLength(_ text: String) -> Int { sentence(text).tokens.count }

  /// Makes a vector of each text.
  ///
  /// - Throws: as ``Session/embed(_:)``.
  package func vectors(of texts: [String]) throws(SessionError) -> [[Float]] {
    let sentences = texts.map(sentence)
    guard sentences.allSatisfy({ !$0.tokens.isEmpty }) else { throw .nothingToEmbed }
    let options = encoder(Settings()).options
    for sentence in sentences {
      do throws(ProblemReason) { _ = try options.checked(sentence.tokens) } catch {
        throw .unwritable(.text, error)
      }
    }
    let encoder: SentenceEncoder
    do throws(CheckpointError) {
      encoder = try SentenceEncoder(model, sentencePlan)
    } catch { throw .file(error) }
    let vectors = encoder.vectors(
      of: sentences.map(\.tokens), promptLength: sentences.first?.promptLength ?? 0)
    guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .notNumbers(NotNumbers(.vector, from: self))
    }
    return vectors
  }
}
