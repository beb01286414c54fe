// One workload at a time, where the run has several.

/** A list of the workloads in `bar`, and a way to show choices; nothing to choose with one alone. */
export function workloads(root, bar, choose) {
  const parts = [...root.querySelectorAll('[data-workload]')];
  const names = [...new Set(parts.map((part) => part.dataset.workload))];
  if (names.length < 2) {
    return () => {};
  }
  const label = document.createElement('label');
  const select = document.createElement('select');
  select.append(new Option('all workloads', ''), ...names.map((name) => new Option(name, name)));
  select.addEventListener('change', () => choose({ workload: select.value }));
  label.append('Show ', select);
  bar.append(label);
  return (choices) => {
    const one = names.includes(choices.workload) ? choices.workload : '';
    select.value = one;
    parts.forEach((part) => {
      part.hidden = one !== '' && part.dataset.workload !== one;
    });
  };
}
