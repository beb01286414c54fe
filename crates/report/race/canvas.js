// What every drawing needs: sharp canvases, hatching, words on a ground of their own.

export const FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** Make a canvas as fine as the screen; its context counts in CSS pixels. */
export function fit(canvas) {
  const scale = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  return sized(canvas, width, height, scale);
}

/** A canvas of the same size that is not on the page, to draw on once. */
export function layer({ width, height, scale }) {
  return sized(document.createElement('canvas'), width, height, scale);
}

function sized(canvas, width, height, scale) {
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { canvas, context, width, height, scale };
}

/** A fill of parallel lines, `pitch` apart; they rise to the right, or fall if `falling`. */
export function hatching(colour, pitch, falling, scale) {
  const size = Math.round(pitch * scale);
  const tile = document.createElement('canvas');
  [tile.width, tile.height] = [size, size];
  const context = tile.getContext('2d');
  context.strokeStyle = colour;
  context.lineWidth = scale;
  context.beginPath();
  // The lines through the corners as well, so that tiles meet without a gap.
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, falling ? -1 : size + 1);
    context.lineTo(shift + size + 1, falling ? size + 1 : -1);
  }
  context.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

const PILL_FACE = `600 12.5px ${FACE}`;

/** How wide words on a ground of their own are. */
export function pillWidth(context, text) {
  context.font = PILL_FACE;
  return context.measureText(text).width + 10;
}

/** Words on a ground of their own, kept between 0 and `width`. */
export function pill(context, text, { x, y, align, width }, palette) {
  const wide = pillWidth(context, text) - 10;
  const wanted = { left: x, centre: x - wide / 2, right: x - wide }[align];
  const left = Math.max(6, Math.min(width - wide - 6, wanted));
  context.fillStyle = palette.pill;
  context.beginPath();
  context.roundRect(left - 5, y - 10, wide + 10, 20, 5);
  context.fill();
  context.fillStyle = palette.ink;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, left, y + 0.5);
}

/** Plain words broken into lines of at most `width`; returns how many there were. */
export function wrapped(context, text, x, y, width) {
  let line = '';
  let lines = 0;
  for (const word of text.split(' ')) {
    if (line && context.measureText(line + word).width > width) {
      context.fillText(line.trim(), x, y + lines * 15);
      [line, lines] = ['', lines + 1];
    }
    line += `${word} `;
  }
  context.fillText(line.trim(), x, y + lines * 15);
  return lines + 1;
}

/** Draw `picture` up to `x` as it is and beyond as a ghost; all of it as it is if `x` is null. */
export function revealed(context, picture, x, ghost, { width, height }) {
  const part = (from, to, opacity) => {
    context.save();
    context.beginPath();
    context.rect(from, 0, to - from, height);
    context.clip();
    context.globalAlpha = opacity;
    context.drawImage(picture.canvas, 0, 0, width, height);
    context.restore();
  };
  part(0, x ?? width, 1);
  if (x !== null) part(x, width, ghost);
}
