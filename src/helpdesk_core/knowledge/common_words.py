"""Words that say nothing of what a text is about: those that hold sentences together, and what letters begin and end
with. Of each language the most frequent ones only; what is missing here weighs little for being common.
"""

from typing import Final

from helpdesk_core.words import words_of

_EN = """
a about after again all already also always am an and any anybody anyone anything are as at back be because
been before being both but by came can cannot could did didn do does doesn doing don done down each either
else even ever every everybody everyone everything few for from get gets getting give given go goes going got
had has hasn have haven having he her here hers him his how i if in into is isn it its itself just know let
like ll look made make makes many may maybe me might mine more most much must my need needs no nor not nothing
now of off on once one only or other our ours out over own perhaps please put quite rather re really s same
say see shall she should since so some somebody someone something still such t take than that the their them
then there these they thing things this those though through to told too try trying under until up upon us use
ve very want wants was wasn way we well went were what when where whether which while who whom whose why will
with within without won would yes yet you your yours hello hi hey dear thank thanks thx regards kind best
cheers sincerely greetings good morning evening afternoon question sir madam team help wondering tell
"""
_DE = """
aber alle allem allen aller alles als also am an andere anderen anderes auch auf aus bei beim bekomme bekommen
bin bis bist bitte da dabei dadurch dafur dagegen daher damit danach dann daran darauf daraus das dass davon
dazu dein deine deinem deinen deiner dem den denn der des deshalb dessen dich die dies diese diesem diesen
dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach einmal er es etwas euch euer
eure eurem euren eurer fur ganz gar geben gegen gehen geht genau gerade gern gerne gibt haben habe hab hast
hat hatte hatten hattet hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins irgendwie
ist ja jede jedem jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner konnen konnte konnten
konntet machen mache macht mal man mehr mein meine meinem meinen meiner mich mir mit moglich mochte mochten
muss mussen musste nach nachdem nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem
seinen seiner seit selbst sich sie sind so sogar soll sollen sollte sondern sonst sowie uber um und uns unser
unsere unserem unseren unserer unter vom von vor wann war waren warum was weil welche welchem welchen welcher
welches wenn wer werde werden wie wieder will wir wird wissen wo wohin wollen worden wurde wurden zu zum zur
zwischen hallo guten tag morgen abend moin liebe lieber geehrte geehrter geehrten damen herren danke vielen
dank grusse grussen gruss freundlichen freundliche beste viele frage hilfe helfen servus
"""
_FR = """
a afin ai aie ainsi alors apres as au aucun aucune aura aussi autre autres aux avais avait avant avec avez
avoir avons c ca car ce ceci cela celle celles celui certains ces cet cette ceux chaque chez comme comment d
dans de deja depuis des devrait dois doit donc du elle elles en encore entre es est et etaient etait etant ete
etes etre eu eux faire fais fait faites faut font il ils j je jusqu l la le les leur leurs lors lorsque lui m
ma mais me meme memes mes moi moins mon n ne ni non nos notre nous on ont ou par parce pas pendant peu peut
peuvent peux plus pour pourquoi pourrais pouvez puis puisque qu quand que quel quelle quelles quelque quelques
quels qui quoi rien s sa sans se sera ses si soit son sont sous souhaite suis sur t ta tandis te tes toi ton
tous tout toute toutes tres trop tu un une va vais vers veut veux voici voila voudrais vos votre voulez vous
vraiment y bonjour bonsoir salut madame monsieur cher chere merci cordialement salutations bien question aide
aider svp
"""
_ES = """
a al algo alguien algun alguna algunas alguno algunos ante antes aqui asi aun aunque bien cada como con contra
cual cuales cualquier cuando cuanto cuantos de debe debo del desde donde dos durante e el ella ellas ellos en
entonces entre era eran es esa esas ese eso esos esta estaba estado estamos estan estar estas este esto estos
estoy fue fueron ha haber habia hace hacen hacer hacerlo hago han has hasta hay he hemos la las le les lo los
mas me mi mia mio mis mismo mucho muchos muy nada ni ningun ninguna no nos nosotros nuestra nuestro nuestros o
os otra otras otro otros para pero poco podeis podemos poder podria por porque pues puede pueden puedo que
quien quienes quiero quisiera se sea sean segun ser si sido siempre sin sobre sois solo somos son soy su sus
tal tambien tampoco tan tanto te tener tengo tiene tienen todo toda todas todos tu tus un una unas uno unos
usted ustedes va vamos vez voy vosotros vuestra vuestro y ya yo hola buenos dias buenas tardes noches estimado
estimada estimados gracias saludos saludo cordial favor pregunta ayuda ayudar
"""
_IT = """
a agli ai al alla alle allo anche ancora avere aveva avete c che chi ci ciao cio come con cosa cosi cui d da
dagli dai dal dalla dalle dallo degli dei del della delle dello dentro di dopo dove e ed era erano essere fa
fare gia gli grazie ha hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio molto ne
negli nei nel nella nelle nello no noi non nostra nostro o ogni per perche piu poi posso potete prima puo qual
quale quali quando quanto quella quelle quelli quello questa queste questi questo qui sa se sei senza si sia
siamo siete solo sono sopra sta stato su sua sue sugli sui sul sulla sulle suo suoi tra tu tua tuo tutti tutto
un una uno va vi voi vorrei vostra vostro buongiorno buonasera salve gentile gentili saluti cordiali distinti
prego domanda aiuto
"""
_NL = """
aan al alle alleen als altijd ander andere ben bent bij daar dan dat de deze die dit doe doen door dus een en
er gaat geen gekregen haar had hadden heb hebben heeft hem het hier hij hoe hun ik in is ja je jij jouw jullie
kan kun kunnen kunt maar mag me meer men met mij mijn moet moeten na naar niet niets nog nu of om omdat ons
onze ook op over te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we weer
wel welke werd wie wij wil willen word worden wordt zal ze zelf zich zij zijn zo zonder zou hallo goedemorgen
goedemiddag goedendag beste geachte dank bedankt groeten groet vriendelijke vraag hulp
"""
_PT = """
a ao aos aquela aquele aqui as assim ate cada com como da das de dela dele deles depois do dos e ela elas ele
eles em entre era essa esse esta estao estar estas estava este estes estou eu fazer foi foram ha isso isto ja
la lhe lo mais mas me mesmo meu meus minha minhas muito na nada nao nas nem no nos nossa nosso num numa o onde
os ou para pela pelo pelos por porque posso pode podem quais qual quando que quem quero se sem ser seu seus so
sobre sua suas tal tambem tem tenho ter teu tua tudo um uma umas uns vai voce voces vos ola oi bom dia boa
tarde noite caro cara prezado prezados obrigado obrigada atenciosamente cumprimentos pergunta ajuda ajudar
"""
_PL = """
a aby ale albo ani az bardzo bez bo by byc byl byla bylo byly chce chcialbym chcialabym ci co czy dla dlaczego
do gdy gdzie go i ich ile im inne innych ja jak jaka jakie jako je jego jej jest jestem jeszcze jezeli juz
kiedy kto ktora ktore ktory lub ma maja mam mi mnie moge moj moja moje mozna moze na nad nam nas nasz nasze
nie nich niego niej nim o od on ona one oni oraz po pod poniewaz prosze przed przez przy sa sie ta tak takze
tam te tego tej ten to tu tylko tym u w we wiec wszystko wy z za zawsze ze czesc dzien dobry witam szanowni
panstwo dziekuje pozdrawiam pytanie pomoc
"""
_SV = """
alla allt an att av bara bli blir blivit da de dem den denna deras dess dessa det detta dig din dina dit ditt
du dar efter ej eller en er era ert ett fran for gor ha hade han hans har hej henne hennes hon hos hur har i
icke ingen inom inte ja jag kan kunde man med mellan men mig min mina mitt mot mycket nar nej ni nu nagon
nagot nagra och om oss pa sa sadan sig sin sina sitt ska skulle som till tack under upp ut utan vad var vara
varfor varje vem vi vid vilja vilken vill halsningar vanliga fraga hjalp
"""
_DA = """
af alle alt at blev bliver da de dem den denne der deres det dette dig din dine disse dit dog du efter eller
en end er et for fordi fra ham han hans har havde have hende hendes her hos hun hvad hvem hver hvilken hvis
hvor hvordan hvorfor hvornar i ikke ind ja jeg jer jeres jo kan kunne man mange med meget mellem men mig min
mine mit mod nar ned nej noget nogle nu og ogsa om op os over pa sa selv sig sin sine sit skal skulle som til
tak ud under var vi vil ville vores vaere vaeret hej venlig hilsen mvh sporgsmal hjaelp
"""

COMMON: Final = frozenset(
    words_of(f"{_EN} {_DE} {_FR} {_ES} {_IT} {_NL} {_PT} {_PL} {_SV} {_DA}"),
)
"""In the form of `words_of`."""
