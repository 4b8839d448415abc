#include "agents/therapists.hpp"

#include "agents/culture.hpp"
#include "agents/purposes.hpp"
#include "sim/draws.hpp"
#include "sim/math.hpp"
#include "sim/philox.hpp"

namespace hybridcare {
namespace {

namespace k = HYBRIDCARE_KERNEL;

void draw_one(const Parameters& p, Key key, std::uint32_t number, TherapistTable& table) {
  const auto first = k::philox(key, number, 0, 0, k::tag(Purpose::therapist, 0));
  table.culture[number] = draw_culture(p.culture, first.w[0]);
  const double skill = k::normal(first.w[1]);
  const double theta = p.therapists.effectiveness_sd;
  table.effectiveness[number] = k::exp(theta * skill - theta * theta / 2);
  for (int q = 0; q < kQualities; ++q) {
    const auto words = k::philox(key, number, 0, 0, k::tag(Purpose::therapist, 1 + static_cast<std::uint32_t>(q) / 4));
    const double own = k::normal(words.w[q % 4]);
    const double personal = p.therapists.common * skill + p.therapists.own * own;
    const double mean = p.human.quality[q] + p.therapists.spread * personal;
    table.quality[static_cast<std::size_t>(q * table.count) + number] = k::clip(mean, p.therapists.quality_least, 1.0);
  }
}

}  // namespace

TherapistTable draw_therapists(const Parameters& parameters, std::uint32_t seed, std::uint32_t replicate) {
  TherapistTable table;
  table.count = parameters.therapists.count;
  const auto count = static_cast<std::size_t>(table.count);
  table.quality.resize(kQualities * count);
  table.effectiveness.resize(count);
  table.culture.resize(count);
  for (std::uint32_t number = 0; number < count; ++number) draw_one(parameters, Key{seed, replicate}, number, table);
  return table;
}

}  // namespace hybridcare
