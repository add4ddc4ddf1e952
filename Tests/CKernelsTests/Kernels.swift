import CKernels
import Testing

/// The suite of all kernel tests: every other suite extends it.
///
/// The pool's size and the vector path are the process's, so tests that change them, or that
/// compare results across them, run one after the other.
@Suite(.serialized) enum Kernels {}

/// The vector paths this machine has, the portable one first.
let machinePaths: [ft_isa] = {
  let best = ft_best_isa()
  let all: [ft_isa] = [
    FT_ISA_PORTABLE, FT_ISA_AVX2, FT_ISA_AVX512, FT_ISA_AVX512_VNNI, FT_ISA_NEON,
  ]
  let found = all.filter { ft_select_isa($0) }
  _ = ft_select_isa(best)
  return found
}()

/// Runs `body` on `path` with `threads` threads, then returns to the best path and one thread.
func onPath<Result>(_ path: ft_isa, threads: Int, _ body: () throws -> Result) rethrows -> Result {
  _ = ft_select_isa(path)
  _ = ft_set_thread_count(threads)
  defer {
    _ = ft_select_isa(ft_best_isa())
    _ = ft_set_thread_count(1)
  }
  return try body()
}
