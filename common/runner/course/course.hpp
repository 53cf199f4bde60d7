#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace runner {

/// One idea of a lab. `program` is the name of one of the lab's programs.
struct Stage {
    std::string id;
    std::string title;
    int points = 0;
    int minutes = 0;
    std::string program;
    std::vector<std::string> concepts;
    std::chrono::seconds timeout{20};
};

/// A program of a lab: "echo_server" and its main file, "echo_server.cpp".
struct Program {
    std::string name;
    std::string main_file;
    std::string peer{};  ///< what to talk to it with: "nc {host} {port}"; may be empty
};

/// A lab that is fit for use. Programs and stages stand in the order of lab.json.
struct Lab {
    std::string id;
    std::string title;
    std::uint16_t port = 0;
    bool draft = false;  ///< more stages are still to be written: points may add to less than 100
    std::filesystem::path folder;
    std::vector<Program> programs;
    std::vector<Stage> stages;

    /// 1 for "01-tcp-echo".
    [[nodiscard]] int number() const;
};

/// A folder in labs/ that cannot be used; `why` is for whoever edits it, and names the file.
struct BrokenLab {
    std::filesystem::path folder;
    std::string why;
};

/// The labs under root/labs. Every folder there is in one of the two lists, each sorted by name.
struct Course {
    std::filesystem::path root;
    std::vector<Lab> labs;
    std::vector<BrokenLab> broken;
};

/// Reads every labs/*/lab.json; a broken lab never stops the others. Files and hidden folders in
/// labs/ are passed over. Throws std::system_error if root/labs cannot be listed.
[[nodiscard]] Course load_course(const std::filesystem::path& root);

}  // namespace runner
