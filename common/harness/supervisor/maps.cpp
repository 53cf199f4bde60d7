#include "harness/supervisor/maps.hpp"

#include <fstream>
#include <sstream>

#include "harness/supervisor/proc_files.hpp"

namespace harness::supervisor {

std::optional<Mapping> find_mapping(pid_t pid, std::uint64_t address) {
    std::ifstream file(folder_of(pid) / "maps");
    for (std::string line; std::getline(file, line);) {
        // "7f1c2000-7f1c5000 r-xp 00001000 fe:01 4711   /usr/lib/libc.so.6"
        std::istringstream fields(line);
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        char dash = 0;
        std::string rights;
        std::string skipped;
        fields >> std::hex >> begin >> dash >> end >> rights >> skipped >> skipped >> skipped;
        if (address < begin || address >= end) continue;
        Mapping mapping{.shared = rights.ends_with('s'), .file = {}};
        fields >> mapping.file;
        return mapping;
    }
    return std::nullopt;
}

}  // namespace harness::supervisor
