// Where the numbers come from, in words.

import { count, counted } from './format.js';

/** What is said below the table of the rows that are shown; `more` others could be. */
export function provenance(shown, more) {
  const traces = shown.map(({ model }) => model.trace);
  const said = [origin(traces[0])];
  if (new Set(traces.map(({ commit }) => commit)).size > 1) {
    said.push('Not all rows are of the same revision.');
  }
  for (const { title, model } of shown) {
    const { every, whole, lost } = model.trace;
    const figures = whole ? '; its figures are those of all jobs' : '; its figures are estimates';
    if (every > 1) said.push(`Of ${title}, one job in ${count(every)} is drawn${figures}.`);
    const panicked = counted(lost.size, 'job');
    if (lost.size > 0) said.push(`Of ${title}, ${panicked} panicked and gave no result.`);
  }
  const clock = traces[0].provenance;
  if (clock === 'simulated') said.push('Memory is weighed in real time, so it is not shown here.');
  else if (traces.some(({ memory }) => memory)) {
    said.push('Memory was weighed in a process of its own, for probes disturb.');
  }
  said.push(
    'Latency is from the start of a job to its delivery; a quantile is given where ten values ' +
      'lie beyond it. Shaded is what is within 5 % of the best, or over twice the best. This is ' +
      'one round: the report has all of them, with intervals.',
  );
  if (more === 1) said.push('One more strategy can be chosen above.');
  if (more > 1) said.push(`${count(more)} more strategies can be chosen above.`);
  return said.join(' ');
}

/** What was run, where and when. */
function origin(trace) {
  const verb = trace.provenance === 'simulated' ? 'Simulated' : 'Recorded';
  const version = trace.executor_version ? ` ${trace.executor_version}` : '';
  const workers = trace.workers ? ` with ${trace.workers} worker threads` : '';
  const parts = [
    `${verb} on ${trace.executor}${version}${workers}`,
    trace.processor,
    trace.compiler,
    trace.commit && `revision ${trace.commit}`,
    trace.seed && `seed ${trace.seed}`,
    trace.time,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}
