#include "agents/packing.hpp"

namespace hybridcare::HYBRIDCARE_KERNEL {
namespace {

constexpr int kStride = sizeof(Real) / sizeof(double), kWordStride = sizeof(Word) / sizeof(std::uint32_t);
constexpr int kForms = (kRealColumns + kWordColumns + 7) / 8;  ///< words that hold the columns' forms

}  // namespace

std::size_t pack(const ClientBlock& b, const Kept& kept, const std::uint64_t* last, std::uint64_t* out) {
  const auto* const was = last ? reinterpret_cast<const unsigned char*>(last + 1) : nullptr;
  std::uint64_t* at = out;
  *at++ = static_cast<std::uint64_t>(b.size);
  auto* forms = reinterpret_cast<unsigned char*>(at);
  at += kForms;
  const auto next = [&](ColumnForm form) { *forms++ = static_cast<unsigned char>(form); };
  const double* const reals = b.r.episode;
  for (int c = 0; c < kRealColumns; ++c) {
    ColumnForm form = was ? static_cast<ColumnForm>(was[c]) : ColumnForm::zero;
    const double* const column = reals + c * kStride;
    const bool after_another = c > 0 && kept.column[c - 1];
    if (!kept.column[c]) form = ColumnForm::zero;
    else at = pack_column(column, after_another ? column - kStride : nullptr, b.size, form, at);
    next(form);
  }
  const std::uint32_t* const words = b.w.id;
  for (int c = 0; c < kWordColumns; ++c) {
    ColumnForm form = ColumnForm::zero;
    const std::uint32_t* const column = words + c * kWordStride;
    at = pack_column(column, c > 0 ? column - kWordStride : nullptr, b.size, form, at);
    next(form);
  }
  return static_cast<std::size_t>(at - out);
}

void unpack(const std::uint64_t* in, const Kept& kept, ClientBlock& b) {
  b.size = static_cast<int>(*in++);
  const auto* form = reinterpret_cast<const unsigned char*>(in);
  in += kForms;
  double* const reals = b.r.episode;
  for (int c = 0; c < kRealColumns; ++c, ++form) {
    double* const column = reals + c * kStride;
    const double* const before = c > 0 ? column - kStride : nullptr;
    if (kept.column[c]) in = unpack_column(static_cast<ColumnForm>(*form), in, before, b.size, column);
  }
  std::uint32_t* const words = b.w.id;
  for (int c = 0; c < kWordColumns; ++c, ++form) {
    std::uint32_t* const column = words + c * kWordStride;
    in = unpack_column(static_cast<ColumnForm>(*form), in, c > 0 ? column - kWordStride : nullptr, b.size, column);
  }
}

}  // namespace hybridcare::HYBRIDCARE_KERNEL
