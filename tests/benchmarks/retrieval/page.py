"""Writes docs/reference/retrieval-quality.md from what is measured: see `__main__`."""

from collections.abc import Mapping

from helpdesk_core.knowledge.retrieval import ANSWERS, ANSWERS_BY_WORDS
from tests.benchmarks.retrieval.evaluation import Found_, Measured, measured
from tests.benchmarks.retrieval.evaluation_set import FOLDER, Kind, questions
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "retrieval-quality.md"
INTRODUCTION = """\
# How well answers are found

Suggested replies stand or fall with the passages that they rest on. So it is measured how well these are found, on an
evaluation set of our own writing: {articles} articles of a shop for lamps and of the software that steers them, in
English, German, French and Spanish, and {questions} questions of its customers, of which {nothing} have no answer
there. The set and the runner are in `tests/benchmarks/retrieval`; `.venv/bin/python -m tests.benchmarks.retrieval`
measures and writes this page. The articles are cut into passages as the desk cuts them. They are kept in memory; the
embedded store gives the same figures.

One half of the questions, every second of each kind, served to choose the constants: that of the reciprocal ranks, what
a title counts, what is taken off for a passage's being in the question's own language, and from when on something is an
answer. **All figures below are those of the other half**, except the last table's.

## Three ways

*Recall@3*: an article that answers is among the first three. *MRR*: the mean of 1 by the place of the first that does.
Both are of the questions that have an answer. *Precision*: of what is taken for an answer, that which answers.
*Answered*: of the questions that have an answer, those for which one is offered, right or wrong. *Abstained*: of the
questions that have none, those for which none is.

{ways}

Hybrid is what the desk does where the extra `ai` is installed, full text alone what it does without: then it suggests
less, and what it suggests is mostly right.

## By kind of question, hybrid

*Near*: some of the question's words stand in the article. *Far*: none of its telling words does. *Typos*: it is written
with errors. *Across*: the article is in another language.

{kinds}

## How the threshold was chosen

Something is taken for an answer from a likeness of {answers} on, the cosine of its vector and the question's, or when
at least {by_words:.0%} of the question's telling words stand in it, by their rarity. The first was chosen on the other
half so that nine of ten questions without an answer are given none there, and four fifths of what is offered are
right; the second so that words alone were never wrong there. This is what that half gives:

{chosen}

## What it does not do

- Questions without an answer that are close to what the articles are about are told apart by little: the model is
  small, and knows what a text is about better than what it says. An agent reads every suggestion before it leaves.
- Questions across languages are answered, but more often wrongly than others: what is in the customer's own language
  seems nearer than it is.
- Words are compared as they are written, without stems. Inflected forms, typing errors and scripts without blanks
  between words are found by the vectors only.
- {articles} articles are few. Among very many that are alike, the right one will be among the first three less often.
"""


def render(found: Mapping[str, Found_]) -> str:
    hybrid = found["hybrid"]
    return INTRODUCTION.format(
        articles=sum(path.read_text("utf-8").count("## ") for path in FOLDER.glob("articles.*.md")),
        questions=len(questions()),
        nothing=sum(one.kind is Kind.NOTHING for one in questions()),
        ways=_table("way", {name: measured(of) for name, of in found.items()}),
        kinds=_table("kind", {kind.value: measured(hybrid, [kind]) for kind in Kind}),
        chosen=_table("way", {name: measured(of, judged=False) for name, of in found.items()}),
        answers=ANSWERS,
        by_words=ANSWERS_BY_WORDS,
    )


def _table(first: str, rows: Mapping[str, Measured]) -> str:
    head = (
        f"| {first} | questions | recall@3 | MRR | precision | answered | abstained |\n"
        + "| --- " * 7
        + "|\n"
    )
    return head + "\n".join(f"| {name} | {one.questions} | {_told(one)} |" for name, one in rows.items())


def _told(one: Measured) -> str:
    figures = (one.recall, one.rank, one.precision, one.answered, one.abstained)
    return " | ".join("-" if figure is None else f"{figure:.2f}" for figure in figures)
