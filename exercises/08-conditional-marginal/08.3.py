"""08.3: which formulas keep Z inside X."""

from lmmteach.check import Exercise, Wrong

CHOICES = ("A", "B", "C", "D", "E", "F", "G", "H")


def said(letter):
    """The answer with one letter put in or left out."""
    return lambda q: {"A", "D", "E", "G"} ^ {letter}


def there(letter, wrongly):
    """Whether a letter stands in the answer that should not, or is missing that should be there."""
    return lambda q, answer: (letter.casefold() in answer) == wrongly


EXERCISE = Exercise(
    id="08.3",
    title="Inside X, or not?",
    text="""
Each model has the random part `(1 + year | id)`, so $Z$ has a column of ones and a column of years. "Inside $X$" means:
every column of $Z$ can be made of the columns of $X$. In which of these does $Z$ sit inside $X$?

- `"A"`: `y ~ year + (1 + year | id)`
- `"B"`: `y ~ 1 + (1 + year | id)`
- `"C"`: `y ~ sex + age + (1 + year | id)`
- `"D"`: `y ~ factor(year) + (1 + year | id)`
- `"E"`: `y ~ sex * year + (1 + year | id)`
- `"F"`: `y ~ 0 + year + (1 + year | id)`
- `"G"`: `y ~ I(year - 5) + (1 + year | id)`
- `"H"`: `y ~ I(year**2) + (1 + year | id)`

Hand over a list or a set of letters.
""",
    choices=CHOICES,
    starter='answer = {"..."}',
    solution='answer = {"A", "D", "E", "G"}',
    hints=(
        "Z has two columns. For each formula ask twice: can the ones be made of X's columns? Can the years?",
        "A formula has a column of ones unless it says 0. What other columns does it have?",
        "The years need not stand there by name: 2 times one column plus 3 times another may be them.",
    ),
    wrong=(
        Wrong(
            "no-time",
            "In B nothing in X changes with time, and Z does. The mean slope then has no place but G.",
            answer=said("B"),
            when=there("B", True),
        ),
        Wrong(
            "covariates-for-time",
            "In C there are covariates, but none that changes with time. Of sex and age no column of years can be "
            "made.",
            answer=said("C"),
            when=there("C", True),
        ),
        Wrong(
            "no-ones",
            "In F the 0 takes the column of ones out of X, and Z has one. The mean intercept has no place.",
            answer=said("F"),
            when=there("F", True),
        ),
        Wrong(
            "square-for-line",
            "In H time is in X, but only as its square. No multiple of a square is a straight line.",
            answer=said("H"),
            when=there("H", True),
        ),
        Wrong(
            "plain-case",
            "A is the plain case: both columns of Z stand in X by name.",
            answer=said("A"),
            when=there("A", False),
        ),
        Wrong(
            "by-name-only",
            "You left out D. Its columns say for each visit whether it is this one: 2 for the second, 4 for the third, "
            "and so on, added up, are the years.",
            answer=said("D"),
            when=there("D", False),
        ),
        Wrong(
            "interaction",
            "You left out E. `sex * year` holds year itself, and more. X may hold more than Z.",
            answer=said("E"),
            when=there("E", False),
        ),
        Wrong(
            "shifted",
            "You left out G. Add five times the column of ones, and the years are there.",
            answer=said("G"),
            when=there("G", False),
        ),
    ),
    right="Inside means: as a combination. What stands in X by another name, or among other columns, counts.",
    notice="with time as a factor in X and as a number in Z, the mean may take any course, and people still differ by "
    "lines.",
)
