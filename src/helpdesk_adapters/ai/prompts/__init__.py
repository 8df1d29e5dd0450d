"""What models are told to do: one readable text for each task, with places in braces that are filled in."""

import re
from functools import cache
from importlib.resources import files


@cache
def template(name: str) -> str:
    """The text `<name>.txt` of this folder."""
    return files(__name__).joinpath(f"{name}.txt").read_text("utf-8")


def named(language: str | None) -> str:
    """A language as a prompt names it; whatever is no ISO 639-1 code is left to the model."""
    if language is None or re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?", language) is None:
        return "the language of the customer's message"
    name = _NAMES.get(language[:2].lower())
    return f"{name} ({language})" if name else f"the language with the code {language} (ISO 639-1)"


_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
