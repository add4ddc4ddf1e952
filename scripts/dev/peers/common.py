"""What the peers' scripts share: threads, quiet libraries, memory, and one line of JSON."""
import json
import os
import statistics
import time


def takes_device(parser):
    """Where it computes, and in what: float32, by autocast, or all in bfloat16."""
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["f32", "autocast", "bf16"], default="f32")


def begin(threads, device="cpu"):
    """Sets the number of threads; to be called before numpy or torch are imported."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    # Nothing is fetched, and nothing but the result is printed.
    os.environ.update(
        HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error",
        TOKENIZERS_PARALLELISM="false")
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def torch_with(threads):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    return torch


LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def causal_model(torch, arguments):
    """The float32 model to train, of a folder, or with random weights of a config.json; with peft's LoRA
    when that is the method."""
    from transformers import AutoConfig, AutoModelForCausalLM

    if arguments.model.endswith(".json"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(arguments.model))
    else:
        model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    model.config.use_cache = False
    if arguments.method == "lora":
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(
            task_type="CAUSAL_LM", r=arguments.rank, lora_alpha=2 * arguments.rank,
            target_modules=LINEAR))
    # Only who takes a device has one.
    if getattr(arguments, "precision", "f32") == "bf16":
        model = model.to(torch.bfloat16)
    return model.to(getattr(arguments, "device", "cpu"))


def card():
    """torch's module of cards, where it has one to compute on; else None."""
    import torch

    return torch.cuda if torch.cuda.is_available() else None


def samples(body, count):
    """Seconds of `count` calls, after one that is not timed; a card is waited for."""
    cuda = card()
    wait = cuda.synchronize if cuda else lambda: None
    body()
    seconds = []
    for _ in range(count):
        wait()
        start = time.perf_counter()
        body()
        wait()
        seconds.append(time.perf_counter() - start)
    return seconds


def median_seconds(body, count):
    return statistics.median(samples(body, count))


def peak_bytes():
    """The most memory that was allocated on a card, or was resident."""
    cuda = card()
    if cuda:
        return cuda.max_memory_allocated()
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def tell(**values):
    print(json.dumps(dict(values, peakBytes=peak_bytes())), flush=True)
