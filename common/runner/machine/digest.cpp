#include "runner/machine/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <array>
#include <span>
#include <stdexcept>

namespace runner {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("libcrypto cannot make a SHA-256 digest");
    return fmt::format("{:02x}", fmt::join(std::span(digest).first(size), ""));
}

}  // namespace runner
