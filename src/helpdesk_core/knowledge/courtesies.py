"""Courtesies: how letters begin and end in the languages of customers; what stands between them is the matter."""

import re

GREETINGS = (
    "hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hiya"
    "|hallo|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|moin|servus|grüezi|grüß gott"
    "|bonjour|bonsoir|salut|cher|chère|chers|madame|monsieur"
    "|hola|buenos días|buenas tardes|buenas noches|buenas|estimad[oa]s?|querid[oa]s?"
    "|ciao|buongiorno|buonasera|salve|gentile|egregio|caro|cara"
    "|olá|oi|bom dia|boa tarde|boa noite|prezad[oa]s?|car[oa]s?"
    "|beste|geachte|goedemorgen|goedemiddag|goedenavond|goedendag|hoi"
    "|hej|hei|kära|bästa|kære|kjære|god (?:morgen|dag|kveld)|terve|moi|hyvä"
    "|cześć|dzień dobry|witam|szanown[yaei]|drog[iae]|dobrý den|ahoj|vážen[ýáí]|kedves|tisztelt|bună ziua|merhaba"
    "|здравствуйте|добрый день|добрый вечер|привет|уважаем(?:ый|ая|ые)|доброго дня|вітаю"
    "|γεια σας|καλημέρα|καλησπέρα|您好|你好|尊敬的|こんにちは|안녕하세요|مرحبا|السلام عليكم|שלום"
)
CLOSINGS = (
    "(?:kind|best|warm|warmest|kindest)? ?regards|best(?: wishes)?|cheers|sincerely|all the best|take care"
    "|yours (?:sincerely|faithfully|truly)|(?:many )?thanks(?: again)?|thank you(?: (?:again|very much|so much))?|thx"
    "|have a (?:nice|great|good) (?:day|evening|weekend)"
    "|mit (?:freundlichen|besten|lieben|herzlichen) (?:grüßen|gruessen|grüssen)|mfg|lg|vg|gruß|schöne grüße"
    "|(?:viele|beste|liebe|freundliche|herzliche) grüße|(?:vielen|besten|herzlichen) dank|danke(?: schön)?"
    "|(?:bien )?cordialement|(?:sincères|meilleures) salutations|bien à vous|(?:belle|bonne) journée"
    "|merci(?: (?:beaucoup|d'avance|encore))?"
    "|(?:un )?(?:(?:cordial|atento) )?saludo|saludos(?: cordiales)?|atentamente|(?:muchas )?gracias(?: de antemano)?"
    "|cordiali saluti|distinti saluti|saluti|un saluto|grazie(?: mille)?"
    "|atenciosamente|cumprimentos|abraços|obrigad[oa]"
    "|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|(?:hartelijk |alvast )?bedankt"
    "|(?:med )?vänliga hälsningar|mvh|(?:med )?ven(?:n?)lig hilsen|hilsen|tack|tak|takk|ystävällisin terveisin"
    "|pozdrawiam|z poważaniem|dziękuję|s pozdravem|děkuji|üdvözlettel|köszönöm|cu stimă|mulțumesc"
    "|saygılarımla|teşekkürler|с уважением|спасибо|с найкращими побажаннями|дякую|με εκτίμηση|ευχαριστώ"
    "|此致|谢谢|よろしくお願いします|ありがとうございます|감사합니다|شكرا|תודה"
)

MOST_LINES_OF_END = 12
"""A letter's end has no more lines than these, the name and what stands under it among them."""
_OF_A_TITLE = r"(?:(?<=\b[mdhfs][rst])|(?<=\bmrs)|(?<=\bprof)|(?<=\bsra))\."
_GREETING = re.compile(
    rf"\s*(?:{GREETINGS})(?!\w)(?P<who>(?:(?! [-–—] )[^\n,!.:;?]|{_OF_A_TITLE}){{0,60}})"
    r"(?:(?P<mark>[,!.:;，！。]+| [-–—](?= ))|\s*\n|\s*\Z)\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"[ \t*_>-]*(?:{CLOSINGS})(?!\w)(?P<rest>[^\n]{{0,60}})\s*\Z", re.IGNORECASE)
_MOST_WORDS_OF_WHO = 6
_FEW = 3
"""Words of who is greeted, or greets, where no mark says that it ends there."""


def without_courtesies(text: str) -> str:
    """What a letter says, without its greeting, and without its end from `Best regards` on. Total.

    In doubt words stay; a letter that is nothing but courtesies is empty.
    """
    return _without_end(_without_greeting(text)).strip()


def _without_greeting(text: str) -> str:
    greeting = _GREETING.match(text)
    most = 0 if greeting is None else _MOST_WORDS_OF_WHO if greeting["mark"] else _FEW
    if greeting is None or len(greeting["who"].split()) > most:
        return text
    rest = text[greeting.end() :]
    return rest[:1].upper() + rest[1:]


def _without_end(text: str) -> str:
    lines = text.rstrip().split("\n")
    for at in range(max(0, len(lines) - MOST_LINES_OF_END), len(lines)):
        closing = _CLOSING.fullmatch(lines[at][:200])
        if closing is not None and len(lines[at]) <= 200:
            most = _FEW if at else 1  # a text that begins with one may well go on
            if _is_nothing_more(closing["rest"], most, lines[at + 1 :]):
                return "\n".join(lines[:at])
    return text


def _is_nothing_more(rest: str, most: int, below: list[str]) -> bool:
    """Whether a line that begins like an end is one: a name may follow, and lines as short as those of a signature."""
    bare = rest.strip(" ,.!;:-*_")
    if len(bare.split()) > most:
        return False
    return all(len(line.split()) <= 8 and not line.rstrip().endswith("?") for line in below)
