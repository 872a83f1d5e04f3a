"""Rules to begin with: what comment spam commonly does, and a few harmless words to try moderation on.

They are written for blogs and discussions in English. Only what hardly anybody writes in good faith is
rejected; the rest is held for a person.
"""

from moderation.domain.rules import Action, Kind, RuleSpec, Scope

RECORDING = (
    "(?:chann?els?|chanels?|videos?|vids?|music|songs?|tracks?|sounds?|singles?|beats?|covers?|remix(?:es)?|"
    "raps?|album|mixtape|stream|playlist)"
)
PLACE = "(?:page|profile|blog|website|site|shop|store|apps?|game)"
LINK = r"(?:https?://|www\.)"
FEW = r"(?:\W+\w+){0,3}?\W+"  # at most three words, and the space around them
FEWER = r"\W+(?:\w+\W+){0,2}?"
PLEASE = "(?:please|pls|plz|plea[sz]+e)"
# Whoever answers "I will check it out" asks nobody for anything.
ANSWERING = r"(?<!\b(?:i|i'?ll|i'?ve|we|we'?ll|will|to|gonna|must|should|can|let'?s|not)\W+)"

DEMO_RULES = (
    RuleSpec(
        name="Demo: rejected words", kind=Kind.WORDS, value="orange, kumquat, pomelo", action=Action.REJECT
    ),
    RuleSpec(name="Demo: words for a person", kind=Kind.WORDS, value="grapefruit", action=Action.HOLD),
)


def _spam(name: str, kind: Kind, value: str, *, action: Action = Action.HOLD) -> RuleSpec:
    return RuleSpec(name=name, kind=kind, value=value, action=action, scope=Scope.COMMENTS)


def _pattern(name: str, *either: str, action: Action = Action.HOLD) -> RuleSpec:
    return _spam(name, Kind.PATTERN, "|".join(either), action=action)


SELF_PROMOTION = (
    _pattern(
        "Sends readers to own recordings",
        rf"\b(?:check|visit|sub|subscribe|support|discover){FEW}(?:my|our){FEW}{RECORDING}\b",
        action=Action.REJECT,
    ),
    _pattern(
        "Trades subscriptions",
        r"\b(?:sub|follow|like)\W*(?:4|for)\W*(?:sub|follow|like)\b",
        r"\bsub(?:scribe)?\W+(?:to\W+me|me|back|for\W+more)\b",
        action=Action.REJECT,
    ),
    _pattern(
        "Begs for subscribers",
        rf"\b(?:{PLEASE}|don'?t\W+forget\W+to)\W+sub(?:scribe)?\b(?!-)",
        r"\b(?:also|and|or)\W+sub(?:scribe)?(?=\s*[!.]|\s*$|\W+(?:for|now|please|to\W+(?:my|our|this))\b)",
        r"(?m)(?:^|[.!?:]\s*)subscribe\b",
        rf"\b(?:i|we|me|us)\b{FEW}\d+\W+(?:\w+\W+)?sub(?:s|scribers)\b",
        r"\b(?:help|get|give|need)\W+(?:me|us|my)\b.{0,30}\b(?:subs|subscribers|followers|fans)\b",
        rf"\b{PLEASE}\W+(?:vote|support)\W+(?:for\W+)?(?:me|us)\b",
    ),
    _pattern(
        "Speaks of own recordings as an offer",
        rf"\b(?:my|our){FEWER}(?:channel|youtube|mixtape|soundcloud)\b",
        rf"\b{PLEASE}\b.{{0,60}}\b(?:my|our){FEWER}{RECORDING}\b",
        rf"\b(?:watch|listen\W+to|look\W+at|hear|like|share|view|go\W+to|come\W+to)\W+(?:my|our){FEW}{RECORDING}\b",
        rf"\b{ANSWERING}(?:check\W+out|visit|look\W+at|go\W+to|come\W+to)\W+(?:my|our){FEWER}{PLACE}\b",
    ),
    _pattern(
        "Asks for a look",
        rf"\b{ANSWERING}check\W+(?:this|me|us)\W+out\b",
        rf"\b{ANSWERING}(?:come|go|guys|everyone|please|pls)\W+check\W+(?:it|them|him|her)\W+out\b",
        rf"\b(?:my|our)\b[^.!?]{{0,80}}\b{ANSWERING}check\W+(?:it|them)\W+out\b",
        rf"\b{ANSWERING}check\W+out\W+(?:this|these){FEWER}(?:{RECORDING}|{PLACE})\b",
        r"\bgive\W+(?:me|us)\W+a\W+(?:listen|chance|like|view|follow|shout)",
    ),
    _pattern(
        "Presents own recordings",
        r"\bi\W+(?:do|make|made|run|started|created|upload(?:ed)?)\b"
        r"(?:\W+(?!(?:not|like|love|watch|enjoy|the|this|these|those|his|her|their|your)\b)\w+){0,3}?"
        r"\W+(?:channel|videos|vids|covers|remixes|mixtape|beats|raps)\b",
        r"\b(?:upcoming|unsigned|aspiring)\W+(?:rapper|singer|artist|producer|youtuber|band|dj)\b",
    ),
    _pattern(
        "Names an account elsewhere",
        r"\bfollow\W+(?:me|us|him|her)\W+(?:on|at|@)",
        r"\badd\W+(?:me|us)\W+(?:on|at)\b|\blook\W+(?:me|us)\W+up\b",
        r"(?:\b(?:my|our|this)|tube)\W+(?:\w+\W+)?channel\s*:\s*\w|\b(?:youtube|facebook|twitter|twitch)\s?[/@]\w",
        r"\b(?:ig|insta(?:gram)?|snap(?:chat)?|whatsapp|telegram|kik)\s?[:@]\s?[@+\w]",
        r"(?m)(?:^|[.!]\s+|please\W+)(?:search|type|look\W+up)\b.{3,60}"
        r"\b(?:on|in|into)\W+(?:youtube|google|soundcloud|spotify)\b",
    ),
)

OFFERS = (
    _pattern(
        "Money for nothing",
        r"\bget\W+paid\W+(?:for|to)\b",
        r"\b(?:earn|ma[dk]e|making)\W+(?:\w+\W+){0,2}?[$€£]\W?\d[\d,.]*\W+(?:an?|per|every|in)\b",
        rf"\b(?:earn|make|making){FEWER}(?:money|cash)\W+(?:online|fast|easily|(?:at|from)\W+home)\b",
        r"\bfree\W+(?:\w+\W+)?(?:gift\W?cards?|iphones?|robux|skins|followers|likes|coins|money|v-?bucks)\b",
    ),
    _spam(
        "What spam sells",
        Kind.WORDS,
        "viagra, cialis, online casino, payday loan, payday loans, forex signals, essay writing service, "
        "weight loss pills, escort service, buy followers, buy backlinks, hack facebook, hack instagram",
    ),
    _pattern(
        "Chain letter",
        r"\b(?:paste|repost|send|post)\W+this\W+(?:to|on|in)\W+(?:\d+|all|every|five|ten|other|your\W+friends)\b",
    ),
)

LINKS = (
    _pattern(
        "Link and hardly a word",
        rf"^\s*(?:(?!{LINK})\S++\s++){{0,3}}(?:{LINK}|watch\?v=)\S++(?:\s++\S++){{0,3}}\s*$",
    ),
    _pattern(
        "Link with an offer",
        rf"(?s)^(?=.*{LINK}).*\b(?:buy|sold|cheap|discount|coupon|promo|giveaway|win(?:ning)?|earn(?:ing)?|"
        r"(?:register|sign\W+up|join|click)\W+(?:us|me|on|here|now|free|at|this|the\W+link)|get\W+paid|vote|donate|"
        rf"petition|subscribe|follow\W+(?:me|us|him|her)|(?:need|make|making)\W+(?:\w+\W+)?money|"
        rf"(?:my|our){FEWER}(?:{RECORDING}|{PLACE}))\b",
    ),
    _pattern(
        "Link that pays its giver",
        rf"{LINK}\S{{0,200}}(?:[?&;](?:ref|aff|affiliate|affiliateid|partner|referrer|referral|invite)="
        r"|/(?:ref|aff|affiliates?|partners?|invite|referrals?)[/=])",
    ),
    _pattern(
        "Link to a shop or a fundraiser",
        rf"{LINK}(?:[\w-]{{1,60}}\.){{0,3}}(?:(?:amazon|ebay|etsy|aliexpress|teespring|redbubble|gofundme|"
        r"kickstarter|indiegogo|patreon|onlyfans)\.|play\.google\.com/store|apps\.apple\.com)",
    ),
    _pattern(
        "Link to a profile",
        rf"{LINK}(?:\w+\.)?(?:facebook|twitter|instagram|soundcloud|twitch|reverbnation|tumblr|vk)\.(?:com|tv)/"
        r"(?!\S{0,100}/(?:status|posts)/)",
    ),
    _pattern(
        "Link that hides where it leads",
        rf"{LINK}(?:bit\.ly|goo\.gl|t\.co|tinyurl\.com|ow\.ly|is\.gd|adf\.ly|shorte\.st|(?:www\.)?linkbucks\.com)/",
    ),
    _spam("Many links", Kind.LINKS, "2"),
)

SPAM_RULES = (*SELF_PROMOTION, *OFFERS, *LINKS, _spam("Very long", Kind.LENGTH, "4500"))
