#include "harness/supervisor/stacks.hpp"

#include <memory>

#include "harness/diagnosis/source_place.hpp"
#include "harness/supervisor/proc_files.hpp"

namespace harness::supervisor {
namespace {

using nlohmann::json;

/// One who recurses without end is told by the innermost ones.
constexpr std::size_t most_frames = 64;

/// Called for each frame of a thread, the innermost first.
int add_frame(Dwfl_Frame* frame, void* frames_of_thread) {
    auto& frames = *static_cast<json*>(frames_of_thread);
    Dwarf_Addr address = 0;
    bool is_innermost = false;
    if (!::dwfl_frame_pc(frame, &address, &is_innermost) || frames.size() >= most_frames)
        return DWARF_CB_ABORT;
    // A return address lies behind the call: one byte before it is in its line.
    if (!is_innermost) --address;
    Dwfl* session = ::dwfl_thread_dwfl(::dwfl_frame_thread(frame));
    const SourcePlace place = place_of(::dwfl_addrmodule(session, address), address);
    frames.push_back({{"function", place.function}, {"file", place.file}, {"line", place.line}});
    return DWARF_CB_OK;
}

int add_thread(Dwfl_Thread* thread, void* list_of_threads) {
    auto frames = json::array();
    // A stack that cannot be followed to its end is told as far as it goes.
    (void)::dwfl_thread_getframes(thread, add_frame, &frames);
    static_cast<json*>(list_of_threads)
        ->push_back({{"tid", ::dwfl_thread_tid(thread)}, {"frames", std::move(frames)}});
    return DWARF_CB_OK;
}

struct End {
    void operator()(Dwfl* session) const { ::dwfl_end(session); }
};

void add_process(pid_t pid, json& threads) {
    static const Dwfl_Callbacks callbacks = own_debug_information(::dwfl_linux_proc_find_elf);
    const std::unique_ptr<Dwfl, End> session(::dwfl_begin(&callbacks));
    if (!session) return;
    ::dwfl_report_begin(session.get());
    const bool reported = ::dwfl_linux_proc_report(session.get(), pid) == 0;
    ::dwfl_report_end(session.get(), nullptr, nullptr);
    if (!reported || ::dwfl_linux_proc_attach(session.get(), pid, false) != 0) return;
    (void)::dwfl_getthreads(session.get(), add_thread, &threads);
}

}  // namespace

json stacks_of(pid_t pid) {
    auto threads = json::array();
    for (const pid_t member : family_of(pid)) add_process(member, threads);
    return {{"threads", std::move(threads)}};
}

}  // namespace harness::supervisor
