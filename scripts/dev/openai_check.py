"""The service, used by the openai SDK as anybody uses it; see openai-check."""
import asyncio, hashlib, http.client, json, os, random, signal, socket, subprocess, sys, time
import httpx2, openai
from openai_schema import Published

PROGRAMS, ROOT, WORK, SECONDS = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
PUBLISHED = Published(sys.argv[5]) if len(sys.argv) > 5 else None
ROWS = open(f"{ROOT}/stdlib/data/support.jsonl").read().splitlines()


class Server:
    """A service on a free port, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [f"{PROGRAMS}/ft-serve", "--port", str(self.port), "--folder", self.folder],
            stdout=subprocess.PIPE, env={**os.environ, "FT_HOME": ROOT})
        assert b"ft serve" in self.process.stdout.readline(), "the service did not start"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0, "the service did not end cleanly"

    @property
    def memory(self):
        """Megabytes in use."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"


def client(server, **options):
    hooks = {"response": [PUBLISHED.hook]} if PUBLISHED else {}
    return openai.OpenAI(
        base_url=server.url, api_key="none",
        http_client=openai.DefaultHttpx2Client(event_hooks=hooks), **options)


def upload(api, rows, name):
    path = f"{WORK}/{name}"
    with open(path, "w") as file:
        file.write("\n".join(rows) + "\n")
    with open(path, "rb") as file:
        return api.files.create(file=file, purpose="fine-tune")


def strict(reply):
    """The SDK reads replies leniently; here each is read again as its type says."""
    return type(reply).model_validate(reply.model_dump(), strict=True)


def wait(api, job, states=("succeeded", "failed", "cancelled")):
    while True:
        found = strict(api.fine_tuning.jobs.retrieve(job))
        if found.status in states:
            return found
        time.sleep(0.1)


def weights_hash(server, job):
    path = f"{server.folder}/jobs/{job}/model/adapter_model.safetensors"
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def four_steps(server):
    api = client(server)
    training = strict(upload(api, ROWS[:40], "train.jsonl"))
    validation = strict(upload(api, ROWS[40:60], "valid.jsonl"))
    assert api.files.content(training.id).read().decode().splitlines() == ROWS[:40]
    assert strict(api.files.retrieve(training.id)).filename == "train.jsonl"
    job = strict(api.fine_tuning.jobs.create(
        model="finch", training_file=training.id, validation_file=validation.id, suffix="shop", seed=1,
        metadata={"use": "check"},
        method={"type": "supervised", "supervised": {"hyperparameters": {
            "n_epochs": 4, "batch_size": 4, "learning_rate_multiplier": 4}}}))
    job = wait(api, job.id)
    assert job.status == "succeeded", job.error
    events = [strict(event) for event in api.fine_tuning.jobs.list_events(job.id, limit=7)]
    steps = sorted(event.data["step"] for event in events if event.type == "metrics")
    assert steps == list(range(1, 41)), "pages of events"
    checkpoints = [strict(one) for one in api.fine_tuning.jobs.checkpoints.list(job.id)]
    assert [one.step_number for one in checkpoints] == [40, 30, 20]
    table = api.files.content(job.result_files[0]).text.splitlines()
    assert table[0] == "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"
    assert len(table) == 41 and table[10].count(",,") == 0
    asked = dict(
        model=job.fine_tuned_model, temperature=0, max_completion_tokens=60,
        messages=[{"role": "user", "content": "My parcel never arrived."}])
    whole = strict(api.chat.completions.create(**asked)).choices[0].message.content
    pieces = [strict(piece) for piece in api.chat.completions.create(**asked, stream=True)]
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces) == whole
    base = api.chat.completions.create(**{**asked, "model": "finch"}).choices[0].message.content
    assert base != whole
    assert [m.id for m in api.models.list()].count(job.fine_tuned_model) == 1
    assert any(one.id == job.id for one in api.fine_tuning.jobs.list(metadata={"use": "check"}))
    print(f"four steps: {job.fine_tuned_model} answers {whole!r}")
    return job.fine_tuned_model


def published(server, model):
    """Every kind of reply, each as the API's own document has it."""
    api = client(server)
    asked = dict(model=model, max_tokens=8, seed=1)
    chat = dict(messages=[{"role": "user", "content": "Hello"}], logprobs=True, top_logprobs=2)
    api.chat.completions.create(**asked, **chat, n=2)
    api.chat.completions.create(**asked, **{**chat, "logprobs": False, "top_logprobs": None},
                                response_format={"type": "json_object"})
    api.completions.create(**asked, prompt=["Once", "Twice"], logprobs=2)
    api.embeddings.create(model=model, input=["a", "b"], encoding_format="float")
    api.models.retrieve(model)
    api.files.list()
    used = api.files.create(file=("gone.jsonl", "\n".join(ROWS[:12])), purpose="fine-tune")
    job = api.fine_tuning.jobs.create(model="finch", training_file=used.id)
    # Neither the document nor the SDK has the states of a job that pauses, though both can pause.
    plain = openai.OpenAI(base_url=server.url, api_key="none")
    plain.fine_tuning.jobs.pause(job.id)
    while plain.fine_tuning.jobs.retrieve(job.id).status in ("queued", "running", "pausing"):
        time.sleep(0.1)
    api.fine_tuning.jobs.resume(job.id)
    api.fine_tuning.jobs.cancel(job.id)
    api.files.delete(used.id)
    for options in ({}, {"include_usage": True}):
        body = {**asked, **chat, "stream": True, "stream_options": options or None}
        with httpx2.stream("POST", f"{server.url}/chat/completions", json=body, timeout=60) as reply:
            PUBLISHED.hold_stream(list(reply.iter_lines()), "/v1/chat/completions")
    problems = [" ".join(where) + " " + text for where, text in PUBLISHED.problems.items()]
    assert not problems, "\n".join(problems)
    print(f"published document: {PUBLISHED.count} replies are as it says")


def preferences(server):
    """The method dpo, on rows as the API has them."""
    api = client(server)
    pairs = [json.loads(row) for row in open(f"{ROOT}/stdlib/data/preferences.jsonl")]
    rows = [json.dumps({
        "input": {"messages": [{"role": "user", "content": pair["prompt"]}], "tools": [],
                  "parallel_tool_calls": True},
        "preferred_output": [{"role": "assistant", "content": pair["chosen"]}],
        "non_preferred_output": [{"role": "assistant", "content": pair["rejected"]}]})
        for pair in pairs]
    training, validation = upload(api, rows[:60], "pairs.jsonl"), upload(api, rows[60:80], "more.jsonl")
    job = strict(api.fine_tuning.jobs.create(
        model="finch", training_file=training.id, validation_file=validation.id, suffix="style", seed=2,
        method={"type": "dpo", "dpo": {"hyperparameters": {
            "beta": 0.2, "n_epochs": 2, "batch_size": 6, "learning_rate_multiplier": 2}}}))
    job = wait(api, job.id)
    assert job.status == "succeeded", job.error
    assert job.method.type == "dpo" and job.method.dpo.hyperparameters.beta == 0.2
    events = [strict(event) for event in api.fine_tuning.jobs.list_events(job.id, limit=50)]
    metrics = sorted((e.data for e in events if e.type == "metrics"), key=lambda data: data["step"])
    assert [data["step"] for data in metrics] == list(range(1, 21))
    assert abs(metrics[0]["train_loss"] - 0.6931) < 1e-3, "before the first step nothing is preferred"
    before, after = metrics[9]["valid_loss"], metrics[19]["valid_loss"]
    assert after < 0.6931 and metrics[19]["valid_mean_token_accuracy"] > 0.5
    table = api.files.content(job.result_files[0]).text.splitlines()
    assert len(table) == 21 and table[20].count(",,") == 0
    wrong = api.fine_tuning.jobs.create(
        model="finch", training_file=upload(api, ROWS[:12], "chat.jsonl").id, method={"type": "dpo"})
    assert wrong.status == "failed" and wrong.error.code == "invalid_training_file"
    assert "not using 'supervised' as the training method" in wrong.error.message
    reply = api.chat.completions.create(
        model=job.fine_tuned_model, temperature=0, max_completion_tokens=20,
        messages=[{"role": "user", "content": "Where is my tea?"}])
    assert strict(reply).choices[0].message.content
    print(f"preferences: valid loss {before:.4f}, then {after:.4f}, "
          f"met {metrics[19]['valid_mean_token_accuracy']:.2f}")


def errors(server):
    api = client(server, max_retries=0)
    expected = [
        (openai.NotFoundError, lambda: api.files.retrieve("file-none")),
        (openai.NotFoundError, lambda: api.fine_tuning.jobs.retrieve("ftjob-none")),
        (openai.NotFoundError, lambda: api.models.retrieve("none")),
        (openai.BadRequestError, lambda: api.chat.completions.create(
            model="finch", messages=[{"role": "user", "content": "x"}], temperature=3)),
        (openai.BadRequestError, lambda: api.chat.completions.create(model="finch", messages=[])),
        (openai.NotFoundError, lambda: api.chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "x"}])),
        (openai.BadRequestError, lambda: upload(api, ["not json"], "bad.jsonl")),
        (openai.BadRequestError, lambda: upload(api, ["[1]"], "bad.jsonl")),
        (openai.BadRequestError, lambda: api.fine_tuning.jobs.create(
            model="finch", training_file="file-none", hyperparameters={"n_epochs": 99})),
    ]
    for kind, call in expected:
        try:
            call()
        except kind as error:
            assert error.body["message"] and set(error.body) >= {"message", "type", "param", "code"}
            continue
        raise AssertionError(f"{kind.__name__} expected")
    few = upload(api, ROWS[:3], "few.jsonl")
    job = api.fine_tuning.jobs.create(model="finch", training_file=few.id)
    assert job.status == "failed" and job.error.code == "invalid_n_examples"
    print(f"errors: {len(expected)} refusals raise the SDK's own exceptions")


async def streams(server, model):
    """32 streams at once; each text is the one that its question has alone."""
    api = openai.AsyncOpenAI(base_url=server.url, api_key="none")
    questions = [json.loads(row)["messages"][-2]["content"] if "messages" in json.loads(row)
                 else json.loads(row).get("prompt", "Hello") for row in ROWS[:32]]

    async def ask(question, stream):
        asked = dict(model=model, temperature=0.7, seed=7, max_completion_tokens=24,
                     messages=[{"role": "user", "content": question}])
        if not stream:
            reply = await api.chat.completions.create(**asked)
            return reply.choices[0].message.content
        pieces = [piece async for piece in await api.chat.completions.create(**asked, stream=True)]
        return "".join(piece.choices[0].delta.content or "" for piece in pieces)

    alone = [await ask(question, False) for question in questions]
    await asyncio.gather(*(ask(question, True) for question in questions))
    before, count, end = server.memory, 0, time.time() + SECONDS

    async def stream(place):
        nonlocal count
        while time.time() < end:
            assert await ask(questions[place], True) == alone[place], f"mixed up: {place}"
            count += 1

    await asyncio.gather(*(stream(place) for place in range(32)))
    growth = server.memory - before
    assert growth < 64, f"memory grew by {growth:.0f} MB"
    print(f"streams: {count} answers by 32 streams in {SECONDS:.0f} s, memory {growth:+.1f} MB")


def killed(server):
    """kill -9 of the server in the midst of a job: it goes on, and ends as the unbroken one."""
    api = client(server)
    rows = upload(api, ROWS[:60], "rows.jsonl")
    asked = dict(model="finch", training_file=rows.id, seed=3, hyperparameters={
        "n_epochs": 4, "batch_size": 2})
    whole = wait(api, api.fine_tuning.jobs.create(**asked).id)
    broken = api.fine_tuning.jobs.create(**asked)
    for least in (10, 60):
        while len([e for e in api.fine_tuning.jobs.list_events(broken.id, limit=100).data
                   if e.type == "metrics"]) < least:
            time.sleep(0.02)
        server.kill()
        time.sleep(1)
        server.start()
    broken = wait(api, broken.id)
    assert broken.status == "succeeded", broken.error
    assert weights_hash(server, whole.id) == weights_hash(server, broken.id)
    print(f"kill -9 twice: the job goes on, sha256 {weights_hash(server, whole.id)[:16]} both")


def mutated(server, count=10_000):
    """Requests with bytes changed, cut out or put in; each is answered, or its connection closed."""
    random.seed(1)
    body = json.dumps({"model": "finch", "max_tokens": 1, "messages": [
        {"role": "user", "content": "hi"}]}).encode()
    form = (b"--e\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--e\r\n"
            b"Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n{}\r\n--e--\r\n")

    def request(path, kind, content):
        head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n")
        return head.encode(), content

    kinds = [request("/v1/chat/completions", "application/json", body),
             request("/v1/fine_tuning/jobs", "application/json", body),
             request("/v1/files", "multipart/form-data; boundary=e", form),
             (f"GET /v1/files?limit=3&after=x HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
              "Connection: close\r\n\r\n".encode(), b"")]

    def mutate(data):
        data = bytearray(data)
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(data)) if data else 0
            match random.randrange(3):
                case 0 if data: data[place] = random.randrange(256)
                case 1 if data: del data[place:place + random.randint(1, 8)]
                case _: data[place:place] = bytes(random.randrange(256) for _ in range(random.randint(1, 8)))
        return bytes(data)

    statuses = {}
    for _ in range(count):
        head, content = random.choice(kinds)
        if content and random.random() < 0.7:
            content = mutate(content)
            length = head.index(b"Content-Length")
            head = (head[:length] + f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode())
        else:
            head = mutate(head)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            try:
                connection.sendall(head + content)
                connection.shutdown(socket.SHUT_WR)
                reply = b""
                while piece := connection.recv(65536):
                    reply += piece
            except OSError:
                reply = b""
        status = int(reply.split(b" ")[1]) if reply.startswith(b"HTTP/1.1 ") else 0
        statuses[status] = statuses.get(status, 0) + 1
        assert status < 500, (status, head, content)
    assert server.process.poll() is None, "the service ended"
    print(f"{count} mutated requests: " + ", ".join(
        f"{status or 'closed'} {number}" for status, number in sorted(statuses.items())))


def main():
    server = Server(f"{WORK}/served")
    try:
        model = four_steps(server)
        if PUBLISHED:
            published(server, model)
        preferences(server)
        errors(server)
        asyncio.run(streams(server, model))
        killed(server)
        mutated(server)
        server.stop()
    finally:
        if server.process.poll() is None:
            server.kill()


main()
