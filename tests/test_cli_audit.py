"""`vcgap audit`: the verdicts of the suite's claims or of an analyst's own, and what a bad file is told."""

import pytest
from click.testing import CliRunner

from vcgap.cli import main

HEADER = "id,rule,statement_en,parts,whole,stated,unit,ids\n"


def run(*arguments):
    return CliRunner().invoke(main, ["audit", *arguments])


def test_without_a_file_every_claim_of_the_suite_is_printed_with_its_verdict():
    done = run()
    assert done.exit_code == 0
    assert "B1, R1 parts within the total: contradiction (E)" in done.output
    assert "The parts add up to 12,600,000, more than the total of 9,770,000." in " ".join(done.output.split())
    last = done.output.strip().splitlines()[-1]
    assert last == "contradiction: 7; not comparable or ambiguous: 31; presentation: 10; holds: 18"


def test_a_file_of_ones_own_is_audited_alone(write):
    done = run(write(HEADER + "X1,R1,60 and 50 of 100,60|50,100,,count,\nX2,R2,20 of 100 is 20%,20,100,0.2,share,\n"))
    assert done.exit_code == 0, done.output
    assert "The parts add up to 110, more than the total of 100." in done.output
    assert done.output.strip().endswith("contradiction: 0; not comparable or ambiguous: 1; presentation: 0; holds: 1")
    assert "B1" not in done.output


FALSE = [
    'X1,R1,"70 and 75 %",0.7|0.75,1,,share,',
    'X1,R2,"60 of 100 are all",0.6,1,1,share,',
    'X1,R4,"tenfold",9|1,,10,share,',
    'X1,R13,"1.4 bn by September, 1 bn in the year",1400000000,1000000000,,USD,',
    'X1,R16,"half of 3 bn is 2 bn",0.5*3000000000,,2000000000,USD,',
]


@pytest.mark.parametrize("claim", FALSE)
def test_no_false_claim_in_round_numbers_holds(write, claim):
    done = run(write(HEADER + claim + "\n"))
    assert done.exit_code == 0, done.output
    assert done.output.strip().endswith("not comparable or ambiguous: 1; presentation: 0; holds: 0"), done.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,rul,statement_en\nX1,R1,s\n", ["column 'rule' is missing", "did you mean 'rule'?"]),
        (HEADER + "X1,R99,s,1,2,,count,\n", ["line 2, column rule", "R99"]),
        (HEADER + "X1,R1,s,,100,,count,\n", ["line 2, column parts", "R1 needs parts, whole"]),
        (HEADER + "X1,R1,s,one,100,,count,\n", ["line 2, column parts", "is not a list of numbers"]),
        (HEADER + "X1,R2,s,1,0,0.5,share,\n", ["line 2, column whole", "divides by it"]),
        (HEADER + "X1,R1,s,1,2,,count,mex-vc_investment-2024-colum\n", ["is not a figure", "did you mean"]),
        ("", ["the file is empty"]),
    ],
)
def test_a_bad_file_ends_with_status_two_and_says_where_and_what(write, content, words):
    done = run(write(content))
    assert done.exit_code == 2
    assert [word for word in words if word not in done.output] == [], done.output
    assert "Traceback" not in done.output and "contradiction:" not in done.output


def test_a_file_that_is_not_there_is_named():
    done = run("nowhere.csv")
    assert done.exit_code == 2 and "nowhere.csv: there is no such file" in done.output


def test_all_problems_of_a_file_come_at_once(write):
    done = run(write(HEADER + "X1,R1,s,,100,,count,\nX2,R3,s,1,2,,count,\n"))
    assert done.exit_code == 2 and "line 2" in done.output and "line 3" in done.output


def test_help_says_what_the_file_may_be():
    done = run("--help")
    said = " ".join(done.output.split())
    assert done.exit_code == 0 and "CSV or XLSX" in said and "vcgap audit my_claims.csv" in said
