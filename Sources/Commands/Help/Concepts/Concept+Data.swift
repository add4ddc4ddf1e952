/// Words about data.
extension Concept {
  static let data: [Concept] = [
    .init(
      "dataset, training data, train set, training set, corpus, examples",
      "Rows of a file; one row is one example. A tenth held out tells whether training helped.",
      "load data \"support.jsonl\" split 90/10", "show data"),
    .init(
      "jsonl, json lines, ndjson, jsonlines",
      "A file with one JSON object a line: chats, prompt and completion, text, text and label.",
      "load data \"support.jsonl\" split 90/10"),
    .init(
      "csv, tsv, spreadsheet",
      "A table with a line of names; say which columns to read where they are not the usual ones.",
      "load data \"reviews.csv\" text \"text\" label \"label\""),
    .init(
      "plain text, txt, raw text", "A file of plain text is trained on as it stands, all of it.",
      "load data \"notes.txt\" split 90/10"),
    .init(
      "parquet, pq",
      "A file of rows by column, as data sets are on the Hugging Face Hub: read as JSON Lines would be.",
      "load data \"train-00000-of-00001.parquet\" split 90/10"),
    .missing(
      "arrow, feather, avro, excel, xlsx",
      "ft reads JSON Lines, CSV, TSV, Parquet and text. Write the table as one of these first."),
    .missing(
      "pdf, docx, html, epub", "ft reads no documents. Have their text as .txt or JSON Lines first."
    ),
    .missing(
      "hugging face dataset, datasets, hub dataset, load dataset",
      "ft fetches models, not rows. Have its Parquet file in your folder.",
      "load data \"support.jsonl\" split 90/10"),
    .missing(
      "database, sql, postgres, sqlite, pandas, dataframe",
      "ft reads files. Write the rows as JSON Lines or CSV, which every database can.",
      "load data \"reviews.csv\" text \"text\" label \"label\""),
    .init(
      "validation, validation set, dev set, eval set, held out, holdout, hold out",
      "Rows that training does not see are called `dev`; `split` holds them out.",
      "load data \"support.jsonl\" split 90/10", "eval dev"),
    .init(
      "test set, test split",
      "A third number holds out `test`, which is measured once, at the very end.",
      "load data \"support.jsonl\" split 80/10/10", "eval test"),
    .init(
      "cross validation, kfold, k fold, folds",
      "With few rows each is held out once; the module `kfold` trains and measures k times.",
      "use kfold; kfold.run(data, k: 3)", "help kfold", "split data fold 2 of 3 as second"),
    .init(
      "dedupe, deduplicate, deduplication, duplicates, doubles",
      "Rows that say the same are found by `check data`, and left out by `drop duplicates`, with those "
        + "that say nearly the same by `clean data`.",
      "check data", "drop duplicates", "clean data"),
    .init(
      "leak, leakage, data leakage, contamination",
      "A row of dev whose input is also in train flatters the model; `check data` counts them, and "
        + "`train` does not begin where they are many.",
      "check data", "drop leaks", "clean data"),
    .init(
      "filter, filtering, where, subset, cleaning, data quality",
      "`keep` leaves the rows for which a condition holds, `clean` those that spoil nothing.",
      "keep data where length(row.answer) < 800 as tidy", "check data"),
    .init(
      "long rows, too long, truncation, truncate, max length, sequence length, chunking, chunk",
      "`set context` is the longest row in tokens, and `set long` what happens to longer ones.",
      "set long cut", "set context 512", "keep train where row.tokens <= 512"),
    .init(
      "shuffle, shuffling, data order",
      "Each epoch has its own order of rows, which the seed decides; nothing is to be set.",
      "set seed 1"),
    .init(
      "subsample, sample rows, downsample, fewer rows, small subset",
      "A share or number of the rows, chosen by what they say and the seed.",
      "keep 25% of train as quarter", "keep any 5 of train as few"),
    .init(
      "class imbalance, imbalanced, label distribution, class balance",
      "See how often each answer is wanted; `balance` keeps as many rows of each, and a head's labels may "
        + "be weighted.",
      "plot answers of train", "balance data",
      "set objective classify, label_weights balanced"),
    .init(
      "class weights, weighted loss", "Rare labels of a head may count as much as common ones.",
      "set objective classify, label_weights balanced"),
    .missing(
      "sample weight, oversampling, upsampling, smote",
      "ft weights no rows. Have a rare row several times in the file, or keep fewer common ones.",
      "plot answers of train", "keep 50% of train as half"),
    .missing(
      "augmentation, data augmentation, synthetic data, generate data, paraphrase",
      "ft makes no rows. Write them with another tool into the JSON Lines file."),
    .missing(
      "annotation, labelling, labeling, label studio, annotate",
      "ft has no tool for marking rows. A CSV file of text and label is enough.",
      "load data \"reviews.csv\" text \"text\" label \"label\""),
    .init(
      "system prompt, system, system message, instructions",
      "A chat row may begin with a message of the role system, which is read and not trained. "
        + "`sample` takes none: put it into the text.",
      "load data \"support.jsonl\" split 90/10"),
    .init(
      "conversation, dialogue, multi turn, messages, sharegpt, chatml, alpaca",
      "A row of `messages`, each with role and content, is a chat; its answers are trained.",
      "load data \"support.jsonl\" split 90/10", "show data"),
    .init(
      "prompt and completion, instruction data, input output, prompt completion",
      "Rows of `prompt` and `completion`; other names are told as text and answer.",
      "load data \"reviews.csv\" text \"text\" answer \"label\""),
    .init(
      "label, labels, class, classes", "Rows of text and label are for classifying.",
      "load data \"reviews.csv\" text \"text\" label \"label\"", "eval dev by label"),
    .init(
      "mask, loss mask, masking, completion only, train on inputs, train on prompt, prompt loss",
      "Only answers are trained, prompts are not; `set loss everything` trains both.",
      "set loss everything", "save tokens \"out/tokens.jsonl\""),
    .init(
      "input ids, token ids, tokenized data, tokenised data, attention mask",
      "What each row becomes, and which of its tokens are trained, can be written to a file.",
      "save tokens \"out/tokens.jsonl\""),
    .init(
      "padding, pad, pad token, collator, data collator",
      "Rows of a step lie one after the other without padding, so there is none to set.",
      "set microbatch 1024"),
    .init(
      "packing, pack, sequence packing, sample packing, bin packing",
      "Rows are computed in one piece without padding, each attending to itself alone: nothing is "
        + "lost that packing would save.",
      "set microbatch 1024"),
    .init(
      "how much data, how many rows, how many examples, more data",
      "`advise` judges by measuring; the module `curve` trains on growing shares of the rows.",
      "advise", "use curve; curve.run()"),
    .missing(
      "images, image, vision, multimodal, audio, speech, whisper, video",
      "ft works on text alone."),
    .missing(
      "streaming dataset, streaming data, lazy loading, sharded data",
      "All rows are read into memory at once. A file beyond it has to be cut."),
  ]
}
