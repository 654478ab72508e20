// SPDX-License-Identifier: Apache-2.0

// The values of the symbolic World: words, bytes and truth values that stand
// for every value they may have. A value that is known stays a number, so that
// it needs no Z3 context and costs no solver.

#ifndef TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_
#define TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_

#include <z3++.h>

#include <cstdint>
#include <optional>

namespace trapline::properties {

// A truth. It cannot stand in an `if`: Take of the World decides.
class SymbolicBool {
 public:
  SymbolicBool(bool value = false) : value_(value) {}  // NOLINT: as bool itself
  explicit SymbolicBool(const z3::expr& expr) : expr_(expr) {}

  // The truth, where it is known.
  std::optional<bool> Known() const {
    return expr_ ? std::nullopt : std::optional<bool>(value_);
  }

  z3::expr Lift(z3::context& context) const {
    return expr_ ? *expr_ : context.bool_val(value_);
  }

  friend SymbolicBool operator!(const SymbolicBool& a) {
    return a.expr_ ? SymbolicBool(!*a.expr_) : SymbolicBool(!a.value_);
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
    if (!a.expr_) return a.value_ && b;
    if (!b.expr_) return a && b.value_;
    return SymbolicBool(*a.expr_ && *b.expr_);
  }
  friend SymbolicBool operator||(const SymbolicBool& a, const SymbolicBool& b) {
    return !(!a && !b);
  }

 private:
  std::optional<z3::expr> expr_;  // none where the value is known
  bool value_ = false;
};

// Unsigned order, equality and logical shift, of numbers and of Z3's
// bit-vectors.
inline bool Below(uint32_t a, uint32_t b) { return a < b; }
inline z3::expr Below(const z3::expr& a, const z3::expr& b) {
  return z3::ult(a, b);
}
// Of a choice one way of which is a number, the equality with a number is one
// of each way: Z3 would not look into it.
inline bool Equal(uint32_t a, uint32_t b) { return a == b; }
inline z3::expr Equal(const z3::expr& a, const z3::expr& b) {
  const bool into = b.is_numeral() && a.is_ite() &&
                    (a.arg(1).is_numeral() || a.arg(2).is_numeral());
  if (!into) return a == b;
  return (a.arg(0) && Equal(a.arg(1), b)) || (!a.arg(0) && Equal(a.arg(2), b));
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
  explicit Symbolic(const z3::expr& expr) : expr_(expr) {}

  // The number, where it is known.
  std::optional<Number> Known() const {
    return expr_ ? std::nullopt : std::optional<Number>(number_);
  }

  z3::expr Lift(z3::context& context) const {
    return expr_ ? *expr_ : context.bv_val(uint64_t{number_}, kBits);
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
  friend Symbolic operator^(const Symbolic& a, const Symbolic& b) {
    return Combine(a, b, [](const auto& x, const auto& y) { return x ^ y; });
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
    return Compare(a, b,
                   [](const auto& x, const auto& y) { return Equal(x, y); });
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
    if (!a.expr_ && !b.expr_) {
      return static_cast<Number>(operation(a.number_, b.number_));
    }
    return Lifted<Symbolic>(a, b, operation);
  }

  template <class Operation>
  static SymbolicBool Compare(const Symbolic& a, const Symbolic& b,
                              Operation operation) {
    if (!a.expr_ && !b.expr_) return operation(a.number_, b.number_);
    return Lifted<SymbolicBool>(a, b, operation);
  }

  template <class Result, class Operation>
  static Result Lifted(const Symbolic& a, const Symbolic& b,
                       Operation operation) {
    z3::context& context = (a.expr_ ? a.expr_ : b.expr_)->ctx();
    return Result(operation(a.Lift(context), b.Lift(context)));
  }

  std::optional<z3::expr> expr_;  // none where the number is known
  Number number_ = 0;
};

using SymbolicWord = Symbolic<uint32_t>;
using SymbolicByte = Symbolic<uint8_t>;

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_SYMBOLIC_VALUE_H_
