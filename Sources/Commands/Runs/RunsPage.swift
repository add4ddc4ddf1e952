import Language
import Reporting
import Runs
import Session

/// Recorded trainings as one page: the list, their curves, the best of them, then each by itself.
struct RunsPage {
  let page: Page
  /// The number of the best on dev; nil when none was measured there.
  let best: Int?
  /// How many runs it shows.
  let runCount: Int

  /// Makes the page of `runs` in their order, from the record of `session`.
  init(
    _ runs: [RecordedRun], title: String, in session: isolated Session
  ) throws(Diagnostic) {
    let told = try session.fromRecord { (store) throws(RunStoreError) in
      try runs.map { (run) throws(RunStoreError) in (run, try store.details(of: run)) }
    }
    let best = runs.filter { $0.devLoss != nil }
      .min { ($0.devLoss ?? 0, $0.number) < ($1.devLoss ?? 0, $1.number) }
    var overview: [Page.Item] = [.report(.table(ListRuns.table(runs)))]
    if !told.isEmpty {
      overview.append(
        .report(.chart(RunCurves.chart(told.suffix(PlotRuns.most), title: "loss of runs"))))
    }
    if let best {
      let loss = Quantity(best.devLoss ?? 0, .loss).text
      overview.append(.text("best on dev: run \(best.number), loss \(loss)"))
    }
    let cells = told.map { run, details in
      Page.Cell(
        number: run.number, source: run.command,
        items: ShowRun.reports(run, details).map { .report($0) }, seconds: run.seconds ?? 0)
    }
    page = Page(
      title: title,
      sections: ([Page.Cell(number: 0, source: "runs", items: overview, seconds: 0)] + cells)
        .map { .cell($0) },
      environment: session.environment().fields)
    self.best = best?.number
    runCount = runs.count
  }
}
