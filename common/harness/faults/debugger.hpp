#pragma once

namespace harness::faults {

/// Waits until a debugger has attached to this process, without end: whoever has started us ends us
/// when nobody comes. Any process of this user may be that debugger.
void await_debugger();

}  // namespace harness::faults
