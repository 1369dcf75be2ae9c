/** Model references of the contract, told apart. Knows their form; whether anything lies behind one is found out
 *  by whoever opens it. */
import { HarnessError } from '../errors.ts';

export type ModelReference =
  | { readonly kind: 'bundled'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'scripted'; readonly file: string }
  | { readonly kind: 'registry'; readonly reference: string }
  | {
      readonly kind: 'huggingface';
      readonly owner: string;
      readonly name: string;
      /** Branch, tag or commit. */
      readonly revision: string;
    }
  | {
      readonly kind: 'http';
      /** Without a slash at its end, such as `https://host/v1`. */
      readonly baseUrl: string;
      readonly model: string;
    };

const BUNDLED = 'tiny-chat';

/** No separators and no `..`: the parts become folder names. */
const HUGGINGFACE = /^hf:([\w-][\w.-]*)\/([\w-][\w.-]*)(?:@([\w-][\w./-]*))?$/;
const REGISTRY = /^registry:[\w-][\w.-]*@\d+$/;
const ALIAS = /^@[\w-][\w.-]*$/;
/** Two letters at least: `C:` is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** @throws HarnessError E_MODEL_REFERENCE, which tells what is wrong with it */
export function parseModelReference(reference: string): ModelReference {
  if (reference.trim() === '') throw malformed(reference, 'it is empty');
  if (reference === BUNDLED) return { kind: 'bundled', name: BUNDLED };
  if (/^https?:/i.test(reference)) return parseHttp(reference);
  if (reference.startsWith('scripted:')) {
    const file = reference.slice('scripted:'.length);
    if (file === '') throw malformed(reference, 'it names no file');
    return { kind: 'scripted', file };
  }
  if (reference.startsWith('hf:')) {
    const [, owner, name, revision = 'main'] = HUGGINGFACE.exec(reference) ?? [];
    if (owner === undefined || name === undefined || revision.includes('..')) {
      throw malformed(reference, 'it is not hf:owner/name or hf:owner/name@revision');
    }
    return { kind: 'huggingface', owner, name, revision };
  }
  if (reference.startsWith('registry:')) {
    if (!REGISTRY.test(reference)) {
      throw malformed(reference, 'it is not registry:name@version with a number as version');
    }
    return { kind: 'registry', reference };
  }
  if (reference.startsWith('@')) {
    if (!ALIAS.test(reference)) throw malformed(reference, 'it is not @alias');
    return { kind: 'registry', reference };
  }
  if (SCHEME.test(reference)) throw malformed(reference, 'its kind is not known');
  return { kind: 'path', path: reference };
}

function parseHttp(reference: string): ModelReference {
  if (!URL.canParse(reference)) throw malformed(reference, 'it is no URL');
  const url = new URL(reference);
  // Neither is shown: a key may stand there.
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new HarnessError(
      'E_MODEL_REFERENCE',
      `The endpoint at ${url.host} is given with a user, password or query.`,
      {
        remedy: 'Give http(s)://host/v1#model, and the key in HARNESS_API_KEY.',
      },
    );
  }
  const model = decoded(url.hash.slice(1));
  if (model === '') throw malformed(reference, 'it names no model; put #model behind the URL');
  return { kind: 'http', baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, model };
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function malformed(reference: string, why: string): HarnessError {
  return new HarnessError('E_MODEL_REFERENCE', `Model reference ${JSON.stringify(reference)}: ${why}.`);
}
