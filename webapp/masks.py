"""How a person's name is shown to everybody (TJ-7). Pure."""

import re

TWO_SIGNED = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|东方|轩辕"


def masked_name(name: str) -> str:
    """王**: the surname, where it is known to be of two signs both."""
    name = name.strip()
    kept = 2 if len(name) > 2 and re.match(TWO_SIGNED, name) else 1
    return name[:kept] + "*" * max(len(name) - kept, 1) if name else ""


def masked_figures(text: str, shown: int = 3) -> str:
    """A credential's number with its end alone: ****123."""
    return "*" * max(len(text) - shown, 0) + text[-shown:] if len(text) > shown else "*" * len(text)
