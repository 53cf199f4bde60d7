// What the resolver knows.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstdlib>
#include <cstring>

#include "harness/faults/next.hpp"
#include "harness/faults/visit.hpp"

namespace {

using namespace harness::faults;

LAB_NEXT(getaddrinfo)
LAB_NEXT(freeaddrinfo)

/// Where the answer to `name` begins in the plan, behind the name; null if there is none.
const char* find_answer(const char* name) {
    if (plan == nullptr || name == nullptr) return nullptr;
    const std::size_t length = std::strlen(name);
    for (const char* line = plan->answers.data(); *line != '\0';) {
        if (std::strncmp(line, name, length) == 0 && line[length] == ' ') return line + length;
        line += std::strcspn(line, "\n");
        if (*line == '\n') ++line;
    }
    return nullptr;
}

/// Asks the real resolver for each numeric address of an answer, and chains what it gives.
int chain(const char* addresses, const char* service, const addrinfo* hints, addrinfo** result) {
    addrinfo numeric{};
    if (hints != nullptr) numeric = *hints;
    numeric.ai_flags |= AI_NUMERICHOST;
    *result = nullptr;
    addrinfo** end = result;
    char address[INET6_ADDRSTRLEN];
    while (*addresses == ' ') {
        const std::size_t length = std::strcspn(++addresses, " \n");
        if (length >= sizeof address) return EAI_FAIL;
        std::memcpy(address, addresses, length);
        address[length] = '\0';
        addresses += length;
        // An address of a family that was not asked for is none of the answer.
        if (next_getaddrinfo()(address, service, &numeric, end) != 0) *end = nullptr;
        while (*end != nullptr) end = &(*end)->ai_next;
    }
    return *result == nullptr ? EAI_NONAME : 0;
}

}  // namespace

extern "C" {

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    const char* answer = find_answer(node);
    if (answer == nullptr) return next_getaddrinfo()(node, service, hints, result);
    plan->names_answered.fetch_add(1);
    if (std::strncmp(answer, " !", 2) == 0) return std::atoi(answer + 2);
    return chain(answer, service, hints, result);
}

/// What a program goes on using after it has freed it shall not look as if it were still there.
void freeaddrinfo(addrinfo* list) noexcept {
    for (addrinfo* it = plan == nullptr ? nullptr : list; it != nullptr; it = it->ai_next) {
        constexpr int garbage = 0xdb;
        if (it->ai_addr != nullptr) std::memset(it->ai_addr, garbage, it->ai_addrlen);
    }
    next_freeaddrinfo()(list);
}

}  // extern "C"

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
