"""Countries as exports write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap.places import ALPHA2, countries_in, country_code, read_country, simplified, spellings, town_code
from vcgap.tables import load_table
from vcgap.values import Reading


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "USA"),
        ("USA", "USA"),
        ("US", "USA"),
        ("U.S.", "USA"),
        ("United States of America", "USA"),
        ("Estados Unidos", "USA"),
        ("México", "MEX"),
        ("mexico ", "MEX"),
        ("UK", "GBR"),
        ("Scotland", "GBR"),
        ("UAE", "ARE"),
        ("The Netherlands", "NLD"),
        ("Hong Kong", "HKG"),
        ("Czech Republic", "CZE"),
        ("Czechia", "CZE"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Côte d’Ivoire", "CIV"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Germany", "DEU"),
        ("DE", "DEU"),
        ("Myanmar", "MMR"),
        ("ROM", "ROU"),
        ("Santa Clara", ""),
        ("EGYM", ""),
        ("Remote", ""),
        ("", ""),
        ("Europe", ""),
        ("DDR", ""),
        ("ca", ""),
        ("NA", ""),
        ("Korea", "KOR"),
        ("Georgia", "GEO"),
    ],
)
def test_a_name_gives_its_code_or_nothing(name, code):
    assert country_code(name) == code


def test_a_town_is_no_country_but_may_be_known():
    assert (town_code("Santa  Clara"), town_code("London"), town_code("Springfield")) == ("USA", "GBR", "")


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("Israel / United States", ["ISR", "USA"], []),
        ("India/\u00a0US", ["IND", "USA"], []),
        ("United States, United Kingdom and Europe", ["USA", "GBR"], ["Europe"]),
        ("United States and Ireland", ["USA", "IRL"], []),
        ("United States,", ["USA"], []),
        ("US; USA", ["USA"], []),
        ("London", [], ["London"]),
        ("", [], []),
    ],
)
def test_a_cell_may_name_several_countries(text, codes, rest):
    assert countries_in(text) == (codes, rest)


# a figure's country, as somebody typed it


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MEX", "MEX"),
        ("mex", "MEX"),
        ("MX", "MEX"),
        ("México", "MEX"),
        ("mexico", "MEX"),
        ("US", "USA"),
        ("U.S.", "USA"),
        ("United States", "USA"),
        ("the United States of America", "USA"),
        ("Estados Unidos", "USA"),
        ("EE. UU.", "USA"),
        ("EE.UU.", "USA"),
        ("EUA", "USA"),
        ("Brasil", "BRA"),
        ("Brazil", "BRA"),
        ("UK", "GBR"),
        ("Perú", "PER"),
    ],
)
def test_a_country_is_read_by_code_or_by_name_in_two_languages(text, code):
    assert read_country(text) == Reading(code)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mx", "is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?"),
        ("Mexcio", "did you mean 'MEX'?"),
        ("MEXX", "did you mean 'MEX'?"),
        ("ZZZ", "is not an ISO 3166-1 alpha-3 code; allowed: "),
        ("NA", "is Namibia or 'not available'; write NAM, or leave the row out"),
        ("Georgia", "may be more than one place; write GEO or USA"),
        ("Corea", "write KOR or PRK"),
        ("Scotland", "is a part of GBR; a figure is of a whole country"),
        ("Santa Clara", "is not an ISO"),
        ("Latin America", "is a region; a figure is of one country"),
        ("no", "is not an ISO 3166-1 alpha-3 code"),
    ],
)
def test_what_is_no_country_or_two_is_refused(text, words):
    reading = read_country(text)
    assert reading.text == "" and words in reading.wrong


@given(st.sampled_from(sorted(ALPHA2)))
def test_every_code_is_read_as_itself_and_by_its_two_letters(code):
    assert read_country(code) == Reading(code)
    assert read_country(ALPHA2[code]) == (read_country("NA") if code == "NAM" else Reading(code))


def test_codes_of_places_that_are_no_country_are_not_known():
    assert {"MEX", "USA", "QAT", "ZAF", "ZMB", "ZWE"} <= set(ALPHA2)
    assert not {"QUU", "XKK", "ZZZ", "EUU", "DDR", "ASC"} & set(ALPHA2)
    assert len(ALPHA2) == len(set(ALPHA2.values())) == 249, "as many as ISO 3166-1 has"


@given(st.text(max_size=120))
def test_any_text_is_a_country_or_refused(text):
    reading = read_country(text)
    assert bool(reading.text) != bool(reading.wrong)
    assert reading.text in {"", *ALPHA2}


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("united states", "USA"),
        ("the united states", "USA"),
        ("u.s.", "USA"),
        ("u.s.a.", "USA"),
        ("ee. uu.", "USA"),
        ("ee.uu.", "USA"),
        ("estados unidos", "USA"),
        ("méxico", "MEX"),
        ("mexico", "MEX"),
        ("mx", "MEX"),
        ("mex", "MEX"),
        ("u.k.", "GBR"),
        ("england", "GBR"),
        ("the netherlands", "NLD"),
        ("rom", "ROU"),
        ("de", "DEU"),
        ("fr", "FRA"),
        ("bosnia and herzegovina", "BIH"),
        ("bosnia & herzegovina", "BIH"),
        ("côte d'ivoire", "CIV"),
        ("korea", "KOR"),
        ("na", None),
        ("europe", None),
        ("london", None),
    ],
)
def test_an_engine_joins_spellings_in_small_letters(spelling, code):
    assert spellings().get(spelling) == code


def test_every_spelling_is_one_that_the_reader_of_names_takes():
    for spelling, code in spellings().items():
        assert spelling == spelling.lower()
        if len(spelling) > 3:
            assert read_as(spelling) == code, spelling


def read_as(spelling):
    bare = spelling.removeprefix("the ").replace(".", "")
    return country_code(bare) or country_code(bare.replace(" ", "").upper())


def test_every_name_of_the_table_is_simplified_and_is_of_its_kind():
    for row in load_table("country_names").to_dict("records"):
        codes = [code for code in row["country"].split(";") if code]
        assert row["name"] == simplified(row["name"]) and set(codes) <= set(ALPHA2), row
        assert len(codes) == {"region": 0}.get(row["kind"], len(codes) if row["kind"] == "either" else 1), row
        told = "" if row["kind"] in ("place", "region") else codes[0]
        assert country_code(row["name"]) == told, row
        assert bool(read_country(row["name"]).text) == (row["kind"] == "name"), row
