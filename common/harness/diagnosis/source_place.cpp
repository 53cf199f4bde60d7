#include "harness/diagnosis/source_place.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

namespace harness {
namespace {

namespace fs = std::filesystem;

std::string demangled(const char* symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
    std::string text = status == 0 ? name.get() : symbol;
    constexpr std::string_view unnamed = "(anonymous namespace)::";
    for (auto at = text.find(unnamed); at != std::string::npos; at = text.find(unnamed))
        text.erase(at, unnamed.size());
    return text.substr(0, text.find('('));
}

/// A student's program has its debug information in its own file. Looking for that of the system's
/// libraries, in other folders and in the network, would take three times as long as all the rest.
int look_nowhere_else(Dwfl_Module* /*module*/, void** /*user_data*/, const char* /*module_name*/,
                      Dwarf_Addr /*base*/, const char* /*file*/, const char* /*link*/,
                      GElf_Word /*checksum*/, char** /*found*/) {
    return -1;
}

}  // namespace

Dwfl_Callbacks own_debug_information(decltype(Dwfl_Callbacks::find_elf) find_elf,
                                     decltype(Dwfl_Callbacks::section_address) section_address) {
    return {.find_elf = find_elf,
            .find_debuginfo = look_nowhere_else,
            .section_address = section_address,
            .debuginfo_path = nullptr};
}

SourcePlace place_of(Dwfl_Module* module, Dwarf_Addr address) {
    SourcePlace place;
    if (module == nullptr) return place;
    if (const char* symbol = ::dwfl_module_addrname(module, address))
        place.function = demangled(symbol);
    Dwfl_Line* line = ::dwfl_module_getsrc(module, address);
    if (line == nullptr) return place;
    const char* file = ::dwfl_lineinfo(line, nullptr, &place.line, nullptr, nullptr, nullptr);
    if (file != nullptr) place.file = file;
    return place;
}

bool is_students_file(const std::string& file) {
    const std::string folder = fs::path(file).parent_path();
    return !folder.starts_with("/usr/") && folder.find("/sysdeps/") == std::string::npos &&
           folder.starts_with('/') && !folder.ends_with("/common/program") &&
           !folder.ends_with("/common/net") && !folder.ends_with("/common/harness/faults");
}

std::string to_string(const SourcePlace& place) {
    return "in " + (place.function.empty() ? "a function" : place.function) + ", " +
           fs::path(place.file).filename().string() + ':' + std::to_string(place.line);
}

}  // namespace harness
