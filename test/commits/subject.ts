const TYPES = "feat|fix|refactor|docs|test|build|ci|perf|chore|style|revert";
const SUBJECT = new RegExp(`^(?:${TYPES})\\((?<scope>[^()]*)\\)!?: (?<text>\\S.*)$`);
/** Rooms, or another word for where the change is: `house` for all of it. Rooms that are gone stay in older subjects. */
const SCOPE = /^[a-z][a-z0-9-]*(, ?[a-z][a-z0-9-]*)*$/;
const LONGEST = 72;

/** Verbs that end like another form of a verb, or like a noun's plural. */
const VERBS = words(`
  bleed breed embed exceed feed heed need proceed seed shed speed succeed wed weed
  bring cling fling ping ring sing sling spring sting string swing wring
  alias bias canvas focus
`);

/** Words that are not imperative, though their ending does not show it. */
const NO_VERBS = words(`
  am are be been began begun broke built came caught chose did done drew drove fell felt forgot found fought gave given
  gone got grew had heard held kept knew known laid led left lost made meant met paid ran rose said sat saw seen sent
  shown sold sought spoke spent stood stuck taken taught thought threw told took understood went were woke won wore
  written wrote
  a an the this that these those it its he she they we you i there here each every some any all both no none nothing not
  never always only most more another other one two three four five six seven eight nine ten many bad new odd old preloop
  what whatever who whoever which how when where why whether if as than because although since while until unless alike
  in inside into on onto at by of off for from to with without within under over outside above below before after
  between beyond among about
  and or but so yet also can could may might must shall should will would
`);

/** What is wrong with the first line of a commit's message, a sentence for each fault; none where all is well. */
export function subjectFaults(subject: string): readonly string[] {
  const length = [...subject].length;
  const faults = length > LONGEST ? [`It has ${length} characters; ${LONGEST} are the most.`] : [];
  const { scope, text } = SUBJECT.exec(subject)?.groups ?? {};
  if (scope === undefined || text === undefined)
    return [
      ...faults,
      `It does not read "type(room): do this", with a type of ${TYPES.replaceAll("|", ", ")}.`,
    ];
  if (!SCOPE.test(scope)) faults.push(`"${scope}" is no room, nor several with commas between.`);
  const [first = ""] = text.split(" ");
  if (!isImperative(first)) faults.push(`"${first}" is no imperative: say what the commit is to do.`);
  return faults;
}

/**
 * A guess from the word alone: past forms, -ing forms, third persons and plurals are told by their ending, little words by
 * a list, names by their capital. Another noun in the singular passes.
 */
function isImperative(word: string): boolean {
  const verb = /^[a-z]+(?=$|[-,:])/.exec(word)?.[0];
  if (verb === undefined || NO_VERBS.has(verb)) return false;
  return VERBS.has(verb) || !/(ed|ing|[^s]s)$/.test(verb);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
