#include "sim/packing.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

// Cells are compared and moved as bits, whatever they are.
typedef std::uint64_t Bits64 __attribute__((may_alias));
typedef std::uint32_t Bits32 __attribute__((may_alias));
typedef std::uint16_t Bits16 __attribute__((may_alias));
typedef std::uint8_t Bits8 __attribute__((may_alias));

/// What is to be known of a column before it is written.
struct Look {
  std::uint64_t common = 0;  ///< bits of the value that most lanes hold, of three that are tried
  int alike = 0;             ///< lanes that hold it
  bool constant = false, as_before = false;
};

/// Tries the values that columns share by nature: nothing, and that of the first and of the last group of lanes.
template <class Bits>
Look look_at(const Bits* b, const Bits* before, int size) {
  const Bits first = b[0], last = b[size - 1];
  const Bits* const other = before ? before : b;
  Look look;
  Bits differs = 0, unlike = 0, zeros = 0, firsts = 0, lasts = 0;
  for (int i = 0; i < size; ++i) differs |= b[i] ^ first;
  look.constant = differs == 0;
  if (look.constant) return look;
  for (int i = 0; i < size; ++i) {
    unlike |= b[i] ^ other[i];
    zeros += b[i] == 0 ? 1 : 0;
    firsts += b[i] == first ? 1 : 0;
    lasts += b[i] == last ? 1 : 0;
  }
  look.as_before = before && unlike == 0;
  look.alike = static_cast<int>(zeros);
  if (static_cast<int>(firsts) > look.alike) look.alike = static_cast<int>(firsts), look.common = first;
  if (static_cast<int>(lasts) > look.alike) look.alike = static_cast<int>(lasts), look.common = last;
  return look;
}

/// A column as small numbers; `most` is one of at most 16 bits if they say all that it holds.
struct Narrow {
  alignas(64) std::uint32_t number[kBlock];
  std::uint32_t most = 0, base = 0;
};

void narrow(const double* column, int size, Narrow& n) {
  constexpr int few = 16;  // most columns that are not whole numbers show it soon
  if (size > few) narrow(column, few, n);
  if (size > few && n.most > 65535) return;
  std::uint64_t lost = 0;
  std::uint32_t most = 0;
  const auto* bits = reinterpret_cast<const Bits64*>(column);
  for (int i = 0; i < size; ++i) {
    const double v = column[i];
    const double inside = v > 0 ? (v < 65535 ? v : 65535.0) : 0.0;
    const auto number = static_cast<std::int32_t>(inside);
    const double back = number;
    std::uint64_t again;
    __builtin_memcpy(&again, &back, sizeof again);
    lost |= again ^ bits[i];
    most |= static_cast<std::uint32_t>(number);
    n.number[i] = static_cast<std::uint32_t>(number);
  }
  n.most = lost == 0 ? most : 0xFFFFFFFFu;
}

void narrow(const std::uint32_t* column, int size, Narrow& n) {
  std::uint32_t least = column[0];
  for (int i = 1; i < size; ++i) least = column[i] < least ? column[i] : least;
  std::uint32_t most = 0;
  for (int i = 0; i < size; ++i) {
    n.number[i] = column[i] - least;
    most |= n.number[i];
  }
  n.base = least;
  n.most = most;
}

std::uint64_t* behind(std::uint64_t* out, std::size_t bytes) { return out + (bytes + 7) / 8; }

template <class To, class From>
std::uint64_t* put_all(const From* from, int size, std::uint64_t* out) {
  auto* to = reinterpret_cast<To*>(out);
  for (int i = 0; i < size; ++i) to[i] = static_cast<To>(from[i]);
  return behind(out, sizeof(To) * static_cast<std::size_t>(size));
}

/// Sixty-four bytes of 0 or 1 as bits: a product gathers eight of them in its highest byte.
std::uint64_t mask_of(const Bits8* flags) {
  std::uint64_t mask = 0;
  for (int part = 0; part < 8; ++part) {
    std::uint64_t eight;
    __builtin_memcpy(&eight, flags + 8 * part, sizeof eight);
    mask |= (eight * 0x0102040810204080ull >> 56) << 8 * part;
  }
  return mask;
}

/// A bit for each lane that does not hold the common value, and what those hold.
template <class To, class From, class Bits>
std::uint64_t* put_few(const Bits* b, Bits common, const From* from, int size, std::uint64_t* out) {
  const int masks = (size + 63) / 64;
  alignas(64) Bits8 other[64 * ((kBlock + 63) / 64)] = {};
  for (int i = 0; i < size; ++i) other[i] = b[i] != common ? 1 : 0;
  auto* to = reinterpret_cast<To*>(out + masks);
  int count = 0;
  for (int m = 0; m < masks; ++m) {
    out[m] = mask_of(other + 64 * m);
    for (std::uint64_t mask = out[m]; mask != 0; mask &= mask - 1)
      to[count++] = static_cast<To>(from[64 * m + __builtin_ctzll(mask)]);
  }
  return behind(out + masks, sizeof(To) * static_cast<std::size_t>(count));
}

/// Whether it pays to write the exceptions alone: they cost time, so an eighth has to be saved.
bool pays(int size, int alike, int width) {
  const int saved = alike * width - (size + 63) / 64 * 8 - 8;
  return saved * 8 > size * width;
}

ColumnForm form_of(ColumnForm all, bool few) {
  return few ? static_cast<ColumnForm>(static_cast<int>(all) + 3) : all;
}

/// @param bits  the column as bits, of the width of its cells
template <class Bits, class Cell>
std::uint64_t* pack_cells(const Cell* column, const Bits* bits, const Bits* before, int size, ColumnForm& form,
                          std::uint64_t* out) {
  if (form == ColumnForm::whole && sizeof(Bits) == 8) return put_all<Bits>(bits, size, out);
  const Look look = look_at(bits, before, size);
  if (look.constant) {
    form = bits[0] == 0 ? ColumnForm::zero : ColumnForm::constant;
    if (bits[0] != 0) *out++ = bits[0];
    return out;
  }
  form = ColumnForm::as_before;
  if (look.as_before) return out;
  Narrow n;
  narrow(column, size, n);
  const int width = n.most < 256 ? 1 : n.most < 65536 ? 2 : static_cast<int>(sizeof(Bits));
  const bool few = pays(size, look.alike, width);
  form = form_of(width == 1 ? ColumnForm::bytes : width == 2 ? ColumnForm::halves : ColumnForm::whole, few);
  if (sizeof(Bits) == 4) *out++ = n.base;
  if (few) *out++ = look.common;
  const auto common = static_cast<Bits>(look.common);
  if (width == 1) return few ? put_few<Bits8>(bits, common, n.number, size, out) : put_all<Bits8>(n.number, size, out);
  if (width == 2)
    return few ? put_few<Bits16>(bits, common, n.number, size, out) : put_all<Bits16>(n.number, size, out);
  return few ? put_few<Bits>(bits, common, bits, size, out) : put_all<Bits>(bits, size, out);
}

double widen(std::uint32_t number, std::uint32_t, const double*) {
  return static_cast<double>(static_cast<std::int32_t>(number));
}
std::uint32_t widen(std::uint32_t number, std::uint32_t base, const std::uint32_t*) { return number + base; }

template <class From, class Cell>
const std::uint64_t* take_all(const std::uint64_t* in, std::uint32_t base, int size, Cell* column) {
  const auto* from = reinterpret_cast<const From*>(in);
  for (int i = 0; i < size; ++i) column[i] = widen(from[i], base, column);
  return in + (sizeof(From) * static_cast<std::size_t>(size) + 7) / 8;
}

template <class Bits>
void fill(Bits value, int size, Bits* column) {
  for (int i = 0; i < size; ++i) column[i] = value;
}

/// Calls set(lane, place among the exceptions) for each lane that does not hold the common value. Returns how many.
template <class Set>
int for_others(const std::uint64_t* masks, int size, Set set) {
  int count = 0;
  for (int m = 0; m < (size + 63) / 64; ++m)
    for (std::uint64_t mask = masks[m]; mask != 0; mask &= mask - 1) set(64 * m + __builtin_ctzll(mask), count++);
  return count;
}

template <class From, class Cell>
const std::uint64_t* take_few(const std::uint64_t* in, std::uint32_t base, int size, Cell* column) {
  const std::uint64_t* const behind_masks = in + (size + 63) / 64;
  const auto* from = reinterpret_cast<const From*>(behind_masks);
  const int count =
      for_others(in, size, [&](int i, int place) { column[i] = widen(from[place], base, column); });
  return behind_masks + (sizeof(From) * static_cast<std::size_t>(count) + 7) / 8;
}

template <class Bits>
const std::uint64_t* take_few_whole(const std::uint64_t* in, int size, Bits* bits) {
  const std::uint64_t* const behind_masks = in + (size + 63) / 64;
  const auto* from = reinterpret_cast<const Bits*>(behind_masks);
  const int count = for_others(in, size, [&](int i, int place) { bits[i] = from[place]; });
  return behind_masks + (sizeof(Bits) * static_cast<std::size_t>(count) + 7) / 8;
}

template <class Bits>
const std::uint64_t* take_whole(const std::uint64_t* in, int size, Bits* bits) {
  const auto* from = reinterpret_cast<const Bits*>(in);
  for (int i = 0; i < size; ++i) bits[i] = from[i];
  return in + (sizeof(Bits) * static_cast<std::size_t>(size) + 7) / 8;
}

template <class Bits, class Cell>
const std::uint64_t* unpack_cells(ColumnForm form, const std::uint64_t* in, const Bits* before, int size, Cell* column,
                                  Bits* bits) {
  if (form == ColumnForm::zero) return fill(Bits{0}, size, bits), in;
  if (form == ColumnForm::constant) return fill(static_cast<Bits>(*in), size, bits), in + 1;
  if (form == ColumnForm::as_before) {
    for (int i = 0; i < size; ++i) bits[i] = before[i];
    return in;
  }
  const std::uint32_t base = sizeof(Bits) == 4 ? static_cast<std::uint32_t>(*in++) : 0;
  if (form >= ColumnForm::few_bytes) fill(static_cast<Bits>(*in++), size, bits);
  switch (form) {
    case ColumnForm::bytes: return take_all<Bits8>(in, base, size, column);
    case ColumnForm::halves: return take_all<Bits16>(in, base, size, column);
    case ColumnForm::few_bytes: return take_few<Bits8>(in, base, size, column);
    case ColumnForm::few_halves: return take_few<Bits16>(in, base, size, column);
    case ColumnForm::few_whole: return take_few_whole(in, size, bits);
    default: return take_whole(in, size, bits);
  }
}

}  // namespace

std::uint64_t* pack_column(const double* column, const double* before, int size, ColumnForm& form, std::uint64_t* out) {
  return pack_cells(column, reinterpret_cast<const Bits64*>(column), reinterpret_cast<const Bits64*>(before), size,
                    form, out);
}

std::uint64_t* pack_column(const std::uint32_t* column, const std::uint32_t* before, int size, ColumnForm& form,
                           std::uint64_t* out) {
  return pack_cells(column, reinterpret_cast<const Bits32*>(column), reinterpret_cast<const Bits32*>(before), size,
                    form, out);
}

const std::uint64_t* unpack_column(ColumnForm form, const std::uint64_t* in, const double* before, int size,
                                   double* column) {
  return unpack_cells(form, in, reinterpret_cast<const Bits64*>(before), size, column,
                      reinterpret_cast<Bits64*>(column));
}

const std::uint64_t* unpack_column(ColumnForm form, const std::uint64_t* in, const std::uint32_t* before, int size,
                                   std::uint32_t* column) {
  return unpack_cells(form, in, reinterpret_cast<const Bits32*>(before), size, column,
                      reinterpret_cast<Bits32*>(column));
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
