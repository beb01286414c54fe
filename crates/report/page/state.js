// What a reader chose, kept in the fragment of the address, so that a link shows the same view.

/** The choices of a fragment such as `#metric=cpu_ns&at=s-verdict`; `#s-verdict` is a place alone. */
export function parse(fragment) {
  const text = fragment.replace(/^#/, '');
  if (text !== '' && !text.includes('=')) {
    return { at: decode(text) };
  }
  const choices = {};
  for (const [key, value] of new URLSearchParams(text)) {
    choices[key] = value;
  }
  return choices;
}

/** The fragment of choices; empty ones are left out, and a place alone stays short. */
export function print(choices) {
  const made = Object.entries(choices).filter(([, value]) => value);
  if (made.length === 1 && made[0][0] === 'at') {
    return `#${encodeURIComponent(made[0][1])}`;
  }
  return made.length === 0 ? '' : `#${new URLSearchParams(made)}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
