// SPDX-License-Identifier: Apache-2.0

#include "replayer/capture/event_line.h"

#include <google/protobuf/util/json_util.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace trapline::capture {
namespace {

constexpr size_t kMaxArguments = 8;
constexpr absl::string_view kKinds =
    "trap, hypercall, try_deliver_interrupt, event or lost";

absl::Status ParseHypercall(const Json& value, trace::Hypercall* hypercall) {
  const Json::array_t* args = AsArray(&value);
  if (args == nullptr || args->empty() || args->size() > kMaxArguments) {
    return Unexpected("hypercall", &value,
                      absl::StrCat("an array of 1 to ", kMaxArguments));
  }
  for (size_t i = 0; i < args->size(); ++i) {
    const std::optional<uint32_t> word = AsWord(&(*args)[i]);
    if (!word) {
      return Unexpected(absl::StrCat("hypercall[", i, "]"), &(*args)[i],
                        kAWord);
    }
    hypercall->add_args(*word);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<trace::Event> ParseEvent(const Json& line) {
  if (line.size() != 1) {
    return absl::DataLossError(absl::StrCat("has ", line.size(),
                                            " keys without \"trap\", expected ",
                                            "one of ", kKinds));
  }
  trace::Event event;
  const auto& [kind, value] = *AsObject(&line)->begin();
  if (kind == "hypercall") {
    absl::Status status = ParseHypercall(value, event.mutable_hypercall());
    if (!status.ok()) return status;
  } else if (kind == "try_deliver_interrupt") {
    const Json::array_t* args = AsArray(&value, 1);
    const std::optional<uint32_t> irq =
        args == nullptr ? std::nullopt : AsWord(&args->front());
    if (!irq) {
      return Unexpected(kind, args == nullptr ? &value : &args->front(),
                        "an array of one IRQ");
    }
    event.mutable_interrupt()->set_irq(*irq);
  } else if (kind == "lost") {
    const std::optional<uint64_t> records = AsLongWord(&value);
    if (records.value_or(0) == 0) {
      return Unexpected(kind, &value, "how many records, at least 1");
    }
    event.mutable_loss()->set_records(*records);
  } else if (kind == "event") {
    const std::string text =
        value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (!google::protobuf::util::JsonStringToMessage(text, &event).ok() ||
        event.what_case() == trace::Event::WHAT_NOT_SET) {
      return Unexpected(kind, &value, "an event as export prints it");
    }
  } else {
    return absl::DataLossError(absl::StrCat(
        "is of the unknown kind ", Quote(kind), ", expected ", kKinds));
  }
  return event;
}

absl::Status AppendEventLine(const trace::Event& event, std::string* out) {
  switch (event.what_case()) {
    case trace::Event::kHypercall:
      absl::StrAppend(out, "{\"hypercall\":[",
                      absl::StrJoin(event.hypercall().args(), ","), "]}\n");
      return absl::OkStatus();
    case trace::Event::kInterrupt:
      absl::StrAppend(out, "{\"try_deliver_interrupt\":[",
                      event.interrupt().irq(), "]}\n");
      return absl::OkStatus();
    case trace::Event::kLoss:
      absl::StrAppend(out, "{\"lost\":", event.loss().records(), "}\n");
      return absl::OkStatus();
    default: {
      std::string text;
      const auto status =
          google::protobuf::util::MessageToJsonString(event, &text);
      if (!status.ok()) return absl::InternalError(status.ToString());
      absl::StrAppend(out, "{\"event\":", text, "}\n");
      return absl::OkStatus();
    }
  }
}

}  // namespace trapline::capture
