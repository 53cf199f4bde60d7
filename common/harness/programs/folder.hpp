#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "net/fd.hpp"

namespace harness {

/// A fresh folder in which a program may write, and what it has made of it. It lies some folders
/// deep in a place of its own, so that a program that leaves it by `..` is seen. Removed with all
/// it holds.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    /// To be given to the program: an absolute path.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return root_; }

    /// Puts a file there before the program starts; the folders above it are made.
    void put(const std::string& name, std::string_view content) const;

    /// Fails with FILES unless these files are there, with this content, and nothing else: a file
    /// that is missing, differs, is left over, is a link or a device, or lies outside. Names are
    /// relative to the folder, `sub/a.txt`; empty folders do not count.
    void expect(const std::map<std::string, std::string>& files) const;

private:
    net::Fd lock_;  ///< on the place, as long as it is in use
    std::filesystem::path place_;
    std::filesystem::path root_;
};

}  // namespace harness
