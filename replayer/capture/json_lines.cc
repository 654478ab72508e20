// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/json_lines.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace trapline::capture {
namespace {

constexpr size_t kMaxDepth = 16;
constexpr size_t kShown = 40;
constexpr absl::string_view kAnObject = "a JSON object";
constexpr int kNumberOverflow = 406;  // an id of nlohmann::json::exception

// Builds the value and keeps the sentence that says why there is none. The
// names are those that nlohmann::json::sax_parse calls.
class Builder {
 public:
  bool null() { return Add(nullptr); }
  bool boolean(bool value) { return Add(value); }
  bool number_integer(int64_t value) { return Add(value); }
  bool number_unsigned(uint64_t value) { return Add(value); }
  bool number_float(double value, const std::string&) { return Add(value); }
  bool string(std::string& value) { return Add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return Open(Json::object()); }
  bool start_array(size_t) { return Open(Json::array()); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool key(std::string& name) {
    auto [place, is_new] =
        open_.back()->get_ptr<Json::object_t*>()->try_emplace(name);
    if (!is_new) {
      return Refuse(absl::StrCat("names ", Quote(name),
                                 " twice in one object, expected it once"));
    }
    member_ = &place->second;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const Json::exception& error) {
    if (error.id == kNumberOverflow) {
      return Refuse(absl::StrCat("holds a number too large at byte ", position,
                                 ", expected one that fits its field"));
    }
    const bool utf8 = absl::StrContains(error.what(), "ill-formed UTF-8");
    return Refuse(absl::StrCat("is not ", utf8 ? "UTF-8" : "JSON", " at byte ",
                               position, ", expected ", kAnObject));
  }

  absl::StatusOr<Json> Take() {
    if (!wrong_.empty()) return absl::DataLossError(wrong_);
    return std::move(root_);
  }

 private:
  bool Refuse(std::string wrong) {
    wrong_ = std::move(wrong);
    return false;
  }

  Json* Place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_object()) return &(*member_ = std::move(value));
    return &open_.back()->get_ptr<Json::array_t*>()->emplace_back(
        std::move(value));
  }

  bool Add(Json value) {
    Place(std::move(value));
    return true;
  }

  bool Open(Json value) {
    if (open_.size() == kMaxDepth) {
      return Refuse(absl::StrCat("is nested deeper than ", kMaxDepth,
                                 " levels, expected at most that"));
    }
    open_.push_back(Place(std::move(value)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // from the root to the innermost
  Json* member_ = nullptr;   // of the innermost object, its value to come
  std::string wrong_;
};

}  // namespace

absl::StatusOr<Json> ParseLine(absl::string_view line) {
  if (line.empty()) {
    return absl::DataLossError(absl::StrCat("is empty, expected ", kAnObject));
  }
  // nlohmann::json takes a NUL for the end, and skips a byte order mark.
  if (const size_t nul = line.find('\0'); nul != line.npos) {
    return absl::DataLossError(
        absl::StrCat("has a NUL as byte ", nul + 1, ", expected ", kAnObject));
  }
  if (absl::StartsWith(line, "\xef\xbb\xbf")) {
    return absl::DataLossError(
        absl::StrCat("has a byte order mark, expected ", kAnObject));
  }
  Builder builder;
  Json::sax_parse(line.begin(), line.end(), &builder);
  absl::StatusOr<Json> value = builder.Take();
  if (value.ok() && !value->is_object()) {
    return absl::DataLossError(
        absl::StrCat("is ", Describe(*value), ", expected ", kAnObject));
  }
  return value;
}

std::string Quote(absl::string_view text) {
  const bool whole = text.size() <= kShown;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kShown)),
                      whole ? "\"" : "...\"");
}

std::string Describe(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return absl::StrCat("an array of ", value.size());
  if (const std::string* text = AsString(&value)) return Quote(*text);
  return value.dump();
}

std::string JsonText(absl::string_view text) {
  return Json(std::string(text))
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status Unexpected(absl::string_view where, const Json* value,
                        absl::string_view expected) {
  return absl::DataLossError(absl::StrCat(
      where, " is ", value == nullptr ? "missing" : Describe(*value),
      ", expected ", expected));
}

const Json* Find(const Json& object, absl::string_view key) {
  const auto* members = object.get_ptr<const Json::object_t*>();
  if (members == nullptr) return nullptr;
  const auto member = members->find(std::string_view(key.data(), key.size()));
  return member == members->end() ? nullptr : &member->second;
}

std::optional<uint32_t> AsWord(const Json* value) {
  const std::optional<uint64_t> number = AsLongWord(value);
  if (!number || *number > std::numeric_limits<uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(*number);
}

std::optional<uint64_t> AsLongWord(const Json* value) {
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  return *value->get_ptr<const Json::number_unsigned_t*>();
}

std::optional<bool> AsBool(const Json* value) {
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return *value->get_ptr<const Json::boolean_t*>();
}

const std::string* AsString(const Json* value) {
  return value == nullptr ? nullptr : value->get_ptr<const Json::string_t*>();
}

const Json::array_t* AsArray(const Json* value, std::optional<size_t> size) {
  if (value == nullptr) return nullptr;
  const auto* array = value->get_ptr<const Json::array_t*>();
  return array == nullptr || array->size() != size.value_or(array->size())
             ? nullptr
             : array;
}

const Json::object_t* AsObject(const Json* value) {
  return value == nullptr ? nullptr : value->get_ptr<const Json::object_t*>();
}

std::optional<std::string> AsBytes(const Json* value) {
  const std::string* digits = AsString(value);
  if (digits == nullptr || digits->size() % 2 != 0 ||
      digits->find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  return absl::HexStringToBytes(*digits);
}

}  // namespace trapline::capture
