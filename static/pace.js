// How fast a list appears: the first ones singly, the rest quickly and in at most so many turns; it can be stopped, stepped, or shown whole. With
// `still` nothing moves by itself. Pure but for its clock, which can be given.

const TURNS = 150;

export function pacing({ total, shown, slow, every, quick, still, show, later = setTimeout, never = clearTimeout }) {
  let timer = null;
  const stride = Math.max(1, Math.ceil((total - slow) / TURNS));
  const at = { shown: Math.min(shown, total), running: false, done: false };

  function tell() {
    at.done = at.shown >= total;
    if (at.done) at.running = false;
    show({ ...at });
  }
  function go() {
    never(timer);
    if (at.running) timer = later(tick, at.shown < slow ? every : quick);
  }
  function tick() {
    at.shown = Math.min(total, at.shown + (at.shown < slow ? 1 : stride));
    tell();
    go();
  }
  return {
    get done() {
      return at.done;
    },
    begin() {
      at.running = !still && at.shown < total;
      tell();
      go();
    },
    toggle() {
      at.running = !at.running && at.shown < total;
      tell();
      go();
    },
    one() {
      never(timer);
      at.running = false;
      at.shown = Math.min(at.shown + 1, total);
      tell();
    },
    all() {
      never(timer);
      at.shown = total;
      tell();
    },
    stop() {
      never(timer);
      at.running = false;
    },
  };
}
