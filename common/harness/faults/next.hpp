#pragma once

#include <dlfcn.h>

#include <atomic>

/// next_NAME() is the function that the program would have called without us: libc's, or a
/// sanitizer's interceptor. It is looked up when the library is loaded, because a signal handler
/// may not (dlsym(3)), or at a call that comes even earlier. A macro, because the name is needed as
/// a text and as a part of names.
#define LAB_NEXT(name)                                          \
    decltype(&::name) next_##name() {                           \
        static std::atomic<void*> found;                        \
        void* function = found.load(std::memory_order_relaxed); \
        if (function == nullptr) {                              \
            function = ::dlsym(RTLD_NEXT, #name);               \
            found.store(function, std::memory_order_relaxed);   \
        }                                                       \
        return reinterpret_cast<decltype(&::name)>(function);   \
    }                                                           \
    [[gnu::constructor]] void find_##name() { (void)next_##name(); }
