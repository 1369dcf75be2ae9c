/** `2026-11-22T18-45-33-tiny-chat`: sorts by time, and no character in it means anything to a file system. */
export function folderName(time: Date, name: string): string {
  const stamp = time.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${stamp}-${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60)}`;
}
