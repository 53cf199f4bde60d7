#include "runner/course/manifest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runner/course/names.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

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
        throw std::runtime_error(name_.empty() ? why : name_ + ": " + why);
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
        programs.push_back({.name = name, .main_file = file});
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

/// "peers": for each program that has one, the command that a person talks to it with.
void read_peers(const Object& object, Lab& lab) {
    for (const auto& item : object.object("peers").items()) {
        const auto program = std::find_if(lab.programs.begin(), lab.programs.end(),
                                          [&](const Program& p) { return p.name == item.key(); });
        if (program == lab.programs.end()) {
            object.refuse(
                fmt::format(R"("peers" has {:?}, which is not in "programs")", item.key()));
        }
        if (!item.value().is_string() || item.value().get_ref<const std::string&>().empty()) {
            object.refuse(fmt::format(
                R"("peers": {:?} must be a command, like "nc {{host}} {{port}}")", item.key()));
        }
        program->peer = item.value().get<std::string>();
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

}  // namespace

Lab read_manifest(const Json& json, const fs::path& folder) {
    const Object object(json, "", {"id", "title", "port", "draft", "programs", "peers", "stages"});
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
    if (object.has("peers")) read_peers(object, lab);
    read_stages(object, lab);
    return lab;
}

}  // namespace runner
