/** Where runs and the registry lie. */
import { resolve } from 'node:path';

/** HARNESS_HOME, or `.harness` in the current folder. */
export function harnessHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env['HARNESS_HOME'] || '.harness');
}
