#pragma once

#include <termios.h>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runner/machine/interruption.hpp"

namespace runner {

/// The terminal of stdin and stdout as a screen: keys come one by one, unseen, and what is shown
/// fills the window. When it goes, and when a signal ends us, the terminal is as it was before.
/// What stood in the window before is kept above it, where one can scroll back to it.
class Screen {
public:
    struct Size {
        std::size_t columns;
        std::size_t rows;

        friend bool operator==(const Size&, const Size&) = default;
    };

    /// Whether stdin and stdout are terminals, of a kind whose cursor can be moved.
    [[nodiscard]] static bool is_possible();

    /// Takes the terminal, if we are in the foreground.
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    Screen(Screen&&) = delete;
    Screen& operator=(Screen&&) = delete;

    /// Takes the terminal if it is not ours. Returns false while we are in the background, where
    /// nothing is shown and no key is ours.
    bool hold();

    /// Others have had the terminal, and may have changed it.
    void lose();

    /// Gives the terminal back, as it was, with the cursor below what is shown.
    void give_back();

    [[nodiscard]] static Size size();

    /// Fills the window: with these lines at its top, and one at its bottom. What is too long is
    /// cut off; control characters but colours are replaced.
    void show(const std::vector<std::string>& lines, const std::string& bottom);

    /// What has been typed, after poll(2) has said that there is something. Empty when the terminal
    /// has gone.
    [[nodiscard]] static std::string read_keys();

private:
    void take();
    void give_back_locked();

    std::timed_mutex mutex_;  ///< between us and the thread that ends us
    std::optional<termios> before_{};
    bool ours_ = false;
    bool ended_ = false;
    AtEnd at_end_;
};

/// `line` in at most `width` columns, with colours as they are, tabulators as blanks, and every
/// other control character as "·".
[[nodiscard]] std::string fit_screen(const std::string& line, std::size_t width);

}  // namespace runner
