#include "runner/watch/on_screen.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <sstream>

#include "runner/machine/screen.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verbs/hint.hpp"
#include "runner/verbs/next.hpp"
#include "runner/watch/keys.hpp"
#include "runner/watch/page.hpp"
#include "runner/watch/status_line.hpp"
#include "runner/watch/stop_signals.hpp"
#include "runner/watch/watched_lab.hpp"

namespace runner {
namespace {

/// While it lives, a stream's text goes elsewhere.
class Redirection {
public:
    Redirection(std::ostream& from, const std::ostream& to)
        : from_(from), before_(from.rdbuf(to.rdbuf())) {}
    ~Redirection() { from_.rdbuf(before_); }
    Redirection(const Redirection&) = delete;
    Redirection& operator=(const Redirection&) = delete;
    Redirection(Redirection&&) = delete;
    Redirection& operator=(Redirection&&) = delete;

private:
    std::ostream& from_;
    std::streambuf* before_;
};

/// What another command prints, or why it does not.
std::string printed_by(const std::function<void()>& command) {
    std::ostringstream text;
    const Redirection out(std::cout, text);
    const Redirection errors(std::cerr, text);
    try {
        command();
    } catch (const std::exception& e) {
        text << e.what() << '\n';
    }
    return text.str();
}

class OnScreen {
public:
    OnScreen(const Workspace& workspace, const Course& course, const Lab& lab, std::string greeting)
        : workspace_(workspace),
          course_(course),
          watched_(workspace, lab),
          progress_(Progress::load(workspace.progress_file())),
          text_(std::move(greeting)) {}

    void run() {
        while (!quits_) {
            draw();
            await_key();
            obey_signals();
            if (watched_.look()) expect_verdict();
            if (auto verdict = watched_.take_verdict()) tell(std::move(*verdict));
        }
    }

private:
    // ---- what comes

    void await_key() {
        const bool ours = screen_.hold();
        if (ours && !was_ours_) is_drawn_ = false;
        was_ours_ = ours;
        pollfd typed{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        const auto timeout = static_cast<int>(WatchedLab::between_looks.count());
        if (::poll(&typed, ours ? 1 : 0, timeout) != 1) return;
        const std::string keys = Screen::read_keys();
        quits_ = keys.empty();
        for (const Key key : keys_in(keys)) obey(key);
    }

    void obey_signals() {
        for (int number = signals_.take(); number != 0; number = signals_.take()) {
            if (number == SIGTSTP) stop();
            // Whoever has stopped us may have used the terminal since.
            screen_.lose();
            was_ours_ = false;
        }
    }

    /// Nothing runs while we are stopped: it would be found to be late when we go on.
    void stop() {
        const bool was_testing = watched_.is_testing();
        watched_.end_session();
        screen_.give_back();
        StopSignals::stop();
        if (was_testing) watched_.test_now();
    }

    void tell(Verdict verdict) {
        if (verdict.progress) progress_ = *verdict.progress;
        verdict_ = std::move(verdict);
        if (!text_stays_) show_verdict();
        is_drawn_ = false;
    }

    void expect_verdict() {
        text_stays_ = false;
        notice_.clear();
    }

    // ---- keys

    void obey(Key key) {
        notice_.clear();
        switch (key) {
            case Key::next:
                watched_.move_on();
                return show(
                    printed_by([&] { next_command(workspace_, course_, {watched_.lab().id}); }));
            case Key::hint:
                return show(
                    printed_by([&] { hint_command(workspace_, course_, {watched_.lab().id}); }));
            case Key::list:
                return show(printed_by([&] { board_command(workspace_, course_); }));
            case Key::test:
                expect_verdict();
                return watched_.test_now();
            case Key::quit:
                quits_ = true;
                return;
            case Key::back:
                return show_verdict();
            case Key::up:
                return scroll(-1);
            case Key::down:
                return scroll(1);
            case Key::page_up:
                return scroll(-page());
            case Key::page_down:
                return scroll(page());
            case Key::unknown:
                notice_ = "keys: n next  h hint  l list  q quit  Space tests again  ↑ ↓ scroll";
        }
    }

    void show(std::string text) {
        text_ = std::move(text);
        shows_text_ = text_stays_ = true;
        top_ = 0;
        is_drawn_ = false;
    }

    void show_verdict() {
        if (!verdict_) return;
        shows_text_ = text_stays_ = false;
        is_drawn_ = false;
    }

    void scroll(std::ptrdiff_t lines) {
        top_ = std::max<std::ptrdiff_t>(0, top_ + lines);
        is_drawn_ = false;
    }

    [[nodiscard]] static std::ptrdiff_t page() {
        return static_cast<std::ptrdiff_t>(std::max<std::size_t>(Screen::size().rows, 3)) - 2;
    }

    // ---- what is shown

    void draw() {
        const auto window = Screen::size();
        if (!is_drawn_ || window != window_) {
            is_drawn_ = false;
            window_ = window;
            lines_ = shows_text_ ? lines_of_text(text_, window.columns)
                                 : draw_verdict(workspace_, course_, watched_.lab(), *verdict_,
                                                {window.columns, window.rows - 1});
            const auto most = static_cast<std::ptrdiff_t>(lines_.size() -
                                                          std::min(lines_.size(), window.rows - 1));
            top_ = shows_text_ ? std::min(top_, most) : 0;
            below_ = most - top_;
            lines_.erase(lines_.begin(), lines_.begin() + top_);
        }
        auto bottom = status(window.columns - 1);
        if (is_drawn_ && bottom == bottom_) return;
        bottom_ = std::move(bottom);
        screen_.show(lines_, bottom_);
        is_drawn_ = true;
    }

    [[nodiscard]] std::string status(std::size_t width) const {
        if (!notice_.empty()) return notice_;
        std::string doing = watched_.doing();
        if (shows_text_ && verdict_ && !watched_.is_testing())
            doing = name_verdict(watched_.lab(), *verdict_);
        if (shows_text_ && verdict_) doing += " · Esc back";
        if (shows_text_ && below_ > 0) doing += fmt::format(" · ↓ {} more", below_);
        return draw_status(doing, watched_.lab(), progress_, width);
    }

    const Workspace& workspace_;
    const Course& course_;
    StopSignals signals_;
    Screen screen_;
    WatchedLab watched_;
    Progress progress_;
    std::optional<Verdict> verdict_{};
    std::string text_;         ///< of another command
    std::string notice_{};     ///< instead of the status, until the next key
    bool shows_text_ = true;   ///< instead of the verdict
    bool text_stays_ = false;  ///< also when a verdict comes
    bool quits_ = false;

    Screen::Size window_{};
    std::vector<std::string> lines_{};
    std::string bottom_{};
    std::ptrdiff_t top_ = 0;    ///< the first line of the text that is shown
    std::ptrdiff_t below_ = 0;  ///< how many of its lines are not
    bool is_drawn_ = false;
    bool was_ours_ = false;
};

}  // namespace

void watch_on_screen(const Workspace& workspace, const Course& course, const Lab& lab,
                     const std::string& greeting) {
    OnScreen(workspace, course, lab, greeting).run();
}

}  // namespace runner
