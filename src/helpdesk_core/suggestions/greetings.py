"""How a reply begins and ends, in the customer's language and in the tone in which they write."""

import re
from enum import StrEnum
from typing import Final

from attrs import frozen

LONGEST_NAME: Final = 60


class Tone(StrEnum):
    """How people are addressed. The NEUTRAL one suits everybody who does not write formally."""

    FORMAL = "formal"
    NEUTRAL = "neutral"


@frozen
class Courtesies:
    """Of one language. Of `leads` and `ends` there are three each, so that three replies differ."""

    formal: tuple[str, str]
    """With a name, and without."""
    neutral: tuple[str, str]
    leads: tuple[str, str, str]
    ends: tuple[str, str, str]
    farewells: tuple[str, str]
    """Formal, and neutral."""
    elsewhere: str
    """Says that what follows is in another language."""


def tone_of(text: str) -> Tone:
    """The tone in which somebody writes, by their greeting. Total."""
    return Tone.FORMAL if _FORMAL.match(text[:200]) else Tone.NEUTRAL


def courtesies_of(language: str | None) -> Courtesies:
    """Those of the language, by its ISO 639-1 code; of one that is not known the English ones."""
    return _OF.get((language or "").lower()[:2], _OF["en"])


def opening(language: str | None, name: str | None, tone: Tone) -> str:
    """The line of greeting."""
    courtesies = courtesies_of(language)
    named, nameless = courtesies.formal if tone is Tone.FORMAL else courtesies.neutral
    called = called_by(name, tone, language)
    return named.format(name=called) if called else nameless


def farewell(language: str | None, tone: Tone) -> str:
    """The line above the name of whoever writes."""
    formal, neutral = courtesies_of(language).farewells
    return formal if tone is Tone.FORMAL else neutral


def called_by(name: str | None, tone: Tone, language: str | None = None) -> str | None:
    """By what somebody is greeted: formally by the whole name, else by the given one, where two or three words of the
    usual order show which it is. None for what is no name of a person.
    """
    whole = " ".join((name or "").split())
    if not whole or len(whole) > LONGEST_NAME or not _NAME.fullmatch(whole):
        return None
    words = whole.split()
    plain = tone is Tone.NEUTRAL and language != "ja" and 2 <= len(words) <= 3 and len(words[0]) > 2
    return words[0] if plain and not words[0].endswith(".") and whole != whole.upper() else whole


_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|\.(?= |\Z)|[ '’\-·](?=[^\W\d_]))*")
_FORMAL = re.compile(
    r"\s*(?:dear (?:sir|madam|mr|mrs|ms)|to whom|sehr geehrte|madame|monsieur|estimad|muy señor|distinguid"
    r"|egregi|spett|gentil|geachte|prezad|exm|szanown|拝啓)",
    re.IGNORECASE,
)

_OF: Final = {
    "en": Courtesies(
        ("Dear {name},", "Dear Sir or Madam,"),
        ("Hello {name},", "Hello,"),
        ("Thank you for your message.", "Thank you for getting in touch.", "Thank you for writing to us."),
        (
            "If anything remains unclear, simply reply to this message.",
            "Should this not answer your question, please let us know.",
            "We are happy to help with anything else.",
        ),
        ("Yours sincerely,", "Kind regards,"),
        "We have this in another language only so far. Here it is as it was written:",
    ),
    "de": Courtesies(
        ("Guten Tag {name},", "Sehr geehrte Damen und Herren,"),
        ("Hallo {name},", "Hallo,"),
        ("vielen Dank für die Nachricht.", "danke für die Anfrage.", "gern helfen wir weiter."),
        (
            "Ist noch etwas unklar, genügt eine Antwort auf diese Nachricht.",
            "Hilft das nicht weiter, bitte einfach kurz antworten.",
            "Für weitere Fragen sind wir gern da.",
        ),
        ("Mit freundlichen Grüßen", "Viele Grüße"),
        "Dazu gibt es bei uns bisher nur einen Text in einer anderen Sprache. Hier ist er im Wortlaut:",
    ),
    "fr": Courtesies(
        ("Bonjour {name},", "Madame, Monsieur,"),
        ("Bonjour {name},", "Bonjour,"),
        ("Merci pour votre message.", "Nous vous remercions de votre demande.", "Merci de nous avoir écrit."),
        (
            "Si un point reste à éclaircir, il suffit de répondre à ce message.",
            "Si cela ne répond pas à votre question, n'hésitez pas à nous le dire.",
            "Nous restons à votre disposition pour toute autre question.",
        ),
        ("Avec nos salutations distinguées,", "Cordialement,"),
        "Nous n'avons pour l'instant cette information que dans une autre langue. La voici telle quelle :",
    ),
    "es": Courtesies(
        ("Estimado/a {name}:", "Buenos días:"),
        ("Hola, {name}:", "Hola:"),
        (
            "Muchas gracias por el mensaje.",
            "Gracias por escribirnos.",
            "Gracias por ponerse en contacto con nosotros.",
        ),
        (
            "Si queda alguna duda, basta con responder a este mensaje.",
            "Si esto no resuelve la consulta, estaremos encantados de ayudar.",
            "Quedamos a disposición para cualquier otra pregunta.",
        ),
        ("Atentamente,", "Un saludo,"),
        "De momento solo tenemos esta información en otro idioma. Aquí está tal como se escribió:",
    ),
    "it": Courtesies(
        ("Gentile {name},", "Gentile cliente,"),
        ("Buongiorno {name},", "Buongiorno,"),
        ("grazie per il messaggio.", "grazie per averci scritto.", "siamo lieti di poter aiutare."),
        (
            "Se qualcosa non è chiaro, basta rispondere a questo messaggio.",
            "Se questo non risolve la questione, basta farcelo sapere.",
            "Restiamo a disposizione per qualsiasi altra domanda.",
        ),
        ("Distinti saluti", "Cordiali saluti"),
        "Per ora abbiamo questa informazione solo in un'altra lingua. Eccola così come è stata scritta:",
    ),
    "nl": Courtesies(
        ("Geachte {name},", "Geachte heer of mevrouw,"),
        ("Hallo {name},", "Hallo,"),
        ("Bedankt voor het bericht.", "Dank voor de vraag.", "Fijn dat we kunnen helpen."),
        (
            "Is er nog iets onduidelijk? Een antwoord op dit bericht is genoeg.",
            "Helpt dit niet verder, dan horen we dat graag.",
            "Bij andere vragen helpen we graag.",
        ),
        ("Hoogachtend,", "Met vriendelijke groet,"),
        "We hebben dit tot nu toe alleen in een andere taal. Hier staat het zoals het geschreven is:",
    ),
    "pt": Courtesies(
        ("Prezado(a) {name},", "Prezado(a) cliente,"),
        ("Olá, {name},", "Olá,"),
        ("Obrigado pela mensagem.", "Agradecemos a mensagem.", "Obrigado por nos escrever."),
        (
            "Se restar alguma dúvida, basta responder a esta mensagem.",
            "Se isto não resolver, teremos todo o gosto em ajudar.",
            "Estamos à disposição para qualquer outra questão.",
        ),
        ("Atenciosamente,", "Cumprimentos,"),
        "Por enquanto temos esta informação apenas em outra língua. Aqui está tal como foi escrita:",
    ),
    "pl": Courtesies(
        ("Dzień dobry, {name},", "Szanowni Państwo,"),
        ("Dzień dobry, {name},", "Dzień dobry,"),
        ("dziękujemy za wiadomość.", "dziękujemy za kontakt.", "chętnie pomożemy."),
        (
            "Jeśli coś pozostaje niejasne, wystarczy odpowiedzieć na tę wiadomość.",
            "Jeśli to nie pomoże, prosimy o krótką odpowiedź.",
            "Chętnie odpowiemy na inne pytania.",
        ),
        ("Z poważaniem", "Pozdrawiamy"),
        "Na razie mamy tę informację tylko w innym języku. Oto jej oryginalny tekst:",
    ),
    "sv": Courtesies(
        ("Bästa {name},", "Hej,"),
        ("Hej {name},", "Hej,"),
        ("Tack för meddelandet.", "Tack för frågan.", "Tack för att du hör av dig."),
        (
            "Är något fortfarande oklart räcker det att svara på det här meddelandet.",
            "Hör gärna av dig om det här inte hjälper.",
            "Vi hjälper gärna till med annat också.",
        ),
        ("Med vänliga hälsningar", "Vänliga hälsningar"),
        "Det här har vi än så länge bara på ett annat språk. Här är det som det skrevs:",
    ),
    "da": Courtesies(
        ("Kære {name},", "Hej,"),
        ("Hej {name},", "Hej,"),
        ("Tak for beskeden.", "Tak for henvendelsen.", "Tak for spørgsmålet."),
        (
            "Er noget stadig uklart, er et svar på denne besked nok.",
            "Hjælper det ikke, hører vi gerne fra dig.",
            "Vi hjælper også gerne med andet.",
        ),
        ("Med venlig hilsen", "Venlig hilsen"),
        "Det har vi indtil videre kun på et andet sprog. Her er det, som det blev skrevet:",
    ),
    "ja": Courtesies(
        ("{name} 様", "お客様"),
        ("{name} 様", "お客様"),
        (
            "お問い合わせいただき、ありがとうございます。",
            "ご連絡いただき、ありがとうございます。",
            "メッセージをお送りいただき、ありがとうございます。",
        ),
        (
            "ご不明な点がございましたら、このメッセージにご返信ください。",
            "これで解決しない場合は、お知らせください。",
            "ほかにもご質問がございましたら、お気軽にお尋ねください。",
        ),
        ("何卒よろしくお願いいたします。", "よろしくお願いいたします。"),
        "この件については、現在ほかの言語の資料しかございません。原文のままご案内いたします。",
    ),
}

LANGUAGES: Final = frozenset(_OF)
"""Those in which a reply can begin and end."""
