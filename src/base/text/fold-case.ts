/** A text for comparison where upper and lower case are one. */
export function foldCase(text: string): string {
  if (/^[ -@[-~]*$/.test(text)) return text;
  // `ſ`, `ß` and `ı` meet their letters only by way of upper case.
  return text.toUpperCase().toLowerCase();
}
