// Runs a server in as many processes as WORKERS says, on one port, as Node's documentation recommends.
import cluster from "node:cluster";

export async function listen(make) {
  const workers = Number(process.env.WORKERS ?? 1);
  if (workers > 1 && cluster.isPrimary) {
    for (let count = 0; count < workers; count++) cluster.fork();
  } else {
    (await make()).listen(Number(process.env.PORT), "127.0.0.1");
  }
}
