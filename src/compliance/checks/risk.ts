import {
  anywhere,
  fail,
  type IssueCheck,
  inEnglish,
  notApplicable,
  partial,
  pass,
  sentenceAround,
} from "./finding.ts";

interface Danger {
  readonly words: RegExp;
  readonly what: string;
  readonly advice: string;
}

// One word may be by the way; two different ones are what the issue is about.
function danger({ words, what, advice }: Danger): IssueCheck {
  return inEnglish((issue) => {
    const first = anywhere(issue, words);
    if (!first) return pass(`No sign of ${what}.`);
    const all = `${issue.title}\n${issue.prose}`.matchAll(new RegExp(words.source, "gi"));
    const found = [...new Set([...all].map(([word]) => word.toLowerCase()))];
    const reason = `It speaks of ${what}: ${found.slice(0, 5).join(", ")}.`;
    const at = sentenceAround(issue, first);
    return found.length > 1 || first.in === "title" ? fail(reason, advice, at) : partial(reason, advice, at);
  });
}

const SECURITY =
  /\b(?:auth(?:entication|orization|z|n)?|passwords?|credentials?|tokens?|secrets?|permissions?|privileges?|access control|encrypt(?:ion|ed|s)?|decrypt\w*|vulnerab\w+|exploit\w*|xss|csrf|ssrf|injection|cve-\d+-\d+|saml|oauth|sso|certificates?|tls|ssl|gdpr|pii|personal data|privacy)\b/i;
const DATA =
  /\b(?:migrat(?:e|es|ion|ions|ing)|schema change|backfill|data ?loss|corrupt\w*|irreversibl\w+|drop (?:the )?(?:table|column|database)|delete (?:all|data|records|users|rows)|purge|truncate|overwrit\w+|retention|re-?index)\b/i;
const MONEY =
  /\b(?:billing|payments?|invoic\w+|charg(?:e|es|ed) (?:the )?(?:customers?|users?|cards?)|refunds?|subscriptions?|pricing|checkout|payouts?|taxe?s?|ledger)\b/i;
const PRODUCTION =
  /\b(?:production|prod|outage|downtime|incident|all (?:users|customers)|every (?:user|customer)|data ?cent(?:er|re)|fail-?over|dns|load balancer|infrastructure|rollout|cut-?over|hotfix)\b/i;
const BREAKING =
  /\b(?:breaking changes?|break(?:s|ing)? (?:existing|compatib\w+|the api|clients)|backwards?[- ]compat\w*|incompatib\w+|deprecat\w+|remov(?:e|es|al of) (?:the )?(?:api|endpoint|support|field)|public api|major version|rename (?:the )?(?:api|endpoint|field))\b/i;
const DEPENDENCY =
  /\b(?:third[- ]party|3rd[- ]party|vendor|external (?:service|api|team|provider)|upstream (?:fix|change|release)|depends? on|blocked by|waiting (?:for|on)|another team|other teams)\b/i;
const CONCURRENCY =
  /\b(?:race conditions?|deadlocks?|concurren\w+|thread[- ]safe\w*|locking|distributed|eventual(?:ly)? consisten\w+|cache invalidation|idempoten\w+|transaction(?:s|al)?|clock skew)\b/i;
const UNKNOWNS =
  /\b(?:tbd|to be (?:decided|determined|defined|clarified)|not sure|unsure|unclear|unknown|no idea|investigate|spike|research|figure out|find out|maybe|perhaps|probably|i (?:think|guess)|might (?:be|need)|open questions?|somehow)\b|\?{3}/i;

export const riskSecurity = danger({
  words: SECURITY,
  what: "security or privacy",
  advice: "Who reviews it for security, and what may nobody be able to do afterwards?",
});
export const riskData = danger({
  words: DATA,
  what: "changing data that exists",
  advice: "How is the data brought back when it goes wrong?",
});
export const riskMoney = danger({
  words: MONEY,
  what: "money",
  advice: "How is it shown that every amount stays right?",
});
export const riskProduction = danger({
  words: PRODUCTION,
  what: "what runs for everyone",
  advice: "For whom is it switched on first, and who watches it?",
});
export const riskBreaking = danger({
  words: BREAKING,
  what: "breaking what others rely on",
  advice: "Who relies on it, and how do they learn of it?",
});
export const riskDependency = danger({
  words: DEPENDENCY,
  what: "waiting for others",
  advice: "Who has promised what, and by when?",
});
export const riskConcurrency = danger({
  words: CONCURRENCY,
  what: "things that happen at the same time",
  advice: "Which two things may happen at once, and how is that tested?",
});
export const riskUnknowns = danger({
  words: UNKNOWNS,
  what: "what is not known yet",
  advice: "Which questions must be answered before it begins, and by whom?",
});

const DANGERS = new RegExp([DATA, PRODUCTION, BREAKING, MONEY].map(({ source }) => source).join("|"), "i");
const WAY_BACK =
  /\b(?:roll(?:ed|s)?[- ]?back|rollback|feature flag|feature toggle|behind a flag|backups?|restore|revert(?:ed|ible)?|canary|staged|gradual(?:ly)?|dry[- ]run|kill switch|undo|reversible)\b/i;

/** Where something is at stake, says how to get back. */
export const riskHasWayBack: IssueCheck = inEnglish((issue) => {
  if (!anywhere(issue, DANGERS)) return notApplicable("Nothing is at stake that would need a way back.");
  const cue = anywhere(issue, WAY_BACK);
  if (cue) return pass("It says how to get back.", sentenceAround(issue, cue));
  return fail(
    "It does not say how to get back when it goes wrong.",
    "How is it taken back when it goes wrong?",
  );
});
