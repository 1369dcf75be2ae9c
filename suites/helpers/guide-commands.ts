/** A guide's files and commands: what stands in its fenced blocks, in their order. Knows Markdown fences and their info
 *  strings; runs nothing.
 *
 *      ```yaml file=gates.yaml            a file to write
 *      ```sh run                          commands that end with 0
 *      ```sh run exit=0,4                 … each with one of these
 *      ```sh run long                     … left to npm run check:guides
 *      ```sh run background=8731          started, and waited for on that port, until the guide ends */

export type GuideStep =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly exits: readonly number[];
      readonly isLong: boolean;
      /** Port of a server that goes on in the background; null for a command that ends. */
      readonly port: number | null;
    };

export function guideSteps(markdown: string): GuideStep[] {
  const blocks = markdown.matchAll(/^```(\w+)([^\n`]*)\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, language, info, body]): GuideStep[] => {
    const words = info!.trim().split(/\s+/);
    const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
    const path = value('file');
    if (path !== undefined) return [{ kind: 'file', path, text: body! }];
    if (language !== 'sh' || !words.includes('run')) return [];
    const port = value('background');
    const exits = (value('exit') ?? '0').split(',').map(Number);
    return commandsIn(body!).map((command) => ({
      kind: 'command',
      command,
      exits,
      isLong: words.includes('long'),
      port: port === undefined ? null : Number(port),
    }));
  });
}

/** Lines, with continued ones joined; comments left out. */
function commandsIn(body: string): string[] {
  return body
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
