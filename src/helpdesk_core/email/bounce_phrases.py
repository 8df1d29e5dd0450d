"""Phrases of mail systems that could not deliver something, in the words that such programs use.

They are of the servers and gateways that people's mail really meets: sendmail, Postfix, Exim, qmail, Exchange, Domino,
GroupWise, Courier, and the large providers in the languages of their countries.

All are in small letters, and to be looked for in such (`small_letters`): that takes a quarter of the time in which
Python finds a phrase regardless of case.
"""

import re

FAILURE_SUBJECT = re.compile(
    r"(?:warning: |\[[^\[\]]{1,40}\] |\W|permanent |automatic |undeliverable |message |e-?mail |mail ){0,8}"
    r"(?:undelivered|undeliverable|undeliverability|non[- ]?delivery|not delivered|returned (?:e-?)?mail"
    r"|returned message"
    r"|failed (?:e-?)?mail\b|failure (?:notice|notification)|delivery (?:status|failure|failed|error|problem"
    r"|has failed"
    r"|unsuccessful|notification"
    r"|delayed|warning|report|subsystem)|(?:e-?mail|mail|message)[ -]?(?:delivery|system) (?:status"
    r"|failure|failed|error|problem"
    r"|report|warning|delayed|notification)|mail ?(?:failure|failed|error|could not be delivered"
    r"|not delivered|bounced)"
    r"|(?:message|mail|e-?mail) (?:could not|cannot|can't|was not|not|has not been|status|delayed"
    r"|undeliverable|rejected|returned)"
    r"|could not (?:send|deliver)|couldn't deliver|unable to deliver|cannot send|error sending"
    r"|delayed mail|user unknown|unknown user"
    r"|rejected (?:mail|message)|(?:dsn|ndn|ndr)\b|bounced? (?:mail|message)|unzustellbar"
    r"|nicht zugestellt|zustellung fehlgeschlagen"
    r"|benachrichtigung (?:zum übermittlungsstatus|über (?:den )?zustell)|fehlgeschlagen|[ée]chec de"
    r"|non remis|message non distribu"
    r"|avis de non[- ]|notification d[’'][ée]tat|notificaci[óo]n de estado de|no se ha podido|no se pudo"
    r"|devoluci[óo]n|error de entrega"
    r"|falha (?:na|de) entrega|n[ãa]o entregue|notifica[çc][ãa]o d[eo] (?:status|estado)"
    r"|mancato recapito|mancata consegna|impossibile"
    r"|notifica (?:sullo stato|di mancat)|niet bezorgd|onbestelbaar|mislukt|ikke leveret"
    r"|kunne ikke leveres|kan inte levereras"
    r"|olevererbart|nie dostarczono|niedor[ęe]czon|zwrot|nedoru[čc]|kézbesíthetetlen|sikertelen"
    r"|teslim edilemedi"
    r"|недоставленн|не доставлен|ошибка доставки|уведомление о|сообщение не доставлено|配信不能"
    r"|配信エラー|送信エラー|メールエラー"
    r"|メールの?配信|エラー通知|退信|系统退信|投递失败|退件|发送失败|무효|반송|배달 실패|전송 실패"
    # Exchange, in the languages of those who wrote
    r"|no se puede entregar|n[ãa]o [ée] poss[íi]vel entregar|n[ãa]o foi poss[íi]vel entregar|non recapitabile"
    r"|niedostarczaln"
    r"|недоставлено|не доставлено|не може бути доставлен|kan ikke leveres|kan ikke levere|ei voi toimittaa"
    r"|ei voitu toimittaa"
    r"|nedoručite[ľl]n|neisporučiv|teslim edilemiyor|nelivrabil|mesaj nelivrat|δεν είναι δυνατή η παράδοση"
    r"|αποτυχία παράδοσης"
    r"|לא ניתן למסירה|כשל במסירה|غير قابل للتسليم|فشل التسليم|تعذر تسليم|送达失败|未送达|未傳遞|未传递"
    r"|無法傳遞|无法传递|无法投递|无法送达"
    r"|배달되지 않음|보내지 못|thông báo không gửi được|không gửi được|gagal terkirim|tidak terkirim"
    # certified mail of Italy
    r"|avviso di mancata consegna|anomalia messaggio|avviso di non accettazione)",
)
"""How the subjects of such reports begin."""

FAILURE_WITHIN_SUBJECT = re.compile(
    r"delivery fail|delivery status notification|undeliver|failure notice|returned mail"
    r"|mail delivery|non remis|could not be delivered|메일 전송 실패"
)

FAILURE = re.compile(
    r"(?:could|can|was|were|has|have|is|be|will|did|had|may|do)\s?(?:not"
    r"|n[’']t)\s(?:yet\s)?(?:be(?:en)?\s|being\s)?(?:able to be\s)?"
    r"(?:successfully\s)?(?:deliver|reach|sent\b|processed|found|exist|accept|relayed|forward|complete"
    r"|receive|route)"
    r"|unable to (?:deliver|send|relay|find|route)|wasn[’']t able to deliver|not able to deliver"
    r"|failed to deliver|undeliver(?:able|ed)"
    r"|delivery (?:to the following|to this|has failed|failed|failure|attempt|error|temporarily"
    r"|of (?:the|your)|has been delayed|status notification)"
    r"|(?:fatal|permanent|transient|temporary) (?:error|failure|delivery)|returned (?:to sender|mail"
    r"|message)|message (?:returned|rejected)"
    r"|returning (?:your|the) message|being returned|delivery incomplete|will be retried|still trying"
    r"|continue to (?:try|attempt)"
    r"|(?:unknown|invalid|no such|bad|unrouteable|illegal|non-?existent) (?:local )?(?:user|recipient"
    r"|mailbox|address|account|addressee|domain|host)"
    r"|(?:user|recipient|mailbox|account|address|host|domain|addressee)s?\b.{0,80}?\b(?:unknown"
    r"|unavailable|not (?:known|found|exist|listed|valid)"
    r"|does\s?n[o’']t exist|does not exist|doesn't exist|disabled|inactive|suspended|rejected|full\b"
    r"|over ?quota|exceed|invalid|not recognized)"
    r"|over (?:its )?quota|quota exceeded|exceeded (?:the )?(?:storage|quota|mailbox)|mailbox (?:is "
    r"|was )?(?:full|too large)|no mailbox here"
    r"|(?:failed|undelivered|rejected) recipients?|recipients? (?:of your|failed)|did not reach"
    r"|not delivered|has been (?:rejected|postponed|returned|blocked|refused)"
    r"|rejected (?:your|the) (?:message|mail)|(?:said|reports?|returned|response)[^\n]{0,40}\b[45]\d\d\b"
    r"|\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b"
    r"|\b5[05]\d\b[^\n]{0,60}(?:user|mailbox|recipient|address|relay|reject|denied|no such|not taken)"
    r"|action not taken|diagnostic-code"
    r"|konnte(?:n)? .{0,60}nicht .{0,30}(?:zugestellt|übermittelt|gesendet)|nicht zugestellt"
    r"|unzustellbar|empfänger .{0,40}(?:unbekannt|existiert)"
    r"|n[’']a(?:vons)? (?:pas )?(?:pu|pas)|n[’']a pu [êe]tre|échec de|destinataire .{0,40}inconnu"
    r"|no (?:se )?(?:ha|pudo|puede|fue) .{0,20}(?:entreg|podido)"
    r"|n[ãa]o (?:foi|p[ôo]de) .{0,30}entreg|impossibile (?:recapitare|consegnare)"
    r"|non [èe] stat[oa] (?:possibile|recapitat)|niet (?:worden )?(?:bezorgd|afgeleverd)"
    r"|kunne ikke leveres|kunde inte levereras|nie (?:mog|można|zosta).{0,30}dostarcz|nelze doručit"
    r"|nepodařilo se doručit"
    r"|не (?:удалось|может быть|было|доставлен).{0,40}|配信(?:でき|不能|されません)|送信できま"
    r"|届けられません|送信(?:に失敗|先.{0,20}一杯)"
    r"|宛先.{0,20}(?:存在|見つかり)|お届けでき|无法(?:投递|送达|发送)|退回|投递失败|無法(?:投遞|傳送)"
    r"|전송(?:하지|되지|에 실패)|배달(?:하지|되지)|보내지 못"
    r"|fehler bei der nachrichtenzustellung|falha na entrega|bezorging (?:is )?mislukt"
    r"|nie udało się dostarczyć|сбой доставки"
    r"|det gick inte att leverera|leveringen? (?:mislykkedes|mislyktes)|toimitus [^\n]{0,60}epäonnistui"
    r"|doručení [^\n]{0,60}nezdařilo"
    r"|nem sikerült a kézbesítés|nem kézbesíthető|teslim edilemedi|nu a (?:reușit|putut fi livrat)"
    r"|αποτυχία παράδοσης"
    r"|המסירה [^\n]{0,40}נכשלה|فشل التسليم|تعذر تسليم|không (?:thể )?gửi được|không thể gửi|配信に失敗"
    r"|无法传递|無法傳遞|送信できません"
    r"|boîte (?:aux lettres |mail )?pleine|casella (?:piena|inesistente)|buzón lleno|rilevato un errore",
)
"""What the texts of such reports say."""

AFTERWARDS = re.compile(
    r"(?m)^[ \t>*|]{0,40}(?:-{2,60}.{0,80}(?:original|returned|copy|headers?|undelivered|unsent|message"
    r"|mail).{0,60}-{0,80}$|.{0,60}(?:original (?:mail|message|headers?)"
    r"|message headers?|copy of (?:the|your) message|(?:headers?|lines) of (?:the|your) message"
    r"|unsent message)[^\n]{0,60}:?$|return-path:|received: (?:from|by|\()"
    r"|message-id: ?<|x-mailer:)"
)
"""Where the message that was not delivered begins."""

FULL = re.compile(
    r"quota|mailbox (?:is )?full|full mailbox|too large|insufficient|storage|over ?limit|5\.2\.2"
    r"|4\.2\.2|一杯"
)
DEAD = re.compile(
    r"(?:user|recipient|mailbox|account|address|addressee|name)s?\b[^\n]{0,60}(?:unknown"
    r"|not (?:known|found|exist|listed|valid)|n[o’']t exist|does not exist|invalid"
    r"|disabled|inactive|suspended|not recognized|not taken)|(?:unknown|no such|invalid|bad"
    r"|non-?existent|unrouteable) (?:local )?(?:user|recipient|mailbox|address|account|host|domain)"
    r"|no mailbox here|host (?:unknown|not found)|domain .{0,60}(?:not found|does not exist)|\b5\.1\.\d"
    r"|\b5\.2\.1|\b5\.4\.4|存在しません|unbekannt|inconnu|desconocid"
)
"""What is said of an address that will not work the next time either."""

DELAY = re.compile(
    r"delayed|postponed|deferred|will (?:be retried|continue|keep trying)|still (?:trying|being)"
    r"|attempts will continue|warning message only|temporarily|not yet been"
    r"|do not need to (?:resend|retry)|continue to (?:try|attempt)|advisory-only|no action is required"
)
"""What is said while it is still being tried."""
