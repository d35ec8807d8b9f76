// PostGraphile as its own documentation has it run in production: the amber preset, NODE_ENV=production, no explain, no
// GraphiQL, no websockets. The practice is set for row-level security at each request: of the session that the request
// brings (`look-up`), or always the same (`fixed`).
//
//   node server.mjs DATABASE PORT look-up|fixed PRACTICE PERSON
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const [database, port, how, practice, person] = process.argv.slice(2);
// Connections are kept while the other rivals have their turn.
const pool = new pg.Pool({ connectionString: database, max: 10, idleTimeoutMillis: 0 });
pool.on("error", () => {});

const VIEWER = {
  name: "viewer",
  text: "SELECT practice_id, person_id, membership_id FROM benchmark_private.viewer_of($1)",
};

async function settingsOf(request) {
  if (how === "fixed") return { "app.practice": practice, "app.person": person };
  const secret = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  const values = [createHash("sha256").update(secret).digest()];
  const { rows } = await pool.query({ ...VIEWER, values });
  if (rows.length === 0) throw new Error("not signed in");
  const [held] = rows;
  return { "app.practice": held.practice_id, "app.person": held.person_id, "app.member": held.membership_id };
}

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool, schemas: ["benchmark"] })],
  schema: { defaultBehavior: "+list +connection -insert -update -delete -filter" },
  grafast: {
    explain: false,
    async context(brought) {
      return { pgSettings: await settingsOf(brought.node.req) };
    },
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false },
};

const instance = postgraphile(preset);
if (port === "sdl") {
  const { printSchema } = await import("postgraphile/graphql");
  writeFileSync(1, printSchema((await instance.getSchemaResult()).schema));
  process.exit(0);
}
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(port), "127.0.0.1");
