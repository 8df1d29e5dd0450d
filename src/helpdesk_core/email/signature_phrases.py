"""Phrases that devices, programs and virus scanners write under a mail in the languages of their users."""

SENT_FROM = (
    "Sent (?:from|via|with|using)",
    "Gesendet (?:von|mit|aus)",
    "Von meinem .{1,30} gesendet",
    "Diese Nachricht wurde von meinem",
    "Envoyé (?:depuis|de|à partir de|avec)",
    "Enviado (?:desde|de|do|a partir d[eo]|com|via|a través)",
    "Enviat des d",
    "Enviada (?:do|de)",
    "Inviato (?:da|dal|con)",
    "Verzonden (?:vanaf|met|vanuit)",
    "Verstuurd vanaf",
    "Sendt (?:fra|med|via)",
    "Skickat från",
    "Lähetetty",
    "Wysłano z",
    "Wysłane z",
    "Odesláno z",
    "Odoslané z",
    "Poslano (?:s|z|sa|iz)",
    "Küldve",
    "Elküldve",
    "Изпратено от",
    "Saadetud",
    "Nosūtīts no",
    "Išsiųsta iš",
    "Trimis de pe",
    "Отправлено (?:с|из|от)",
    "Надіслано (?:з|із)",
    "Στάλθηκε από",
    "(?:Đã )?[Gg]ửi từ",
    "Dikirim dari",
    "نُرسلت من|أُرسلت من|تم الإرسال من",
    "נשלח מ",
    "Get Outlook for",
    "Outlook für (?:Android|iOS) (?:beziehen|herunterladen)",
    "Obtenir Outlook pour",
    "Obtener Outlook para",
    "Scarica Outlook per",
    "Outlook voor .{1,20} downloaden",
    "Hent Outlook",
    "Hämta Outlook",
    "发送自",
    "发自我的",
    "發自我的",
    "来自我的",
    "从我的",
    "나의 .{1,30}에서 보냄",
    "내 .{1,30}에서 보냄",
)
"""How a device's or a program's own line under a mail begins."""

SENT_AT_THE_END = (
    "gesendet|gönderildi|küldve|küldtem|傳送|发送|から送信|보냄|を入手|다운로드|edinin|beziehen|herunterladen"
    "|abrufen|downloaden"
)
"""How such a line ends in languages whose verbs come last."""

GET_A_PROGRAM = (
    "Get|Holen Sie sich|Laden Sie|Obtenir|Télécharger|Obtener|Obtén|Obter|Obtenha|Baixar|Ottieni|Scarica"
    "|Download|Hent|Hämta"
    "|Få|Hanki|Pobierz|Stáhnout|Získat|Descărcați|Obțineți|Λήψη|Скачать|Получить|Завантажити|Dapatkan|Tải"
    "|获取|取得|下载|下載"
    "|قم بالحصول|احصل"
)
"""How a program's line begins that invites the reader to get it too."""

DEVICES = (
    r"i(?:Phon|Pad|OS)|Galaxy|Samsung|Android|BlackBerry|Huawei|Xiaomi|Outlook|Windows|Proton ?Mail|GMX"
    r"|WEB\.DE|Mailspring"
    "|Tutanota|Yahoo|Zoho|Superhuman"
)
"""What is named in such lines, and makes plain that they are none of the writer's own."""

DEVICES_OR_MINE = (
    DEVICES + "|phone|Handy|mobil|телефон|Mail|AOL|Spark|Front|HEY|Posta|Poczt|Pošt|Почт|Sähköposti|E-post"
    "|Courrier|Correo|Correio|"
    r"\b(?:my|meinem?|meiner|mon|ma|mi|meu|minha|mio|mia|mijn|min|mitt|mojego|mojej|mého|mojega|mog|mana|mano"
    r"|minu|моего|моей|мого"
    r"|моя|μου|saya|tôi)\b|我的|나의|내 |שלי|هاتفي"
)
"""What such lines name in any case: a device or a program, or that it is one's own."""

CHECKED_FOR_VIRUSES = (
    r"(?:Virus-free|Virenfrei|Sans virus|Libre de virus|Livre de vírus|Senza virus|Virusvrij|Без вирусов"
    r"|Garanti sans virus)"
    r"[. ].{0,40}\bavast\.com.{0,200}|<?https?://www\.avast\.com/sig-email\S{0,300}"
)
"""What a virus scanner writes under a mail."""
