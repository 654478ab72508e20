// SPDX-License-Identifier: Apache-2.0

// Guest memory of all guests at once. What a run reads is a symbol of its own;
// that reads of one address agree is told to the solver only where it found a
// guest in which they would not. That is seldom, and bit-vectors alone are
// quickly solved.

#ifndef TRAPLINE_PROPERTIES_SYMBOLIC_MEMORY_H_
#define TRAPLINE_PROPERTIES_SYMBOLIC_MEMORY_H_

#include <z3++.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "properties/memory.h"

namespace trapline::properties {

class SymbolicMemory {
 public:
  explicit SymbolicMemory(z3::context* context)
      : context_(*context), kept_(*context) {}

  // A symbol for `value`, of 32 bits or a truth; `value` itself where it is a
  // symbol or known anyway. The same value has the same symbol.
  z3::expr Name(const z3::expr& value);
  // The names that `value` needs, by number, and those that these need.
  const std::vector<size_t>& NamesIn(const z3::expr& value);
  // That the symbol of this number is equal to its value.
  z3::expr Definition(size_t number) const {
    return symbols_[number].symbol == symbols_[number].of;
  }

  // What stands at `pa` before the trap: 8 bits, or 32, little endian.
  z3::expr Read(const z3::expr& pa, unsigned bits);

  // Forgets what was read, but not the symbols: read again, it is the same.
  // Begin is the first run's, and forgets the runs before it too.
  void Restart();
  void Begin();

  // As if this run had read all that any did since Begin.
  void RememberAll();

  // Gives each name its value: the solver was told of those only that it needs.
  void Complete(z3::model* assignment) const;

  // True for every memory, and false in `assignment`: that some reads agree.
  // Empty where all do.
  z3::expr_vector Disagreements(const z3::model& assignment) const;

  // What was read, byte by byte. The reads agree in `assignment`.
  Memory Bytes(const z3::model& assignment) const;

  // The symbols of what was read become the bytes of `memory`; zero where it
  // has none.
  void Assign(const Memory& memory, z3::model* assignment) const;

 private:
  // A name for `of`, or what was read there.
  struct Symbol {
    z3::expr of;
    z3::expr symbol;
    unsigned bytes;  // of a read; 0: a name
    bool current;    // of this run
    bool recent;     // of a run since Begin
  };

  size_t Find(std::unordered_map<unsigned, size_t>* known, const z3::expr& of,
              unsigned bytes);

  z3::context& context_;
  std::vector<Symbol> symbols_;
  // In order: none needs a later one.
  std::vector<size_t> current_;
  std::vector<size_t> recent_;
  // By the id of the expression.
  std::unordered_map<unsigned, size_t> names_;
  std::unordered_map<unsigned, size_t> words_;
  std::unordered_map<unsigned, size_t> bytes_;
  std::unordered_map<unsigned, size_t> symbol_ids_;  // of the names' symbols
  // By the id of an expression of kept_, so that it stays that of it.
  std::unordered_map<unsigned, std::vector<size_t>> names_in_;
  z3::expr_vector kept_;
};

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLIC_MEMORY_H_
