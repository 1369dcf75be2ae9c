/** Where the load goes: an endpoint that is there, or a server of our own, started for the test. */
import { HarnessError } from '../errors.ts';
import { Endpoint } from '../models/endpoint.ts';
import { isObject } from '../tasks/json-lines.ts';
import { startBundledServer } from './bundled-server.ts';
import type { LoadTarget } from './exchange.ts';
import type { RouteName } from './routes.ts';

export interface OpenTarget {
  readonly address: Pick<LoadTarget, 'baseUrl' | 'model' | 'key'>;
  close(): Promise<void>;
}

export type TargetSource =
  | { readonly reference: string }
  | { readonly url: string; readonly key: string | undefined };

/** @throws HarnessError E_USAGE for a URL that is none; E_ENDPOINT where it is not there */
export async function openTarget(
  source: TargetSource,
  route: RouteName,
  signal: AbortSignal,
): Promise<OpenTarget> {
  if ('reference' in source) {
    const { url, model, close } = await startBundledServer(source.reference, signal);
    return { address: { baseUrl: url, model, key: undefined }, close };
  }
  const { baseUrl, model } = parseTargetUrl(source.url);
  const { key } = source;
  const named = model ?? (route === 'generate' ? null : await firstModel(baseUrl, key));
  return { address: { baseUrl, model: named, key }, close: () => Promise.resolve() };
}

/** `http://host/v1#model` and shorter forms of it.
 *  @throws HarnessError E_USAGE */
export function parseTargetUrl(text: string): { readonly baseUrl: string; readonly model: string | null } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new HarnessError('E_USAGE', `--url ${JSON.stringify(text)} is no http(s) URL.`);
  }
  // Neither is shown: a key may stand there.
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new HarnessError('E_USAGE', `--url at ${url.host} has a user, password or query.`, {
      remedy: 'Give http(s)://host[/v1][#model], and the key in HARNESS_API_KEY.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return { baseUrl: `${url.origin}${path}`, model: decoded(url.hash.slice(1)) || null };
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const LIST_TIMEOUT_MS = 30_000;

async function firstModel(baseUrl: string, key: string | undefined): Promise<string> {
  const endpoint = new Endpoint(`${baseUrl}/v1`, { key, timeoutMs: LIST_TIMEOUT_MS });
  try {
    const list = await endpoint.json({ path: '/models' });
    const data: unknown = isObject(list) ? list['data'] : undefined;
    const first: unknown = Array.isArray(data) ? data[0] : undefined;
    const id = isObject(first) ? first['id'] : undefined;
    if (typeof id === 'string') return id;
  } finally {
    await endpoint.close();
  }
  throw new HarnessError('E_ENDPOINT', `${baseUrl}/v1/models lists no model.`, {
    remedy: 'Name one: --url http://host/v1#model.',
  });
}
