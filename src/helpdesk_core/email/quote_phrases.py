"""Phrases that mail programs write above what they quote, in the languages in which people write to us.

Each list is of words as programs write them (Outlook, Apple Mail, Gmail, Thunderbird, Yahoo, Lotus Notes, Yandex,
QQ, Naver …), not of words that a person might use in a sentence of their own.
"""

WROTE = (
    "wrote",
    "writes",
    "sent",
    "schrieb",
    "geschrieben",
    "schreibt",
    "ha escrito",
    "escrito",
    "scrive",
    "écrit",
    "skriver",
    "kirjutab",
    "a écrit",
    "a ecrit",
    "escribió",
    "escribio",
    "va escriure",
    "escreveu",
    "ha scritto",
    "schreef",
    "geschreven",
    "skrev",
    "skreiv",
    "kirjoitti",
    "kirjutas",
    "napisał",
    "napisała",
    "napisał(a)",
    "napisali",
    "pisze",
    "napsal",
    "napsala",
    "napsal(a)",
    "napísal",
    "napísal(a)",
    "je napisao",
    "je napisao/la",
    "je napisal",
    "je napisal/a",
    "napisao je",
    "napisala je",
    "napisao/la",
    "je napisala",
    "је написао",
    "је написао/ла",
    "írta",
    "ezt írta",
    "a scris",
    "написал",
    "написала",
    "написал(а)",
    "написав",
    "написала",
    "написав(-ла)",
    "написа",
    "пишет",
    "пише",
    "έγραψε",
    "yazdı",
    "şunları yazdı",
    "đã viết",
    "menulis",
    "skrifaði",
    "rakstīja",
    "rašė",
    "כתב",
    "כתבה",
    "כתב/ה",
    "كتب",
    "كتب/كتبت",
    "نوشت",
    "ने लिखा",
    "เขียน",
    "เขียนว่า",
    "写道",
    "寫道",
    "のメール",
    "のメッセージ",
    "さんは書きました",
    "さんが書きました",
    "님이 작성",
    "님이 씀",
    "작성",
    "쓴 글",
)
"""The verb of `On Monday … Ana wrote:`."""

ON = (
    "On",
    "Am",
    "Um",
    "Le",
    "El",
    "En",
    "Em",
    "A",
    "Il",
    "Op",
    "Den",
    "På",
    "W dniu",
    "Dnia",
    "Wiadomość napisana przez",
    "Missatge de",
    "Kuupäev",
    "Às",
    "No dia",
    "At",
    "Dne",
    "Dňa",
    "Dana",
    "U",
    "Pe",
    "În",
    "Στις",
    "Vào",
    "Pada",
    "На",
    "В",
    "Ngày",
    "בתאריך",
    "في",
    "در تاریخ",
    "ในวันที่",
    "在",
)
"""The word that such a line may begin with."""

QUOTING = (
    "Quoting",
    "Zitat von",
    "Citando a",
    "Citando",
    "Citat de",
    "Citation de",
    "Citerar",
    "Citerer",
    "Cytat",
)
"""What stands in the place of such a line where a program says only whom it quotes: `Zitat von Ana <ana@…>:`."""

FROM = (
    "From|Von|De|Da|Van|Fra|Från|Od|Lähettäjä|Feladó|Gönderen|Kimden|От|Від|Från|Από|Từ|Dari|Frá|No|Nuo"
    "|Saatja|De la|Од|จาก|از|Remitente|Expéditeur|Mittente|מאת|من|差出人|送信者|发件人|寄件者|寄件人"
    "|보낸 ?사람"
)
SENT = (
    "Sent|Date|Gesendet|Datum|Envoyé|Envoyée|Enviado(?: el)?|Enviada(?: em)?|Fecha|Data|Inviato|Verzonden"
    "|Sendt"
    "|Dato|Skickat|Wysłano|Wysłane|Odesláno|Odoslané|Poslano|Poslato|Lähetetty|Elküldve|Küldve|Dátum|Trimis"
    "|Gönderildi|Tarih|Изпратено|Послато|Enviat(?: el)?|Išsiųsta|Nosūtīts|Saadetud|Dikirim|ส่ง|วันที่"
    "|ارسال شده|تم الإرسال|שנשלח|Gönderme Tarihi|Отправлено|Дата|Надіслано|Στάλθηκε|Ημερομηνία|Ngày|Đã gửi"
    "|Terkirim"
    "|Tanggal|נשלח|תאריך|تاريخ|送信日時|日時|日付|发送时间|发送日期|日期|時間|보낸 ?날짜|날짜"
)
TO = (
    "To|An|À|A|Para|Aan|Til|Till|Do|Komu|Za|Pro|Vastaanottaja|Címzett|Către|Catre|Kime|Alıcı|Кому|Προς|Đến"
    "|Tới"
    "|Kepada|До|За|Per a|Kam|Adressaat|Prima|ถึง|به|Destinataire|Destinatario|אל|إلى|宛先|收件人|收件者"
    "|받는 ?사람"
)
SUBJECT = (
    "Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Emne|Ämne|Temat|Předmět|Predmet|Aihe|Tárgy"
    "|Subiect|Konu|Thema|Относно|Наслов|Zadeva|Naslov|Tēma|Teema|เรื่อง|Ogg|Тема|Θέμα|Chủ đề|Tiêu đề|Subjek"
    "|Perihal|נושא|الموضوع|件名|主题|主旨|제목"
)
COPY = "Cc|Bcc|Kopie|Kopia|Kopi|CC|DW|UDW|Копия|Copie|Copia|Tembusan|참조|抄送|副本|Reply-To|Importance|Organization"
"""What stands before the colons of a quoted message's headers; together they are a block."""

ORIGINAL = (
    "Original Message",
    "Original Appointment",
    "Original E-?mail",
    "Reply Message",
    "Original",
    "Ursprüngliche (?:Nachricht|E-?Mail)",
    "Originalnachricht",
    "Original-Nachricht",
    "Antwort Nachricht",
    "Message d[’']origine",
    "Message original",
    "Mensaje original",
    "Mensagem [Oo]riginal",
    "Messaggio originale",
    "Oorspronkelijk bericht",
    "Oprindelig (?:meddelelse|besked)",
    "Opprinnelig melding",
    "Ursprungligt meddelande",
    "Originalmeddelande",
    "Alkuperäinen viesti",
    "Wiadomość oryginalna",
    "Oryginalna wiadomość",
    "Původní (?:zpráva|e-?mail)",
    "Pôvodná správa",
    "Izvorna poruka",
    "Eredeti üzenet",
    "Mesaj original",
    "Orijinal (?:Mesaj|İleti)",
    "Исходное сообщение",
    "Оригинальное сообщение",
    "Αρχικό μήνυμα",
    "Thư gốc",
    "Pesan Asli",
    "הודעה מקורית",
    "الرسالة الأصلية",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
    "邮件原件",
    "원본 ?(?:메시지|메일)",
    "Message initial",
    "Оригинално съобщение",
    "Izvirno sporočilo",
    "Missatge original",
    "ข้อความต้นฉบับ",
    "Original message from .{1,80}",
)
"""What stands between dashes above a quoted message."""

ABOVE_THIS_LINE = (
    "(?:please )?(?:type|write|enter|add|send)? ?(?:your )?(?:reply|replies|response|comment) above this line.{0,60}",
    "reply above (?:the|this) (?:dotted )?line.{0,60}",
    "(?:bitte )?(?:antworten sie|ihre antwort|antwort) (?:bitte )?(?:über|oberhalb) dieser (?:zeile|linie).{0,40}",
    "(?:veuillez )?(?:répondre|répondez|saisir votre réponse) au[- ]dessus de cette ligne.{0,40}",
    "(?:por favor,? )?(?:responda|escriba su respuesta|responder) (?:por )?encima de esta línea.{0,40}",
    "(?:por favor,? )?(?:responda|digite sua resposta|escreva sua resposta) acima d?esta linha.{0,40}",
    "(?:rispondi|scrivi la tua risposta) (?:al di )?sopra (?:a )?questa (?:riga|linea).{0,40}",
    "(?:antwoord|typ uw antwoord|typ je antwoord) boven deze (?:regel|lijn).{0,40}",
)
"""What helpdesks write above the history that they send along."""
IN_ABOVE_THIS_LINE = (
    "above th",
    "dieser ",
    "cette ligne",
    "encima de esta",
    "esta linha",
    "questa ",
    "boven deze",
)
"""Each of them holds one of these: lines with none need no closer look."""

FORWARDED = (
    "Forwarded [Mm]essage",
    "Forwarded by .{1,100}",
    "Weitergeleitete (?:Nachricht|E-?Mail)",
    "Message transféré",
    "Message transmis",
    "Mensaje reenviado",
    "Mensagem (?:encaminhada|reencaminhada)",
    "Messaggio inoltrato",
    "Doorgestuurd bericht",
    "Videresendt (?:meddelelse|besked|melding)",
    "Vidarebefordrat meddelande",
    "Välitetty viesti",
    "Przekazana wiadomość",
    "Wiadomość przekazana",
    "Přeposlaná zpráva",
    "Továbbított üzenet",
    "Mesaj redirecționat",
    "İletilmiş mesaj",
    "Пересылаемое сообщение",
    "Пересланное сообщение",
    "Προωθημένο μήνυμα",
    "Thư chuyển tiếp",
    "Pesan terusan",
    "הודעה שהועברה",
    "転送メッセージ",
    "转发邮件",
    "轉寄郵件",
    "전달된 메시지",
)
"""The same above a message that is passed on: that one is what the sender wants to be read."""

FORWARDING = (
    "Begin forwarded message",
    "Anfang der weitergeleiteten (?:Nachricht|E-?Mail)",
    "Début du (?:message réexpédié|message transféré)",
    "Inicio del mensaje reenviado",
    "Início da mensagem (?:encaminhada|reencaminhada)",
    "Inizio messaggio inoltrato",
    "Begin doorgestuurd bericht",
    "Start på videresendt (?:besked|melding)",
    "Vidarebefordrat brev",
    "Początek przekazywanej wiadomości",
    "Начало переадресованного сообщения",
    "転送されたメッセージ",
    "下面是被转发的邮件",
)
"""Apple Mail's line above one, which ends with a colon."""
