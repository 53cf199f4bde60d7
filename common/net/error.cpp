#include "net/error.hpp"

#include <netdb.h>

namespace net {
namespace {

class ResolverCategory : public std::error_category {
public:
    const char* name() const noexcept override { return "resolver"; }
    std::string message(int code) const override { return ::gai_strerror(code); }
};

}  // namespace

const std::error_category& resolver_category() noexcept {
    static const ResolverCategory category;
    return category;
}

void throw_errno(const char* what) {
    const int error = errno;
    throw_errno(error, std::string(what));
}

void throw_errno(int error, const std::string& what) {
    throw std::system_error(error, std::system_category(), what);
}

}  // namespace net
