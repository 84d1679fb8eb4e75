// Whether the phone lay untouched long enough to ask who holds it. Pure.

export const MINUTES = [1, 5, 15];
export const USUAL = 5;

// `touched` and `now` in milliseconds; `touched` null where nobody touched it yet. A clock that was set back locks too.
export function isIdle(touched, now, minutes) {
  if (touched === null) return false;
  const since = now - touched;
  return since >= minutes * 60000 || since < -60000;
}
