import Foundation

/// The target that the fuzzer was started for.
private let chosen = FuzzTarget.all.first {
  $0.name == ProcessInfo.processInfo.environment["FT_FUZZ_TARGET"]
}

/// What libFuzzer calls with each input.
///
/// Safety: libFuzzer gives `count` bytes at `start`, which stay while this runs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let chosen else { return -1 }
  chosen.run(UnsafeBufferPointer(start: start, count: count))
  return 0
}
