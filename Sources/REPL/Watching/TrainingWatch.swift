import Foundation
import Notebook
import Reporting
import Session
import Synchronization
import Terminal

/// A training on a full screen, and what is to be shown in the ordinary way once it ends.
final class TrainingWatch: Sendable {
  /// What was shown meanwhile, for the ordinary screen.
  enum Kept: Sendable {
    case event(RunEvent)
    case notice(String)
  }

  private let screen: FullScreen
  private let theme: Theme
  private let state: Mutex<State>

  private struct State {
    var view: TrainingView
    var kept: [Kept] = []
    var nextTime = -Double.infinity
  }

  private static let redrawSeconds = 0.1
  private static let mostKept = 10_000

  init(_ title: String, on screen: FullScreen, theme: Theme) {
    self.screen = screen
    self.theme = theme
    state = Mutex(State(view: TrainingView(title: title)))
    draw()
  }

  /// Takes an event, and draws it.
  func take(_ event: RunEvent) {
    state.withLock { state in
      state.view.take(event)
      if case .shown(.progress) = event { return }
      if state.kept.count < Self.mostKept { state.kept.append(.event(event)) }
    }
    draw()
  }

  /// Takes a notice, and draws it.
  func take(notice text: String) {
    state.withLock { state in
      state.view.say(text)
      if state.kept.count < Self.mostKept { state.kept.append(.notice(text)) }
      state.nextTime = -Double.infinity
    }
    draw()
  }

  private func draw() {
    let time = ProcessInfo.processInfo.systemUptime
    let lines = state.withLock { state -> [String]? in
      guard time >= state.nextTime else { return nil }
      state.nextTime = time + Self.redrawSeconds
      return state.view.lines(screen.size, theme: theme)
    }
    if let lines { screen.draw(lines) }
  }

  /// Gives the screen back; returns what is to be shown on it, and the curves.
  func close() -> (kept: [Kept], chart: Chart?) {
    screen.close()
    return state.withLock { ($0.kept, $0.view.chart) }
  }
}
