"""Phrases by which programs that answer in somebody's absence name their answers."""

import re

AUTO_REPLY_SUBJECT = re.compile(
    r"\W{0,3}(?:"
    # English, as Exchange, Gmail, Lotus Notes, vacation(1) and GroupWise write them
    r"auto(?:matic|mated|mated e?mail)?[- ]?(?:reply|response|answer|responder|acknowledge?ment)\b"
    r"|auto-?re: |(?-i:AUTO): |autoresponse|autorespuesta"
    r"|out of (?:the )?office\b(?! (?:hours|furniture|space|supplies))|ooo(?:: | re: )|away from (?:my"
    r"|the) (?:mail|desk|office|e-?mail)|vacation (?:reply|response|message|notice)"
    r"|on (?:vacation|annual leave|holiday)(?: until| from|\s*[:!-]|\s*\Z)|(?:i am|i'm"
    r"|i will be) (?:currently )?(?:out of|away|on (?:vacation|leave|holiday))"
    r"|[^:\n]{2,60}\b(?:is|will be) out of the office\b|[^:\n]{2,60}\bist (?:au(?:ß|ss)er haus"
    r"|nicht im haus)\b"
    r"|absence notification|away message|holiday (?:message|notice)\b"
    # German, Dutch, Scandinavian, Finnish
    r"|automatische (?:antwort|reactie|r[üu]ckmeldung|abwesenheit|empfangsbest)|autom\. antwort"
    r"|abwesenheits(?:notiz|nachricht|meldung|assistent)|abwesend\s*(?::|bis|vom|\Z)"
    r"|abwesenheit\s*(?::|bis|vom|\Z)|urlaubs(?:notiz|meldung)|nicht im b[üu]ro"
    r"|ich bin (?:nicht im b[üu]ro|im urlaub|abwesend)"
    r"|automatisch (?:antwoord|bericht)|afwezigheids|afwezig\s*(?::|tot|van|\Z)|niet aanwezig"
    r"|automatiskt? (?:svar|besked)|autosvar|autosvars|frånvaro(?:meddelande|\s*:)|ej på kontoret"
    r"|frav[æa]r(?:ende|sbesked|smelding)?\s*(?::|til|\Z)|frav[æa]rs(?:besked|melding)|ikke p[åa] kontoret"
    r"|ikke til stede"
    r"|automaattinen vastaus|poissaoloilmoitus"
    # French, Spanish, Portuguese, Italian, Romanian, Catalan
    r"|r[ée]ponse automatique|message d[’']absence|absence du bureau|absent(?:e)? du bureau|absence\s*:"
    r"|en cong[ée]s?\s*:"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente de la oficina|ausencia\s*:"
    r"|resposta autom[áàa]tica|aus[êe]ncia(?: tempor[áa]ria)?\s*:|fora do escrit[óo]rio"
    r"|risposta automatica|fuori (?:sede|ufficio)|assente dall[’']ufficio|r[ăa]spuns automat"
    r"|[îi]n afara biroului"
    # Slavic, Hungarian, Baltic, Greek, Turkish
    r"|automatyczna odpowied[źz]|odpowied[źz] automatyczna|autoodpowied[źz]|nieobecno[śs][ćc]\s*:|poza biurem"
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

# What follows is in small letters, to be looked for in texts in small letters.

SAYS_SO = re.compile(
    # English
    r"(?:this|the following) (?:is|was|e-?mail|message|mail|reply|response"
    r"|confirmation)[^.!?\n]{0,40}?\bauto(?:mat|-?gener|-?repl)"
    r"[a-z-]*(?: ?generated)?(?: e-?mail)?(?: (?:e-?mail|message|reply|response|notification|notice"
    r"|confirmation|answer|acknowledg))?"
    r"|\bauto(?:matic(?:ally)?|mated|-)[ -]?(?:generated )?(?:e-?mail |mail )?(?:reply|response|responder"
    r"|confirmation|message"
    r"|acknowledge?ment|notification) (?:to (?:confirm|let|acknowledge|inform|your)|from|that we|confirming)"
    r"|(?:do|please) not (?:reply|respond) to this (?:automated |automatic )?(?:e-?mail|message|mail)"
    r"|this (?:mailbox|inbox|e-?mail address|address) is (?:not|un)[ -]?(?:monitored|attended|checked|read)"
    # German, Dutch, Scandinavian, Finnish
    r"|(?:dies(?:es)?|diese (?:e-?mail|nachricht|antwort|mail))[^.!?\n]{0,40}\bautom(?:atisch|\.)"
    r"|automatische eingangsbest[äa]tigung|automatisch (?:generiert|erstellt|erzeugt|versandt"
    r"|versendet)e? (?:e-?mail|nachricht|antwort)"
    r"|(?:dit|deze (?:e-?mail|mail|reactie))[^.!?\n]{0,30}\bautomatisch"
    r"|(?:detta|dette|det här)[^.!?\n]{0,30}\bauto(?:matisk|svar|genere)|denne (?:e-?mail|mail|besked"
    r"|e-?post)[^.!?\n]{0,30}automatisk"
    r"|(?:tämä|tämän)[^.!?\n]{0,30}\bautomaatti"
    # French, Spanish, Portuguese, Italian, Romanian, Catalan
    r"|(?:ceci est|cet? (?:e-?mail|message|courriel)|il s[’']agit d[’']un)[^.!?\n]{0,40}\bautomati"
    r"|(?:merci|prière) de ne pas (?:y )?répondre|ne pas répondre à ce (?:message|courriel|mail)"
    r"|(?:est[ea]|el presente)[^.!?\n]{0,40}\bautomátic|no respond[ae]r? a este (?:correo|mensaje)"
    r"|(?:esta|este|isto)[^.!?\n]{0,30}\bautom[áa]tic|não respond[ae]r? (?:a )?est[ea] (?:e-?mail|mensagem)"
    r"|(?:questa?|questo è|la presente)[^.!?\n]{0,40}\bautomatic|non rispondere a questa? (?:e-?mail"
    r"|messaggio|mail)"
    r"|acest(?:a)?[^.!?\n]{0,30}\bautomat|aquest[^.!?\n]{0,30}\bautomàtic"
    # Slavic, Hungarian, Baltic, Greek, Turkish
    r"|(?:to jest|ta wiadomość|niniejsz)[^.!?\n]{0,50}\bautomatyczn"
    r"|wiadomość (?:została )?wygenerowana automatycznie"
    r"|(?:toto|tato|tento|táto)[^.!?\n]{0,30}\bautomatic|(?:ovo|ovaj|to) je automat"
    r"|(?:это|данное|настоящее|письмо|сообщение)[^.!?\n]{0,40}\bавтомат|(?:це|цей"
    r"|лист)[^.!?\n]{0,30}\bавтомат|това е автомат"
    r"|\bez (?:egy )?automatikus|automatikusan (?:küldött|generált)|(?:tai|šis)[^.!?\n]{0,20}\bautomat"
    r"|(?:αυτό|το παρόν)[^.!?\n]{0,30}\bαυτ[οό]ματ|\bbu[^.!?\n]{0,20}\botomatik"
    # Asian and Middle Eastern
    r"|(?:本|この|当)(?:電子)?(?:メール|メッセージ|返信)は、?[^。\n]{0,40}(?:自動|送信専用)|自動(?:返信|応答"
    r"|送信|配信)(?:メール)?(?:です|となり|にて|され|して)"
    r"|(?:这|這|此|本)(?:是|为|為|邮件|郵件|信)[^。\n]{0,20}(?:自动|自動|系统)(?:回复|回覆|发送|發送|应答"
    r"|答复|通知)"
    r"|(?:邮件|来信|郵件|來信)[^。\n]{0,10}已[经經]?收到[^。\n]{0,30}[尽盡]快|[请請]勿(?:直接)?(?:回复|回覆)"
    r"|(?:본|이) ?(?:이메일|메일|메시지)[은는이]?[^.\n]{0,30}(?:자동|발신 ?전용)|자동(?:으로)? ?(?:발송|응답"
    r"|회신)(?:된|되는|되었|입니다| 메일입)"
    r"|(?:đây là|thư này|email này)[^.\n]{0,30}tự động|(?:ini adalah|pesan ini|email ini)[^.\n]{0,30}otomatis"
    r"|อีเมล(?:ฉบับ)?นี้[^\n]{0,40}อัตโนมัติ"
    r"|(?:זוהי|זו|זאת|הודעה זו)[^.\n]{0,30}אוטומטי|(?:هذه|هذا)[^.\n]{0,30}(?:تلقائي|آلي)"
)
"""How a text calls itself automatic."""

SAYS_SO_STEMS = (
    "auto", "not reply", "not respond", "mailbox is", "inbox is", "address is", "ne pas", "no respond",
    "não respond", "non rispondere",
    "autom", "avtom", "авто", "αυτ", "otomatik", "自動", "自动", "専用", "系统", "收到", "勿", "자동", "전용",
    "tự động", "otomatis",
    "อัตโนมัติ", "אוטומטי", "تلقائي", "آلي",
)  # fmt: skip
"""One of these is in every such text."""

ACKNOWLEDGES = re.compile(
    r"(?:your (?:support )?(?:request|ticket|case|enquiry|inquiry|query|message"
    r"|e-?mail) (?:#?\S{1,30} )?(?:has been|was) (?:successfully )?"
    r"(?:received|created|registered|logged|opened)\b|an? (?:new )?(?:support )?(?:ticket"
    r"|case) (?:#?\S{1,30} )?has been (?:created|opened|logged)"
    r"|ihre (?:anfrage|nachricht|e-?mail) (?:ist|wurde)[^.!?\n]{0,40}(?:eingegangen|erfasst|registriert"
    r"|angelegt)"
    r"|votre (?:demande|message) a (?:bien )?été (?:reçue?|enregistrée?|prise? en compte)"
    r"|nous accusons réception"
    r"|su (?:solicitud|consulta|mensaje) ha sido (?:recibid|registrad)[oa]|sua (?:solicitação"
    r"|mensagem) foi (?:recebida|registrada)"
    r"|la (?:sua|tua|vostra) richiesta è stata (?:ricevuta|registrata|presa in carico)"
    r"|uw (?:aanvraag|verzoek|melding|bericht) (?:is|werd)[^.!?\n]{0,30}(?:ontvangen|geregistreerd)"
    r")"
)
"""How other helpdesks say that a mail has arrived."""

RECEIPT = re.compile(
    r"\A\s*(?:your message|ihre nachricht|votre message|su mensaje|sua mensagem|il (?:tuo"
    r"|suo) messaggio)\b[^?]{0,400}"
    r"\b(?:was (?:read|deleted)|wurde[^\n]{0,60}(?:gelesen|gelöscht)|a été lu|se leyó|fue leído|foi lida"
    r"|è stato letto)"
)
"""How a program tells that somebody has read a mail."""

ABSENT = re.compile(
    r"\b(?:i am|i'm|i’m|i will be|i'll be|i have been|we are) (?:currently |presently |now "
    r"|also )?(?:out of (?:the )?office(?! (?:supplies|chairs|paper|space|furniture))"
    r"|out of (?:town|the country)[^.!?\n]{0,40}\b(?:until|till|from|and|with)\b|away (?:from (?:the"
    r"|my) (?:office|desk|e-?mail)|on )|on (?:annual |maternity |paternity |parental |sick |medical "
    r"|family )?(?:leave|vacation"
    r"|holidays?)|travell?ing|not in the office|unavailable)|\b(?:our|the) office is closed\b"
    r"|\b(?:ich|wir)\b(?:[^.!?\n]|\d\.){0,60}\b(?:nicht im (?:büro|haus)|im urlaub|auf urlaub|in urlaub"
    r"|in elternzeit|im mutterschutz|abwesend|außer haus"
    r"|nicht erreichbar|nicht verfügbar|auf dienstreise)\b|\b(?:nicht im (?:büro|haus)|im urlaub|abwesend"
    r"|außer haus)\b[^.!?\n]{0,20}\bich\b"
    r"|\bbin ich\b(?:[^.!?\n]|\d\.){0,40}\b(?:nicht im (?:büro|haus)|im urlaub|abwesend|nicht erreichbar)\b"
    r"|\bich bin (?:erst )?(?:am|ab) [^.!?\n]{0,5}[\d. ]{2,12}[^.!?\n]{0,12}wieder (?:im büro )?(?:erreichbar"
    r"|für sie da)"
    r"|\bunser (?:büro|betrieb) (?:ist|bleibt)[^.!?\n]{0,60}geschlossen"
    r"|\bje (?:suis|serai)[^.!?\n]{0,40}\b(?:absente?|en (?:congé|vacances|déplacement|arrêt))"
    r"|nos bureaux (?:sont|seront) fermés"
    r"|\b(?:estoy|estaré|me encuentro|me encontraré|estamos)[^.!?\n]{0,40}\b(?:fuera de (?:la )?oficina"
    r"|de vacaciones|ausente|de baja|de viaje)"
    r"|\b(?:estou|estarei|encontro-me|estaremos)[^.!?\n]{0,40}\b(?:fora do escritório|de férias|ausente"
    r"|em licença|de licença)"
    r"|\b(?:sono|sarò|saremo|siamo)[^.!?\n]{0,30}\b(?:fuori (?:sede|ufficio)|in ferie|assent[ei]|in vacanza"
    r"|in trasferta|in maternità)"
    r"|\bik ben[^.!?\n]{0,40}\b(?:afwezig|niet aanwezig|(?:met|op) (?:vakantie|verlof)|niet op kantoor"
    r"|buiten kantoor)"
    r"|\bsunt[^.!?\n]{0,30}\b(?:în concediu|plecat|absent)|\b(?:sóc|estic) (?:fora de l[’']oficina"
    r"|de vacances)"
    r"|\b(?:jag är|jag kommer att vara)[^.!?\n]{0,30}\b(?:inte på (?:kontoret|plats)|på semester|tjänstledig"
    r"|föräldraledig|ledig|bortrest)"
    r"|\bjeg (?:er|holder)[^.!?\n]{0,30}\b(?:ikke (?:på|til stede på) kontoret|på ferie|ferie|fraværende"
    r"|ude af kontoret|bortreist|på barsel|permisjon)"
    r"|\bolen[^.!?\n]{0,30}\b(?:lomalla|poissa|vapaalla|työmatkalla|äitiyslomalla)"
    r"|\b(?:przebywam|jestem|będę)[^.!?\n]{0,30}\b(?:na urlopie|nieobecn|poza biurem|na zwolnieniu)"
    r"|\b(?:jsem|som|čerpám|budu|budem)[^.!?\n]{0,30}\b(?:dovolen|mimo kancelář|mimo kancelári|nepřítom"
    r"|neprítom)|\bmám dovolenou"
    r"|\bя[^.!?\n]{0,30}(?:в отпуске|отсутству|в командировке|не в офисе|у відпустці|відсутн)"
    r"|\bменя[^.!?\n]{0,20}(?:нет|не будет) (?:в офисе|на (?:рабочем )?месте)"
    r"|нахожусь в (?:отпуске|командировке)|перебуваю у відпустці"
    r"|\b(?:na (?:godišnjem|godisnjem)(?: sam)? odmoru|na dopustu|nisam u uredu|nisem v pisarni|в отпуск съм"
    r"|на годишњем одмору)"
    r"|szabadságon (?:vagyok|leszek)|házon kívül|nem vagyok (?:az )?irodá|nem tartózkodom"
    r"|(?:απουσιάζω|θα απουσιάζω|είμαι (?:σε άδεια|εκτός γραφείου)|βρίσκομαι σε άδεια)"
    r"|ofis dışında|izindeyim|izinliyim|yıllık izin|tatildeyim|(?:esu|būsiu) atostog|(?:esmu"
    r"|būšu) atvaļinājum|olen puhkusel"
    r"|休暇(?:を(?:いただ|頂|取得)|中)|不在(?:に|と|の(?:ため|為))|休業(?:いた|と|期間)|出張(?:中|のため"
    r"|で不在)"
    r"|(?:休假|度假|出差|外出|放假|请假|請假)(?:中|期[间間]|[，。,])|不在(?:办公室|辦公室|公司)|(?:在"
    r"|正在)(?:休假|度假|出差)"
    r"|(?:휴가|부재|출장|연차) ?(?:중|기간)|(?:đang|sẽ) (?:nghỉ (?:phép|lễ)|đi công tác)|(?:sedang"
    r"|akan) (?:cuti|berlibur|dinas luar)"
    r"|(?:נמצאת?|אני) (?:ב)?(?:חופש|חופשה|מחוץ למשרד)|אני[^.\n]{0,20}בחופש|(?:في إجازة|خارج المكتب)"
    r"|(?:ลาพักร้อน|ไม่อยู่ที่สำนักงาน)|در مرخصی"
)
"""How somebody who is away says so."""

ABSENT_STEMS = (
    "out of ", "away", " on ", "leave", "vacation", "holiday", "travel", "not in the office", "unavailable",
    "closed",
    "büro", "haus", "urlaub", "elternzeit", "mutterschutz", "abwesend", "erreichbar", "verfügbar",
    "dienstreise",
    "absent", "congé", "vacances", "déplacement", "arrêt", "fermés", "oficina", "vacaciones", "ausente",
    "de baja", "de viaje",
    "escritório", "férias", "licença", "fuori", "ferie", "assent", "vacanza", "trasferta", "maternità",
    "wezig", "vakantie",
    "verlof", "kantoor", "concediu", "plecat", "kontor", "semester", "ledig", "bortre", "fravær", "barsel",
    "permisjon", "plats",
    "loma", "poissa", "vapaalla", "työmatkalla", "urlopie", "nieobecn", "biurem", "zwolnieniu", "dovolen",
    "kancel", "tomen",
    "отпуск", "отсутств", "командировк", "офис", "месте", "відпустц", "відсутн", "odmor", "dopust", "uredu",
    "pisarni", "одмор",
    "szabadság", "kívül", "irodá", "tartózkod", "απουσ", "άδεια", "γραφείου", "izin", "tatil", "ofis",
    "atostog", "atvaļ",
    "puhkusel", "休", "不在", "出張", "出差", "外出", "假", "휴가", "부재", "출장", "연차", "nghỉ",
    "công tác", "cuti", "libur",
    "dinas", "חופש", "מחוץ", "إجازة", "المكتب", "ลา", "ไม่อยู่", "مرخصی",
)  # fmt: skip
"""One of these is in every such text."""

UNTIL = re.compile(
    r"\b(?:until|till|through|return|returning|(?:be|am|i'm) back|back (?:on|in)|no access|limited access"
    r"|access to (?:my )?e-?mail|urgent|in my absence"
    r"|as soon as|starting|from \w{3,9} \d|between|bis|zurück|wieder (?:im|da|er)|ab (?:dem|\d)|vom \d"
    r"|dringend|vertret|weitergeleitet"
    r"|jusqu|de retour|retour le|urgen|en mon absence|inclus|hasta|regres|volver|retom|até|volt|retorn|dia \d"
    r"|fino (?:al?|a)|rientr|torner|dal \d"
    r"|tot (?:en met|\d|\w+dag)|terug|spoed|till(?: och med)?|tillbaka|åter|brådskande|förrän|indtil"
    r"|til(?: og med)?|tilbage|tilbake|haster|før"
    r"|asti|saakka|palaan|takaisin|kiireelli|do \d|wrac|wróc|piln|powr|w dniach|vrát|zpět|späť|naléhav|do"
    r"|vissza|sürgős|-?ig\b|până|reveni|întorc"
    r"|έως|μέχρι|επιστρ|επείγ|kadar|dön|acil|iki|līdz|kuni)|\d{1,2}[^\n]{0,8}-ig|до |верн|срочн|поверн"
    r"|термінов|עד|אחזור|דחוף|حتى|أعود|عاجل"
    r"|まで|以降|復帰|戻り|緊急|至急|[至到]\d|返回|回来|回來|[尽盡]快|紧急|緊急|期间|期間|结束后|까지|복귀"
    r"|이후|긴급|đến|trở lại|khẩn"
    r"|sampai|hingga|kembali|mendesak|จนถึง|تا "
)
"""Until when, or what to do meanwhile: who says this too is no customer who mentions a holiday."""
