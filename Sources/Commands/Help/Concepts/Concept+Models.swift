import Models
import Reporting

/// Words about models and what is trained of them.
extension Concept {
  static let models: [Concept] = [
    .init(
      "lora, low rank, low rank adaptation, peft",
      "Two small matrices beside each layer are trained, the model's own numbers are not.",
      "set adapter lora, rank 16", "help rank", "help targets"),
    .init(
      "qlora, four bits, eight bits, bitsandbytes, bnb, nf4",
      "An adapter over weights of four bits: set this before the model is loaded.",
      "set base q4, adapter lora", "load model finch"),
    .init(
      "quantization, quantize, quantized, quant, int8, int4, gptq, awq",
      "Frozen weights kept in fewer bits take less memory and are rounded. A model is saved in "
        + "f32, bf16 or f16.",
      "set base int8", "save model \"out/model\" as bf16"),
    .init(
      "full fine tuning, full finetuning, all weights, full training",
      "Without an adapter every weight is trained.", "set adapter none"),
    .init(
      "freeze layers, freeze, frozen, unfreeze, layers, trainable parameters",
      "An adapter leaves the model frozen, and `targets` names the layers it changes.",
      "set targets [\"q_proj\", \"v_proj\"]"),
    .init(
      "adapters, peft adapter, adapter file",
      "A trained adapter is a folder of its own that peft reads too.",
      "save adapter \"out/adapter\"",
      "load adapter \"out/adapter\""),
    .init(
      "merge, merge adapter, merging, merge and unload, fuse",
      "`save model` writes the model with the adapter merged into its weights.",
      "save model \"out/model\""),
    .missing(
      "model merging, mergekit, slerp, ties, task arithmetic, model soup",
      "ft merges an adapter into its model, not one model into another.",
      "save model \"out/model\""),
    .missing(
      "prefix tuning, prompt tuning, p tuning, ia3, soft prompt, bitfit",
      "ft trains LoRA and DoRA adapters, or all weights.", "set adapter dora"),
    .init(
      "base model, pretrained model, foundation model, llm, language model",
      "A bundled model by its name, or a folder with config.json, its weights and tokenizer.json.",
      "load model finch", "help load model"),
    .init(
      "hugging face, huggingface, hf, hub, model hub, transformers",
      "ft reads and writes their folders, and fetches them into the cache that other programs use.",
      "get model \"org/name\"", "load model \"path/to/folder\"", "save model \"out/model\""),
    .init(
      "download, wget, snapshot download, huggingface cli, smollm2",
      "`get model` fetches a model that it knows by name, or a repository of the Hugging Face hub; "
        + "nothing else uses the network.",
      "get model smollm2", "get model \"org/name\""),
    .init(
      "\(knownModels.joined(separator: ", ")), tinyllama, stories",
      "Folders of these families load; `help load model` says more.",
      "load model \"path/to/folder\"", "help load model"),
    .missing(
      unknownModels.joined(separator: ", "),
      "ft has decoders of the \(Suggestion.list(families, joinedBy: "and")) families.",
      "help load model"),
    .init(
      "moe, mixture of experts, experts, router, load balancing, auxiliary loss",
      "Models with experts load and train; a loss that keeps experts evenly used is not added, and "
        + "adapters leave the router as it is.",
      "load model \"path/to/folder\"", "help load model"),
    .init(
      "safetensors, model file, weights, weights file, bin file, pytorch, torch",
      "Weights are read from and written to safetensors; a pickle is never opened.",
      "save model \"out/model\""),
    .init(
      "gguf, ggml, llama cpp, llamacpp, ollama, modelfile, lm studio, lmstudio",
      "A GGUF file has the whole model, with a Modelfile for Ollama beside it; one of the adapter alone "
        + "is `export lora-gguf`.",
      "export gguf \"out/model.gguf\"", "export lora-gguf \"out/adapter.gguf\""),
    .missing(
      "onnx, mlx, coreml, tensorrt, openvino",
      "ft writes Hugging Face folders and GGUF files; the converters of the others start from a "
        + "folder.",
      "save model \"out/model\""),
    .missing(
      "vllm, tgi, sglang, text generation inference",
      "ft writes a Hugging Face folder, which they read as it is.",
      "save model \"out/model\""),
    .init(
      "parameters, parameter count, model size, architecture, config",
      "What the loaded model is.", "show model"),
    .init(
      "context length, context window, max position embeddings, context size",
      "`show model` says how many tokens it sees at once; `set context` is the longest row.",
      "show model", "set context 512"),
    .init(
      "tokens per text, tokenizer, tokenization, tokenisation, tokenize, bpe, sentencepiece, subword",
      "A model comes with its tokenizer.json; a new vocabulary can be learned from data.",
      "train tokenizer 300 to \"tokenizer.json\"", "plot lengths of train"),
    .init(
      "vocab, vocabulary, vocabulary size, vocab size",
      "`show model` has its size; `train tokenizer` learns another for a new model.", "show model"),
    .init(
      "add tokens, new tokens, extend vocabulary, resize embeddings, added tokens",
      "A chat template may bring tokens of its own; they are added, and a training teaches them.",
      "set template chatml"),
    .init(
      "special tokens, eos, bos, end of text, eos token",
      "They are those of the model's tokenizer; what each row becomes can be written to a file.",
      "save tokens \"out/tokens.jsonl\""),
    .init(
      "chat template, chat format, prompt template, jinja",
      "The model's own template sets rows and questions; `show model` says whether it has one, and "
        + "`raw` goes without.",
      "show model", "sample \"Once upon a time\" raw"),
    .init(
      "pretraining, pretrain, from scratch, train from scratch, new model from scratch",
      "A tokenizer, an untrained model around it, and text.",
      "train tokenizer 300 to \"tokenizer.json\"",
      "new model wren {hidden: 64, layers: 2, heads: 4, context: 128} tokenizer \"tokenizer.json\""),
    .init(
      "continued pretraining, domain adaptation, domain adaptive",
      "Load plain text and train: all of it is learned.", "load data \"notes.txt\" split 90/10"),
    .init(
      "attention, flash attention, sdpa, rope, sliding window",
      "They are as the model's config says, and computed in blocks; nothing is to be set.",
      "show model"),
    .init(
      "kv cache, key value cache, cache type", "Keys and values may be kept in half the memory.",
      "set cache bf16"),
    .init(
      "activation quantization, quantized activations, w8a8, w4a8, integer products",
      "Text may be written in integers of 8 bits beside weights of 4 or 8, which is faster; losses are of "
        + "the numbers themselves.",
      "set base q4, activations int8"),
  ]

  /// The families of models that can be loaded, without their versions: `qwen2` is of `qwen`.
  private static let families = ModelConfig.knownTypes.map { type -> String in
    let name = type.prefix { !$0.isNumber }
    return String(name.hasSuffix("_v") ? name.dropLast(2) : name)
  }.reduce(into: []) { (names: inout [String], name) in
    if !names.contains(name) { names.append(name) }
  }

  /// What such models are called.
  private static let knownModels =
    families + ModelConfig.knownTypes.filter { !families.contains($0) }

  /// What well-known models of other kinds are called.
  private static let unknownModels = [
    "bert", "roberta", "t5", "phi", "falcon", "mamba", "encoder", "seq2seq",
  ].filter { !knownModels.contains($0) }
}
