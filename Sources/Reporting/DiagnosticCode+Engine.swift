extension DiagnosticCode {
  /// Codes of data files: D10x the file, D2xx its rows.
  static let data: [Entry] = [
    Entry(
      "D101", "no such file, or it cannot be read",
      "Files are looked for from the folder ft was started in; bundled data goes by its "
        + "bare name. "
        + "`ls` in the shell shows what is there."),
    Entry(
      "D102", "not a text file",
      "Data is UTF-8 text: JSON Lines, CSV, TSV or plain text. Other formats have to be "
        + "converted."),
    Entry(
      "D103", "the file has no rows",
      "There is nothing between its beginning and its end, or only blank lines and a "
        + "header. A file with one row at least can be loaded."),
    Entry(
      "D104", "the columns are not known",
      "A table needs columns such as `text` and `label`, `prompt` and `completion`, or `text`."),
    Entry(
      "D105", "the split does not fit",
      "A split is two or three whole numbers, such as 90/10 or 80/10/10, and each part gets "
        + "at least "
        + "one row."),
    Entry(
      "D107", "conversations need a chat template",
      "The model's folder has none: it was not taught to read conversations, as base models are not. "
        + "`set template plain` gives it one that works with every model, and is saved with it; "
        + "`set template chatml` is for tokenizers that have those tokens. Rows of `prompt` and "
        + "`completion` need no template."),
    Entry(
      "D201", "a row is not valid JSON",
      "Each line of a JSON Lines file is one object. The carets show where reading stopped; the "
        + "mistake is there or just before. `load data … skip bad` leaves such lines out."),
    Entry(
      "D202", "a row is not UTF-8",
      "Text is read as UTF-8 alone, so that nothing is guessed. The byte at fault is "
        + "named; an editor's \"save as UTF-8\" mends the file."),
    Entry(
      "D203", "a row has a zero byte",
      "Text has no zero bytes, so the file is of another kind, or was damaged on its way."),
    Entry(
      "D204", "a line is too long",
      "Each row is one line, and this one is longer than any model could read. Perhaps "
        + "line ends were lost."),
    Entry(
      "D205", "a row is not an object",
      "Each row of JSON Lines is an object, `{…}` with named fields, and not a list, a "
        + "text or a number."),
    Entry(
      "D206", "a row goes on over several lines",
      "In JSON Lines each row is one line. A whole file that is one array `[…]` works too."),
    Entry(
      "D207", "the keys of a row are not known",
      "Rows have messages, prompt and completion, text, text and label, or instruction and "
        + "output."),
    Entry(
      "D208", "rows of different kinds",
      "All rows of a file are of the kind of the first one, so that a loss or a count means "
        + "one thing. Put the others into a file of their own."
    ),
    Entry(
      "D209", "a row of preferences",
      "Pairs of chosen and rejected answers train another way; keep the chosen ones as chats."),
    Entry(
      "D210", "a key is missing",
      "The message names the key, and the object that lacks it; the row's other keys say "
        + "of what kind it is."),
    Entry(
      "D211", "a value is of the wrong type",
      "The message says what the value is and what it should be: contents are texts, "
        + "messages a list."),
    Entry(
      "D212", "a text is empty",
      "An empty text is nothing to read, or nothing to learn. Leave the row out: `load "
        + "data … skip bad`."),
    Entry(
      "D213", "a comma after a row",
      "In JSON Lines nothing stands between the rows but the line ends. A file with commas between "
        + "its rows is an array: put `[` before the first and `]` after the last."),
    Entry(
      "D214", "the rows are inside an object",
      "The file, or a row, is an object that wraps the rows, such as {\"data\": [{…}, {…}]}. The "
        + "list alone is a file of rows."),
    Entry(
      "D215", "messages stand elsewhere",
      "A list of messages is one conversation, and a row has it under `messages`: "
        + "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, …]}."),
    Entry(
      "D220", "a conversation without messages",
      "The list of messages is empty. A conversation needs a user's message and the "
        + "assistant's answer."),
    Entry(
      "D221", "an unknown role",
      "Messages are of system, user, assistant, developer or tool. Other names are mostly "
        + "misspelt."
    ),
    Entry(
      "D222", "a weight is neither 0 nor 1",
      "The weight of an assistant's message is 1 when it is trained, and 0 when it is "
        + "only context."),
    Entry(
      "D223", "a weight on another role",
      "A weight of 1 says that a message is trained, and only the assistant's are: the "
        + "others need none, or 0."),
    Entry(
      "D224", "a call that cannot be read",
      "A message from `function_call` has JSON for its value, {\"name\": …, \"arguments\": …} or a "
        + "list of such. Leave other rows out: `load data … skip bad`."),
    Entry(
      "D225", "no assistant message",
      "The model learns to write the assistant's messages; without one the row teaches "
        + "nothing."),
    Entry(
      "D230", "the wrong number of fields",
      "Each row of a table has as many fields as its header. A comma inside a field needs "
        + "quotes around it."
    ),
    Entry(
      "D231", "a quote is never closed",
      "A quoted field goes on to the next quote, over line ends too. Quotes inside it are "
        + "written twice."),
    Entry(
      "D232", "text after a closing quote",
      "A field is quoted as a whole or not at all; quotes inside a quoted field are "
        + "written twice."),
    Entry(
      "D240", "a row is too long",
      "It has more tokens than the model can see at once. `set long cut` keeps its beginning, "
        + "`set long drop` leaves it out; plain text is split into pieces by itself."),
    Entry(
      "D241", "a row trains nothing",
      "None of its tokens is trained: the answer is empty, or was cut off because the "
        + "prompt fills the model's context."),
    Entry(
      "D242", "the chat template failed",
      "The model's chat template refused the conversation; what it says is shown. Some "
        + "take no system message, or want turns to alternate."),
    Entry(
      "D243", "the template rewrites earlier turns",
      "What it writes for a longer conversation does not begin with what it wrote for a "
        + "shorter one, "
        + "so training would not see what generation sees."),
    Entry(
      "D244", "the template leaves part of an answer out",
      "What the template writes lacks a part of the answer, so the model would be trained "
        + "on less than the row says."
    ),
    Entry(
      "D245", "no token ends a row",
      "What a row is trained to end with is what an answer stops at: `set end`, else `eos_token` of "
        + "tokenizer_config.json, else `eos_token_id` of config.json or generation_config.json, "
        + "else the family's own. Where none of these names a token of the model, "
        + "`set end \"</s>\"` does; the token has to be in tokenizer.json."),
    Entry(
      "D247", "the template leaves a call out",
      "The assistant's message calls a tool, and the model's chat template does not write the call: "
        + "the model would learn to answer without it. Templates of models that were trained with "
        + "tools write calls."),
    Entry(
      "D250", "no rows here",
      "The part has no rows. `load data … split 90/10` holds out a tenth as dev."),
    Entry(
      "D251", "not rows with labels",
      "`eval … by label` makes the model choose one of the labels that the rows have. That takes "
        + "rows whose answers come from a small set, such as a CSV file with the columns `text` "
        + "and `label`. What is written freely is measured by `eval` alone, and seen by `compare`."),
  ]

  /// Codes of model files.
  static let models: [Entry] = [
    Entry(
      "M101", "no such model or file",
      "A model is a bundled name or a folder in quotes, with config.json, model.safetensors and "
        + "tokenizer.json."),
    Entry(
      "M102", "no safetensors",
      "Pickle checkpoints could run code when they are read, so they are not. Convert the "
        + "model to "
        + "safetensors first."),
    Entry(
      "M103", "a model of another kind",
      "The message lists the known families, or names the setting of the file that asks for "
        + "something that is not supported. Left out, it would give wrong numbers without a word."),
    Entry(
      "M104", "a damaged or contradictory file",
      "What the file says does not fit together: a shape, an offset, a number out of its range. "
        + "Fetch it again."),
    Entry(
      "M105", "weights that are not numbers",
      "A weight in the file is NaN or infinite; the message has its tensor and place. Whatever the "
        + "model computes would not be a number either. The file is damaged, or was written after a "
        + "training that diverged: take an earlier one, or fetch it again."),
    Entry(
      "M106", "a pointer instead of the file",
      "Large files of a repository are kept apart by git-lfs, and a clone without it has a few lines "
        + "of text in their place. `git lfs pull` in the shell, run in that folder, fetches them."),
    Entry(
      "M107", "not a folder of a model",
      "`load model` reads a Hugging Face folder: config.json, tokenizer.json and model.safetensors. "
        + "The message says what is there instead, and which line reads it."),
    Entry(
      "M108", "files of different saves",
      "A folder that was saved here has a list of its files with their SHA-256, model-manifest.json "
        + "or adapter-manifest.json. One of them is not the file that was saved with the others: "
        + "loaded together they would be a model that nobody trained. Save it again. If you changed the "
        + "file yourself, remove the list, and the folder is read as it is."),
    Entry(
      "M120", "the parts do not fit",
      "Tokenizer, chat template and weights belong to one model; one of them cannot be "
        + "read, or is of another."
    ),
    Entry(
      "M130", "the adapter does not fit the model",
      "It was trained on another model, or changes more than low-rank matrices."),
    Entry(
      "M131", "there is no adapter to save",
      "`save adapter` writes the adapter alone, `save model` the model with it merged in."),
    Entry(
      "M132", "the weights in memory are rounded",
      "With `set base bf16`, `int8` or `q4` the weights are rounded, not those of the file; they "
        + "are not written as if they were the model. Load it again with `set base f32`."),
    Entry(
      "M140", "the base cannot be read again",
      "Training changed all weights, and those as loaded are read from their file when they are "
        + "needed. The file was written to since, or cannot be read. `load model` starts anew."),
  ]

  /// Codes of settings.
  static let settings: [Entry] = [
    Entry(
      "S301", "a value out of range",
      "Each setting has a range or a list of words; `help lr` shows that of lr, `set` "
        + "alone those of all."),
    Entry(
      "S302", "the adapter's settings do not fit the model",
      "Its targets name layers of the model, and its rank is at most the width of the "
        + "narrowest."),
    Entry(
      "S303", "the shape of a new model does not fit",
      "The sizes of a new model have to go together: heads divide the width, key heads "
        + "divide the heads. The message names what does not."),
    Entry(
      "S304", "the prompt is too long",
      "The model's context has to hold the prompt and at least one token of the answer. "
        + "Shorten the prompt."),
    Entry(
      "S305", "not answers to choose from",
      "`sample … from [\"yes\", \"no\"]` takes a list of at least two different texts, none of "
        + "them empty, and tells how likely the model holds each."),
  ]

  /// Codes of training.
  static let training: [Entry] = [
    Entry(
      "T401", "an adapter is attached already",
      "A model carries one adapter at a time. `save adapter` keeps the one there is, "
        + "`reset` takes it off."
    ),
    Entry(
      "T402", "nothing was trained",
      "Base and tuned are the same until something was "
        + "trained or an adapter was loaded."),
    Entry(
      "T403", "the weights cannot be trained as they are kept",
      "Training all weights takes them as float32. With `set base bf16`, `int8` or `q4` they are "
        + "frozen: train an adapter beside them, or load the model with `set base f32`."),
    Entry(
      "T404", "nothing to stop",
      "`stop` stands in the block of a training, and ends that training."),
    Entry(
      "T405", "the block of a training cannot do that",
      "While the block of `train … each epoch { … }` runs, the training holds the model and has made "
        + "its plan from the settings. Measuring, sampling, printing and saving are fine; `with` sets "
        + "something for commands in the block."),
    Entry(
      "T501", "training diverged",
      "The loss stopped being a number, mostly for a learning rate far too high. The weights are "
        + "those before that step; set a smaller rate and train again."),
    Entry(
      "T502", "training that made the model worse",
      "The rows of the first step are measured once more at the end, when the loss is above the first "
        + "one: trained on, they should surprise the model less than before. They do not, mostly for "
        + "a learning rate far too high. `reset` goes back to base; then train with a smaller one."),
    Entry(
      "T503", "what the model computes is not a number",
      "A weight is NaN or infinite, or so large that sums overflow, mostly after a training with a "
        + "learning rate far too high; the message names it. Nothing is measured, written or saved with "
        + "such a model: `reset` goes back to the model as it was loaded."),
  ]

  /// Codes of folders, disks and saved runs.
  static let runs: [Entry] = [
    Entry(
      "R201", "writing failed",
      "The disk is full, the folder may not be written to, or it is gone. What was there "
        + "before is untouched: files appear whole or not at all."),
    Entry(
      "R202", "the folder holds something else",
      "Nothing is overwritten that does not look like what is to be saved."),
    Entry(
      "R401", "not enough memory",
      "What was asked for needs more memory than there is, or than `set memory` allows. Nothing was "
        + "started. `plan` shows what takes how much. `set microbatch` and `set recompute on` cost "
        + "time and change no result; an adapter, or a smaller model or context, needs less."),
    Entry(
      "R402", "the system refused memory",
      "Memory, or a thread, was asked for and not given: other programs take it, or a limit such as "
        + "`ulimit -v` is set. The program ended at once, with the exit code 6. Files that stood are "
        + "untouched, and a training with `checkpoint` goes on from its last state."),
    Entry(
      "R801", "the folder is in use",
      "Another training writes its checkpoints there. Two would overwrite each other's state; wait "
        + "for the other one, or name another folder."),
    Entry(
      "R901", "the checkpoint is of another training",
      "A training goes on only with the settings, data and first weights it began with; the "
        + "message "
        + "names what differs."),
    Entry(
      "R902", "the checkpoint cannot be read",
      "It is damaged: cut off, or changed since it was written. Files of this program appear whole or "
        + "not at all, so something else did it. Remove it to begin anew."),
    Entry(
      "R903", "nothing to go on with",
      "`resume` goes on with a training that kept its state in a folder, as `train 3 epochs checkpoint "
        + "\"out/run\"` does."),
  ]
}
