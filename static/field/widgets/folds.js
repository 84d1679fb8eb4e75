// Groups, repeats and their instances as they stand in each other; which of them are folded away, remembered on this phone.
import { isAnswered, takesAnswer } from "../form.js";

const grown = new WeakMap();

// `draft`: {load(), save(value)} keeps the addresses that are folded; in the beginning nothing is.
export async function openFolds(draft, redraw) {
  const closed = new Set((await draft.load()) ?? []);
  const keep = () => draft.save(closed.size ? [...closed] : undefined).catch(() => {});
  return {
    folded: (address) => closed.has(address),
    toggle: (address) => {
      if (!closed.delete(address)) closed.add(address);
      keep();
      redraw();
    },
    open: (addresses) => {
      const folded = addresses.filter((address) => closed.delete(address));
      if (folded.length) keep();
    },
  };
}

// The rows of a page as a tree: {roots, way}; a branch is {row, children, above, shows, open, found, answered, total}: whether
// there is anything to see in it, and how many of its questions are missing, found, answered, asked.
export function branches(page) {
  if (!grown.has(page)) grown.set(page, grow(page));
  return grown.get(page);
}

// The forms, groups, repeats and instances around a row, from the outside in.
export function wayTo(page, address) {
  const way = [];
  for (let branch = branches(page).known.get(address); branch; branch = branch.above) way.unshift(branch.row);
  return way;
}

function grow({ rows, missing, invalid }) {
  const open = new Set([...missing, ...invalid]);
  const [roots, known, around] = [[], new Map(), []];
  for (const row of rows) {
    const depth = row.kind === "form" ? 0 : row.depth + 1;
    around.length = depth;
    const above = around.at(-1) ?? null;
    const branch = { row, children: [], above, shows: ["question", "note", "repeat"].includes(row.kind), open: 0, found: 0, answered: 0, total: 0 };
    (above?.children ?? roots).push(branch);
    known.set(row.address, branch);
    around.push(branch);
    for (let one = above; one; one = one.above) count(one, branch, open);
  }
  return { roots, known };
}

function count(above, { row, shows }, open) {
  above.shows ||= shows;
  if (row.kind !== "question") return;
  above.open += open.has(row.address);
  above.found += row.found;
  above.total += takesAnswer(row);
  above.answered += takesAnswer(row) && isAnswered(row);
}
