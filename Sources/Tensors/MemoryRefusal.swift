import Foundation

/// Ends the program with the exit code 6, as the system refused memory that the estimates had said
/// there would be.
///
/// Nothing can be given back from here: kernels and the tape hold what they have. What was being
/// written to disk has another name until it is whole, so nothing half-done is left.
func endForLackOfMemory(byteCount: Int) -> Never {
  let text =
    "\nerror[R402]: the system refused \(byteCount >> 20) MiB more memory.\n"
    + "  help: end other programs, raise `ulimit -v`, or take a smaller model or context\n"
  let bytes = Array(text.utf8)
  // Safety: `write` reads as many bytes as the array has.
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  // What gives the terminal back is run, and nothing else.
  quick_exit(6)
}
