// SPDX-License-Identifier: Apache-2.0

// The values of the symbolic World: words, bytes and truth values that stand
// for every value they may have. A value that is known stays a number, so that
// it needs no Z3 context and costs no solver.

#ifndef TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_
#define TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_

#include <z3++.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace trapline::properties {

// Answers an `if` on a truth value that is not known.
class Decider {
 public:
  virtual ~Decider() = default;
  virtual bool Decide(const z3::expr& condition) = 0;
};

// A condition or a bit-vector that is not known. Both the decider and the
// context must outlive all values made of it.
struct Symbol {
  Decider* decider;
  z3::expr expr;
};

class SymbolicBool {
 public:
  SymbolicBool(bool value) : value_(value) {}  // NOLINT: as bool itself
  SymbolicBool(Decider* decider, const z3::expr& expr) {
    const z3::expr simple = expr.simplify();
    if (simple.is_true() || simple.is_false()) {
      value_ = simple.is_true();
    } else {
      symbol_ = std::make_shared<const Symbol>(Symbol{decider, simple});
    }
  }

  explicit operator bool() const {
    return symbol_ ? symbol_->decider->Decide(symbol_->expr) : value_;
  }

  z3::expr Lift(z3::context& context) const {
    return symbol_ ? symbol_->expr : context.bool_val(value_);
  }

  friend SymbolicBool operator!(const SymbolicBool& a) {
    if (!a.symbol_) return SymbolicBool(!a.value_);
    return {a.symbol_->decider, !a.symbol_->expr};
  }
  // Both sides are evaluated. The mixed forms keep the call from being
  // ambiguous with the operators built in.
  friend SymbolicBool operator&&(bool a, const SymbolicBool& b) {
    return a ? b : SymbolicBool(false);
  }
  friend SymbolicBool operator||(bool a, const SymbolicBool& b) {
    return a ? SymbolicBool(true) : b;
  }
  friend SymbolicBool operator&&(const SymbolicBool& a, bool b) {
    return b && a;
  }
  friend SymbolicBool operator||(const SymbolicBool& a, bool b) {
    return b || a;
  }
  friend SymbolicBool operator&&(const SymbolicBool& a, const SymbolicBool& b) {
    if (!a.symbol_) return a.value_ && b;
    if (!b.symbol_) return a && b.value_;
    return {a.symbol_->decider, a.symbol_->expr && b.symbol_->expr};
  }
  friend SymbolicBool operator||(const SymbolicBool& a, const SymbolicBool& b) {
    return !(!a && !b);
  }

 private:
  std::shared_ptr<const Symbol> symbol_;  // null where the value is known
  bool value_ = false;
};

// Unsigned order and logical shift, of numbers and of Z3's bit-vectors.
inline bool Below(uint32_t a, uint32_t b) { return a < b; }
inline z3::expr Below(const z3::expr& a, const z3::expr& b) {
  return z3::ult(a, b);
}
inline uint32_t ShiftRight(uint32_t a, uint32_t b) { return a >> b; }
inline z3::expr ShiftRight(const z3::expr& a, const z3::expr& b) {
  return z3::lshr(a, b);
}
inline uint32_t ShiftLeft(uint32_t a, uint32_t b) { return a << b; }
inline z3::expr ShiftLeft(const z3::expr& a, const z3::expr& b) {
  return z3::shl(a, b);
}

// As wide as Number, which is unsigned, and wrapping like it.
template <class Number>
class Symbolic {
 public:
  static constexpr unsigned kBits = 8 * sizeof(Number);

  Symbolic(Number number = 0) : number_(number) {}  // NOLINT: as Number itself
  Symbolic(Decider* decider, const z3::expr& expr) {
    const z3::expr simple = expr.simplify();
    if (simple.is_numeral()) {
      number_ = static_cast<Number>(simple.get_numeral_uint64());
    } else {
      symbol_ = std::make_shared<const Symbol>(Symbol{decider, simple});
    }
  }

  // The number, where it is known.
  std::optional<Number> Known() const {
    return symbol_ ? std::nullopt : std::optional<Number>(number_);
  }

  z3::expr Lift(z3::context& context) const {
    return symbol_ ? symbol_->expr : context.bv_val(uint64_t{number_}, kBits);
  }

  friend Symbolic operator+(const Symbolic& a, const Symbolic& b) {
    return Combine(a, b, [](const auto& x, const auto& y) { return x + y; });
  }
  friend Symbolic operator-(const Symbolic& a, const Symbolic& b) {
    return Combine(a, b, [](const auto& x, const auto& y) { return x - y; });
  }
  friend Symbolic operator&(const Symbolic& a, const Symbolic& b) {
    return Combine(a, b, [](const auto& x, const auto& y) { return x & y; });
  }
  friend Symbolic operator|(const Symbolic& a, const Symbolic& b) {
    return Combine(a, b, [](const auto& x, const auto& y) { return x | y; });
  }
  friend Symbolic operator~(const Symbolic& a) {
    return static_cast<Number>(~Number{0}) - a;
  }
  // By fewer than kBits.
  friend Symbolic operator<<(const Symbolic& a, Number count) {
    return Combine(a, Symbolic(count), [](const auto& x, const auto& y) {
      return ShiftLeft(x, y);
    });
  }
  friend Symbolic operator>>(const Symbolic& a, Number count) {
    return Combine(a, Symbolic(count), [](const auto& x, const auto& y) {
      return ShiftRight(x, y);
    });
  }

  friend SymbolicBool operator==(const Symbolic& a, const Symbolic& b) {
    return Compare(a, b, [](const auto& x, const auto& y) { return x == y; });
  }
  friend SymbolicBool operator!=(const Symbolic& a, const Symbolic& b) {
    return !(a == b);
  }
  friend SymbolicBool operator<(const Symbolic& a, const Symbolic& b) {
    return Compare(a, b,
                   [](const auto& x, const auto& y) { return Below(x, y); });
  }
  friend SymbolicBool operator>=(const Symbolic& a, const Symbolic& b) {
    return !(a < b);
  }

 private:
  template <class Operation>
  static Symbolic Combine(const Symbolic& a, const Symbolic& b,
                          Operation operation) {
    if (!a.symbol_ && !b.symbol_) {
      return static_cast<Number>(operation(a.number_, b.number_));
    }
    return Lifted<Symbolic>(a, b, operation);
  }

  template <class Operation>
  static SymbolicBool Compare(const Symbolic& a, const Symbolic& b,
                              Operation operation) {
    if (!a.symbol_ && !b.symbol_) return operation(a.number_, b.number_);
    return Lifted<SymbolicBool>(a, b, operation);
  }

  template <class Result, class Operation>
  static Result Lifted(const Symbolic& a, const Symbolic& b,
                       Operation operation) {
    const Symbol& symbol = a.symbol_ ? *a.symbol_ : *b.symbol_;
    z3::context& context = symbol.expr.ctx();
    return {symbol.decider, operation(a.Lift(context), b.Lift(context))};
  }

  std::shared_ptr<const Symbol> symbol_;  // null where the number is known
  Number number_ = 0;
};

using SymbolicWord = Symbolic<uint32_t>;
using SymbolicByte = Symbolic<uint8_t>;

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_
