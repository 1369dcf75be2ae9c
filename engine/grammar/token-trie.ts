/** The tokens of a vocabulary by their bytes, in the order of a walk: a token's beginning stands before it, and what
 *  continues a beginning that leads nowhere is passed over at once. */
export class TokenTrie {
  /** By place: the byte, how many bytes lead to it, and the place behind all that continue it. */
  readonly bytes: Uint8Array;
  readonly depths: Uint16Array;
  readonly behind: Int32Array;
  /** Tokens that end at a place: those of `tokens` from `firstToken` of it to that of the next place. */
  readonly firstToken: Int32Array;
  readonly tokens: Int32Array;
  readonly deepest: number;

  /** @param tokenBytes by id; null and empty ones are left out */
  constructor(tokenBytes: readonly (Uint8Array | null)[]) {
    const tokens = tokenBytes.flatMap((bytes, id) => (bytes !== null && bytes.length > 0 ? [id] : []));
    tokens.sort((a, b) => Buffer.compare(tokenBytes[a]!, tokenBytes[b]!) || a - b);
    const bytes: number[] = [];
    const depths: number[] = [];
    const behind: number[] = [];
    const firstToken: number[] = [];
    /** Places of the bytes of the token before. */
    const path: number[] = [];
    let before: Uint8Array = new Uint8Array();
    const leave = (depth: number): void => {
      for (const place of path.splice(depth)) behind[place] = bytes.length;
    };
    for (const [at, token] of tokens.entries()) {
      const own = tokenBytes[token]!;
      let common = 0;
      while (common < own.length && common < before.length && own[common] === before[common]) common++;
      if (common < own.length) leave(common);
      for (let depth = common; depth < own.length; depth++) {
        path.push(bytes.length);
        bytes.push(own[depth]!);
        depths.push(depth);
        // A place within a token: what ends there has been before, if anything has.
        firstToken.push(at);
      }
      before = own;
    }
    leave(0);
    // Of places within a token the tokens begin where those of the next place do.
    this.bytes = Uint8Array.from(bytes);
    this.depths = Uint16Array.from(depths);
    this.behind = Int32Array.from(behind);
    this.firstToken = Int32Array.from([...firstToken, tokens.length]);
    this.tokens = Int32Array.from(tokens);
    this.deepest = Math.max(0, ...new Set(depths)) + 1;
  }
}
