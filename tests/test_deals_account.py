"""The account in words."""

import pytest

from vcgap.deals.account import MOST_UNREADABLE, enough_was_read, last_month, money
from vcgap.errors import UserError


def reason(code, lines):
    return {"part": "reason", "code": code, "lines": lines, "deals": lines, "latest": 201310, "country": None}


def test_money_is_printed_to_the_cent():
    assert (money(21583272059900), money(150)) == ("US$215,832,720,599", "US$1.50")


def test_a_few_unreadable_amounts_are_borne_and_many_are_not():
    few = int(MOST_UNREADABLE * 100)
    assert enough_was_read([reason(None, 100 - few), reason("amount", few)])
    assert not enough_was_read([reason(None, 99 - few), reason("amount", few + 1)])


def test_files_without_a_line_that_can_be_used_are_refused():
    with pytest.raises(UserError, match="no row below it"):
        enough_was_read([])
    with pytest.raises(UserError, match="no country: 3"):
        enough_was_read([reason("no_country", 3)])


def test_the_last_month_is_that_of_the_lines_that_are_kept():
    assert last_month([reason(None, 1), reason("country", 1) | {"latest": 210012}]) == 201310
