"""Phrases by which programs that answer in somebody's absence name their answers."""

import re

AUTO_REPLY_SUBJECT = re.compile(
    r"\W{0,3}(?:"
    # English, as Exchange, Gmail, Lotus Notes, vacation(1) and GroupWise write them
    r"auto(?:matic|mated|mated e?mail)?[- ]?(?:reply|response|answer|responder|acknowledge?ment)\b"
    r"|auto(?:-?re)?: |autoresponse|autorespuesta"
    r"|out of (?:the )?office\b(?! (?:hours|furniture|space|supplies))|ooo: |away from (?:my"
    r"|the) (?:mail|desk|office|e-?mail)|vacation (?:reply|response|message|notice)"
    r"|on (?:vacation|annual leave|holiday)(?: until| from|\s*[:!-]|\s*\Z)|(?:i am|i'm"
    r"|i will be) (?:currently )?(?:out of|away|on (?:vacation|leave|holiday))"
    r"|absence notification|away message|holiday (?:message|notice)\b"
    # German, Dutch, Scandinavian, Finnish
    r"|automatische (?:antwort|r[üu]ckmeldung|abwesenheit|empfangsbest)|autom\. antwort"
    r"|abwesenheits(?:notiz|nachricht|meldung|assistent)|abwesend\s*(?::|bis|vom|\Z)"
    r"|abwesenheit\s*(?::|bis|vom|\Z)|urlaubs(?:notiz|meldung)|nicht im b[üu]ro"
    r"|ich bin (?:nicht im b[üu]ro|im urlaub|abwesend)"
    r"|automatisch (?:antwoord|bericht)|afwezigheids|afwezig\s*(?::|tot|van|\Z)|niet aanwezig"
    r"|automatisk (?:svar|besked)|autosvar|autosvars|frånvaro(?:meddelande|\s*:)|ej på kontoret"
    r"|frav[æa]r(?:sbesked|smelding|\s*:)|ikke p[åa] kontoret|ikke til stede"
    r"|automaattinen vastaus|poissaoloilmoitus"
    # French, Spanish, Portuguese, Italian, Romanian, Catalan
    r"|r[ée]ponse automatique|message d[’']absence|absence du bureau|absent(?:e)? du bureau|absence\s*:"
    r"|en cong[ée]s?\s*:"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente de la oficina|ausencia\s*:"
    r"|resposta autom[áa]tica|aus[êe]ncia(?: tempor[áa]ria)?\s*:|fora do escrit[óo]rio"
    r"|risposta automatica|fuori (?:sede|ufficio)|assente dall[’']ufficio|r[ăa]spuns automat"
    r"|[îi]n afara biroului"
    # Slavic, Hungarian, Baltic, Greek, Turkish
    r"|automatyczna odpowied[źz]|autoodpowied[źz]|nieobecno[śs][ćc]\s*:|poza biurem"
    r"|automatick[áa] odpov[ěe][ďd]|mimo kancel[áa][řr]|automatsk[io] odgovor|samodejni odgovor"
    r"|автоматический ответ|автоответ|автоматична відповідь|автоматичен отговор|отсутствие в офисе"
    r"|вне офиса|нет на месте|automatikus v[áa]lasz|h[áa]zon k[íi]v[üu]l"
    r"|autom[āa]tisk[āa] atbilde|automatinis atsakymas|automaatvastus|αυτόματη απάντηση|εκτός γραφείου"
    r"|otomatik (?:yan[ıi]t|cevap)|ofis d[ıi][şs][ıi]nda"
    # Asian and Middle Eastern
    r"|自動(?:返信|応答|回覆|回复)|不在通知|不在の(?:お知らせ|連絡)|【?不在】|自动(?:回复|答复|应答)"
    r"|外出(?:自动)?(?:回复|回覆)|不在办公室|자동 ?(?:회신|응답|답장)|부재 ?중"
    r"|trả lời tự động|tự động trả lời|balasan otomatis|jawapan automatik|ตอบกลับอัตโนมัติ"
    r"|ตอบรับอัตโนมัติ|תשובה אוטומטית|מענה אוטומטי|رد تلقائي|الرد التلقائي|خارج المكتب|پاسخ خودکار"
    r")",
    re.IGNORECASE,
)
"""How the subjects of such answers begin; `Re: Out of office` is a person's."""

AUTO_REPLY_TEXT = re.compile(
    r"(?:(?:hi|hello|dear|hallo|guten tag|bonjour|hola)\b[^\n]{0,60}\n\s*+|(?:thank you|thanks"
    r"|many thanks) for[^\n.!]{0,80}[.!]\s++"
    r"|vielen dank für[^\n.!]{0,80}[.!]\s++|merci (?:pour|de)[^\n.!]{0,80}[.!]\s++"
    r"|gracias por[^\n.!]{0,80}[.!]\s++){0,3}"
    r"(?:this is an? (?:auto(?:matic|mated|matically generated)|auto-?) ?(?:reply|response|e-?mail"
    r"|message|notification|answer)"
    r"|(?:please note (?:that )?)?(?:i am|i'm|i’m|i will be|i'll be|i have been) (?:currently "
    r"|presently |now )?(?:out of (?:the )?(?:office|town|country)|away from (?:the|my) (?:office|desk"
    r"|e-?mail)"
    r"|on (?:annual |maternity |paternity |parental |sick |medical )?(?:leave|vacation|holidays?))"
    r"|dies(?:es)? ist eine automatisch|ich bin (?:derzeit |zurzeit |zur zeit |momentan |aktuell "
    r"|bis (?:zum )?[\d.]{3,10} |ab [\d.]{3,10} )?(?:nicht im (?:büro|haus)|im urlaub|abwesend"
    r"|außer haus)"
    r"|ceci est (?:un message|une réponse) automatique|je suis (?:actuellement )?(?:absent|en congé"
    r"|en vacances)|je serai absent"
    r"|(?:este|esta) es un[ao]? (?:mensaje|respuesta|correo) automátic|(?:estoy"
    r"|estaré) (?:actualmente )?(?:fuera de la oficina|de vacaciones|ausente)"
    r"|esta é uma (?:mensagem|resposta) automática|estou (?:fora do escritório|de férias|ausente)"
    r"|sono (?:attualmente )?(?:fuori (?:sede|ufficio)|in ferie|assente)"
    r"|ik ben (?:momenteel |op dit moment )?(?:afwezig|niet aanwezig|met vakantie|op vakantie)"
    r"|jag är (?:för närvarande )?(?:inte på kontoret|på semester|ledig)"
    r"|jeg er (?:ikke på kontoret|på ferie|fraværende)|(?:przebywam na urlopie|jestem nieobecn)"
    r"|я (?:в отпуске|отсутствую))",
    re.IGNORECASE,
)
"""How the texts of such answers begin, behind a greeting and thanks."""
