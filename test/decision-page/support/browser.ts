import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";

const CHROMIUM = process.env.PRELOOP_TEST_CHROMIUM ?? "/usr/bin/chromium";

/** Appended to a suite's title when there is no browser, so that nobody takes it for tested. */
export const noBrowser = existsSync(CHROMIUM)
  ? undefined
  : `[SKIPPED: no ${CHROMIUM}; PRELOOP_TEST_CHROMIUM names another]`;

export async function launchBrowser() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Another site that serves one page: the attacker's. */
export async function foreignSite(html: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => server.close() };
}

/** Everything that a page complained about or asked for, from now on. */
export function watchPage(page: Page): { readonly complaints: string[]; readonly requests: string[] } {
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  return { complaints, requests };
}

/** Texts that do not stand out enough from what is behind them (WCAG AA), and targets too small to tap. */
export function hardToUse(page: Page): Promise<string[]> {
  return page.evaluate(FIND_HARD) as Promise<string[]>;
}

// Runs in the page, as text: the tests' own types know no DOM.
const FIND_HARD = `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility()) continue;
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (hasText) {
      const [one, two] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
      const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
      if (ratio < 4.5) found.push(ratio.toFixed(2) + ": " + element.textContent.trim().slice(0, 60));
    }
    if (element.matches("button, summary, select, input[type=text]") && element.getBoundingClientRect().height < 40)
      found.push("small: " + element.outerHTML.slice(0, 60));
  }
  return found;
})()`;
