#include "harness/diagnosis/stack.hpp"

#include <memory>

#include "harness/diagnosis/source_place.hpp"

namespace harness {
namespace {

/// The debug information of one file that is mapped into a program (elf(5)).
class DebugInfo {
public:
    explicit DebugInfo(const std::string& module) : session_(::dwfl_begin(&callbacks())) {
        if (!session_) return;
        ::dwfl_report_begin(session_.get());
        module_ = ::dwfl_report_offline(session_.get(), "", module.c_str(), -1);
        ::dwfl_report_end(session_.get(), nullptr, nullptr);
    }

    [[nodiscard]] SourcePlace place(std::uint64_t offset) const {
        if (module_ == nullptr) return {};
        Dwarf_Addr start = 0;
        ::dwfl_module_info(module_, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
        // A return address lies behind the call: one byte before it is in its line.
        return place_of(module_, start + offset - 1);
    }

private:
    static const Dwfl_Callbacks& callbacks() {
        static const Dwfl_Callbacks callbacks =
            own_debug_information(::dwfl_build_id_find_elf, ::dwfl_offline_section_address);
        return callbacks;
    }

    struct End {
        void operator()(Dwfl* session) const { ::dwfl_end(session); }
    };
    std::unique_ptr<Dwfl, End> session_;
    Dwfl_Module* module_ = nullptr;
};

}  // namespace

std::vector<std::string> student_frames(const std::vector<faults::Frame>& stack) {
    std::vector<std::string> places;
    for (const faults::Frame& frame : stack) {
        const std::string module = frame.module.data();
        if (module.starts_with("/usr/") || module.starts_with("/lib")) continue;
        const SourcePlace place = DebugInfo(module).place(frame.offset);
        if (is_students_file(place.file)) places.push_back(to_string(place));
    }
    return places;
}

}  // namespace harness
