import Execution
import Foundation
import REPL
import Synchronization
import TestSupport
import Testing

@Suite("Interrupts") struct InterruptsTests {
  private let stop = StopFlag()
  private let interrupts: Interrupts

  init() { interrupts = Interrupts(stop: stop, tell: { _ in }) }

  @Test func givesWhatTheWorkGives() async {
    let result = await onThread { [interrupts] in interrupts.wait { 42 } }
    #expect(result == 42)
    #expect(!interrupts.isBusy)
  }

  @Test func theFirstCtrlCAsksTheWorkToStopAndWaitsForIt() async {
    let result = await onThread { [interrupts, stop] in
      interrupts.wait {
        let isSlow = interrupts.act(on: SIGINT)
        return isSlow && stop.isRequested ? "partial" : "whole"
      }
    }
    #expect(result == "partial")
  }

  @Test func theSecondEndsTheWait() async {
    let (gate, opener) = AsyncStream<Void>.makeStream()
    let result = await onThread { [interrupts] in
      interrupts.wait {
        for _ in 0..<2 { _ = interrupts.act(on: SIGINT) }
        for await _ in gate {}
        return "too late"
      }
    }
    #expect(result == nil)
    #expect(stop.isRequested)
    #expect(interrupts.isBusy)
    opener.finish()
    while interrupts.isBusy { await Task.yield() }
  }

  @Test func aRequestToEndWaitsForTheWork() async {
    let result = await onThread { [interrupts, stop] in
      interrupts.wait {
        _ = interrupts.act(on: SIGTERM)
        return stop.isRequested
      }
    }
    #expect(result == true)
  }

  @Test func nothingIsStoppedWhenNothingRuns() {
    #expect(!interrupts.act(on: SIGINT))
    #expect(!stop.isRequested)
  }
}
