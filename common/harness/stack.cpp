#include "harness/stack.hpp"

#include <cxxabi.h>
#include <elfutils/libdwfl.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

namespace harness {
namespace {

namespace fs = std::filesystem;

/// The debug information of one file that is mapped into a program (elf(5)).
class DebugInfo {
public:
    explicit DebugInfo(const std::string& module) : session_(::dwfl_begin(&callbacks())) {
        if (!session_) return;
        ::dwfl_report_begin(session_.get());
        module_ = ::dwfl_report_offline(session_.get(), "", module.c_str(), -1);
        ::dwfl_report_end(session_.get(), nullptr, nullptr);
    }

    /// "in send_all, echo_server.cpp:51"; empty if that is not known, or is not a student's.
    [[nodiscard]] std::string place(std::uint64_t offset) const {
        if (module_ == nullptr) return {};
        Dwarf_Addr start = 0;
        ::dwfl_module_info(module_, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
        // A return address lies behind the call: one byte before it is in its line.
        const Dwarf_Addr address = start + offset - 1;
        Dwfl_Line* line = ::dwfl_module_getsrc(module_, address);
        int number = 0;
        const char* file = line == nullptr
                               ? nullptr
                               : ::dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
        if (file == nullptr || !is_students_folder(fs::path(file).parent_path())) return {};
        return "in " + function_at(address) + ", " + fs::path(file).filename().string() + ':' +
               std::to_string(number);
    }

private:
    static const Dwfl_Callbacks& callbacks() {
        static const Dwfl_Callbacks callbacks{.find_elf = ::dwfl_build_id_find_elf,
                                              .find_debuginfo = ::dwfl_standard_find_debuginfo,
                                              .section_address = ::dwfl_offline_section_address,
                                              .debuginfo_path = nullptr};
        return callbacks;
    }

    /// Without its arguments, which for templates take lines.
    [[nodiscard]] std::string function_at(Dwarf_Addr address) const {
        const char* symbol = ::dwfl_module_addrname(module_, address);
        if (symbol == nullptr) return "a function";
        int status = 0;
        const std::unique_ptr<char, decltype(&std::free)> name(
            abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
        std::string text = status == 0 ? name.get() : symbol;
        constexpr std::string_view unnamed = "(anonymous namespace)::";
        for (auto at = text.find(unnamed); at != std::string::npos; at = text.find(unnamed))
            text.erase(at, unnamed.size());
        return text.substr(0, text.find('('));
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
        std::string place = DebugInfo(module).place(frame.offset);
        if (!place.empty()) places.push_back(std::move(place));
    }
    return places;
}

bool is_students_folder(const std::string& folder) {
    return !folder.starts_with("/usr/") && folder.find("/sysdeps/") == std::string::npos &&
           folder.starts_with('/') && !folder.ends_with("/common/program") &&
           !folder.ends_with("/common/harness/faults");
}

}  // namespace harness
