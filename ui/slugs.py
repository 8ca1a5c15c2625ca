"""Titles as keys, file names and ends of addresses."""


def slug(text: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def anchor(title: str) -> str:
    """What an address ends in to lead to a card."""
    return f"card-{slug(title).replace('_', '-')}"
