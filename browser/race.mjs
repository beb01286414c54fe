// The race page in a real browser. `node race.mjs PROGRAM DIRECTORY`, where DIRECTORY/run is a run.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { readData } from '../crates/report/race/data.js';
import { derive } from '../crates/report/race/model.js';
import {
  SCHEMES,
  WIDTHS,
  blankCanvases,
  check,
  conclude,
  each,
  leastOf,
  policyHolds,
  sideways,
  smallTargets,
  violations,
  withBrowser,
  withPage,
} from './harness.mjs';

const [program, directory] = process.argv.slice(2);
const file = path.resolve(directory, 'race.html');
execFileSync(program, ['race', path.join(directory, 'run'), '--out', file]);

const position = (page) => page.evaluate(() => window.race.transport.position);
const words = (page, selector) => page.locator(selector).allTextContents();

/** All that the page says of its rows, to see whether a choice changed it. */
async function said(page) {
  const labels = await page.evaluate(() =>
    [...document.querySelectorAll('#rows canvas')].map((one) => one.getAttribute('aria-label')),
  );
  return {
    rows: labels.join('\n'),
    table: (await words(page, '#table')).join(),
    lede: (await words(page, '#lede')).join(),
  };
}

function theFile() {
  const text = fs.readFileSync(file, 'utf8');
  const { size } = fs.statSync(file);
  check('at most 1 MiB', size <= 1 << 20, `${size} bytes`);
  check('no address of anything outside', !/\w+:\/\//.test(text));
}

async function everyWidthAndScheme(browser) {
  for (const colorScheme of SCHEMES) {
    for (const [width, height] of WIDTHS) {
      const name = `${colorScheme} ${width}`;
      const options = { viewport: { width, height }, colorScheme };
      await withPage(browser, file, options, async (page, seen) => {
        await page.waitForTimeout(100);
        check(`${name}: no request to the outside`, seen.outside.length === 0, seen.outside.join());
        check(`${name}: no error`, seen.errors.length === 0, seen.errors.join());
        check(`${name}: no sideways scroll`, (await sideways(page)) <= 0);
        const blank = await blankCanvases(page);
        check(`${name}: every canvas is painted`, blank.length === 0, blank.join());
        const small = await smallTargets(page);
        check(`${name}: targets of 24 pixels`, small.length === 0, small.join());
        const found = await violations(page);
        check(`${name}: axe`, found.length === 0, found.join('; '));
        await page.screenshot({ path: path.join(directory, `race-${colorScheme}-${width}.png`) });
        const whole = path.join(directory, `race-${colorScheme}-${width}-whole.png`);
        await page.screenshot({ path: whole, fullPage: true });
        await page.locator('#which summary').click();
        check(`${name}: no sideways scroll with the list open`, (await sideways(page)) <= 0);
        const listed = await smallTargets(page);
        check(`${name}: targets of the list`, listed.length === 0, listed.join());
      });
    }
  }
}

/** What the gauges show at most, in the order in which they stand in a row. */
const WIDEST = [
  ['100,000', ' / 100,000'],
  ['100,000', ' peak'],
  ['99.9 MB', ' peak'],
  ['1,000', ' of 1,000'],
];

/** The texts of gauges that are wider than their place, as they are and at their widest. */
async function overflowing(page) {
  return page.evaluate((widest) => {
    const beyond = (one) => one.scrollWidth > one.clientWidth;
    const all = [...document.querySelectorAll('.gauges dd')];
    const found = all.filter(beyond).map((one) => one.textContent);
    all.forEach((one, at) => {
      const [value, unit] = widest[at % widest.length];
      one.firstChild.textContent = value;
      one.lastChild.textContent = unit;
    });
    const lists = [...document.querySelectorAll('.gauges')];
    return [...found, ...[...all, ...lists].filter(beyond).map((one) => one.textContent)];
  }, WIDEST);
}

async function gauges(browser) {
  for (const width of [1280, 1001, 1000, 821, 820, 521, 520, 390, 320]) {
    await withPage(browser, file, { viewport: { width, height: 800 } }, async (page) => {
      const beyond = await overflowing(page);
      check(`${width}: gauges hold their text`, beyond.length === 0, beyond.slice(0, 4).join('; '));
    });
  }
}

async function loading(browser) {
  const ms = await leastOf(3, () => withPage(browser, file, {}, (page, seen) => seen.loadedMs));
  check('loaded in 2 s', ms < 2000, `${ms.toFixed(0)} ms`);
  await withPage(browser, file, {}, async (page) => {
    check('the policy lets nothing out', await policyHolds(page));
  });
}

async function stillness(browser) {
  await withPage(browser, file, {}, async (page) => {
    check('it opens on the finished picture', (await position(page)) === 1);
    const before = await page.screenshot();
    await page.waitForTimeout(500);
    check('nothing moves before Play', before.equals(await page.screenshot()));
  });
}

async function keys(browser) {
  await withPage(browser, file, {}, async (page) => {
    await page.keyboard.press('Home');
    check('Home goes to the start', (await position(page)) === 0);
    await page.keyboard.press('ArrowRight');
    check('an arrow steps', Math.abs((await position(page)) - 0.01) < 1e-9);
    await page.keyboard.press('ArrowLeft');
    check('and back', Math.abs(await position(page)) < 1e-9);
    const text = await page.getAttribute('#scrubber', 'aria-valuetext');
    check('the scrubber says its time', /^0 ns of \d.* m?s$/.test(text), text);
    await page.keyboard.press('Space');
    await page.waitForTimeout(400);
    check('space plays', (await position(page)) > 0);
    check('the button says Pause', (await words(page, '#play-label')).join() === 'Pause');
    const gauges = (await words(page, '.gauges')).join(' ');
    check('gauges show the moment', /delivered\d+ \/ 240/.test(gauges), gauges.slice(0, 60));
    await page.keyboard.press('Space');
    const paused = await position(page);
    await page.waitForTimeout(200);
    check('space pauses', (await position(page)) === paused);
    await page.keyboard.press('End');
    check('End goes to the end', (await position(page)) === 1);
    await page.focus('#scrubber');
    await page.keyboard.press('Home');
    check('keys work on the scrubber', (await position(page)) === 0);
    await page.keyboard.press('Space');
    await page.waitForTimeout(100);
    await page.keyboard.press('Space');
    check('space plays from the scrubber', (await position(page)) > 0);
    await page.focus('#theme');
    await page.keyboard.press('Space');
    const theme = await page.getAttribute('html', 'data-theme');
    check('space on a button is that of the button', theme === 'light', theme);
  });
}

async function replaying(browser) {
  await withPage(browser, file, {}, async (page) => {
    // The best of three seconds: other programs can only make them worse.
    let best = 0;
    for (let at = 0; at < 3; at += 1) {
      const frames = await page.evaluate(async () => {
        const { race } = window;
        const draw = race.draw.bind(race);
        let drawn = 0;
        race.draw = (position) => {
          drawn += 1;
          draw(position);
        };
        race.transport.jump(0);
        race.transport.play();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        race.transport.pause();
        delete race.draw;
        return drawn;
      });
      best = Math.max(best, frames);
    }
    check('30 frames a second', best >= 30, best);
    await page.evaluate(() => window.race.transport.jump(0.99));
    await page.keyboard.press('Space');
    await page.waitForFunction(() => window.race.transport.position === 1);
    const live = (await words(page, '#live')).join();
    check('the end is announced', /^Finished: .* m?s/.test(live), live.slice(0, 60));
    check('and then it can be replayed', (await words(page, '#play-label')).join() === 'Replay');
  });
}

async function lessMotion(browser) {
  await withPage(browser, file, { reducedMotion: 'reduce' }, async (page) => {
    await page.keyboard.press('Home');
    const places = await page.evaluate(async () => {
      const { race } = window;
      const seen = new Set();
      race.transport.play();
      for (let at = 0; at < 60; at += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        seen.add(race.transport.position);
      }
      race.transport.pause();
      return [...seen];
    });
    const steps = places.every((place) => Number.isInteger(Math.round(place * 20 * 1e6) / 1e6));
    check('reduced motion goes in steps', steps && places.length <= 4, places.join(' '));
  });
}

async function choices(browser) {
  await withPage(browser, file, {}, async (page, seen) => {
    const first = await said(page);
    await page.selectOption('#executor', 'smol');
    const executor = await said(page);
    for (const part of ['rows', 'table', 'lede']) {
      check(`another executor changes the ${part}`, first[part] !== executor[part]);
    }
    await page.locator('#which summary').click();
    await page.check('#strategies input[value="materialize-window"]');
    await page.uncheck('#strategies input[value="semaphore"]');
    const strategy = await said(page);
    for (const part of ['rows', 'table', 'lede']) {
      check(`another strategy changes the ${part}`, executor[part] !== strategy[part]);
    }
    check('a row a strategy', (await page.locator('#rows .row').count()) === 4);
    await page.keyboard.press('Escape');
    await page.click('#logarithmic');
    check('memory has a logarithmic scale', /memory=log/.test(page.url()));
    await page.evaluate(() => window.race.transport.jump(0.5));
    const kept = page.url().replace(/^[^#]*/, '');
    const view = await said(page);
    await withPage(browser, file, { fragment: kept }, async (again) => {
      const same = JSON.stringify(await said(again)) === JSON.stringify(view);
      check('the address gives the same view again', same && (await position(again)) === 0.5, kept);
    });
    await page.selectOption('#race', { index: 1 });
    check('another workload changes the lede', (await said(page)).lede !== view.lede);
    check('no error while choosing', seen.errors.length === 0, seen.errors.join());
  });
}

async function clocks(browser) {
  await withPage(browser, file, {}, async (page) => {
    const labels = await words(page, '#race option');
    check('simulated time is a choice of its own', labels.some((one) => /simulated/.test(one)));
    const shown = [];
    for (const label of labels) {
      await page.selectOption('#race', { label });
      for (const executor of await words(page, '#executor option')) {
        await page.selectOption('#executor', executor);
        await page.evaluate(() => document.querySelectorAll('#strategies input').forEach((one) => {
          if (!one.checked) one.click();
        }));
        shown.push(await page.evaluate(() => ({
          clocks: [...new Set(window.race.shown.map((row) => row.trace.provenance))],
          badge: !document.getElementById('simulated').hidden,
        })));
      }
    }
    const pure = shown.every(({ clocks: found }) => found.length === 1);
    check('simulated and recorded never share a chart', pure && shown.length >= 4, shown.length);
    const told = shown.every(({ clocks: [clock], badge }) => badge === (clock === 'simulated'));
    check('simulated time is marked', told && shown.some(({ badge }) => badge));
  });
}

async function pointing(browser) {
  await withPage(browser, file, {}, async (page) => {
    const box = await page.locator('.row[data-key=batching] canvas').boundingBox();
    await page.mouse.move(box.x + box.width / 4, box.y + 20);
    check('a pointer that hovers moves nothing', (await position(page)) === 1);
    await page.mouse.down();
    check('a pointer that presses moves the replay there', Math.abs((await position(page)) - 0.25) < 0.01);
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    check('and drags it', Math.abs((await position(page)) - 0.5) < 0.01);
    await page.mouse.up();
  });
}

async function code(browser) {
  await withPage(browser, file, {}, async (page) => {
    const button = page.locator('.row[data-key=semaphore] button');
    const source = page.locator('.row[data-key=semaphore] pre');
    check('the code is hidden at first', !(await source.isVisible()));
    await button.focus();
    await page.keyboard.press('Enter');
    const text = await source.textContent();
    check('and comes on a button', (await source.isVisible()) && /async fn|impl/.test(text));
    const expanded = await button.getAttribute('aria-expanded');
    check('which says so', expanded === 'true');
    const found = await violations(page);
    check('with the code: axe', found.length === 0, found.join('; '));
    check('with the code: no sideways scroll', (await sideways(page)) <= 0);
  });
}

async function textTwins(browser) {
  await withPage(browser, file, {}, async (page) => {
    const twins = await page.evaluate(() =>
      [...document.querySelectorAll('canvas')].map((one) => one.getAttribute('aria-label') ?? ''),
    );
    const bare = twins.filter((one) => !/\d/.test(one) && !/order of the source/.test(one));
    check('each canvas has a text twin with its numbers', twins.length === 7 && bare.length === 0);
    const wrong = await page.evaluate(() =>
      [...document.querySelectorAll('#rows .row')].filter((row, at) => {
        const cells = document.querySelectorAll('#table tbody tr')[at];
        const text = row.querySelector('canvas').getAttribute('aria-label');
        return ['end', 'inFlightPeak', 'memoryPeak'].some(
          (name) => !text.includes(cells.querySelector(`[data-figure=${name}]`).textContent),
        );
      }).length,
    );
    check('and they are those of the table', wrong === 0);
  });
}

async function withoutScript(browser) {
  const still = {};
  await withPage(browser, file, { javaScriptEnabled: false }, async (page, seen) => {
    await page.screenshot({ path: path.join(directory, 'race-no-script.png'), fullPage: true });
    check('without a script: a picture', await page.locator('#still svg[role=img]').isVisible());
    check('without a script: no dead control', !(await page.locator('#play').isVisible()));
    check('without a script: no error', seen.errors.length === 0, seen.errors.join());
  });
  await withPage(browser, file, {}, async (page) => {
    // The tables in the file are made by Rust, those on the page by its script.
    Object.assign(still, await page.evaluate(() => {
      const cells = {};
      for (const row of document.querySelectorAll('#still tr[data-cell]')) {
        const figures = [...row.querySelectorAll('td')].map((one) => one.textContent);
        cells[row.dataset.cell] = figures.join(' | ');
      }
      return cells;
    }));
    const silent = await page.evaluate(() => {
      const drawn = document.querySelector('#still svg').textContent;
      return window.race.views.filter(({ said }) => said && !drawn.includes(said.text)).length;
    });
    check('the picture in the file has the call-outs of the script', silent === 0);
    const live = {};
    for (const label of await words(page, '#race option')) {
      await page.selectOption('#race', { label });
      Object.assign(live, await page.evaluate(() => {
        document.querySelectorAll('#strategies input').forEach((one) => {
          if (!one.checked) one.click();
        });
        const rows = [...document.querySelectorAll('#table tbody tr')];
        return Object.fromEntries(rows.map((row, at) => [
          window.race.shown[at].trace.cell,
          [...row.querySelectorAll('td')]
            .map((one) => (one.querySelector('[data-figure]') ?? one).textContent)
            .join(' | '),
        ]));
      }));
    }
    const cells = Object.keys(still);
    const other = cells.filter((cell) => still[cell] !== live[cell]);
    const detail = other.map((cell) => `${cell}: ${still[cell]} ≠ ${live[cell]}`).join('\n');
    check('the tables in the file are those of the script', cells.length > 8 && !detail, detail);
  });
}

/** What each rule promises, on every trace in the page as the page derives it. */
function invariants() {
  const text = fs.readFileSync(file, 'utf8').match(/<script id="data"[^>]*>([^]*?)<\/script>/)[1];
  const { traces, refused } = readData(text);
  check('no trace is refused', refused.length === 0, refused.join());
  const found = traces.flatMap((trace) =>
    brokenPromises(trace).map((what) => `${trace.cell}: ${what}`),
  );
  check('every trace keeps its promises', traces.length >= 30 && found.length === 0, found.join('; '));
}

function brokenPromises(trace) {
  const { admitted, started, finished, delivered, limit, family } = trace;
  const model = derive(trace, limit);
  const lists = [admitted, started, finished, delivered];
  const back = started.some((_, job) => lists.some((list, at) => at > 0 && lists[at - 1][job] > list[job]));
  const random = trace.provenance === 'recorded' && trace.strategy === 'semaphore';
  return [
    back && 'moments go back',
    limit !== null && model.inFlight.peak > limit && `${model.inFlight.peak} in flight`,
    family === 'ordered' && model.overtaken > 0 && 'not in order',
    random && model.overtaken === 0 && 'in order, which only the ordered are',
    !model.shape && lanesOverlap(model) && 'lanes overlap',
    family === 'barrier' && batchesOverlap(trace) && 'batches overlap',
  ].filter(Boolean);
}

function lanesOverlap({ trace, byStart, lane, keepsSlot }) {
  const ends = keepsSlot ? trace.delivered : trace.finished;
  const until = [];
  return byStart.some((job) => {
    const early = until[lane[job]] > trace.started[job];
    until[lane[job]] = ends[job];
    return early;
  });
}

function batchesOverlap({ started, finished, limit, jobs }) {
  for (let batch = limit; batch < jobs; batch += limit) {
    const over = Math.max(...finished.slice(batch - limit, batch));
    if (Math.min(...started.slice(batch, batch + limit)) < over) return true;
  }
  return false;
}

theFile();
invariants();
const PARTS = [
  loading,
  everyWidthAndScheme,
  gauges,
  stillness,
  keys,
  replaying,
  lessMotion,
  choices,
  clocks,
  pointing,
  code,
  textTwins,
  withoutScript,
];
await withBrowser((browser) => each(PARTS, browser));
conclude();
