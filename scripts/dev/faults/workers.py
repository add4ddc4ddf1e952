"""Two workers of which one is killed: the other ends with it, and what is run again ends with the bits of
a training that was never broken off."""

import os
import subprocess
import time

from kills import Training, states

MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
RANK = b"OMPI_COMM_WORLD_RANK="
STEPS = 120


def kills(bench, count):
    """kill -9 of either worker in a random step (M01), then on with two, three or one (M03)."""
    training = Training(bench, steps=STEPS)
    training.script = "set shards 6\n" + training.script
    training.clear()
    bench.must(training.script)
    training.whole = training.result()
    for _ in range(count):
        # A machine may end the training before the kill: then it is begun anew.
        for _ in range(5):
            training.clear()
            job, ranks = begun(bench, training, bench.random.randint(1, STEPS // 2))
            rank = bench.random.randint(0, 1)
            if rank in ranks and job.poll() is None:
                break
            job.communicate()
        else:
            bench.fault("two workers: five times at their end before they could be killed", job.returncode)
            continue
        os.kill(ranks[rank], 9)
        killed = time.monotonic()
        try:
            output, _ = job.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            job.kill()
            bench.faults.append(f"worker {rank} killed: the others go on after 20 s")
            continue
        seconds = time.monotonic() - killed
        bench.expect(job.returncode != 0, f"worker {rank} killed: the end is a success")
        bench.expect(seconds < 10, f"worker {rank} killed: the others took {seconds:.1f} s")
        while any(is_alive(process) for process in ranks.values()):
            if time.monotonic() > killed + 10:
                bench.faults.append(f"worker {rank} killed: another is left")
                break
            time.sleep(0.02)
        again(bench, training, bench.random.randint(1, 3), f"worker {rank} killed")
    print(f"{count} workers killed", flush=True)


def begun(bench, training, step):
    """Two workers that have written the state after `step`, and their processes by number."""
    job = subprocess.Popen(
        ["mpirun", "-n", "2", bench.program, "-c", training.script], cwd=bench.home,
        env={**os.environ, **MPI}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    bench.runs += 1
    while max(states(training), default=0) < step and job.poll() is None:
        time.sleep(0.005)
    return job, workers(job)


def again(bench, training, count, what):
    command = [bench.program, "-c", training.script]
    if count > 1:
        command = ["mpirun", "-n", str(count)] + command
    bench.runs += 1
    done = subprocess.run(command, cwd=bench.home, env={**os.environ, **MPI}, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        bench.fault(f"{what}, on with {count}", done.returncode, done.stdout + done.stderr)
    else:
        bench.expect(training.result() == training.whole, f"{what}, on with {count}: other bits")


def workers(job):
    """The processes of a job's workers, by their numbers."""
    found = {}
    try:
        with open(f"/proc/{job.pid}/task/{job.pid}/children") as children:
            for process in children.read().split():
                with open(f"/proc/{process}/environ", "rb") as environment:
                    for entry in environment.read().split(b"\0"):
                        if entry.startswith(RANK):
                            found[int(entry[len(RANK):])] = int(process)
    except OSError:
        pass
    return found


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as status:
            return ") Z " not in status.read()
    except OSError:
        return False
