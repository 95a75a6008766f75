"""Fund sizes, deeper: the like-for-like band, the spread, firms and funds, dry powder, funds one by one."""

import re

import pytest
from conftest import make_figure

from vcgap import charts
from vcgap.blocks import Block
from vcgap.chapters import fund_means, fund_records, fund_size, fund_spread, fund_stocks
from vcgap.edition import Edition, open_edition
from vcgap.gaps import compare
from vcgap.language import NBSP
from vcgap.parameters import read_parameters

EXHIBITS = [
    fund_size.gap,
    fund_size.sizes,
    fund_means.means,
    fund_size.like_for_like,
    fund_spread.lorenz,
    fund_stocks.firm_or_fund,
    fund_stocks.runway,
    fund_stocks.cheques,
    fund_records.records,
    fund_records.tail,
]
EDITIONS = [
    {},
    {"year": 2018, "basis": "like_for_like"},
    {"base": "MEX", "peer": "USA"},
    {"peer": "BRA"},
    {"year": 2021},
    {"year": 2015},
    {"year": 2008},
    {"year": 2023, "peer": "CHL"},
    {"base": "FRA", "peer": "DEU", "year": 1990},
]


def edition_of(package, **parameters):
    """An edition without the check that there is anything to report."""
    return Edition(read_parameters(parameters), package)


def fund(country, statistic, value):
    metric = {"median": "fund_size_median", "mean": "fund_size_mean"}[statistic]
    return make_figure(country=country, metric=metric, statistic=statistic, value=value, entity="fund")


def pair_of(base, peer):
    return compare(fund("USA", *base), fund("MEX", *peer))


COLUMN = pair_of(("median", 35e6), ("mean", 10.5e6))


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.__name__)
@pytest.mark.parametrize("parameters", EDITIONS, ids=str)
def test_every_exhibit_is_a_block_without_holes_in_every_edition(package, exhibit, parameters):
    block = exhibit(edition_of(package, **parameters))
    assert isinstance(block, Block) and block.text
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text), block.text
    assert "<figure" not in block.html or block.figures or "row by row in data/funds.csv" in block.text


# ---- the band


def test_a_median_against_a_mean_gives_the_band_of_the_guide():
    lower, upper = fund_spread.band(COLUMN)
    assert lower == pytest.approx(35 / 10.5 * 1.6487, rel=1e-4)  # e^(1/2)
    assert upper == pytest.approx(35 / 10.5 * 4.2416, rel=1e-3)  # e^(1.7²/2)
    assert "5.5–14×" in fund_spread.band_sentence(COLUMN) and "5.5–14×" in fund_spread.band_words(COLUMN)


def test_the_band_names_the_larger_country_whichever_is_first():
    swapped = compare(COLUMN.peer, COLUMN.base)
    assert fund_spread.band_sentence(swapped) == fund_spread.band_sentence(COLUMN)
    assert "the typical fund in the United States is 5.5–14×" in fund_spread.band_sentence(COLUMN)


def test_a_band_on_both_sides_of_one_says_that_it_is_open():
    pair = pair_of(("median", 5e6), ("mean", 10.5e6))  # 0.79× to 2.0×
    assert "open whose typical fund is larger" in fund_spread.band_sentence(pair)
    assert "open whose typical fund is larger" in fund_spread.band_words(pair)


def test_a_peer_that_is_ahead_is_named_as_the_larger():
    pair = pair_of(("median", 1e6), ("mean", 10.5e6))  # 0.157× to 0.404×
    assert "typical fund in Mexico is 2.5–6.4× the size of one in the United States" in fund_spread.band_sentence(pair)


def test_one_statistic_on_both_sides_has_no_width():
    assert fund_spread.band(pair_of(("mean", 136.9e6), ("mean", 28.6e6))) == pytest.approx((4.787, 4.787), abs=1e-3)


def test_zero_has_no_band_and_nothing_is_said():
    pair = pair_of(("median", 35e6), ("mean", 0.0))
    assert fund_spread.band(pair) is None and fund_spread.band_sentence(pair) == fund_spread.band_words(pair) == ""


def test_the_headline_gives_the_band_and_its_assumption(edition):
    block = fund_size.gap(edition)
    first = block.text.split("\n")[0]
    assert "cannot be set against" in first and first.endswith("Like for like the gap is 5.5–14×")
    assert "σ from 1.00 to 1.70" in block.text
    assert block.numbers["fund_size_band_lower"] == pytest.approx(5.496, abs=1e-3)
    assert block.numbers["fund_size_band_upper"] == pytest.approx(14.14, abs=1e-2)


def test_the_table_of_spreads_is_that_of_the_guide(edition):
    text = fund_size.like_for_like(edition).text
    for sigma, median, ratio in (("0.50", "9.27", "3.8×"), ("1.00", "6.37", "5.5×"), ("1.50", "3.41", "10×")):
        assert re.search(rf"{sigma} +US\$35{NBSP}m +US\${median}{NBSP}m +{ratio}", text), sigma
    naive = next(line for line in text.split("\n") if line.strip().startswith("0.00"))
    assert "3.3×" in naive and "not like for like" in naive


def test_a_spread_outside_the_band_is_said(edition):
    assert (
        "outside the band: at σ 1.95, with its own median, the ratio would be 14×"
        in fund_size.like_for_like(edition).text
    )


def test_a_figure_of_the_readers_own_moves_band_and_sentence(overlay):
    path = overlay("MEX,fund_size_mean,2024,100000000,mine")
    block = fund_size.gap(open_edition(figures=path))
    assert "Like for like it is open whose typical fund is larger" in block.text  # 0.58× to 1.5×
    assert "5.5–14×" not in block.text


def test_where_the_second_countrys_funds_are_larger_the_numbers_are_still_the_first_against_it(overlay):
    numbers = fund_size.gap(open_edition(figures=overlay("MEX,fund_size_median,2024,9e7,me"))).numbers
    assert numbers == pytest.approx(dict.fromkeys(numbers, 35 / 90)) and len(numbers) == 3


def test_two_means_need_no_bridge(package):
    block = fund_size.like_for_like(edition_of(package, year=2015))
    assert "Both sides state a mean" in block.text and "4.8× (not like for like" in block.text


# ---- the spread


def test_routes_to_the_spread_are_those_of_one_source(edition):
    sigmas = [round(route.sigma, 2) for route in fund_spread.routes(edition)]
    assert sigmas == [1.68, 1.56, 1.33, 1.95, 1.72, 1.47]  # 142.8 = 76.8bn over 538, both of one yearbook
    assert {route.country for route in fund_spread.routes(edition)} == {"USA"}


def test_the_curve_says_what_the_largest_tenth_holds_and_whose_spread_is_unknown(edition):
    block = fund_spread.lorenz(edition)
    assert f"the largest 10{NBSP}% of funds would hold 52–75{NBSP}% of the money" in block.text
    assert "Mexico: one statistic or none is known for 2024" in block.text
    assert block.numbers == pytest.approx({"fund_gini_lower": 0.652, "fund_gini_upper": 0.832}, abs=2e-3)


def test_a_mean_that_is_not_above_the_median_is_why_there_is_no_curve(overlay):
    text = fund_spread.lorenz(open_edition(figures=overlay("MEX,fund_size_median,2024,9e7,mine"))).text
    assert "one statistic or none" not in text
    assert "Mexico: its mean of 2024 (US$10.5\u00a0m) is not above its median (US$90\u00a0m)" in text


@pytest.mark.parametrize("narrow", [False, True])
def test_curves_start_at_nothing_end_at_everything_and_are_named(narrow):
    series = [
        {"label": "Gini 0.3", "side": "base", "x": [0, 0.5, 0.75, 0.95, 1], "y": [0, 0.3, 0.5, 0.8, 1]},
        {"label": "Gini 0.7", "side": "base", "x": [0, 0.5, 0.75, 0.95, 1], "y": [0, 0.1, 0.2, 0.5, 1], "dashed": True},
    ]
    figure = charts.curves(series, narrow, str, "funds", "money")
    (axes,) = figure.axes
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 1), (0, 1))
    assert {"Gini 0.3", "Gini 0.7"} <= {text.get_text() for text in axes.texts}
    assert figure.get_figwidth() * 72 == (charts.NARROW if narrow else charts.WIDE)


# ---- firms, dry powder, cheques


def test_a_firm_is_not_a_fund(edition):
    block = fund_stocks.firm_or_fund(edition)
    assert f"US$354{NBSP}m" in block.text and f"only 9.9{NBSP}% of the assets" in block.text
    assert block.warning.startswith("Not like for like")


def test_a_fund_that_explains_the_assets_is_not_called_only(overlay):
    block = fund_stocks.firm_or_fund(open_edition(figures=overlay("USA,fund_size_median,2024,300000000,mine")))
    assert "would be 85" in block.text and "only" not in block.text.split("\n")[0]


def test_no_firms_at_all_is_said_in_a_sentence(overlay):
    block = fund_stocks.firm_or_fund(open_edition(figures=overlay("USA,firms_active,2024,0,mine")))
    assert "nothing to divide" in block.text


def test_dry_powder_is_years_at_home_and_many_times_the_peer_with_its_warning(edition):
    block = fund_stocks.runway(edition)
    assert (
        "1.75 years of its investment" in block.text and "187 times the venture capital of 2024 in Mexico" in block.text
    )
    assert block.warning == "Not like for like: a stock of one day over a flow over time."
    assert "year-end 2023" in block.text and f"26{NBSP}% of the assets" in block.text


def test_without_investment_there_is_no_runway(overlay):
    path = overlay("USA,vc_investment,2024,0,mine", "MEX,vc_investment,2024,0,mine")
    assert "No source states a year’s investment" in fund_stocks.runway(open_edition(figures=path)).text


def test_cheques_are_thirty_five_or_fourteen(edition):
    text = fund_stocks.cheques(edition).text
    assert "writes 35 cheques of the largest usual size, US$300,000, or 14 after fees and reserves" in text
    assert "No source here states a usual ticket for the United States" in text


# ---- funds one by one


def test_records_give_the_statistics_of_the_notes(edition):
    text = fund_records.records(edition).text
    assert f"12 funds of Mexico made the news; their median is US$30–55{NBSP}m" in text
    for words in (f"US$55.4{NBSP}m", f"US$60.4{NBSP}m", f"US$41.4{NBSP}m", f"US$2.5{NBSP}bn"):
        assert words in text
    assert f"Leaving out any one fund, the median of all shown is US$50.9–60{NBSP}m" in text
    raised = next(line for line in text.split("\n") if "no ceilings" in line)
    assert f"US$30{NBSP}m" in raised and f"US$47.7{NBSP}m" in raised and f"US$32{NBSP}m" in raised


def test_a_sample_median_never_stands_without_its_sentence(edition):
    block = fund_records.records(edition)
    assert "only the funds that somebody wrote about" in block.warning and block.warning in block.text
    assert f"(US$21.3–82{NBSP}m) is no sign of equal size" in block.text  # not the halves and quarters of a year
    assert f"US$28.6{NBSP}m (AMEXCAP)" in block.text


def test_pesos_are_converted_at_the_rate_of_the_funds_year(edition):
    funds, rates, _left_out = fund_records.fund_list(edition)
    sizes = funds.set_index("fund")["size_usd"]
    assert sizes["GC Capital"] == pytest.approx(130e6 / 18.3062)
    assert sizes["IGNIA Fund II (CKD IGNIACK 15)"] == pytest.approx(1500e6 / 15.8735)
    assert [figure.period for figure in rates] == ["2015", "2016", "2024"]


def test_the_same_records_give_the_same_interval(edition):
    assert fund_records.records(edition).text == fund_records.records(edition).text


def test_the_tail_counts_large_funds_and_compares_the_largest(edition):
    text = fund_records.tail(edition).text
    assert f"13 funds above US$1{NBSP}bn were found in the United States, none in Mexico" in text
    assert "The largest listed of one country is at most 85× the largest listed of the other." in text
    assert f"Expansion puts the largest fund of Mexico at about US$250{NBSP}m (2023, second hand)" in text
    assert "51× apart" in text and "mex-fund_size_max-2023-expansion_2023_05" in {
        figure.id for figure in fund_records.tail(edition).figures
    }
    assert f"US$41.4{NBSP}m in Mexico (five publicised funds), US$75.9{NBSP}m in the United States" in text


@pytest.mark.parametrize(
    ("more", "less", "words"),
    [
        ("raised", "raised", "is 85× the"),
        ("raised", "lower_bound", "is at most 85× the"),
        ("raised", "programme_max", "is at least 84× the"),
        ("lower_bound", "raised", "is at least 84× the"),
        ("lower_bound", "programme_max", "is at least 84× the"),
        ("programme_max", "raised", "is at most 85× the"),
        ("lower_bound", "lower_bound", "is open: the sizes of both are limits"),
    ],
)
def test_how_far_the_largest_are_apart_is_a_limit_where_a_size_is(more, less, words):
    rows = [{"size_usd": 12.7e9, "size_basis": more}, {"size_usd": 150e6, "size_basis": less}]
    assert words in fund_records._largest_words(*rows)


def test_a_stated_largest_fund_below_the_listed_one_is_not_named(overlay):
    text = fund_records.tail(open_edition(figures=overlay("MEX,fund_size_max,2024,90000000,mine"))).text
    assert "puts the largest fund" not in text


def test_swapping_the_countries_does_not_turn_the_tail_round(package, edition):
    swapped = fund_records.tail(edition_of(package, base="MEX", peer="USA"))
    assert swapped.text.split("\n")[0] == fund_records.tail(edition).text.split("\n")[0]


def test_the_country_without_assets_or_dry_powder_is_named(edition):
    assert "Mexico, 2024: no source in this suite has venture capital assets" in fund_stocks.firm_or_fund(edition).text
    assert "Mexico, 2024: no source in this suite has dry powder" in fund_stocks.runway(edition).text


# ---- only what is of the edition's year or earlier


@pytest.mark.parametrize("year", [2018, 2015])
def test_nothing_is_of_a_later_year_than_the_edition(package, year):
    then = edition_of(package, year=year)
    assert max(int(figure.period[:4]) for figure in fund_means.all_sizes(then)) <= year
    assert {figure.country for figure in fund_means.all_sizes(then)} == {"USA", "MEX"}
    assert fund_records.fund_list(then)[0]["year"].max() <= str(year)
    built = [fund_size.sizes(then), fund_means.means(then), fund_records.records(then), fund_records.tail(then)]
    for block in built:
        assert not [figure.id for figure in block.figures if figure.period > str(year) and figure.metric != "fx_rate"]
        assert f"up to {year}" in block.text


def test_the_edition_of_2018_counts_five_mexican_funds_and_says_what_it_leaves_out(package):
    text = fund_records.records(edition_of(package, year=2018)).text
    assert f"Five funds of Mexico made the news; their median is US$70{NBSP}m\n" in text
    assert "20 funds of later years than 2018 are left out. Neither fund nor source has a year" in text
    assert "Greenoaks V" in text and "GC Capital" not in text  # its one source is of 2024


def test_the_edition_of_2018_finds_one_large_fund_and_says_from_when_they_were_collected(package):
    text = fund_records.tail(edition_of(package, year=2018)).text
    assert f"One fund above US$1{NBSP}bn was found in the United States, none in Mexico" in text
    assert "Large funds of the United States were collected from 2018 on" in text
    assert "First funds" not in text  # the US mean of first funds is of 2020


def test_before_the_first_large_fund_a_sentence_says_so(package):
    text = fund_records.tail(edition_of(package, year=2015)).text
    assert "no venture funds of the United States up to 2015" in text and "collected from 2018 on" in text


def test_a_single_record_has_no_interval_and_a_title_in_the_singular(package):
    text = fund_records.records(edition_of(package, year=2008)).text
    assert f"One fund of Mexico made the news; its size is US$100{NBSP}m" in text and "Leaving out" not in text


def test_when_nothing_is_left_both_countries_are_named(package):
    text = fund_size.sizes(edition_of(package, year=2008)).text
    assert "United States: no source states the size of a fund up to 2008." in text
    assert "Mexico: no source states the size of a fund up to 2008." in text
    assert "Neither for the United States nor for Brazil" in fund_records.records(edition_of(package, peer="BRA")).text


# ---- mean against mean


def test_the_mean_of_2024_is_money_raised_over_funds_closed_of_one_source(edition):
    (mean,) = fund_means.derived_means(edition, "USA", 2024)
    assert mean.value == pytest.approx(76.8e9 / 538)  # 142.8 m
    assert (mean.metric, mean.statistic, mean.kind, mean.status) == ("fund_size_mean", "mean", "flow", "derived")
    assert mean.lower < mean.value < mean.upper == pytest.approx(76.85e9 / 538)
    assert mean.note == f"Money raised ÷ funds closed: US$76.8{NBSP}bn ÷ 538, second hand"
    for part in ("usa-funds_raised-2024-nvca_yearbook_2025", "usa-fund_count-2024-nvca_yearbook_2025"):
        assert part in mean.id


def test_the_headline_says_that_alike_means_are_second_hand(package, overlay):
    block = fund_size.gap(edition_of(package, year=2023))
    assert block.text.split("\n")[0].endswith("in Mexico: 5.0× (second-hand figures)")
    assert "they give 5.0× (second-hand figures)." in block.text
    assert "5.0× (second-hand figures)" in fund_size.like_for_like(edition_of(package, year=2023)).text
    path = overlay("USA,fund_size_mean,2023,100000000,mine", "MEX,fund_size_mean,2023,20000000,mine")
    assert "second-hand" not in fund_size.gap(open_edition(year=2023, figures=path)).text.split("\n")[0]


def test_a_derived_mean_stands_in_only_where_its_family_states_none(edition):
    means = [f for f in fund_means.all_sizes(edition) if f.metric == "fund_size_mean" and f.country == "USA"]
    assert len({(f.period, f.family) for f in means}) == len(means)
    derived = {f.period: f.value for f in means if "-over-" in f.id}
    assert set(derived) == {"2015", "2017", "2024"}  # 2015 by Thomson Reuters beside PitchBook’s own
    assert derived["2017"] == pytest.approx(32.4e9 / 209)


def test_the_title_prefers_the_pair_that_is_alike_in_type(edition):
    block = fund_size.sizes(edition)
    assert block.text.startswith("Mean against mean, 2024: 14× (second-hand figures)")
    assert "whether size at close or assets is not said" in block.text
    assert "Mean against mean, 2024: 14× (second-hand figures)." in fund_size.gap(edition).text


@pytest.mark.parametrize(("median", "words"), [("9e7", "Mexico, 2.6×"), ("7e6", "the United States, 5.0×")])
def test_the_title_is_of_the_references_where_they_are_one_statistic(overlay, median, words):
    block = fund_size.sizes(open_edition(figures=overlay(f"MEX,fund_size_median,2024,{median},mine")))
    assert block.text.startswith(f"Median against median, 2024: larger in {words}")
    assert "the mean of" not in block.text


@pytest.mark.parametrize(("year", "larger"), [(2015, "larger in the United States, "), (2018, "")])
def test_without_such_a_pair_that_of_2015_stays_with_its_warning(package, year, larger):
    title = fund_size.sizes(edition_of(package, year=year)).text.split("\n")[0]
    unlike = "not like for like: a flow over time against a stock of one day"
    assert title == f"Mean against mean, 2015: {larger}4.8× ({unlike})"


def test_a_sourced_pair_of_the_readers_own_comes_before_second_hand_ones(overlay):
    path = overlay("MEX,fund_size_mean,2022,41580000,mine")  # 207.9 / 41.58
    assert fund_size.sizes(open_edition(figures=path)).text.startswith("Mean against mean, 2022: 5.0×\n")


def test_all_years_with_both_means_are_listed_each_with_its_catch(edition):
    block = fund_means.means(edition)
    assert block.text.startswith("Mean against mean: 4.2–14×, and each comparison has its catch")
    for ratio in ("4.79×", "4.15×", "5×", "13.6×"):
        assert ratio in block.text
    assert "2015: not like for like, a flow over time against a stock of one day." in block.warning
    assert "2023: the mean of Mexico is second hand. Interview opinion" in block.warning
    assert "2024: the mean of Mexico is second hand." in block.warning
    assert block.numbers == {"fund_mean_ratio": pytest.approx(13.595, abs=1e-3)}
    # 156.9 / (86.9bn / 733) and 188.1 / (128.3bn / 730)
    assert "totals (2020–2021), its mean is 1.1–1.3× the quotient" in block.text


def test_a_pair_without_a_catch_ends_the_sweeping_title(overlay):
    path = overlay("MEX,fund_size_mean,2022,41580000,mine")
    assert "by year and source" in fund_means.means(open_edition(figures=path)).text.split("\n")[0]


def test_no_year_with_both_means_says_who_has_which(package):
    text = fund_means.means(edition_of(package, peer="BRA")).text
    assert "United States: a mean fund size for 2015–2024, none of them" in text
    assert "Brazil: no mean fund size up to 2024" in text


def test_a_mean_of_zero_makes_no_pair(overlay):
    text = fund_means.means(open_edition(figures=overlay("MEX,fund_size_mean,2024,0,mine"))).text
    assert "13.6×" in text  # the column’s stands; the reader’s own zero cannot be divided by


# ---- exchange rates, sets, dates


def lists(monkeypatch, **changes):
    """The list of funds with some columns of GC Capital changed."""
    table = fund_records.load_table("funds").copy()
    place = table.index[table["fund"] == "GC Capital"][0]
    table.loc[place, list(changes)] = list(changes.values())
    monkeypatch.setattr(fund_records, "load_table", lambda _name: table)


def test_a_fund_is_converted_by_the_rate_of_its_own_currency(monkeypatch, overlay):
    lists(monkeypatch, currency="BRL")
    edition = open_edition(figures=overlay("BRA,fx_rate,2024,5,mine"))
    funds, rates, _left_out = fund_records.fund_list(edition)
    assert funds.set_index("fund")["size_usd"]["GC Capital"] == 130e6 / 5
    assert ("BRA", "2024") in {(figure.country, figure.period) for figure in rates}


def test_a_fund_without_a_rate_is_left_out_with_a_sentence(monkeypatch, edition):
    lists(monkeypatch, currency="BRL")
    text = fund_records.records(edition).text
    assert "GC Capital is left out: no exchange rate of 2024 for BRL." in text
    assert "11 funds of Mexico made the news" in text


def test_sets_have_keys_that_do_not_depend_on_the_language(edition):
    funds, _rates, _left_out = fund_records.fund_list(edition)
    sets = {(code, key): len(sizes) for code, key, sizes in fund_records._sets(funds)}
    assert sets == {("MEX", "known"): 12, ("MEX", "raised"): 9, ("MEX", "first"): 5, ("USA", "large"): 13}


def test_stocks_stand_beside_their_dates_and_what_is_older_is_said(edition, overlay):
    text = fund_stocks.firm_or_fund(edition).text
    assert "(2024)" in text and "assets per firm, 2024" in text and "it is the NVCA level at year-end 2023" in text
    assert "dry powder: The day in 2024 is not stated." in fund_stocks.runway(edition).text
    june = fund_stocks.runway(open_edition(figures=overlay("USA,dry_powder,2024-06-30,3e11,mine"))).text
    assert "dry powder: Counted on 30 Jun 2024, before the end of the year it is set beside." in june
    end = fund_stocks.runway(open_edition(figures=overlay("USA,dry_powder,2024-12-31,3e11,mine"))).text
    assert "Counted on" not in end and "31 Dec 2024" in end
