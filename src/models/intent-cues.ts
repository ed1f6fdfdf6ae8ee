/** Matches any of the alternatives as whole words; `\b` knows ASCII letters only. */
const cue = (...alternatives: string[]): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${alternatives.join('|')})(?![\\p{L}\\d])`, 'giu')

/**
 * Word classes that tell what a question is after, English and German. A class generalises where 500 examples cannot: no
 * example needs to have said "evicted" for it to count as trouble. They are evidence for the classifier, not rules.
 */
export const CUES: Readonly<Record<string, RegExp>> = {
  trouble: cue(
    'errors?|fail(?:s|ed|ing|ures?)?|crash\\p{L}*|stuck|hangs?|hanging|broken?|wrong|problems?|invalid|denied|refus\\p{L}+|reject\\p{L}*',
    'time[ds]? ?outs?|missing|disappear\\p{L}*|lost|corrupt\\p{L}*|damaged|expired|unexpected\\p{L}*|unable|exceptions?|traceback|fatal',
    'panic|slow(?:er)?|leaks?|duplicat\\p{L}+|blank|empty|fr[eo]ez\\p{L}*|flaky|flickers?|blocked|throttl\\p{L}+|unreachable|offline',
    'killed|evicted|deadlock\\p{L}*|conflicts?|fault|fehler\\p{L}*|kaputt|fehlgeschlagen|schlägt|abgelaufen|stürzt|hängt|falsch\\p{L}*',
  ),
  negated: cue(
    'not|cannot|(?:ca|wo|do|does|did|is|are|was|were|could|would|has|have)n[\'’]?t|unable|never|nothing|nobody|no longer|nicht|kein\\p{L}*',
  ),
  persists: cue(
    'keeps?|still|suddenly|again|twice|every (?:time|night|few)|sometimes|randomly|(?:even )?though|although|immediat\\p{L}+|stopped',
    'after (?:the|an?|last|upgrading|updating|update|enabling|adding|switching)|since (?:this|the|we|i|last|upgrading|update|yesterday)',
    'started|seit|trotz|anymore|halfway|forever|any idea|did not help',
  ),
  why: cue('why|warum|wieso|weshalb'),
  versus: cue(
    'vs\\.?|versus|compar\\p{L}+|differs?|differen\\p{L}+|dif+er[ae]?nces?|better|cheaper|faster|safer|healthier|stronger|between|prefer',
    'pros|cons|advantages?|trade-?offs?|similarit\\p{L}+|distinguish\\p{L}*|contrast\\p{L}*|separates|outweigh\\p{L}*|instead of|rather than',
    'which of|alternatives?|unterschied\\p{L}*|unterscheid\\p{L}+|vergleich\\p{L}*|besser|gegenüber',
  ),
  choice: cue('or|oder|than|als|more|fewer|less|both|two|best|beste[rns]?'),
  own_how: cue(
    'how (?:do|can|could|should|would|might) (?:i|you|we|one|users?|patients|someone)|how ?to|how would',
    'wie (?:kann|muss|soll) (?:ich|man|wir)|wie \\p{L}+ (?:ich|man|wir)',
  ),
  how_it_is: cue(
    'how (?:do|does|did|is|are|has|have|can)(?! (?:i|you|we|one)(?![\\p{L}\\d]))|wie (?:funktioniert|wird|werden|ist)',
  ),
  task: cue('steps?|guide|tutorial|instructions?|procedure|walk me through|show me|set(?:ting)? up|way to|howto|anleitung|einrichten'),
  overview: cue(
    'overview|sum+ar\\p{L}+|sum up|explain\\p{L}*|describ\\p{L}+|introduc\\p{L}+|intro|outline|background|basics|concepts?|principles?',
    'big picture|high.level|tl;?dr|takeaways?|themes?|topics?|general|generally|broad|understanding|discuss|at a glance|architecture',
    'tell me (?:more )?about|all about|terminology|survey|state of the art',
    'überblick|fasse|zusammen\\p{L}*|erklär\\p{L}*|worum|grundlagen',
  ),
  breadth: cue(
    'history|story|main|key|major|everything|structured?|kinds|types|areas?|features|responsibilities|roles?|benefits|known|important',
    'different|findings|causes|ideas|works?|list all|components|pillars|process|arten',
  ),
  fact: cue(
    'who|whose|whom|when|where|whn|how (?:many|much|long|old|far|tall|often|big|large|high|deep|wide|fast)',
    'what (?:year|time|date|percentage|share|colou?r|port|is the name|age|day|license|temperature|region|city)',
    'wer|wann|wo|wem|wie (?:viele?|hoch|lange?|alt|groß|oft|weit)',
  ),
  which: cue('which|in which|in what|on which|welche[rsmn]?'),
  measure: cue(
    'maximum|minimum|max|min|default|number|amount|rate|limit|deadline|date|year|age|name|capital|weight|dose|price|fee|size|period',
    'percent\\p{L}*|point|temperature|port|cost|acronym|stand for|supported|allowed',
  ),
  claim: cue(
    'increases?|reduc\\p{L}+|raises?|lowers?|improv\\p{L}+|inhibit\\p{L}*|induc\\p{L}+|regulat\\p{L}+|associat\\p{L}+|correlat\\p{L}+|mice',
    'patients|adults|children|cells?|risk|receptor|proteins?|genes?|treatment|participants|incidence|effects?',
  ),
  greeting: cue(
    'hi|hello|hey|thanks?|thank you|thx|ty|bye|goodbye|cheers|good (?:morning|evening|night|bot|day|afternoon)|lol|haha\\p{L}*|ok|okay',
    'cool|great|awesome|perfect|nice|you\'re welcome|sorry|yes|no|nope|yo|wow|hm+|joke|sing|love|funny|friends?|robot|human|yourself',
    'merry|happy|christmas|whatever|never ?mind|bored|stupid|smart|sup|hallo|danke|dank|tschüss|servus|moin|mensch',
    'guten (?:morgen|tag|abend)',
  ),
  you: cue("you|you're|your|u|dir|dich|du|deine?"),
  polar: cue(
    '(?<=^\\s*)(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|ist|sind|war|hat|haben|kann|darf|muss|gibt)',
  ),
  what: cue("what|whats|what's"),
  own: cue("i|my|we|our|me|us|i'm|i'd|ich|mein\\p{L}*|wir|unser\\p{L}*"),
}

/** A question that starts with one of these asks for something to be done. */
export const TASK_VERB =
  /^(?:add|ask|apply|book|build|calculate|cancel|change|configur(?:e|ing)|connect|convert|create|delete|deploy(?:ing)?|disable|download|enable|export|find|generate|give|import|increase|install(?:ing)?|invite|limit|make|measure|merge|migrat(?:e|ing)|move|open|pin|record|register|remove|rename|replace|request|reset|restore|rotate|run|schedule|send|set|setting|share|sign|split|start|stop|store|submit|switch|train|turn|update|upload|use|verify|write)(?![\p{L}\d])/iu

/** Sentences that start with one of these are requests, whatever they end with. */
export const REQUEST_VERB = /^(?:please|explain|give|show|describe|compare|summar|provide|tell|contrast|rank|walk|discuss|outline)/i

export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the of in on at to for from with and or is are was were be been do does did can could should would will has have had i we you he ' +
    'she it they my our your his her its their this that these those not no me us as by if than then there'
  ).split(' '),
)
