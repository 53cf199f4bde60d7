#pragma once

#include <elfutils/libdwfl.h>

#include <optional>
#include <string>

namespace harness {

/// A line of a source file, as debug information names it (libdw).
struct SourcePlace {
    std::string function;  ///< without its arguments, which for templates take lines
    std::string file;      ///< with its whole path; empty where there is no debug information
    int line = 0;
};

/// How libdw finds debug information: in the files themselves alone.
[[nodiscard]] Dwfl_Callbacks own_debug_information(
    decltype(Dwfl_Callbacks::find_elf) find_elf,
    decltype(Dwfl_Callbacks::section_address) section_address = nullptr);

/// The place of an instruction. `module` may be null: then nothing is known.
[[nodiscard]] SourcePlace place_of(Dwfl_Module* module, Dwarf_Addr address);

/// Whether a source file is a student's: not the system's, not the course's.
[[nodiscard]] bool is_students_file(const std::string& file);

/// "in send_all, echo_server.cpp:51".
[[nodiscard]] std::string to_string(const SourcePlace& place);

}  // namespace harness
