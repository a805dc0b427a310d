import { createHmac, timingSafeEqual } from "node:crypto";

/** What a form on a decision page is bound to. */
export interface FormBinding {
  readonly id: string;
  readonly token: string;
  /** Digest of the arguments that the page showed. */
  readonly seen: string;
}

/** Marks the forms that this program wrote, each good for one approval, one link and one set of arguments. */
export interface CsrfSigner {
  sign(form: FormBinding): string;
  verify(form: FormBinding, csrf: string): boolean;
}

/** A seal under `key`; programs that share the key accept each other's forms. */
export function createCsrfSigner(key: Uint8Array): CsrfSigner {
  const macOf = ({ id, token, seen }: FormBinding) =>
    createHmac("sha256", key)
      .update(JSON.stringify(["decision form", id, token, seen]))
      .digest();
  return {
    sign: (form) => macOf(form).toString("base64url"),
    verify: (form, csrf) => {
      const given = Buffer.from(csrf, "base64url");
      const expected = macOf(form);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
