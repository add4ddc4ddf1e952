/// Words about training.
extension Concept {
  static let training: [Concept] = [
    .init(
      "epochs, epoch, passes, iterations, num train epochs",
      "`train` takes how often training goes over all rows.", "train 3 epochs"),
    .init(
      "steps, step, updates, max steps", "A number of updates, each on `batch` rows.",
      "train 100 steps"),
    .init(
      "fine tuning, finetuning, fine tune, sft, supervised fine tuning, instruction tuning, "
        + "post training",
      "Training on rows of what is given and what is wanted is what `train` does.",
      "load model finch; load data \"support.jsonl\" split 90/10; train 3 epochs", "lesson 2"),
    .init(
      "early stopping, early stop, patience, stop early, plateau",
      "Training ends by itself once dev has not improved for a number of measurements, and keeps "
        + "the best weights.",
      "train until dev.loss stalls for 2"),
    .init(
      "batch size, batchsize, per device batch size",
      "How many rows one step learns from.", "set batch 16"),
    .init(
      "gradient accumulation, accumulation steps, accumulate, micro batch, effective batch size",
      "`batch` is the whole step. It is computed some tokens at a time, `microbatch`, which changes "
        + "memory and never the result.",
      "set batch 32, microbatch 1024"),
    .init(
      "learning rate, step size, rates", "`lr`; `auto` chooses by width and method.",
      "set lr auto", "help lrfind"),
    .init(
      "learning rate finder, lr finder, find learning rate",
      "The module `lrfind` trains briefly with a rising rate and proposes one.",
      "use lrfind; lrfind.run()"),
    .init(
      "warm up, warmup steps, warmup ratio",
      "The share of the steps in which the rate rises from 0.", "set warmup 10%"),
    .init(
      "schedulers, lr schedule, learning rate schedule, cosine decay, annealing",
      "How the rate moves after the warm-up: cosine, linear, constant or rising.",
      "set schedule linear", "plot lr"),
    .init(
      "gradient clipping, max grad norm, clip grad, exploding gradients",
      "Gradients of a larger norm are scaled down.", "set clip 1"),
    .init(
      "weight decay, regularization, regularisation, l2",
      "`decay` pulls matrices towards 0 at each step.", "set decay 0.01"),
    .init(
      "overfitting, overfit, memorizing, memorising, generalization, generalisation",
      "When dev rises while train falls, stop earlier, train less of the model, or get more rows; "
        + "lesson 4 shows it.",
      "train until dev.loss stalls for 2", "set dropout 10%", "lesson 4"),
    .init(
      "underfitting, underfit, not learning, loss not falling, stuck",
      "Look whether the rate is far too small, and train longer.", "set lr auto", "plot run"),
    .init(
      "forgetting, catastrophic forgetting, unlearning",
      "An adapter, a small rate and few epochs forget least; both models are measured on neutral text that "
        + "comes with ft.",
      "compare base tuned on dev forgetting"),
    .init(
      "hyperparameter, hyperparameters, hyperparameter search, hyperparameter tuning, grid search, "
        + "random search, optuna, sweep, tuning",
      "The module `sweep` trains each point from base and ranks them by dev.",
      "use sweep; sweep.grid({rank: [4, 8], lr: [1e-4, 2e-4]}) do { train 1 epoch; eval dev }",
      "help sweep", "set"),
    .init(
      "seeds, random seed, random state, reproducibility, reproducible, determinism, deterministic",
      "The same seed gives the same bits on any machine with any number of threads.",
      "set seed 7", "help checkpoint"),
    .init(
      "save checkpoint, checkpointing, autosave, interrupted, crash",
      "Training keeps its state in a folder; the same line goes on where it was.",
      "train 3 epochs checkpoint \"out/run\"", "resume \"out/run\""),
    .init(
      "gradient checkpointing, activation checkpointing, recomputation, rematerialization",
      "Blocks are computed twice to save memory.", "set recompute on"),
    .init(
      "out of memory, oom, ram, vram, memory usage",
      "`plan` says what a training needs before it starts; these need less and change no result.",
      "plan 1 epoch", "set recompute on", "set microbatch 256"),
    .init(
      "mixed precision, fp16, half precision, dtype, float16, bfloat16, fp32",
      "Training computes in float32; frozen weights may be kept in fewer bits, and a card may multiply in "
        + "bfloat16.",
      "set base bf16", "set precision exact"),
    .init(
      "speed, performance, slow, faster, throughput, benchmark, profiling",
      "`plan` tells the time of a training; `ft bench` in the shell how near it is to the machine's "
        + "peak.",
      "plan 1 epoch", "help bench"),
    .init(
      "threads, cores, cpu, cpus, num workers, parallelism",
      "All cores compute; `ft --threads 2` in the shell takes fewer. Results stay the same.",
      "show settings"),
    .init(
      "gpu, gpus, cuda, nvidia",
      "With `set device cuda` an NVIDIA card computes, to the processor's bits unless `precision` is bf16.",
      "show device",
      "set device auto"),
    .missing(
      "rocm, mps, metal, tpu",
      "ft computes on the processor and on NVIDIA cards. Small models, adapters and few bits keep that "
        + "quick.",
      "set base q4, adapter lora, rank 8", "plan 1 epoch"),
    .init(
      "workers, mpirun, mpi, distributed, ddp, fsdp, deepspeed, zero, multi gpu, multi node, data parallel, accelerate",
      "`mpirun -n 4 ft run lab.ft`, in a shell, trains with four workers (Debian: openmpi-bin): each "
        + "computes whole shards of a step and keeps a part of the optimizer's state. With the same "
        + "`shards` any number of workers gives the same bits, and goes on with a checkpoint of any "
        + "other. The first one alone shows and writes; `--hostfile` takes in other machines.",
      "set shards 4"),
    .init(
      "dpo, ipo, orpo, kto, simpo, preference, preferences, preference data, preference optimization",
      "Rows of a chosen and a rejected answer teach which is better, those of an answer and a verdict "
        + "whether it is good. `train` does so by dpo and kto; `set objective` names others.",
      "load data \"preferences.jsonl\" split 90/10", "set objective orpo, beta 0.1",
      "train 1 epoch",
      "eval dev"),
    .missing(
      "rlhf, ppo, grpo, rl, reinforcement learning, reward, reward model, rlaif, alignment",
      "ft has no rewards. Write several answers, keep the good ones as rows, and train on them.",
      "sample \"Hello\" times 2 top 40 seed 7 length 8"),
    .init(
      "distillation, knowledge distillation, student",
      "The distributions of a larger model with the same tokens are learned, rather than the tokens of the "
        + "rows alone.",
      "train 1 epoch from teacher \"path/to/folder\"", "set distil_temperature 2"),
    .missing(
      "pruning, prune, sparsity, sparse",
      "ft takes no weights away. Fewer bits make a model smaller in memory.", "set base q4"),
    .missing(
      "quantization aware training, qat", "ft trains in float32, over weights of fewer bits.",
      "set base q4, adapter lora"),
    .missing(
      "curriculum, curriculum learning",
      "The order of rows is the seed's. Train on one file after the other.", "train 1 epoch"),
    .missing(
      "label smoothing, focal loss, custom loss, loss function, contrastive, triplet loss",
      "The loss is the cross-entropy of the answers' tokens; there is no other.", "eval dev"),
    .missing(
      "ema, exponential moving average, swa, model averaging",
      "ft keeps the weights of the best measurement instead.", "train until dev.loss stalls for 2"),
    .missing(
      "neftune, mixup, noise", "ft adds no noise but dropout.", "set dropout 10%"),
    .missing(
      "callbacks, callback, hooks, trainer",
      "A block after `each` runs in the midst of training.",
      "train 2 epochs each epoch { eval dev }"),
    .missing(
      "continual learning, online learning, federated",
      "Training goes on from what is there: load the next file and train again.", "train 1 epoch"),
    .init(
      "logging, logs, log, training log, monitor, monitoring",
      "The run keeps its losses; `ft run --json` in the shell writes each step as a line.",
      "show run", "plot run to \"loss.svg\"", "help json"),
    .missing(
      "wandb, weights and biases, tensorboard, mlflow, comet, neptune, aim",
      "ft sends nothing anywhere. A report has the curves, and `ft run --json` gives each step.",
      "save report \"out/lab.html\"", "plot run to \"loss.svg\"", "help json"),
    .init(
      "cost, time, how long, duration, eta, flops, estimate",
      "Steps, time and memory of a training, before it starts.", "plan 3 epochs"),
    .init(
      "gradients, gradient, gradient descent, backpropagation, backprop",
      "Each step moves the trained numbers a little against the gradient; lesson 2 does one by hand.",
      "train 1 step", "lesson 2"),
    .init(
      "dora, rank stabilized lora, loha, adalora",
      "`dora` trains magnitudes as well; `rslora` suits high ranks.",
      "set adapter dora", "set rslora on"),
    .init(
      "sgd, adam, adamw8bit, muon, rmsprop",
      "`optimizer` is adamw, sgd, lion or adafactor.", "set optimizer lion"),
  ]
}
