// The editor makes <style> elements of its own. The page's policy admits only those that carry the nonce of this very
// response, so every style element is given it at birth. Imported first: nothing may make a style before this has run.
const { nonce } = document.currentScript;
const createElement = document.createElement.bind(document);

document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
