// A scope from what a vector or a property test says of it.
export function scopeOf({ values = {}, now, own = "", place = 1 }) {
  return { values: (key) => values[key], now, own, place: () => place, column: (name) => `column ${name}` };
}
