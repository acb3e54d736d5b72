import { phrasesOf } from "./phrases.ts";

/** Clauses have no apostrophes: "don't" is "dont". */
const GROUPS = {
  // what a business sends, and what it does
  texts:
    "texts?|messages?|sms|spam|alerts?|notifications?|reminders?|updates?|promos?|promotions?|ads?|advertising|advertisements?|offers?|marketing|campaigns?|newsletters?|communications?|solicitations?|correspondence|junk",
  texting:
    "texting|messaging|contacting|writing|bothering|harassing|spamming|pestering|annoying|bugging|disturbing|notifying|reminding|calling|emailing",
  halt: "stop|quit|cease|halt|discontinue|desist|refrain",
  filler:
    "all|any|every|of|the|these|those|this|that|your|my|me|us|with|from|more|further|such|so|many|please|unwanted|automated|automatic|daily|subscription|stupid|damn|fucking|annoying|text|spam|sending|send|getting|receiving|to",
  never: "dont|do not|never|didnt|did not|without|not",
  // words around a bare "stop"
  lead: "spam|spammers?|hey|hi|hello|ok|okay|omg|lol|wtf|ffs|ugh|yes|no|nope|thanks|thank you|please|just|seriously|dude|bro|man|sir|maam|again|and|so|but|now|enough|already|once more|last time|final warning|for the last time|kindly|i said|i say|i mean|i repeat|like i said|as i said|(?:i|we) (?:already )?(?:told|asked) (?:you|u|them|you guys|you people)|(?:(?:im|i am) )?(?:telling|asking|begging) you|i need|i want|we want|id like|i would like|you|u|guys|would you|do|will you|can you|could you|wont you|you can|you may|you must|you should|you need|you have|you had better|this must|this has|this needs|these need|make (?:it|this|them|these)|want this|want these|it all|to|number|item|word|\\d+",
  trail:
    "cancel|unsubscribe|end|quit|nonsense|crap|shit|bullshit|bs|it|this|that|them|these|those|contact|now|please|already|immediately|asap|everything|all|all of (?:it|this|these)|at once|today|thanks|thank you|omg|ffs|lol|sir|maam|guys|bro|man|dude|doing (?:this|that|it)|right now|for good|forever|permanently|completely|means|stop|i said|i mean it|requested|really|seriously|ok|or else|\\d+|sms|texts?|messages?|the texts|the messages",
  said: "said|say|told|texted|text|replied|reply|sent|send|typed|wrote|answered|responded|asked",
  often:
    "again|already|twice|once|before|yesterday|last|week|month|many|several|multiple|a|few|the|times?|days?|weeks?|ago|to|this|number|you|them|three|four|five|ten|\\d+|and|now",
  // persons and their numbers
  me: "me|us|myself|(?:(?:my|this|our|the) )?(?:(?:cell|phone|mobile|contact) )*(?:number|phone|cell|name|info|information|contact)|my #",
  business:
    "order|orders|tracking|invoice|model|serial|part|account|item|case|ticket|size|confirmation|reference|card|cart|booking|reservation|waiting|guest|address|app",
  agree: "consent|permission|authorization|authorisation",
  thanks: "please|thanks|thank you|ok|sorry|now|already|ever|anymore|any more|at all|again|today|immediately|asap",
};

const phrase = phrasesOf(GROUPS);
/** A statement about the past or about others is no request: "you don't text me back". */
const NO_SUBJECT = "(?<!\\b(?:i|you|they|we|he|she|it|u|people|who|why|which|that) )\\b";

export const ENGLISH = [
  // stop texting me, stop the messages, quit sending these, end texts, cancel sms
  phrase(
    "\\b{halt} (?:and {halt} )?{filler...}(?:{texting}|{texts})\\b",
    "\\b{never} (?:(?!interested\\b)\\w+ )?{halt}\\b|\\bapp\\b|\\bcalling (?:it|the|my)\\b",
  ),
  phrase(
    "\\b(?:end|cancel|terminate|block) {filler...}(?!(?:text|message|reminder|update|offer|ad|alert)\\b){texts}\\b",
    "\\b{never} (?:\\w+ )?(?:end|cancel|block)\\b|\\bapp\\b|\\b(?:the|your|my) (?:offer|promotion|ad|campaign)\\b",
  ),
  phrase(
    "^{lead...}cancel (?:texting|messaging|(?:this|these) (?:texts?|messages?))$|\\b{halt} (?:sending|blowing up)(?: \\w+){0,3}$",
    "\\b{never} {halt}\\b|\\b{business}s?\\b|\\b(?:bills?|invoices?|packages?|parcels?|letters?|boxes)\\b",
  ),
  phrase(
    "\\b{halt} (?:fucking )?\\w+ing (?:me|us|my (?:phone|inbox|number|cell|line|mailbox))\\b",
    "\\b{never} (?:\\w+ )?{halt}\\b|\\b{halt} (?:billing|charging|shipping|selling|delivering|giving|making|helping|showing|offering)\\b",
  ),
  phrase(
    "\\b(?:want|like|need|make|get|have|wish|can|could|would) (?:\\w+ ){0,3}?{texts} (?:to )?(?:\\w+ )?(?:stop|end|cease)\\b",
    "\\b{never}\\b",
  ),
  phrase(
    "\\b(?:these|those|your|the|all) {texts} (?:are|is) (?:spam|harassment|annoying|unwanted|unwelcome|bothering me)\\b",
  ),
  phrase("\\b(?:sick|tired|fed up|done|over it|annoyed) (?:of|with|by) {filler...}{texts}\\b"),
  phrase("\\b(?:decline|refuse|reject) {filler...}{texts}\\b"),
  phrase("\\b(?:turn|shut|switch) (?:off {filler...}{texts}|{filler...}{texts} off)\\b", "\\bapp\\b|\\blight\\b"),
  phrase("\\b(?:disable|deactivate|mute|suspend|kill) {filler...}{texts}\\b", "\\bapp\\b"),
  phrase(
    "\\bhow (?:do|can|to|would|should)(?: (?:i|we|you|one))? (?:stop|end|block|cancel|make|get) (?:these|those|this|getting|receiving|them|{texts})(?: (?:to )?stop)?$",
  ),
  // a bare stop, and stop in reports of earlier requests
  phrase("^{lead...}(?:discontinue|cease|desist|halt|quit)(?: (?:and|desist|{trail}))*$"),
  phrase(
    "^{lead...}stop (?:you|u) \\w+$|^{lead...}stop (?:i|im|ive|id|this is|youre|you are|u|we|its|it is|or|because|before|and|wrong|not|no) ",
    "\\b{business}\\b|\\bstop and go\\b",
  ),
  // any other short clause that begins or ends with stop, unless it is about a thing or a place
  phrase(
    "^{lead...}stop(?: (?:with|\\w+))?(?: \\w+)?$",
    "\\bstop (?:by|at|in|on|off|over|near|and|the|my|our|a|an|its|his|her|your|for|from|\\w*ing|auto\\w*|payments?|orders?|delivery|shipment|sign|light|lamp|watch|button|loss|motion|gap|valve|clock|is|was)\\b|^(?:can|could|will|would|should|must|do) (?:i|we|it|you) stop ",
  ),
  phrase(
    "^(?:\\w+ ){1,6}stop$",
    "\\b(?:bus|train|tram|metro|subway|truck|rest|pit|full|non|next|last|first|nearest|the|a|an|one|each|every|which|what|back|door|f|my|your|our|this|these|dont|doesnt|didnt|wont|cant|cannot|not|never|will|would|does|do|did|can|could|should|must|to|it|i|we|he|she|hasnt|short|when|where) stop$|\\b(?:bus|train|driver|where|when|which)\\b",
  ),
  phrase(
    "\\b(?:want|wanted|like|need|wish|demand) (?:it|this|them|these|that|all of (?:it|this)|everything) to (?:stop|end)$|\\b(?:let|make|get) (?:it|this|them|these) (?:to )?stop$",
    "\\bhow\\b",
  ),
  phrase("^{lead...}end (?:it|this|these){...thanks}$"),
  phrase("^{lead...}i (?:want|need) out(?: of (?:this|these|here))?{...thanks}$"),
  phrase(
    "^{lead...}stop{...trail}$",
    "^(?:i|we) (?:need|want|have) (?:you )?to stop (?:it|this|that)$|^can you stop (?:it|this|that)$",
  ),
  phrase(
    "\\b{said} (?:\\w+ ){0,3}?stop{...often}$",
    "\\b(?:the|a|an|last|next|first|bus|full|non|to|will|would|can|could) stop\\b|^do i (?:have to |need to )?(?:reply|text|send)|\\bdriver\\b",
  ),
  phrase(
    "\\b(?:told|asked|want|wanted|begged|begging|asking|telling|ordered) (?:you|u|ya|yall|them|you guys|you people) to stop{...trail}$",
  ),
  phrase("\\bstop(?:all|sms|texts?|texting|messages?|messaging|spam|spamming|now|please)$"),
  phrase("^who(?:s| is| are) (?:this|you) (?:and )?stop\\b"),
  // unsubscribe, opt out
  phrase("\\bun ?subscribe\\b", "\\b{never} (?:\\w+ ){0,2}unsubscribe|\\b(?:why|was|were|got|accidentally|mistake)\\b"),
  phrase(
    "\\bopt(?:ed|ing|s)? ?(?:me |us |myself )?out\\b|\\boptout\\b",
    "\\b{never} (?:\\w+ )?opt|\\b(?:why|was|were|accidentally|mistake)\\b|\\bback in\\b",
  ),
  phrase("\\b(?:unenroll?|disenroll?|deregister|unregister|unlist|delist)(?: {me}\\b|{...thanks}$)"),
  // remove me, take me off your list
  phrase(
    "\\b(?:be|get|getting|been|want) (?:removed|taken off|deleted|off)(?: (?:from|of|this|your|the|that|list|these|texts?))*{...thanks}$",
    "\\b(?:{business}|item|charge)s?\\b|\\bdid\\b",
  ),
  phrase("\\b(?:remove|delete|drop|unlist|erase|strike|scrub|block) {me}{...thanks}$"),
  phrase("^{lead...}(?:remove|take me off)(?: from (?:the |your |this )?list)?{...thanks}$"),
  phrase(
    "\\b(?:remove|delete|drop|erase|strike|scrub|take|get|pull) {me} (?:from|off|out)\\b",
    "\\b{business}\\b|\\bhold\\b|\\boff (?:my|the) (?:feet|ladder|bus)\\b",
  ),
  phrase(
    "\\b(?:off|from) (?:of )?(?:(?:the|your|this|that|all|any|every) )?(?:\\w+ )?(?:lists?|database)\\b",
    "\\b(?:{business}|wait|packing|shopping|price|wish|parts?|missing|items|ordered|selected|choose|chose|bought|on)\\b",
  ),
  phrase("\\b(?:lose|forget|destroy|discard) (?:my|this) (?:number|phone)\\b", "\\bdid\\b|\\byou (?:lose|forget)\\b"),
  phrase(
    "^{lead...}(?:do not|dont) disturb(?: {me})?{...thanks}$|\\b(?:do not|dont) (?:contact|call|text) (?:list|registry)\\b",
  ),
  // no more
  phrase("^{lead...}no more(?: of (?:this|these|it))?{...thanks}$"),
  phrase(
    "\\bno (?:more|further|additional) {filler...}{texts}\\b",
    "\\b(?:got|get|received|there (?:are|were|is)|have|had|see)\\b",
  ),
  phrase("^{lead...}no (?:{texts}|contact){...thanks}$"),
  phrase(
    "\\b(?:no|{never}|no longer) (?:want|wanna|wish|need|care|like|sign(?:ed)? up|ask(?:ed)?|request(?:ed)?|subscribed?|agreed?|consent|authorize|interested)(?: (?:for|to|be|have|hear|see|in|receive|get|{filler}))* {texts}\\b",
    "\\bapp\\b",
  ),
  phrase(
    "\\b(?:{never}|no longer) (?:want|wish|like|care)(?: (?:you|u|anyone|to|be|ever|get|getting|on))*(?: (?:hear|hearing|contacted|texted|messaged|bothered|contact me|text me|message me|bother me))\\b",
  ),
  phrase(
    "\\b(?:no longer|dont|do not) (?:want|wish) (?:to )?(?:receive|get|be on|be part of|be getting) (?:these|this|those|them|anything|any(?: more)?|your list)$|\\bno longer (?:want|wish) to (?:receive|get)$",
  ),
  phrase(
    "\\b(?:dont|do not|no longer) want (?:these|this|those|any of (?:this|these)) ?(?:anymore|any more)$|^{lead...}(?:i )?want no more$",
  ),
  phrase(
    "\\b(?:never|not|didnt|did not) (?:sign(?:ed)? up|opt(?:ed)? in|subscribed?)$|\\bnot (?:to )?be (?:texted|contacted|messaged|bothered)\\b|\\b(?:never|not|didnt|did not) (?:sign(?:ed)? up|opt(?:ed)? in|ask(?:ed)?|subscribed?|request(?:ed)?|agreed?|consent(?:ed)?) (?:for|to) (?:this|these|that|any of (?:this|these)|it)$",
  ),
  // do not text me
  phrase(
    `${NO_SUBJECT}(?:do not|dont|never) (?:you )?(?:ever |dare |dare to |even |please )*(?:text|message|contact|bother(?= (?:me|us))|sms|spam|harass|dm|write)(?: to)?(?: (?:me|us|my (?:phone|number|cell)|this (?:number|phone)|here|at|again|anymore|any|unless|back|no more|ever)\\b|{...thanks}$)`,
    "\\b(?:instead|before|until|driver|landlord|neighbou?r)\\b",
  ),
  phrase(
    "\\b(?:said|told you|asked you|tell you|telling you|asking you) (?:not to|dont|do not|never to) (?:text|message|contact|write|bother|send)\\b",
  ),
  phrase(
    `${NO_SUBJECT}(?:do not|dont|never) (?:ever )?send (?:me |us )?(?:(?:any|these|those|this|more|anything|stuff|further|other|of these|of this) ?)*(?:{texts})?(?: ?(?:to me|to this number|no more|{thanks}))*$`,
    "\\bsend (?:it|them|me)?$",
  ),
  phrase(
    "\\b(?:do not|dont) (?:call|phone) or (?:text|message)\\b|\\b(?:do not|dont|never) (?:call|text or call) (?:me |us |this number )?(?:again|anymore|ever)\\b",
    "\\binstead\\b",
  ),
  // wrong number
  phrase(
    "\\bwrong (?:(?:phone|cell|telephone) )?(?:number|num|nbr|#|person|guy|phone|contact|party|girl|man|woman|dude)(?: (?:pal|dude|buddy|bro|here|lol|friend|still|you have|you got|man|im afraid|i think|{thanks}))*$|^wrong #?$",
    "\\b{business}\\b|\\b(?:i|we|he|she) (?:\\w+ )?(?:gave|typed|put|entered|dialed|dialled|called|wrote|used|had|left|picked|chose|ordered|have)\\b|\\b(?:has|shows|with|sent|delivered|received|shipped|bought|label|box) (?:me )?(?:the|a) wrong\\b",
  ),
  phrase(
    "\\bnot the (?:person|one|guy|woman|man) (?:you|u|that you)\\b|\\b(?:doesnt|does not|no longer) (?:have|has|use|uses|own|owns) this (?:number|phone)\\b|\\bthis (?:number|phone) (?:now )?(?:belongs|is no longer|is not|isnt) ",
  ),
  phrase("\\b(?:not|isnt) (?:the )?(?:right|correct) (?:person|number)\\b", "\\b{business}\\b|\\bon (?:my|the)\\b"),
  phrase(
    "\\b(?:not|isnt|no longer) (?:his|her|their|\\w{2,}s)(?: (?:phone|cell))? (?:number|phone)(?: (?:anymore|any more|now))?$",
    "\\b(?:{business}|business|this|whats|is this)s?\\b (?:phone |)number",
  ),
  phrase("\\bno ?(?:body|one) (?:here |lives here )?(?:(?:by|with|of) (?:that|this) name|called|named)\\b"),
  phrase(
    "\\b(?:never|didnt|did not|havent) (?:give|gave|given) (?:you|u|anyone) (?:my|this) (?:number|phone)\\b|^how did (?:you|u) get (?:my|this) number$|^who gave (?:you|u) (?:my|this) number$",
  ),
  // consent
  phrase(
    "\\b(?:revok(?:e|ing|ed)|withdraw(?:ing)?|withdrew|rescind|retract|take back|cancel|do not|{never}|no longer|nobody|havent) (?:\\w+ ){0,3}?{agree}\\b|\\b{agree} (?:(?:is|has been|hereby|was) )*(?:revoked|withdrawn|cancelled|canceled|denied)\\b|^(?:i )?revoke{...thanks}$|\\b{never} consent(?:ed|ing)?(?: to {filler...}{texts})?$",
    "\\b(?:open|enter|repair|leave)\\b",
  ),
  phrase("^no {agree}$"),
  // leave me alone
  phrase("\\bleave (?:me|us|my phone|this number) (?:the \\w+ )?(?:alone|be)\\b"),
  phrase(
    "^{lead...}(?:go away|get lost|fuck off|fuck you|f off|piss off|buzz off|go to hell|bugger off|screw off|screw you|knock it off|cut it out|quit it|back off)(?: (?:spammers?|creep|{thanks}))*$",
  ),
  phrase(
    "^{lead...}enough$|^{lead...}enough already$|^{lead...}enough (?:of (?:this|these|the)|is enough|with|{texts})\\b",
  ),
  phrase("^{lead...}(?:quit|cancel|revoke|end|cease|desist)(?: (?:all|everything|me|{texts}|{thanks}))+$"),
  phrase("^(?:please |pls )(?:quit|cancel|revoke|end|cease|desist)$"),
  // spam
  phrase(
    "^(?:(?:this is|its|it is|you are|youre|all|that is|thats|just|more|such|so much) )*(?:spam|spammers?|harassment|harassing me|phishing)(?: {texts}|{...thanks})$",
  ),
  phrase(
    "\\b(?:reported|marked|flagged|blocked) (?:as )?(?:spam|junk)$|\\b(?:report|reporting|reported|flag|flagging|block|blocking|blocked) (?:this|you|your number|this number|it|them)(?: (?:as|for|to|number))?(?: (?:spam|the fcc|fcc|junk|harassment))\\b|^(?:im |i am )?(?:blocking|reporting) (?:you|this number|your number)$",
  ),
  phrase(
    "\\b(?:tcpa|fcc)\\b|\\b(?:text|message|contact|write) (?:me|us|this number) again (?:and|or)\\b|\\bif (?:you|u) (?:ever )?(?:text|message|contact) (?:me|us|this number)\\b",
  ),
  // not interested
  phrase("\\b(?:not|no longer) interested (?:(?:and|so|please|just) )*(?:remove|delete)(?: {me})?{...thanks}$"),
  phrase(
    "^(?:(?:im|i am|we are|were|sorry|still|really|definitely|just|no|hi|hello|i) )*(?:not|no longer|no) interest(?:ed)?(?: in (?:this|that|these|(?:this|your|these|any) {texts}))?{...thanks}$",
  ),
];
