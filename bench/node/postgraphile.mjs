// PostGraphile 5 as its documentation recommends: the Amber preset, filters by its plugin, Grafserv on node:http.
import { createServer } from "node:http";
import { listen } from "./cluster.mjs";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const preset = {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.NODE_DATABASE_URL,
      schemas: ["public", "bench"],
      poolConfig: { max: Number(process.env.POOL_SIZE ?? 8) },
    }),
  ],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // sorting and filtering by columns without an index of their own
  // Lists beside connections, so that `skills` needs no `nodes`; filters through relations, for people by skill.
  schema: { defaultBehavior: "connection list", connectionFilterRelations: true },
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false },
  grafast: { explain: false },
};

await listen(async () => {
  const server = createServer();
  await postgraphile(preset).createServ(grafserv).addTo(server);
  return server;
});
