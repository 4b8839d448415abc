#include "analysis/tally.hpp"

#include <algorithm>
#include <utility>

#include "analysis/hash.hpp"
#include "analysis/tally_part.hpp"

namespace hybridcare {

std::size_t Counts::row_at(int replicate, int cell, int culture) const {
  const auto place = (static_cast<std::size_t>(replicate) * static_cast<std::size_t>(cells) +
                      static_cast<std::size_t>(cell)) * static_cast<std::size_t>(cultures);
  return (place + static_cast<std::size_t>(culture)) * static_cast<std::size_t>(layout.size);
}

std::size_t Counts::histogram_at(int cell, int culture, int week) const {
  const auto place = static_cast<std::size_t>(cell) * static_cast<std::size_t>(cultures) +
                     static_cast<std::size_t>(culture);
  return (place * static_cast<std::size_t>(layout.weeks + 1) + static_cast<std::size_t>(week)) * kScores;
}

std::string Counts::hash() const {
  Hash hash;
  for (const int number : {replicates, cells, cultures, layout.weeks, layout.readings, layout.contacts})
    hash.add(number);
  hash.add(rows);
  hash.add(histogram);
  return hash.hex();
}

TallyBytes tally_bytes(const Experiment& experiment, std::size_t cells) {
  const Layout layout(experiment);
  const double groups = static_cast<double>(cells) * static_cast<double>(culture_names(experiment).size());
  const double row = 8.0 * layout.size, histogram = 8.0 * (layout.weeks + 1) * kScores;
  return {groups * (experiment.replicates * row + histogram),
          groups * (row + histogram) + static_cast<double>(sizeof(TallyPart))};
}

Tally::Tally(const Experiment& experiment, const std::vector<Cell>& cells, std::uint32_t first_replicate,
             ErosionRule rule)
    : first_replicate_(first_replicate), plan_(experiment, cells, rule) {
  counts_.layout = plan_.layout;
  counts_.replicates = experiment.replicates;
  counts_.cells = static_cast<int>(cells.size());
  counts_.cultures = plan_.cultures;
  counts_.rows.resize(counts_.row_at(counts_.replicates, 0, 0));
  counts_.histogram.resize(counts_.histogram_at(counts_.cells, 0, 0));
}

Tally::~Tally() = default;

std::unique_ptr<BlockRecorder<ClientBlock>> Tally::start(std::uint32_t replicate, std::uint32_t, int) {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<TallyPart>(plan_, replicate);
  auto chosen = std::find_if(idle_.begin(), idle_.end(),
                             [&](const auto& part) { return part->replicate() == replicate; });
  if (chosen == idle_.end()) {
    chosen = idle_.begin();
    merge(**chosen);
    (*chosen)->reset(replicate);
  }
  std::unique_ptr<TallyPart> part = std::move(*chosen);
  idle_.erase(chosen);
  return part;
}

void Tally::finish(std::unique_ptr<BlockRecorder<ClientBlock>> part) {
  const std::lock_guard lock(mutex_);
  idle_.emplace_back(static_cast<TallyPart*>(part.release()));
}

void Tally::merge(TallyPart& part) {
  const int replicate = static_cast<int>(part.replicate() - first_replicate_);
  std::int64_t* rows = counts_.rows.data() + counts_.row_at(replicate, 0, 0);
  for (std::size_t i = 0; i < part.rows.size(); ++i) rows[i] += part.rows[i];
  const std::int64_t* scores = part.histogram.data();
  for (int cell = 0; cell < counts_.cells; ++cell)
    for (int week = 0; week <= counts_.layout.weeks; ++week)
      for (int culture = 0; culture < counts_.cultures; ++culture, scores += kScores) {
        std::int64_t* row = counts_.rows.data() + counts_.row_at(replicate, cell, culture);
        std::int64_t* pooled = counts_.histogram.data() + counts_.histogram_at(cell, culture, week);
        for (int y = 0; y < kScores; ++y) {
          pooled[y] += scores[y];
          row[counts_.layout.at(Weekly::phq9, week)] += scores[y] * y;
          row[counts_.layout.at(Weekly::phq9_squares, week)] += scores[y] * y * y;
        }
      }
}

Counts Tally::take() {
  const std::lock_guard lock(mutex_);
  for (const auto& part : idle_) merge(*part);
  idle_.clear();
  return std::exchange(counts_, Counts{});
}

}  // namespace hybridcare
