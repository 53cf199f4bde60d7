#include "answered.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace runner_test {
namespace {

/// A terminal that nobody sits at.
class Terminal {
public:
    Terminal() : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        char name[64];
        if (keyboard_ == -1 || ::grantpt(keyboard_) == -1 || ::unlockpt(keyboard_) == -1 ||
            ::ptsname_r(keyboard_, name, sizeof name) != 0) {
            throw std::system_error(errno, std::system_category(), "open a terminal");
        }
        name_ = name;
        // Held open, so that what is typed waits for whoever opens it next.
        screen_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    ~Terminal() {
        ::close(screen_);
        ::close(keyboard_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    Terminal(Terminal&&) = delete;
    Terminal& operator=(Terminal&&) = delete;

    void type(const std::string& line) const {
        const std::string keys = line + '\n';
        if (::write(keyboard_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
            throw std::system_error(errno, std::system_category(), "type");
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    int keyboard_;
    int screen_ = -1;
    std::string name_;
};

}  // namespace

runner::Outcome answered(const ToyCheckout& checkout, std::vector<std::string> words,
                         const std::string& line) {
    const Terminal terminal;
    terminal.type(line);
    auto command = checkout.command(std::move(words));
    const std::vector<std::string> shell{
        "sh", "-c", R"(terminal=$1; shift; exec "$@" <"$terminal")", "sh", terminal.name()};
    command.words.insert(command.words.begin(), shell.begin(), shell.end());
    return runner::run(command);
}

}  // namespace runner_test
