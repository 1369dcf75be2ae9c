/** `sha256:<hex>` of a file or of canonical JSON. */
export type Digest = string;
