// What a cell of a heat table shows. Texts and medians come from the recorded run; ratios are made
// here, since any row can be the reference.

const TWICE = 2;

/** The place of the row that others are compared with: the one that was asked for, or the best. */
export function reference(table, metric, column, asked) {
  const place = table.rows.indexOf(asked);
  if (place >= 0 && isMeasured(metric.columns[column].cells[place])) {
    return place;
  }
  return best(table, metric, column);
}

/** The place of the best row of those that limit, or of all where none does; -1 if there is none. */
export function best(table, metric, column) {
  const sign = metric.more ? -1 : 1;
  const rank = (place) => [Number(table.free[place]), sign * median(place)];
  const median = (place) => metric.columns[column].cells[place][0];
  let found = -1;
  metric.columns[column].cells.forEach((cell, place) => {
    if (isMeasured(cell) && (found < 0 || isLess(rank(place), rank(found)))) {
      found = place;
    }
  });
  return found;
}

/** What a cell shows: its kind, and the texts of value, ratio, spread and group of ties. */
export function view(metric, column, row, reference) {
  const { cells, alike } = metric.columns[column];
  const cell = cells[row];
  if (!isMeasured(cell)) {
    return { kind: 'absent', value: cell, ratio: '', spread: '', tie: '' };
  }
  const [median, value, spread, tie] = cell;
  const ratio = atLeastOne(median) / atLeastOne(cells[reference][0]);
  const worse = metric.more ? 1 / ratio : ratio;
  return { kind: kind(worse, bit(alike[reference], row)), value, ratio: times(ratio), spread, tie };
}

/** What a value is to the reference of which it is `worse` times as bad. */
export function kind(worse, alike) {
  if (alike) {
    return 'even';
  }
  if (worse >= TWICE) {
    return 'twice';
  }
  return worse > 1 ? 'worse' : 'better';
}

/** A ratio for people: `1.02×`, `12×`, `1,200×`. */
export function times(ratio) {
  return ratio < 9.995 ? `${ratio.toFixed(2)}×` : `${Math.round(ratio).toLocaleString('en')}×`;
}

/** Bit `place` of hexadecimal digits, the first digit's highest being bit 0. */
export function bit(digits, place) {
  const digit = parseInt(digits[place >> 2] ?? '0', 16);
  return ((digit >> (3 - (place & 3))) & 1) === 1;
}

/** A cell without a measurement is the text that says why. */
function isMeasured(cell) {
  return Array.isArray(cell);
}

/** Less than one of anything counts as one, so that every ratio exists. */
function atLeastOne(number) {
  return Math.max(number, 1);
}

function isLess([firstLeft, left], [firstRight, right]) {
  return firstLeft === firstRight ? left < right : firstLeft < firstRight;
}
