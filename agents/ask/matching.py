"""Which verified question a text means: words weighed by how rare they are, spelling aside."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from agents.ask import periods
from agents.ask.words import plain
from agents.questions import Ambiguous, Catalogue, Question

STOP = frozenset(
    [
        "a",
        "about",
        "different",
        "each",
        "group",
        "percent",
        "percentage",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "getting",
        "give",
        "had",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "much",
        "many",
        "may",
        "my",
        "of",
        "on",
        "or",
        "our",
        "please",
        "see",
        "show",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "which",
        "who",
        "whom",
        "will",
        "with",
        "would",
        "you",
        "your",
        "were",
        "was",
        "value",
        "list",
        "compare",
        "now",
        "per",
        "s",
        "vs",
    ]
)
SAME = 84  # of 100: words this alike are one word
SURE = 0.74  # of a question that is answered without asking back
CLEAR = 0.015  # ahead of the next question
ORDER = 0.06  # what the order and the small words count for: they part "how many" from "which"
NEAR = 0.45  # of a question that is offered instead
CUSTOMER = "{customer}"


def _letters(word: str) -> str:
    return "".join(sorted(word))


SWAPPED = frozenset(_letters(word) for word in STOP if len(word) > 3)  # "whta" is as little a name as "what"


@dataclass(frozen=True)
class Match:
    target: Question | Ambiguous
    score: float


class Matcher:
    """The catalogue's phrases as weighed words; made once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._synonyms = catalogue.synonyms
        self._catalogue = catalogue
        targets: list[Question | Ambiguous] = [*catalogue.questions, *catalogue.ambiguous]
        self._phrases = [
            (target, frozenset(self.tokens(bare)), bare)
            for target in targets
            for bare in (_bare(phrase) for phrase in target.phrases)
        ]
        owners = {(id(target), word) for target, words, _ in self._phrases for word in words}
        self._count = Counter(word for _, word in owners)
        self._targets = len(targets)

    def tokens(self, text: str) -> list[str]:
        """The words that carry the meaning, in one form each."""
        found = [self._form(word) for word in re.findall(r"[a-z0-9]+", plain(text.replace(CUSTOMER, " ")))]
        return [word for word in found if word not in STOP and (len(word) < 4 or _letters(word) not in SWAPPED)]

    def unknown(self, words: Iterable[str]) -> list[str]:
        """The words that no phrase has, not even misspelt."""
        return [word for word in words if self._known(word) is None]

    def rank(self, words: Sequence[str], text: str = "", *, of_customer: bool = False) -> list[Match]:
        """Every question and ambiguity with its score, best first."""
        asked = frozenset(self._known(word) or word for word in words)
        best: dict[int, Match] = {}
        for target, phrase, written in self._phrases:
            if of_customer != (isinstance(target, Question) and target.is_of_customer):
                continue
            score = self._score(asked, phrase) * (1 - ORDER + ORDER * fuzz.ratio(text, written) / 100)
            score += CLEAR if text and text == written else 0.0
            if id(target) not in best or score > best[id(target)].score:
                best[id(target)] = Match(target, score)
        return sorted(best.values(), key=lambda match: -match.score)

    def _score(self, asked: frozenset[str], phrase: frozenset[str]) -> float:
        if not asked or not phrase:
            return 1.0 if asked == phrase else 0.0
        shared = self._weight(asked & phrase)
        covered, said = shared / self._weight(asked), shared / self._weight(phrase)
        return 2 * covered * said / (covered + said) if shared else 0.0

    def _weight(self, words: Iterable[str]) -> float:
        return sum(math.log(1 + self._targets / self._count.get(word, 1)) for word in words)

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._count)

    @cache  # noqa: B019  one matcher lives as long as the process
    def _known(self, word: str) -> str | None:
        """The word as the phrases have it."""
        if word in self._count:
            return word
        if len(word) < 4:
            return None
        swapped = process.extractOne(word, self._vocabulary, scorer=OSA.distance, score_cutoff=1)
        if swapped and sorted(swapped[0]) == sorted(word):
            return str(swapped[0])
        found = process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=SAME)
        return str(found[0]) if found else None

    def _form(self, word: str) -> str:
        """Singular, and the one of several words for the same."""
        singular = word
        if len(word) > 3 and word.endswith("ies"):
            singular = f"{word[:-3]}y"
        elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            singular = word[:-1]
        return self._synonyms.get(singular, singular)


def _bare(phrase: str) -> str:
    """A phrase as what is left of a question looks: without the period and the customer's name."""
    text = plain(phrase.replace(CUSTOMER, " "))
    return " ".join(periods.find(text, date(2000, 12, 31), date(2000, 1, 1))[1].split())


@cache
def matcher() -> Matcher:
    from agents import questions

    return Matcher(questions.load())
