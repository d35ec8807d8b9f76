import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";

// The page and its endpoint share one address, whatever prefix a proxy puts before it.
const endpoint = location.pathname;
const socket = new URL(endpoint, location.href.replace(/^http/, "ws")).href;

function failure(message) {
  const error = new Error(message);
  delete error.stack; // the answer's pane would print it
  return error;
}

async function fetchJson(...request) {
  const response = await fetch(...request).catch(() => {
    throw failure("The server does not answer.");
  });
  if (/[/+]json/.test(response.headers.get("content-type") ?? "")) return response;
  const text = (await response.text()).slice(0, 500);
  throw failure(`The server answered ${response.status} ${response.statusText}. ${text}`.trim());
}

// A socket of its own for each subscription: it is opened by whoever is signed in at that moment, takes a bearer token
// from the headers pane, and when it breaks the pane says so instead of silently starting over.
export const fetcher = (parameters, options) =>
  createGraphiQLFetcher({
    url: endpoint,
    fetch: fetchJson,
    enableIncrementalDelivery: false,
    wsClient: createClient({ url: socket, retryAttempts: 0, connectionParams: options?.headers }),
  })(parameters, options);

export async function ask(query, variables = {}) {
  const response = await fetchJson(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
