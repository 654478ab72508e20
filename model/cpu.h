// SPDX-License-Identifier: Apache-2.0

// The virtual CPU that every function of the model takes, and the World it
// lives in.
//
// A World provides
//
//   Word   32 bits, unsigned and wrapping, made from uint32_t: + - & | << >>
//          ~ == != < >= (the comparisons give a Bool)
//   Byte   8 bits, comparable with int; & with int
//   Bool   && || !, never usable in an `if` without Take
//
// and, where a value depends on a truth or the handler goes two ways,
//
//   Word Select(Bool, Word yes, Word no)
//   Word Name(Word)           itself; a World of many guests may give it a name
//   Bool Name(Bool)           likewise
//   bool Take(Branch, Bool)   the truth, or in a World of many guests the way
//                             that those of this run go
//
// and these effects. `ok` tells whether lguest_address_ok let the access pass;
// a read that it refused gives zeros, a write that it refused has no effect.
//
//   Byte ReadByte(Word pa, Bool ok)            __lgread of 1 byte,
//   std::array<Byte, 3> ReadBytes3(Word, Bool) of 3 bytes,
//   Word ReadWord(Word pa, Bool ok)            of 4 and
//   PageEntry<Word> ReadPair(Word pa, Bool ok)      of 8, little endian
//   void WriteBytes3(Word, std::array<Byte, 3>, Bool ok)   __lgwrite, likewise
//   void WriteWord(Word pa, Word, Bool ok)
//   void WritePair(Word pa, PageEntry<Word>, Bool ok)
//   Bool LguestDataAccessible()   get_user and put_user on lguest_data succeed
//   Bool ShadowAbsent(Word va)    the shadow directory entry of va does not
//                                 exist yet (PAE: asked of the top level, then
//                                 of the middle one)
//   Bool PageUnavailable(Word pfn)  the host cannot get this page of the guest
//   void DemandPage(Word vaddr, Word errcode, bool result)   on return
//   void DeliverTrap(Word num, bool result)                  on return
//   void PagetableClearAll()                                 at its start
//   void KillGuest(Bool when, KillReason, Word, Word, Word)  the first only
//
// The functions of the model are named as those of the kernel.

#ifndef TRAPLINE_MODEL_CPU_H_
#define TRAPLINE_MODEL_CPU_H_

#include "model/branch.h"
#include "model/flavor.h"
#include "model/kill.h"
#include "model/state.h"

namespace trapline::model {

// An entry of a guest page table: `hi` is zero without PAE.
template <class Word>
struct PageEntry {
  Word lo;
  Word hi;
};

template <class World>
struct Cpu {
  using Word = typename World::Word;

  const Host& host;
  World& world;
  State<Word> state;
  Gate<Word> gate;  // idt[trapnum]
  Word switcher_addr = host.switcher_addr;
  // The host ran into BUG_ON: the call never returns, what follows a function
  // that may set this must not happen.
  bool bug = false;
};

// The guest is only marked: the handler goes on. The first reason is kept.
template <class World>
void kill_guest_if(Cpu<World>& cpu, typename World::Bool condition,
                   KillReason reason, typename World::Word arg0 = 0,
                   typename World::Word arg1 = 0,
                   typename World::Word arg2 = 0) {
  const auto first = cpu.world.Name(condition && cpu.state.dead == 0);
  cpu.state.dead = cpu.world.Select(first, 1, cpu.state.dead);
  cpu.world.KillGuest(first, reason, arg0, arg1, arg2);
}

template <class World>
void kill_guest(Cpu<World>& cpu, KillReason reason,
                typename World::Word arg0 = 0, typename World::Word arg1 = 0,
                typename World::Word arg2 = 0) {
  kill_guest_if(cpu, true, reason, arg0, arg1, arg2);
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_CPU_H_
