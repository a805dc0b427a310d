import type { Criterion } from "../types.ts";

/** What could go wrong when the issue is worked on; a criterion that passes is a risk that is not there. */
export const RISK: readonly Criterion[] = [
  { id: "hygiene.secrets", title: "holds no secrets", check: "hygiene.secrets", weight: 1 },
  {
    id: "risk.security",
    title: "security and privacy",
    check: "risk.security",
    weight: 3,
    prompt: "The work touches neither who may do what, nor secrets, nor personal data.",
  },
  {
    id: "risk.data",
    title: "data that exists",
    check: "risk.data",
    weight: 3,
    prompt: "The work can neither lose nor change data that exists.",
  },
  { id: "risk.money", title: "money", check: "risk.money", weight: 2, prompt: "The work touches no money." },
  {
    id: "risk.production",
    title: "what runs for everyone",
    check: "risk.production",
    weight: 2,
    prompt: "A mistake in the work would not stop the product for everyone.",
  },
  {
    id: "risk.breaking",
    title: "what others rely on",
    check: "risk.breaking",
    weight: 2,
    prompt: "The work changes nothing that others rely on, such as an interface or a format.",
  },
  { id: "risk.dependency", title: "waiting for others", check: "risk.dependency", weight: 1 },
  { id: "risk.concurrency", title: "things at the same time", check: "risk.concurrency", weight: 1 },
  {
    id: "risk.unknowns",
    title: "what is not known",
    check: "risk.unknowns",
    weight: 2,
    prompt: "The text leaves nothing open that must be known before the work begins.",
  },
  { id: "risk.way-back", title: "a way back", check: "risk.way-back", weight: 3 },
  { id: "risk.size", title: "size", check: "story.small", weight: 2 },
  { id: "risk.unclear", title: "says what is meant", check: "body.present", weight: 2 },
  { id: "risk.no-steps", title: "can be reproduced", kinds: ["bug"], check: "bug.steps", weight: 2 },
  {
    id: "risk.no-end",
    title: "says when it is done",
    kinds: ["story", "task"],
    check: "story.acceptance",
    weight: 2,
  },
];
