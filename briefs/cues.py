"""Words that give a line away as no part of an article.

Evidence besides the shape of the text, not instead of it: a line that shape alone decides is
decided in any language. What could also be a heading ("Facebook", "Comments") is a weak cue, and
counts only in company.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 400
"""Characters. A longer line is a paragraph, and no single cue makes it junk."""


class Reason(StrEnum):
    """Why something is no part of the article."""

    NAVIGATION = "navigation"
    TEASER = "teaser"
    RELATED = "related"
    TAGS = "tags"
    SHARING = "sharing"
    SUBSCRIPTION = "subscription"
    DONATION = "donation"
    COOKIES = "cookies"
    ADVERTISING = "advertising"
    TEMPLATE = "template"
    EMBEDDING = "embedding"
    TITLE = "title"
    BYLINE = "byline"
    COMMENTS = "comments"
    LEGAL = "legal"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What the words of a line say."""

    reason: Reason
    certain: bool = True
    """Whether it needs no company."""
    opens: bool = False
    """Whether it is the heading of a list or a section of its kind."""


_NETWORK = (
    r"(?:facebook|twitter|x|instagram|whatsapp|telegram|linkedin|pinterest|reddit|tumblr|flipboard"
    r"|youtube|viber|vk|vkontakte|odnoklassniki|messenger|google\+|pocket|rss|tiktok|threads"
    r"|bluesky|mastodon|e-?mail|email)"
)

_CERTAIN_SECTIONS = (
    (
        Reason.RELATED,
        (
            r"(?:read|see|watch|listen|learn)\s(?:also|more|next|this\snext|these\snext)"
            r"|also\s(?:read|see|watch|on\s.{1,30})|related(?:\s(?:articles?|stories|story|content|news"
            r"|posts?|topics?|links?|coverage|reading|videos?|roundups?))?"
            r"|recommended(?:\s(?:for\syou|stories|reading|articles|videos?|by\s.{1,20}))?"
            r"|(?:more|other)\s(?:news|stories|articles|headlines|coverage)"
            r"(?:\s(?:from|on|about|by|in)\s.{1,50})?"
            r"|more\s(?:from|on\sthis)(?:\s.{1,40})?"
            r"|(?:you\s)?(?:may|might)\s(?:also\s)?(?:like|be\sinterested\sin)(?:\sthis)?"
            r"|you\s(?:may|might)\shave\smissed|don['’]t\smiss|in\scase\syou\smissed\sit"
            r"|most\s(?:read|popular|viewed|shared|commented|recent|watched)(?:\s(?:stories|articles"
            r"|news|in\s.{1,30}|on\s.{1,30}))?|trending(?:\s(?:now|news|stories|topics|today))?"
            r"|editors?['’]?s?\s(?:picks?|choice)|latest(?:\s(?:news|stories|headlines|updates"
            r"|articles|videos?|posts))|our\slatest\sstories|recent\s(?:posts|news|articles|stories)"
            r"|popular(?:\s(?:now|posts|stories|news|articles))|top\s(?:stories|news|headlines)"
            r"|(?:what\sto\s)?(?:read|watch)\snext|up\snext|next\sup|featured\s(?:video|stories|articles"
            r"|posts)|(?:stories|articles)\syou\smay\slike|from\s(?:around\s)?the\sweb|elsewhere\son\s"
            r".{1,40}|lesen\ssie\sauch|mehr\szum\sthema|das\skönnte\ssie\sauch\sinteressieren"
            r"|lire\saussi|à\slire\saussi|sur\sle\smême\ssujet|l[ae]a\s(?:también|además)"
            r"|te\spuede\sinteresar|leia\s(?:também|mais)|veja\stambém|leggi\sanche|lees\sook"
            r"|baca\sjuga|czytaj\s(?:też|także)|читайте\s(?:также|ещё|еще|також|по\sтеме)"  # noqa: RUF001
            r"|по\sтеме|関連記事|相关阅读|相关新闻|관련기사"  # noqa: RUF001
        ),
    ),
    (
        Reason.COMMENTS,
        (
            r"\[?\s?\d[\d,.]{0,7}\scomments?\s?\]?|comments?\s?\(\d{1,6}\)|(?:leave|post|write|add)\sa\s"
            r"(?:reply|comment)(?:\s.{1,30})?|join\sthe\s(?:conversation|discussion|debate)"
            r"|(?:view|show|read|see)\s(?:all\s)?(?:\d{1,6}\s)?comments|no\scomments(?:\syet)?|comments?\s(?:are\s)?closed"
            r"|(?:top(?:\srated)?|user|reader|all)\scomments|have\syour\ssay"
            r"|be\sthe\sfirst\sto\s(?:comment|reply)(?:\s.{1,30})?"
            r"|kommentare(?:\s\(\d{1,6}\))?|commentaires|comentarios|comentários|комментарии"
            r"|leave\sa\sreply\scancel\sreply"
        ),
    ),
)

_CERTAIN_LINES = (
    (
        Reason.RELATED,
        (
            r"(?:read|see|watch|listen)\s(?:also|more|next)\s?[:\-–—|>»].{2,200}|watch\s?:\s.{2,150}"
            r"|(?:also\sread|also\ssee|related|related\s(?:story|stories|article|news)|must\sread"
            r"|lesen\ssie\sauch|(?:à\s)?lire\saussi|lea\stambién|leia\s(?:também|mais)|leggi\sanche"
            r"|lees\sook|baca\sjuga|czytaj\s(?:też|także)|читайте\s(?:также|ещё|еще|також))\s?[:|].{2,200}"
        ),
    ),
    (
        Reason.TAGS,
        (
            r"(?:tags?|tagged|tagged\s(?:with|in|as)|filed\s(?:under|to|in)|keywords|topics|labels|categor"
            r"(?:y|ies)|hashtags|schlagwörter|mots[\s-]clés|etiquetas|теги|темы|метки)\s?:.{0,250}"
            r"|(?:#\w{1,40},?\s?){2,12}"
        ),
    ),
    (
        Reason.SHARING,
        (
            r"share|tweet|teilen|partager|compartir|compartilhar|condividi|udostępnij|поделиться|follow\s@\w{1,30}"
            r"|share\s(?:this|it|on|via|with|to)(?:\s(?:article|story|post|page|news|video|with|on|via"
            rf"|your|friends|{_NETWORK})){{0,4}}:?|share\s?:?\s{_NETWORK}.{{0,60}}"
            rf"|(?:tweet|pin|save|print|email|e-mail|copy|send)\s(?:this|it|link|article|story)"
            r"(?:\s(?:article|story|page|post|to\sa\sfriend))?"
            rf"|(?:(?:like|find|join)\s(?:us|me)|follow\s\w{{2,20}}(?:\s\w{{2,20}})?)\son\s(?:social\smedia|{_NETWORK}).{{0,60}}"
            r"|\d[\d.,]{0,6}[km]?\sshares?|copy\slink|link\scopied|click\sto\sshare.{0,60}"
            r"|(?:this\s(?:article|story)\s)?has\sbeen\sshared\s[\d.,]{1,9}\stimes"
        ),
    ),
    (
        Reason.SUBSCRIPTION,
        (
            r"newsletter\s(?:abonnieren|bestellen)|подписывайтесь\sна\s.{1,60}|suscr[ií]bete\sa\s.{1,60}"  # noqa: RUF001
            r"|abonnez-vous\sà\s.{1,60}|(?:sign\sup|signup|subscribe|register)(?:\s(?:now|here|today|free|for\sfree)){0,2}[!.]?"
            r"|(?:sign\sup|subscribe)\s(?:here\s)?(?:for|to|now|today|and|with)\b.{0,120}"
            r"\b(?:newsletters?|inbox|e-?mails?|alerts|updates|channel|digest|briefing|podcast"
            r"|magazine|edition|youtube|telegram)\b.{0,120}"
            r"|(?:register|join)\s.{1,60}\b(?:newsletters?|inbox|mailing\slist|telegram\schannel)\b.{0,80}"
            r"|(?:get|receive|want)\b.{1,120}\b(?:inbox|newsletters?|e-?mail\salerts?)\b.{0,80}"
            r"|.{0,60}\b(?:delivered|straight|direct|directly)\b.{0,30}\b(?:to\s)?(?:your\s)inbox\b.{0,60}"
            r"|enter\syour\se-?mail.{0,60}|your\se-?mail(?:\saddress)?\s?[*:]{0,2}|e-?mail\saddress"
            r"|thank(?:s|\syou)\sfor\s(?:signing\sup|subscribing).{0,60}|invalid\semail.{0,30}"
            r"|(?:already\sa\s)?subscribers?\s(?:log\sin|only).{0,30}|unsubscribe.{0,60}"
            r"|see\sall\snewsletters|newsletter\ssign[\s-]?up|stay\s(?:informed|connected|up\sto\sdate)"
            r"(?:\swith\s.{1,60})?[.!]?|download\s(?:the|our)\s.{0,20}app.{0,40}|click\shere\sto\s(?:get"
            r"|subscribe|sign\sup|download|join|read).{0,80}"
        ),
    ),
    (
        Reason.COOKIES,
        (
            r"(?:cookies?|privacy)\s(?:policy|settings|preferences|notice|consent|statement)"
            r"|(?:accept|reject|allow|manage)\s(?:all\s)?(?:cookies|preferences|consent)|accept\s(?:and"
            r"\scontinue|all)|i\saccept|(?:we|this\s(?:web)?site|our\s(?:web)?site)\b.{0,60}\b"
            r"use[sd]?\b.{0,60}\bcookies\b.{0,280}|by\s(?:using|continuing|browsing|visiting|clicking)\b"
            r".{0,150}\b(?:cookies|privacy\spolicy|terms)\b.{0,200}|the\scookie\ssettings\s.{0,300}"
        ),
    ),
    (
        Reason.ADVERTISING,
        (
            r"(?:-\s?)?advertisements?(?:\s?-)?|ads?\sby\s.{1,30}|sponsored(?:\s(?:content|links?|post|by"
            r"\s.{1,40}))?|promoted(?:\s(?:content|stories|by\s.{1,40}))?|paid\s(?:content|post)"
            r"|partner\scontent|(?:article|story|report|post)\scontinues\s(?:below|after).{0,40}"
            r"|scroll\s(?:down\s)?(?:to|for)\s(?:continue|more|read).{0,40}|continue\sreading"
            r"(?:\s(?:below|the\smain\sstory))?|advertisement\s[\W_]{0,3}\s?(?:continue|scroll).{0,40}"
            r"|anzeige|werbung|publicité|publicidad|publicidade|реклама|skip\sad(?:vertisement)?"
        ),
    ),
    (
        Reason.TEMPLATE,
        (
            r"[a-z][\w-]{0,40}/[\w/-]{1,60}\.[\w.-]{1,60}|[a-z]\w{0,40}(?:\.[a-z]\w{0,40}){1,4}_\w{1,40}"
            r"|\{\{.{1,80}\}\}|\$\{.{1,80}\}|\{%.{1,80}%\}|\[object\sobject\]|%[a-z_]{3,30}%"
            r"|\[(?:email|javascript)[^\]]{1,40}\]"
        ),
    ),
    (
        Reason.EMBEDDING,
        (
            r"@\w{2,30}|view\sthis\spost\son\s.{1,30}|view\son\s(?:twitter|instagram|facebook)"
            r"|(?:media\s)?playback\sis\s(?:un|not\s)supported.{0,40}|your\sbrowser\sdoes\snot\s"
            r"support.{0,80}|loading\s?(?:\.\.\.|…|the\splayer.{0,20})|replay\svideo|play\svideo"
            r"|this\scontent\sis\s(?:not\savailable|hosted\sby).{0,60}|embed(?:ded)?\scode"
        ),
    ),
    (
        Reason.LEGAL,
        (
            r"©.{0,300}|\(c\)\s\d{4}.{0,200}|copyright\s(?:©|\(c\)|\d{4}).{0,300}|.{0,200}\ball\srights"
            r"\sreserved\b.{0,200}|terms\s(?:of|and)\s(?:use|service|conditions|sale)"
            r"(?:\s(?:and|&|\|)\s.{1,40})?"
            r"|privacy(?:\spolicy)?\s[|&]\sterms.{0,40}|this\smaterial\smay\snot\sbe\spublished,.{0,200}"
            r"|do\snot\ssell\smy\s(?:personal\s)?info.{0,30}|this\ssite\sis\sprotected\sby\sre.{0,120}"
            r"|legal\snotice|impressum|datenschutz(?:erklärung)?|mentions\slégales"
        ),
    ),
    (
        Reason.COMMENTS,
        (
            r"(?:please\s)?log\sin\sto\s(?:comment|reply|leave).{0,60}|report\s(?:this\s)?comment"
            r"|your\semail\saddress\swill\snot\sbe\spublished.{0,60}|required\sfields\sare\smarked.{0,6}"
            r"|save\smy\sname,.{0,120}|by\ssubmitting\sthis\sform.{0,200}"
        ),
    ),
    (
        Reason.NAVIGATION,
        (
            r"skip\sto\s.{1,30}|contact\sus|about\sus|report\s(?:an?|this)\s(?:error|typo|mistake)"
            r"|(?:found|spotted|noticed)\san?\s(?:error|typo|mistake)\?.{0,100}"
            r"|listen\sto\sthis\s(?:article|story)(?:\s.{1,40})?|(?:back|return)\sto\s(?:top|home|homepage|the\stop)|jump\sto\s.{1,30}"
            r"|(?:log|sign)\s(?:in|out|off)|my\saccount|toggle\s(?:navigation|menu|search)"
            r"|(?:open|close|main)\s(?:menu|navigation|search)|home\s?[>»/›|].{1,150}"  # noqa: RUF001
            r"|(?:next|previous|prev)\s(?:article|story|post|page|slide)|(?:view|see|show|load)\s"
            r"(?:all|more|full|less)(?:\s?\(\d{1,5}\)|\s\w{1,20}){0,2}|site\s(?:index|map)|more\snews"
            r"|read\s(?:full|the\sfull)\s(?:story|article)|[<>«»‹›←→]{1,2}\s?(?:previous|next|back|more)"  # noqa: RUF001
            r"|(?:previous|next)\s?[<>«»‹›←→]{1,2}|go\sto\s.{1,30}[»›>]|\d{1,2}\smin(?:ute)?s?\sread"  # noqa: RUF001
        ),
    ),
)

_WEAK_LINES = (
    (Reason.SHARING, rf"print|save|pin(?:\sit)?|follow(?:\sus)?|like|{_NETWORK}"),
    (
        Reason.NAVIGATION,
        (
            r"home|menu|search|close|next|previous|prev|back|more|sections|contact|careers|jobs|help|faq|sitemap|login|register|subscribe|subscriptions|newsletters?|archive"
            r"|advertis(?:e|ing)(?:\swith\sus)?|news|sports?|business|opinion|politics|world|entertainment"
            r"|lifestyle|health|science|tech|technology|travel|weather|video|videos|photos|podcasts|live"
            r"|exclusive|updated|breaking|all|view\sall|e-?paper|feedback|accessibility|editions?"
        ),
    ),
    (Reason.TAGS, r"tags?|topics|categories|keywords"),
    (Reason.COMMENTS, r"comments?|reply|reply\sto|like|report|discussion"),
    (Reason.LEGAL, r"terms|privacy|legal|disclaimer|imprint|cookies"),
)


def _compiled(rules: tuple[tuple[Reason, str], ...]) -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    return tuple((reason, re.compile(rule, re.IGNORECASE)) for reason, rule in rules)


_SECTIONS = _compiled(_CERTAIN_SECTIONS)
_LINES = _compiled(_CERTAIN_LINES)
_WEAK = _compiled(_WEAK_LINES)


def cue(text: str) -> Cue | None:
    """Return what the words of a line say of it, None for the line of an article."""
    line = text.lstrip("•▪◦‣·●○■–—-* ").rstrip()
    if not line or len(line) > LONGEST:
        return None
    bare = line.rstrip(" :…>»›→|-").removesuffix("...")  # noqa: RUF001
    for reason, pattern in _SECTIONS:
        if pattern.fullmatch(bare):
            return Cue(reason=reason, opens=True)
    for reason, pattern in _LINES:
        if pattern.fullmatch(line):
            return Cue(reason=reason)
    for reason, pattern in _WEAK:
        if pattern.fullmatch(bare):
            return Cue(reason=reason, certain=False)
    return None
