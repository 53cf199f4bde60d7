#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace runner {

/// What is wrong with a JSON text, and where: "line 7, column 3: expected ',' or '}' after a
/// value".
class JsonError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Reads JSON as RFC 8259 has it, keys in their order, and refuses a key that stands twice in one
/// object: parsers differ in which of the two they take. Throws JsonError.
[[nodiscard]] nlohmann::ordered_json parse_strictly(std::string_view text);

}  // namespace runner
