/** Where sets are asked for: the hosts themselves, or mirrors that the environment names. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hubToken } from '../models/huggingface-hub.ts';
import type { Hosts } from './download.ts';

export async function hostsOf(env: Readonly<Record<string, string | undefined>>): Promise<Hosts> {
  const home = env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
  const bare = (url: string) => url.replace(/\/+$/, '');
  return {
    github: bare(env['GITHUB_RAW_ENDPOINT'] || 'https://raw.githubusercontent.com'),
    huggingface: bare(env['HF_ENDPOINT'] || 'https://huggingface.co'),
    token: await hubToken(env, home),
  };
}
