"""Countries as exports write them."""

import pytest

from vcgap.figures import ALPHA3
from vcgap.places import countries_in, country_code, simplified, town_code
from vcgap.tables import load_table


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


def test_every_name_of_the_table_is_simplified_and_leads_to_a_country():
    for row in load_table("country_names").to_dict("records"):
        assert row["name"] == simplified(row["name"]) and row["country"] in ALPHA3, row
        if row["kind"] != "place":
            assert country_code(row["name"]) == row["country"]
