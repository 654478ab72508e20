// SPDX-License-Identifier: Apache-2.0

#include "replayer/prove/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace trapline::replay {

using properties::Answer;
using properties::ClauseProof;
using properties::DeviationProof;
using properties::HostProof;

namespace {

void AddTo(const ClauseProof& proof, const HostProof& host, Cell* cell) {
  cell->answer = std::min(cell->answer, proof.answer);
  for (const DeviationProof& deviation : host.deviations) {
    const std::string_view id = deviation.deviation->id;
    if (deviation.deviation->clause != proof.clause->id || !deviation.guest ||
        std::count(cell->deviations.begin(), cell->deviations.end(), id) != 0) {
      continue;
    }
    cell->deviations.push_back(id);
  }
}

bool IsUnproved(Answer answer) {
  return answer == Answer::kUnknown || answer == Answer::kVacuous;
}

// Whether all that was to be asked about the clause was answered.
bool IsAnswered(const HostProof& host, std::string_view clause) {
  return std::none_of(
      host.clauses.begin(), host.clauses.end(), [&](const ClauseProof& proof) {
        return proof.clause->id == clause && proof.answer == Answer::kUnknown;
      });
}

}  // namespace

Findings Fold(const std::vector<HostProof>& proofs) {
  Findings findings;
  for (const HostProof& host : proofs) {
    const std::string_view flavor = host.host.flavor.name;
    if (findings.flavors.empty() || findings.flavors.back() != flavor) {
      findings.flavors.push_back(flavor);
    }
    findings.rows.resize(host.clauses.size());
    for (size_t i = 0; i < host.clauses.size(); ++i) {
      const ClauseProof& proof = host.clauses[i];
      Findings::Row& row = findings.rows[i];
      row.clause = proof.clause;
      row.cells.resize(findings.flavors.size());
      AddTo(proof, host, &row.cells.back());
      if (proof.answer == Answer::kRefuted) {
        findings.refuted.push_back({&proof, &host});
      } else if (IsUnproved(proof.answer)) {
        findings.unproved.push_back({&proof, &host});
      }
    }
    for (const DeviationProof& proof : host.deviations) {
      if (proof.guest || !IsAnswered(host, proof.deviation->clause)) continue;
      findings.lost.push_back({proof.deviation, &host});
    }
    findings.paths += host.paths;
    findings.queries += host.queries;
    findings.slowest = std::max(findings.slowest, host.slowest);
  }
  return findings;
}

ProofVerdict VerdictOf(const Findings& findings) {
  if (!findings.refuted.empty() || !findings.lost.empty()) {
    return ProofVerdict::kRefuted;
  }
  return findings.unproved.empty() ? ProofVerdict::kProved
                                   : ProofVerdict::kUnproved;
}

const char* VerdictName(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kProved:
      return "PROVED";
    case ProofVerdict::kRefuted:
      return "REFUTED";
    case ProofVerdict::kUnproved:
      return "UNPROVED";
  }
  return "";
}

int ExitStatus(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kProved:
      return 0;
    case ProofVerdict::kRefuted:
      return 1;
    case ProofVerdict::kUnproved:
      return 4;
  }
  return 1;
}

const char* AnswerName(Answer answer) {
  switch (answer) {
    case Answer::kRefuted:
      return "refuted";
    case Answer::kUnknown:
      return "unknown";
    case Answer::kVacuous:
      return "vacuous";
    case Answer::kDeviates:
      return "deviates";
    case Answer::kProved:
      return "proved";
    case Answer::kNotApplicable:
      return "not about it";
  }
  return "";
}

std::string HostText(const model::Host& host) {
  return absl::StrCat(std::string(host.flavor.name), host.pae ? ", PAE" : "",
                      ", ",
                      host.address_ok == model::AddressOk::kOld ? "old" : "new",
                      " address check");
}

}  // namespace trapline::replay
