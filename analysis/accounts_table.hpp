#pragma once
#include <string>
#include <vector>

#include "analysis/accounts.hpp"
#include "analysis/table.hpp"

namespace hybridcare {

/// Time, cost, health and access of every arm, by culture, and against the headline's reference arm. Prices and
/// utilities are those of the cell's scenario; their grade stands in every row that leans on them.
Table accounts_table(const Experiment& experiment, const std::vector<Cell>& cells, const Sums& sums);

/// "GBP", "EUR", "USD", "INR", "CHF" or "units of money". @param currency  a Currency
std::string currency_name(int currency);

/// The weakest grade of the fields that start with `path` and still hold their default; "design" if all are the user's.
std::string grade_of(const std::string& path, const Parameters& parameters);

/// Change of a value per client over one unit of cultural distance, least squares over cultures weighted by clients.
/// @param position, clients, value  shape (cultures,). NaN if all clients are in one place
double equity_slope(const std::vector<double>& position, const std::vector<double>& clients,
                    const std::vector<double>& value);

}  // namespace hybridcare
