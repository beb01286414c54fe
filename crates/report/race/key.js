// The key of the textures, of those that appear.

import { byId } from './html.js';

/** Show of the key what the rows need. */
export function showKey(rows) {
  const used = new Set(rows.flatMap(({ model }) => textures(model)));
  for (const entry of byId('key').children) entry.hidden = !used.has(entry.dataset.texture);
}

function textures({ trace, shape, keepsSlot, band, free, slowUs }) {
  if (shape) return ['shape'];
  const slow = trace.started.some((start, job) => trace.finished[job] - start > slowUs);
  return [
    'working',
    slow && 'slow',
    (keepsSlot || band === 'blocked') && 'blocked',
    free.length > 0 && 'free',
    band === 'waiting' && 'waiting',
  ];
}
