// Lets graphql-http judge the server at the URL it is given. Prints one JSON object: how many audits are ok, warn, error,
// and those that are not ok. Run by tests/servers/graphql_http_audit.py, which installs graphql-http beside it.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
const count = { ok: 0, warn: 0, error: 0 };
const notOk = [];
for (const audit of serverAudits({ url })) {
  const result = await audit.fn();
  count[result.status] += 1;
  if (result.status !== "ok") notOk.push({ id: audit.id, name: audit.name, reason: result.reason });
}
console.log(JSON.stringify({ count, notOk }));
