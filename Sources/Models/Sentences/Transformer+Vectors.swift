package import Autograd
import Tensors

extension Transformer {
  /// Makes a vector of each text on a tape, `[M, O]`, as ``sentences`` says; `dropout` is that of an
  /// adapter.
  ///
  /// The caller knows that no text is empty.
  package func vectors(
    of texts: [[Int32]], on tape: Tape, dropout: DropoutStream? = nil
  ) -> Variable {
    let layout = SequenceLayout(lengths: texts.map(\.count))
    return (sentences ?? SentenceHead(meanOf: self)).vectors(
      of: textStates(texts, on: tape, dropout: dropout), layout.sequences, on: tape)
  }

  /// Returns the vectors of texts, computed in passes of about `budget` tokens.
  ///
  /// A text's vector does not depend on the others.
  package func vectors(of texts: [[Int32]], budget: Int = 4096) -> [[Float]] {
    var vectors: [[Float]] = []
    var pack: [[Int32]] = []
    var count = 0
    for text in texts {
      if count > 0, count + text.count > budget {
        vectors += pass(pack)
        (pack, count) = ([], 0)
      }
      pack.append(text)
      count += text.count
    }
    return vectors + (pack.isEmpty ? [] : pass(pack))
  }

  private func pass(_ texts: [[Int32]]) -> [[Float]] {
    self.vectors(of: texts, on: Tape(arena: Arena(device), isRecording: false)).value.eachRow
  }
}
