// SPDX-License-Identifier: Apache-2.0

// The page tables of a guest that is being made up.

#ifndef TRAPLINE_PROPERTIES_ENGINES_GUEST_TABLES_H_
#define TRAPLINE_PROPERTIES_ENGINES_GUEST_TABLES_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "model/cpu.h"
#include "model/flavor.h"
#include "properties/guest.h"

namespace trapline::properties {

// The levels of a walk: without PAE only the last two.
enum class Level { kPointer, kDirectory, kPage };

// The page directory as a CPU takes it, without the bits that are no address;
// lguest takes state.gpgdir as it is. SDM volume 3, sections 4.3 and 4.4.
uint32_t CpuGpgdir(const Guest& guest);

// The physical address that the tables give, wherever entries say they are. An
// entry that `guest` does not have yet is made by `make` first, whose answer is
// put there.
using MakeEntry = absl::FunctionRef<model::PageEntry<uint32_t>(Level)>;
uint32_t Map(Guest* guest, uint32_t gpgdir, uint32_t va, MakeEntry make);

// The physical address of the entry of `va` at this level, through entries that
// `guest` has.
uint32_t EntryAddress(const Guest& guest, uint32_t va, Level level);

// The lowest bit of a linear address that picks an entry of this level.
uint32_t ShiftOf(const model::Host& host, Level level);

}  // namespace trapline::properties

#endif  // TRAPLINE_PROPERTIES_ENGINES_GUEST_TABLES_H_
