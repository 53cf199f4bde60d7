#include "runner/machine/question.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iostream>

#include "runner/wrong_use.hpp"

namespace runner {

bool says_yes(const std::string& question, const std::string& command) {
    if (::isatty(STDIN_FILENO) != 1)
        throw WrongUse("there is no terminal to ask on; if you are sure: " + command);
    std::cerr << question << " [y/N] " << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer)) std::cerr << '\n';
    std::transform(answer.begin(), answer.end(), answer.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return answer == "y" || answer == "yes";
}

}  // namespace runner
