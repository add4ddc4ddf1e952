/// What `help bench` says of the tables and of the JSON that `ft bench` writes.
enum BenchHelp {
  static let page = """
    bench: `ft bench [MODEL]` measures this machine, and how near a model's work comes to its peaks.

      ft bench                                  finch: everything, in about a minute
      ft bench "folder" --only training --method lora --rank 16 --batch 4 --length 512
      ft bench "folder" --only decoding --base int8
      ft bench --only training --rows rows.jsonl --batch 8 --steps 8 --json

    Peaks are measured: multiply-adds in registers, and reading of buffers of several sizes. The
    FLOP floor of an operation is its matrix products' arithmetic at the first, the byte floor every
    operand read and every result written once at the second, at the speed of a buffer of that size.
    What an algorithm computes twice is not part of a floor. Of training, each step is timed, and
    the step in the middle is shown; the times of its operations add up to it. `backward` of a layer
    has its input's and its weights' gradients, `head and loss` all of the head's.
    Decoding reads a prompt at once, and writes 128 tokens for one sequence and for eight, or for
    --streams N: `prompt`, `answer` and `answers`, if only one of them is wanted. With weights of 4 or 8
    bits, --activations int8 counts in integers, as `set activations int8` does. On a card, --precision
    bf16 multiplies on tensor cores, and --microbatch N computes so many tokens at a time in training.

    --rows FILE trains on rows of real lengths, lines of JSON:
      {"input_ids":[5,7,9],"completion_mask":[0,1,1]}

    --json writes one object. Seconds, bytes, operations (flops) a second:
      bench 1, version, model, parameters, isa, threads, batch, length, method, rank, base,
        activations, precision, microbatch, streams, peakBytes
      machine: flops, memoryBytesPerSecond, paths [isa, flopsOneThread, flops],
        reads [bufferBytes, bytesPerSecond]
      matmul [layer, pass, m, n, k, seconds, flops, peakShare]
      training: tokensPerSecond, floorTokensPerSecond, stepSeconds, floorSeconds, tokens,
        trainedTokens, trainedParameters, peakBytes (by the end of training), plannedBytes, steps [seconds,
        tokens], operations [operation, pass, calls, seconds, floorSeconds, flopSeconds,
        byteSeconds, flops, bytes]
      decoding [work, sequences, tokens, seconds, tokensPerSecond, floorTokensPerSecond]
    Parts that were not asked for are missing. Fields are only ever added.

    """
}
