#include "harness/programs/reach.hpp"

#include <elf.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <cstring>
#include <fstream>
#include <sstream>

namespace harness {
namespace {

template <typename Type>
bool read(std::ifstream& file, Type& value) {
    return static_cast<bool>(file.read(reinterpret_cast<char*>(&value), sizeof value));
}

/// Whether an ELF file of its word size asks for a loader (PT_INTERP, elf(5)).
template <typename Header, typename Segment>
bool asks_for_loader(std::ifstream& file) {
    Header header{};
    file.seekg(0);
    if (!read(file, header)) return true;
    for (int i = 0; i < header.e_phnum; ++i) {
        Segment segment{};
        file.seekg(static_cast<std::streamoff>(header.e_phoff) + i * header.e_phentsize);
        if (!read(file, segment) || segment.p_type == PT_INTERP) return true;
    }
    return false;
}

/// Where the kernel would run it with other rights than its caller's, nothing is preloaded.
bool gains_rights(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
}

bool has_capabilities(const std::string& path) {
    return ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

/// "/usr/bin/env" of a script that begins with "#!/usr/bin/env python3".
std::string interpreter(std::ifstream& file) {
    std::string line;
    file.seekg(2);
    std::getline(file, line);
    std::istringstream words(line);
    std::string name;
    words >> name;
    return name;
}

bool is_static(std::ifstream& file, const unsigned char (&magic)[EI_CLASS + 1]) {
    if (std::memcmp(magic, ELFMAG, SELFMAG) != 0) return false;
    return magic[EI_CLASS] == ELFCLASS32 ? !asks_for_loader<Elf32_Ehdr, Elf32_Phdr>(file)
                                         : !asks_for_loader<Elf64_Ehdr, Elf64_Phdr>(file);
}

}  // namespace

std::string out_of_reach(const std::string& file) {
    std::string path = file;
    std::string story;
    // A script may be run by a script, five times (execve(2)).
    for (int i = 0; i <= 5; ++i) {
        if (gains_rights(path)) return story + "is a set-user-ID or set-group-ID file";
        if (has_capabilities(path)) return story + "has capabilities of its own";
        std::ifstream content(path, std::ios::binary);
        unsigned char magic[EI_CLASS + 1]{};
        if (!read(content, magic)) return "";
        if (is_static(content, magic)) return story + "is linked statically";
        if (magic[0] != '#' || magic[1] != '!') return "";
        path = interpreter(content);
        story = "is run by " + path + ", which ";
    }
    return "";
}

}  // namespace harness
