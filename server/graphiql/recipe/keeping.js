// What GraphiQL remembers (tabs, history, layout) may hold a client's name, so it lives no longer than the browser's tab;
// request headers may hold a token, and GraphiQL's history would keep them, so they are never written anywhere.
const withoutHeaders = (name, value) => (name === "headers" ? null : value);

function cleaned(key, value) {
  if (key.endsWith(":headers")) return "";
  if (!/:(queries|favorites|tabState)$/.test(key)) return value;
  return JSON.stringify(JSON.parse(value), withoutHeaders);
}

export const storage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, cleaned(key, value)),
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => sessionStorage.clear(),
  get length() {
    return sessionStorage.length;
  },
};
