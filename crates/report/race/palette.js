// The colours, read from the style sheet so that they are said once.

const NAMES = {
  card: '--card',
  ink: '--ink',
  muted: '--muted',
  grid: '--grid',
  idle: '--idle',
  pill: '--pill',
  no_limit: '--no-limit',
  barrier: '--barrier',
  refill: '--refill',
  ordered: '--ordered',
};

/** The colours of the scheme that applies now. */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const palette = { ghost: Number(style.getPropertyValue('--ghost')) };
  for (const [name, variable] of Object.entries(NAMES)) {
    palette[name] = style.getPropertyValue(variable).trim();
  }
  return palette;
}

/** The style sheet's name for the colour of a family. */
export function familyVariable(family) {
  return `var(${NAMES[family]})`;
}

/** A colour `#rrggbb` with an opacity. */
export function tint(colour, opacity) {
  const value = Number.parseInt(colour.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${opacity})`;
}
