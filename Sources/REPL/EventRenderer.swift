import Language
package import Notebook
package import Reporting
import Session
import Synchronization
package import Terminal

/// Shows what happens in the terminal: results on standard output, the rest on standard error.
package final class EventRenderer: Sendable {
  private let streams: OutputStreams
  private let resultTheme: Theme
  private let noticeTheme: Theme
  private let progress: ProgressLine
  private let pager: Pager?
  private let state = Mutex(State())

  private struct State {
    /// Generated text was written whose line has not ended.
    var isMidLine = false
    /// Breaks generated text between words, on a terminal.
    var wrap = WordWrap()
    var isMuted = false
    var failure: TerminalError?
    var whenOutputFails: @Sendable () -> Void = {}
    /// Takes what happens while it is watched on a full screen.
    var watch: TrainingWatch?
  }

  /// - Parameters:
  ///   - streams: where to write.
  ///   - resultTheme: what standard output may get.
  ///   - noticeTheme: what standard error may get.
  ///   - pager: shows reports longer than the screen; nil to write them as they are.
  package init(
    streams: OutputStreams, resultTheme: Theme, noticeTheme: Theme, pager: Pager? = nil
  ) {
    self.pager = pager
    self.streams = streams
    self.resultTheme = resultTheme
    self.noticeTheme = noticeTheme
    progress = ProgressLine(stream: streams.notices, theme: noticeTheme)
  }

  /// Why results could not be written; nil while all is well.
  package var failure: TerminalError? { state.withLock { $0.failure } }

  /// Says what to do at the first result that cannot be written.
  package func whenOutputFails(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.whenOutputFails = action }
  }

  /// Shows nothing of what goes on, or all of it again.
  package func mute(_ isMuted: Bool) { state.withLock { $0.isMuted = isMuted } }

  /// Shows an event.
  package func report(_ event: RunEvent) {
    let (isMuted, watch) = state.withLock { ($0.isMuted, $0.watch) }
    guard !isMuted else { return }
    if let watch { return watch.take(event) }
    switch event {
    case .cell, .shown(.devMeasured): break
    case .result: endLine()
    case .printed(let line): writeLines(VisibleText.of(line) + "\n")
    case .shown(.report(let report)): show(report)
    case .shown(.generated(let text)):
      progress.clear()
      writeGenerated(VisibleText.of(text))
    case .shown(.progress(let snapshot)):
      endLine()
      progress.update(ProgressSnapshot(snapshot))
    case .shown(.progressEnded(let summary)):
      if let summary { progress.finish(summary) } else { progress.clear() }
    case .value(let value): writeLines(VisibleText.of(text(of: value)) + "\n")
    case .problem(let problem): show(problem)
    }
  }

  /// Shows a diagnostic on standard error.
  package func show(_ problem: Diagnostic) {
    let width = streams.notices.columns
    notice(DiagnosticRenderer(theme: noticeTheme, width: width).text(problem))
  }

  /// Writes lines to standard error; that nobody can read them stops nothing.
  package func notice(_ text: String) {
    if let watch = state.withLock({ $0.watch }) { return watch.take(notice: text) }
    progress.clear()
    endLine()
    try? streams.notices.write(text)
  }

  /// Says a sentence on standard error, broken between words.
  package func say(_ sentence: String) {
    let width = streams.notices.columns
    notice(ReportRenderer(theme: noticeTheme, width: width).text(.text(sentence)))
  }

  /// Writes text to standard output as it is.
  package func writeResult(_ text: String) {
    guard !text.isEmpty else { return }
    do {
      try streams.results.write(text)
      state.withLock { $0.isMidLine = !text.hasSuffix("\n") }
    } catch {
      let action = state.withLock { state in
        defer { state.failure = state.failure ?? error }
        return state.failure == nil ? state.whenOutputFails : {}
      }
      action()
    }
  }

  // MARK: A full screen

  /// Shows what happens on a full screen until ``endWatching()``; false where there is none.
  func beginWatching(_ title: String) -> Bool {
    let screen = FullScreen(stream: streams.notices)
    guard noticeTheme.allowsRedraw, resultTheme.allowsRedraw, screen.open() else { return false }
    let watch = TrainingWatch(title, on: screen, theme: noticeTheme)
    state.withLock { $0.watch = watch }
    return true
  }

  /// Gives the screen back, and leaves on it what would be there without: what was said, how it ended,
  /// and the curves.
  func endWatching() {
    let watch = state.withLock { state in
      defer { state.watch = nil }
      return state.watch
    }
    guard let (kept, chart) = watch?.close() else { return }
    let isMuted = state.withLock { state in
      defer { state.isMuted = false }
      return state.isMuted
    }
    for thing in kept {
      switch thing {
      case .event(let event): report(event)
      case .notice(let text): notice(text)
      }
    }
    if let chart { report(.shown(.report(.chart(chart)))) }
    finish()
    mute(isMuted)
  }

  /// Leaves the cursor at the start of a line.
  package func finish() {
    guard state.withLock({ $0.watch }) == nil else { return }
    progress.clear()
    endLine()
  }

  /// A value as an expression that gives it again; for people, with numbers of few digits.
  private func text(of value: Value) -> String {
    streams.results.columns == nil ? value.source : value.rounded.source
  }

  /// Writes generated text; on a terminal, whole words, so that no line ends within one.
  private func writeGenerated(_ text: String) {
    guard let width = streams.results.columns else { return writeResult(text) }
    let ready = state.withLock { $0.wrap.add(text, width: width) }
    writeResult(ready)
  }

  /// Writes the word that waits for its end.
  private func finishWord() {
    guard let width = streams.results.columns else { return }
    writeResult(state.withLock { $0.wrap.finish(width: width) })
  }

  private func endLine() {
    finishWord()
    state.withLock { $0.wrap.startLine() }
    if state.withLock({ $0.isMidLine }) { writeResult("\n") }
  }

  private func writeLines(_ text: String) {
    progress.clear()
    endLine()
    writeResult(text)
  }

  /// A diagnostic among reports is a note: it goes with the other notes.
  private func show(_ report: Report) {
    switch report {
    case .diagnostic(let diagnostic): show(diagnostic)
    case .group(let reports): for report in reports { show(report) }
    default:
      let width = streams.results.columns
      let text = ReportRenderer(theme: resultTheme, width: width).text(report)
      if pager?.show(text, on: streams.results) != true { writeLines(text) }
    }
  }
}

extension ProgressSnapshot {
  /// How far a command is.
  init(_ progress: SessionEvent.Progress) {
    let measures = progress.measures.map { Measure($0.name, $0.value, trend: $0.trend) }
    self.init(
      title: progress.label, fraction: progress.fraction, measures: measures,
      secondsLeft: progress.secondsLeft)
  }
}
