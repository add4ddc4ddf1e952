import Datasets
package import Language
import Reporting
package import Session

/// The command `split data 90/10`.
package struct SplitData: Command {
  package static let signature = Signature(
    "split", "Hold out rows: divide data again, or take one fold of several.",
    details: [
      "`split data 80/10/10` divides all rows of the data into train, dev and test, as `load data … "
        + "split` does. `split data fold 2 of 5` holds out the second fifth as dev and trains on the "
        + "rest; each row is held out in one of the five. Rows with equal inputs stay on one side.",
      "`by label` gives each part the same share of each label, `by \"topic\"` of what rows have under "
        + "that key or column. With it, or `near together` alone, inputs that are nearly the same stay on "
        + "one side too, as `check data` finds them.",
    ],
    patterns: [
      "<data:data> <parts:ratio> "
        + "{by (label | <key:column>) | near together | as <name:newName>}",
      "<data:data> fold <fold:int> of <count:int> [as <name:newName>]",
    ],
    slots: ["fold": .range(1...1000), "count": .range(2...1000)],
    needs: ["data"], effects: ["data"], synonyms: ["divide", "holdout"],
    result: LoadData.signature.result,
    examples: [
      "split data 75/25", "split data 8/2/2 as parts", "split data fold 2 of 3 as second",
      "split data 8/4 by label", "split data 8/4 near together",
    ],
    seeAlso: ["load data", "keep"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    let rowCount = (part.map { data.part($0) ?? [] } ?? data.dataset.examples).count
    let parts = try SplitRatio.parts(call, slot: "parts", rowCount: rowCount)
    let strata: Strata? =
      call.has("by") ? call.name("key").map(Strata.attribute) ?? .label : Optional.none
    if let parts, strata != nil || call.has("near") {
      return show(
        try session.split(
          data, part: part, ratios: parts, by: strata, as: call.name("name")), in: session)
    }
    let division =
      parts.map(Division.ratios) ?? .fold(call.int("fold") ?? 1, of: call.int("count") ?? 2)
    let result: LoadedData
    do throws(DatasetError) {
      result = try session.split(data, part: part, by: division, as: call.name("name"))
    } catch .badRatio(let parts) {
      throw Diagnostic(
        code: .unfitSplit, "there is no fold \(parts[0]) of \(parts.last ?? 0).",
        at: call.label("fold"))
    } catch { throw Diagnostic(error) }
    return show(result, in: session)
  }

  private static func show(_ result: LoadedData, in session: isolated Session) -> Value {
    session.show(.report(.text(LoadData.summary(result))))
    return LoadData.value(result)
  }
}
