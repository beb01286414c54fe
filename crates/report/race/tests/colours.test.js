// Colours are computed, not judged: contrast as WCAG 2 has it, distance under simulated deficiencies.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const STYLE = readFileSync(new URL('../race.css', import.meta.url), 'utf8');
const FAMILIES = ['no-limit', 'barrier', 'refill', 'ordered'];

/** The variables of the first block that begins with `start`. */
function scheme(start) {
  const block = STYLE.slice(STYLE.indexOf(start)).split('}')[0];
  const found = block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}

const SCHEMES = {
  light: scheme(':root {'),
  dark: scheme(":root[data-theme='dark']"),
  'dark by system': scheme(":root:not([data-theme='light'])"),
};

/** Red, green and blue as light, 0 to 1. */
function linear(hex) {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

function contrast(a, b) {
  const luminance = (hex) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return Math.max(x, y) / Math.min(x, y);
}

/** Full deficiencies after Machado, Oliveira and Fernandes (2009), on linear light. */
const SEEN = {
  'full colour': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

/** The colour as CIE L*a*b*, white D65. */
function lab(hex, matrix) {
  const rgb = linear(hex);
  const row = (at) => rgb.reduce((sum, value, place) => sum + value * matrix[3 * at + place], 0);
  const [red, green, blue] = [0, 1, 2].map((at) => Math.min(1, Math.max(0, row(at))));
  const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test('the dark colours are the same by choice and by system', () => {
  assert.deepEqual(SCHEMES.dark, SCHEMES['dark by system']);
  assert.ok(Object.keys(SCHEMES.light).length >= 14);
});

for (const [name, colours] of Object.entries(SCHEMES)) {
  test(`text and families keep their contrast in ${name}`, () => {
    for (const ground of ['card', 'ground', 'near', 'far']) {
      assert.ok(contrast(colours.ink, colours[ground]) >= 7, `ink on ${ground}`);
      assert.ok(contrast(colours.muted, colours[ground]) >= 4.5, `muted on ${ground}`);
    }
    for (const family of FAMILIES) {
      const found = contrast(colours[family], colours.card);
      assert.ok(found >= 3, `${family} on the card: ${found.toFixed(2)}`);
    }
    assert.ok(contrast(colours.focus, colours.card) >= 3);
  });

  for (const [eyes, matrix] of Object.entries(SEEN)) {
    test(`families stay apart in ${name}, seen with ${eyes}`, () => {
      FAMILIES.forEach((one, at) => {
        for (const other of FAMILIES.slice(at + 1)) {
          const [a, b] = [lab(colours[one], matrix), lab(colours[other], matrix)];
          const distance = Math.hypot(...a.map((value, place) => value - b[place]));
          // A difference of 2.3 can just be seen.
          assert.ok(distance >= 18, `${one} and ${other}: ΔE ${distance.toFixed(1)}`);
        }
      });
    });
  }
}
