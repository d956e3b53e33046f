"""What the doctor says: a sign, what it is about, and words that stand without the sign."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `well` False makes `check` end with 1."""

    well: bool
    about: str
    words: str

    def __str__(self) -> str:
        return f"{'✓ ok' if self.well else '✗ wrong'}  {self.about}: {self.words}"


def fine(about: str, words: str) -> Finding:
    return Finding(True, about, words)


def bad(about: str, words: str) -> Finding:
    return Finding(False, about, words)
