import Language
import Notebook
import Reporting
import Serialization
import Session
import Synchronization
import TestSupport
import Testing

@Suite("JSONEvents") struct JSONEventsTests {
  private final class Lines: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
  }

  private let lines = Lines()

  private func events() -> JSONEvents { JSONEvents(script: "a.ft") { [lines] in lines.add($0) } }

  @Test func theFirstAndLastLineSayWhatRanAndHowItEnded() {
    let events = events()
    events.start(version: "1.0.0", isa: "avx512", threads: 2)
    events.end(.badInputFile, seconds: 41.2)
    #expect(
      lines.all == [
        #"{"event":"start","script":"a.ft","version":"1.0.0","isa":"avx512","threads":2}"# + "\n",
        #"{"event":"end","exit":4,"seconds":41.2}"# + "\n",
      ])
  }

  @Test func aStepHasTheNumbersOfTheTraining() {
    let events = events()
    var progress = SessionEvent.Progress(label: "epoch 1/3", fraction: 0.04)
    progress.step = 12
    progress.stepCount = 300
    progress.epoch = 0.12
    progress.loss = 1.93
    progress.learningRate = 2e-4
    progress.tokens = 48211
    progress.tokensPerSecond = 12411.5
    events.report(.cell(4))
    events.report(.shown(.progress(progress)))
    #expect(
      lines.all == [
        #"{"event":"step","cell":4,"step":12,"steps":300,"epoch":0.12,"loss":1.93,"lr":0.0002,"#
          + #""tokens":48211,"tokensPerSecond":12411.5}"# + "\n"
      ])
  }

  @Test func anErrorHasItsPlace() {
    let file = SourceFile(.file("support.jsonl"), "{\"a\": 1}\nxyz", firstLine: 411)
    let problem = Diagnostic(
      code: "D201", "not \"valid\".", at: .init(file, SourceSpan(10, 11)), hints: [.type("help")])
    events().report(.problem(problem))
    #expect(
      lines.all == [
        #"{"event":"error","code":"D201","message":"not \"valid\".","file":"support.jsonl","#
          + #""line":412,"column":2,"hints":["try: help"]}"# + "\n"
      ])
  }

  @Test func aNoteIsNoError() {
    events().report(.problem(Diagnostic(.note, code: nil, "look here.")))
    #expect(lines.all == [#"{"event":"note","message":"look here."}"# + "\n"])
  }

  @Test func valuesKeepTheirKinds() {
    let value = Value.record([
      "none": .null, "yes": .bool(true), "count": .number(3), "share": .number(0.5),
      "time": .duration(90), "bad": .number(.nan), "range": .range(1, 3),
      "list": .list([.string("a\n"), .handle(Handle(kind: "data", name: "dev"))]),
    ])
    events().report(.value(value))
    #expect(
      lines.all == [
        #"{"event":"value","cell":0,"value":{"none":null,"yes":true,"count":3,"share":0.5,"#
          + #""time":90,"bad":null,"range":{"first":1,"last":3},"list":["a\n","dev"]}}"# + "\n"
      ])
  }

  @Test func aScriptsLinesAreValidAndInOrder() async throws {
    let events = events()
    let report = { @Sendable (event: RunEvent) in events.report(event) }
    let runner = Runner(
      resources: Resources(executable: "/nowhere/ft", home: nil), report: report)
    let text = "print \"hi\"\nset lr 2e-4\n\nhelp train\ncheck 1 == 2"
    _ = await ScriptRunner(runner, report: report).run([SourceFile(.file("a.ft"), text)])
    let objects = try lines.all.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(
      objects.compactMap { $0["event"]?.string } == [
        "print", "result", "report", "result", "error",
      ])
    #expect(objects.compactMap { $0["cell"]?.int } == [1, 2, 3, 3])
    #expect(objects[1]["line"]?.int == 2)
    #expect(objects[3]["command"]?.string == "help")
    #expect(objects[3]["line"]?.int == 4)
    #expect(lines.all.allSatisfy { $0.hasSuffix("\n") && $0.dropLast().contains("\n") == false })
  }
}
