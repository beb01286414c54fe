// The race page with bad data: refused with a reason, or drawn harmlessly; never blank.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { rawTrace } from '../crates/report/race/tests/six.js';
import { check, conclude, each, sideways, violations, withBrowser, withPage } from './harness.mjs';

const [program, directory] = process.argv.slice(2);
const honest = path.resolve(directory, 'race.html');
execFileSync(program, ['race', path.join(directory, 'run'), '--out', honest]);
const BLOCK = /(<script id="data" type="application\/json">)[^]*?(<\/script>)/;
const template = fs.readFileSync(honest, 'utf8').replace(/<div id="still">[^]*?<\/div>\n<\/main>/, '</main>');

/** A page with these data in the place of its own. */
function pageWith(name, data) {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const file = path.resolve(directory, `hostile-${name}.html`);
  fs.writeFileSync(file, template.replace(BLOCK, (_, open, close) => open + text.replaceAll('<', '\\u003c') + close));
  return file;
}

const race = (...traces) => ({ schema: 'bp-race/1', strategies: [], executors: [], notes: [], traces });
const EVIL = '<script>window.evil = 1</script><img src=x onerror="window.evil=2">=cmd()\u001b[31m\u202e';

/** Each: a name, data, whether a race is drawn, and what must be said of what is not. */
const CASES = [
  ['golden', race(...['no_limit', 'barrier', 'refill', 'ordered'].map((f) => rawTrace(f))), true, null],
  ['labels', race(...['barrier', 'refill'].map((family) => rawTrace(family, {
    strategy: `${family} ${EVIL}`,
    cell: `${EVIL}/${family}/x/limit=2`,
    workload: EVIL,
    executor: EVIL,
    processor: EVIL,
    time: EVIL,
  }))), true, null],
  ['missing-job', race(rawTrace('refill', { finished: [1, 1, 1, 1, 1] })), false, /job 5 is missing/],
  ['negative-gap', race(rawTrace('refill', { started: [0, -7, 0, 0, 0, 0] })), false, /started\[1\] is -7/],
  ['delivered-twice', race(rawTrace('refill', { delivered: [0, 0, 0, 0, 0, 0, 0] })), false, /delivered twice/],
  ['unknown-version', race(rawTrace('refill', { schema: 'bp-trace/9' })), false, /bp-trace\/9/],
  ['million-jobs', race(rawTrace('refill', { jobs: 1_000_000 })), false, /1,000,000 jobs are more/],
  ['one-of-two', race(rawTrace('barrier', { every: 0 }), rawTrace('refill')), true, /every is 0/],
  ['no-trace', race(), false, /no trace/],
  ['no-json', '{"schema": oops', false, /cannot be read/],
  ['another-schema', { schema: EVIL }, false, /bp-race\/1/],
  ['no-memory', race(rawTrace('refill', { memory: null }), rawTrace('barrier', { memory: null })), true, null],
  ['all-lost', race(rawTrace('refill', { lost: [0, 1, 2, 3, 4, 5] })), true, null],
  ['no-time', race(rawTrace('no_limit', { admitted: [0, 0, 0, 0, 0, 0], finished: [0, 0, 0, 0, 0, 0] })), true, null],
  ['huge-times', race(rawTrace('refill', { finished: [2 ** 50, 1, 1, 1, 1, 1] })), true, null],
  ['many-jobs', race(long(100_000)), true, null],
];

/** A trace of so many jobs, eight at a time. */
function long(jobs) {
  const list = (value) => new Array(jobs).fill(value);
  const admitted = list(0).map((_, job) => (job > 0 && job % 8 === 0 ? 1000 : 0));
  return rawTrace('refill', { limit: 8, jobs, admitted, started: list(0), finished: list(1000), delivered: list(0) });
}

/** One case as a part with its name. */
function caseOf([name, data, drawn, reason]) {
  const part = async (browser) => {
    const file = pageWith(name, data);
    await withPage(browser, file, {}, async (page, seen) => {
      const quiet = seen.outside.length + seen.errors.length === 0;
      check(`${name}: no request, no error`, quiet, seen.errors.join());
      const live = await page.evaluate(() => document.documentElement.classList.contains('live'));
      check(`${name}: ${drawn ? 'drawn' : 'not drawn'}`, live === drawn);
      const visible = await page.locator('#refused').isVisible();
      const text = (await page.locator('#refused').allTextContents()).join().trim();
      const told = reason ? visible && reason.test(text) : !visible;
      check(`${name}: says ${reason ?? 'nothing'}`, told, text);
      const body = await page.evaluate(() => document.body.innerText.trim().length);
      check(`${name}: not blank`, body > 40, body);
      const evil = await page.evaluate(() => window.evil ?? 0);
      check(`${name}: nothing ran`, evil === 0);
      check(`${name}: no sideways scroll`, (await sideways(page)) <= 0);
      if (drawn) await page.evaluate(() => window.race.transport.jump(0.5));
      check(`${name}: no error when moved`, seen.errors.length === 0, seen.errors.join());
    });
    fs.rmSync(file);
  };
  return { [name]: part }[name];
}

async function callOuts(browser) {
  await withPage(browser, pageWith('six', CASES[0][1]), {}, async (page) => {
    await page.screenshot({ path: path.join(directory, 'race-six-jobs.png') });
    const labels = await page.evaluate(() =>
      [...document.querySelectorAll('#rows canvas')].map((one) => one.getAttribute('aria-label')),
    );
    const expected = [
      /no result for 10\.0 ms/,
      /1 free slot waits for job 1/,
      /slots busy 90 % of the time; results in another order\.$/,
      /1 finished result held behind job 1/,
    ];
    const said = expected.every((one, at) => one.test(labels[at]));
    check('the six jobs have the call-outs worked out by hand', said, labels.join('\n'));
  });
}

async function labelsOnAPhone(browser) {
  const options = { viewport: { width: 320, height: 640 } };
  await withPage(browser, pageWith('phone', CASES[1][1]), options, async (page) => {
    const file = path.join(directory, 'race-hostile-labels.png');
    await page.screenshot({ path: file, fullPage: true });
    const found = await violations(page);
    check('hostile labels at 320: axe', found.length === 0, found.join('; '));
    check('hostile labels at 320: no sideways scroll', (await sideways(page)) <= 0);
  });
}

const PARTS = [...CASES.map(caseOf), callOuts, labelsOnAPhone];
await withBrowser((browser) => each(PARTS, browser));
conclude();
