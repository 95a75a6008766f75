"""The order of figures of which only the first are named."""

from vcgap.nearest import nearest_first


def figure(country, period, segment=""):
    return {"country": country, "period": period, "segment": segment}


def test_country_comes_before_year_and_year_before_totals():
    rows = [
        figure("ARE", "2024"),
        figure("MEX", "2013-12-31", "sector=ai"),
        figure("MEX", "2013"),
        figure("MEX", "2024-Q1", "sector=ai"),
        figure("USA", "2024"),
        figure("ARE", "2013"),
    ]
    found = nearest_first(rows, ["USA", "MEX"], [2024])
    assert found == [rows[4], rows[3], rows[2], rows[1], rows[0], rows[5]]


def test_several_years_are_equally_near_and_equals_keep_their_order():
    rows = [figure("USA", "2013"), figure("MEX", "2024"), figure("USA", "2024")]
    assert nearest_first(rows, ["USA", "MEX"], [2013, 2024]) == rows
