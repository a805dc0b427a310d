import type { EmbeddableText } from "#model";
import { cutText } from "../cut.ts";

/** Form in which a model takes texts: its prefixes, and how much of a text it takes. Ollama adds no prefix by itself. */
export interface EmbeddingForm {
  document(text: EmbeddableText): string;
  query(text: EmbeddableText): string;
}

/** Counts changes of this file that move vectors: of a prefix, or of a length. */
export const FORM_VERSION = "p1";

interface KnownModel {
  readonly name: string;
  /** What fits for prose. Logs need up to a token a character; what does not fit then is halved on refusal. */
  readonly maxChars: number;
  readonly query?: string;
  readonly document?: string;
  readonly asDocument?: (title: string, body: string) => string;
}

const RETRIEVE = "Given an issue, retrieve issues about the same thing";

// In order of preference: small enough for any machine first.
const KNOWN: readonly KnownModel[] = [
  { name: "nomic-embed-text", maxChars: 6_000, query: "search_query: ", document: "search_document: " },
  {
    name: "embeddinggemma",
    maxChars: 6_000,
    query: "task: search result | query: ",
    asDocument: (title, body) => `title: ${title || "none"} | text: ${body}`,
  },
  { name: "qwen3-embedding", maxChars: 8_000, query: `Instruct: ${RETRIEVE}\nQuery:` },
  {
    name: "mxbai-embed-large",
    maxChars: 2_000,
    query: "Represent this sentence for searching relevant passages: ",
  },
  { name: "snowflake-arctic-embed", maxChars: 2_000, query: "query: " },
  { name: "bge-m3", maxChars: 8_000 },
  { name: "all-minilm", maxChars: 1_200 },
];
const UNKNOWN: KnownModel = { name: "", maxChars: 4_000 };

/** Names of models that embed, the preferred one first. */
export const EMBEDDING_MODELS: readonly string[] = KNOWN.map(({ name }) => name);

/** The form for a model by whatever name a server has for it: `nomic-embed-text:v1.5`, `org/bge-m3-GGUF`. */
export function formOf(model: string): EmbeddingForm {
  const lower = model.toLowerCase();
  const known = KNOWN.find(({ name }) => lower.includes(name)) ?? UNKNOWN;
  const cut = ({ title, body }: EmbeddableText) => {
    const head = cutText(title.trim(), known.maxChars);
    return { head, rest: cutText(body.trim(), known.maxChars - head.length) };
  };
  const plain = (prefix: string, text: EmbeddableText) => {
    const { head, rest } = cut(text);
    const parts = [head, rest].filter((part) => part !== "");
    // Servers refuse an empty text, or answer it with zeros.
    return prefix + (parts.join("\n\n") || "(empty)");
  };
  return {
    query: (text) => plain(known.query ?? "", text),
    document(text) {
      if (!known.asDocument) return plain(known.document ?? "", text);
      const { head, rest } = cut(text);
      return known.asDocument(head, rest);
    },
  };
}
