// SPDX-License-Identifier: Apache-2.0

// The virtual CPU that every function of the model takes, and the World it
// lives in.
//
// A World provides
//
//   Word   32 bits, unsigned and wrapping, made from uint32_t: + - & | << >>
//          ~ == != < >= (the comparisons give a Bool)
//   Byte   8 bits, comparable with int; & with int
//   Bool   && || !, and usable in an `if`
//
// and these effects. `ok` tells whether lguest_address_ok let the access pass;
// a read that it refused gives zeros, a write that it refused has no effect.
//
//   Byte ReadByte(Word pa, bool ok)            __lgread of 1 byte,
//   std::array<Byte, 3> ReadBytes3(Word, bool) of 3 bytes,
//   Word ReadWord(Word pa, bool ok)            of 4 and
//   PageEntry<Word> ReadPair(Word pa, bool ok)      of 8, little endian
//   void WriteBytes3(Word, std::array<Byte, 3>, bool ok)   __lgwrite, likewise
//   void WriteWord(Word pa, Word, bool ok)
//   void WritePair(Word pa, PageEntry<Word>, bool ok)
//   Bool LguestDataAccessible()   get_user and put_user on lguest_data succeed
//   Bool ShadowAbsent(Word va)    the shadow directory entry of va does not
//                                 exist yet (PAE: asked of the top level, then
//                                 of the middle one)
//   Bool PageUnavailable(Word pfn)  the host cannot get this page of the guest
//   void DemandPage(Word vaddr, Word errcode, bool result)   on return
//   void DeliverTrap(Word num, bool result)                  on return
//   void PagetableClearAll()                                 at its start
//   void KillGuest(KillReason, Word, Word, Word)             the first only
//
// The functions of the model are named as those of the kernel.

#ifndef TRAPLINE_MODEL_CPU_H_
#define TRAPLINE_MODEL_CPU_H_

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
  // The host ran into BUG_ON: the call never returns, what follows a function
  // that may set this must not happen.
  bool bug = false;
};

// The guest is only marked: the handler goes on. The first reason is kept.
template <class World>
void kill_guest(Cpu<World>& cpu, KillReason reason,
                typename World::Word arg0 = 0, typename World::Word arg1 = 0,
                typename World::Word arg2 = 0) {
  if (cpu.state.dead == 0) {
    cpu.state.dead = 1;
    cpu.world.KillGuest(reason, arg0, arg1, arg2);
  }
}

}  // namespace trapline::model

#endif  // TRAPLINE_MODEL_CPU_H_
