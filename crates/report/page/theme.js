// Light, dark, or as the system has it.

const SCHEMES = ['', 'light', 'dark'];
const NAMES = { '': 'as the system', light: 'light', dark: 'dark' };

/** A button in `bar` that goes through the colour schemes, and a way to show choices. */
export function theme(root, bar, choose) {
  const button = document.createElement('button');
  button.type = 'button';
  bar.append(button);
  button.addEventListener('click', () => choose({ theme: after(button.dataset.scheme) }));
  return (choices) => {
    const scheme = SCHEMES.includes(choices.theme) ? choices.theme : '';
    button.dataset.scheme = scheme;
    button.textContent = `Colours: ${NAMES[scheme]}`;
    if (scheme === '') {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = scheme;
    }
  };
}

/** The scheme after this one. */
export function after(scheme) {
  return SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length];
}
