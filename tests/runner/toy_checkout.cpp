#include "toy_checkout.hpp"

namespace runner_test {
namespace {

namespace fs = std::filesystem;

const fs::path source = LAB_SOURCE;
const fs::path built = LAB_BUILD;

void write_ninja_file(const fs::path& root, const std::string& rule) {
    std::string text = "rule program\n  command = " + rule + '\n';
    std::string all;
    for (const char* name : {"echo_server", "echo_client"}) {
        const std::string program = std::string("labs/01-tcp-echo/") + name;
        text += "build " + program + ": program " + (root / program).string() + ".cpp\n";
        all += ' ' + program;
    }
    text += "build labs.01-tcp-echo: phony" + all + "\nbuild labs.01-tcp-echo.tests: phony\n";
    write_file(root / "build" / "dev" / "build.ninja", text);
}

}  // namespace

ToyCheckout::ToyCheckout() {
    fs::create_directories(lab());
    for (const char* part : {"lab.json", "README.md", "HINTS.md", "starter", "tests"}) {
        fs::copy(source / "labs" / "01-tcp-echo" / part, lab() / part, fs::copy_options::recursive);
    }
    write_file(root() / "CMakePresets.json", "{}\n");
    const fs::path programs = root() / "build" / "dev" / "labs" / "01-tcp-echo";
    fs::create_directories(programs);
    fs::create_symlink(built / "supervisor", root() / "build" / "dev" / "supervisor");
    for (const char* file : {"tests", "tests.json"}) {
        fs::create_symlink(built / "labs" / "01-tcp-echo" / file, programs / file);
    }
    write_ninja_file(root(), "g++ -std=c++20 -g -fsanitize=address,undefined -I" +
                                 (source / "common").string() + " $in " +
                                 (built / "common" / "program" / "libprogram.a").string() +
                                 " -o $out");
}

runner::Command ToyCheckout::command(std::vector<std::string> words) const {
    words.insert(words.begin(), (built / "lab").string());
    return {.words = std::move(words),
            .folder = root(),
            .environment = {{"LAB_ROOT", root().string()}}};
}

runner::Outcome ToyCheckout::lab(std::vector<std::string> words) const {
    return runner::run(command(std::move(words)));
}

void ToyCheckout::use_solution() const {
    for (const char* file : {"echo_server.cpp", "echo_client.cpp"}) {
        fs::copy_file(source / "solutions" / "01-tcp-echo" / file, lab() / file,
                      fs::copy_options::overwrite_existing);
    }
}

void ToyCheckout::use_script(const std::string& text) const {
    write_file(student_file(), text);
    write_ninja_file(root(), "install -m 755 $in $out");
}

}  // namespace runner_test
