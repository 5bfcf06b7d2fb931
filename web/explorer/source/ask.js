// Sends what GraphiQL asks to the service; what goes wrong on the way is said in words.
const url = '/graphql';

export async function ask({ query, variables, operationName }, { headers } = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName: operationName || undefined }),
  }).catch(() => {
    throw new Error('连不上服务，请检查网络后再试。 The service cannot be reached.');
  });
  const text = await response.text();
  try {
    return JSON.parse(text); // refusals of the service are JSON too, whatever their status
  } catch {
    throw new Error(`服务没有正常回答（HTTP ${response.status}）。 The answer is not GraphQL.`);
  }
}
