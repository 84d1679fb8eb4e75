// How large a picture is kept. Pure.

// {width, height} of a picture whose longer side is at most `edge`; never larger than it is.
export function fit(width, height, edge) {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
