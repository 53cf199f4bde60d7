#include "runner/course.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <initializer_list>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "runner/strict_json.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Why a lab is refused; what() becomes BrokenLab::why.
class Refused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

/// "echo-once": lower-case letters and digits, joined by single hyphens; a letter comes first.
bool is_words(std::string_view text) {
    char before = '-';
    for (const char c : text) {
        if (c == '-' ? before == '-' : !is_lower(c) && !is_digit(c)) return false;
        before = c;
    }
    return before != '-' && is_lower(text.front());
}

/// "01-tcp-echo"; 00 is no lab, because people count from 1.
bool is_lab_id(std::string_view text) {
    return text.size() > 3 && is_digit(text[0]) && is_digit(text[1]) && text[2] == '-' &&
           text.substr(0, 2) != "00" && is_words(text.substr(3));
}

/// "echo_server": fit for a file's name, and for a shell without quotes.
bool is_plain_name(std::string_view text) {
    return !text.empty() && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_main_file(std::string_view text) {
    return text.ends_with(".cpp") && is_plain_name(text.substr(0, text.size() - 4));
}

/// A value as it stands in the file, cut short, with nothing in it that moves a terminal's cursor.
std::string shown(const Json& value) {
    auto text = value.dump(-1, ' ', true);
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

struct Range {
    int low;
    int high;
};

/// An object of lab.json with the words that say which one. Every reader refuses what is missing or
/// of another type, and says what it would have taken.
class Object {
public:
    Object(const Json& json, std::string name, std::initializer_list<std::string_view> keys)
        : json_(json), name_(std::move(name)) {
        if (!json.is_object()) refuse("must be an object, { ... }");
        for (const auto& item : json.items()) {
            if (std::find(keys.begin(), keys.end(), item.key()) != keys.end()) continue;
            refuse(
                fmt::format("unknown key {:?}; known are {}", item.key(), fmt::join(keys, ", ")));
        }
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw Refused(name_.empty() ? why : name_ + ": " + why);
    }

    [[nodiscard]] bool has(const char* key) const { return json_.contains(key); }

    [[nodiscard]] std::string text(const char* key) const {
        const auto& value = get(key, "a text that is not empty", [](const Json& it) {
            return it.is_string() && !it.get_ref<const std::string&>().empty();
        });
        return value.get<std::string>();
    }

    [[nodiscard]] int number(const char* key, Range range) const {
        const auto form = fmt::format("a whole number from {} to {}", range.low, range.high);
        const auto& value = get(key, form, [&](const Json& it) {
            return it.is_number_integer() && it >= range.low && it <= range.high;
        });
        return value.get<int>();
    }

    [[nodiscard]] bool flag(const char* key) const {
        return get(key, "true or false", [](const Json& it) { return it.is_boolean(); })
            .get<bool>();
    }

    [[nodiscard]] const Json& list(const char* key) const {
        return get(key, "a list, [ ... ]", [](const Json& it) { return it.is_array(); });
    }

    [[nodiscard]] const Json& object(const char* key) const {
        return get(key, "an object, { ... }", [](const Json& it) { return it.is_object(); });
    }

private:
    template <typename Accepts>
    const Json& get(const char* key, std::string_view form, Accepts accepts) const {
        const auto found = json_.find(key);
        if (found == json_.end()) refuse(fmt::format("{:?} is missing: it is {}", key, form));
        if (!accepts(*found)) {
            refuse(fmt::format("{:?} must be {}, but it is {}", key, form, shown(*found)));
        }
        return *found;
    }

    const Json& json_;
    std::string name_;
};

std::vector<Program> read_programs(const Object& lab) {
    std::vector<Program> programs;
    for (const auto& item : lab.object("programs").items()) {
        const auto& name = item.key();
        const auto file = item.value().is_string() ? item.value().get<std::string>() : "";
        if (!is_plain_name(name)) {
            lab.refuse(fmt::format("program {:?}: a name is letters, digits, '_' and '-'", name));
        }
        if (!is_main_file(file)) {
            lab.refuse(
                fmt::format("program {:?}: its main file must be a plain name like {:?}, "
                            "without a folder, but it is {}",
                            name, name + ".cpp", shown(item.value())));
        }
        for (const auto& other : programs) {
            if (other.main_file != file) continue;
            lab.refuse(
                fmt::format("programs {:?} and {:?} have the same main file, {:?}; each "
                            "needs its own",
                            other.name, name, file));
        }
        programs.push_back({name, file});
    }
    if (programs.empty()) lab.refuse(R"("programs" is empty; name at least one)");
    return programs;
}

std::string read_program_of(const Object& stage, const std::vector<Program>& programs) {
    auto name = stage.text("program");
    std::vector<std::string_view> known;
    known.reserve(programs.size());
    for (const auto& program : programs) known.emplace_back(program.name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        stage.refuse(
            fmt::format(R"("program" is {:?}, which is not in "programs"; known there are {})",
                        name, fmt::join(known, ", ")));
    }
    return name;
}

std::vector<std::string> read_concepts(const Object& stage) {
    std::vector<std::string> concepts;
    for (const auto& item : stage.list("concepts")) {
        if (!item.is_string() || !is_words(item.get_ref<const std::string&>())) {
            stage.refuse(
                fmt::format("\"concepts\" holds {}, but a concept is lower-case words "
                            "with hyphens, like \"end-of-stream\"",
                            shown(item)));
        }
        concepts.push_back(item.get<std::string>());
    }
    return concepts;
}

/// What a message calls a stage: by its id, or by its place if it has none to show.
std::string stage_name(const Json& json, std::size_t index) {
    const bool named = json.is_object() && json.contains("id") && json["id"].is_string();
    return named ? "stage " + shown(json["id"]) : fmt::format("stage {} of the list", index + 1);
}

Stage read_stage(const Json& json, std::size_t index, const std::vector<Program>& programs) {
    const Object object(json, stage_name(json, index),
                        {"id", "title", "points", "minutes", "program", "concepts", "timeout_s"});
    Stage stage;
    stage.id = object.text("id");
    if (!is_words(stage.id)) {
        object.refuse("an id is lower-case words with hyphens, like \"echo-once\"");
    }
    stage.title = object.text("title");
    stage.points = object.number("points", {0, 100});
    stage.minutes = object.number("minutes", {0, 10'000});
    stage.program = read_program_of(object, programs);
    stage.concepts = read_concepts(object);
    if (object.has("timeout_s")) {
        stage.timeout = std::chrono::seconds(object.number("timeout_s", {1, 3600}));
    }
    return stage;
}

void check_points(const Object& object, const Lab& lab) {
    int sum = 0;
    for (const auto& stage : lab.stages) sum += stage.points;
    if (lab.draft && sum > 100) {
        object.refuse(
            fmt::format("the stages' points add to {}, but a draft has at most 100", sum));
    }
    if (!lab.draft && sum != 100) {
        object.refuse(
            fmt::format("the stages' points add to {}, not to 100; while stages are still "
                        "to be written, say \"draft\": true",
                        sum));
    }
}

void read_stages(const Object& object, Lab& lab) {
    const auto& list = object.list("stages");
    if (list.empty()) object.refuse("\"stages\" is empty; a lab has at least one");
    for (const auto& json : list) {
        auto stage = read_stage(json, lab.stages.size(), lab.programs);
        for (const auto& other : lab.stages) {
            if (other.id != stage.id) continue;
            object.refuse(fmt::format("two stages have the id {:?}; rename one", stage.id));
        }
        lab.stages.push_back(std::move(stage));
    }
    check_points(object, lab);
}

Lab read_manifest(const Json& json, const fs::path& folder) {
    const Object object(json, "", {"id", "title", "port", "draft", "programs", "stages"});
    Lab lab;
    lab.folder = folder;
    lab.id = object.text("id");
    if (lab.id != folder.filename().string()) {
        object.refuse(fmt::format("\"id\" is {:?}, but the folder is {:?}; they must be the same",
                                  lab.id, folder.filename().string()));
    }
    lab.title = object.text("title");
    // Below 1024 a server would need root.
    lab.port = static_cast<std::uint16_t>(object.number("port", {1024, 65'535}));
    lab.draft = object.has("draft") && object.flag("draft");
    lab.programs = read_programs(object);
    read_stages(object, lab);
    return lab;
}

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::system_error(errno, std::system_category(), "cannot be opened");
    return {std::istreambuf_iterator<char>(in), {}};
}

bool has_source(const fs::path& folder) {
    std::error_code missing;
    const fs::directory_iterator entries(folder, missing);
    return std::any_of(fs::begin(entries), fs::end(entries), [](const fs::directory_entry& entry) {
        return entry.path().extension() == ".cpp" && entry.is_regular_file();
    });
}

/// `shown_as` is how messages name the folder: "labs/02-udp-ping".
void check_files(const Lab& lab, const std::string& shown_as) {
    for (const auto& program : lab.programs) {
        if (fs::is_regular_file(lab.folder / "starter" / program.main_file)) continue;
        throw Refused(
            fmt::format("{}/starter/{} is missing: write the starter of program {:?}, or "
                        "take it out of {}/lab.json",
                        shown_as, program.main_file, program.name, shown_as));
    }
    if (!has_source(lab.folder / "tests")) {
        throw Refused(shown_as + "/tests has no .cpp file: write the tests of the lab's stages");
    }
}

Lab load_lab(const fs::path& folder, const std::string& shown_as) {
    if (!is_lab_id(folder.filename().string())) {
        throw Refused(shown_as +
                      ": the name of a lab's folder is two digits (01 to 99) and lower-case words, "
                      "like 02-udp-ping; rename the folder, or move it out of labs/");
    }
    const auto manifest = folder / "lab.json";
    if (!fs::is_regular_file(manifest)) {
        throw Refused(shown_as +
                      " has no lab.json, so it is half-made; write one, or move the folder out of "
                      "labs/");
    }
    try {
        return read_manifest(parse_strictly(read_text(manifest)), folder);
    } catch (const std::exception& error) {
        throw Refused(shown_as + "/lab.json: " + error.what());
    }
}

void add(Course& course, const fs::path& folder) {
    const auto name = folder.filename().string();
    // A folder's name is anybody's; what is no plain name is shown with escapes.
    const auto shown_as = "labs/" + (is_plain_name(name) ? name : fmt::format("{:?}", name));
    try {
        auto lab = load_lab(folder, shown_as);
        check_files(lab, shown_as);
        course.labs.push_back(std::move(lab));
    } catch (const Refused& refused) {
        course.broken.push_back({folder, refused.what()});
    } catch (const std::exception& error) {
        course.broken.push_back({folder, shown_as + ": " + error.what()});
    }
}

}  // namespace

int Lab::number() const { return std::stoi(id.substr(0, 2)); }

Course load_course(const fs::path& root) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator it(root / "labs", error), end; it != end; it.increment(error)) {
        if (it->path().filename().string().front() == '.') continue;
        std::error_code dangling;
        if (it->is_directory(dangling)) folders.push_back(it->path());
    }
    if (error) throw std::system_error(error, "list " + (root / "labs").string());
    std::sort(folders.begin(), folders.end());

    Course course{root, {}, {}};
    for (const auto& folder : folders) add(course, folder);
    return course;
}

}  // namespace runner
