import type { Issue } from "#model";
import { someIssue } from "../support/issues.ts";

const SYLLABLES =
  "ba be bi bo bu da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to va ve vi".split(
    " ",
  );
const COMMON_WORDS = 3000;
const TOPICS = 400;
const TOPIC_WORDS = 60;

/** Numbers that look random and are the same in every run. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Issues of many topics, each with words of its own among the common ones, which follow Zipf's law as those of people do. */
export function* makeIssues(count: number): Generator<Issue> {
  const random = createRandom(7);
  for (let n = 0; n < count; n++) {
    const topic = random(TOPICS);
    yield someIssue(`${n}`, {
      project: `team/part${random(20)}`,
      title: sentence(random, topic, 4 + random(6)),
      body: Array.from({ length: 3 + random(10) }, () => sentence(random, topic, 6 + random(12))).join(".\n"),
      state: random(3) === 0 ? "open" : "closed",
      createdAt: new Date(Date.UTC(2020, 0, 1) + n * 600_000),
    });
  }
}

/** What people would type to find issues of a topic. */
export function makeQueries(count: number): string[] {
  const random = createRandom(11);
  return Array.from({ length: count }, () => sentence(random, random(TOPICS), 3 + random(5)));
}

function sentence(random: (below: number) => number, topic: number, length: number): string {
  return Array.from({ length }, () => {
    if (random(3) === 0) return wordOf(10_000 + topic * TOPIC_WORDS + random(TOPIC_WORDS));
    // The product of two even numbers leans to the small ones.
    return wordOf(Math.floor((random(COMMON_WORDS) * random(1000)) / 1000));
  }).join(" ");
}

function wordOf(number: number): string {
  let word = "";
  for (let rest = number + 40; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length];
  return word;
}
