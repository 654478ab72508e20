// SPDX-License-Identifier: Apache-2.0

#include "properties/symbolic_memory.h"

#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace trapline::properties {
namespace {

// Of a truth 1 or 0.
uint32_t Value(const z3::model& assignment, const z3::expr& value) {
  const z3::expr number = assignment.eval(value, true);
  if (value.is_bool()) return number.is_true();
  return static_cast<uint32_t>(number.get_numeral_uint64());
}

z3::expr Number(const z3::sort& sort, uint32_t value) {
  return sort.is_bool() ? sort.ctx().bool_val(value != 0)
                        : sort.ctx().bv_val(value, sort.bv_size());
}

bool IsPlain(const z3::expr& value) {
  if (value.is_bool() && value.is_not()) return IsPlain(value.arg(0));
  return value.is_const() || value.is_numeral();
}

z3::expr AddressOf(const z3::expr& pa, unsigned i) {
  return pa + pa.ctx().bv_val(i, 32);
}

z3::expr ByteOf(const z3::expr& value, unsigned i) {
  return value.extract(8 * i + 7, 8 * i);
}

}  // namespace

size_t SymbolicMemory::Find(std::unordered_map<unsigned, size_t>* known,
                            const z3::expr& of, unsigned bytes) {
  const auto [found, is_new] = known->emplace(of.id(), symbols_.size());
  if (is_new) {
    const std::string name =
        absl::StrCat(bytes == 0 ? "name." : "memory.", symbols_.size());
    const z3::sort sort =
        bytes == 0 ? of.get_sort() : context_.bv_sort(8 * bytes);
    symbols_.push_back(
        {of, context_.constant(name.c_str(), sort), bytes, false, false});
  }
  Symbol& symbol = symbols_[found->second];
  if (!symbol.current) {
    symbol.current = true;
    current_.push_back(found->second);
  }
  if (!symbol.recent) {
    symbol.recent = true;
    recent_.push_back(found->second);
  }
  return found->second;
}

z3::expr SymbolicMemory::Name(const z3::expr& value) {
  if (IsPlain(value)) return value;
  const size_t found = Find(&names_, value, 0);
  const z3::expr symbol = symbols_[found].symbol;
  symbol_ids_.emplace(symbol.id(), found);
  return symbol;
}

const std::vector<size_t>& SymbolicMemory::NamesIn(const z3::expr& value) {
  const auto known = names_in_.find(value.id());
  if (known != names_in_.end()) return known->second;
  absl::btree_set<size_t> names;
  absl::flat_hash_set<unsigned> seen;
  std::vector<z3::expr> left = {value};
  while (!left.empty()) {
    const z3::expr next = left.back();
    left.pop_back();
    if (!seen.insert(next.id()).second) continue;
    for (unsigned i = 0; i < next.num_args(); ++i) left.push_back(next.arg(i));
    const auto symbol = symbol_ids_.find(next.id());
    if (symbol == symbol_ids_.end()) continue;
    names.insert(symbol->second);
    const auto& needed = NamesIn(symbols_[symbol->second].of);
    names.insert(needed.begin(), needed.end());
  }
  kept_.push_back(value);
  return names_in_[value.id()] = {names.begin(), names.end()};
}

z3::expr SymbolicMemory::Read(const z3::expr& pa, unsigned bits) {
  return symbols_[Find(bits == 8 ? &bytes_ : &words_, pa, bits / 8)].symbol;
}

void SymbolicMemory::Restart() {
  for (const size_t i : current_) symbols_[i].current = false;
  current_.clear();
}

void SymbolicMemory::Begin() {
  Restart();
  for (const size_t i : recent_) symbols_[i].recent = false;
  recent_.clear();
}

void SymbolicMemory::RememberAll() {
  Restart();
  for (const size_t i : recent_) {
    symbols_[i].current = true;
    current_.push_back(i);
  }
}

void SymbolicMemory::Complete(z3::model* assignment) const {
  for (const size_t i : current_) {
    const Symbol& name = symbols_[i];
    if (name.bytes != 0) continue;
    z3::func_decl symbol = name.symbol.decl();
    z3::expr value = assignment->eval(name.of, true);
    assignment->add_const_interp(symbol, value);
  }
}

z3::expr_vector SymbolicMemory::Disagreements(
    const z3::model& assignment) const {
  struct Seen {
    const Symbol* read;
    unsigned byte;
    uint8_t value;
  };
  z3::expr_vector disagreements(context_);
  absl::flat_hash_map<uint32_t, Seen> seen;
  for (const size_t i : current_) {
    const Symbol& read = symbols_[i];
    if (read.bytes == 0) continue;
    const uint32_t pa = Value(assignment, read.of);
    const uint32_t value = Value(assignment, read.symbol);
    for (unsigned byte = 0; byte < read.bytes; ++byte) {
      const auto at = static_cast<uint8_t>(value >> (8 * byte));
      const auto [first, is_new] =
          seen.emplace(pa + byte, Seen{&read, byte, at});
      if (is_new || first->second.value == at) continue;
      const Seen& other = first->second;
      if (other.byte != byte || other.read->bytes != read.bytes) {
        disagreements.push_back(z3::implies(
            AddressOf(other.read->of, other.byte) == AddressOf(read.of, byte),
            ByteOf(other.read->symbol, other.byte) ==
                ByteOf(read.symbol, byte)));
        continue;
      }
      disagreements.push_back(z3::implies(other.read->of == read.of,
                                          other.read->symbol == read.symbol));
      break;
    }
  }
  return disagreements;
}

Memory SymbolicMemory::Bytes(const z3::model& assignment) const {
  Memory bytes;
  for (const size_t i : current_) {
    const Symbol& read = symbols_[i];
    if (read.bytes == 0) continue;
    const uint32_t pa = Value(assignment, read.of);
    const uint32_t value = Value(assignment, read.symbol);
    for (unsigned byte = 0; byte < read.bytes; ++byte) {
      bytes[pa + byte] = static_cast<uint8_t>(value >> (8 * byte));
    }
  }
  return bytes;
}

void SymbolicMemory::Assign(const Memory& memory, z3::model* assignment) const {
  for (const size_t i : current_) {
    const Symbol& symbol = symbols_[i];
    uint32_t value = Value(*assignment, symbol.of);
    if (symbol.bytes != 0) {
      const uint32_t pa = value;
      value = 0;
      for (unsigned byte = 0; byte < symbol.bytes; ++byte) {
        value |= uint32_t{memory.at(pa + byte)} << (8 * byte);
      }
    }
    z3::func_decl name = symbol.symbol.decl();
    z3::expr number = Number(symbol.symbol.get_sort(), value);
    assignment->add_const_interp(name, number);
  }
}

}  // namespace trapline::properties
