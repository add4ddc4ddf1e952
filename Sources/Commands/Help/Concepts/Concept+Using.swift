/// Words about using a model.
extension Concept {
  static let using: [Concept] = [
    .init(
      "inference, generation, generate text, text generation, completion, decoding",
      "One answer to a text, or its continuation.", "sample \"My parcel is late.\""),
    .init(
      "classify, classification, classifier, text classification, sentiment, sentiment analysis, "
        + "intent, intent detection, spam, moderation labels",
      "Rows of text and label; after training, `classify` chooses a label for a text: one that the model "
        + "would write, or, with `set objective classify`, one that a head of it chooses.",
      "classify \"My parcel is late.\"", "set objective classify", "eval dev by label"),
    .init(
      "zero shot, zero shot classification, choose, multiple choice",
      "How likely each of some answers is.", "sample \"Is it late?\" from [\"yes\", \"no\"]"),
    .init(
      "few shot, in context learning, prompting, prompt engineering, one shot",
      "Put examples into the text. It is worth measuring before any training.",
      "sample \"red: rouge\\nblue: bleu\\ngreen:\" raw", "advise"),
    .init(
      "summarization, summarisation, summarize, translation, translate, question answering, qa, "
        + "rewriting, extraction, ner, style transfer, chatbot, support bot, assistant",
      "A task is what its rows show: what is given, and what is wanted.",
      "load data \"support.jsonl\" split 90/10", "train 3 epochs"),
    .init(
      "embedding, embeddings, sentence embeddings, vectors, similarity, clustering, "
        + "cosine similarity",
      "The vector of a text, or how alike two texts are; best with an encoder made for it.",
      "embed \"A cat sat there.\"", "embed \"A cat sat there.\" with \"There was a cat.\""),
    .init(
      "regression, rating, score of a text",
      "Rows whose label is a number: a head of the model learns it.",
      "set objective classify, label_kind number"),
    .init(
      "multi label, multilabel, several labels, multi label classification",
      "Rows whose `label` is a list: a head of the model tells each label by itself.",
      "set objective classify, label_kind several"),
    .missing(
      "ranking, recommendation, forecasting, time series",
      "ft learns to write text, and labels of texts.", "set objective classify"),
    .init(
      "retrieval, information retrieval, semantic search, vector database, faiss, passages",
      "Texts are found by their vectors; `eval dev` tells how well, beside a search by words.",
      "search \"a refund\" in train", "eval dev"),
    .init(
      "contrastive learning, multiple negatives ranking, in batch negatives, hard negatives, matryoshka, "
        + "triplets, sentence transformers",
      "Rows of a query and a text that belongs to it teach vectors.", "set objective retrieve",
      "set widths [384, 128, 64]"),
    .missing(
      "rag, retrieval augmented generation, knowledge base",
      "ft looks nothing up for a prompt: put what is needed into it. `search` finds texts; "
        + "`baseline` tells how well the nearest row alone would answer.",
      "search \"a refund\" in train", "baseline"),
    .missing(
      "agents, agent, tool use, tools, function calling, tool calls, mcp",
      "`sample` calls no tools: it writes text.", "sample \"My parcel is late.\""),
    .missing(
      "structured output, json mode, grammar, constrained decoding, guided decoding, schema",
      "`sample` writes freely; from a list of answers it chooses one.",
      "sample \"Is it late?\" from [\"yes\", \"no\"]"),
    .init(
      "greedy, greedy decoding, argmax", "The likeliest token each time.",
      "sample \"My parcel is late.\" at temperature 0"),
    .init(
      "nucleus, nucleus sampling, top k, top p, min p, sampling, randomness, creativity",
      "Which of the likely tokens may be drawn.", "set temperature 0.7, top_p 0.95", "help top_k"),
    .missing(
      "beam search, beams, num beams, best of n, speculative decoding, contrastive search",
      "ft draws a token at a time. Several answers can be asked for.",
      "sample \"Hello\" times 2 top 40 seed 7 length 8"),
    .missing(
      "repetition penalty, repetition, frequency penalty, presence penalty, no repeat ngram, logit bias",
      "ft changes no probabilities after the fact. A little temperature helps against repeating.",
      "set temperature 0.7"),
    .init(
      "max tokens, max new tokens, answer length, response length",
      "New tokens of an answer at the most.", "set tokens 64"),
    .init(
      "stop sequence, stop sequences, stop words, stop token",
      "An answer ends at the model's own end, or at a text.", "sample \"Hello\" stop \".\""),
    .init(
      "batch inference, batch prediction, bulk, many prompts, predict file",
      "A loop over rows, or `times` for several answers to one text.",
      "for row in dev { sample (row.text) }"),
    .init(
      "hallucination, hallucinations, facts, knowledge, wrong answers",
      "Training teaches manner more than facts. `advise` says when a look-up does better.", "advise"
    ),
    .init(
      "reasoning, chain of thought, cot, thinking",
      "What an answer says on its way is trained as the rest of it.", "show data"),
    .init(
      "server, serving, api, rest, rest api, endpoint, http, openai, web ui, gradio",
      "`serve` has the model answer by the OpenAI API. `ft serve` in the shell takes fine-tuning jobs "
        + "too, and has a page.",
      "serve"),
    .init(
      "deploy, deployment, production, ship, export, publish, push to hub, upload",
      "Saving writes a folder that other programs read; taking it anywhere is yours to do.",
      "save model \"out/model\"", "save adapter \"out/adapter\""),
    .init(
      "latency, streaming, concurrency",
      "Answers are shown as they are written; `serve` writes those of many at once. `ft bench` in the "
        + "shell measures.",
      "help bench"),
  ]
}
