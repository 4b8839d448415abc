// How well an agent tells felt emotions apart, by the client's culture, by modality and by emotion; and what it takes
// for what when it errs. Made from parameters, or drawn from a measured profile, once per replicate. Model S2.
#pragma once
#include <cstdint>

#include "agents/parameters.hpp"

namespace hybridcare {

inline constexpr int kSeverities = 28, kIntensityRanks = 64;

/// Flat tables that a pass can gather from with signed 32-bit indexes.
struct ReadingTable {
  int emotions = 0;         ///< K in use, 2..kMostEmotions
  bool by_emotion = false;  ///< d differs between emotions: only with a measured profile
  int home = 0;             ///< the agent's own culture: its rows are what the agent believes of itself, and the twin's
  bool in_use[kModalities] = {};
  double d[kMostCultures][kModalities][kMostEmotions] = {};  ///< before any loss by distance
  double loss[kMostCultures][kModalities] = {};  ///< Delta mu; 0 where a measured row replaces the distance
  double mistaken[kMostCultures][kMostEmotions][kMostEmotions] = {};  ///< B_c [felt][taken for]: rows sum to 1
  double weight[kModalities] = {};      ///< fixed fusion, fitted on the reference group: w / sqrt(w' Sigma w), >= 0
  double correlation[kModalities][kModalities] = {};  ///< Sigma of the modalities' noise
  /// Odds that a misread turn is noticed, whatever its valence: by whole points of severity, and by 64 equally likely
  /// ranks of the intensity of what is felt.
  double odds[kSeverities][kIntensityRanks] = {};
};

/// From parameters alone: distance loss everywhere, confusions uniform. @param agent  one of the two in `parameters`
ReadingTable make_reading(const Parameters& parameters, const AgentParameters& agent);

/// Non-negative weights that maximise the fused discriminability of `d` under correlated noise, scaled so that
/// weight' d is that discriminability; by an active set. Modalities not in use get 0.
/// @param d  shape (kModalities,), >= 0   @param weight  out, shape (kModalities,), >= 0
void fuse(const bool* in_use, const double* d, const double (*correlation)[kModalities], double* weight);

}  // namespace hybridcare
