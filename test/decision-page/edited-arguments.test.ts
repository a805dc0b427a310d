import { expect, test } from "vitest";
import { digestOf, readJson } from "#base";
import { editableText, readEdited } from "../../src/decision-page/edited-arguments.ts";

const source = JSON.stringify({
  url: "https://ana:hunter22@host/x",
  headers: [{ name: "Authorization", value: "Bearer abcdefgh1" }],
  argv: ["--token", "tok-1234", "ls"],
  note: "plain \u202e\u{e0041} text",
  big: 1,
});

/** What would run after `edit` of the editor's text. */
const edited = (edit: (text: string) => string) =>
  JSON.parse(readEdited(edit(editableText(source, {})), source, {})) as Record<string, unknown>;

test("the editor's own text, sent back untouched, is the very same call", () => {
  const text = editableText(source, {});
  expect(text).not.toMatch(/hunter22|abcdefgh1|tok-1234|[\p{Cf}]/u);
  expect(text).toContain("plain \\u202e\\udb40\\udc41 text");
  expect(digestOf(readJson(readEdited(text, source, {})))).toBe(digestOf(readJson(source)));
});

test("hidden values stay behind their masks while others change", () => {
  const result = edited((text) => text.replace('"ls"', '"ls", "-l"').replace('"big": 1', '"big": 2'));
  expect(result).toEqual({ ...JSON.parse(source), argv: ["--token", "tok-1234", "ls", "-l"], big: 2 });
});

test("a hidden value can be replaced and left out", () => {
  expect(
    edited((text) =>
      text.replace("https://[redacted URL password, 12 chars]@host/x", "https://bo:other@host/y"),
    ),
  ).toMatchObject({
    url: "https://bo:other@host/y",
  });
  expect(edited((text) => text.replace(/"argv": \[[^\]]*\][^\]]*\]/, '"argv": []'))).toMatchObject({
    argv: [],
  });
});

test.for([
  ["half changed", (text: string) => text.replace("@host/x", "@elsewhere/x")],
  ["moved to another place", (text: string) => text.replace('"--token",', '"-v", "--token",')],
  ["put under another name", (text: string) => text.replace('"url"', '"address"')],
  ["used as a name", (text: string) => text.replace('"big"', '"[redacted]"')],
] as const)("a mask that is %s is refused, as nothing could stand for it", ([, edit]) => {
  expect(() => edited(edit)).toThrow(expect.objectContaining({ code: "arguments_invalid" }));
});

test("numbers keep their digits through an edit", () => {
  const exact = `{"id":12345678901234567890,"ratio":1.0,"path":"a"}`;
  const text = editableText(exact, {}).replace('"a"', '"b"');
  expect(readEdited(text, exact, {})).toBe(`{"id":12345678901234567890,"ratio":1.0,"path":"b"}`);
});
