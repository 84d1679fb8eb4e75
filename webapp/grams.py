"""Chinese is not written in words: what a text is found by are its pieces. Pure."""

# What indexes of the search are called; they are made of their tables, so no migration carries them.
INDEXES = ("subject_search", "publication_search")
ASCII = [chr(code) for code in range(1, 128) if not chr(code).isalnum() or chr(code).isupper()]
TIDY = {ord(sign): sign.lower() if sign.isalpha() else "_" for sign in ASCII}


def grams(said: str) -> set[str]:
    """The pieces of a text, in lower case: every two signs that follow each other, and three where one of two is ASCII.

    Two of ASCII are no piece: figures come in too few pairs. Whatever contains a text contains its pieces.
    """
    tidy = said.translate(TIDY)
    pairs = [(tidy[at : at + 2], tidy[at : at + 3]) for at in range(len(tidy) - 1)]
    two = {pair for pair, _ in pairs if not pair.isascii()}
    return two | {
        three for pair, three in pairs if len(three) == 3 and (pair[0].isascii() or pair[1].isascii())
    }


def token(name: str, value: str) -> str:
    """What a filter asks for."""
    return f"{name}={value.translate(TIDY)}"


def included(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether a table or index of the database is one that the models name; not those of the search."""
    return name is None or not any(index in name for index in INDEXES)
