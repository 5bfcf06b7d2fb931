// graphql-yoga with graphql-jit as its documentation recommends; what it answers stands in schema.mjs.
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { listen } from "./cluster.mjs";
import { Loaders } from "./loaders.mjs";
import { resolvers, typeDefs } from "./schema.mjs";

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: [useGraphQlJit()],
  context: () => ({ loaders: new Loaders() }), // a cache of one request, as DataLoader asks for
  graphiql: false,
  landingPage: false,
  logging: false,
});
await listen(() => createServer(yoga));
