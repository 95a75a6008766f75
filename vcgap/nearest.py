"""In which order figures are named where not all of them can be: those that a report is about come first."""


def nearest_first(rows, countries, years):
    """Figures (mappings with country, period, segment): those of the countries and years first, totals before segments.

    countries : codes; years : int. Returns a list; figures that are equally near stay in their order.
    """
    return sorted(rows, key=lambda row: _distance(row, {*countries}, {str(year) for year in years}))


def _distance(row, countries, years):
    return row["country"] not in countries, row["period"][:4] not in years, row["segment"] != ""
