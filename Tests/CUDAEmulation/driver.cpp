// The driver's functions that the device calls, with their names and arguments.
//
// What a stream is given is done when the host, or another stream, waits for it, as late as a card may
// do it: who changes memory too early, or reads too early, is found out.
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "card.h"
#include "ft_emulated.h"

namespace {

enum result { success = 0, invalid_value = 1, out_of_memory = 2, not_found = 500 };

enum attribute { multiprocessors = 16, major = 75, minor = 76 };

/// Suites of tests may use the card side by side.
std::recursive_mutex lock;
#define FT_ALONE std::lock_guard<std::recursive_mutex> alone(lock)

size_t memory = (size_t)16 << 30, held = 0;
/// Of the thread: other tests may ask the card beside.
thread_local size_t calls = 0, waits = 0, meetings = 0;
/// Of the thread, too: a test of an old card leaves the others theirs.
thread_local int capability = 9;
std::map<void *, size_t> sizes;

typedef std::deque<std::function<void()>> stream;
/// All that there are, in the order in which they were made.
std::vector<stream *> streams;

/// How often a stream came by, how often it was asked to, and which it was.
struct event {
  size_t done = 0, asked = 0;
  stream *where = nullptr;
};

/// What is asked for while a stream is captured, and a graph of it.
typedef std::vector<std::function<void()>> graph;
graph *captured = nullptr;

void ask(void *of, std::function<void()> work) {
  calls++;
  if (captured)
    captured->push_back(std::move(work));
  else
    ((stream *)of)->push_back(std::move(work));
}

void do_next(stream *of) {
  std::function<void()> work = std::move(of->front());
  of->pop_front();
  work();
}

void do_all(stream *of) {
  while (!of->empty()) do_next(of);
}

int init(unsigned) { return success; }
int driver_version(int *version) { return *version = 13000, success; }
int device_count(int *count) { return *count = 1, success; }
int device_get(int *device, int ordinal) { return *device = ordinal, ordinal == 0 ? success : 101; }
int device_name(char *name, int length, int) {
  strncpy(name, "emulated card", (size_t)length);
  return success;
}
int device_attribute(int *value, int which, int) {
  *value = which == multiprocessors ? 3 : which == major ? capability : which == minor ? 5 : 0;
  return success;
}
int total_memory(size_t *bytes, int) { return *bytes = memory, success; }
int context_retain(void **context, int) { return *context = (void *)&memory, success; }
int context_set(void *) { return success; }
int memory_info(size_t *free, size_t *total) {
  FT_ALONE;
  *free = memory - held;
  *total = memory;
  return success;
}

int memory_allocate(uint64_t *address, size_t bytes) {
  FT_ALONE;
  if (bytes > memory - held) return out_of_memory;
  void *made = aligned_alloc(256, (bytes / 256 + 1) * 256);
  // What nobody has written is no number: as far as tests come, for an arena asks for much more.
  memset(made, 0xff, std::min(bytes, (size_t)8 << 20));
  sizes[made] = bytes;
  held += bytes;
  *address = (uint64_t)made;
  return success;
}

int memory_free(uint64_t address) {
  FT_ALONE;
  for (stream *each : streams) do_all(each);
  auto found = sizes.find((void *)address);
  if (found == sizes.end()) return invalid_value;
  held -= found->second;
  sizes.erase(found);
  free((void *)address);
  return success;
}

int host_allocate(void **address, size_t bytes, unsigned) {
  *address = malloc(bytes);
  return *address ? success : out_of_memory;
}
int host_free(void *address) { return free(address), success; }

int copy(void *to, const void *from, size_t bytes, void *of) {
  FT_ALONE;
  ask(of, [=] { memmove(to, from, bytes); });
  return success;
}
int copy_in(uint64_t to, const void *from, size_t bytes, void *of) {
  return copy((void *)to, from, bytes, of);
}
int copy_out(void *to, uint64_t from, size_t bytes, void *of) {
  return copy(to, (const void *)from, bytes, of);
}
int copy_within(uint64_t to, uint64_t from, size_t bytes, void *of) {
  return copy((void *)to, (const void *)from, bytes, of);
}

int stream_create(void **made, unsigned) {
  FT_ALONE;
  streams.push_back(new stream);
  return *made = streams.back(), success;
}
int stream_synchronize(void *of) {
  FT_ALONE;
  // A card refuses to be waited for in the midst of a capture.
  if (captured) return invalid_value;
  waits++;
  do_all((stream *)of);
  return success;
}

int event_create(void **made, unsigned) { return *made = new event, success; }
int event_record(void *which, void *of) {
  FT_ALONE;
  event *recorded = (event *)which;
  size_t number = ++recorded->asked;
  recorded->where = (stream *)of;
  recorded->where->push_back([=] { recorded->done = number; });
  return success;
}
int event_wait(void *of, void *which, unsigned) {
  FT_ALONE;
  meetings++;
  event *awaited = (event *)which;
  size_t number = awaited->asked;
  stream *where = awaited->where;
  ((stream *)of)->push_back([=] {
    while (awaited->done < number) do_next(where);
  });
  return success;
}

int module_load(void **module, const void *text) { return *module = (void *)text, success; }
int module_function(void **function, void *, const char *name) {
  *function = (void *)ft_find_kernel(name);
  return *function ? success : not_found;
}
int launch(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
           unsigned bz, unsigned, void *of, void **arguments, void **) {
  if (gx == 0 || gy == 0 || gz == 0 || gy > 65535 || gz > 65535) return invalid_value;
  FT_ALONE;
  ft_thread_body body = ((ft_body_maker)function)(arguments);
  ask(of, [=] { ft_run_grid({gx, gy, gz}, {bx, by, bz}, body); });
  return success;
}

/// Other threads wait until the capture has ended: their kernels are none of the graph's.
int capture_begin(void *, unsigned) {
  lock.lock();
  if (captured) return lock.unlock(), invalid_value;
  captured = new graph;
  return success;
}
int capture_end(void *, void **made) {
  FT_ALONE;
  *made = captured;
  if (!captured) return invalid_value;
  captured = nullptr;
  lock.unlock();
  return success;
}
int graph_instantiate(void **made, void *captured, unsigned long long) {
  return *made = new graph(*(graph *)captured), success;
}
int graph_launch(void *which, void *of) {
  FT_ALONE;
  calls++;
  // A copy: a graph may be destroyed as soon as it is launched.
  for (const auto &work : *(graph *)which) ((stream *)of)->push_back(work);
  return success;
}
int graph_destroy(void *which) { return delete (graph *)which, success; }

int error_name(int code, const char **name) {
  *name = code == out_of_memory ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_INVALID_VALUE";
  return success;
}

const std::map<std::string, const void *> functions = {
    {"cuInit", (const void *)init},
    {"cuDriverGetVersion", (const void *)driver_version},
    {"cuDeviceGetCount", (const void *)device_count},
    {"cuDeviceGet", (const void *)device_get},
    {"cuDeviceGetName", (const void *)device_name},
    {"cuDeviceGetAttribute", (const void *)device_attribute},
    {"cuDeviceTotalMem_v2", (const void *)total_memory},
    {"cuDevicePrimaryCtxRetain", (const void *)context_retain},
    {"cuCtxSetCurrent", (const void *)context_set},
    {"cuMemGetInfo_v2", (const void *)memory_info},
    {"cuMemAlloc_v2", (const void *)memory_allocate},
    {"cuMemFree_v2", (const void *)memory_free},
    {"cuMemHostAlloc", (const void *)host_allocate},
    {"cuMemFreeHost", (const void *)host_free},
    {"cuMemcpyHtoDAsync_v2", (const void *)copy_in},
    {"cuMemcpyDtoHAsync_v2", (const void *)copy_out},
    {"cuMemcpyDtoDAsync_v2", (const void *)copy_within},
    {"cuStreamCreate", (const void *)stream_create},
    {"cuStreamSynchronize", (const void *)stream_synchronize},
    {"cuEventCreate", (const void *)event_create},
    {"cuEventRecord", (const void *)event_record},
    {"cuStreamWaitEvent", (const void *)event_wait},
    {"cuModuleLoadData", (const void *)module_load},
    {"cuModuleGetFunction", (const void *)module_function},
    {"cuLaunchKernel", (const void *)launch},
    {"cuStreamBeginCapture_v2", (const void *)capture_begin},
    {"cuStreamEndCapture", (const void *)capture_end},
    {"cuGraphInstantiateWithFlags", (const void *)graph_instantiate},
    {"cuGraphLaunch", (const void *)graph_launch},
    {"cuGraphExecDestroy", (const void *)graph_destroy},
    {"cuGraphDestroy", (const void *)graph_destroy},
    {"cuGetErrorName", (const void *)error_name},
};

}  // namespace

const void *ft_emulated_function(const char *name) {
  auto found = functions.find(name);
  return found == functions.end() ? nullptr : found->second;
}

bool ft_emulation_runs_here(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

void ft_emulated_set_capability(int whole) { capability = whole; }
void ft_emulated_set_memory(size_t byte_count) { memory = byte_count; }
size_t ft_emulated_held_bytes(void) { return held; }
size_t ft_emulated_take_calls(void) {
  size_t taken = calls;
  calls = 0;
  return taken;
}
size_t ft_emulated_take_meetings(void) {
  size_t taken = meetings;
  meetings = 0;
  return taken;
}
size_t ft_emulated_take_waits(void) {
  size_t taken = waits;
  waits = 0;
  return taken;
}
