import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import AjvDraft04 from "ajv-draft-04";

const require = createRequire(import.meta.url);
const root = path.dirname(require.resolve("@atlaskit/adf-schema/package.json"));
const schema = JSON.parse(readFileSync(path.join(root, "dist/json-schema/v1/full.json"), "utf8"));
const Ajv = AjvDraft04 as unknown as typeof AjvDraft04.default;
const validate = new Ajv({ strict: false, allErrors: false }).compile(schema);

/** What Atlassian's own schema has against a document; nothing when it is valid. */
export function adfFaults(document: unknown): string | undefined {
  if (validate(document)) return undefined;
  const [fault] = validate.errors ?? [];
  return `${fault?.instancePath} ${fault?.message} in ${JSON.stringify(document).slice(0, 2000)}`;
}
