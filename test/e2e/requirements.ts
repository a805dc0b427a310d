/** What preloop promises from outside; each end-to-end test cites the promises it checks. */
export const REQUIREMENTS = {
  merge: "the tools of all servers are listed and callable through one preloop",
  eras: "clients of both protocol eras are served by the same command",
  waits: "an asked call waits, is approved from another process, and runs once",
  deny: "a person's reason reaches the agent, and nothing runs",
  park: "a call that outwaits its client is parked, and redeemed by the same call",
  second: "a second decision fails and says who was first",
  gone: "a call whose caller is gone never runs",
  survive: "no approved call runs twice, none runs unapproved, no record is lost, whatever is killed",
  written: "no call is sent that cannot be written down",
  reap: "no process outlives the session that started it",
  isolate: "one bad server costs only itself",
  closed: "a config that cannot be used refuses to start",
  block: "the documented mcpServers block works as it stands",
} as const;

type Requirement = keyof typeof REQUIREMENTS;

/** A test title that cites its promise. */
export function promise(id: Requirement, detail?: string): string {
  return `${id}: ${REQUIREMENTS[id]}${detail ? ` (${detail})` : ""}`;
}
