// A long press: the finger rests on one place for half a second.
const REST = 500;
const STRAY = 10;

// Listeners for an element, as lit-html takes them: `@pointerdown=${on.down}` and so on.
export function longPress(act) {
  let [timer, from] = [null, null];
  const end = () => clearTimeout(timer);
  return {
    down: (event) => {
      from = event;
      timer = setTimeout(act, REST);
    },
    move: (event) => from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STRAY && end(),
    end,
    // The system's own menu would come up over what the press opened.
    menu: (event) => event.preventDefault(),
  };
}
