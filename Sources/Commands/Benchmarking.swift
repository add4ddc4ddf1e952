package import Benchmarks
import Checkpoints
import Language
import Models
package import Reporting
package import Session
package import Tensors
import Training

/// What `ft bench` asks for: a model found, and measured.
package struct Benchmarking {
  private let resources: Resources
  private let device: any Device
  private let tell: (String) -> Void

  /// - Parameters:
  ///   - resources: where bundled models lie.
  ///   - device: what is measured.
  ///   - tell: hears what is being measured.
  package init(
    _ resources: Resources, on device: any Device, tell: @escaping (String) -> Void
  ) {
    self.resources = resources
    self.device = device
    self.tell = tell
  }

  /// Measures a model, bundled or in a Hugging Face folder, by its name or path.
  ///
  /// `length` is that of a sequence as it was asked for; the plan's own is cut to the model's
  /// context. `rowsPath` names a file of rows to train on.
  package func run(
    _ asked: String, _ plan: BenchmarkPlan, length: Int?, rowsPath: String?
  ) throws(Diagnostic) -> BenchmarkReport {
    let folder: String
    do throws(SessionError) { folder = try resources.folder(ofModel: asked) } catch {
      throw ModelPlace(at: asked).refusal(of: asked, resources)
    }
    let model: Transformer
    do throws(ModelError) {
      model = try LoadedModel.read(folder, as: plan.initialFormat, on: device).model
    } catch { throw Diagnostic(error) }
    do throws(TrainingError) { _ = try device.inTraining(at: plan.precision) } catch {
      throw Diagnostic(error)
    }
    var plan = plan
    let context = model.config.maximumPositions
    guard (length ?? 1) <= context else {
      throw Diagnostic(
        code: .settingOutOfRange,
        "the length is \(length ?? 0), and the model's context \(context).")
    }
    plan.length = min(length ?? plan.length, context)
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    do throws(BenchmarkError) {
      if let rowsPath {
        plan.rows = try TokenRows.read(
          rowsPath, vocabularySize: model.config.vocabularySize, maximumLength: context + 1)
      }
      return try Benchmark(model, plan).run(name: name, tell: tell)
    } catch { throw Diagnostic(error) }
  }
}
