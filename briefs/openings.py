"""How English sentences open that go on with what was said before, as patterns.

Every repetition is bounded, so that no text takes longer than its length allows.
"""

import re

from briefs.naming import SAYS

OPENERS = re.compile(r"[\s•▪◦‣·●○■*#>–—\"“«'‘(\[-]*")
QUOTED = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|\"[^\"]*(?:\"|$)")
CLOSING = re.compile(r"[^“”«»\"]*[”»]")

_TIME = (
    r"(?:past\s|last\s|coming\s|very\s)?(?:year|week|month|morning|afternoon|evening|night|season"
    r"|summer|winter|spring|autumn|fall|weekend|century|decade|quarter|semester|term|time"
    r"|days|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December|article|story|page|site|website|content|copy)"
)
_IS = (
    r"(?:is|was|are|were|has|had|have|will|would|can|could|may|might|should|did|does|do|said|says)"
)

# What goes on with what was said before, where it opens a sentence.
GOES_ON = re.compile(
    r"(?:however|but|and|or|nor|yet|meanwhile|moreover|furthermore|additionally|therefore|thus|hence"
    r"|consequently|nevertheless|nonetheless|also|likewise|conversely|accordingly|afterwards?"
    r"|that\ssaid|even\s(?:so|then)|since\sthen|until\sthen|by\sthen|before\sthen|soon\safterwards?"
    r"|shortly\s(?:afterwards?|thereafter)|as\ssuch|so\stoo|or\snot|not\sso|if\s(?:so|not)"
    r"|(?:on|at)\sthe\ssame\s(?:day|time)|the\ssame\s(?:day|month|year|week|goes|is|thing)"
    r"|(?:the\s)?(?:next|following|previous)\s(?:day|morning|week|month|year|night|evening)"
    r"|(?:[a-z]+\s){0,2}(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\s(?:later|earlier)"
    r"|in\s(?:other\swords|the\smeantime|both\scases|each\scase|either\scase|that\scase|fact|short)"
    r"|because\sof\sthat|for\s(?:example|instance)|on\sthe\sother\shand|on\stop\sof\sall\sthat"
    r"|all\sthe\swhile|what['’]s\smore|(?:once|while|from)\sthere(?=,)|neither\sof|not\sonly\sthat|not\sto\smention"
    r"|(?:still|later|elsewhere|here|then|too|instead|in\s(?:addition|contrast|turn|return|response"
    r"|particular|the\sprocess)|by\s(?:contrast|comparison)|as\sa\sresult|at\sthe\stime|soon\safter"
    r"|shortly\safter|the\sday\s(?:after|before)|worse|indeed|one\sexception|similarly|otherwise"
    r"|after\sall|there|otherwise|either\sway|of\scourse|first|second|third|finally|again|though)(?=,)"
    r"|so(?=,|\s(?:he|she|it|they|we|i|the|a|what|why|how|when|is|are|did|does|will|if)\b)"
    r"|then(?=\s(?:he|she|it|they|we|i|the|a|there|came)\b)|why\snot|which(?=\s[^?]*$)"
    r"|later(?=\s(?:that|in\sthe)\b)|instead(?=\s(?:he|she|it|they)\b))\b,?\s*",
    re.IGNORECASE,
)
IN_PASSING = re.compile(
    r"[^\"“]{1,90}?,\s(?:therefore|in\sturn|for\s(?:example|instance)|instead"
    r"|on\sthe\sother\shand|by\scontrast|in\scontrast|nevertheless|nonetheless|though|then)[,.]"
)

# "It" means nothing in "It is not clear whether".
EMPTY_IT = re.compile(
    r"it(?:['’]s|['’]ll|['’]d)?\s(?:(?:is|was|will|would|may|might|could|can|should|must|has|had|be"
    r"|been|being|became|become|becomes|seems?|seemed|appears?|appeared|remains?|remained|also"
    r"|still|now|not|isn['’]t|wasn['’]t|doesn['’]t|didn['’]t|does|did|just|only|very|so|too|quite"
    r"|probably|certainly|perhaps|far|more|currently|immediately|often|even|never|yet|always"
    r"|widely|generally|long|no|an?|equally|absolutely|really|pretty|increasingly)\s){0,5}?"
    r"(?:(?:clear|unclear|likely|unlikely|possible|impossible|important|hard|harder|difficult"
    r"|easy|easier|true|unknown|uncertain|obvious|evident|crucial|essential|necessary|vital|rare"
    r"|common|unusual|surprising|fair|good|best|better|early|late|soon|worth|time|safe|nice|great"
    r"|wrong|right|okay|illegal|legal|critical|tough|fun|sad|ironic|interesting|inevitable|tempting"
    r"|surprise|secret|wonder|coincidence|mistake|shame|pity|fact|matter|enough|amazing|strange"
    r"|customary|reasonable|helpful|useful|sure|conceivable|plausible|apparent|appropriate"
    r"|imperative|doubtful|natural|odd|stupid|ridiculous|disappointing|unfortunate|unfair)\b"
    r"[^.;]{0,60}?\b(?:that|whether|to|if|how|why|what|who|when|where|for|\w+ing)\b"
    r"|(?<=(?:is|as|en|be|ot|ll|so|ow|et|'t)\s)(?:[a-z]+ly\s|also\s|now\s)?(?:said|believed|thought|reported|estimated|alleged|understood|known|claimed|suggested|hoped"
    r"|feared|expected|rumou?red|announced|assumed|noted|revealed|decided|argued|discovered"
    r"|determined)\s"
    r"(?:[\w-]{1,20}\s){0,4}?(?:that|whether|how|if|what|why|who|when)\b"
    r"|(?:turns|turned)\sout|(?:emerged|happens|happened|occurred\sto\s\w+|means)\sthat\b"
    r"|(?:seems?|seemed|appears?|appeared|looks?|looked|feels?|felt)\s(?:that|as|like|every)\b"
    r"|(?:seems|appears)\s(?!to\b)(?:the|a|he|she|they|we|i|you|there)\b"
    r"|rain(?:s|ing|ed)|snow(?:s|ing|ed)|(?:cold|hot|dark|midnight|noon)\b"
    r"|(?:takes?|took|costs?|helps|helped|hurts|make|makes|made\ssense)\b[^.;]{0,60}?\b(?:to|that)\b"
    r"|(?:the\s)?(?:first|second|third|last|only)\stime\b|\d|(?:until|because|only)\b|thanks\sto"
    r"|(?:in|on|at|during|through|with|from|here|there|then)\s[^.;]{1,60}?\sthat\b"
    r"|(?<=(?:is|as)\s)(?:the|he|she|they|we|you|(?-i:[A-Z])[\w-]+)\b[^.,;]{0,60}?\s(?:who|that)\b"
    r"|be\sseen\b|to\sbe\sseen|goes\swithout|comes\sas\sno\ssurprise|come\sto\sthis|as\sif\b"
    r"|(?:\w+\s){0,2}(?:years|months|weeks|days|decades|hours)\s(?:since|ago|before|after)"
    r"|[^.;]{0,30}\bdepends\son\show)",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"(?:(?P<it>it(?:['’](?:s|ll|d))?)|(?P<they>they(?:['’](?:re|ve|ll|d))?|their|theirs|its|them))\b"
    r"|(?P<points>(?:this|these)\b(?!\s" + _TIME + r"\b)(?!['’]s\syear)"
    r"|that(?:['’]s)?\b(?!\s(?:much|many)\b)"
    r"|those\b(?!\s(?:who|whose|with|in|of|from|that|which|under|without|on|at|people|[a-z]+ing)\b)"
    r"|such\b|another\b|others\b|both\b(?!\s(?:the\s|of\s)?(?-i:[A-Z])[^,.]{1,60}?\sand\s)"
    r"|the\s(?:two|three|four|five|six|pair|trio|duo|couple|latter)\b(?!-|\s(?-i:[A-Z])|\sof\b|\sand\b)"
    r"|the\sformer(?=,|\s" + _IS + r"\b)"
    r"|(?:some|many|most|several|few|none|all|each|neither|either|one|two|three|four|five|half|more)"
    r"\s(?:were|was|are|is|had|has|have|did|of\s(?:them|these|those|whom|which)|others)\b"
    r"|one\sof\sthe\s(?:men|women|victims|suspects|two|three)\b"
    r"|[\w,]{1,12}\s(?:\w{1,12}\s)?of\s(?:them|these|those)\b"
    r"|the\s(?:first|second|third|fourth|latest|last|next|others?|rest|remaining|final)\s"
    + _IS
    + r"\b|the\s(?:second|third|fourth|latest|last|next|other|remaining|final)\s[a-z-]{3,20}\s"
    r"(?:took|came|happened|began|started|ended|arrived|left|"
    + _IS
    + r")\b|the\s(?:same|reason|result|answer|problem|difference|goal|aim|idea)\s"
    r"(?:is|was|has|had|will|would|goes)\b)",
    re.IGNORECASE,
)
# Nouns that say nothing of which one is meant.
_THE = (
    r"the\s(?:new\s|whole\s|entire\s|same\s)?(?P<noun>company|firm|organi[sz]ation|report|study"
    r"|statement|post|article|paper|investigation|survey|letter|video|film|movie|book|footage|image"
    r"|images|photo|photos|incident|accident|crash|attack|shooting|move|decision|deal|agreement"
    r"|announcement|ruling|verdict|lawsuit|suit|bill|measure|proposal|finding|findings|results"
    r"|researchers|authors|team|agency|website|group|plane|ship|vessel|boat|vehicle|car|truck|song"
    r"|album|discovery|pact|breach|alliance|information|situation|summary|shooter|soldiers|scientists|shipments?|spacecraft|mission|probe|visit|cars|tweet|message|memo|email|e-mail|document|documents|complaint|event|service"
    r"|show|series|program|product|device|network|newspaper|magazine|site|town|city|village|country"
    r"|area|building|victims?|suspects?|charges|case|fire|storm|operation|idea|news|effort|change"
    r"|changes|policy|practice|figures?|numbers?|picture|clip|data|tankers|ministry|church|school"
    r"|family|girl|boy|man|woman|men|women|teen|teenager|driver|officer|officers|singer|actor"
    r"|actress|rapper|star|author|player|pilot|couple|mother|father|baby|child|minister|spokesman"
    r"|spokeswoman|lawyer|analyst|researcher|student|former\s[a-z]{3,15}"
    r"|\d{1,3}-year-old(?:\s[a-z]{3,12})?)"
)
PERSON_NOUNS = re.compile(
    r"(?:girl|boy|man|woman|teen|teenager|driver|officer|singer|actor|actress|rapper|star|author"
    r"|player|pilot|mother|father|baby|child|minister|spokes(?:man|woman)|lawyer|analyst|researcher"
    r"|student|former|\d)"
)
DEFINITE = re.compile(
    _THE
    + r"(?:['’]s?)?\s(?:(?:also|now|then|later|still|never|only|even|just|already|initially)\s)?"
    r"(?:"
    + _IS
    + r"|"
    + SAYS
    + r"|came|comes|raises?|marks?|gives?|means?|follows?|calls?|brings?|allows?|runs?|ran|helps?"
    r"|found|shows?|showed|took|takes|made|makes|went|began"
    r"|begins|left|got|gets|became|remains|includes?|appears?|[a-z]{2,20}ed)\b",
    re.IGNORECASE,
)
SAYS_THE = re.compile(
    rf"\b{SAYS}\s{_THE.replace('noun', 'whom')}[.,]?\s*$|\s{_THE.replace('noun', 'who')}\s{SAYS}\b",
    re.IGNORECASE,
)
IT_SAYS = re.compile(rf"\b(?:it|they)\s(?:also\s)?{SAYS}\b|\b{SAYS}\s(?:it|they)\b", re.IGNORECASE)
SAYS_THIS = re.compile(rf"\b{SAYS}(?:\sthat)?\s(?:this|these|such)\b(?!\s{_TIME}\b)", re.IGNORECASE)

UNTIL_COMMA = re.compile(r"(?P<opening>[^,;]{2,140}),\s(?:[a-z]+ly,?\s|also\s|then\s)?(?=\w)")
BEFORE_SUBJECT = re.compile(
    r"(?P<opening>(?:in|on|at|by|last|this|earlier|later|yesterday|today|now|sometimes|perhaps"
    r"|recently|maybe|for|during|after|before|next|once|tonight|soon|from|until|since|within)"
    r"(?:\s[\w-]{1,20}){0,4}?)\s(?=(?:he|she|it|they)\s[a-z])",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"(?:in|on|at|by|with|without|within|for|from|of|to|under|over|during|despite|after|before"
    r"|since|until|through|throughout|along|among|amid|besides|beyond|like|unlike|as|about|around"
    r"|because|according|based|given|following|apart|aside|except|instead|rather|even|only|just"
    r"|last|next|earlier|later|now|today|yesterday|tonight|once|when|whenever|while|if|although"
    r"|though|where|wherever|unless|whether|asked|born|first|perhaps|maybe|sometimes|still|a|an"
    r"|one|two|three|\d+|\w+(?:ing|ed|ly)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"(?:when|whenever|while|if|although|though|because|unless|where|as|since|after|before|once"
    r"|until|even\s(?:if|though)|for|like|unlike|whether)\b(?!\s\w+ing\b)",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(
    r"\b(?:(?:these|those|this|such(?!\sas\b))\b(?!\s" + _TIME + r"\b)(?!\swho\b)"
    r"|(?:in|at|of|to|for|after|before|during|since|by|from|on|with|despite|beyond|following|until"
    r"|because\sof|about|under)\sthat\b(?!\s(?:the|a|an)\b)|them\b|(?:doing|done|did|do)\sso"
    r"|(?:the\slatter|the\stwo)\b)",
    re.IGNORECASE,
)

HE = re.compile(
    r"\b(?:[Hh]e|[Ss]he)(?:['’](?:s|d|ll))?\b(?!\s[A-Z]|/)|\b(?:[Hh]is|[Hh]er|him|hers)\b"
)
# Who says so at the end is nobody who was spoken of before: "The boats left Roe behind, he said."
HE_SAID = re.compile(rf",\s(?:[Hh]e|[Ss]he)\s(?:also\s)?{SAYS}\b[^,]{{0,40}}$")
NAMES_SPEAKER = re.compile(rf"\b{SAYS}\b")
HIGHNESS = re.compile(r"[Hh](?:is|er)\s(?:Majesty|Holiness|Excellency|Royal|Highness|Hono)")
FIRST_PERSON = re.compile(
    r"(?:We|I|Our|My|You)\b(?:['’](?:m|ve|re|ll|d)\b)?(?!\.)(?=\s[a-z])|I\b(?=['’]|\s)"
)
