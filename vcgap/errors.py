"""What a user is told when their input is wrong: where, what, what is allowed, what next."""

from difflib import get_close_matches


class Problem(str):
    """A problem in words that knows its line in the file (0: the whole file or its columns) and its column ("": none)."""

    def __new__(cls, text, line=0, column=""):
        problem = super().__new__(cls, text)
        problem.line, problem.column = line, column
        return problem


class UserError(Exception):
    """The user's input is wrong. `problems` holds one line per problem, all of them at once."""

    def __init__(self, *problems):
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class MachineError(Exception):
    """The machine failed, not the user's file: no space, no memory, an engine that does not answer."""


def raise_if(problems):
    """Raise UserError if there are any problems (list of str)."""
    if problems:
        raise UserError(*problems)


def did_you_mean(word, allowed):
    """`"; did you mean 'MEX'?"` for the nearest of `allowed`, else the whole list of them.

    word : str as the user wrote it; allowed : iterable of str
    """
    allowed = sorted(allowed)
    by_upper = {choice.upper(): choice for choice in allowed}
    near = get_close_matches(str(word).upper(), by_upper, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{by_upper[near[0]]}'?"
    shown = ", ".join(allowed[:12]) + (", …" if len(allowed) > 12 else "")
    return f"; allowed: {shown}"
