import type { Seed } from "../trackers/servers/seed.ts";

export const PROJECT = "acme/shop";
const BOT = "ana";
const day = (number: number) => new Date(Date.UTC(2026, 9, number, 9));

/** The issues of a small shop: one that says too little, and one that will be reported a second time. */
export const SHOP: Seed = {
  users: ["ana", "bo"],
  projects: {
    [PROJECT]: [
      {
        title: "Checkout button does nothing on Safari 17",
        body: "On Safari 17.4 a click on *Pay now* has no effect. The console says\n\n```\nTypeError: undefined is not an object (evaluating 'event.submitter.form')\n```\n\nChrome and Firefox are fine.",
        labels: ["bug"],
        author: BOT,
        createdAt: day(1),
        comments: [{ body: "Same on an iPad with iPadOS 17.5.", author: "bo", createdAt: day(2) }],
      },
      {
        title: "Export orders as CSV",
        body: "As a shop owner I want to export my orders as CSV so that my accountant can import them.",
        labels: ["story"],
        author: "bo",
        createdAt: day(3),
      },
      {
        title: "URGENT!!! search broken",
        body: "Since 2.4.0 the search for an order number fails. Error 502 after half a minute, always.\n\nopen the orders page\ntype 20418 into the search field\npress Enter",
        labels: ["bug"],
        author: "bo",
        createdAt: day(4),
      },
      {
        title: "Invoices show the wrong VAT for Ireland",
        body: "Orders shipped to Ireland get 19 % VAT instead of 23 %. Seen on invoice 20418.",
        labels: ["bug"],
        author: BOT,
        createdAt: day(5),
      },
      {
        title: "Remember the last used address",
        body: "Customers type their address again with every order.",
        author: BOT,
        createdAt: day(6),
      },
    ],
  },
};
