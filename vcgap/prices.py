"""Money of different years and countries: price indices, exchange rates, purchasing power.

Exchange rates are units of local currency per dollar, yearly averages for flows. Deflate a dollar series by US prices,
a peso series by Mexican prices, never crosswise.
"""

from vcgap.gaps import missing, ratio


def deflated(amount, index_then, index_base):
    """An amount in the prices of a base year: V · index_base / index_then, in the currency of the amount.

    index_then, index_base : one price index, at the year of the amount and at the base year.
    None if a value is missing or index_then is zero. 171.15 (2023), 304.702, 313.689 → 176.20 (prices of 2024)
    """
    if missing(amount, index_then, index_base) or index_then == 0:
        return None
    return amount * index_base / index_then


def deflated_by_year(amounts, price_index, base_year):
    """A series in the prices of one year: dict year → amount; None in a year without an amount or an index.

    amounts, price_index : mapping of year to value. {2023: 1.05}, {2023: 304.702, 2024: 313.689}, 2024 → {2023: 1.081}
    """
    return {
        year: deflated(amount, price_index.get(year), price_index.get(base_year)) for year, amount in amounts.items()
    }


def index_from_inflation(inflation, first_year, last_year):
    """A price index from yearly inflation, 1 in the first year: dict year → index, None from the first gap on.

    inflation : mapping of year to a fraction, the change on the year before.
    {2023: 0.0553, 2024: 0.0472}, 2022, 2024 → {2022: 1.0, 2023: 1.0553, 2024: 1.1051}
    """
    index = {first_year: 1.0}
    for year in range(first_year + 1, last_year + 1):
        usable = not missing(index[year - 1], inflation.get(year))
        index[year] = index[year - 1] * (1 + inflation[year]) if usable else None
    return index


def real_growth(nominal_growth, inflation):
    """Growth after inflation, (1 + g) / (1 + π) − 1 (Fisher 1930): 0.04, 0.0295 → 0.0102; 0.59, 0.0295 → 0.544.

    Both as fractions, of the same currency and years; inflation is gaps.growth of a price index. None if one is missing or prices fell to zero.
    """
    if missing(nominal_growth, inflation) or inflation <= -1:
        return None
    return (1 + nominal_growth) / (1 + inflation) - 1


def growth_in_local_currency(dollar_growth, rate_before, rate_now):
    """Growth of a dollar series seen in local currency, (1 + g) · e₁ / e₀ − 1: 0.59, 17.77, 18.33 → 0.640.

    Rates in local currency per dollar. None if a value is missing or the earlier rate is zero.
    """
    if missing(dollar_growth, rate_before, rate_now) or rate_before == 0:
        return None
    return (1 + dollar_growth) * rate_now / rate_before - 1


def in_local_currency(dollars, rate):
    """Dollars times local currency per dollar: 1.67e9, 18.33 → 30.61e9 pesos; None if one is missing."""
    return None if missing(dollars, rate) else dollars * rate


def in_dollars(local_amount, rate):
    """Local currency over local currency per dollar: 950e6, 18.6674 → 50.89e6; None if missing or the rate is zero."""
    return ratio(local_amount, rate)


def at_purchasing_power(dollars, rate, ppp_factor):
    """International dollars: to local currency at the market rate, then over the PPP factor (World Bank's definition).

    rate, ppp_factor : local currency per dollar and per international dollar. None if missing or the factor is zero.
    1.67e9, 18.33, 10.4 → 2.943e9
    """
    return in_dollars(in_local_currency(dollars, rate), ppp_factor)


def local_real_in_dollars(dollars, rate_then, index_then, index_base, rate_base):
    """The alternative order: to local currency, to base-year prices by the local index, to dollars at the base rate.

    Rates in local currency per dollar, indices of local prices, at the year of the amount and at the base year.
    None if a value is missing or a divisor is zero. 1.0503, 17.77, 100, 104.72, 18.33 → 1.0663
    """
    return in_dollars(deflated(in_local_currency(dollars, rate_then), index_then, index_base), rate_base)
