#pragma once

#include <filesystem>

namespace runner {

/// From now on SIGINT, SIGTERM and SIGHUP end first what run() has started, then remove the scratch
/// folder, and then end us as they would have. To be called once, before there are threads.
void end_in_order();

/// While it lives, SIGINT does nothing to us: Ctrl-C is for the program that has our terminal.
class CtrlCIsNotForUs {
public:
    CtrlCIsNotForUs();
    ~CtrlCIsNotForUs();
    CtrlCIsNotForUs(const CtrlCIsNotForUs&) = delete;
    CtrlCIsNotForUs& operator=(const CtrlCIsNotForUs&) = delete;
};

/// A folder for what tests put down for a while, made at the first call. It goes when we do.
[[nodiscard]] const std::filesystem::path& scratch_folder();

}  // namespace runner
