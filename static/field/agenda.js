// Which inspections stand under which tab, what a search finds, what is nearest, where the map opens. Pure.

const TO_DO = ["assigned", "open", "returned"];
const URGENCY = { returned: 0, open: 1, assigned: 2 };
const EARTH = 6371000;

export function isToDo(row) {
  return TO_DO.includes(row.state);
}

// [name, rows] of each tab; `day` is today and `end` the last day of this week, both YYYY-MM-DD.
export function tabs(rows, day, end) {
  const todo = rows.filter(isToDo);
  return [
    ["todo", todo],
    ["today", todo.filter((row) => row.due === day)],
    ["week", todo.filter((row) => row.due >= day && row.due <= end)],
    ["late", todo.filter((row) => row.due < day)],
    ["done", rows.filter((row) => !isToDo(row))],
  ];
}

// Whether every word stands somewhere in the subject's name, code or address, in the number, or in a partner's name.
export function matches(row, words) {
  const { name, code, address, district } = row.subject;
  const text = plain([name, code, address, district, row.number, ...row.pair.map((member) => member.name)].join("\n"));
  return plain(words).split(/\s+/).every((word) => text.includes(word));
}

export function byDue(rows) {
  return [...rows].sort((a, b) => compare(a.due, b.due) || URGENCY[a.state] - URGENCY[b.state]);
}

// What was finished last stands first.
export function byEnd(rows) {
  return [...rows].sort((a, b) => compare(b.due, a.due));
}

// The nearest first; where nobody knows the place of a subject, it comes after, by its due date.
export function byDistance(rows, here) {
  const away = new Map(rows.map((row) => [row, distance(here, row.subject) ?? Infinity]));
  return byDue(rows).sort((a, b) => (away.get(a) === away.get(b) ? 0 : away.get(a) - away.get(b)));
}

// Metres between two places with `latitude` and `longitude` as decimal strings; null where one is not known.
export function distance(one, other) {
  const [a, b] = [radians(one), radians(other)];
  if (!a || !b) return null;
  const half = (x) => Math.sin(x / 2) ** 2;
  const arc = half(b.latitude - a.latitude) + Math.cos(a.latitude) * Math.cos(b.latitude) * half(b.longitude - a.longitude);
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(arc)));
}

// 80 m, 1.2 km, 35 km
export function distanceText(metres) {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return metres < 9950 ? `${(metres / 1000).toFixed(1)} km` : `${Math.round(metres / 1000)} km`;
}

// The link that opens the phone's own map at the subject, by what the browser says it runs on.
export function mapLink({ name, address, latitude, longitude }, agent) {
  const place = latitude && longitude ? `${latitude},${longitude}` : null;
  if (/iPhone|iPad|iPod|Macintosh/.test(agent)) {
    const query = new URLSearchParams(place ? { ll: place, q: name } : { q: address });
    return `maps://?${query}`;
  }
  return place ? `geo:${place}?q=${encodeURIComponent(`${place}(${name})`)}` : `geo:0,0?q=${encodeURIComponent(address)}`;
}

function radians(place) {
  if (!place?.latitude || !place?.longitude) return null;
  return { latitude: (Number(place.latitude) * Math.PI) / 180, longitude: (Number(place.longitude) * Math.PI) / 180 };
}

// Letters and figures are found whatever their width and case.
function plain(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
