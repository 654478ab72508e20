// SPDX-License-Identifier: Apache-2.0

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "properties/engines/show_guest.h"
#include "replayer/prove/findings.h"
#include "replayer/prove/guest_text.h"
#include "replayer/prove/report.h"

namespace trapline::replay {
namespace {

using nlohmann::ordered_json;
using properties::ClauseProof;
using properties::DeviationProof;
using properties::HostProof;

ordered_json ClauseJson(const ClauseProof& proof) {
  ordered_json json;
  json["id"] = proof.clause->id;
  json["answer"] = AnswerName(proof.answer);
  if (!proof.why.empty()) json["why"] = proof.why;
  if (proof.guest) json["guest"] = GuestText(*proof.guest);
  return json;
}

ordered_json DeviationJson(const DeviationProof& proof) {
  ordered_json json;
  json["id"] = proof.deviation->id;
  json["clause"] = proof.deviation->clause;
  json["seen"] = proof.guest.has_value();
  if (proof.guest) json["guest"] = GuestText(*proof.guest);
  return json;
}

ordered_json HostJson(const HostProof& proof) {
  ordered_json json;
  json["host"] = properties::HostName(proof.host);
  json["flavor"] = proof.host.flavor.name;
  json["pae"] = proof.host.pae;
  json["address_ok"] =
      proof.host.address_ok == model::AddressOk::kOld ? "old" : "new";
  json["paths"] = proof.paths;
  json["queries"] = proof.queries;
  json["slowest"] = proof.slowest;
  json["clauses"] = ordered_json::array();
  for (const ClauseProof& clause : proof.clauses) {
    json["clauses"].push_back(ClauseJson(clause));
  }
  json["deviations"] = ordered_json::array();
  for (const DeviationProof& deviation : proof.deviations) {
    json["deviations"].push_back(DeviationJson(deviation));
  }
  return json;
}

}  // namespace

std::string ProofJson(const std::vector<HostProof>& proofs, double seconds) {
  const Findings findings = Fold(proofs);
  const ProofVerdict verdict = VerdictOf(findings);
  ordered_json json;
  json["verdict"] = VerdictName(verdict);
  json["exit_status"] = ExitStatus(verdict);
  json["paths"] = findings.paths;
  json["queries"] = findings.queries;
  json["slowest"] = findings.slowest;
  json["seconds"] = seconds;
  json["hosts"] = ordered_json::array();
  for (const HostProof& proof : proofs)
    json["hosts"].push_back(HostJson(proof));
  return json.dump(2) + "\n";
}

}  // namespace trapline::replay
