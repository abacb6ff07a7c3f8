/** What must never be printed: the run registers each secret it meets, and prints through `elide`. */
const known = new Set();

/** Registers a secret. Anything but a string of some length is ignored. */
export function keepSecret(value) {
  if (typeof value === 'string' && value.length >= 8) {
    known.add(value);
  }
}

/** Every secret met so far. */
export function secrets() {
  return [...known];
}

/** The text with each known secret, and whatever looks like a JWT, replaced by dots. */
export function elide(text) {
  let out = String(text);
  // The longest first: a secret may be a part of another one.
  for (const secret of secrets().sort((a, b) => b.length - a.length)) {
    out = out.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…');
  }
  return out.replace(/eyJ[\w-]+(\.[\w-]*)*/g, '…');
}
