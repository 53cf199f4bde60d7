#pragma once

#include <filesystem>
#include <functional>

namespace runner {

/// From now on SIGINT, SIGTERM and SIGHUP end first what run() has started, then do what is left to
/// do (AtEnd), remove the scratch folder, and then end us as they would have. To be called once,
/// before there are threads.
void end_in_order();

/// While it lives, what is to be done before a signal ends us; from another thread. One at a time.
class AtEnd {
public:
    explicit AtEnd(std::function<void()> action);
    ~AtEnd();
    AtEnd(const AtEnd&) = delete;
    AtEnd& operator=(const AtEnd&) = delete;
    AtEnd(AtEnd&&) = delete;
    AtEnd& operator=(AtEnd&&) = delete;
};

/// While it lives, SIGINT does nothing to us: Ctrl-C is for the program that has our terminal.
class CtrlCIsNotForUs {
public:
    CtrlCIsNotForUs();
    ~CtrlCIsNotForUs();
    CtrlCIsNotForUs(const CtrlCIsNotForUs&) = delete;
    CtrlCIsNotForUs& operator=(const CtrlCIsNotForUs&) = delete;
    CtrlCIsNotForUs(CtrlCIsNotForUs&&) = delete;
    CtrlCIsNotForUs& operator=(CtrlCIsNotForUs&&) = delete;
};

/// A folder for what tests put down for a while, made at the first call. It goes when we do.
[[nodiscard]] const std::filesystem::path& scratch_folder();

}  // namespace runner
