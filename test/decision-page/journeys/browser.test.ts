import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { askDecision } from "../../approvals/support.ts";
import { describeStores } from "../../support/stores.ts";
import { foreignSite, hardToUse, launchBrowser, noBrowser, watchPage } from "../support/browser.ts";
import { formOn, send } from "../support/http.ts";
import { newRoom } from "../support/room.ts";

const evil = `<script>document.title = "owned"; alert(1)</script><img src=x onerror="alert(2)">`;
const argsText = JSON.stringify({
  path: `/home/ana/${"a-very-long-directory-name-without-a-break".repeat(6)}/notes.txt`,
  content:
    `${"one line that is rather long and goes on well beyond the width of a telephone ".repeat(4)}\n`.repeat(
      60,
    ),
  evil,
  options: { deep: [{ list: [1, 2, 3] }], token: "ghp_0123456789abcdef" },
});
const high = { decision: { ...askDecision, risk: "high" as const, reason: evil } };

describeStores(`the decision page in a browser${noBrowser ?? ""}`, (open, kind) => {
  let browser: Browser;
  beforeAll(async () => {
    if (!noBrowser) browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  // A browser does not see which store is behind a page.
  const inBrowser = test.skipIf(noBrowser !== undefined || kind === "postgres");

  async function newPage(options: Parameters<Browser["newContext"]>[0] = {}) {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    return context.newPage();
  }

  inBrowser.for([
    ["light", 390],
    ["dark", 390],
    ["light", 1280],
    ["dark", 1280],
    ["light", 320],
  ] as const)("is whole, quiet and readable: %s, %i px wide", async ([colorScheme, width]) => {
    const { ask, link } = await newRoom(await open());
    const { id } = await ask({ argsText, justification: evil }, high);
    const page = await newPage({ colorScheme, viewport: { width, height: 800 } });
    const { complaints, requests } = watchPage(page);
    await page.goto(await link(id));
    await page.getByText("Edit the arguments").click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(await hardToUse(page)).toEqual([]);
    expect(await page.title()).toBe("files › write, high risk · preloop");
    expect(requests).toEqual([`GET /approvals/${id}`]);
    expect(complaints).toEqual([]);
  });

  inBrowser("approves by a tap on a phone, with JavaScript off", async () => {
    const { ask, link, deciders } = await newRoom(await open());
    const { id } = await ask();
    const page = await newPage({
      javaScriptEnabled: false,
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 844 },
    });
    await page.goto(await link(id));
    await page.getByRole("button", { name: "Approve once" }).tap();
    await page.getByRole("heading", { level: 1, name: "Approved" }).waitFor();
    expect(page.url()).not.toContain("token");
    expect(await deciders.get(id)).toMatchObject({ status: "approved", decidedBy: "local:bo" });
  });

  inBrowser("denies, edits and allows with the keyboard alone, with JavaScript off", async () => {
    const { ask, link, deciders } = await newRoom(await open());
    const [denied, edited, allowed] = [await ask(), await ask(), await ask()];
    const page = await newPage({ javaScriptEnabled: false });

    await page.goto(await link(denied.id));
    await page.getByRole("textbox", { name: "Reason, for the agent" }).focus();
    await page.keyboard.type("Use staging.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Denied" }).waitFor();

    await page.goto(await link(edited.id));
    await page.getByText("Edit the arguments").press("Enter");
    await page.getByRole("textbox", { name: "Arguments, as JSON" }).fill(`{"path":"/tmp/b"}`);
    await page.getByRole("button", { name: "Review the change" }).press("Enter");
    await page.getByRole("button", { name: "Approve with the change" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Approved" }).waitFor();

    await page.goto(await link(allowed.id));
    await page.getByText("Allow it more than once").press("Enter");
    await page.getByRole("radio", { name: "this call, with texts that match a pattern" }).press("Space");
    await page.getByRole("textbox", { name: "Pattern for path" }).fill("/tmp/*");
    await page.getByRole("button", { name: "Approve and allow" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Approved" }).waitFor();

    expect(await deciders.get(denied.id)).toMatchObject({ status: "denied", reason: "Use staging." });
    expect(await deciders.get(edited.id)).toMatchObject({
      status: "approved",
      effectiveArgs: `{"path":"/tmp/b"}`,
    });
    expect(await deciders.grants()).toMatchObject([{ scope: "pattern", pattern: { path: "/tmp/*" } }]);
  });

  inBrowser("asks for a reason and for the tick before it sends anything", async () => {
    const { ask, link, statusOf } = await newRoom(await open());
    const { id } = await ask({}, high);
    const page = await newPage({ javaScriptEnabled: false });
    const { requests } = watchPage(page);
    await page.goto(await link(id));
    await page.getByRole("button", { name: "Approve once" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    expect(requests).toEqual([`GET /approvals/${id}`]);
    expect(await statusOf(id)).toBe("pending");
  });

  inBrowser("S-03: a form that another site sends by itself decides nothing", async () => {
    const { ask, link, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const fields = Object.entries(formOn((await send(address)).body, "approve"));
    const inputs = fields.map(([name, value]) => `<input name="${name}" value="${value}">`).join("");
    const target = address.replace(/\?.*/, "");
    const site = await foreignSite(
      `<form method="post" action="${target}">${inputs}</form><script>document.forms[0].submit()</script>`,
    );
    onTestFinished(() => site.close());
    const page = await newPage();
    const answered = page.waitForResponse((response) => response.url() === target);
    await page.goto(site.url);
    expect((await answered).status()).toBe(403);
    expect(await statusOf(id)).toBe("pending");
  });

  inBrowser("S-10: does not show in another site's frame", async () => {
    const { ask, link, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const site = await foreignSite(`<iframe src="${await link(id)}"></iframe>`);
    onTestFinished(() => site.close());
    const page = await newPage();
    const { complaints } = watchPage(page);
    await page.goto(site.url, { waitUntil: "load" });
    const frame = page.frames()[1]!;
    await expect.poll(() => frame.url()).toMatch(/^chrome-error:/);
    expect(await frame.getByText("Approve once").count()).toBe(0);
    expect(complaints.join("\n")).toMatch(/frame-ancestors 'none'|X-Frame-Options/i);
    expect(await statusOf(id)).toBe("pending");
  });
});
