import { expect, test } from "vitest";
import { APPROVAL_STATUSES } from "#model";
import { STATUS_VIEWS } from "#views";

test.for([
  ["pending", "? waiting", "◔ waiting", "Waiting", "still waiting"],
  ["approved", "+ approved", "✓ approved", "Already approved", "approved by ana"],
  ["running", "> running", "▸ running", "Already approved", "approved by ana, running"],
  ["executed", "+ executed", "✓ executed", "Already approved", "approved by ana, ran"],
  ["failed", "x failed", "▲ failed", "Already approved", "approved by ana, failed"],
  ["denied", "- denied", "✗ denied", "Already denied", "denied by ana"],
  ["expired", ". expired", "○ expired", "Too late", "expired"],
  ["cancelled", ". cancelled", "○ cancelled", "No longer needed", "cancelled"],
  ["superseded", ". superseded", "○ superseded", "No longer valid", "superseded"],
  [
    "unknown",
    "? outcome unknown",
    "? outcome unknown",
    "Already approved",
    "approved by ana, outcome unknown",
  ],
] as const)("the status %s has a form in every face", ([status, printed, drawn, title, past]) => {
  const { word, line, screen, page } = STATUS_VIEWS[status];
  expect([`${line} ${word}`, `${screen.symbol} ${word}`, page.title, page.past(" by ana")]).toEqual([
    printed,
    drawn,
    title,
    past,
  ]);
});

test("every status has its row", () => {
  expect(Object.keys(STATUS_VIEWS).toSorted()).toEqual([...APPROVAL_STATUSES].toSorted());
});
