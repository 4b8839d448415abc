// One kernel, several widths: the same sources are compiled once per instruction set, each into a namespace of its
// own, so that the linker can never hand wide code to an old processor. Everything that runs inside the week is
// declared in `hybridcare::HYBRIDCARE_KERNEL`, is force-inlined or has external linkage, and uses no template of std.
#pragma once

#ifndef HYBRIDCARE_KERNEL
#define HYBRIDCARE_KERNEL baseline  // ordinary translation units see the plain version
#endif

/// For small functions in kernel headers: never emitted as a weak symbol.
#define HYBRIDCARE_INLINE static inline __attribute__((always_inline))

/// Tells the compiler that array pointers of a pass do not overlap.
#define HYBRIDCARE_RESTRICT __restrict__
