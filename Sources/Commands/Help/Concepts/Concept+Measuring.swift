/// Words about measuring.
extension Concept {
  static let measuring: [Concept] = [
    .init(
      "evaluation, evaluate model, scoring, score, quality",
      "Loss on rows that training has not seen, with its 95 % interval.", "eval dev",
      "compare base tuned on dev"),
    .init(
      "metrics, metric, measures",
      "Loss, perplexity and the share of tokens that were likeliest; by label, how many rows are "
        + "right; of answers that are written, BLEU, chrF, ROUGE, exact match and more.",
      "eval dev", "eval dev by label", "eval dev with bleu, chrf", "help eval"),
    .init(
      "losses, cross entropy, crossentropy, negative log likelihood, nll, training loss",
      "The mean surprise at each token of the answers, in nats; lower is better.", "eval dev",
      "plot run"),
    .init(
      "perplexity, ppl",
      "exp(loss): among how many equally likely tokens the model seems to choose.",
      "print (eval dev).perplexity"),
    .init(
      "accuracy, acc, correct, error rate",
      "For labels, the share of rows that are right, beside always giving the commonest label.",
      "eval dev by label", "train until dev.accuracy > 0.9"),
    .init(
      "confusion matrix, confusion, misclassified",
      "For each label, how many of its rows were given which.",
      "let r = eval dev by label", "show r.confusion"),
    .init(
      "f1, f1 score, mcc, macro f1, rmse, pearson",
      "Of a head that chooses labels `eval` has macro-F1, MCC and ECE, of numbers the RMSE and Pearson's "
        + "correlation, each with its 95 % interval.", "set objective classify"),
    .missing(
      "precision and recall, precision recall, recall, auc, roc",
      "ft counts how many rows are right and has the confusion matrix, from which they follow.",
      "let r = eval dev by label", "show r.confusion"),
    .init(
      "bleu, rouge, chrf, exact match, squad, stop rate, valid json, sacrebleu, rouge score",
      "The model answers each row, and the answers are compared with those that are wanted, with 95 % "
        + "intervals: the numbers of sacrebleu, rouge_score and SQuAD's script.",
      "eval dev with bleu, chrf, rougel", "help eval"),
    .missing(
      "meteor, bertscore, edit distance, wer",
      "ft compares texts by BLEU, chrF, ROUGE, exact match and the words that SQuAD counts.",
      "eval dev with chrf, exact"),
    .init(
      "groups, slices, subgroups, per group, group by, stratified evaluation",
      "Measures of rows that have something in common: a key of their file, or about the same length.",
      "eval dev by length", "eval dev by \"topic\""),
    .missing(
      "mmlu, leaderboard, lm eval, harness, hellaswag, humaneval, llm as a judge, judge, elo",
      "ft has no benchmarks. Measure on rows of your own task.",
      "eval dev", "compare base tuned on dev"),
    .init(
      "baselines, majority class, naive baseline",
      "What needs no training: the usual label, a classifier of words, look-ups, a prompt with examples, "
        + "counts of tokens.", "baseline", "baseline dev shots 2"),
    .init(
      "comparison, before and after, did it help, improvement, a b test, ab test",
      "Both models on the same rows, with the interval of the difference.",
      "compare base tuned on dev", "lesson 3"),
    .init(
      "tf idf, tfidf, logistic regression, scikit learn, sklearn, bm25, nearest neighbor, nearest neighbour, "
        + "knn",
      "Simple methods that answer from the rows of train, beside the model on the same rows.",
      "baseline dev"),
    .init(
      "sample size, power, win rate, wins",
      "Rows won and lost, and about how many would show a difference of that size.",
      "compare base tuned on dev"),
    .init(
      "significance, confidence interval, confidence, p value, error bars, variance",
      "`eval` and `compare` give 95 % intervals from resampling the rows.",
      "compare base tuned on dev"),
    .init(
      "learning curve, data scaling, scaling",
      "Is more data worth it? The module `curve` trains on growing shares of the rows.",
      "use curve; curve.run()", "help curve"),
    .init(
      "loss curve, curves, graph, visualization, visualisation, chart, figure",
      "Curves in the terminal, and as SVG into a file.", "plot run", "plot run to \"loss.svg\""),
    .init(
      "histogram, length distribution, token lengths, statistics, eda",
      "Rows counted by their length or by what is wanted.", "plot lengths of train",
      "plot answers of train"),
    .init(
      "logprobs, log probabilities, probabilities, probability, likelihood, logits",
      "How likely each of several answers is.", "sample \"Is it late?\" from [\"yes\", \"no\"]"),
    .missing(
      "calibration, uncertainty, ece",
      "ft gives the likelihood of each answer, of a head's labels with the ECE, and does not set it right.",
      "sample \"Is it late?\" from [\"yes\", \"no\"]"),
    .init(
      "advice, whether to train, worth it, worth training",
      "Judged from measurements of your data and model.", "advise", "baseline"),
    .missing(
      "interpretability, explainability, attention maps, shap, saliency",
      "ft does not look inside the model."),
    .missing(
      "toxicity, safety, bias, guardrails, moderation",
      "ft measures none of these: read answers, and compare them with those of base.",
      "compare base tuned on dev showing 2"),
  ]
}
