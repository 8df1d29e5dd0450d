/*! Helpdesk widget, Apache-2.0 */
(()=>{var x=(...r)=>console.warn("[helpdesk]",...r);function d(r){return(...e)=>{try{let t=r(...e);return t&&t.catch?t.catch(x):t}catch(t){x(t)}}}var w=class{constructor(){this.named={}}on(e,t){let i=this.named[e]||=new Set,n=d(t);return i.add(n),()=>i.delete(n)}o(e,t){for(let i of this.named[e]||[])i(t)}},ie=r=>new Promise(e=>setTimeout(e,r)),v=r=>Math.min(3e4,1e3*2**r)*(.75+Math.random()/2);function ne(){if(crypto.randomUUID)return crypto.randomUUID();let r=crypto.getRandomValues(new Uint8Array(16));return Array.from(r,e=>e.toString(16).padStart(2,"0")).join("")}var Ae=65e3,Le=1e4,Ce=4e3,Oe=2e4,T=class{constructor({se:e,R:t,y:i,re:n}){Object.assign(this,{se:e,R:t,y:i,re:n}),this.G=null,this.oe=!1}async run(e){let t=this.We(e),i=0;for(;!e.aborted;){let n=Date.now();await this.listen(e).catch(()=>{}),this.oe=!1,i=Date.now()-n>3e4?0:i+1,e.aborted||await De(v(i),e)}clearInterval(t)}We(e){let t=Date.now();return setInterval(()=>{let i=t+(this.re()?Ce:Oe)<=Date.now();this.oe||!i||e.aborted||navigator.onLine===!1||(t=Date.now(),d(this.y)())},1e3)}async listen(e){let t=new AbortController,i=()=>t.abort();e.addEventListener("abort",i);let n=setTimeout(i,Le);try{this.G||await this.y();let s=await this.se(this.G,t.signal);for await(let o of Ne(s.body)){clearTimeout(n),n=setTimeout(i,Ae),this.oe=!0;for(let l of this.reader.S(o))this.ae(l)}}finally{clearTimeout(n),e.removeEventListener("abort",i),i(),this.reader=new A}}reader=new A;ae(e){e.id&&(this.G=e.id),d(this.R)(e)}},A=class{constructor(){this.we="",this.event={type:"message",data:[]}}*S(e){let t=(this.we+e).split(/\r\n|\n|\r(?!$)/);this.we=t.pop();for(let i of t)if(i)this.field(i);else{let{type:n,data:s,id:o}=this.event;this.event={type:"message",data:[]},s.length&&(yield{type:n,data:s.join(`
`),id:o})}}field(e){let[,t,i]=/^([^:]*):? ?(.*)$/s.exec(e);t==="data"?this.event.data.push(i):t==="event"?this.event.type=i:t==="id"&&(this.event.id=i)}};async function*Ne(r){let e=r.getReader(),t=new TextDecoder;for(;;){let{done:i,value:n}=await e.read();if(i)return;yield t.decode(n,{stream:!0})}}function De(r,e){return new Promise(t=>{let i=()=>{clearTimeout(n),removeEventListener("online",i),e.removeEventListener("abort",i),t()},n=setTimeout(i,r);addEventListener("online",i),e.addEventListener("abort",i)})}var L=class{constructor(){this.clear()}clear(){this.k=[],this.z=new Map,this._=null,this.M=null}has(e){return this.z.has(e)}add(e,t){let i=[];for(let n of e){let{id:s,client_message_id:o}=n,l=this.z.get(s)||o&&this.z.get(o);t&&(this._=s),l?t&&Object.assign(l,n):(this.k.push(n),i.push(n)),this.z.set(s,l||n),o&&this.z.set(o,l||n)}return this.k.sort((n,s)=>Date.parse(n.created_at)-Date.parse(s.created_at)),i}ve(){return this.k.filter(e=>e.author.role!=="customer")}ye(){return this.ve().pop()}after(e){let t=e?Date.parse(e.created_at):0;return this.ve().filter(i=>Date.parse(i.created_at)>t).length}qe(e){let t=this.z.get(this.M);return!!t&&this.k.indexOf(e)<=this.k.indexOf(t)}};var S="out:",C=class{constructor(e,t,i,n){this.t=e,this.g=t,this.le=i,this.a=n,this.$=0,this.ke=0,this.ce=!1,this.he=!1}P(){return this.t.Ee(S).map(t=>this.t.get(t)).filter(t=>t&&t.id).sort((t,i)=>t.at-i.at)}add(e,t){let i=this.P().pop(),n=Math.max(Date.now(),i?i.at+1:0);this.de({id:ne(),text:e,attachments:t,at:n}),this.B()}retry(e){let t=this.find(e);t&&this.de({...t,failed:void 0,fields:void 0}),this.$=0,this.B()}discard(e){this.t.set(S+e,null),this.a()}de(e){this.t.set(S+e.id,e),this.a()}find(e){return this.t.get(S+e)}async B(){if(clearTimeout(this.ke),this.he=!0,!this.ce){this.ce=!0;try{for(;this.he;)this.he=!1,await this.g.Se("outbox",()=>this.Ue());this.$=0}catch(e){let t=e.ze?e.ze*1e3:v(this.$++);this.ke=setTimeout(()=>this.B(),t)}finally{this.ce=!1,this.a()}}}async Ue(){for(let e;e=this.P().find(t=>!t.failed);){try{await this.le(e),this.t.set(S+e.id,null)}catch(t){if(!t.status||t.ue)throw t;this.find(e.id)&&this.de({...e,failed:t.message,fields:t.fields})}this.a()}}};var se="open close unread title welcome write send attach remove start required email you team sending sent seen failed retry discard typing offline large many long arrived".split(" "),K={ar:`فتح المحادثة
إغلاق المحادثة
رسائل غير مقروءة: {n}
كيف يمكننا مساعدتك؟
أرسل لنا رسالة وسنرد في أقرب وقت.
اكتب رسالة…
إرسال
إرفاق ملفات
إزالة {name}
بدء المحادثة
يرجى ملء هذا الحقل.
يرجى إدخال عنوان بريد إلكتروني صحيح.
أنت
الدعم
جارٍ الإرسال…
أُرسلت
تمت المشاهدة
لم تُرسل
إعادة المحاولة
حذف
{name} يكتب…
أنت غير متصل. ستُرسل رسائلك فور عودة الاتصال.
الملف {name} كبير جدًا. الحد الأقصى {size}.
{n} ملفات كحد أقصى في الرسالة.
الرسالة طويلة جدًا: {n} من {max} حرفًا كحد أقصى.
رسالة جديدة من {name}`,de:`Chat öffnen
Chat schließen
Ungelesene Nachrichten: {n}
Wie können wir helfen?
Schreiben Sie uns. Wir antworten so schnell wie möglich.
Nachricht schreiben…
Senden
Dateien anhängen
{name} entfernen
Chat starten
Bitte füllen Sie dieses Feld aus.
Bitte geben Sie eine gültige E-Mail-Adresse ein.
Sie
Support
Wird gesendet…
Gesendet
Gelesen
Nicht gesendet
Erneut versuchen
Verwerfen
{name} schreibt…
Sie sind offline. Ihre Nachrichten werden gesendet, sobald Sie wieder verbunden sind.
{name} ist zu groß. Erlaubt sind höchstens {size}.
Höchstens {n} Dateien pro Nachricht.
Die Nachricht ist zu lang: {n} von höchstens {max} Zeichen.
Neue Nachricht von {name}`,en:`Open chat
Close chat
Unread messages: {n}
How can we help?
Send us a message. We answer as soon as we can.
Write a message…
Send
Attach files
Remove {name}
Start chat
Please fill this in.
Please enter a valid e-mail address.
You
Support
Sending…
Sent
Seen
Not sent
Try again
Discard
{name} is typing…
You are offline. Your messages are sent as soon as you are back.
{name} is too large. The limit is {size}.
At most {n} files in one message.
The message is too long: {n} of at most {max} characters.
New message from {name}`,es:`Abrir el chat
Cerrar el chat
Mensajes sin leer: {n}
¿En qué podemos ayudarle?
Escríbanos. Respondemos lo antes posible.
Escriba un mensaje…
Enviar
Adjuntar archivos
Quitar {name}
Iniciar el chat
Rellene este campo.
Introduzca una dirección de correo válida.
Usted
Soporte
Enviando…
Enviado
Visto
No enviado
Reintentar
Descartar
{name} está escribiendo…
No tiene conexión. Sus mensajes se enviarán en cuanto vuelva.
{name} es demasiado grande. El límite es {size}.
Como máximo {n} archivos por mensaje.
El mensaje es demasiado largo: {n} de un máximo de {max} caracteres.
Nuevo mensaje de {name}`,fr:`Ouvrir le chat
Fermer le chat
Messages non lus : {n}
Comment pouvons-nous vous aider ?
Écrivez-nous. Nous répondons dès que possible.
Écrire un message…
Envoyer
Joindre des fichiers
Retirer {name}
Démarrer le chat
Veuillez remplir ce champ.
Veuillez saisir une adresse e-mail valide.
Vous
Assistance
Envoi…
Envoyé
Vu
Non envoyé
Réessayer
Supprimer
{name} écrit…
Vous êtes hors ligne. Vos messages partiront dès votre retour en ligne.
{name} est trop volumineux. La limite est de {size}.
{n} fichiers au plus par message.
Le message est trop long : {n} caractères sur {max} au plus.
Nouveau message de {name}`,he:`פתיחת הצ׳אט
סגירת הצ׳אט
הודעות שלא נקראו: {n}
איך אפשר לעזור?
כתבו לנו ונענה בהקדם האפשרי.
כתיבת הודעה…
שליחה
צירוף קבצים
הסרת {name}
התחלת צ׳אט
נא למלא שדה זה.
נא להזין כתובת דוא״ל תקינה.
את/ה
תמיכה
בשליחה…
נשלח
נצפה
לא נשלח
ניסיון נוסף
מחיקה
{name} מקליד/ה…
אין חיבור לרשת. ההודעות יישלחו כשהחיבור יחזור.
{name} גדול מדי. המגבלה היא {size}.
עד {n} קבצים בהודעה.
ההודעה ארוכה מדי: {n} מתוך {max} תווים לכל היותר.
הודעה חדשה מאת {name}`,it:`Apri la chat
Chiudi la chat
Messaggi non letti: {n}
Come possiamo aiutarti?
Scrivici. Rispondiamo appena possibile.
Scrivi un messaggio…
Invia
Allega file
Rimuovi {name}
Inizia la chat
Compila questo campo.
Inserisci un indirizzo e-mail valido.
Tu
Assistenza
Invio in corso…
Inviato
Visto
Non inviato
Riprova
Elimina
{name} sta scrivendo…
Sei offline. I messaggi partiranno appena torni online.
{name} è troppo grande. Il limite è {size}.
Al massimo {n} file per messaggio.
Il messaggio è troppo lungo: {n} caratteri su un massimo di {max}.
Nuovo messaggio da {name}`,ja:`チャットを開く
チャットを閉じる
未読メッセージ: {n}
どのようなご用件でしょうか?
メッセージをお送りください。できるだけ早くお返事します。
メッセージを入力…
送信
ファイルを添付
{name}を削除
チャットを開始
この項目を入力してください。
有効なメールアドレスを入力してください。
あなた
サポート
送信中…
送信済み
既読
未送信
再試行
破棄
{name}が入力中…
オフラインです。接続が戻り次第メッセージを送信します。
{name}は大きすぎます。上限は{size}です。
1通に添付できるのは{n}ファイルまでです。
メッセージが長すぎます: {n}文字(上限{max}文字)。
{name}からの新着メッセージ`,nl:`Chat openen
Chat sluiten
Ongelezen berichten: {n}
Hoe kunnen we helpen?
Stuur ons een bericht. We antwoorden zo snel mogelijk.
Schrijf een bericht…
Versturen
Bestanden toevoegen
{name} verwijderen
Chat starten
Vul dit veld in.
Vul een geldig e-mailadres in.
U
Support
Wordt verstuurd…
Verstuurd
Gezien
Niet verstuurd
Opnieuw proberen
Verwijderen
{name} is aan het typen…
U bent offline. Uw berichten worden verstuurd zodra u terug bent.
{name} is te groot. De limiet is {size}.
Hoogstens {n} bestanden per bericht.
Het bericht is te lang: {n} van hoogstens {max} tekens.
Nieuw bericht van {name}`,pl:`Otwórz czat
Zamknij czat
Nieprzeczytane wiadomości: {n}
Jak możemy pomóc?
Napisz do nas. Odpowiemy tak szybko, jak to możliwe.
Napisz wiadomość…
Wyślij
Dodaj pliki
Usuń {name}
Rozpocznij czat
Wypełnij to pole.
Podaj prawidłowy adres e-mail.
Ty
Pomoc
Wysyłanie…
Wysłano
Wyświetlono
Nie wysłano
Spróbuj ponownie
Odrzuć
{name} pisze…
Jesteś offline. Wiadomości zostaną wysłane po powrocie połączenia.
Plik {name} jest za duży. Limit to {size}.
Najwyżej {n} plików w jednej wiadomości.
Wiadomość jest za długa: {n} z najwyżej {max} znaków.
Nowa wiadomość od {name}`,pt:`Abrir o chat
Fechar o chat
Mensagens não lidas: {n}
Como podemos ajudar?
Envie uma mensagem. Respondemos o mais breve possível.
Escreva uma mensagem…
Enviar
Anexar ficheiros
Remover {name}
Iniciar o chat
Preencha este campo.
Indique um endereço de e-mail válido.
Você
Suporte
A enviar…
Enviado
Visto
Não enviado
Tentar novamente
Descartar
{name} está a escrever…
Está offline. As mensagens serão enviadas assim que voltar.
{name} é demasiado grande. O limite é {size}.
No máximo {n} ficheiros por mensagem.
A mensagem é demasiado longa: {n} de no máximo {max} caracteres.
Nova mensagem de {name}`,tr:`Sohbeti aç
Sohbeti kapat
Okunmamış mesajlar: {n}
Nasıl yardımcı olabiliriz?
Bize yazın. En kısa sürede yanıtlarız.
Bir mesaj yazın…
Gönder
Dosya ekle
{name} dosyasını kaldır
Sohbeti başlat
Lütfen bu alanı doldurun.
Lütfen geçerli bir e-posta adresi girin.
Siz
Destek
Gönderiliyor…
Gönderildi
Görüldü
Gönderilemedi
Yeniden dene
Sil
{name} yazıyor…
Çevrimdışısınız. Bağlantı gelince mesajlarınız gönderilir.
{name} çok büyük. Sınır {size}.
Bir mesajda en çok {n} dosya.
Mesaj çok uzun: {n} karakter, en çok {max}.
Yeni mesaj: {name}`};var Ie=/^(ar|fa|he|ur)\b/;function re(r){return r.filter(Boolean).map(t=>String(t).toLowerCase().split(/[-_]/)[0]).find(t=>K[t])||"en"}var O=class{constructor(e,t){this.language=e,this.locale=t.find(n=>n.split("-")[0]===e)||e,this.direction=Ie.test(e)?"rtl":"ltr";let i=K[e].split(`
`);this.Ve=Object.fromEntries(se.map((n,s)=>[n,i[s]]))}i(e,t={}){return this.Ve[e].replace(/\{(\w+)\}/g,(i,n)=>t[n])}Ge(e){let t=new Date(e);if(isNaN(t))return"";let n={...t.toDateString()===new Date().toDateString()?{}:{day:"numeric",month:"short"},hour:"numeric",minute:"2-digit"};return new Intl.DateTimeFormat(this.locale,n).format(t)}size(e){let[t,i]=e<1048576?[e/1024,"kilobyte"]:[e/1048576,"megabyte"],n={maximumFractionDigits:t<10?1:0};return new Intl.NumberFormat(this.locale,{style:"unit",unit:i,...n}).format(t)}};function oe(r){let e=r.trim();if(!Intl.Segmenter)return Array.from(e)[0]||"";let[t]=new Intl.Segmenter().segment(e);return t?t.segment:""}var y=r=>!/[^\s\p{Cc}\p{Cf}\p{Zs}\u115f\u1160\u3164\u2800]/u.test(r);var Re=3e5,_e=3e3,Me=8e3,N=class extends w{constructor(e,t,i,n,s){super(),Object.assign(this,{E:e,t,g:i,p:n,fields:s}),this.l=new L,this.d=new C(t,i,o=>this.le(o),()=>this.a("outbox")),this.line=new T({se:(o,l)=>n.with(c=>e.stream(c,o||this.l._,l)),R:o=>this.R(o),y:()=>this.y(),re:()=>this.je}),this.H={},this.je=!1,this.j=!n.h,this.pe=!1,this.W=null,i.$e((o,l)=>this.u(o,l))}begin(){addEventListener("online",d(()=>this.Te())),document.addEventListener("visibilitychange",d(()=>this.Fe())),this.d.P().length&&this.d.B(),this.F()}get x(){return this.d.P().filter(e=>!this.l.has(e.id))}get unread(){return this.l.after(this.t.get("seen"))}get Ae(){let e=Object.assign({},...this.x.map(i=>i.fields)),t=this.fields.map(({name:i})=>[i,e["preChat."+i]]);return Object.fromEntries(t.filter(([,i])=>i))}get Le(){return{...this.H,...this.t.get("answers")}}get Ye(){return Object.keys(this.Ae).length?!0:this.t.get("answers")||this.l.k.length||this.x.length||!this.j?!1:this.fields.length>0&&!this.fields.every(({name:e,required:t})=>t?this.H[e]:e in this.H)}Ke(e){this.t.set("answers",e),this.t.set("introduced",null);for(let{id:t,failed:i}of this.x)i&&this.d.retry(t);this.a("outbox")}send(e,t){this.d.add(e,t),this.typing("")}upload(e,t,i){return this.p.with(n=>this.E.upload(n,e,t,i))}typing(e){let t=Date.now(),i=y(e)?0:t;!this.p.h||(i?i<this.T+_e:!this.T)||(this.T=i,this.E.typing(this.p.h,!!i).catch(()=>{}))}T=0;Je(){let e=this.l.ye();!e||e.id===(this.t.get("seen")||{}).id||(this.t.set("seen",{id:e.id,created_at:e.created_at}),this.a("seen"),this.p.with(t=>this.E.seen(t,e.id)).catch(()=>{}))}identify({id:e,email:t,name:i,hash:n}={}){let s=String(e||t||""),o=this.t.get("who");o&&o!==s&&this.forget(),this.t.set("who",s||null),this.H=Object.fromEntries(Object.entries({name:i,email:t}).filter(([,l])=>l)),this.p.identity=n?{id:e&&String(e),email:t,hash:n}:null,this.o("change")}forget(){this.Y(),this.p.forget(),this.H={},this.l.clear(),this.line.G=null,this.j=!0,this.a("forget")}async le({id:e,text:t,attachments:i}){let n=this.t.get("introduced")?{}:this.Le,s=await this.p.with(c=>this.E.send(c,{message:t,attachments:i.map(h=>h.id),clientMessageId:e,...Object.keys(n).length&&{preChat:n}}));this.t.set("introduced",!0);let o=new Date().toISOString(),l={id:s.conversationId,client_message_id:e,content_text:t,created_at:o,attachments:i};this.S([{...l,author:{role:"customer"}}]),this.F()}async y(){if(!this.p.h)return;let e;try{e=await this.p.with(i=>this.E.messages(i,this.l._))}catch(i){if(!i.status||i.ue||!this.l._)throw i;return this.l._=null,this.y()}let t=this.j;this.j=!0,this.S(e.messages,!0,t)}R({type:e,data:t}){let i=JSON.parse(t);e==="message"?this.S([i],!0):e==="typing"&&i.role!=="customer"?this.types(i.typing,!0):e==="seen"&&this.M(i.conversationId,!0)}u(e,t){this.F(),e==="messages"?this.S(t,!1,!0,!1):e==="typing"?this.types(t):e==="noticed"?this.M(t):e==="forget"?this.Xe():this.o("change")}Xe(){this.Y(),this.l.clear(),this.o("change")}S(e,t=!1,i=!0,n=!0){let s=this.l.add(e,t);for(let{client_message_id:o}of s)o&&this.d.find(o)&&this.d.discard(o);if(s.some(o=>o.author.role!=="customer")&&this.types(!1),n&&s.length&&this.g.o("messages",s),this.o("change"),i)for(let o of s)o.author.role!=="customer"&&this.o("message",o)}types(e,t){clearTimeout(this.Ze),this.pe=!!e,e&&(this.Ze=setTimeout(()=>this.types(!1),Me)),t&&this.g.o("typing",this.pe),this.o("change")}M(e,t){this.l.M=e,t&&this.g.o("noticed",e),this.o("change")}F(){if(this.W||!this.p.h)return;let{signal:e}=this.W=new AbortController;d(async()=>{let i=!document.hidden;for(;!e.aborted;)await this.g.Qe("line",n=>this.et(n),i,e),i=!1})()}async et(e){this.Ce=!0,await this.line.run(e),this.Ce=!1}Y(){this.W&&this.W.abort(),this.W=null}Fe(){clearTimeout(this.tt),document.hidden?this.tt=setTimeout(()=>this.Y(),Re):(this.Ce||this.Y(),this.Te())}Te(){this.F(),this.d.$=0,this.d.P().length&&this.d.B(),this.o("change")}a(e){this.g.o(e),this.o("change")}};var Pe="#2456c7";var J=[255,255,255],ae=[0,0,0],Be=[243,244,247],He=[38,42,50];function de(r){let e=le(r)||le(Pe),t=ue(e,J)>=4.5?J:ae;return{accent:D(e),on:D(t),light:D(ce(e,Be,ae)),dark:D(ce(e,He,J))}}function le(r){let e=/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(r).trim());if(!e)return null;let t=e[1].length===3?e[1].replace(/./g,"$&$&"):e[1];return[0,2,4].map(i=>parseInt(t.slice(i,i+2),16))}function ce(r,e,t){let i=r;for(let n=0;ue(i,e)<4.5&&n<1;n+=.05)i=r.map((s,o)=>Math.round(s+(t[o]-s)*n));return i}function ue(r,e){let[t,i]=[he(r),he(e)].sort((n,s)=>n-s);return(i+.05)/(t+.05)}function he(r){let[e,t,i]=r.map(n=>{let s=n/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4});return .2126*e+.7152*t+.0722*i}var D=r=>`rgb(${r.join(" ")})`;var R=class extends Error{constructor(e,t,i){super(t.detail||t.error||t.title||`HTTP ${e}`),this.status=e,this.ze=i,this.fields={};for(let{path:n,message:s}of Array.isArray(t.errors)?t.errors:[])this.fields[n]=s}get ue(){return this.status>=500||this.status===429||this.status===408}},_=class extends Error{},X="X-Widget-Session",We=3e4,M=class{constructor(e,t){this.base=new URL("api/widget/",e).href,this.apiKey=t}config(){return this.call("config?apiKey="+encodeURIComponent(this.apiKey))}init(e){return this.call("init",{body:{apiKey:this.apiKey,...e}})}send(e,t){return this.call("message",{h:e,body:t})}messages(e,t){return this.call("message"+(t?"?after="+encodeURIComponent(t):""),{h:e})}typing(e,t){return this.call("typing",{h:e,body:{typing:t}})}seen(e,t){return this.call("seen",{h:e,body:{conversationId:t}})}async stream(e,t,i){let n={Accept:"text/event-stream",[X]:e,...t&&{"Last-Event-ID":t}};return fe(await I(fetch(this.base+"stream",{...pe,headers:n,signal:i,cache:"no-store"})))}async call(e,{h:t,body:i}={}){let n=i&&JSON.stringify(i),s=new AbortController,o=setTimeout(()=>s.abort(),We);try{let l={...pe,method:i?"POST":"GET",headers:{...i&&{"Content-Type":"application/json"},...t&&{[X]:t}},body:n,signal:s.signal,keepalive:!!n&&n.length<2e4},c=await fe(await I(fetch(this.base+e,l)));return c.status===204?{}:await I(c.json())}finally{clearTimeout(o)}}upload(e,t,i,n){return new Promise((s,o)=>{let l=new XMLHttpRequest,c=new FormData;c.append("file",t,t.name),l.open("POST",this.base+"upload"),l.setRequestHeader(X,e),l.upload.onprogress=h=>h.lengthComputable&&i(h.j/h.total),l.onerror=l.onabort=()=>o(new _),l.onload=()=>{let h=me(l.responseText);l.status<300?s(h):o(new R(l.status,h,Number(l.getResponseHeader("Retry-After"))))},n.addEventListener("abort",()=>l.abort()),l.send(c)})}},pe={mode:"cors",credentials:"omit",referrerPolicy:"strict-origin",cache:"no-cache"};async function I(r){try{return await r}catch(e){throw new _(e.message)}}async function fe(r){if(r.ok)return r;let e=me(await I(r.text()));throw new R(r.status,e,Number(r.headers.get("Retry-After")))}function me(r){try{return Object(JSON.parse(r))}catch{return{}}}var P=class{constructor(e,t,i){this.E=e,this.t=t,this.g=i,this.metadata={},this.identity=null}get h(){return this.t.get("token")}async with(e){let t=this.h||await this.open(null);try{return await e(t)}catch(i){if(i.status!==401)throw i;return e(await this.open(t))}}open(e){return this.g.Se("session",async()=>{let t=this.h;if(t&&t!==e)return t;let i=await this.E.init({visitorId:this.t.get("visitor")||void 0,metadata:{page_url:location.href,referrer:document.referrer,...this.metadata},identity:this.identity||void 0});return this.t.set("visitor",i.visitorId||null),this.t.set("token",i.sessionToken),this.t.set("introduced",null),i.sessionToken})}forget(){for(let e of this.t.Ee(""))e!=="config"&&this.t.set(e,null)}};var B=class{constructor(e){this.b=`helpdesk:${e}:`,this.K=new Map,this.A=qe()}get(e){try{let t=this.K.get(e)??(this.A&&this.A.getItem(this.b+e));return t?JSON.parse(t):null}catch{return null}}set(e,t){this.K.delete(e);let i=JSON.stringify(t);try{t===null?this.A&&this.A.removeItem(this.b+e):this.A.setItem(this.b+e,i)}catch{this.K.set(e,i)}}Ee(e){let t=new Set(this.K.keys());try{for(let i of Object.keys(this.A))i.startsWith(this.b)&&t.add(i.slice(this.b.length))}catch{}return[...t].filter(i=>i.startsWith(e))}};function qe(){try{return window.localStorage}catch{return null}}var H=class{constructor(e){this.b=e,this.J=window.BroadcastChannel?new BroadcastChannel(e):null,this.locks=navigator.locks}o(e,t){this.J&&this.J.postMessage([e,t])}$e(e){this.J&&(this.J.onmessage=d(({data:t})=>e(t[0],t[1])))}async Se(e,t){return this.locks?this.locks.request(this.b+e,t):t()}async Qe(e,t,i,n){if(!this.locks)return t(n);let s=new AbortController,o=()=>s.abort();n.addEventListener("abort",o);let l=i?{steal:!0}:{signal:n};try{await this.locks.request(this.b+e,l,()=>t(s.signal))}catch(c){if(c.name!=="AbortError")throw c}finally{o(),n.removeEventListener("abort",o)}}};function a(r,e,...t){let i=document.createElement(r);r==="button"&&(i.type=r);for(let[n,s]of Object.entries(e||{}))typeof s=="function"?i.addEventListener(n.slice(2),d(s)):p(i,n,s);return i.append(...t.filter(n=>n!=null&&n!==!1)),i}function p(r,e,t){t==null||t===!1?r.removeAttribute(e):r.getAttribute(e)!==String(t)&&r.setAttribute(e,t===!0?"":t)}function m(r,e){r.textContent!==e&&(r.textContent=e)}var Ue={speech:"M12 3a10 9 0 0 0-7 15l-1 4 5-2a10 9 0 1 0 3-17Z",down:"M6 9l6 6 6-6",close:"M6 6l12 12M18 6L6 18",send:"M4 12h15M13 6l6 6-6 6",clip:"M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.5 3.5 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l8-8"};function f(r){let[e,t]=["svg","path"].map(n=>document.createElementNS("http://www.w3.org/2000/svg",n)),i={viewBox:"0 0 24 24","aria-hidden":"true",focusable:"false",class:"icon "+r};for(let[n,s]of Object.entries(i))e.setAttribute(n,s);return t.setAttribute("d",Ue[r]),e.append(t),e}function ge(r,e,t){try{let i=new CSSStyleSheet;i.replaceSync(e),r.adoptedStyleSheets=[i]}catch{r.append(a("style",{nonce:t},e))}}var xe=10*1024*1024,be=10,W=class{constructor(e,t,i,n){Object.assign(this,{e,r:t,w:i,a:n}),this.f=[],this.s=a("ul",{class:"chips"})}get fe(){return this.f.some(e=>!e.u&&!e.failed)}get done(){return this.f.filter(e=>e.u).map(e=>e.u)}add(e){for(let t of e)this.f.length>=be?this.w(this.e.i("many",{n:be})):t.size>xe?this.w(this.e.i("large",{name:t.name,size:this.e.size(xe)})):this.begin(t)}begin(e){let t={L:e};this.f.push(t),this.send(t)}async send(e){e.Oe=new AbortController,e.failed="",this.m(e);try{let{signal:t}=e.Oe,i=await this.r.upload(e.L,n=>p(e.Ne,"value",n),t);e.u={filename:e.L.name,size:e.L.size,...i}}catch(t){e.failed=t.status&&t.message||this.e.i("failed")}this.f.includes(e)&&this.m(e)}remove(e){e.Oe.abort(),this.f=this.f.filter(t=>t!==e),e.X.remove(),this.a()}clear(){this.f=this.f.filter(e=>!e.u),this.s.replaceChildren(...this.f.map(e=>e.X))}m(e){let{name:t,size:i}=e.L;e.Ne=a("progress",{max:1,value:0,"aria-label":t});let n=e.failed?a("small",{role:"alert"},e.failed):e.u?a("small",null,this.e.size(i)):e.Ne,s=e.failed&&a("button",{onclick:()=>this.send(e)},a("small",null,this.e.i("retry"))),o=this.e.i("remove",{name:t}),l=a("button",{class:"round","aria-label":o,onclick:()=>this.remove(e)},f("close")),c=a("span",{class:"say"},a("bdi",null,t),n),h=a("li",{class:e.failed?"chip failed":"chip"},f("clip"),c,s,l);e.X?e.X.replaceWith(h):this.s.append(h),e.X=h,this.a()}};var Z=1e5,we="draft",q=class{constructor(e,t,i){this.e=e,this.r=t,this.error=a("div",{class:"error",role:"alert",hidden:!0}),this.files=new W(e,t,n=>this.w(n),()=>this.a()),this.text=a("textarea",{rows:1,dir:"auto","aria-label":e.i("write"),placeholder:e.i("write"),oninput:()=>this.T(),onkeydown:n=>this.key(n),onpaste:n=>this.De(n,n.clipboardData)}),this.text.value=t.t.get(we)||"",this.Ie=a("button",{class:"round send","aria-label":e.i("send"),onclick:()=>this.send()},f("send")),this.s=a("div",{class:"composer"},this.error,this.files.s,a("div",{class:"line"},...i?this.clip():[],this.text,this.Ie)),this.Z=i,this.a()}clip(){let e=this.e.i("attach"),i=a("input",{type:"file",multiple:!0,hidden:!0,"aria-label":e,onchange:()=>{this.files.add(i.files),i.value="",this.text.focus()}});return[i,a("button",{class:"round clip","aria-label":e,onclick:()=>i.click()},f("clip"))]}De(e,t){!this.Z||!t||!t.files.length||(e.preventDefault(),this.files.add(t.files))}focus(){this.text.focus(),this.Re()}w(e){m(this.error,e),this.error.hidden=!e}T(){let{length:e}=this.text.value,t=i=>i.toLocaleString(this.e.locale);this.w(e>Z?this.e.i("long",{n:t(e),max:t(Z)}):""),this.r.t.set(we,this.text.value||null),this.r.typing(this.text.value),this.a(),this.Re()}Re(){let{style:e}=this.text;e.height="auto",e.height=this.text.scrollHeight+2+"px"}a(){p(this.Ie,"aria-disabled",this.ready?null:"true"),this._e&&!this.files.fe&&this.send()}get ready(){let{value:e}=this.text;return e.length<=Z&&(!y(e)||this.files.fe||this.files.done.length>0)}key(e){!(e.key==="Enter"&&!e.shiftKey&&!e.isComposing&&e.keyCode!==229)||matchMedia("(pointer: coarse) and (hover: none)").matches||(e.preventDefault(),this.send())}send(){if(!this.ready||(this._e=this.files.fe,this._e))return;let e=this.files.done,t=this.text.value.trim()||e.map(i=>i.filename).join(`
`);this.r.send(t,e),this.files.clear(),this.text.value="",this.T(),this.text.focus()}};var Ve={email:"email",phone:"tel"},Ge={name:"name",email:"email",phone:"tel",company:"organization"},$e=/^[^\s@]+@[^\s@]+\.[^\s@.]+$/,U=class{constructor(e,t,i,n,s){this.e=e,this.done=s,this.fields=i.map(h=>this.field(h,n[h.name]));let o=a("button",{class:"main",type:"submit"},e.i("start")),l=[...this.fields.map(h=>h.s),o],c=a("form",{novalidate:!0,onsubmit:h=>this.submit(h)},a("p",{dir:"auto"},t),...l);this.s=a("div",{class:"form"},c)}w(e){for(let{name:i,Q:n,error:s}of this.fields){let o=e[i]||"";m(s,o),s.hidden=!o,p(n,"aria-invalid",o?"true":null),p(n,"aria-describedby",o?s.id:null)}let t=this.fields.find(({name:i})=>e[i]);t&&t.Q.focus()}focus(){(this.fields.find(({Q:e})=>!e.value)||this.fields[0]).Q.focus()}submit(e){e.preventDefault();let t=Object.fromEntries(this.fields.map(i=>[i.name,this.it(i)]).filter(([,i])=>i));this.w(t),Object.keys(t).length||this.done(Object.fromEntries(this.fields.map(({name:i,value:n})=>[i,n()])))}it({type:e,required:t,value:i}){let n=i();return!n||y(String(n))?t?this.e.i("required"):"":e==="email"&&!$e.test(n)?this.e.i("email"):""}field({name:e,label:t,type:i,required:n},s){let o="field-"+e,l={id:o,name:e,required:!!n,autocomplete:Ge[e]||"off"},c=i==="checkbox",h=Fe(i,l);c?h.checked=!!s:h.value=s||"";let u=a("div",{id:o+"-error",class:"error",hidden:!0}),g=n&&a("span",{"aria-hidden":"true"}," *"),E=a("label",{for:o},t||e,g),j=a("div",{class:c?"field check":"field"},...c?[h,E,u]:[E,h,u]);return{name:e,type:i,required:n,Q:h,error:u,s:j,value:()=>c?h.checked:h.value.trim()}}};function Fe(r,e){return r==="textarea"?a("textarea",{...e,rows:3,dir:"auto"}):r==="checkbox"?a("input",{...e,type:r}):a("input",{...e,type:Ve[r]||"text",dir:"auto"})}var ve={paragraph:"p",bulletList:"ul",orderedList:"ol",listItem:"li",blockquote:"blockquote",codeBlock:"pre",horizontalRule:"hr",hardBreak:"br"},ye={bold:"strong",italic:"em",strike:"s",code:"code",underline:"u"},Ye=60,Ke=/https?:\/\/[^\s<>"'`]+/g,Je=/[.,:;!?)\]}'"»”’…。、]+$/;function ke({content:r,content_text:e}){return r&&r.type==="doc"?V(r,0):String(e||"").split(/\n{2,}/).map(t=>a("p",null,...Ee(t)))}function V(r,e){return(Array.isArray(r.content)&&e<Ye?r.content:[]).flatMap(i=>Xe(i,e+1))}function Xe(r,e){let t=r.attrs||{};if(r.type==="text")return Ze(r);if(r.type==="image")return Qe(t);if(r.type==="heading")return a("p",null,a("strong",null,...V(r,e)));let i=Object.hasOwn(ve,r.type)&&ve[r.type];if(!i)return V(r,e);let n=i==="ol"&&Number.isInteger(t.start)&&t.start;return a(i,{dir:i==="p"&&"auto",start:n},...V(r,e))}function Ze({text:r,marks:e}){let t=Array.isArray(e)?e:[],i=t.find(o=>o.type==="link"),n=i&&k((i.attrs||{}).href,/^(https?|mailto):$/),s=i||t.some(o=>o.type==="code")?[String(r)]:Ee(String(r));n&&(s=[Se(n,...s)]);for(let{type:o}of t)Object.hasOwn(ye,o)&&(s=[a(ye[o],null,...s)]);return s}function Ee(r){let e=[],t=0;for(let{0:i,index:n}of r.matchAll(Ke)){let s=i.replace(Je,""),o=k(s,/^https?:$/);o&&(e.push(r.slice(t,n),Se(o,s)),t=n+s.length)}return[...e,r.slice(t)].filter(Boolean)}function Se(r,...e){return a("a",{href:r,target:"_blank",rel:"noopener noreferrer nofollow"},...e)}function Qe({src:r,alt:e}){let t=k(r,/^https?:$/);return t?a("img",{...{src:t,alt:e||"",loading:"lazy",referrerpolicy:"no-referrer"},onerror:n=>n.target.replaceWith(String(e||""))}):e?[String(e)]:[]}function k(r,e){try{let{protocol:t,href:i}=new URL(r);return e.test(t)?i:null}catch{return null}}var et=80,tt=3e5,it=/^image\/(png|jpeg|gif|webp|avif)$/,G=class{constructor(e,t,i){this.e=e,this.r=t,this.ee=new Map,this.s=a("div",{class:"log",role:"log",tabindex:0,"aria-label":e.i("title"),onscroll:()=>this.nt()}),this.te=!0;let n=d(()=>this.te&&this.ie());this.s.addEventListener("load",n,!0),window.ResizeObserver&&new ResizeObserver(n).observe(this.s),this.C=this.Me({role:"agent",key:"welcome",content_text:i,author:{}}),this.s.append(this.C),this.q=a("button",{class:"newest",hidden:!0,onclick:()=>this.ie()})}nt(){let{scrollHeight:e,scrollTop:t,clientHeight:i}=this.s;this.te=e-t-i<et,this.te&&(this.q.hidden=!0)}ie(){this.s.scrollTop=this.s.scrollHeight,this.q.hidden=!0}m(){p(this.s,"aria-busy",this.r.j?null:"true");let e=this.entries(),t=new Set(e.map(({key:s})=>s));for(let[s,{s:o}]of this.ee)t.has(s)||(o.remove(),this.ee.delete(s));let i=this.C,n=null;e.forEach((s,o)=>{let l=this.ee.get(s.key),c=l&&l.u===ze(s)?l.s:this.Me(s);l&&l.s!==c&&l.s.replaceWith(c),l||(n=s),this.ee.set(s.key,{s:c,u:ze(s)}),c!==i.nextSibling&&i.after(c),s.role!=="system"&&c.firstChild.classList.toggle("quiet",je(e[o-1],s)),c.classList.toggle("same",je(e[o-1],s)),this.st(c,s,o===e.length-1||s.x),i=c}),this.te||n&&n.x?this.ie():n&&(this.q.hidden=!1,m(this.q,this.e.i("arrived",{name:this.name(n.author)})))}entries(){let{l:e,x:t}=this.r,i=e.k.map(s=>({...s,key:s.client_message_id||s.id,role:s.author.role,message:s})),n=t.map(s=>({key:s.id,role:"customer",author:{},content_text:s.text,attachments:s.attachments,created_at:new Date(s.at).toISOString(),x:s}));return[...i,...n]}Me(e){let{role:t,content_text:i,attachments:n}=e,s=!i&&!(e.content&&e.content.content);return a("div",{class:"message "+t},this.rt(e),!s&&a("div",{class:"bubble",dir:"auto"},...ke(e)),n&&n.length>0&&a("ul",{class:"files"},...n.map(o=>this.L(o))),t==="customer"&&a("div",{class:"state"}))}rt({role:e,author:t,created_at:i}){if(e==="system")return null;let n=e==="customer",s=n?this.e.i("you"):this.name(t),o=i&&a("time",{datetime:i},this.e.Ge(i));return a("div",{class:"who"},!n&&nt(t.avatar_url,s),a("bdi",{class:n&&"quiet"},s),o)}name({name:e}){return e||this.e.i("team")}L({filename:e,url:t,size:i,type:n}){let s=k(t,/^https?:$/),o=[f("clip"),a("bdi",null,e),i>0&&a("small",null,this.e.size(i))];if(!s)return a("li",{class:"chip"},...o);let l={href:s,target:"_blank",rel:"noopener noreferrer",download:e},c=()=>a("a",l,...o);if(!it.test(n))return a("li",null,c());let h=u=>u.target.closest("a").replaceWith(c());return a("li",null,a("a",{...l,class:"picture"},a("img",{src:s,alt:e,loading:"lazy",onerror:h})))}st(e,{role:t,x:i,message:n},s){if(t!=="customer")return;let o=e.lastChild,l=i&&i.failed;e.classList.toggle("failed",!!l);let c=s?l?"failed":i?"sending":this.r.l.qe(n)?"seen":"sent":"",h=c&&this.e.i(c);if(o.u===h+l)return;o.u=h+l;let u=g=>a("button",{onclick:()=>this.r.d[g](i.id)},this.e.i(g));o.replaceChildren(h,...l?[a("bdi",null,l),u("retry"),u("discard")]:[])}},ze=({content:r,content_text:e,attachments:t,x:i,author:n})=>JSON.stringify([r||e,(t||[]).map(s=>s.id),!!i,n.name]);function je(r,e){return!r||r.role!==e.role||r.author.name!==e.author.name?!1:Date.parse(e.created_at)-Date.parse(r.created_at)<tt}function nt(r,e){let t=()=>a("span",{class:"face","aria-hidden":"true"},oe(e).toUpperCase()),i=k(r,/^https?:$/);return i?a("img",{class:"face",src:i,alt:"",referrerpolicy:"no-referrer",onerror:s=>s.target.replaceWith(t())}):t()}var Te=":host{all:initial!important;display:block!important}.root{--surface: #fff;--ground: #f3f4f7;--ink: #1b1f27;--muted: #59616e;--line: #dfe3e9;--edge: #7b8494;--bad: #b3261e;--link: var(--accent-light);--shadow: 0 0 0 1px rgb(0 0 0 / .06), 0 12px 40px rgb(10 15 30 / .22)}.dark{--surface: #16181d;--ground: #262a32;--ink: #eceef2;--muted: #a9b1bf;--line: #353b46;--edge: #7f8999;--bad: #ff9b93;--link: var(--accent-dark);--shadow: 0 0 0 1px rgb(255 255 255 / .12), 0 12px 40px rgb(0 0 0 / .6)}*{box-sizing:border-box}[hidden]{display:none!important}.root{font:15px/1.45 system-ui,sans-serif;color:var(--ink);-webkit-text-size-adjust:100%}button,input,textarea{font:inherit;color:inherit;margin:0}button{cursor:pointer;border:0;background:none;padding:0;touch-action:manipulation}:focus{outline:none}:focus-visible{outline:2px solid var(--link);outline-offset:2px}p,ul,ol,pre,blockquote{margin:0}.icon{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;flex:none}.icon.speech{fill:currentColor;stroke:none;width:28px;height:28px}.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.launcher{position:fixed;z-index:2147483647;bottom:calc(20px + env(safe-area-inset-bottom));width:56px;height:56px;border-radius:50%;background:var(--accent);color:var(--on);display:grid;place-items:center;box-shadow:0 0 0 2px #ffffffd9,0 4px 18px #0a0f1e59;transition:transform .15s;border:1px solid transparent}.launcher:hover{transform:scale(1.05)}.launcher:focus-visible,.head :focus-visible{outline:3px solid #fff;outline-offset:1px;box-shadow:0 0 0 7px #111}.right .launcher,.right .panel{right:calc(20px + env(safe-area-inset-right))}.left .launcher,.left .panel{left:calc(20px + env(safe-area-inset-left))}.badge{position:absolute;top:-5px;right:-5px;min-width:22px;height:22px;padding:0 6px;border-radius:16px;background:#b3261e;color:#fff;font-size:13px;font-weight:600;line-height:18px;border:2px solid #fff}.panel{position:fixed;z-index:2147483647;bottom:calc(92px + env(safe-area-inset-bottom));width:384px;height:min(640px,100vh - 112px);display:flex;flex-direction:column;overflow:hidden;border-radius:16px;background:var(--surface);box-shadow:var(--shadow);animation:rise .2s}@keyframes rise{0%{transform:translateY(12px)}}.head{display:flex;align-items:center;gap:12px;padding:14px 12px 14px 18px;background:var(--accent);color:var(--on);flex:none}[dir=rtl] .head{padding:14px 18px 14px 12px}.head h2{flex:1;margin:0;font-size:18px;font-weight:600;line-height:1.3;overflow-wrap:anywhere}.round{width:40px;height:40px;border-radius:50%;display:grid;place-items:center;flex:none;position:relative}.round:hover{background:#80808033}.strip{flex:none;padding:8px 18px;background:var(--ground);border-bottom:1px solid var(--line);font-size:13px}.talk,.form{flex:1;min-height:0;display:flex;flex-direction:column;position:relative}.log{flex:1;min-height:60px;overflow-y:auto;overscroll-behavior:contain;padding:16px 16px 8px}.log:focus-visible{outline-offset:-3px}.message{display:flex;flex-direction:column;align-items:flex-start;margin-top:14px;padding-inline-end:36px}.message.same{margin-top:3px}.message.customer{align-items:flex-end;padding-inline:48px 0}.message.system{align-items:center;padding:0 24px;text-align:center;color:var(--muted);font-size:13px}.who{display:flex;align-items:center;gap:8px;margin-bottom:5px;font-size:13px;color:var(--muted);max-width:100%}.who bdi{font-weight:600;color:var(--ink);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.face{width:26px;height:26px;border-radius:50%;object-fit:cover;background:var(--accent);color:var(--on);display:grid;place-items:center;font-size:13px;font-weight:600;flex:none;overflow:hidden}.bubble{max-width:100%;padding:9px 13px;border-radius:16px;background:var(--ground);overflow-wrap:anywhere;white-space:pre-wrap}.agent .bubble{border-start-start-radius:5px}.customer .bubble{background:var(--accent);color:var(--on);border-end-end-radius:5px}.customer .bubble a{color:inherit}.system .bubble{background:none;padding:2px}.bubble>*+*{margin-top:.6em}.bubble a,.files a{color:var(--link);text-underline-offset:2px}.bubble ul,.bubble ol{padding-inline-start:1.4em;white-space:normal}.bubble blockquote{padding-inline-start:.8em;border-inline-start:3px solid currentColor}.bubble code,.bubble pre{font:13px/1.45 monospace}.bubble pre{white-space:pre-wrap}.bubble img{max-width:100%;height:auto;border-radius:12px}.failed .bubble{box-shadow:0 0 0 1px var(--bad)}.state{display:flex;flex-wrap:wrap;justify-content:flex-end;align-items:center;gap:8px;margin-top:3px;font-size:13px;color:var(--muted)}.failed .state{color:var(--bad)}.state button{min-height:28px;padding:0 4px;font-weight:600;text-decoration:underline;text-underline-offset:2px;color:var(--ink)}.files{list-style:none;padding:0;display:flex;flex-direction:column;gap:4px;margin-top:4px;max-width:100%}.files a,.chip{display:flex;align-items:center;gap:8px;min-height:40px;padding:6px 12px;border:1px solid var(--line);border-radius:12px;text-decoration:none;font-size:13px;background:var(--surface)}.files a:hover bdi{text-decoration:underline}.files bdi,.chip bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}.files small,.chip small{font-size:13px;color:var(--muted);white-space:nowrap}.files img{display:block;max-width:220px;max-height:180px}.files .picture{padding:0;overflow:hidden;width:max-content}.dots{display:flex;align-items:center;gap:4px;padding:8px 18px;font-size:13px;color:var(--muted);flex:none;min-height:36px}.dots i{width:6px;height:6px;border-radius:50%;background:currentColor;animation:hop 1.2s infinite}.dots i+i{animation-delay:.2s}.dots i+i+i{animation-delay:.4s}.dots span{margin-inline-start:6px}@keyframes hop{30%{transform:translateY(-4px)}60%{transform:none}}.newest{position:absolute;inset-inline:0;bottom:100%;margin:0 auto 8px;width:max-content;max-width:90%;min-height:32px;padding:4px 14px;border-radius:16px;font-size:13px;font-weight:600;background:var(--ink);color:var(--surface)}.composer{flex:none;position:relative;border-top:1px solid var(--line);padding:10px 10px calc(10px + env(safe-area-inset-bottom));background:var(--surface)}.line{display:flex;align-items:flex-end;gap:8px}.composer textarea{flex:1;min-width:0;min-height:40px;max-height:132px;padding:8px 12px;resize:none;border:1px solid var(--edge);border-radius:16px;background:var(--surface);font-size:15px;line-height:22px}textarea::placeholder{color:var(--muted);opacity:1}textarea:placeholder-shown{direction:inherit}.composer button.send{background:var(--accent);color:var(--on);border:1px solid transparent}.composer button.send[aria-disabled=true]{background:var(--ground);color:var(--muted);cursor:default}[dir=rtl] .icon.send{transform:scaleX(-1)}.clip{color:var(--muted)}.chips{display:flex;flex-direction:column;gap:6px;max-height:150px;overflow-y:auto;list-style:none;padding:0}.chips:not(:empty){margin-bottom:8px}.chip{padding:2px 4px 2px 12px;position:relative;overflow:hidden;flex:none}.chip .say{flex:1;min-width:0;display:flex;flex-direction:column}.chip.failed{border-color:var(--bad)}.chip.failed small{color:var(--bad);white-space:normal}.chip .round{width:32px;height:32px}progress{width:100%;height:8px;accent-color:var(--link)}.error{color:var(--bad);font-size:13px;padding:0 2px 6px}.drop{position:absolute;inset:0;z-index:1;display:grid;place-items:center;font-weight:600;background:var(--surface);opacity:.9;border:3px dashed var(--link);border-radius:16px;pointer-events:none}.form{overflow-y:auto;overscroll-behavior:contain}.form form{padding:20px 18px calc(20px + env(safe-area-inset-bottom));display:flex;flex-direction:column;gap:14px}.field{display:flex;flex-direction:column;gap:5px}.field label{font-size:15px;font-weight:600;overflow-wrap:anywhere}.field input:not([type=checkbox]),.field textarea{width:100%;min-height:44px;padding:9px 12px;border:1px solid var(--edge);border-radius:12px;background:var(--surface)}.field textarea{min-height:88px;resize:vertical}.field.check{flex-direction:row;flex-wrap:wrap;align-items:center}.field.check input{width:24px;height:24px;accent-color:var(--link)}.field.check .error{flex-basis:100%}.field [aria-invalid=true]{border-color:var(--bad);box-shadow:0 0 0 1px var(--bad)}.field .error{padding:0}.main{min-height:46px;padding:8px 18px;border-radius:12px;background:var(--accent);color:var(--on);font-weight:600;border:1px solid transparent}@media(max-width:480px),(max-height:480px){.left .panel,.right .panel{inset:0;width:auto;height:var(--seen-height, 100dvh);border-radius:0;box-shadow:none;overflow-y:auto}.open .launcher{display:none}.head{padding-top:calc(12px + env(safe-area-inset-top));position:sticky;top:0;z-index:1}.talk,.form{padding-left:env(safe-area-inset-left);padding-right:env(safe-area-inset-right)}.talk{min-height:180px}.form{min-height:max-content;overflow:visible}.composer textarea,.field input,.field textarea{font-size:16px}}@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}@media(forced-colors:active){.panel,.bubble,.launcher,.send{border:1px solid}}@media print{.root{display:none}}";var rt="a[href], button, input:not([type=file]), textarea, [tabindex='0']",$=class extends HTMLElement{begin({r:e,e:t,O:i,fields:n,Z:s,C:o,nonce:l}){Object.assign(this,{r:e,e:t,O:i,fields:n,C:o}),this.U=new w,this.N=this.attachShadow({mode:"open"}),ge(this.N,Te,l),this.log=new G(t,e,o),this.D=new q(t,e,s),this.N.append(this.ot()),this.lt(),e.on("change",()=>this.m()),e.on("message",h=>this.ae(h));let c=d(()=>this.m());document.addEventListener("visibilitychange",c),addEventListener("offline",c),addEventListener("focus",c),window.visualViewport&&visualViewport.addEventListener("resize",d(()=>this.Pe())),this.m()}ot(){let{e,O:t}=this;this.me=a("span",{class:"badge",hidden:!0}),this.ge=a("span",null,f("speech")),this.V=a("button",{class:"launcher","aria-expanded":"false",onclick:()=>this.toggle()},this.ge,this.me);let i=a("button",{class:"round","aria-label":e.i("close"),onclick:()=>this.close()},f("close")),n=a("div",{class:"head"},a("h2",{id:"title",dir:"auto"},t.ct||e.i("title")),i);this.xe=a("div",{class:"strip",role:"status",hidden:!0}),this.be=a("div",{class:"dots",hidden:!0},a("i"),a("i"),a("i"),a("span")),this.D.s.prepend(this.log.q),this.ne=a("div",{class:"talk"},this.log.s,this.be,this.D.s),this.v=a("div",{class:"panel",role:"dialog","aria-labelledby":"title",hidden:!0},n,this.xe,this.ne),this.Be=a("div",{class:"quiet",role:"status"});let s={onkeydown:l=>this.key(l),onkeyup:Q,onkeypress:Q},o={class:`root ${t.ht}`,lang:e.language,dir:e.direction,...s};return this.I=a("div",o,this.v,this.V,this.Be),this.dt(),this.I}lt(){let{accent:e,on:t,light:i,dark:n}=this.O.ut,s={"--accent":e,"--on":t,"--accent-light":i,"--accent-dark":n};for(let[c,h]of Object.entries(s))this.I.style.setProperty(c,h);let o=matchMedia("(prefers-color-scheme: dark)"),l=()=>this.I.classList.toggle("dark",this.O.He?this.O.He==="dark":o.matches);o.addEventListener("change",l),l()}get c(){return!this.v.hidden}toggle(){this.c?this.close():this.open()}open(){if(this.c)return;let e=document.activeElement;this.from=e&&e!==this&&e!==document.body?e:null,this.v.hidden=!1,this.Pe(),this.m(),this.log.ie(),(this.form||this.D).focus(),this.U.o("open")}close(){if(!this.c)return;let e=document.activeElement===this;this.v.hidden=!0,this.m(),e&&(this.from&&this.from.isConnected?this.from:this.V).focus(),this.U.o("close")}m(){let{r:e,e:t,c:i}=this;e.je=i,i&&!document.hidden&&document.hasFocus()&&!this.form&&e.Je(),this.I.classList.toggle("open",i),p(this.v,"aria-modal",this.pt?"true":null),this.ft(),this.log.m(),this.mt(),this.be.hidden=!e.pe;let{author:n={}}=e.l.ye()||{};m(this.be.lastChild,t.i("typing",{name:this.log.name(n)})),this.gt(i?0:e.unread)}ft(){let e=this.r.Ye;if(e&&!this.form){let t=this.N.activeElement;this.form=new U(this.e,this.C,this.fields,this.r.Le,i=>this.r.Ke(i)),this.ne.before(this.form.s),this.ne.hidden=!0,this.form.w(this.r.Ae),t&&this.c&&!this.N.activeElement&&this.form.focus()}else if(!e&&this.form){let t=this.form.s.contains(this.N.activeElement);this.form.s.remove(),this.form=null,this.ne.hidden=!1,t&&this.D.focus()}}mt(){let e=navigator.onLine===!1;this.xe.hidden=!e,m(this.xe,e?this.e.i("offline"):"")}gt(e){let{e:t}=this,i=t.i(this.c?"close":"open")+(e?". "+t.i("unread",{n:e}):"");p(this.V,"aria-label",i),p(this.V,"aria-expanded",String(this.c)),this.ge.firstChild.classList.contains("down")!==this.c&&this.ge.replaceChildren(f(this.c?"down":"speech")),this.me.hidden=!e,m(this.me,e>99?"99+":String(e)),e!==this.unread&&this.U.o("unread",this.unread=e)}ae(e){this.c||m(this.Be,this.e.i("arrived",{name:this.log.name(e.author)})),this.U.o("message",e)}key(e){e.key==="Escape"&&this.c&&!e.isComposing?this.close():e.key==="Tab"&&this.c&&this.xt(e),Q(e)}xt(e){let t=[...this.I.querySelectorAll(rt)].filter(l=>l.getClientRects().length),[i,n]=[t[0],t[t.length-1]],[s,o]=e.shiftKey?[i,n]:[n,i];this.N.activeElement===s&&(e.preventDefault(),o.focus())}get pt(){return this.c&&!this.V.getClientRects().length}Pe(){this.c&&this.I.style.setProperty("--seen-height",Math.round(visualViewport.height)+"px")}dt(){let e=a("div",{class:"drop",hidden:!0},f("clip")),t=o=>{this.D.Z&&!this.form&&[...o.dataTransfer.types].includes("Files")&&(o.preventDefault(),e.hidden=!1)},s={dragenter:t,dragover:t,dragleave:o=>{this.v.contains(o.relatedTarget)||(e.hidden=!0)},drop:o=>{e.hidden=!0,this.D.De(o,o.dataTransfer)}};for(let[o,l]of Object.entries(s))this.v.addEventListener(o,l);this.v.append(e)}};function Q(r){r.stopPropagation()}var ee="helpdesk-widget",z=document.currentScript||document.querySelector("script[data-api-key]");async function ot(r,e){for(let t=0;;t++)try{let{config:i}=await r.config();return e.set("config",i),i}catch(i){if(i.status&&!i.ue)throw i;if(e.get("config"))return e.get("config");await ie(v(t))}}async function at({apiKey:r,desk:e,colorScheme:t,language:i},n){let s=new M(new URL(e||"./",e?location.href:z.src),r),o=new B(r),l=new H(`helpdesk:${r}:`),c=new P(s,o,l),h;lt(new Promise(b=>h=b),c);let u=await ot(s,o),g=u.theme||{},E=(u.formFields||u.preChatForm||[]).filter(b=>b&&b.name),te=[u.language,i,document.documentElement.lang,...navigator.languages],j=new O(re(te),navigator.languages),F=new N(s,o,l,c,E);document.body||await new Promise(b=>document.addEventListener("DOMContentLoaded",b));let Y=document.createElement(ee);Y.begin({r:F,e:j,fields:E,nonce:n,O:{ct:g.headerText,ht:g.position==="bottom-left"?"left":"right",ut:de(g.primaryColor),He:t},Z:u.allowFileUploads!==!1,C:u.welcomeText||j.i("welcome")}),document.body.append(Y),h({widget:Y,r:F}),F.begin()}function lt(r,e){let t=s=>d((...o)=>{r.then(l=>s(l,...o)).catch(x)}),i={open:t(({widget:s})=>s.open()),close:t(({widget:s})=>s.close()),on:(s,o)=>{let l=r.then(({widget:c})=>c.U.on(s,o));return()=>l.then(c=>c())},identify:d(s=>r.then(({r:o})=>o.identify(s))),setMetadata:d(s=>{Object.assign(e.metadata,s)}),reset:t(({r:s})=>s.forget()),push:(...s)=>s.forEach(([o,...l])=>Object.hasOwn(i,o)&&i[o](...l))},n=Array.isArray(window.Helpdesk)?window.Helpdesk:[];window.Helpdesk=Object.freeze(i),i.push(...n)}!z||!z.dataset.apiKey?x("the script tag needs data-api-key"):customElements.get(ee)?x("the script is on this page twice"):(customElements.define(ee,$),at(z.dataset,z.nonce).catch(r=>x("the chat is not shown:",r.message)));})();
